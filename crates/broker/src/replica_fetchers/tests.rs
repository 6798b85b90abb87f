//! Three brokers, and a controller that grants what it is asked for.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use config::{Input, NodeConfig};
use metadata::{Image, Loader, Provenance};
use model::{PartitionIndex, TimestampMs, TopicId, Uuid};
use protocol::alter_partition_request::AlterPartitionRequest;
use protocol::alter_partition_response::{self as response, AlterPartitionResponse};
use protocol::fetch_request::{FetchPartition, FetchRequest, FetchTopic, ReplicaState};
use protocol::fetch_response::FetchResponse;
use protocol::metadata_records::MetadataRecord;
use protocol::partition_change_record::PartitionChangeRecord;
use protocol::partition_record::PartitionRecord;
use protocol::produce_request::{PartitionProduceData, ProduceRequest, TopicProduceData};
use protocol::produce_response::ProduceResponse;
use protocol::register_broker_record::{BrokerEndpoint, RegisterBrokerRecord};
use protocol::response_header::ResponseHeader;
use protocol::topic_record::TopicRecord;
use protocol::{Message, Reader, Records, Request, Writer, encode_request};
use records::{BatchBuilder, NewRecord};
use storage::disk::{Disk, MemDisk};

use super::*;
use crate::connection::Connection;
use crate::controller_inbox::ControllerInput;
use crate::format::{Format, InitialControllers, format_directories};
use crate::node::{Node, NodeParams};
use crate::reply::{Chunk, Outbox};
use crate::session::{Door, Principal, Session};

const TOPIC: TopicId = Uuid([7; 16]);
const PRODUCE: i16 = 9;

/// One broker on its machine.
struct Machine {
    id: i32,
    disk: MemDisk,
    node: Option<Node>,
    /// Connections by their numbers.
    connections: BTreeMap<u64, Connection>,
    received: BTreeMap<u64, Vec<u8>>,
    /// Asks without an answer, by the connection on which they came: who has asked, and the version of the answer's header.
    asked: BTreeMap<u64, Vec<(usize, AskToken, i16)>>,
    fx: Effects,
    overrides: Vec<String>,
}

struct Trio {
    machines: Vec<Machine>,
    loader: Loader,
    offset: i64,
    now: Duration,
    /// Connections from one broker to another that deliver nothing.
    cut: Vec<(usize, usize)>,
    /// Requests for other ISRs, while the controller does not answer.
    isr_requests: Vec<(usize, AlterPartitionRequest)>,
    controller_answers: bool,
    reports: Vec<String>,
}

impl Trio {
    fn new(overrides: &[&str]) -> Self {
        let overrides: Vec<String> = overrides.iter().map(|text| (*text).to_owned()).collect();
        let machine = |id| Machine {
            id,
            disk: MemDisk::new(id as u64),
            node: None,
            connections: BTreeMap::new(),
            received: BTreeMap::new(),
            asked: BTreeMap::new(),
            fx: Effects::default(),
            overrides: overrides.clone(),
        };
        let mut trio = Self {
            machines: (1..=3).map(machine).collect(),
            loader: Loader::default(),
            offset: 0,
            now: Duration::from_secs(1),
            cut: Vec::new(),
            isr_requests: Vec::new(),
            controller_answers: true,
            reports: Vec::new(),
        };
        for host in 0..3 {
            trio.start(host);
        }
        trio
    }

    fn time(&self) -> Now {
        Now {
            mono: self.now,
            wall: TimestampMs(1_770_000_000_000 + self.now.as_millis() as i64),
        }
    }

    fn broker(&self, host: usize) -> Arc<Broker> {
        let node = self.machines[host].node.as_ref();
        Arc::clone(node.expect("the node runs").broker())
    }

