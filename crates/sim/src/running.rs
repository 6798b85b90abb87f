//! A node that runs: what the shell's threads do for it, on one thread.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use broker::{
    Ask, Chunk, Connection, Destination, Door, Effects, Node, NodeParams, OpenError, Outbox, Peers,
    Principal, Session,
};
use config::{Input, NodeConfig};
use metadata::Image;
use model::{BrokerId, LeaderEpoch, Now, Ticket};
use storage::disk::{DiskDone, MemDisk};

use crate::world::Cluster;

/// The first log directory, which has the metadata as well.
pub(crate) const DATA: &str = "/data";
/// All that a node can have. Those beyond the first fail without taking the node with them.
pub(crate) const DIRECTORIES: [&str; 3] = [DATA, "/data-b", "/data-c"];

/// What a call into the node left to do.
#[derive(Debug, Default)]
pub(crate) struct Output {
    /// Bytes for clients, by connection.
    pub(crate) sends: Vec<(u64, Vec<u8>)>,
    /// Bytes for other nodes, by socket.
    pub(crate) to_nodes: Vec<(u64, Vec<u8>)>,
    /// Connections to other nodes to make.
    pub(crate) connect: Vec<(u64, Destination)>,
    /// Connections to other nodes that are given up.
    pub(crate) hung_up: Vec<u64>,
    /// When something is due on a connection to another node.
    pub(crate) peers: Option<Duration>,
    /// Connections that the node closes.
    pub(crate) closed: Vec<u64>,
    /// When requests of connections expire, on the node's clock.
    pub(crate) deadlines: Vec<(u64, Duration)>,
    pub(crate) controller: bool,
    pub(crate) background: Option<Duration>,
    pub(crate) reports: Vec<String>,
}

/// A node and its connections.
pub(crate) struct Running {
    node: Node,
    peers: Peers,
    fx: Effects,
    connections: BTreeMap<u64, Connection>,
    touched: BTreeSet<u64>,
}

impl Running {
    /// Opens a node on `disk`.
    pub(crate) fn open(
        disk: &MemDisk,
        seed: [u8; 32],
        config: &NodeConfig,
        now: Now,
    ) -> Result<Self, OpenError> {
        let advertised = config.broker().listeners.advertised;
        let params = NodeParams {
            given: config.given().clone(),
            advertised: advertised
                .into_iter()
                .filter(|listener| !listener.is_controller)
                .collect(),
            disk: Arc::new(disk.clone()),
            seed,
            open_files: 64,
            now,
        };
        let mut fx = Effects::default();
        let (node, _) = Node::open(params, &mut fx)?;
        Ok(Self {
            peers: node.broker().new_peers(),
            node,
            fx,
            connections: BTreeMap::new(),
            touched: BTreeSet::new(),
        })
    }

    pub(crate) fn accept(&mut self, link: u64, door: Door, now: Now) {
        let session = Session {
            connection: link,
            listener: 0,
            door,
            peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
            principal: Principal::anonymous(),
            software: None,
        };
        let limits = self.node.broker().socket_limits();
        let connection = Connection::new(now, session, limits.max_request_bytes);
        self.connections.insert(link, connection);
    }

    pub(crate) fn receive(&mut self, link: u64, now: Now, bytes: &[u8]) {
        if let Some(connection) = self.connections.get_mut(&link) {
            connection.receive(now, bytes, self.node.broker(), &mut self.fx);
            self.touched.insert(link);
        }
    }

    pub(crate) fn expire(&mut self, link: u64, now: Now) {
        if let Some(connection) = self.connections.get_mut(&link) {
            connection.expire(now, self.node.broker(), &mut self.fx);
            self.touched.insert(link);
        }
    }

    /// The connection is gone.
    pub(crate) fn end(&mut self, link: u64) {
        if let Some(mut connection) = self.connections.remove(&link) {
            connection.end(self.node.broker(), &mut self.fx);
        }
    }

    pub(crate) fn on_disk_done(&mut self, now: Now, done: DiskDone) {
        self.node.broker().on_disk_done(now, done, &mut self.fx);
    }

    /// What the shell tells of a connection to another node.
    pub(crate) fn with_peers(&mut self, act: impl FnOnce(&mut Peers)) {
        act(&mut self.peers);
    }

    /// The metadata as the node knows it.
    pub(crate) fn image(&self) -> Arc<Image> {
        Arc::clone(&self.node.broker().image())
    }

    /// The epoch in which this node leads the quorum.
    pub(crate) fn leads_in(&mut self) -> Option<LeaderEpoch> {
        let me = self.node.broker().node_id();
        let info = self.node.host_mut().quorum_info();
        (info.leader == Some(me)).then_some(info.epoch)
    }

    /// Lets the controller work; gives the time of its next turn.
    pub(crate) fn controller_turn(&mut self, now: Now) -> Option<Duration> {
        self.node.host_mut().turn(now, &mut self.fx)
    }

