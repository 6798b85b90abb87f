//! Many of something: partitions, connections, producers, and what each more of them costs.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use protocol::fetch_request::{FetchPartition, FetchRequest, FetchTopic};

use crate::call::{Caller, Topic, create_topic, delete_topic};
use crate::first_ack::all_ack;
use crate::load::consumer::{ConsumerPlan, FETCH_VERSION, FetchShape};
use crate::load::producer::{Pace, ProducerPlan};
use crate::load::{Window, nanos};
use crate::scenario::{Context, Measure, Sample, Scenario, measure, note};
use crate::scenarios::end_to_end::{note_flow, through};
use crate::scenarios::life::templates;
use crate::scenarios::produce::{Load, interval, note_produce, with_producers};
use crate::systems::{System, Target};
use crate::template::{BatchShape, Template};
use crate::usage::{Memory, Usage};

const BROKERS: &[System] = &[System::Kalda, System::KafkaStock, System::KafkaTuned];
const TWO: &[System] = &[System::Kalda, System::KafkaTuned];
const KALDA: &[System] = &[System::Kalda];

/// The most partitions that one topic is given: a controller makes 10,000 records at once.
const PER_TOPIC: i32 = 5_000;
/// As many partitions as one topic can begin with.
const TEN_THOUSAND: i32 = 9_990;

const SPREAD: &[Measure] = &[
    measure("broker cores", ""),
    measure("p99", "us"),
    measure("rss", "MB"),
    measure("descriptors", ""),
];
const SLOPE: &[Measure] = &[
    measure("with 10", "us/req"),
    measure("with 1,000", "us/req"),
    measure("with 10,000", "us/req"),
    measure("with 100,000", "us/req"),
];

const fn scenario(
    name: &'static str,
    about: &'static str,
    measures: &'static [Measure],
    systems: &'static [System],
    run: fn(&mut Context, System) -> Result<Sample, String>,
) -> Scenario {
    Scenario {
        name,
        about,
        measures,
        systems,
        most_reps: 2,
        by_default: false,
        run,
    }
}

/// Crowds, and the slopes.
pub const SCENARIOS: &[Scenario] = &[
    scenario(
        "partitions-100",
        "20 MB/s in batches of 16 KB spread over 100 partitions",
        SPREAD,
        TWO,
        |c, s| spread(c, s, 100),
    ),
    scenario(
        "partitions-1k",
        "the same over 1,000 partitions",
        SPREAD,
        TWO,
        |c, s| spread(c, s, 1_000),
    ),
    scenario(
        "partitions-10k",
        "the same over 10,000 partitions",
        SPREAD,
        KALDA,
        |c, s| spread(c, s, TEN_THOUSAND),
    ),
    scenario(
        "fetch-1k",
        "a consumer of 1,000 partitions of which 10 take 1,000 records a second together",
        FETCHES,
        TWO,
        |c, s| many_partition_fetch(c, s, 1_000),
    ),
    scenario(
        "fetch-10k",
        "the same with 10,000 partitions",
        FETCHES,
        KALDA,
        |c, s| many_partition_fetch(c, s, TEN_THOUSAND),
    ),
    scenario(
        "connections-5k",
        "5,000 connections that open, do nothing, then send one record a second each",
        &[
            measure("connect", "/s"),
            measure("memory", "KB/connection"),
            measure("idle CPU", "cores"),
            measure("broker CPU", "us/req"),
            measure("p99", "us"),
        ],
        BROKERS,
        connections,
    ),
    scenario(
        "keys-100",
        "100 producers with keys over 100 partitions, batches of 4 KB, 50 MB/s offered",
        &[
            measure("throughput", "MB/s"),
            measure("p99", "us"),
            measure("broker CPU", "us/req"),
        ],
        BROKERS,
        keys,
    ),
    scenario(
        "slope-partitions",
        "one record of 200 B a request to one partition, beside so many partitions that were written to",
        SLOPE,
        TWO,
        |c, s| slope(c, s, PARTITION_STEPS, add_partitions),
    ),
    scenario(
        "slope-connections",
        "the same beside so many connections that do nothing",
        &[
            measure("with 10", "us/req"),
            measure("with 1,000", "us/req"),
            measure("with 9,000", "us/req"),
        ],
        TWO,
        |c, s| slope(c, s, CONNECTION_STEPS, add_connections),
    ),
    scenario(
        "slope-segments",
        "reading a record from the middle of a partition with so many segments, and writing to it",
        &[
            measure("read with 10", "us/req"),
            measure("read with 10,000", "us/req"),
            measure("write with 10", "us/req"),
            measure("write with 10,000", "us/req"),
        ],
        TWO,
        slope_of_segments,
    ),
    scenario(
        "slope-change",
        "creating and deleting a topic of one partition beside so many partitions",
        &[
            measure("with 10", "us/req"),
            measure("with 1,000", "us/req"),
            measure("with 10,000", "us/req"),
            measure("with 100,000", "us/req"),
        ],
        TWO,
        slope_of_change,
    ),
];

