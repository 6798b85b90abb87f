//! Three nodes, each broker and controller, as processes of this machine.

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use client::{Client, ClientConfig, Target};
use protocol::describe_quorum_request::{DescribeQuorumRequest, PartitionData, TopicData};
use tempfile::TempDir;
use testkit::ports::Port;
use testkit::wait;

const BINARY: &str = env!("CARGO_BIN_EXE_kalda");
/// How long whatever is waited for may take: a killed broker may register again after its session of 9 s.
const PATIENCE: Duration = Duration::from_secs(60);

/// A cluster of three.
pub struct Trio {
    directory: TempDir,
    ports: Vec<(Port, Port)>,
    children: Vec<Option<Child>>,
}

/// What DescribeQuorum says.
#[derive(Debug)]
pub struct QuorumView {
    pub leader: i32,
    pub epoch: i32,
    pub high_watermark: i64,
    /// Of each voter, its log end offset.
    pub voters: Vec<(i32, i64)>,
    /// Of each observer.
    pub observers: Vec<(i32, i64)>,
}

impl Trio {
    /// Formats three nodes with one id, and starts them.
    pub fn start() -> Self {
        let mut trio = Self::formatted();
        for node in 1..=3 {
            trio.launch(node);
        }
        trio.until("three brokers serve", |trio| trio.brokers(1) == [1, 2, 3]);
        trio
    }

    /// Three nodes that are formatted and do not run.
    pub fn formatted() -> Self {
        let trio = Self::unformatted();
        trio.format();
        trio
    }

    fn format(&self) {
        let id = ok(&mut command(&["storage", "random-uuid"]));
        for node in 1..=3 {
            let file = self.file(node).display().to_string();
            let format = ["storage", "format", "-t", id.trim(), "-c", &file];
            ok(&mut command(&format));
        }
    }

    /// Three nodes that have nothing but their properties files.
    pub fn unformatted() -> Self {
        Self::with_roles(["broker,controller"; 3])
    }

    /// Three nodes with these roles, formatted and started.
    pub fn start_with_roles(roles: [&str; 3]) -> Self {
        let mut trio = Self::with_roles(roles);
        trio.format();
        for node in 1..=3 {
            trio.launch(node);
        }
        trio
    }

    fn with_roles(roles: [&str; 3]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let port = || Port::free().unwrap();
        let ports: Vec<_> = (0..3).map(|_| (port(), port())).collect();
        let voters = (1..).zip(&ports).zip(roles);
        let voters = voters.filter(|(_, roles)| roles.contains("controller"));
        let voters: Vec<String> = voters
            .map(|((id, (_, port)), _)| format!("{id}@localhost:{}", port.number()))
            .collect();
        let trio = Self {
            directory,
            ports,
            children: vec![None, None, None],
        };
        for node in 1..=3 {
            let (clients, controllers) = &trio.ports[node - 1];
            let roles = roles[node - 1];
            let broker = format!("PLAINTEXT://localhost:{}", clients.number());
            let controller = format!("CONTROLLER://localhost:{}", controllers.number());
            let listeners = match roles {
                "broker" => broker,
                "controller" => controller,
                _ => format!("{broker},{controller}"),
            };
            let text = format!(
                "process.roles={roles}\n\
                 node.id={node}\n\
                 controller.quorum.voters={}\n\
                 listeners={listeners}\n\
                 controller.listener.names=CONTROLLER\n\
                 offsets.topic.replication.factor=1\n\
                 log.dirs={}\n",
                voters.join(","),
                trio.data(node).display(),
            );
            std::fs::write(trio.file(node), text).unwrap();
        }
        trio
    }

    pub fn file(&self, node: usize) -> PathBuf {
        self.directory.path().join(format!("{node}.properties"))
    }

    pub fn data(&self, node: usize) -> PathBuf {
        self.directory.path().join(format!("data-{node}"))
    }

    /// What a node has written to standard error.
    pub fn log(&self, node: usize) -> String {
        let path = self.directory.path().join(format!("{node}.err"));
        std::fs::read_to_string(path).unwrap_or_default()
    }

