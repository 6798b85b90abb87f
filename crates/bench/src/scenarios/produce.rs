//! Producing: large batches, one record a request, and acknowledged after a sync.

use records::Compression;

use crate::call::Topic;
use crate::floor::{self, Floor, FloorPlan};
use crate::load::produce::{ProduceOutcome, produce};
use crate::load::producer::{Pace, ProducerPlan};
use crate::load::{Window, nanos};
use crate::scenario::Limit::{AtLeast, AtMost};
use crate::scenario::{Context, Measure, Observed, Sample, Scenario, held, measure, note, observe};
use crate::systems::{System, Target};
use crate::template::{BatchShape, Template};

/// Kafka's configuration that syncs before it acknowledges.
pub const DURABLE: &[(&str, &str)] = &[("flush.messages", "1")];

const ALL: &[System] = &System::ALL;
const BROKERS: &[System] = &[System::Kalda, System::KafkaStock, System::KafkaTuned];

const fn measures(first: Measure) -> [Measure; 6] {
    [
        first,
        measure("client CPU", "us/req"),
        measure("requests", "/s"),
        measure("throughput", "MB/s"),
        measure("p50", "us"),
        measure("p99", "us"),
    ]
}

const CPU: &str = "broker CPU";
const BULK: &[Measure] = &measures(held(CPU, "us/req", AtMost(38.0)));
const ONE: &[Measure] = &measures(held(CPU, "us/req", AtMost(8.0)));
const SIXTEEN: &[Measure] = &measures(held(CPU, "us/req", AtMost(3.5)));
const FREE: &[Measure] = &measures(measure(CPU, "us/req"));

const DURABLE_ONE: &[Measure] = &[
    held("p50", "us", AtMost(280.0)),
    held("p99", "us", AtMost(500.0)),
    measure(CPU, "us/req"),
    measure("requests", "/s"),
];
const DURABLE_16_ON_1: &[Measure] = &[
    held("requests", "/s", AtLeast(20_000.0)),
    measure("p50", "us"),
    measure("p99", "us"),
    measure(CPU, "us/req"),
];
const DURABLE_16_ON_16: &[Measure] = &[
    held("requests", "/s", AtLeast(12_000.0)),
    measure("p50", "us"),
    measure("p99", "us"),
    measure(CPU, "us/req"),
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
        most_reps: usize::MAX,
        by_default: true,
        run,
    }
}

/// Batches, single records, acknowledgements after a sync, codecs, idempotence.
pub const SCENARIOS: &[Scenario] = &[
    scenario(
        "produce-64k",
        "64 records of 1 KB a request, 6 partitions, one connection, 5 requests under way",
        BULK,
        ALL,
        |c, s| run(c, s, &Load::bulk()),
    ),
    scenario(
        "unbatched-1",
        "one record of 200 B a request, one connection, 5 requests under way",
        ONE,
        ALL,
        |c, s| run(c, s, &Load::small(1, 5)),
    ),
    scenario(
        "unbatched-16",
        "one record of 200 B a request, 16 connections, 5 requests under way on each",
        SIXTEEN,
        ALL,
        |c, s| run(c, s, &Load::small(16, 5)),
    ),
    scenario(
        "durable-1",
        "flush.messages=1, one record of 200 B, one producer, one request under way",
        DURABLE_ONE,
        ALL,
        |c, s| run(c, s, &Load::small(1, 1).durable(1)),
    ),
    scenario(
        "durable-16-on-1",
        "the same with 16 producers on one partition",
        DURABLE_16_ON_1,
        ALL,
        |c, s| run(c, s, &Load::small(16, 1).durable(1)),
    ),
    scenario(
        "durable-16-on-16",
        "the same with 16 producers, each on a partition of its own",
        DURABLE_16_ON_16,
        BROKERS,
        |c, s| run(c, s, &Load::small(16, 1).durable(16)),
    ),
    optional(
        "unbatched-256",
        "one record of 100 B a request, 256 connections, one request under way on each",
        |c, s| run(c, s, &Load::small(256, 1)),
    ),
    optional(
        "produce-lz4",
        "as produce-64k, compressed by the client with lz4",
        |c, s| run(c, s, &Load::bulk().compressed(Compression::Lz4)),
    ),
    optional(
        "produce-zstd",
        "as produce-64k, compressed by the client with zstd",
        |c, s| run(c, s, &Load::bulk().compressed(Compression::Zstd)),
    ),
    optional(
        "produce-gzip",
        "as produce-64k, compressed by the client with gzip",
        |c, s| run(c, s, &Load::bulk().compressed(Compression::Gzip)),
    ),
    optional(
        "produce-idempotent",
        "as produce-64k, by an idempotent producer",
        |c, s| {
            let load = Load {
                idempotent: true,
                ..Load::bulk()
            };
            run(c, s, &load)
        },
    ),
];

const fn optional(
    name: &'static str,
    about: &'static str,
    run: fn(&mut Context, System) -> Result<Sample, String>,
) -> Scenario {
    Scenario {
        by_default: false,
        ..scenario(name, about, FREE, BROKERS, run)
    }
}

/// A load of producers that send as fast as they are acknowledged.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Partitions of the topic.
    pub partitions: i32,
    /// Connections.
    pub connections: usize,
    /// Requests under way on each.
    pub depth: usize,
    /// What the batches are like.
    pub shape: BatchShape,
    /// Configurations of the topic.
    pub configs: &'static [(&'static str, &'static str)],
    /// Whether the producers are idempotent.
    pub idempotent: bool,
}