const FETCHES: &[Measure] = &[
    measure("broker CPU", "us/msg"),
    measure("p50", "us"),
    measure("p99", "us"),
    measure("rss", "MB"),
];

fn spread(context: &mut Context, system: System, partitions: i32) -> Result<Sample, String> {
    let target = context.target(system)?;
    let topic = context.topic(&target, partitions, &[])?;
    let shape = BatchShape::plain(16, 1000);
    let all = (0..partitions).map(|p| Template::new(&topic, p, 1, &shape));
    let plan = ProducerPlan {
        templates: all.collect::<Result<_, _>>()?,
        depth: 64,
        pace: Pace::Open {
            interval: interval(20e6 / 16_000.0),
            offset: 0,
        },
        stamped: false,
        alone: true,
        sharing: None,
    };
    let window = context.window(system, context.seconds.max(f64::from(partitions) / 1_250.0));
    let (outcome, observed) = with_producers(&target, &topic, vec![plan], window)?;
    let mut sample = Sample::default();
    note_produce(&mut sample, &outcome, &observed, &window);
    note(&mut sample, &target, &observed);
    sample.set("descriptors", Memory::of(target.pid).descriptors as f64);
    context.done_with(&target, &topic)?;
    Ok(sample)
}

fn many_partition_fetch(
    context: &mut Context,
    system: System,
    partitions: i32,
) -> Result<Sample, String> {
    let target = context.target(system)?;
    let topic = context.topic(&target, partitions, &[])?;
    let shape = BatchShape::plain(1, 200);
    let active = (0..10).map(|p| Template::new(&topic, p, 1, &shape));
    let plan = ProducerPlan {
        templates: active.collect::<Result<_, _>>()?,
        depth: 64,
        pace: Pace::Open {
            interval: interval(1e3),
            offset: 0,
        },
        stamped: true,
        alone: true,
        sharing: None,
    };
    let consumer = ConsumerPlan {
        topic: topic.clone(),
        shape: FetchShape::DEFAULT,
        rewinds_at: None,
        stamped: true,
    };
    let window = context.window(system, context.seconds);
    let (produced, consumed, observed) =
        through(&target, &topic, vec![plan], vec![consumer], window)?;
    let mut sample = Sample::default();
    note_flow(&mut sample, &produced, &consumed, &observed, &window);
    note(&mut sample, &target, &observed);
    context.done_with(&target, &topic)?;
    Ok(sample)
}

fn connections(context: &mut Context, system: System) -> Result<Sample, String> {
    const COUNT: u32 = 5_000;
    let target = context.target(system)?;
    let topic = context.topic(&target, 6, &[])?;
    let mut sample = Sample::default();
    let before = Memory::of(target.pid).rss;
    let began = Instant::now();
    let idle: Vec<TcpStream> = (0..COUNT)
        .map(|_| Caller::greeted(target.address).map(Caller::into_stream))
        .collect::<Result<_, _>>()?;
    let connecting = began.elapsed();
    sample.set("connect", f64::from(COUNT) / connecting.as_secs_f64());
    std::thread::sleep(Duration::from_secs(1));
    let grown = Memory::of(target.pid).rss.saturating_sub(before) as f64;
    sample.set("memory", grown / 1e3 / f64::from(COUNT));
    let window = context.window(system, 2.0);
    let observed = crate::scenario::observe(target.pid, &window);
    sample.set("idle CPU", observed.cpu / observed.seconds);
    drop(idle);
    let shape = BatchShape::plain(1, 200);
    let one = |number: u32| {
        let partition = i32::try_from(number % 6).unwrap_or(0);
        Ok(ProducerPlan {
            templates: vec![Template::new(&topic, partition, 1, &shape)?],
            depth: 5,
            pace: Pace::Open {
                interval: 1_000_000_000,
                offset: u64::from(number) * 1_000_000_000 / u64::from(COUNT),
            },
            stamped: false,
            alone: false,
            sharing: None,
        })
    };
    let plans = (0..COUNT).map(one).collect::<Result<Vec<_>, String>>()?;
    // Connecting takes its time; then each connection sends once before it counts.
    let patience = connecting * 3 + Duration::from_secs(1);
    let seconds = Duration::from_secs_f64(context.seconds);
    let mut window = Window::new(patience + Duration::from_secs(1), seconds);
    window.begin += nanos(patience);
    let (outcome, observed) = with_producers(&target, &topic, plans, window)?;
    note_produce(&mut sample, &outcome, &observed, &window);
    note(&mut sample, &target, &observed);
    context.done_with(&target, &topic)?;
    Ok(sample)
}