    /// Starts a broker, which registers anew.
    fn start(&mut self, host: usize) {
        let now = self.time();
        let machine = &mut self.machines[host];
        let mut overrides = machine.overrides.clone();
        overrides.push(format!("node.id={}", machine.id));
        overrides.push("process.roles=broker,controller".to_owned());
        overrides
            .push("listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093".to_owned());
        overrides.push("controller.listener.names=CONTROLLER".to_owned());
        let voters = "controller.quorum.voters=1@localhost:9093,2@localhost:9094,3@localhost:9095";
        overrides.push(voters.to_owned());
        let config = NodeConfig::load(Input {
            file: None,
            overrides: &overrides,
            data_directory: "/data",
        });
        let config = config.expect("the configuration is valid");
        let advertised = config.broker().listeners.advertised.into_iter();
        let params = NodeParams {
            given: config.given().clone(),
            advertised: advertised.filter(|l| !l.is_controller).collect(),
            disk: Arc::new(machine.disk.clone()),
            seed: [machine.id as u8; 32],
            open_files: 64,
            now,
        };
        if !machine
            .disk
            .exists(Path::new("/data"))
            .expect("the disk is well")
        {
            let format = Format {
                cluster_id: "cluster".to_owned(),
                controllers: InitialControllers::Configured,
                metadata_version: metadata::features::METADATA_VERSION_LATEST,
                levels: Vec::new(),
                ignore_formatted: false,
                seed: [9; 32],
            };
            let formatted = format_directories(&params.disk, &config.broker(), &format);
            formatted.expect("it is empty");
        }
        let (node, _) = Node::open(params, &mut machine.fx).expect("the node starts");
        machine.node = Some(node);
        let id = machine.id;
        self.publish(&[register(id, 100 + self.offset)]);
        let epoch = self.loader.image().broker(BrokerId(id)).unwrap().epoch;
        let broker = self.broker(host);
        let image = self.loader.image().clone();
        let changes = metadata::Changes::between(&Image::empty(), &image);
        let fx = &mut self.machines[host].fx;
        broker.on_image(now, &image, &changes, fx);
        broker.on_registered(now, epoch, fx);
        self.settle();
    }

    /// The process ends.
    fn kill(&mut self, host: usize) {
        let machine = &mut self.machines[host];
        machine.node = None;
        machine.connections.clear();
        machine.received.clear();
        machine.fx = Effects::default();
        machine.disk.restart();
        let lost = std::mem::take(&mut machine.asked);
        for (from, token, _) in lost.into_values().flatten() {
            self.answer(from, token, Err(Unanswered::Lost));
        }
        for other in &mut self.machines {
            for asked in other.asked.values_mut() {
                asked.retain(|(from, ..)| *from != host);
            }
        }
    }

    fn publish(&mut self, records: &[MetadataRecord<'static>]) {
        self.offset += 1;
        let provenance = Provenance {
            offset: Offset(self.offset),
            epoch: LeaderEpoch(1),
            timestamp: TimestampMs(0),
        };
        let published = self.loader.on_batch(records.iter(), provenance).unwrap();
        let published = published.expect("it is a whole batch");
        let now = self.time();
        for machine in &mut self.machines {
            if let Some(node) = &machine.node {
                let fx = &mut machine.fx;
                node.broker()
                    .on_image(now, &published.image, &published.changes, fx);
            }
        }
    }

    fn create(&mut self, replicas: &[i32], isr: &[i32]) {
        let topic = TopicRecord {
            topic_id: TOPIC,
            name: "t".into(),
            ..TopicRecord::default()
        };
        let partition = PartitionRecord {
            topic_id: TOPIC,
            partition_id: 0,
            replicas: replicas.to_vec(),
            isr: isr.to_vec(),
            leader: replicas[0],
            leader_epoch: 0,
            partition_epoch: 0,
            ..PartitionRecord::default()
        };
        self.publish(&[topic.into(), partition.into()]);
        self.settle();
    }

    fn change(&mut self, leader: Option<i32>, isr: Option<&[i32]>) {
        let change = PartitionChangeRecord {
            topic_id: TOPIC,
            partition_id: 0,
            isr: isr.map(<[i32]>::to_vec),
            leader: leader.unwrap_or(-2),
            ..PartitionChangeRecord::default()
        };
        self.publish(&[change.into()]);
    }

    fn isr(&self) -> Vec<i32> {
        let topics = self.loader.image().topics();
        let partition = topics.partition(TOPIC, PartitionIndex(0)).unwrap();
        partition.isr.iter().map(|id| id.0).collect()
    }

    fn replica(&self, host: usize) -> Arc<Partition> {
        self.broker(host)
            .find_partition(TOPIC, 0)
            .expect("it has a replica")
    }

    /// Log end offset and high watermark.
    fn ends(&self, host: usize) -> (i64, i64) {
        let broker = self.broker(host);
        let (end, high_watermark) = self.replica(host).ends(broker.logs(self.time())).unwrap();
        (end.0, high_watermark.0)
    }

    /// The bytes of the log.
    fn bytes(&self, host: usize) -> Vec<u8> {
        let broker = self.broker(host);
        let logs = broker.logs(self.time());
        let slice = self
            .replica(host)
            .read_own(logs, Offset::ZERO, 1 << 20)
            .unwrap();
        let Some(slice) = slice else {
            return Vec::new();
        };
        let mut bytes = vec![0; slice.len as usize];
        slice.file.read_at(&mut bytes, slice.position).unwrap();
        bytes
    }

    fn connect(&mut self, host: usize) -> u64 {
        let now = self.time();
        let machine = &mut self.machines[host];
        let id = machine
            .connections
            .last_key_value()
            .map_or(1, |(id, _)| id + 1);
        let session = Session {
            connection: id,
            listener: 0,
            door: Door::Clients,
            peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
            principal: Principal::anonymous(),
            software: None,
        };
        machine
            .connections
            .insert(id, Connection::new(now, session, 100 << 20));
        id
    }

    fn send<'a>(&mut self, host: usize, id: u64, version: i16, request: &impl Request<'a>) {
        let mut writer = Writer::new();
        encode_request(&mut writer, version, 1, Some("test"), request).expect("it can be written");
        let bytes = writer.into_parts().0;
        self.send_bytes(host, id, &bytes);
        self.settle();
    }