    /// Lets the background work; gives the time of the next round.
    pub(crate) fn housekeeping(&mut self, now: Now) -> Option<Duration> {
        let logs = self.node.broker().housekeeping(now, &mut self.fx);
        let groups = self.node.broker().group_timers(now, &mut self.fx);
        [logs, groups].into_iter().flatten().min()
    }

    /// The log directories that the node has given up.
    pub(crate) fn offline_directories(&self) -> Vec<PathBuf> {
        self.node.offline_directories()
    }

    pub(crate) fn has_failed(&mut self) -> bool {
        self.node.host_mut().has_failed()
    }

    /// Stops cleanly; gives what went wrong.
    pub(crate) fn close(self, now: Now) -> Vec<String> {
        drop(self.connections);
        self.node.close(now)
    }

    /// Carries out effects until there are none left, and collects what is for others.
    pub(crate) fn settle(&mut self, now: Now) -> Output {
        let mut output = Output::default();
        loop {
            self.carry_out(now, &mut output);
            let touched = std::mem::take(&mut self.touched);
            if touched.is_empty() {
                output.peers = self.peers.next_deadline();
                return output;
            }
            for link in touched {
                self.flush(link, now, &mut output);
            }
        }
    }

    fn carry_out(&mut self, now: Now, output: &mut Output) {
        loop {
            self.node.broker().end_turn(now, &mut self.fx);
            let mut fx = std::mem::take(&mut self.fx);
            let asked = self.ask(now, std::mem::take(&mut fx.asks), output);
            if fx.is_empty() && !asked {
                return;
            }
            output.controller |= fx.controller;
            output.background = [output.background, fx.background_by, fx.groups_by]
                .into_iter()
                .flatten()
                .min();
            output.reports.extend(fx.reports);
            for ticket in fx.wakes {
                self.with(ticket, |connection, broker, fx| {
                    connection.wake(now, ticket.request, broker, fx);
                });
            }
            for ticket in fx.abandoned {
                self.with(ticket, |connection, _, _| {
                    connection.abandon(ticket.request)
                });
            }
            for answer in fx.group_answers {
                self.with(answer.waiter.ticket, |connection, broker, fx| {
                    connection.on_group_answer(now, answer, broker, fx);
                });
            }
            for link in fx.readable {
                if let Some(connection) = self.connections.get_mut(&link) {
                    connection.on_room();
                }
            }
            for (link, is_ok) in fx.reads_ended {
                if let Some(connection) = self.connections.get_mut(&link) {
                    connection.on_read(is_ok);
                    self.touched.insert(link);
                }
            }
            for aside in fx.aside {
                let ticket = aside.ticket;
                let handled = aside.run(self.node.broker(), now, &mut self.fx);
                self.with(ticket, |connection, broker, fx| {
                    connection.finish_aside(now, ticket.request, handled, false, broker, fx);
                });
            }
            for (ticket, reply) in fx.replies {
                self.with(ticket, |connection, broker, fx| {
                    connection.deliver(now, ticket.request, reply, broker, fx);
                });
            }
        }
    }

    /// Asks other nodes, and takes in what they answered; whether there was anything to do.
    fn ask(&mut self, now: Now, asks: Vec<Ask>, output: &mut Output) -> bool {
        for ask in asks {
            self.peers.ask(now, ask);
        }
        let done = self.peers.take_output();
        if done.is_empty() {
            return false;
        }
        output.hung_up.extend(done.close);
        output.connect.extend(done.connect);
        output.to_nodes.extend(done.send);
        output.reports.extend(done.reports);
        for (token, answer) in done.answers {
            let broker = self.node.broker();
            broker.on_answer(now, token, answer, &mut self.fx);
        }
        true
    }

    fn with(
        &mut self,
        ticket: Ticket,
        act: impl FnOnce(&mut Connection, &broker::Broker, &mut Effects),
    ) {
        if let Some(connection) = self.connections.get_mut(&ticket.connection) {
            act(connection, self.node.broker(), &mut self.fx);
            self.touched.insert(ticket.connection);
        }
    }

    fn flush(&mut self, link: u64, now: Now, output: &mut Output) {
        let Some(connection) = self.connections.get_mut(&link) else {
            return;
        };
        let mut bytes = Vec::new();
        let mut is_broken = false;
        while connection.may_send(self.node.broker()) {
            let before = bytes.len();
            is_broken |= !take_front(connection.outbox(), &mut bytes);
            let count = bytes.len() - before;
            connection.sent(now, count, self.node.broker(), &mut self.fx);
        }
        if !bytes.is_empty() && !is_broken {
            output.sends.push((link, bytes));
        }
        if is_broken || connection.closing().is_some() {
            output.closed.push(link);
        } else if let Some(deadline) = connection.next_deadline() {
            output.deadlines.push((link, deadline));
        }
    }
}