fn keys(context: &mut Context, system: System) -> Result<Sample, String> {
    const PRODUCERS: u32 = 100;
    let target = context.target(system)?;
    let topic = context.topic(&target, 100, &[])?;
    let shape = BatchShape {
        keyed: true,
        ..BatchShape::plain(4, 1000)
    };
    // A producer with random keys meets all partitions; each begins at another one.
    let all = (0..100).map(|p| Template::new(&topic, p, 1, &shape));
    let all = all.collect::<Result<Vec<_>, _>>()?;
    let every = interval(50e6 / 4_000.0 / f64::from(PRODUCERS));
    let one = |number: u32| {
        let mut templates = all.clone();
        templates.rotate_left(number as usize);
        ProducerPlan {
            templates,
            depth: 5,
            pace: Pace::Open {
                interval: every,
                offset: every * u64::from(number) / u64::from(PRODUCERS),
            },
            stamped: false,
            alone: false,
            sharing: None,
        }
    };
    let window = context.window(system, context.seconds);
    let plans = (0..PRODUCERS).map(one).collect();
    let (outcome, observed) = with_producers(&target, &topic, plans, window)?;
    let mut sample = Sample::default();
    note_produce(&mut sample, &outcome, &observed, &window);
    note(&mut sample, &target, &observed);
    context.done_with(&target, &topic)?;
    Ok(sample)
}

/// Adds to a broker what its cost should not depend on, until there are so many.
type Add = fn(&Target, &mut Crowd, u32) -> Result<(), String>;

/// What was added.
#[derive(Debug, Default)]
struct Crowd {
    partitions: u32,
    connections: Vec<TcpStream>,
}

