//! Three brokers for tests, and a controller that grants what it is asked for.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use config::{Input, NodeConfig};
use metadata::{Image, Loader, Provenance};
use model::{
    BrokerId, ErrorCode, LeaderEpoch, Now, Offset, PartitionIndex, TimestampMs, TopicId, Uuid,
};
use partition::Partition;
use protocol::alter_partition_request::AlterPartitionRequest;
use protocol::alter_partition_response::{self as response, AlterPartitionResponse};
use protocol::broker_registration_change_record::BrokerRegistrationChangeRecord;
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

use crate::asks::{Ask, AskToken, Lane, Unanswered};
use crate::broker::Broker;
use crate::connection::Connection;
use crate::controller_inbox::ControllerInput;
use crate::effects::Effects;
use crate::format::{Format, InitialControllers, format_directories};
use crate::node::{Node, NodeParams};
use crate::reply::{Chunk, Outbox};
use crate::session::{Door, Principal, Session};

pub(crate) const TOPIC: TopicId = Uuid([7; 16]);
const PRODUCE: i16 = 9;

/// One broker on its machine.
pub(crate) struct Machine {
    pub id: i32,
    pub disk: MemDisk,
    pub node: Option<Node>,
    /// Connections by their numbers.
    pub connections: BTreeMap<u64, Connection>,
    pub received: BTreeMap<u64, Vec<u8>>,
    /// Asks without an answer, by the connection on which they came: who has asked, and the version of the answer's header.
    pub asked: BTreeMap<u64, Vec<(usize, AskToken, i16)>>,
    pub fx: Effects,
    pub overrides: Vec<String>,
}

pub(crate) struct Trio {
    pub machines: Vec<Machine>,
    pub loader: Loader,
    pub offset: i64,
    pub now: Duration,
    /// Connections from one broker to another that deliver nothing.
    pub cut: Vec<(usize, usize)>,
    /// Answers of coordinators that are on their way: who has asked whom.
    pub holds: Option<(usize, usize)>,
    held: Vec<(usize, AskToken, Result<Bytes, Unanswered>)>,
    /// Requests for other ISRs, while the controller does not answer.
    pub isr_requests: Vec<(usize, AlterPartitionRequest)>,
    pub controller_answers: bool,
    pub reports: Vec<String>,
    next_connection: u64,
    /// The connections on which brokers ask each other: who asks whom.
    links: BTreeMap<(usize, usize, Lane), u64>,
    next_producer_id: i64,
}

