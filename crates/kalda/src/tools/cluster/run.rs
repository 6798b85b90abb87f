//! Starts, stops and shows the nodes of a cluster that is remembered in a directory.

use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use clap::Args;
use client::{Client, ClientConfig, Cluster};

use super::super::storage::random_uuid;
use super::super::{ToolError, output};
use super::machine::Machines;
use super::plan::{self, NodePlan, Plan};
use crate::configuration::data_directory;

/// Where a cluster is remembered.
const FILE: &str = "cluster.json";
/// How long nodes may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(100);
const MAX_NODES: usize = 99;

/// The cluster that is meant.
#[derive(Args, Clone, Debug)]
pub struct WhereArgs {
    /// The directory of the cluster; one beside the data of a single node if not said.
    #[arg(long, value_name = "DIR")]
    directory: Option<PathBuf>,
    /// What reaches the machines of --hosts: ssh, or a command in its place, which is given machine and script.
    #[arg(long, value_name = "COMMAND", default_value = "ssh")]
    ssh: String,
}

/// `kalda cluster start`.
#[derive(Args, Debug)]
pub struct StartArgs {
    #[command(flatten)]
    place: WhereArgs,
    /// How many nodes, each of them broker and controller; 3 if not said.
    #[arg(long, value_name = "N", conflicts_with = "hosts", value_parser = clap::value_parser!(u8).range(1..=MAX_NODES as i64))]
    nodes: Option<u8>,
    /// A file with the machines of the nodes, one a line: host or user@host, as ssh is told.
    #[arg(long, value_name = "FILE")]
    hosts: Option<PathBuf>,
    /// The port of the first node on a machine; others follow, and controllers listen 10000 above.
    #[arg(long, value_name = "PORT", default_value_t = plan::PORT)]
    port: u16,
    /// A configuration for all nodes; may be given several times.
    #[arg(long = "override", value_name = "KEY=VALUE")]
    overrides: Vec<String>,
    /// The program on the machines of --hosts.
    #[arg(long, value_name = "PATH", default_value = "kalda")]
    remote_kalda: String,
}

/// `kalda cluster kill`.
#[derive(Args, Debug)]
pub struct KillArgs {
    #[command(flatten)]
    place: WhereArgs,
    /// The node's id.
    node: usize,
}

fn failed(text: String) -> ToolError {
    ToolError::Cluster(text)
}

impl WhereArgs {
    fn directory(&self) -> PathBuf {
        let default = || PathBuf::from(format!("{}-cluster", data_directory()));
        let directory = self.directory.clone().unwrap_or_else(default);
        std::path::absolute(&directory).unwrap_or(directory)
    }

    fn machines(&self, remote_kalda: &str) -> Machines {
        Machines {
            ssh: self.ssh.clone(),
            kalda: remote_kalda.to_owned(),
        }
    }