impl Load {
    /// Batches of 64 KB.
    #[must_use]
    pub const fn bulk() -> Self {
        Self {
            partitions: 6,
            connections: 1,
            depth: 5,
            shape: BatchShape::plain(64, 1024),
            configs: &[],
            idempotent: false,
        }
    }

    /// One record a request, each connection with a partition of its own as far as 6 go.
    #[must_use]
    pub const fn small(connections: usize, depth: usize) -> Self {
        Self {
            partitions: if connections < 6 { 1 } else { 6 },
            connections,
            depth,
            shape: BatchShape::plain(1, 200),
            ..Self::bulk()
        }
    }

    const fn durable(self, partitions: i32) -> Self {
        Self {
            partitions,
            configs: DURABLE,
            ..self
        }
    }

    const fn compressed(self, compression: Compression) -> Self {
        let shape = BatchShape {
            compression,
            ..self.shape
        };
        Self { shape, ..self }
    }

    /// What each connection does: one alone writes to all partitions in turn, several share them out.
    ///
    /// # Errors
    /// A batch cannot be made, or the broker gives no producer id.
    pub fn plans(&self, target: &Target, topic: &Topic) -> Result<Vec<ProducerPlan>, String> {
        let plan = |connection: usize| {
            let mut shape = self.shape;
            if self.idempotent {
                let mut caller = crate::call::Caller::connect(target.address)?;
                shape.producer = Some(crate::load::producer::ask_producer_id(&mut caller)?);
            }
            let own = i32::try_from(connection).unwrap_or(0) % self.partitions;
            let partitions = match self.connections {
                1 => 0..self.partitions,
                _ => own..own + 1,
            };
            let templates = partitions.map(|p| Template::new(topic, p, 1, &shape));
            Ok(ProducerPlan {
                templates: templates.collect::<Result<_, String>>()?,
                depth: self.depth,
                pace: Pace::Closed,
                stamped: false,
                alone: i32::try_from(self.connections).is_ok_and(|c| c <= self.partitions),
                sharing: None,
            })
        };
        (0..self.connections).map(plan).collect()
    }
}

/// Runs a load against a system.
///
/// # Errors
/// Whatever makes the run invalid.
pub fn run(context: &mut Context, system: System, load: &Load) -> Result<Sample, String> {
    if system == System::Floor {
        return run_on_floor(context, load);
    }
    let target = context.target(system)?;
    let topic = context.topic(&target, load.partitions, load.configs)?;
    let sample = measure_load(context, &target, &topic, load)?;
    context.done_with(&target, &topic)?;
    Ok(sample)
}

fn run_on_floor(context: &mut Context, load: &Load) -> Result<Sample, String> {
    let topic = Topic {
        name: String::new(),
        id: floor::TOPIC,
        partitions: load.partitions,
    };
    let head = Template::new(&topic, 0, 1, &load.shape)?.head_len() - 4;
    let floor = Floor::start(&FloorPlan {
        file: context.files.path().join("floor"),
        head,
        chunk: 0,
        chunks: 0,
        partitions: 0,
        syncs: !load.configs.is_empty(),
    })?;
    let target = Target {
        system: System::Floor,
        address: floor.address,
        pid: floor.pid(),
    };
    measure_load(context, &target, &topic, load)
}

fn measure_load(
    context: &mut Context,
    target: &Target,
    topic: &Topic,
    load: &Load,
) -> Result<Sample, String> {
    let plans = load.plans(target, topic)?;
    // What is written in this time has to stay well below what the kernel lets be dirty.
    let is_bulk = load.shape.records * load.shape.value > 16 << 10;
    let seconds = if is_bulk { 1.5 } else { context.seconds };
    let window = context.window(target.system, seconds);
    let (outcome, observed) = with_producers(target, topic, plans, window)?;
    let mut sample = Sample::default();
    note_produce(&mut sample, &outcome, &observed, &window);
    note(&mut sample, target, &observed);
    Ok(sample)
}

/// Runs producers on a thread of their own while the broker is observed.
///
/// # Errors
/// As [`produce`].
pub fn with_producers(
    target: &Target,
    topic: &Topic,
    plans: Vec<ProducerPlan>,
    window: Window,
) -> Result<(ProduceOutcome, Observed), String> {
    std::thread::scope(|scope| {
        let producers = scope.spawn(|| produce(target.address, topic, plans, window));
        let observed = observe(target.pid, &window);
        let outcome = producers.join().map_err(|_| "the producers panicked")??;
        Ok((outcome, observed))
    })
}

/// Notes what producers saw.
pub fn note_produce(
    sample: &mut Sample,
    outcome: &ProduceOutcome,
    observed: &Observed,
    window: &Window,
) {
    let requests = outcome.done.requests.max(1) as f64;
    let bytes = outcome.done.bytes as f64;
    sample.set(CPU, observed.cpu * 1e6 / requests);
    sample.set("client CPU", outcome.cpu * 1e6 / requests);
    sample.set("requests", requests / window.seconds());
    sample.set("throughput", bytes / 1e6 / window.seconds());
    sample.set("MB per broker CPU-s", bytes / 1e6 / observed.cpu.max(1e-6));
    let offered = outcome.done.offered.max(1) as f64;
    sample.set("late sends", outcome.done.late as f64 / offered * 100.0);
    sample.set_latencies(&outcome.acks);
}

/// Nanoseconds between requests at a rate.
#[must_use]
pub fn interval(per_second: f64) -> u64 {
    nanos(std::time::Duration::from_secs_f64(1.0 / per_second))
}
