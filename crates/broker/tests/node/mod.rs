//! A node on a disk in memory, its clients, and operations of the disk that end when the test says so.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use broker::{Chunk, Connection, Door, Effects, Node, NodeParams, Principal, Session};
use config::{Input, NodeConfig};
use model::{Now, Ticket, TimestampMs};
use protocol::create_topics_request::{CreatableTopic, CreateTopicsRequest};
use protocol::delete_topics_request::DeleteTopicsRequest;
use protocol::fetch_request::{FetchPartition, FetchRequest, FetchTopic};
use protocol::fetch_response::FetchResponse;
use protocol::metadata_request::{MetadataRequest, MetadataRequestTopic};
use protocol::metadata_response::MetadataResponse;
use protocol::produce_request::{PartitionProduceData, ProduceRequest, TopicProduceData};
use protocol::produce_response::ProduceResponse;
use protocol::response_header::ResponseHeader;
use protocol::{Message, Reader, Records, Request, Writer, encode_request};
use records::{BatchBuilder, NewRecord};
use storage::disk::{DiskOp, MemDisk, Token};

pub const PRODUCE: i16 = 9;
const METADATA: i16 = 12;
pub const FETCH: i16 = 11;

/// A node and what surrounds it.
pub struct Bench {
    pub disk: MemDisk,
    pub reports: Vec<String>,
    node: Option<Node>,
    starts: u8,
    pub overrides: Vec<String>,
    fx: Effects,
    now: Duration,
    connections: BTreeMap<u64, Connection>,
    received: BTreeMap<u64, Vec<u8>>,
    /// Operations of the disk that were not let end.
    pub held: Vec<(Token, DiskOp)>,
    /// Bytes of each record that is produced.
    pub record_bytes: usize,
    /// Which operations are held.
    pub holds: fn(&DiskOp) -> bool,
}

impl Bench {
    /// A new node.
    pub fn new(overrides: &[&str]) -> Self {
        let mut bench = Self {
            disk: MemDisk::new(1),
            reports: Vec::new(),
            node: None,
            starts: 0,
            overrides: overrides.iter().map(|each| (*each).to_owned()).collect(),
            fx: Effects::default(),
            now: Duration::from_secs(1),
            connections: BTreeMap::new(),
            received: BTreeMap::new(),
            held: Vec::new(),
            record_bytes: 100,
            holds: |_| false,
        };
        bench.start();
        bench
    }

    fn start(&mut self) {
        self.starts += 1;
        let config = NodeConfig::load(Input {
            file: None,
            overrides: &self.overrides,
            data_directory: "/data",
        });
        let config = config.expect("the configuration is valid");
        let advertised = config.broker().listeners.advertised.into_iter();
        let params = NodeParams {
            given: config.given().clone(),
            advertised: advertised.filter(|l| !l.is_controller).collect(),
            disk: Arc::new(self.disk.clone()),
            seed: [self.starts; 32],
            open_files: 64,
            now: self.time(),
        };
        let (node, _) = Node::open(params, &mut self.fx).expect("the node starts");
        self.node = Some(node);
        self.settle();
    }

    /// kill -9 and a new start; the clients are gone.
    pub fn kill_and_start(&mut self) {
        self.connections.clear();
        self.received.clear();
        self.held.clear();
        self.node = None;
        self.fx = Effects::default();
        self.disk.restart();
        self.start();
    }

    /// A clean stop and a new start.
    pub fn stop_and_start(&mut self) -> Vec<String> {
        self.connections.clear();
        let now = self.time();
        let node = self.node.take().expect("the node runs");
        let faults = node.close(now);
        self.kill_and_start();
        faults
    }

    /// A clean stop, a change to what is on the disk, and a new start.
    pub fn stop_and_restart_with(&mut self, change: impl FnOnce(&MemDisk) -> std::io::Result<()>) {
        self.connections.clear();
        let now = self.time();
        let node = self.node.take().expect("the node runs");
        assert_eq!(node.close(now), [""; 0]);
        change(&self.disk).expect("the disk is changed");
        self.kill_and_start();
    }