    /// The cluster that was started here, if one was.
    fn remembered(&self) -> Result<Option<Plan>, ToolError> {
        let file = self.directory().join(FILE);
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(format!("{}: {error}", file.display()))),
        };
        let value = serde_json::from_str(&text).ok();
        let plan = value.as_ref().and_then(Plan::of_json);
        let damaged = || {
            failed(format!(
                "{} is damaged: restore it, or start in another --directory",
                file.display()
            ))
        };
        plan.map(Some).ok_or_else(damaged)
    }

    fn existing(&self) -> Result<Plan, ToolError> {
        self.remembered()?.ok_or_else(|| {
            let directory = self.directory();
            failed(format!(
                "no cluster was started in {}: 'kalda cluster start' makes one, --directory names another",
                directory.display()
            ))
        })
    }

    /// Stops the nodes, which hand over what they lead.
    pub fn stop(&self) -> Result<(), ToolError> {
        let (plan, machines) = (self.existing()?, self.machines(""));
        let mut stopping = Vec::new();
        for node in &plan.nodes {
            if let Some(process) = machines.process(node).map_err(failed)? {
                machines.signal(node, process, "TERM").map_err(failed)?;
                stopping.push(node);
            }
        }
        for node in &stopping {
            until(|| Ok(machines.process(node).map_err(failed)?.is_none())).and_then(
                |is_over| match is_over {
                    true => output::print(&format!("node {} has stopped\n", node.id)),
                    false => Err(failed(format!(
                        "node {} does not stop: 'kalda cluster kill {0}' ends it",
                        node.id
                    ))),
                },
            )?;
        }
        if stopping.is_empty() {
            output::print("no node runs\n")?;
        }
        Ok(())
    }

    /// Shows the nodes.
    pub fn status(&self) -> Result<(), ToolError> {
        let plan = self.existing()?;
        let text = self.table(&plan, &self.machines(""))?;
        output::print(&text)
    }

    fn table(&self, plan: &Plan, machines: &Machines) -> Result<String, ToolError> {
        let known = ask(plan);
        let row = |node: &NodePlan| {
            let process = machines.process(node).map_err(failed)?;
            let is_in = known.as_ref().is_some_and(|cluster| has(cluster, node));
            let state = match (process, is_in) {
                (Some(_), true) => "running",
                (Some(_), false) => "not in the cluster",
                (None, _) => "stopped",
            };
            Ok([
                node.id.to_string(),
                node.address(),
                format!("{}:{}", node.host, node.controller_port),
                output::or_dash(process),
                state.to_owned(),
                node.directory.display().to_string(),
            ])
        };
        let rows = plan
            .nodes
            .iter()
            .map(row)
            .collect::<Result<Vec<_>, ToolError>>()?;
        let head = output::fields([
            ("cluster", plan.cluster_id.clone()),
            (
                "controller",
                output::or_dash(known.and_then(|cluster| cluster.controller)),
            ),
            ("bootstrap servers", plan.bootstrap()),
        ]);
        let headings = [
            "NODE",
            "ADDRESS",
            "CONTROLLER",
            "PROCESS",
            "STATE",
            "DIRECTORY",
        ];
        Ok(format!("{head}\n{}", output::columns(headings, rows)))
    }
}

impl StartArgs {
    /// Starts the nodes that do not run, and waits until they are one cluster.
    pub fn run(self) -> Result<(), ToolError> {
        let plan = match self.place.remembered()? {
            Some(plan) => self.same(plan)?,
            None => self.plan()?,
        };
        self.remember(&plan)?;
        let mut started = Vec::new();
        for node in &plan.nodes {
            let machines = self.machines(node)?;
            if machines.process(node).map_err(failed)?.is_none() {
                let properties = plan.properties(node);
                machines
                    .start(node, &plan.cluster_id, &properties)
                    .map_err(failed)?;
                started.push(node);
            }
        }
        let is_whole = || {
            for node in &started {
                self.see_that_it_lives(node)?;
            }
            let cluster = ask(&plan);
            Ok(cluster.is_some_and(|cluster| plan.nodes.iter().all(|node| has(&cluster, node))))
        };
        if !until(is_whole)? {
            let text = self.place.table(&plan, &self.place.machines(""))?;
            output::print(&text)?;
            return Err(failed(format!(
                "the nodes are not one cluster after {} s",
                PATIENCE.as_secs()
            )));
        }
        output::print(&self.place.table(&plan, &self.place.machines(""))?)
    }

    fn machines(&self, node: &NodePlan) -> Result<Machines, ToolError> {
        if node.machine.is_some() {
            return Ok(self.place.machines(&self.remote_kalda));
        }
        let own = std::env::current_exe();
        let own =
            own.map_err(|error| failed(format!("the program that runs cannot be found: {error}")))?;
        Ok(self.place.machines(&own.display().to_string()))
    }

    fn plan(&self) -> Result<Plan, ToolError> {
        let machines = match &self.hosts {
            None => vec![None; usize::from(self.nodes.unwrap_or(3))],
            Some(file) => {
                let text = fs::read_to_string(file);
                let text = text.map_err(|error| failed(format!("{}: {error}", file.display())))?;
                let machines = plan::machines(&text);
                if machines.is_empty() || machines.len() > MAX_NODES {
                    let (file, count) = (file.display(), machines.len());
                    return Err(failed(format!(
                        "{file} names {count} machines: name 1 to {MAX_NODES}, one a line"
                    )));
                }
                machines
            }
        };
        let id = random_uuid()?.to_string();
        let plan = Plan::on(&self.place.directory(), id, &machines, self.port).map_err(failed)?;
        Ok(Plan {
            overrides: self.overrides.clone(),
            ..plan
        })
    }

