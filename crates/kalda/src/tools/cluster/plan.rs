//! The nodes of a cluster: where they run, on which ports, with which configuration.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// The port of the first node's clients, unless another is asked for.
pub const PORT: u16 = 9092;
/// Controllers listen so far above clients.
const CONTROLLER_SHIFT: u16 = 10_000;
/// As many replicas as a partition needs to survive the loss of any node.
const REPLICAS: usize = 3;

/// A cluster that was planned, and is remembered in its directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The id that all nodes are formatted with.
    pub cluster_id: String,
    /// The first has the number 1.
    pub nodes: Vec<NodePlan>,
    /// Configurations that all nodes get beside those of the plan.
    pub overrides: Vec<String>,
}

/// One node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodePlan {
    /// `node.id`.
    pub id: usize,
    /// The machine, as ssh is told; none for this one.
    pub machine: Option<String>,
    /// Where clients and other nodes find it.
    pub host: String,
    /// For clients and other brokers.
    pub port: u16,
    /// For controllers.
    pub controller_port: u16,
    /// What it has on its machine: configuration, log, data.
    pub directory: PathBuf,
}

impl NodePlan {
    /// Where clients reach it.
    pub fn address(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

impl Plan {
    /// A node on each of the machines; those that share one have ports of their own.
    ///
    /// # Errors
    /// Says what does not fit.
    pub fn on(
        directory: &Path,
        cluster_id: String,
        machines: &[Option<String>],
        port: u16,
    ) -> Result<Self, String> {
        let place = |(index, machine): (usize, &Option<String>)| {
            let host = machine.as_deref().map_or("localhost", host_of);
            let others = machines[..index].iter().map(|other| other.as_deref());
            let neighbours = others.filter(|other| other.map_or("localhost", host_of) == host);
            let neighbours = neighbours.count();
            let shift = u16::try_from(neighbours).ok();
            let port = shift.and_then(|shift| port.checked_add(shift));
            let controller_port = port.and_then(|port| port.checked_add(CONTROLLER_SHIFT));
            let (port, controller_port) = port.zip(controller_port).ok_or_else(|| {
                format!(
                    "the ports of node {} exceed 65535: choose a lower --port",
                    index + 1
                )
            })?;
            Ok(NodePlan {
                id: index + 1,
                machine: machine.clone(),
                host: host.to_owned(),
                port,
                controller_port,
                directory: directory.join(format!("node-{}", index + 1)),
            })
        };
        let nodes = machines.iter().enumerate().map(place);
        Ok(Self {
            cluster_id,
            nodes: nodes.collect::<Result<_, String>>()?,
            overrides: Vec::new(),
        })
    }

    /// The server.properties of a node.
    pub fn properties(&self, node: &NodePlan) -> String {
        let voters = self.nodes.iter();
        let voters =
            voters.map(|node| format!("{}@{}:{}", node.id, node.host, node.controller_port));
        let voters: Vec<String> = voters.collect();
        let replicas = self.nodes.len().min(REPLICAS);
        let min_isr = if replicas < REPLICAS { 1 } else { REPLICAS - 1 };
        let mut text = String::new();
        for (key, value) in [
            ("process.roles", "broker,controller".to_owned()),
            ("node.id", node.id.to_string()),
            ("controller.quorum.voters", voters.join(",")),
            (
                "listeners",
                format!(
                    "PLAINTEXT://{}:{},CONTROLLER://{}:{}",
                    node.host, node.port, node.host, node.controller_port
                ),
            ),
            ("controller.listener.names", "CONTROLLER".to_owned()),
            (
                "log.dirs",
                node.directory.join("data").display().to_string(),
            ),
            ("default.replication.factor", replicas.to_string()),
            ("min.insync.replicas", min_isr.to_string()),
            ("offsets.topic.replication.factor", replicas.to_string()),
            (
                "transaction.state.log.replication.factor",
                replicas.to_string(),
            ),
            ("transaction.state.log.min.isr", min_isr.to_string()),
            (
                "share.coordinator.state.topic.replication.factor",
                replicas.to_string(),
            ),
            ("share.coordinator.state.topic.min.isr", min_isr.to_string()),
        ] {
            let _ = writeln!(text, "{key}={value}");
        }
        for line in &self.overrides {
            let _ = writeln!(text, "{line}");
        }
        text
    }

    /// What clients are given to find the cluster.
    pub fn bootstrap(&self) -> String {
        let addresses: Vec<String> = self.nodes.iter().map(NodePlan::address).collect();
        addresses.join(",")
    }

    /// How it is remembered.
    pub fn to_json(&self) -> Value {
        let node = |node: &NodePlan| {
            json!({
                "id": node.id,
                "machine": node.machine,
                "host": node.host,
                "port": node.port,
                "controller_port": node.controller_port,
                "directory": node.directory,
            })
        };
        json!({
            "cluster_id": self.cluster_id,
            "overrides": self.overrides,
            "nodes": self.nodes.iter().map(node).collect::<Vec<_>>(),
        })
    }

    /// What was remembered; `None` if it is not that.
    pub fn of_json(value: &Value) -> Option<Self> {
        let port = |value: &Value| u16::try_from(value.as_u64()?).ok();
        let node = |node: &Value| {
            Some(NodePlan {
                id: usize::try_from(node["id"].as_u64()?).ok()?,
                machine: node["machine"].as_str().map(str::to_owned),
                host: node["host"].as_str()?.to_owned(),
                port: port(&node["port"])?,
                controller_port: port(&node["controller_port"])?,
                directory: PathBuf::from(node["directory"].as_str()?),
            })
        };
        let overrides = value["overrides"].as_array()?.iter();
        Some(Self {
            cluster_id: value["cluster_id"].as_str()?.to_owned(),
            overrides: overrides
                .map(|line| Some(line.as_str()?.to_owned()))
                .collect::<Option<_>>()?,
            nodes: value["nodes"]
                .as_array()?
                .iter()
                .map(node)
                .collect::<Option<_>>()?,
        })
    }
}

/// The host in what ssh is told: `user@host`.
fn host_of(machine: &str) -> &str {
    machine.rsplit_once('@').map_or(machine, |(_, host)| host)
}

/// The machines of a hosts file: one a line; `#` begins a comment.
pub fn machines(text: &str) -> Vec<Option<String>> {
    let lines = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim());
    lines
        .filter(|line| !line.is_empty())
        .map(|line| Some(line.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_that_share_a_machine_have_ports_of_their_own() {
        let machines = machines("me@a # the first\n\n# none\nb\nyou@a\n");
        let plan = Plan::on(Path::new("/c"), "id".into(), &machines, 9092).expect("it fits");
        let found: Vec<_> = plan
            .nodes
            .iter()
            .map(|node| (node.address(), node.controller_port))
            .collect();
        let expected = [("a:9092", 19_092), ("b:9092", 19_092), ("a:9093", 19_093)];
        assert_eq!(
            found,
            expected.map(|(address, port)| (address.to_owned(), port))
        );
        assert_eq!(Plan::of_json(&plan.to_json()), Some(plan));
    }

    #[test]
    fn ports_end_somewhere() {
        let local = |count, port| Plan::on(Path::new("/c"), "id".into(), &vec![None; count], port);
        assert!(local(2, 55_534).is_ok());
        let refused = local(2, 55_535).expect_err("a port beyond the last");
        assert!(refused.contains("node 2"), "{refused}");
    }

    #[test]
    fn three_nodes_survive_the_loss_of_one() {
        let mut plan =
            Plan::on(Path::new("/c"), "id".into(), &[None, None, None], 9092).expect("it fits");
        plan.overrides.push("num.partitions=6".to_owned());
        let text = plan.properties(&plan.nodes[2]);
        for line in [
            "node.id=3",
            "controller.quorum.voters=1@localhost:19092,2@localhost:19093,3@localhost:19094",
            "listeners=PLAINTEXT://localhost:9094,CONTROLLER://localhost:19094",
            "default.replication.factor=3",
            "min.insync.replicas=2",
            "log.dirs=/c/node-3/data",
            "num.partitions=6",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
        }
    }
}