    fn time(&self) -> Now {
        Now {
            mono: self.now,
            wall: TimestampMs(1_770_000_000_000 + self.now.as_millis() as i64),
        }
    }

    pub fn connect(&mut self) -> u64 {
        let id = self.connections.len() as u64 + 1;
        let session = Session {
            connection: id,
            listener: 0,
            door: Door::Clients,
            peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
            principal: Principal::anonymous(),
            software: None,
        };
        let connection = Connection::new(self.time(), session, 100 << 20);
        self.connections.insert(id, connection);
        id
    }

    /// Sends bytes as they are.
    pub fn send_bytes(&mut self, id: u64, bytes: &[u8]) {
        let now = self.time();
        let node = self.node.as_ref().expect("the node runs");
        let connection = self
            .connections
            .get_mut(&id)
            .expect("the client is connected");
        connection.receive(now, bytes, node.broker(), &mut self.fx);
        self.settle();
    }

    pub fn send<'a, R: Request<'a>>(&mut self, id: u64, version: i16, request: &R) {
        let mut writer = Writer::new();
        encode_request(&mut writer, version, 1, Some("test"), request).expect("it can be written");
        let bytes = writer.into_parts().0;
        self.send_bytes(id, &bytes);
    }

    /// Whether the shell would read from the client.
    pub fn is_read(&mut self, id: u64) -> bool {
        let node = self.node.as_ref().expect("the node runs");
        let connection = self
            .connections
            .get_mut(&id)
            .expect("the client is connected");
        connection.wants_bytes(node.broker())
    }

    /// The client goes away.
    pub fn leave(&mut self, id: u64) {
        let node = self.node.as_ref().expect("the node runs");
        if let Some(mut connection) = self.connections.remove(&id) {
            connection.end(node.broker(), &mut self.fx);
        }
        self.settle();
    }

    /// The bytes of the next answer, without size.
    pub fn answer(&mut self, id: u64) -> Option<Vec<u8>> {
        let received = self.received.entry(id).or_default();
        let size = received
            .first_chunk::<4>()
            .map(|size| i32::from_be_bytes(*size) as usize)?;
        let rest = received.split_off((4 + size).min(received.len()));
        let answer = std::mem::replace(received, rest);
        assert_eq!(answer.len(), 4 + size, "answers are sent whole");
        Some(answer[4..].to_vec())
    }

    /// Lets held operations end that `which` accepts.
    pub fn release(&mut self, which: fn(&DiskOp) -> bool) -> usize {
        let (ending, held) = std::mem::take(&mut self.held)
            .into_iter()
            .partition(|(_, op)| which(op));
        self.held = held;
        let ending: Vec<_> = ending;
        let count = ending.len();
        for (token, op) in ending {
            self.end(token, op);
        }
        self.settle();
        count
    }

    fn end(&mut self, token: Token, op: DiskOp) {
        let done = self.disk.complete(token, op);
        let now = self.time();
        let node = self.node.as_ref().expect("the node runs");
        node.broker().on_disk_done(now, done, &mut self.fx);
    }

    /// Nothing is done for so long: the machine, or a thread, was held up.
    pub fn stand_still(&mut self, time: Duration) {
        self.now += time;
        self.settle();
    }

    /// Lets time pass, with all that falls due.
    pub fn pass(&mut self, time: Duration) {
        let until = self.now + time;
        while self.now < until {
            self.now = (self.now + Duration::from_millis(100)).min(until);
            let now = self.time();
            let node = self.node.as_ref().expect("the node runs");
            node.broker().housekeeping(now, &mut self.fx);
            node.broker().group_timers(now, &mut self.fx);
            for connection in self.connections.values_mut() {
                connection.expire(now, node.broker(), &mut self.fx);
            }
            self.settle();
        }
    }

