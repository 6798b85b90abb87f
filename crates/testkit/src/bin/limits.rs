//! Measures what a node needs that does little: memory, descriptors, starts, recovery.
//!
//! `cargo build --release -p kalda && cargo run --release -p testkit --bin limits -- WHAT ...`, where WHAT is
//!
//! * `idle`: resident memory of an empty node;
//! * `partitions N`: N partitions that were written to once: memory and descriptors of each, CPU of the idle node, from exec to
//!   the first acknowledged produce after a clean stop and after kill -9;
//! * `connections N`: memory of each idle connection;
//! * `create N`: from the request that creates N partitions until all have taken a write;
//! * `offsets N`: a start with N committed offsets, until those of every group are answered;
//! * `recover GB [PARTITIONS]`: kill -9 with so much written and not flushed, to the first acknowledged produce.
//!
//! Everything happens below `target/`; the node listens on a loopback port.

#![expect(clippy::print_stdout, reason = "a program of the command line")]

use std::error::Error;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use protocol::create_topics_request::{CreatableTopic, CreateTopicsRequest};
use protocol::create_topics_response::CreateTopicsResponse;
use protocol::find_coordinator_request::FindCoordinatorRequest;
use protocol::offset_commit_request::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};
use protocol::offset_commit_response::OffsetCommitResponse;
use protocol::offset_fetch_request::{
    OffsetFetchRequest, OffsetFetchRequestGroup, OffsetFetchRequestTopics,
};
use protocol::offset_fetch_response::OffsetFetchResponse;
use protocol::produce_request::{PartitionProduceData, ProduceRequest, TopicProduceData};
use protocol::produce_response::ProduceResponse;
use protocol::response_header::ResponseHeader;
use protocol::{Message, Reader, Records, Request, Writer, encode_request};
use records::{BatchBuilder, NewRecord};
use testkit::directory::{TempDir, target};
use testkit::ports::Port;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Partitions of one topic and of one produce request.
const PER_TOPIC: i32 = 1000;
/// How long a node is left alone before it counts as idle: longer than logs stay open without use.
const QUIET: Duration = Duration::from_secs(45);
/// Over how long the CPU of an idle node is counted.
const WATCHED: Duration = Duration::from_secs(30);

fn main() -> Outcome<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| args.get(at).and_then(|text| text.parse::<i32>().ok());
    match args.first().map(String::as_str) {
        Some("idle") => idle(),
        Some("partitions") => partitions(number(1).unwrap_or(10_000)),
        Some("connections") => connections(number(1).unwrap_or(1_000)),
        Some("create") => create(number(1).unwrap_or(1_000)),
        Some("offsets") => offsets(number(1).unwrap_or(1_000_000)),
        Some("recover") => recover(number(1).unwrap_or(4), number(2).unwrap_or(6)),
        _ => Err(
            "say idle, partitions N, connections N, create N, offsets N or recover GB [PARTITIONS]"
                .into(),
        ),
    }
}

fn idle() -> Outcome<()> {
    let mut node = Node::new()?;
    let took = node.start_and_produce(false)?;
    println!(
        "exec to first acknowledged produce, empty: {took:.1?}, {}",
        node.spent(0.0)?
    );
    std::thread::sleep(Duration::from_secs(2));
    println!(
        "resident: {} KB, descriptors: {}",
        node.resident()?,
        node.descriptors()?
    );
    node.stop()?;
    let took = node.start_and_produce(false)?;
    println!(
        "exec to first acknowledged produce, clean, one topic: {took:.1?}, {}",
        node.spent(0.0)?
    );
    Ok(())
}

