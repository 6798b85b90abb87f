//! The nodes: their files, their processes, and what they say of themselves.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use client::{Client, ClientConfig, ClientError, Cluster as View, Target};
use protocol::describe_quorum_request::{DescribeQuorumRequest, PartitionData, TopicData};
use rustix::process::{Pid, Signal, kill_process};
use testkit::error::FixtureError;
use testkit::ports::Port;
use testkit::process::{self, Process};

use crate::bound;
use crate::links::origin::Origins;
use crate::links::{Links, proxy};

/// How long a node may take for a clean stop.
const STOP_LIMIT: Duration = Duration::from_secs(60);
/// How long a tool may take.
const TOOL_LIMIT: Duration = Duration::from_secs(30);
/// How long a node may take to answer a question of the harness.
const ANSWER_LIMIT: Duration = Duration::from_secs(2);

/// Settings of every node beside its addresses: whatever is acknowledged is on two of three.
const PROPERTIES: &str = "\
process.roles=broker,controller
controller.listener.names=CONTROLLER
default.replication.factor=3
min.insync.replicas=2
offsets.topic.replication.factor=3
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=3
transaction.state.log.min.isr=2
transaction.state.log.num.partitions=4
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
replica.lag.time.max.ms=10000
";

/// A node: its ports behind the proxies, those that everybody is told, and its process.
#[derive(Debug)]
struct Node {
    clients: Port,
    controllers: Port,
    told_clients: Port,
    told_controllers: Port,
    process: Option<Process>,
    starts: usize,
}

/// Nodes with ids from 1.
#[derive(Debug)]
pub struct Cluster {
    binary: PathBuf,
    place: PathBuf,
    nodes: Vec<Node>,
    origins: Arc<Origins>,
    /// The topic whose logs lose their ends whenever a node starts.
    pub loses_ends: Option<&'static str>,
}

impl Cluster {
    /// Formats and starts `count` nodes, with their files in `place`.
    ///
    /// # Errors
    /// [`FixtureError`].
    pub fn start(
        binary: PathBuf,
        place: &Path,
        count: usize,
        links: &Arc<Links>,
    ) -> Result<Self, FixtureError> {
        let port = Port::free;
        let nodes = (0..count).map(|_| {
            Ok(Node {
                clients: port()?,
                controllers: port()?,
                told_clients: port()?,
                told_controllers: port()?,
                process: None,
                starts: 0,
            })
        });
        let mut cluster = Self {
            binary,
            place: place.to_owned(),
            nodes: nodes.collect::<Result<_, FixtureError>>()?,
            origins: Arc::default(),
            loses_ends: None,
        };
        cluster.format()?;
        for (node, ports) in (1..).zip(&cluster.nodes) {
            let doors = [
                (&ports.told_clients, &ports.clients),
                (&ports.told_controllers, &ports.controllers),
            ];
            for (told, own) in doors {
                proxy::start(told.number(), own.number(), node, links, &cluster.origins)?;
            }
        }
        for node in cluster.ids() {
            cluster.launch(node)?;
        }
        Ok(cluster)
    }

    /// The ids of all nodes.
    pub fn ids(&self) -> Vec<usize> {
        (1..=self.nodes.len()).collect()
    }

    fn file(&self, node: usize) -> PathBuf {
        self.place.join(format!("node-{node}.properties"))
    }

    fn properties(&self, id: usize) -> String {
        let voters = (1..).zip(&self.nodes);
        let voters =
            voters.map(|(id, node)| format!("{id}@127.0.0.1:{}", node.told_controllers.number()));
        let voters: Vec<_> = voters.collect();
        let node = &self.nodes[id - 1];
        format!(
            "{PROPERTIES}node.id={id}\ncontroller.quorum.voters={}\n\
             listeners=PLAINTEXT://127.0.0.1:{},CONTROLLER://127.0.0.1:{}\n\
             advertised.listeners=PLAINTEXT://127.0.0.1:{}\nlog.dirs={}\n",
            voters.join(","),
            node.clients.number(),
            node.controllers.number(),
            node.told_clients.number(),
            self.place.join(format!("data-{id}")).display(),
        )
    }

    fn format(&self) -> Result<(), FixtureError> {
        for node in self.ids() {
            let file = self.file(node);
            std::fs::write(&file, self.properties(node)).map_err(FixtureError::file(&file))?;
            let mut format = Command::new(&self.binary);
            format.args(["storage", "format", "-t", "Q2hhb3NDaGFvc0NoYW9zMQ", "-c"]);
            let log = self.place.join("format.log");
            process::run("kalda storage format", format.arg(&file), &log, TOOL_LIMIT)?;
        }
        Ok(())
    }

    /// Starts a node that does not run.
    ///
    /// # Errors
    /// [`FixtureError`].
    pub fn launch(&mut self, id: usize) -> Result<(), FixtureError> {
        if let Some(topic) = self.loses_ends {
            self.cut_ends(id, topic)?;
        }
        let mut command = bound::command(&self.binary);
        command.arg("server").arg(self.file(id));
        let node = &mut self.nodes[id - 1];
        node.starts += 1;
        let log = self.place.join(format!("node-{id}.{}.log", node.starts));
        let process = Process::start(&format!("node {id}"), &mut command, &log)?;
        self.origins.note(id, process.id());
        node.process = Some(process);
        Ok(())
    }