    fn settle(&mut self) {
        loop {
            self.turn();
            let ops = self.disk.take_submitted();
            let is_over = ops.is_empty() && self.fx.is_empty();
            for (token, op) in ops {
                if (self.holds)(&op) {
                    self.held.push((token, op));
                } else {
                    self.end(token, op);
                }
            }
            if is_over {
                return;
            }
        }
    }

    fn turn(&mut self) {
        let now = self.time();
        let node = self.node.as_mut().expect("the node runs");
        node.host_mut().turn(now, &mut self.fx);
        let broker = Arc::clone(node.broker());
        broker.end_turn(now, &mut self.fx);
        let fx = std::mem::take(&mut self.fx);
        self.reports.extend(fx.reports);
        for ticket in fx.wakes {
            self.with(ticket, |c, fx| c.wake(now, ticket.request, &broker, fx));
        }
        for (ticket, reply) in fx.replies {
            self.with(ticket, |c, fx| {
                c.deliver(now, ticket.request, reply, &broker, fx)
            });
        }
        for answer in fx.group_answers {
            let ticket = answer.waiter.ticket;
            self.with(ticket, |c, fx| c.on_group_answer(now, answer, &broker, fx));
        }
        for aside in fx.aside {
            let ticket = aside.ticket;
            let handled = aside.run(&broker, now, &mut self.fx);
            self.with(ticket, |c, fx| {
                c.finish_aside(now, ticket.request, handled, false, &broker, fx);
            });
        }
        for (id, is_ok) in fx.reads_ended {
            let ticket = Ticket {
                connection: id,
                request: 0,
            };
            self.with(ticket, |c, _| c.on_read(is_ok));
        }
        for id in fx.readable {
            let ticket = Ticket {
                connection: id,
                request: 0,
            };
            self.with(ticket, |c, _| c.on_room());
        }
        for (id, connection) in &mut self.connections {
            while connection.may_send(&broker) {
                let bytes = front(connection);
                connection.sent(now, bytes.len(), &broker, &mut self.fx);
                self.received.entry(*id).or_default().extend(bytes);
            }
        }
    }

    fn with(&mut self, ticket: Ticket, act: impl FnOnce(&mut Connection, &mut Effects)) {
        if let Some(connection) = self.connections.get_mut(&ticket.connection) {
            act(connection, &mut self.fx);
        }
    }

    pub fn create(&mut self, name: &str, partitions: i32) {
        let id = self.connect();
        let topic = CreatableTopic {
            name: name.to_owned().into(),
            num_partitions: partitions,
            replication_factor: 1,
            ..Default::default()
        };
        let request = CreateTopicsRequest {
            topics: vec![topic],
            timeout_ms: 1000,
            ..Default::default()
        };
        self.send(id, 5, &request);
        self.answer(id).expect("topics are created at once");
    }

    /// Deletes a topic.
    pub fn delete(&mut self, name: &str) {
        let admin = self.connect();
        let request = DeleteTopicsRequest {
            topic_names: vec![name.to_owned().into()],
            timeout_ms: 1_000,
            ..DeleteTopicsRequest::default()
        };
        self.send(admin, 3, &request);
        self.answer(admin).expect("the topic is deleted");
    }

    /// Who leads the partitions of a topic, by number, and which replicas are offline, as Metadata says.
    pub fn leaders(&mut self, topic: &str) -> Vec<(i32, Vec<i32>)> {
        let client = self.connect();
        let topic = MetadataRequestTopic {
            name: Some(topic.to_owned().into()),
            ..MetadataRequestTopic::default()
        };
        let request = MetadataRequest {
            topics: Some(vec![topic]),
            ..MetadataRequest::default()
        };
        self.send(client, METADATA, &request);
        let answer = self.answer(client).expect("it is known at once");
        let mut reader = Reader::new(&answer);
        ResponseHeader::decode(&mut reader, 1).expect("a header");
        let response = MetadataResponse::decode(&mut reader, METADATA).expect("an answer");
        let mut found: Vec<_> = response.topics[0]
            .partitions
            .iter()
            .map(|p| (p.partition_index, p.leader_id, p.offline_replicas.clone()))
            .collect();
        found.sort_unstable();
        found
            .into_iter()
            .map(|(_, leader, offline)| (leader, offline))
            .collect()
    }

