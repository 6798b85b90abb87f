//! The life of a broker: start, crash, memory, creation of topics.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use testkit::broker::Broker;

use crate::call::{Caller, Topic, create_topic, request_topic};
use crate::first_ack::{all_ack, first_ack};
use crate::scenario::Limit::AtMost;
use crate::scenario::{Context, Measure, Sample, Scenario, held, measure};
use crate::scenarios::fetch::fill;
use crate::systems::{System, Target};
use crate::template::{BatchShape, Template};
use crate::usage::{Memory, Usage};

/// The most partitions that one topic is given: a controller makes 10,000 records at once.
const PARTITIONS_PER_TOPIC: u32 = 5_000;
const SMALL: BatchShape = BatchShape::plain(1, 100);
/// How long a broker may take to close its logs.
const STOP_LIMIT: Duration = Duration::from_secs(300);
/// How long a broker gets to come to rest before its memory is looked at.
const REST: Duration = Duration::from_secs(3);

const BROKERS: &[System] = &[System::Kalda, System::KafkaStock, System::KafkaTuned];
const TWO: &[System] = &[System::Kalda, System::KafkaTuned];
const KALDA: &[System] = &[System::Kalda];

const fn start(most_ms: f64) -> [Measure; 3] {
    [
        held("first ack", "ms", AtMost(most_ms)),
        measure("CPU", "ms"),
        measure("RSS", "MB"),
    ]
}

const START_EMPTY: &[Measure] = &start(20.0);
const START_10K: &[Measure] = &start(100.0);
const START_100K: &[Measure] = &start(1_000.0);
const CRASH: &[Measure] = &[
    held("first ack", "ms", AtMost(1_000.0)),
    held("all partitions", "ms", AtMost(1_000.0)),
    measure("CPU", "ms"),
    measure("RSS", "MB"),
];
const CRASH_100K: &[Measure] = &start(10_000.0);
const FREE: &[Measure] = &[
    measure("first ack", "ms"),
    measure("CPU", "ms"),
    measure("RSS", "MB"),
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
        by_default: true,
        run,
    }
}

/// Starts, memory, creation.
pub const SCENARIOS: &[Scenario] = &[
    scenario(
        "start-empty",
        "exec to the first acknowledged produce after a clean stop, one partition",
        START_EMPTY,
        BROKERS,
        |c, s| start_after_stop(c, s, 0),
    ),
    scenario(
        "start-1k",
        "the same with 1,000 more partitions, each written to",
        FREE,
        TWO,
        |c, s| start_after_stop(c, s, 1_000),
    ),
    scenario(
        "start-10k",
        "the same with 10,000 more partitions, each written to",
        START_10K,
        KALDA,
        |c, s| start_after_stop(c, s, 10_000),
    ),
    Scenario {
        by_default: false,
        ..scenario(
            "start-100k",
            "the same with 100,000 more partitions, each written to",
            START_100K,
            KALDA,
            |c, s| start_after_stop(c, s, 100_000),
        )
    },
    scenario(
        "crash-4g",
        "exec after kill -9 with 4 GB written and not flushed to the first acknowledged produce",
        CRASH,
        TWO,
        start_after_crash,
    ),
    Scenario {
        by_default: false,
        ..scenario(
            "crash-100k",
            "exec after kill -9 with 100,000 partitions written to",
            CRASH_100K,
            KALDA,
            |c, s| {
                let (mut broker, template) = with_partitions(c, s, 100_000)?;
                broker.kill();
                started(&mut broker, &template)
            },
        )
    },
    scenario(
        "memory",
        "resident memory: idle, per idle connection of 5,000, per idle partition",
        &[
            held("idle", "MB", AtMost(12.0)),
            held("connection", "KB", AtMost(2.0)),
            held("partition", "KB", AtMost(2.0)),
            held("descriptors/partition", "", AtMost(0.0)),
        ],
        BROKERS,
        memory,
    ),
    scenario(
        "create-1000",
        "creating a topic of 1,000 partitions until all take writes",
        &[
            held("all take writes", "ms", AtMost(200.0)),
            measure("CPU", "ms"),
        ],
        BROKERS,
        create,
    ),
];

/// A fresh broker with one partition to probe and `more` that were written to.
fn with_partitions(
    context: &mut Context,
    system: System,
    more: u32,
) -> Result<(Broker, Template), String> {
    let broker = context.programs.start(system, &[])?;
    let mut caller = Caller::connect(broker.address())?;
    let probe = create_topic(&mut caller, "probe", 1, &[])?;
    for number in 0..more.div_ceil(PARTITIONS_PER_TOPIC) {
        let partitions = (more - number * PARTITIONS_PER_TOPIC).min(PARTITIONS_PER_TOPIC);
        let partitions = i32::try_from(partitions).unwrap_or(i32::MAX);
        let topic = create_topic(&mut caller, &format!("many-{number}"), partitions, &[])?;
        all_ack(broker.address(), &templates(&topic)?)?;
    }
    let template = Template::new(&probe, 0, 1, &SMALL)?;
    first_ack(broker.address(), &template, Instant::now())?;
    Ok((broker, template))
}