    pub fn launch(&mut self, node: usize) {
        let err = self.directory.path().join(format!("{node}.err"));
        let err = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(err)
            .unwrap();
        let child = Command::new(BINARY)
            .arg("server")
            .arg(self.file(node))
            .stdout(Stdio::null())
            .stderr(err)
            .spawn();
        self.children[node - 1] = Some(child.unwrap());
    }

    /// Sends a signal to a node and waits for its end; gives how long that took.
    pub fn end(&mut self, node: usize, signal: &str) -> Duration {
        let mut child = self.children[node - 1].take().unwrap();
        let began = Instant::now();
        let id = child.id().to_string();
        ok(Command::new("kill").args([&format!("-{signal}"), &id]));
        child.wait().unwrap();
        began.elapsed()
    }

    pub fn address(&self, node: usize) -> String {
        format!("localhost:{}", self.ports[node - 1].0.number())
    }

    pub fn controller_address(&self, node: usize) -> String {
        format!("localhost:{}", self.ports[node - 1].1.number())
    }

    /// Runs a tool against a node.
    pub fn tool(&self, node: usize, arguments: &[&str]) -> Output {
        command(arguments)
            .args(["-b", &self.address(node)])
            .output()
            .unwrap()
    }

    /// Creates a topic through a node, as soon as that takes it.
    pub fn create(&self, node: usize, topic: &str) {
        self.until(&format!("{topic} is created through {node}"), |trio| {
            let arguments = ["topic", "create", topic, "--if-not-exists"];
            trio.tool(node, &arguments).status.success()
        });
    }

    /// The topics that a node knows.
    pub fn topics(&self, node: usize) -> Vec<String> {
        let client = client(&self.address(node));
        let cluster = client.all_topics();
        cluster.map_or(Vec::new(), |cluster| {
            cluster.topics.keys().map(|name| name.to_string()).collect()
        })
    }

    /// The brokers that a node knows.
    pub fn brokers(&self, node: usize) -> Vec<i32> {
        let client = client(&self.address(node));
        let cluster = client.all_topics();
        cluster.map_or(Vec::new(), |cluster| {
            cluster.nodes.keys().map(|id| id.0).collect()
        })
    }

    /// The quorum, as a listener tells it.
    pub fn quorum(&self, address: &str) -> Option<QuorumView> {
        let request = DescribeQuorumRequest {
            topics: vec![TopicData {
                topic_name: "__cluster_metadata".into(),
                partitions: vec![PartitionData::default()],
                ..Default::default()
            }],
            ..Default::default()
        };
        let answer = client(address).send(Target::Any, &request).ok()?;
        let response = answer.message().ok()?;
        let partition = response.topics.first()?.partitions.first()?;
        let voters = partition.current_voters.iter();
        let observers = partition.observers.iter();
        partition.error_code.is_none().then(|| QuorumView {
            leader: partition.leader_id,
            epoch: partition.leader_epoch,
            high_watermark: partition.high_watermark,
            voters: voters
                .map(|voter| (voter.replica_id, voter.log_end_offset))
                .collect(),
            observers: observers
                .map(|observer| (observer.replica_id, observer.log_end_offset))
                .collect(),
        })
    }

    /// The node of the active controller.
    pub fn leader(&self, through: usize) -> usize {
        let mut leader = 0;
        self.until("a controller is active", |trio| {
            let view = trio.quorum(&trio.address(through));
            leader = view.map_or(0, |view| usize::try_from(view.leader).unwrap_or(0));
            leader > 0 && trio.children[leader - 1].is_some()
        });
        leader
    }

    pub fn until(&self, what: &str, mut is_so: impl FnMut(&Self) -> bool) {
        let seen = || is_so(self).then_some(());
        wait::until(what, PATIENCE, seen, || self.logs()).unwrap();
    }

    fn logs(&self) -> String {
        (1..=3)
            .map(|node| format!("--- {node}\n{}", self.log(node)))
            .collect()
    }
}

impl Drop for Trio {
    fn drop(&mut self) {
        for child in self.children.iter_mut().flatten() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn client(address: &str) -> Client {
    let mut config = ClientConfig::bootstrap(address).unwrap();
    config.request_timeout = Duration::from_secs(2);
    config.api_timeout = Duration::from_secs(2);
    Client::new(config)
}

pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command.args(arguments);
    command
}

/// Runs a command that is to succeed; gives its output.
pub fn ok(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}