    /// The log directories that the node has given up.
    pub fn offline_directories(&self) -> Vec<PathBuf> {
        let node = self.node.as_ref().expect("it runs");
        node.offline_directories()
    }

    /// Sends one record to a partition.
    pub fn produce(&mut self, id: u64, topic: &str, index: i32) {
        let batch = batch(self.record_bytes);
        let data = PartitionProduceData {
            index,
            records: Some(Records::Bytes(batch.as_slice().into())),
            ..Default::default()
        };
        let request = ProduceRequest {
            acks: 1,
            timeout_ms: 30_000,
            topic_data: vec![TopicProduceData {
                name: topic.to_owned().into(),
                partition_data: vec![data],
                ..Default::default()
            }],
            ..Default::default()
        };
        self.send(id, PRODUCE, &request);
    }

    /// The error and base offset of the answer to [`Bench::produce`], if it is there.
    pub fn produced(&mut self, id: u64) -> Option<(model::ErrorCode, i64)> {
        let answer = self.answer(id)?;
        let mut reader = Reader::new(&answer);
        ResponseHeader::decode(&mut reader, 1).expect("a header");
        let response = ProduceResponse::decode(&mut reader, PRODUCE).expect("an answer");
        let partition = &response.responses[0].partition_responses[0];
        Some((partition.error_code, partition.base_offset))
    }

    /// Asks for what a partition holds from offset 0 on.
    pub fn fetch(&mut self, id: u64, topic: &str, index: i32) {
        let partition = FetchPartition {
            partition: index,
            partition_max_bytes: 1 << 20,
            current_leader_epoch: -1,
            last_fetched_epoch: -1,
            log_start_offset: -1,
            ..Default::default()
        };
        let request = FetchRequest {
            replica_id: -1,
            max_wait_ms: 500,
            min_bytes: 1,
            max_bytes: 1 << 20,
            session_epoch: -1,
            topics: vec![FetchTopic {
                topic: topic.to_owned().into(),
                partitions: vec![partition],
                ..Default::default()
            }],
            ..Default::default()
        };
        self.send(id, FETCH, &request);
    }

    /// The error and number of record bytes of the answer to [`Bench::fetch`], if it is there.
    pub fn fetched(&mut self, id: u64) -> Option<(model::ErrorCode, usize)> {
        let answer = self.answer(id)?;
        let mut reader = Reader::new(&answer);
        ResponseHeader::decode(&mut reader, 0).expect("a header");
        let response = FetchResponse::decode(&mut reader, FETCH).expect("an answer");
        let partition = &response.responses[0].partitions[0];
        let bytes = partition.records.as_ref().and_then(Records::bytes);
        Some((partition.error_code, bytes.map_or(0, <[u8]>::len)))
    }
}

/// One batch of one record, whose key is always the same.
pub fn batch(size: usize) -> Vec<u8> {
    let value = vec![b'x'; size];
    let mut builder = BatchBuilder::new();
    builder.append(&NewRecord {
        timestamp: Some(TimestampMs(1_770_000_000_000)),
        key: Some(b"k"),
        value: Some(&value),
        headers: &[],
    });
    builder.finish()
}

fn front(connection: &Connection) -> Vec<u8> {
    match connection.outbox().chunks().next() {
        Some(Chunk::Bytes(bytes)) => bytes.to_vec(),
        Some(Chunk::File(slice)) => {
            let slice = slice.head(connection.outbox().warm());
            slice.read().expect("what is in memory can be read")
        }
        None => Vec::new(),
    }
}