    /// Takes the last quarter of each segment away, which no crash of a process does.
    fn cut_ends(&self, id: usize, topic: &str) -> Result<(), FixtureError> {
        let data = self.place.join(format!("data-{id}"));
        let directories = std::fs::read_dir(&data).map_err(FixtureError::file(&data))?;
        let directories = directories.filter_map(Result::ok).map(|entry| entry.path());
        let is_its = |path: &PathBuf| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(topic))
        };
        for directory in directories.filter(is_its) {
            let files = std::fs::read_dir(&directory).map_err(FixtureError::file(&directory))?;
            let files = files.filter_map(Result::ok).map(|entry| entry.path());
            for file in files.filter(|path| path.extension().is_some_and(|end| end == "log")) {
                let log = OpenOptions::new().write(true).open(&file);
                let cut = log.and_then(|log| log.set_len(log.metadata()?.len() / 4 * 3));
                cut.map_err(FixtureError::file(&file))?;
            }
        }
        Ok(())
    }

    /// Kills a node (SIGKILL).
    pub fn kill(&mut self, id: usize) {
        if let Some(mut process) = self.nodes[id - 1].process.take() {
            process.kill();
        }
    }

    /// Stops a node (SIGTERM) and waits for its end.
    ///
    /// # Errors
    /// [`FixtureError::Late`] when it does not end.
    pub fn stop(&mut self, id: usize) -> Result<(), FixtureError> {
        match self.nodes[id - 1].process.take() {
            Some(mut process) => process.stop(STOP_LIMIT).map(|_| ()),
            None => Ok(()),
        }
    }

    /// Sends a signal to the nodes, such as one that lets them stand still.
    pub fn signal(&self, ids: &[usize], signal: Signal) {
        for id in ids {
            let process = self.nodes[id - 1].process.as_ref();
            let pid = process.and_then(|process| Pid::from_raw(i32::try_from(process.id()).ok()?));
            if let Some(pid) = pid {
                // One that has ended by itself is noticed by `ended`.
                let _ = kill_process(pid, signal);
            }
        }
    }

    /// A node that has ended although nobody asked it to, with its last words.
    pub fn ended(&mut self) -> Option<String> {
        for (id, node) in (1..).zip(&mut self.nodes) {
            let Some(process) = node.process.as_mut() else {
                continue;
            };
            if let Some(status) = process.ended() {
                let words = process.written();
                return Some(format!("node {id} ended by itself with {status}: {words}"));
            }
        }
        None
    }

    /// What clients are told.
    pub fn bootstrap(&self) -> String {
        let address = |node: &Node| format!("127.0.0.1:{}", node.told_clients.number());
        let addresses: Vec<_> = self.nodes.iter().map(address).collect();
        addresses.join(",")
    }

    /// A client of the harness, which goes to a node past all faults.
    ///
    /// # Errors
    /// [`ClientError`] for an address that is none, which cannot be.
    pub fn client(&self, id: usize) -> Result<Client, ClientError> {
        let address = format!("127.0.0.1:{}", self.nodes[id - 1].clients.number());
        let config = ClientConfig {
            request_timeout: ANSWER_LIMIT,
            api_timeout: ANSWER_LIMIT,
            ..ClientConfig::bootstrap(&address)?
        };
        Ok(Client::new(config))
    }

    /// What a node knows of the cluster.
    pub fn view(&self, id: usize) -> Option<View> {
        self.nodes[id - 1].process.as_ref()?;
        self.client(id).ok()?.all_topics().ok()
    }

    /// The active controller, as any node knows it.
    pub fn controller(&self) -> Option<usize> {
        self.ids().into_iter().find_map(|id| self.controller_by(id))
    }

    fn controller_by(&self, id: usize) -> Option<usize> {
        self.nodes[id - 1].process.as_ref()?;
        let topic = TopicData {
            topic_name: "__cluster_metadata".into(),
            partitions: vec![PartitionData::default()],
            ..TopicData::default()
        };
        let request = DescribeQuorumRequest {
            topics: vec![topic],
            ..DescribeQuorumRequest::default()
        };
        let answer = self.client(id).ok()?.send(Target::Any, &request).ok()?;
        let response = answer.message().ok()?;
        let partition = response.topics.first()?.partitions.first()?;
        usize::try_from(partition.leader_id)
            .ok()
            .filter(|id| *id > 0)
    }

    /// What is not as it should be when nothing disturbs: brokers that are missing, replicas that are not in sync.
    pub fn complaint(&self) -> Option<String> {
        for id in self.ids() {
            let Some(view) = self.view(id) else {
                return Some(format!("node {id} does not answer"));
            };
            if view.nodes.len() != self.nodes.len() {
                return Some(format!("node {id} knows of {} brokers", view.nodes.len()));
            }
            for (name, topic) in &view.topics {
                let all = topic.partitions.iter();
                let is_ill = |isr: usize, replicas: usize| isr != replicas;
                let mut ill = all.filter(|(_, one)| {
                    one.leader.is_none() || is_ill(one.isr.len(), one.replicas.len())
                });
                if let Some((partition, one)) = ill.next() {
                    return Some(format!("node {id} says of {name}-{partition}: {one:?}"));
                }
            }
        }
        None
    }

    /// Whether a node wrote that it panicked; where.
    pub fn panics(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (id, node) in (1..).zip(&self.nodes) {
            for start in 1..=node.starts {
                let log = self.place.join(format!("node-{id}.{start}.log"));
                let text = std::fs::read(&log).unwrap_or_default();
                let text = String::from_utf8_lossy(&text);
                let line = text.lines().find(|line| line.contains("panicked"));
                found.extend(line.map(|line| format!("{}: {line}", log.display())));
            }
        }
        found
    }
}