fn partitions(count: i32) -> Outcome<()> {
    let mut node = Node::new()?;
    node.start_and_produce(false)?;
    std::thread::sleep(Duration::from_secs(2));
    let (memory, descriptors) = (node.resident()?, node.descriptors()?);
    let (began, before) = (Instant::now(), node.cpu()?);
    let mut peer = node.connect()?;
    let topics = (count / PER_TOPIC).max(1);
    for topic in 0..topics {
        let name = format!("p{topic}");
        peer.create(&name, PER_TOPIC.min(count))?;
        peer.produce_to_all(&name, PER_TOPIC.min(count), &batch(100, 1))?;
    }
    println!(
        "{count} partitions created and written to in {:.1?}, {}",
        began.elapsed(),
        node.spent(before)?
    );
    println!(
        "at once: {:.2} KB each, {} descriptors",
        per(node.resident()?, memory, count),
        node.descriptors()?
    );
    std::thread::sleep(QUIET);
    println!(
        "idle: {} KB, {:.2} KB each, {:.3} descriptors each",
        node.resident()?,
        per(node.resident()?, memory, count),
        per(node.descriptors()?, descriptors, count)
    );
    let before = node.cpu()?;
    std::thread::sleep(WATCHED);
    println!(
        "CPU of the idle node: {:.3} %",
        (node.cpu()? - before) / WATCHED.as_secs_f64() * 100.0
    );
    let began = Instant::now();
    node.stop()?;
    println!("clean stop: {:.1?}", began.elapsed());
    println!(
        "exec to first acknowledged produce after a clean stop: {:.1?}, {}",
        node.start_and_produce(true)?,
        node.spent(0.0)?
    );
    std::thread::sleep(Duration::from_secs(2));
    println!(
        "resident after the start: {:.2} KB each",
        per(node.resident()?, memory, count)
    );
    node.kill();
    println!(
        "exec to first acknowledged produce after kill -9: {:.1?}, {}",
        node.start_and_produce(true)?,
        node.spent(0.0)?
    );
    node.wait_for("were checked")?;
    Ok(())
}

fn connections(count: i32) -> Outcome<()> {
    let mut node = Node::new()?;
    node.start_and_produce(false)?;
    std::thread::sleep(Duration::from_secs(2));
    let memory = node.resident()?;
    let mut peers = Vec::new();
    for _ in 0..count {
        let mut peer = node.connect()?;
        peer.produce("t0", 0, &batch(100, 1))?;
        peers.push(peer);
    }
    std::thread::sleep(Duration::from_secs(2));
    println!(
        "{count} connections: {:.2} KB each",
        per(node.resident()?, memory, count)
    );
    Ok(())
}

fn create(count: i32) -> Outcome<()> {
    let mut node = Node::new()?;
    node.start_and_produce(false)?;
    let mut peer = node.connect()?;
    for round in 0..5 {
        let name = format!("c{round}");
        let (began, before) = (Instant::now(), node.cpu()?);
        peer.create(&name, count)?;
        let created = began.elapsed();
        peer.produce_to_all(&name, count, &batch(100, 1))?;
        println!(
            "{count} partitions: created after {created:.1?}, all written to after {:.1?}, {}",
            began.elapsed(),
            node.spent(before)?
        );
    }
    Ok(())
}

fn offsets(count: i32) -> Outcome<()> {
    const OF_A_GROUP: i32 = 5_000;
    let mut node = Node::new()?;
    node.start_and_produce(false)?;
    let mut peer = node.connect()?;
    peer.create("many", OF_A_GROUP)?;
    let groups: Vec<String> = (0..count / OF_A_GROUP).map(|n| format!("g{n}")).collect();
    let (began, before) = (Instant::now(), node.cpu()?);
    // This makes the coordinators' topic.
    peer.ask(
        3,
        &FindCoordinatorRequest {
            key: "g0".into(),
            ..Default::default()
        },
    )?;
    for group in &groups {
        node.patient(began, |peer| peer.commit(group, "many", OF_A_GROUP))?;
    }
    println!(
        "{count} offsets committed in {:.1?}, {}; resident: {} KB",
        began.elapsed(),
        node.spent(before)?,
        node.resident()?
    );
    node.stop()?;
    let began = Instant::now();
    node.start()?;
    for group in &groups {
        node.patient(began, |peer| peer.committed(group, "many", OF_A_GROUP))?;
    }
    println!(
        "exec to the answer to all groups after a clean stop: {:.1?}, {}; resident: {} KB",
        began.elapsed(),
        node.spent(0.0)?,
        node.resident()?
    );
    Ok(())
}