    /// The cluster that is there already; it cannot be made into another one.
    fn same(&self, plan: Plan) -> Result<Plan, ToolError> {
        let asked = self.nodes.map(usize::from);
        if asked.is_some_and(|count| count != plan.nodes.len()) {
            return Err(failed(format!(
                "the cluster in {} has {} nodes: name another --directory for a new one",
                self.place.directory().display(),
                plan.nodes.len()
            )));
        }
        if self.overrides.is_empty() {
            return Ok(plan);
        }
        Ok(Plan {
            overrides: self.overrides.clone(),
            ..plan
        })
    }

    fn remember(&self, plan: &Plan) -> Result<(), ToolError> {
        let directory = self.place.directory();
        let file = directory.join(FILE);
        let text = format!("{:#}\n", plan.to_json());
        fs::create_dir_all(&directory)
            .and_then(|()| fs::write(&file, text))
            .map_err(|error| failed(format!("{}: {error}", file.display())))
    }

    fn see_that_it_lives(&self, node: &NodePlan) -> Result<(), ToolError> {
        let machines = self.machines(node)?;
        if machines.process(node).map_err(failed)?.is_some() {
            return Ok(());
        }
        let words = machines.last_words(node).map_err(failed)?;
        Err(failed(format!(
            "node {} has ended; {}/kalda.log says:\n{}",
            node.id,
            node.directory.display(),
            words.trim_end()
        )))
    }
}

impl KillArgs {
    /// Ends the node's process with SIGKILL.
    pub fn run(self) -> Result<(), ToolError> {
        let (plan, machines) = (self.place.existing()?, self.place.machines(""));
        let node = plan.nodes.iter().find(|node| node.id == self.node);
        let count = plan.nodes.len();
        let node = node.ok_or_else(|| {
            failed(format!(
                "there is no node {}: there are 1 to {count}",
                self.node
            ))
        })?;
        let process = machines.process(node).map_err(failed)?;
        let process = process.ok_or_else(|| failed(format!("node {} does not run", node.id)))?;
        machines.signal(node, process, "KILL").map_err(failed)?;
        output::print(&format!("node {} was ended (process {process})\n", node.id))
    }
}

/// The cluster as its nodes know it, if one of them answers soon.
fn ask(plan: &Plan) -> Option<Cluster> {
    let timeout = Duration::from_secs(1);
    let config = ClientConfig {
        client_id: "kalda-cluster".to_owned(),
        request_timeout: timeout,
        api_timeout: timeout,
        ..ClientConfig::bootstrap(&plan.bootstrap()).ok()?
    };
    Client::new(config).all_topics().ok()
}

fn has(cluster: &Cluster, node: &NodePlan) -> bool {
    let id = i32::try_from(node.id).unwrap_or(i32::MAX);
    cluster.nodes.values().any(|known| known.id.0 == id)
}

/// Whether it comes true in time.
fn until(mut is_true: impl FnMut() -> Result<bool, ToolError>) -> Result<bool, ToolError> {
    let end = Instant::now() + PATIENCE;
    loop {
        if is_true()? {
            return Ok(true);
        }
        if Instant::now() >= end {
            return Ok(false);
        }
        sleep(LOOK_AGAIN);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_keeps_the_number_of_its_nodes() {
        let place = WhereArgs {
            directory: Some(PathBuf::from("/c")),
            ssh: "ssh".to_owned(),
        };
        let args = |nodes| StartArgs {
            place: place.clone(),
            nodes,
            hosts: None,
            port: plan::PORT,
            overrides: Vec::new(),
            remote_kalda: "kalda".to_owned(),
        };
        let plan = Plan::on(
            std::path::Path::new("/c"),
            "id".into(),
            &[None, None, None],
            plan::PORT,
        )
        .expect("it fits");
        assert!(args(None).same(plan.clone()).is_ok());
        assert!(args(Some(3)).same(plan.clone()).is_ok());
        let refused = args(Some(5)).same(plan).expect_err("another number");
        assert!(refused.to_string().contains("has 3 nodes"), "{refused}");
    }
}