    fn send_bytes(&mut self, host: usize, id: u64, bytes: &[u8]) {
        let (now, broker) = (self.time(), self.broker(host));
        let machine = &mut self.machines[host];
        let connection = machine.connections.get_mut(&id).expect("it is connected");
        connection.receive(now, bytes, &broker, &mut machine.fx);
    }

    fn produce(&mut self, host: usize, value: &str) -> u64 {
        let mut batch = BatchBuilder::new();
        batch.append(&NewRecord::new(
            self.time().wall,
            None,
            Some(value.as_bytes()),
        ));
        let partition = PartitionProduceData {
            index: 0,
            records: Some(Records::Bytes(batch.finish().into())),
            ..PartitionProduceData::default()
        };
        let request = ProduceRequest {
            acks: -1,
            timeout_ms: 60_000,
            topic_data: vec![TopicProduceData {
                name: "t".into(),
                partition_data: vec![partition],
                ..TopicProduceData::default()
            }],
            ..ProduceRequest::default()
        };
        let id = self.connect(host);
        self.send(host, id, PRODUCE, &request);
        id
    }

    /// What a produce was answered: its error and offset.
    fn acknowledged(&mut self, host: usize, id: u64) -> Option<(ErrorCode, i64)> {
        let answer = self.machines[host].received.remove(&id)?;
        let mut reader = Reader::new(&answer[4..]);
        ResponseHeader::decode(&mut reader, 1).unwrap();
        let response = ProduceResponse::decode(&mut reader, PRODUCE).unwrap();
        let partition = &response.responses[0].partition_responses[0];
        Some((partition.error_code, partition.base_offset))
    }

    /// Lets time pass, with all that falls due.
    fn pass(&mut self, time: Duration) {
        let until = self.now + time;
        while self.now < until {
            self.now = (self.now + Duration::from_millis(10)).min(until);
            let now = self.time();
            for machine in &mut self.machines {
                let Some(node) = &machine.node else { continue };
                node.broker().housekeeping(now, &mut machine.fx);
                for connection in machine.connections.values_mut() {
                    connection.expire(now, node.broker(), &mut machine.fx);
                }
            }
            self.settle();
        }
    }

    fn settle(&mut self) {
        while (0..3).any(|host| self.turn(host)) {}
    }