fn recover(gigabytes: i32, partitions: i32) -> Outcome<()> {
    let mut node = Node::new()?;
    node.start_and_produce(false)?;
    let mut peer = node.connect()?;
    peer.create("big", partitions)?;
    let batch = batch(1024, 900);
    let total = u64::try_from(gigabytes)? << 30;
    let began = Instant::now();
    let mut written = 0;
    let mut index = 0;
    while written < total {
        peer.produce("big", index, &batch)?;
        index = (index + 1) % partitions;
        written += batch.len() as u64;
    }
    println!(
        "{gigabytes} GB written to {partitions} partitions in {:.1?}",
        began.elapsed()
    );
    node.kill();
    let first = node.start_and_produce(true)?;
    println!(
        "exec to first acknowledged produce after kill -9, another topic: {first:.1?}, {}",
        node.spent(0.0)?
    );
    node.kill();
    let began = Instant::now();
    node.start()?;
    node.patient(began, |peer| peer.produce("big", 0, &batch))?;
    println!(
        "the same, to a partition that has to be recovered: {:.1?}, {}",
        began.elapsed(),
        node.spent(0.0)?
    );
    node.wait_for("were checked")?;
    println!("all of it: {}", node.spent(0.0)?);
    Ok(())
}

/// KB, or whatever is counted, for each of `count`.
fn per(after: u64, before: u64, count: i32) -> f64 {
    after.saturating_sub(before) as f64 / f64::from(count)
}

/// One batch of `records` records of `size` bytes.
fn batch(size: usize, records: i32) -> Vec<u8> {
    let value = vec![b'x'; size];
    let mut builder = BatchBuilder::new();
    for _ in 0..records {
        builder.append(&NewRecord {
            timestamp: Some(model::TimestampMs(1_700_000_000_000)),
            key: None,
            value: Some(&value),
            headers: &[],
        });
    }
    builder.finish()
}

struct Node {
    directory: TempDir,
    port: Port,
    process: Option<Child>,
}

impl Node {
    fn new() -> Outcome<Self> {
        Ok(Self {
            directory: TempDir::new("limits")?,
            port: Port::free()?,
            process: None,
        })
    }

    fn start(&mut self) -> Outcome<()> {
        let binary: PathBuf = target().join("release/kalda");
        let output = std::fs::File::options()
            .append(true)
            .create(true)
            .open(self.output())?;
        let overrides = [
            format!("log.dirs={}", self.directory.path().join("data").display()),
            format!("listeners=PLAINTEXT://127.0.0.1:{}", self.port.number()),
            "log.retention.ms=-1".to_owned(),
        ];
        let mut command = Command::new(binary);
        command.arg("server");
        for each in &overrides {
            command.args(["--override", each]);
        }
        let errors = output.try_clone()?;
        command
            .stdout(Stdio::from(output))
            .stderr(Stdio::from(errors));
        self.process = Some(command.spawn()?);
        Ok(())
    }

    /// From exec to the first acknowledged produce; its topic is made unless it is `there`.
    fn start_and_produce(&mut self, there: bool) -> Outcome<Duration> {
        let began = Instant::now();
        self.start()?;
        let batch = batch(100, 1);
        self.patient(began, |peer| {
            if !there {
                // It may be there from an earlier start.
                peer.create("t0", 1).ok();
            }
            peer.produce("t0", 0, &batch)
        })
    }

    /// Tries until it succeeds.
    fn patient(&self, began: Instant, act: impl Fn(&mut Peer) -> Outcome<()>) -> Outcome<Duration> {
        loop {
            let tried = self.connect().and_then(|mut peer| act(&mut peer));
            match tried {
                Ok(()) => return Ok(began.elapsed()),
                Err(error) if began.elapsed() > Duration::from_secs(120) => return Err(error),
                Err(_) => std::thread::sleep(Duration::from_micros(300)),
            }
        }
    }