/// The id of the node on a host.
pub(crate) fn node_id(host: usize) -> i32 {
    host as i32 + 1
}

/// The host of a node.
pub(crate) fn host_of(node: BrokerId) -> usize {
    node.0 as usize - 1
}

/// Appends what may be sent of the first chunk; whether it could be read.
fn take_front(outbox: &Outbox, bytes: &mut Vec<u8>) -> bool {
    match outbox.chunks().next() {
        Some(Chunk::Bytes(part)) => bytes.extend_from_slice(part),
        Some(Chunk::File(slice)) => {
            let slice = slice.head(outbox.warm());
            let start = bytes.len();
            bytes.resize(start + slice.len as usize, 0);
            let read = slice.file.read_at(&mut bytes[start..], slice.position);
            return read.ok() == Some(slice.len as usize);
        }
        None => {}
    }
    true
}

/// The configuration of the node on `host`.
pub(crate) fn node_config(
    cluster: Cluster,
    host: usize,
    directories: &[&str],
    (offsets_are_synced, migration_policy): (bool, &str),
) -> NodeConfig {
    let flush = if offsets_are_synced { "1" } else { "1000000" };
    let mut overrides = vec![
        format!("log.dirs={}", directories.join(",")),
        format!("log.flush.interval.messages={flush}"),
        "offsets.topic.num.partitions=2".into(),
        "group.initial.rebalance.delay.ms=0".into(),
        format!("group.consumer.migration.policy={migration_policy}"),
        "group.consumer.min.session.timeout.ms=6000".into(),
        "group.consumer.session.timeout.ms=6000".into(),
        "group.consumer.min.heartbeat.interval.ms=1000".into(),
        "group.consumer.heartbeat.interval.ms=1000".into(),
        "group.share.min.session.timeout.ms=6000".into(),
        "group.share.session.timeout.ms=6000".into(),
        "group.share.min.heartbeat.interval.ms=1000".into(),
        "group.share.heartbeat.interval.ms=1000".into(),
        "group.streams.min.session.timeout.ms=6000".into(),
        "group.streams.session.timeout.ms=6000".into(),
        "group.streams.min.heartbeat.interval.ms=1000".into(),
        "group.streams.heartbeat.interval.ms=1000".into(),
        "group.streams.initial.rebalance.delay.ms=0".into(),
        "group.streams.num.standby.replicas=1".into(),
        "group.share.min.record.lock.duration.ms=1000".into(),
        "group.share.record.lock.duration.ms=2000".into(),
        "share.coordinator.state.topic.num.partitions=2".into(),
        "share.coordinator.snapshot.update.records.per.snapshot=20".into(),
        "share.coordinator.state.topic.prune.interval.ms=2000".into(),
        "share.coordinator.cold.partition.snapshot.interval.ms=3000".into(),
        "log.index.size.max.bytes=4096".into(),
        "log.initial.task.delay.ms=5000".into(),
        "log.retention.check.interval.ms=5000".into(),
        "log.flush.offset.checkpoint.interval.ms=3000".into(),
        "log.cleaner.backoff.ms=700".into(),
        "log.cleaner.min.cleanable.ratio=0.1".into(),
        "log.cleaner.delete.retention.ms=3000".into(),
        "transaction.abort.timed.out.transaction.cleanup.interval.ms=1000".into(),
        // The offsets of groups are compacted as well.
        "log.roll.ms=6000".into(),
    ];
    overrides.extend(cluster_config(cluster, host));
    NodeConfig::load(Input {
        file: None,
        overrides: &overrides,
        data_directory: DATA,
    })
    .expect("the simulator's configuration is valid")
}

/// What a node of several has besides.
fn cluster_config(cluster: Cluster, host: usize) -> Vec<String> {
    let mut overrides = Vec::new();
    if cluster == Cluster::ThreeBrokers {
        overrides.extend([
            "replica.lag.time.max.ms=4000".into(),
            "broker.heartbeat.interval.ms=500".into(),
            "broker.session.timeout.ms=3000".into(),
            // What groups have committed survives the loss of one node, too.
            "min.insync.replicas=2".into(),
        ]);
    }
    if cluster != Cluster::OneNode {
        overrides.extend([
            format!("node.id={}", node_id(host)),
            "process.roles=broker,controller".into(),
            "controller.quorum.voters=1@host-1:9093,2@host-2:9093,3@host-3:9093".into(),
            format!(
                "listeners=PLAINTEXT://host-{0}:9092,CONTROLLER://host-{0}:9093",
                node_id(host)
            ),
            "controller.listener.names=CONTROLLER".into(),
            "metadata.log.max.record.bytes.between.snapshots=4000".into(),
        ]);
    }
    overrides
}