    /// Carries out what a broker wants; whether there was anything.
    fn turn(&mut self, host: usize) -> bool {
        let now = self.time();
        let machine = &mut self.machines[host];
        let Some(node) = &machine.node else {
            return false;
        };
        let broker = Arc::clone(node.broker());
        broker.end_turn(now, &mut machine.fx);
        let ops = machine.disk.take_submitted();
        let fx = std::mem::take(&mut machine.fx);
        let inputs = broker.inbox.take();
        let mut is_busy = !ops.is_empty() || !fx.is_empty();
        self.reports.extend(fx.reports);
        for (token, op) in ops {
            let done = machine.disk.complete(token, op);
            broker.on_disk_done(now, done, &mut machine.fx);
        }
        for ticket in fx.wakes {
            if let Some(connection) = machine.connections.get_mut(&ticket.connection) {
                connection.wake(now, ticket.request, &broker, &mut machine.fx);
            }
        }
        for (id, connection) in &mut machine.connections {
            while connection.may_send(&broker) {
                let bytes = front(connection.outbox());
                connection.sent(now, bytes.len(), &broker, &mut machine.fx);
                machine.received.entry(*id).or_default().extend(bytes);
                is_busy = true;
            }
        }
        for input in inputs {
            if let ControllerInput::AlterPartition(request) = input {
                self.isr_requests.push((host, request));
            }
        }
        for ask in fx.asks {
            self.carry(host, ask);
        }
        self.deliver(host);
        if self.controller_answers {
            self.answer_isr_requests();
        }
        is_busy
    }

    /// Brings an ask to its broker.
    fn carry(&mut self, from: usize, ask: Ask) {
        let to = ask.to.node.0 as usize - 1;
        if self.machines[to].node.is_none() || self.cut.contains(&(from, to)) {
            return self.answer(from, ask.token, Err(Unanswered::Unreachable));
        }
        // A lane is a connection; numbers below 100 are clients'.
        let Lane::Replication(lane) = ask.lane else {
            // The quorum is none of this.
            return;
        };
        let id = 100 + from as u64 * 10 + u64::from(lane);
        if !self.machines[to].connections.contains_key(&id) {
            let client = self.connect(to);
            let machine = &mut self.machines[to];
            let connection = machine.connections.remove(&client).unwrap();
            drop(connection);
            let session = Session {
                connection: id,
                listener: 0,
                door: Door::Clients,
                peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
                principal: Principal::anonymous(),
                software: None,
            };
            let connection = Connection::new(
                Now {
                    mono: self.now,
                    wall: TimestampMs(0),
                },
                session,
                100 << 20,
            );
            machine.connections.insert(id, connection);
        }
        let header = ask.request.answer_header().expect("it wants an answer");
        let asked = self.machines[to].asked.entry(id).or_default();
        asked.push((from, ask.token, header));
        self.send_bytes(to, id, &ask.request.into_frame(5));
    }

    /// Brings a broker's answers to those that have asked it.
    fn deliver(&mut self, host: usize) {
        let ids: Vec<u64> = self.machines[host].asked.keys().copied().collect();
        for id in ids {
            let machine = &mut self.machines[host];
            let Some(received) = machine.received.remove(&id) else {
                continue;
            };
            let asked = machine.asked.get_mut(&id).unwrap();
            if asked.is_empty() {
                continue;
            }
            let (from, token, header) = asked.remove(0);
            let mut reader = Reader::new(&received);
            let size = reader.i32().unwrap() as usize;
            assert_eq!(size + 4, received.len(), "one answer at a time");
            ResponseHeader::decode(&mut reader, header).unwrap();
            let body = received.len() - reader.remaining();
            let answer = match self.cut.contains(&(from, host)) {
                true => Err(Unanswered::Lost),
                false => Ok(Bytes::from(received).slice(body..)),
            };
            self.answer(from, token, answer);
        }
    }

    fn answer(&mut self, from: usize, token: AskToken, answer: Result<Bytes, Unanswered>) {
        let now = self.time();
        let machine = &mut self.machines[from];
        if let Some(node) = &machine.node {
            node.broker().on_answer(now, token, answer, &mut machine.fx);
        }
    }