    fn connect(&self) -> Outcome<Peer> {
        let stream =
            TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port.number())))?;
        stream.set_nodelay(true)?;
        Ok(Peer { stream })
    }

    fn stop(&mut self) -> Outcome<()> {
        if let Some(mut child) = self.process.take() {
            let id = i32::try_from(child.id())?;
            let id = rustix::process::Pid::from_raw(id).ok_or("no process")?;
            rustix::process::kill_process(id, rustix::process::Signal::TERM)?;
            child.wait()?;
        }
        Ok(())
    }

    fn kill(&mut self) {
        if let Some(mut child) = self.process.take() {
            // It may have ended by itself.
            child.kill().ok();
            child.wait().ok();
        }
    }

    fn output(&self) -> PathBuf {
        self.directory.path().join("output")
    }

    /// Waits for a line with this text and prints it.
    fn wait_for(&self, text: &str) -> Outcome<()> {
        let began = Instant::now();
        loop {
            let output = std::fs::read_to_string(self.output())?;
            if let Some(line) = output.lines().rev().find(|line| line.contains(text)) {
                println!("{line}");
                return Ok(());
            }
            if began.elapsed() > Duration::from_secs(300) {
                return Err("the node did not say so".into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn proc(&self, file: &str) -> Outcome<PathBuf> {
        let child = self.process.as_ref().ok_or("no process")?;
        Ok(Path::new("/proc").join(child.id().to_string()).join(file))
    }

    /// Resident memory in KB.
    fn resident(&self) -> Outcome<u64> {
        let status = std::fs::read_to_string(self.proc("status")?)?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let value = line.and_then(|line| line.split_whitespace().nth(1));
        Ok(value.ok_or("no VmRSS")?.parse()?)
    }

    fn descriptors(&self) -> Outcome<u64> {
        Ok(std::fs::read_dir(self.proc("fd")?)?.count() as u64)
    }

    /// CPU seconds so far, of the threads that still run.
    fn cpu(&self) -> Outcome<f64> {
        let mut total = 0;
        for thread in std::fs::read_dir(self.proc("task")?)? {
            let text = std::fs::read_to_string(thread?.path().join("schedstat"))?;
            let nanos = text.split_whitespace().next().ok_or("no schedstat")?;
            total += nanos.parse::<u64>()?;
        }
        Ok(total as f64 / 1e9)
    }

    /// What the node has computed since it had computed for `before`, for a machine that is not quiet.
    fn spent(&self, before: f64) -> Outcome<String> {
        Ok(format!("{:.1} ms of CPU", (self.cpu()? - before) * 1000.0))
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A connection of a client.
struct Peer {
    stream: TcpStream,
}

impl Peer {
    fn ask<'a, R: Request<'a>>(&mut self, version: i16, request: &R) -> Outcome<Vec<u8>> {
        let mut writer = Writer::new();
        encode_request(&mut writer, version, 1, Some("limits"), request)?;
        self.stream.write_all(&writer.into_parts().0)?;
        let mut size = [0; 4];
        self.stream.read_exact(&mut size)?;
        let mut answer = vec![0; usize::try_from(i32::from_be_bytes(size))?];
        self.stream.read_exact(&mut answer)?;
        Ok(answer)
    }

    /// Commits offset 7 of partitions 0 to `count`.
    fn commit(&mut self, group: &str, topic: &str, count: i32) -> Outcome<()> {
        let partitions = (0..count).map(|partition_index| OffsetCommitRequestPartition {
            partition_index,
            committed_offset: 7,
            committed_leader_epoch: -1,
            ..Default::default()
        });
        let request = OffsetCommitRequest {
            group_id: group.to_owned().into(),
            generation_id_or_member_epoch: -1,
            topics: vec![OffsetCommitRequestTopic {
                name: topic.to_owned().into(),
                partitions: partitions.collect(),
                ..Default::default()
            }],
            ..Default::default()
        };
        let answer = self.ask(8, &request)?;
        let mut reader = Reader::new(&answer);
        ResponseHeader::decode(&mut reader, 1)?;
        let response = OffsetCommitResponse::decode(&mut reader, 8)?;
        let mut partitions = response.topics.iter().flat_map(|t| &t.partitions);
        match partitions.find(|p| !p.error_code.is_none()) {
            Some(refused) => Err(format!("{refused:?}").into()),
            None => Ok(()),
        }
    }

    /// Asks for what [`Peer::commit`] has committed.
    fn committed(&mut self, group: &str, topic: &str, count: i32) -> Outcome<()> {
        let request = OffsetFetchRequest {
            groups: vec![OffsetFetchRequestGroup {
                group_id: group.to_owned().into(),
                topics: Some(vec![OffsetFetchRequestTopics {
                    name: topic.to_owned().into(),
                    partition_indexes: (0..count).collect(),
                    ..Default::default()
                }]),
                ..Default::default()
            }],
            ..Default::default()
        };
        let answer = self.ask(8, &request)?;
        let mut reader = Reader::new(&answer);
        ResponseHeader::decode(&mut reader, 1)?;
        let response = OffsetFetchResponse::decode(&mut reader, 8)?;
        let topics = response.groups.iter().flat_map(|g| &g.topics);
        let partitions = topics.flat_map(|t| &t.partitions);
        let is_there = |offset: i64| offset == 7;
        let found = partitions.filter(|p| is_there(p.committed_offset)).count();
        if usize::try_from(count)? == found {
            return Ok(());
        }
        Err(format!("{found} of {count} offsets of {group}").into())
    }

    fn create(&mut self, name: &str, partitions: i32) -> Outcome<()> {
        let request = CreateTopicsRequest {
            topics: vec![CreatableTopic {
                name: name.to_owned().into(),
                num_partitions: partitions,
                replication_factor: 1,
                ..Default::default()
            }],
            timeout_ms: 60_000,
            ..Default::default()
        };
        let answer = self.ask(5, &request)?;
        let mut reader = Reader::new(&answer);
        ResponseHeader::decode(&mut reader, 1)?;
        let response = CreateTopicsResponse::decode(&mut reader, 5)?;
        match response.topics.first() {
            Some(topic) if topic.error_code.is_none() => Ok(()),
            other => Err(format!("{other:?}").into()),
        }
    }

    fn produce_to_all(&mut self, topic: &str, partitions: i32, batch: &[u8]) -> Outcome<()> {
        self.produce_to(topic, 0..partitions, batch)
    }

    fn produce(&mut self, topic: &str, partition: i32, batch: &[u8]) -> Outcome<()> {
        self.produce_to(topic, partition..partition + 1, batch)
    }

    fn produce_to(
        &mut self,
        topic: &str,
        partitions: std::ops::Range<i32>,
        batch: &[u8],
    ) -> Outcome<()> {
        let partition = |index| PartitionProduceData {
            index,
            records: Some(Records::Bytes(batch.into())),
            ..Default::default()
        };
        let request = ProduceRequest {
            acks: 1,
            timeout_ms: 60_000,
            topic_data: vec![TopicProduceData {
                name: topic.to_owned().into(),
                partition_data: partitions.map(partition).collect(),
                ..Default::default()
            }],
            ..Default::default()
        };
        let answer = self.ask(9, &request)?;
        let mut reader = Reader::new(&answer);
        ResponseHeader::decode(&mut reader, 1)?;
        let response = ProduceResponse::decode(&mut reader, 9)?;
        let partitions = response
            .responses
            .iter()
            .flat_map(|topic| &topic.partition_responses);
        for partition in partitions {
            if !partition.error_code.is_none() {
                return Err(format!("{topic}: {}", partition.error_code).into());
            }
        }
        Ok(())
    }
}