type Step = (&'static str, u32);

const PARTITION_STEPS: &[Step] = &[
    ("with 10", 10),
    ("with 1,000", 1_000),
    ("with 10,000", 10_000),
    ("with 100,000", 100_000),
];
/// With the usual limit of 20,000 open files Kalda takes 9,950 connections; the other half is for segments.
const CONNECTION_STEPS: &[Step] = &[
    ("with 10", 10),
    ("with 1,000", 1_000),
    ("with 9,000", 9_000),
];

fn steps(system: System, all: &'static [Step]) -> impl Iterator<Item = Step> {
    // Apache Kafka takes minutes for more.
    let most = if system.is_kafka() { 1_000 } else { u32::MAX };
    all.iter().copied().filter(move |(_, count)| *count <= most)
}

fn slope(
    context: &mut Context,
    system: System,
    all: &'static [Step],
    add: Add,
) -> Result<Sample, String> {
    context.drop_broker(system);
    let target = context.target(system)?;
    let mut crowd = Crowd::default();
    let mut sample = Sample::default();
    let load = Load::small(1, 5);
    for (name, count) in steps(system, all) {
        add(&target, &mut crowd, count)?;
        let topic = context.topic(&target, load.partitions, &[])?;
        let plans = load.plans(&target, &topic)?;
        let window = context.window(system, context.seconds);
        let (outcome, observed) = with_producers(&target, &topic, plans, window)?;
        let requests = outcome.done.requests.max(1) as f64;
        sample.set(name, observed.cpu * 1e6 / requests);
    }
    context.drop_broker(system);
    Ok(sample)
}

fn add_connections(target: &Target, crowd: &mut Crowd, count: u32) -> Result<(), String> {
    while crowd.connections.len() < count as usize {
        let greeted = Caller::greeted(target.address)?;
        crowd.connections.push(greeted.into_stream());
    }
    Ok(())
}

fn add_partitions(target: &Target, crowd: &mut Crowd, count: u32) -> Result<(), String> {
    let mut caller = Caller::connect(target.address)?;
    while crowd.partitions < count {
        let missing = i32::try_from(count - crowd.partitions).unwrap_or(i32::MAX);
        let name = format!("crowd-{}", crowd.partitions);
        let topic: Topic = create_topic(&mut caller, &name, missing.min(PER_TOPIC), &[])?;
        all_ack(target.address, &templates(&topic)?)?;
        crowd.partitions += u32::try_from(topic.partitions).unwrap_or(0);
    }
    Ok(())
}

fn slope_of_change(context: &mut Context, system: System) -> Result<Sample, String> {
    const CHANGES: u32 = 50;
    context.drop_broker(system);
    let target = context.target(system)?;
    let mut crowd = Crowd::default();
    let mut sample = Sample::default();
    for (name, count) in steps(system, PARTITION_STEPS) {
        add_partitions(&target, &mut crowd, count)?;
        let mut caller = Caller::connect(target.address)?;
        // What was added comes to rest first.
        std::thread::sleep(Duration::from_secs(2));
        let before = Usage::of(target.pid);
        for _ in 0..CHANGES {
            let topic = create_topic(&mut caller, &context.topic_name(), 1, &[])?;
            delete_topic(&mut caller, &topic)?;
        }
        let cpu = Usage::of(target.pid).cpu - before.cpu;
        sample.set(name, cpu * 1e6 / f64::from(2 * CHANGES));
    }
    context.drop_broker(system);
    Ok(sample)
}

/// Requests that one step of the slope of segments is measured over.
const ASKED: u32 = 2_000;

fn slope_of_segments(context: &mut Context, system: System) -> Result<Sample, String> {
    context.drop_broker(system);
    let target = context.target(system)?;
    let mut sample = Sample::default();
    for (count, read, write) in [
        (10, "read with 10", "write with 10"),
        (10_000, "read with 10,000", "write with 10,000"),
    ] {
        // A segment takes one millisecond's records, and each record is of another one.
        let topic = context.topic(&target, 1, &[("segment.ms", "1")])?;
        for first in (0..count).step_by(1_000) {
            let one = |number: i64| {
                let shape = BatchShape {
                    after_ms: number * 10,
                    ..BatchShape::plain(1, 100)
                };
                Template::new(&topic, 0, 1, &shape)
            };
            let some = (first..count.min(first + 1_000)).map(one);
            all_ack(target.address, &some.collect::<Result<Vec<_>, _>>()?)?;
        }
        let mut caller = Caller::connect(target.address)?;
        let before = Usage::of(target.pid);
        for number in 0..ASKED {
            // Spread over the middle half of the partition.
            let offset = count / 4 + i64::from(number) * (count / 2) / i64::from(ASKED);
            fetch_one(&mut caller, &topic, offset)?;
        }
        let cpu = Usage::of(target.pid).cpu - before.cpu;
        sample.set(read, cpu * 1e6 / f64::from(ASKED));
        let shape = BatchShape {
            after_ms: count * 10,
            ..BatchShape::plain(1, 100)
        };
        let same = Template::new(&topic, 0, 1, &shape)?;
        let before = Usage::of(target.pid);
        all_ack(target.address, &vec![same; ASKED as usize])?;
        let cpu = Usage::of(target.pid).cpu - before.cpu;
        sample.set(write, cpu * 1e6 / f64::from(ASKED));
        context.done_with(&target, &topic)?;
    }
    context.drop_broker(system);
    Ok(sample)
}

/// Fetches from an offset without a session; something must be there.
fn fetch_one(caller: &mut Caller, topic: &Topic, offset: i64) -> Result<(), String> {
    let partition = FetchPartition {
        partition: 0,
        current_leader_epoch: -1,
        fetch_offset: offset,
        last_fetched_epoch: -1,
        log_start_offset: -1,
        partition_max_bytes: 1,
        ..Default::default()
    };
    let topic = FetchTopic {
        topic_id: topic.id,
        partitions: vec![partition],
        ..Default::default()
    };
    let request = FetchRequest {
        max_wait_ms: 0,
        min_bytes: 1,
        max_bytes: 1,
        topics: vec![topic],
        ..Default::default()
    };
    let bytes = caller.call(FETCH_VERSION, &request, |response| {
        let partitions = response.responses.iter().flat_map(|t| &t.partitions);
        let records = partitions.filter_map(|p| p.records.as_ref());
        records.map(protocol::wire::Records::len).sum::<usize>()
    })?;
    if bytes > 0 {
        return Ok(());
    }
    Err(format!("nothing lies at offset {offset}"))
}