impl Trio {
    pub fn new(overrides: &[&str]) -> Self {
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
            holds: None,
            held: Vec::new(),
            isr_requests: Vec::new(),
            controller_answers: true,
            reports: Vec::new(),
            next_connection: 1,
            links: BTreeMap::new(),
            next_producer_id: 1_000,
        };
        for host in 0..3 {
            trio.start(host);
        }
        trio
    }

    pub fn time(&self) -> Now {
        Now {
            mono: self.now,
            wall: TimestampMs(1_770_000_000_000 + self.now.as_millis() as i64),
        }
    }

    pub fn broker(&self, host: usize) -> Arc<Broker> {
        let node = self.machines[host].node.as_ref();
        Arc::clone(node.expect("the node runs").broker())
    }

    /// Starts a broker, which registers anew.
    pub fn start(&mut self, host: usize) {
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
    pub fn kill(&mut self, host: usize) {
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

    /// The controller has noticed that a broker is away.
    pub fn fence(&mut self, host: usize) {
        let id = host as i32 + 1;
        let epoch = self.loader.image().broker(BrokerId(id)).unwrap().epoch;
        let change = BrokerRegistrationChangeRecord {
            broker_id: id,
            broker_epoch: epoch.0,
            fenced: 1,
            ..Default::default()
        };
        self.publish(&[change.into()]);
    }

    pub fn publish(&mut self, records: &[MetadataRecord<'static>]) {
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

    pub fn create(&mut self, replicas: &[i32], isr: &[i32]) {
        self.create_topic("t", TOPIC, &[(replicas, isr)]);
    }

    /// A topic with the replicas and the ISR of each partition; the first replica leads.
    pub fn create_topic(
        &mut self,
        name: &'static str,
        id: TopicId,
        partitions: &[(&[i32], &[i32])],
    ) {
        let topic = TopicRecord {
            topic_id: id,
            name: name.into(),
            ..TopicRecord::default()
        };
        let mut records: Vec<MetadataRecord<'static>> = vec![topic.into()];
        for (index, (replicas, isr)) in (0..).zip(partitions) {
            let partition = PartitionRecord {
                topic_id: id,
                partition_id: index,
                replicas: replicas.to_vec(),
                isr: isr.to_vec(),
                leader: replicas[0],
                leader_epoch: 0,
                partition_epoch: 0,
                ..PartitionRecord::default()
            };
            records.push(partition.into());
        }
        self.publish(&records);
        self.settle();
    }

    pub fn change(&mut self, leader: Option<i32>, isr: Option<&[i32]>) {
        self.change_partition((TOPIC, 0), leader, isr);
    }

    pub fn change_partition(
        &mut self,
        (topic_id, partition_id): (TopicId, i32),
        leader: Option<i32>,
        isr: Option<&[i32]>,
    ) {
        let change = PartitionChangeRecord {
            topic_id,
            partition_id,
            isr: isr.map(<[i32]>::to_vec),
            leader: leader.unwrap_or(-2),
            ..PartitionChangeRecord::default()
        };
        self.publish(&[change.into()]);
    }

    pub fn isr(&self) -> Vec<i32> {
        let topics = self.loader.image().topics();
        let partition = topics.partition(TOPIC, PartitionIndex(0)).unwrap();
        partition.isr.iter().map(|id| id.0).collect()
    }

    pub fn replica(&self, host: usize) -> Arc<Partition> {
        self.broker(host)
            .find_partition(TOPIC, 0)
            .expect("it has a replica")
    }

    /// Log end offset and high watermark.
    pub fn ends(&self, host: usize) -> (i64, i64) {
        let broker = self.broker(host);
        let (end, high_watermark) = self.replica(host).ends(broker.logs(self.time())).unwrap();
        (end.0, high_watermark.0)
    }

    /// The bytes of the log.
    pub fn bytes(&self, host: usize) -> Vec<u8> {
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

    pub fn connect(&mut self, host: usize) -> u64 {
        let now = self.time();
        let id = self.next_connection;
        self.next_connection += 1;
        let machine = &mut self.machines[host];
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

    pub fn send<'a>(&mut self, host: usize, id: u64, version: i16, request: &impl Request<'a>) {
        let mut writer = Writer::new();
        encode_request(&mut writer, version, 1, Some("test"), request).expect("it can be written");
        let bytes = writer.into_parts().0;
        self.send_bytes(host, id, &bytes);
        self.settle();
    }

    pub fn send_bytes(&mut self, host: usize, id: u64, bytes: &[u8]) {
        let (now, broker) = (self.time(), self.broker(host));
        let machine = &mut self.machines[host];
        let connection = machine.connections.get_mut(&id).expect("it is connected");
        connection.receive(now, bytes, &broker, &mut machine.fx);
    }

    pub fn produce(&mut self, host: usize, value: &str) -> u64 {
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
    pub fn acknowledged(&mut self, host: usize, id: u64) -> Option<(ErrorCode, i64)> {
        let answer = self.machines[host].received.remove(&id)?;
        let mut reader = Reader::new(&answer[4..]);
        ResponseHeader::decode(&mut reader, 1).unwrap();
        let response = ProduceResponse::decode(&mut reader, PRODUCE).unwrap();
        let partition = &response.responses[0].partition_responses[0];
        Some((partition.error_code, partition.base_offset))
    }

    /// What a request gets answered, at once or within a minute.
    pub fn ask<'a, R: Request<'a>, A: for<'m> Message<'m>>(
        &mut self,
        host: usize,
        version: i16,
        request: &R,
    ) -> A {
        let body = self.ask_bytes(host, version, request);
        A::decode(&mut Reader::new(&body), version).unwrap()
    }

    /// The body of that answer.
    pub fn ask_bytes<'a, R: Request<'a>>(
        &mut self,
        host: usize,
        version: i16,
        request: &R,
    ) -> Vec<u8> {
        let id = self.connect(host);
        self.send(host, id, version, request);
        self.wait_for(host, id, R::KEY.response_header_version(version))
    }

    /// The body of the answer on a connection, at once or within a minute.
    pub fn wait_for(&mut self, host: usize, id: u64, header: i16) -> Vec<u8> {
        for _ in 0..600 {
            if let Some(body) = self.answered(host, id, header) {
                return body;
            }
            self.pass(Duration::from_millis(100));
        }
        panic!("there is no answer")
    }

    /// The body of an answer, if it is there.
    pub fn answered(&mut self, host: usize, id: u64, header: i16) -> Option<Vec<u8>> {
        let answer = self.machines[host].received.remove(&id)?;
        let mut reader = Reader::new(&answer[4..]);
        ResponseHeader::decode(&mut reader, header).unwrap();
        Some(answer[answer.len() - reader.remaining()..].to_vec())
    }

    /// Lets time pass, with all that falls due.
    pub fn pass(&mut self, time: Duration) {
        let until = self.now + time;
        while self.now < until {
            self.now = (self.now + Duration::from_millis(10)).min(until);
            let now = self.time();
            for machine in &mut self.machines {
                let Some(node) = &machine.node else { continue };
                node.broker().housekeeping(now, &mut machine.fx);
                node.broker().group_timers(now, &mut machine.fx);
                for connection in machine.connections.values_mut() {
                    connection.expire(now, node.broker(), &mut machine.fx);
                }
            }
            self.settle();
        }
    }

    pub fn settle(&mut self) {
        while (0..3).any(|host| self.turn(host)) {}
    }

    /// Carries out what a broker wants; whether there was anything.
    pub fn turn(&mut self, host: usize) -> bool {
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
        for (ticket, reply) in fx.replies {
            if let Some(connection) = machine.connections.get_mut(&ticket.connection) {
                connection.deliver(now, ticket.request, reply, &broker, &mut machine.fx);
            }
        }
        for answer in fx.group_answers {
            let ticket = answer.waiter.ticket;
            if let Some(connection) = machine.connections.get_mut(&ticket.connection) {
                connection.on_group_answer(now, answer, &broker, &mut machine.fx);
            }
        }
        assert!(fx.abandoned.is_empty(), "nobody is left without an answer");
        for aside in fx.aside {
            let ticket = aside.ticket;
            let handled = aside.run(&broker, now, &mut machine.fx);
            if let Some(connection) = machine.connections.get_mut(&ticket.connection) {
                connection.finish_aside(
                    now,
                    ticket.request,
                    handled,
                    false,
                    &broker,
                    &mut machine.fx,
                );
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
        self.take_up(host, &broker, inputs);
        for ask in fx.asks {
            self.carry(host, ask);
        }
        self.deliver(host);
        if self.controller_answers {
            self.answer_isr_requests();
        }
        is_busy
    }

    /// What a broker wants of the controller.
    fn take_up(&mut self, host: usize, broker: &Broker, inputs: Vec<ControllerInput>) {
        for input in inputs {
            match input {
                ControllerInput::AlterPartition(request) => {
                    self.isr_requests.push((host, request));
                }
                ControllerInput::AllocateProducerIds => {
                    broker.producer_ids.add_block(self.next_producer_id, 1_000);
                    self.next_producer_id += 1_000;
                }
                _ => {}
            }
        }
    }

    /// Brings an ask to its broker.
    pub fn carry(&mut self, from: usize, ask: Ask) {
        let to = ask.to.node.0 as usize - 1;
        if self.machines[to].node.is_none() || self.cut.contains(&(from, to)) {
            return self.answer(from, ask.token, Err(Unanswered::Unreachable));
        }
        if ask.lane.is_of_controller() {
            // The quorum is none of this.
            return;
        }
        let known = self.links.get(&(from, to, ask.lane)).copied();
        let open = known.filter(|id| self.machines[to].connections.contains_key(id));
        let id = open.unwrap_or_else(|| self.connect(to));
        self.links.insert((from, to, ask.lane), id);
        let header = ask.request.answer_header().expect("it wants an answer");
        let asked = self.machines[to].asked.entry(id).or_default();
        asked.push((from, ask.token, header));
        self.send_bytes(to, id, &ask.request.into_frame(5));
    }

    /// Brings a broker's answers to those that have asked it.
    pub fn deliver(&mut self, host: usize) {
        let ids: Vec<u64> = self.machines[host].asked.keys().copied().collect();
        for id in ids {
            let machine = &mut self.machines[host];
            let received = machine.received.remove(&id).unwrap_or_default();
            for frame in frames(&received) {
                let asked = self.machines[host].asked.get_mut(&id).unwrap();
                if asked.is_empty() {
                    break;
                }
                let (from, token, header) = asked.remove(0);
                let mut reader = Reader::new(&frame);
                ResponseHeader::decode(&mut reader, header).unwrap();
                let body = frame.len() - reader.remaining();
                let answer = match self.cut.contains(&(from, host)) {
                    true => Err(Unanswered::Lost),
                    false => Ok(frame.slice(body..)),
                };
                match token {
                    AskToken::Coordination(..) if self.holds == Some((from, host)) => {
                        self.held.push((from, token, answer));
                    }
                    _ => self.answer(from, token, answer),
                }
            }
        }
    }

    /// What was held arrives.
    pub fn release(&mut self) {
        for (from, token, answer) in std::mem::take(&mut self.held) {
            self.answer(from, token, answer);
        }
        self.settle();
    }

    pub fn answer(&mut self, from: usize, token: AskToken, answer: Result<Bytes, Unanswered>) {
        let now = self.time();
        let machine = &mut self.machines[from];
        if let Some(node) = &machine.node {
            node.broker().on_answer(now, token, answer, &mut machine.fx);
        }
    }

    /// Grants what leaders ask for.
    fn answer_isr_requests(&mut self) {
        for (host, request) in std::mem::take(&mut self.isr_requests) {
            let mut answer = AlterPartitionResponse::default();
            for topic in &request.topics {
                let granted = topic.partitions.iter().map(|asked| {
                    let topics = self.loader.image().topics();
                    let index = PartitionIndex(asked.partition_index);
                    let known = topics.partition(topic.topic_id, index).unwrap();
                    assert_eq!(asked.partition_epoch, known.partition_epoch.0);
                    let members = asked.new_isr_with_epochs.iter();
                    let granted = response::PartitionData {
                        partition_index: asked.partition_index,
                        leader_id: known.leader.unwrap().0,
                        leader_epoch: known.leader_epoch.0,
                        isr: members.map(|member| member.broker_id).collect(),
                        partition_epoch: known.partition_epoch.0 + 1,
                        ..response::PartitionData::default()
                    };
                    let place = (topic.topic_id, asked.partition_index);
                    self.change_partition(place, None, Some(&granted.isr));
                    granted
                });
                answer.topics.push(response::TopicData {
                    topic_id: topic.topic_id,
                    partitions: granted.collect(),
                    ..response::TopicData::default()
                });
            }
            let (now, broker) = (self.time(), self.broker(host));
            broker.on_isr_answer(now, &answer, &mut self.machines[host].fx);
        }
    }
}

/// The answers in what was received.
fn frames(mut received: &[u8]) -> Vec<Bytes> {
    let mut frames = Vec::new();
    while let Some((size, rest)) = received.split_first_chunk::<4>() {
        let (frame, rest) = rest.split_at(i32::from_be_bytes(*size) as usize);
        frames.push(Bytes::copy_from_slice(frame));
        received = rest;
    }
    frames
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
        rack: Some(format!("rack-{id}").into()),
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