    fn answer_isr_requests(&mut self) {
        for (host, request) in std::mem::take(&mut self.isr_requests) {
            let asked = &request.topics[0].partitions[0];
            let topics = self.loader.image().topics();
            let known = topics.partition(TOPIC, PartitionIndex(0)).unwrap();
            assert_eq!(asked.partition_epoch, known.partition_epoch.0);
            let isr: Vec<i32> = asked
                .new_isr_with_epochs
                .iter()
                .map(|m| m.broker_id)
                .collect();
            let granted = response::PartitionData {
                partition_index: 0,
                leader_id: known.leader.unwrap().0,
                leader_epoch: known.leader_epoch.0,
                isr: isr.clone(),
                partition_epoch: known.partition_epoch.0 + 1,
                ..response::PartitionData::default()
            };
            let answer = AlterPartitionResponse {
                topics: vec![response::TopicData {
                    topic_id: TOPIC,
                    partitions: vec![granted],
                    ..response::TopicData::default()
                }],
                ..AlterPartitionResponse::default()
            };
            self.change(None, Some(&isr));
            let (now, broker) = (self.time(), self.broker(host));
            broker.on_isr_answer(now, &answer, &mut self.machines[host].fx);
        }
    }
}

fn register(id: i32, epoch: i64) -> MetadataRecord<'static> {
    RegisterBrokerRecord {
        broker_id: id,
        broker_epoch: epoch,
        end_points: vec![BrokerEndpoint {
            name: "PLAINTEXT".into(),
            host: "localhost".into(),
            port: 9_092,
            ..BrokerEndpoint::default()
        }],
        log_dirs: vec![Uuid::reserved(70)],
        fenced: false,
        ..RegisterBrokerRecord::default()
    }
    .into()
}

fn front(outbox: &Outbox) -> Vec<u8> {
    match outbox.chunks().next() {
        Some(Chunk::Bytes(part)) => part.to_vec(),
        Some(Chunk::File(slice)) => {
            let slice = slice.head(outbox.warm());
            let mut bytes = vec![0; slice.len as usize];
            slice.file.read_at(&mut bytes, slice.position).unwrap();
            bytes
        }
        None => Vec::new(),
    }
}

const OK: ErrorCode = ErrorCode::NONE;

#[test]
fn a_record_is_acknowledged_once_three_brokers_have_it() {
    let mut trio = Trio::new(&["min.insync.replicas=2"]);
    trio.create(&[1, 2, 3], &[1, 2, 3]);
    let id = trio.produce(0, "x");
    assert_eq!(
        trio.acknowledged(0, id),
        Some((OK, 0)),
        "without a moment of waiting"
    );
    assert_eq!(trio.ends(0), (1, 1));
    for host in [1, 2] {
        assert_eq!(trio.bytes(host), trio.bytes(0));
    }
    trio.pass(Duration::from_millis(600));
    assert_eq!(
        [trio.ends(1), trio.ends(2)],
        [(1, 1); 2],
        "they hear of it in time"
    );
    assert_eq!(trio.reports, [""; 0]);
}

#[test]
fn with_flush_messages_1_it_is_synced_on_three_brokers() {
    let mut trio = Trio::new(&["log.flush.interval.messages=1"]);
    trio.create(&[1, 2, 3], &[1, 2, 3]);
    for value in ["x", "y", "z"] {
        let id = trio.produce(0, value);
        assert!(trio.acknowledged(0, id).is_some());
    }
    for host in 0..3 {
        let power = trio.machines[host].disk.clone();
        trio.kill(host);
        power.crash(9);
    }
    for host in 0..3 {
        trio.start(host);
    }
    assert_eq!([0, 1, 2].map(|host| trio.ends(host).0), [3; 3]);
}

#[test]
fn a_broker_that_is_gone_leaves_the_isr_and_comes_back() {
    let mut trio = Trio::new(&["min.insync.replicas=2", "replica.lag.time.max.ms=2000"]);
    trio.create(&[1, 2, 3], &[1, 2, 3]);
    trio.produce(0, "x");
    trio.kill(2);
    let id = trio.produce(0, "y");
    assert_eq!(trio.acknowledged(0, id), None, "the third lacks it");
    trio.pass(Duration::from_millis(1_900));
    assert_eq!(trio.isr(), [1, 2, 3]);
    trio.pass(Duration::from_millis(200));
    assert_eq!(trio.isr(), [1, 2]);
    assert_eq!(trio.acknowledged(0, id), Some((OK, 1)));
    trio.start(2);
    trio.pass(Duration::from_millis(100));
    assert_eq!(trio.isr(), [1, 2, 3]);
    assert_eq!(trio.bytes(2), trio.bytes(0));
}

