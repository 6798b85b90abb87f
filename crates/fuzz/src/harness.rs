//! A whole node in memory, with what the shell's threads would do for it done at once.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use broker::{Chunk, Connection, Door, Effects, Node, NodeParams, OpenError, Principal, Session};
use config::{Input, NodeConfig};
use model::{Now, Ticket, TimestampMs};
use storage::disk::{Disk, MemDisk};

/// Where the node keeps everything.
pub(crate) const DATA: &str = "/data";

/// Rounds after which a node that still has something to do is left alone: controller and broker would be talking
/// in circles.
const MAX_ROUNDS: usize = 10_000;

/// What came back on one connection.
#[derive(Debug, Default)]
pub(crate) struct Answered {
    /// The bytes of the answers.
    pub(crate) bytes: Vec<u8>,
    /// Whether the node closed the connection.
    pub(crate) is_closed: bool,
}

/// A node and its connections.
pub(crate) struct Harness {
    node: Node,
    disk: MemDisk,
    fx: Effects,
    connections: BTreeMap<u64, Connection>,
    now: Now,
}

impl Harness {
    /// Opens a node on `disk`; `seed`, which decides its random numbers, has to be another one at each start.
    pub(crate) fn open(disk: &MemDisk, seed: u8) -> Result<Self, OpenError> {
        let now = Now {
            mono: Duration::from_secs(1),
            wall: TimestampMs(1_700_000_000_000),
        };
        let config = config();
        let advertised = config.broker().listeners.advertised;
        let params = NodeParams {
            given: config.given().clone(),
            advertised: advertised
                .into_iter()
                .filter(|listener| !listener.is_controller)
                .collect(),
            disk: Arc::new(disk.clone()),
            seed: [seed; 32],
            open_files: 64,
            now,
        };
        let mut fx = Effects::default();
        let (node, _) = Node::open(params, &mut fx)?;
        let mut harness = Self {
            node,
            disk: disk.clone(),
            fx,
            connections: BTreeMap::new(),
            now,
        };
        harness.settle();
        Ok(harness)
    }

    /// Takes in bytes from a client, which connects with the first of them, and lets the node do all that it can do.
    pub(crate) fn send(&mut self, connection: u64, bytes: &[u8]) -> Answered {
        let limits = self.node.broker().socket_limits();
        let now = self.now;
        let session = Session {
            connection,
            listener: 0,
            door: Door::Clients,
            peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
            principal: Principal::anonymous(),
            software: None,
        };
        let known = self
            .connections
            .entry(connection)
            .or_insert_with(|| Connection::new(now, session, limits.max_request_bytes));
        known.receive(now, bytes, self.node.broker(), &mut self.fx);
        self.settle();
        self.collect(connection)
    }

    /// Lets time pass: deadlines of requests, groups, quorum and background.
    pub(crate) fn pass(&mut self, time: Duration) {
        self.now.mono += time;
        let millis = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        self.now.wall = TimestampMs(self.now.wall.0.saturating_add(millis));
        for connection in self.connections.values_mut() {
            connection.expire(self.now, self.node.broker(), &mut self.fx);
        }
        self.node.broker().housekeeping(self.now, &mut self.fx);
        self.node.broker().group_timers(self.now, &mut self.fx);
        self.settle();
    }

    /// Stops it cleanly.
    pub(crate) fn close(mut self) -> Vec<String> {
        for connection in self.connections.values_mut() {
            connection.end(self.node.broker(), &mut self.fx);
        }
        self.node.close(self.now)
    }

    /// Lets controller, disk and connections work until none has anything to do.
    fn settle(&mut self) {
        for _ in 0..MAX_ROUNDS {
            self.node.host_mut().turn(self.now, &mut self.fx);
            for (token, op) in self.disk.take_submitted() {
                let done = self.disk.complete(token, op);
                let broker = self.node.broker();
                broker.on_disk_done(self.now, done, &mut self.fx);
            }
            self.node.broker().end_turn(self.now, &mut self.fx);
            (self.fx.background_by, self.fx.groups_by) = (None, None);
            self.fx.reports.clear();
            if self.fx.is_empty() {
                return;
            }
            self.carry_out();
        }
        panic!("controller and broker do not come to rest");
    }

    fn carry_out(&mut self) {
        let now = self.now;
        let fx = std::mem::take(&mut self.fx);
        for aside in fx.aside {
            let ticket = aside.ticket;
            let handled = aside.run(self.node.broker(), now, &mut self.fx);
            self.with(ticket, |connection, broker, fx| {
                connection.finish_aside(now, ticket.request, handled, false, broker, fx);
            });
        }
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
        for (ticket, reply) in fx.replies {
            self.with(ticket, |connection, broker, fx| {
                connection.deliver(now, ticket.request, reply, broker, fx);
            });
        }
    }

    fn with(
        &mut self,
        ticket: Ticket,
        act: impl FnOnce(&mut Connection, &broker::Broker, &mut Effects),
    ) {
        if let Some(connection) = self.connections.get_mut(&ticket.connection) {
            act(connection, self.node.broker(), &mut self.fx);
        }
    }

    /// Takes what is to be sent to a client; a connection that the node closes is gone with it.
    fn collect(&mut self, connection: u64) -> Answered {
        let mut answered = Answered::default();
        let Some(known) = self.connections.get_mut(&connection) else {
            return answered;
        };
        while !known.outbox().is_empty() {
            let before = answered.bytes.len();
            for chunk in known.outbox().chunks() {
                match chunk {
                    Chunk::Bytes(bytes) => answered.bytes.extend_from_slice(bytes),
                    Chunk::File(slice) => answered
                        .bytes
                        .extend(slice.read().expect("a slice can be read")),
                }
            }
            let count = answered.bytes.len() - before;
            known.sent(self.now, count, self.node.broker(), &mut self.fx);
        }
        answered.is_closed = known.closing().is_some();
        if answered.is_closed {
            known.end(self.node.broker(), &mut self.fx);
            self.connections.remove(&connection);
        }
        answered
    }
}

fn config() -> NodeConfig {
    let overrides = [
        format!("log.dirs={DATA}"),
        "offsets.topic.num.partitions=2".into(),
        "num.partitions=2".into(),
        "group.initial.rebalance.delay.ms=0".into(),
        "log.index.size.max.bytes=4096".into(),
        // Bombs are refused here as they are anywhere, only sooner.
        "max.incremental.fetch.session.cache.slots=8".into(),
    ];
    NodeConfig::load(Input {
        file: None,
        overrides: &overrides,
        data_directory: DATA,
    })
    .expect("the configuration is valid")
}

/// Every file below `dir` with its bytes, in the order of their names.
pub(crate) fn all_files(disk: &dyn Disk, dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in disk.read_dir(dir).unwrap_or_default() {
        let path = dir.join(&entry.name);
        if entry.is_dir {
            files.extend(all_files(disk, &path));
        } else if let Ok(bytes) = disk.read_file(&path, u64::MAX) {
            files.push((path, bytes));
        }
    }
    files
}