/// One small request for each partition.
///
/// # Errors
/// A batch cannot be made.
pub fn templates(topic: &Topic) -> Result<Vec<Template>, String> {
    (0..topic.partitions)
        .map(|p| Template::new(topic, p, 1, &SMALL))
        .collect()
}

fn start_after_stop(
    context: &mut Context,
    system: System,
    partitions: u32,
) -> Result<Sample, String> {
    let (mut broker, template) = with_partitions(context, system, partitions)?;
    broker.stop_within(STOP_LIMIT).map_err(|e| e.to_string())?;
    started(&mut broker, &template)
}

fn started(broker: &mut Broker, template: &Template) -> Result<Sample, String> {
    let began = Instant::now();
    broker.launch_again().map_err(|e| e.to_string())?;
    let took = first_ack(broker.address(), template, began)?;
    let pid = broker.process_id();
    let mut sample = Sample::default();
    sample.set("first ack", took.as_secs_f64() * 1e3);
    sample.set("CPU", Usage::of(pid).cpu * 1e3);
    sample.set("RSS", Memory::of(pid).rss as f64 / 1e6);
    Ok(sample)
}

fn start_after_crash(context: &mut Context, system: System) -> Result<Sample, String> {
    // Nothing of the 4 GB is flushed: no segment is finished in it.
    let (mut broker, template) = with_partitions(context, system, 0)?;
    let mut caller = Caller::connect(broker.address())?;
    let topic = create_topic(&mut caller, "unflushed", 6, &[])?;
    let target = Target {
        system,
        address: broker.address(),
        pid: broker.process_id(),
    };
    fill(&target, &topic, 10_200)?;
    broker.kill();
    let sample = started(&mut broker, &template)?;
    // The partitions that were written to have to take writes too.
    let began = Instant::now();
    all_ack(broker.address(), &templates(&topic)?)?;
    let mut sample = sample;
    let more = began.elapsed().as_secs_f64() * 1e3;
    let first = sample.0["first ack"];
    sample.set("all partitions", first + more);
    Ok(sample)
}

fn memory(context: &mut Context, system: System) -> Result<Sample, String> {
    const CONNECTIONS: u32 = 5_000;
    let partitions = if system.is_kafka() { 1_000 } else { 10_000 };
    let broker = context.programs.start(system, &[])?;
    let (address, pid) = (broker.address(), broker.process_id());
    let look = || {
        std::thread::sleep(REST);
        Memory::of(pid)
    };
    let idle = look();
    let connections: Vec<TcpStream> = (0..CONNECTIONS)
        .map(|_| Caller::greeted(address).map(Caller::into_stream))
        .collect::<Result<_, _>>()?;
    let connected = look();
    drop(connections);
    let before = look();
    let mut caller = Caller::connect(address)?;
    for first in (0..partitions).step_by(1_000) {
        request_topic(&mut caller, &format!("idle-{first}"), 1_000, &[])?;
    }
    let after = look();
    let kilobytes = |from: u64, to: u64| to.saturating_sub(from) as f64 / 1e3;
    let descriptors = after.descriptors.saturating_sub(before.descriptors + 1) as f64;
    let mut sample = Sample::default();
    sample.set("idle", idle.rss as f64 / 1e6);
    sample.set("idle anonymous", idle.anonymous as f64 / 1e6);
    let per_connection = kilobytes(idle.rss, connected.rss) / f64::from(CONNECTIONS);
    sample.set("connection", per_connection);
    sample.set(
        "partition",
        kilobytes(before.rss, after.rss) / f64::from(partitions),
    );
    sample.set("descriptors/partition", descriptors / f64::from(partitions));
    Ok(sample)
}

fn create(context: &mut Context, system: System) -> Result<Sample, String> {
    let target = context.target(system)?;
    let mut caller = Caller::connect(target.address)?;
    let name = context.topic_name();
    let before = Usage::of(target.pid);
    let began = Instant::now();
    let topic = create_topic(&mut caller, &name, 1_000, &[])?;
    all_ack(target.address, &templates(&topic)?)?;
    let took = began.elapsed();
    let after = Usage::of(target.pid);
    context.done_with(&target, &topic)?;
    let mut sample = Sample::default();
    sample.set("all take writes", took.as_secs_f64() * 1e3);
    sample.set("CPU", (after.cpu - before.cpu) * 1e3);
    Ok(sample)
}