#[test]
fn another_leader_goes_on_and_the_old_one_is_brought_into_line() {
    let mut trio = Trio::new(&["min.insync.replicas=1"]);
    trio.create(&[1, 2, 3], &[1, 2, 3]);
    trio.produce(0, "x");
    trio.cut = vec![(1, 0), (2, 0)];
    let lost = trio.produce(0, "never acknowledged");
    trio.change(Some(2), Some(&[2, 3]));
    trio.settle();
    assert_eq!(
        trio.acknowledged(0, lost),
        Some((ErrorCode::NOT_LEADER_OR_FOLLOWER, -1))
    );
    trio.cut.clear();
    trio.pass(Duration::from_millis(600));
    let id = trio.produce(1, "y");
    assert_eq!(trio.acknowledged(1, id), Some((OK, 1)));
    trio.pass(Duration::from_millis(1_000));
    assert_eq!([0, 1, 2].map(|host| trio.ends(host)), [(2, 2); 3]);
    assert_eq!(trio.bytes(0), trio.bytes(1));
    assert_eq!(trio.isr(), [2, 3, 1]);
}

#[test]
fn who_is_no_broker_of_the_cluster_gets_nothing_as_a_follower() {
    let mut trio = Trio::new(&["min.insync.replicas=1"]);
    trio.create(&[1, 2], &[1]);
    trio.produce(0, "x");
    let fetch = |id, epoch| FetchRequest {
        replica_state: ReplicaState {
            replica_id: id,
            replica_epoch: epoch,
            ..ReplicaState::default()
        },
        topics: vec![FetchTopic {
            topic_id: TOPIC,
            partitions: vec![FetchPartition {
                partition_max_bytes: 1 << 20,
                ..FetchPartition::default()
            }],
            ..FetchTopic::default()
        }],
        max_bytes: 1 << 20,
        ..FetchRequest::default()
    };
    let epoch = trio.loader.image().broker(BrokerId(3)).unwrap().epoch.0;
    for (id, epoch, whole, of_partition) in [
        (9, -1, ErrorCode::CLUSTER_AUTHORIZATION_FAILED, None),
        (3, epoch - 1, ErrorCode::STALE_BROKER_EPOCH, None),
        (3, epoch, OK, Some(ErrorCode::NOT_LEADER_OR_FOLLOWER)),
    ] {
        let client = trio.connect(0);
        trio.send(0, client, FETCH, &fetch(id, epoch));
        let answer = trio.machines[0].received.remove(&client).unwrap();
        let mut reader = Reader::new(&answer[4..]);
        ResponseHeader::decode(&mut reader, 1).unwrap();
        let response = FetchResponse::decode(&mut reader, FETCH).unwrap();
        let partitions = response
            .responses
            .iter()
            .flat_map(|topic| &topic.partitions);
        let found = partitions.map(|partition| partition.error_code).next();
        assert_eq!((response.error_code, found), (whole, of_partition));
    }
}

const FETCH: i16 = requests::FETCH_VERSION;

#[test]
fn a_new_replica_of_a_log_whose_beginning_is_gone_starts_there() {
    let mut trio = Trio::new(&["min.insync.replicas=1"]);
    trio.cut = vec![(1, 0)];
    trio.create(&[1, 2], &[1]);
    for value in ["a", "b", "c"] {
        trio.produce(0, value);
    }
    let (now, broker) = (trio.time(), trio.broker(0));
    let deleted =
        trio.replica(0)
            .delete_records(broker.logs(now), Some(Offset(2)), &mut Vec::new());
    assert_eq!(deleted, Ok(Offset(2)));
    trio.cut.clear();
    trio.pass(Duration::from_secs(2));
    assert_eq!(trio.ends(1), (3, 3));
    assert_eq!(trio.isr(), [1, 2]);
}

#[test]
fn an_idle_follower_asks_twice_a_second_and_no_more() {
    let mut trio = Trio::new(&["min.insync.replicas=1"]);
    trio.create(&[1, 2, 3], &[1, 2, 3]);
    trio.produce(0, "x");
    trio.pass(Duration::from_secs(2));
    let before = trio.broker(1).fetchers.next_number();
    trio.pass(Duration::from_secs(10));
    let asked = trio.broker(1).fetchers.next_number() - before;
    assert!((18..=22).contains(&asked), "{asked}");
}
