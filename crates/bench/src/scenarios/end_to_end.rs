//! From a producer to a consumer: latency at fixed rates, and what the broker takes for it.

use crate::call::Topic;
use crate::floor::{self, Floor, FloorPlan};
use crate::load::consume::{ConsumeOutcome, End, consume};
use crate::load::consumer::{ConsumerPlan, FetchShape};
use crate::load::produce::{ProduceOutcome, produce};
use crate::load::producer::{Pace, ProducerPlan};
use crate::load::{Goal, Window};
use crate::scenario::Limit::{AtMost, OfTuned};
use crate::scenario::{Context, Measure, Observed, Sample, Scenario, held, measure, note, observe};
use crate::scenarios::produce::interval;
use crate::systems::{System, Target};
use crate::template::{BatchShape, Template};

/// A generator that is late with more than this per cent of its sends has measured itself. Up to here its lateness makes latencies longer than they are, since
/// they count from the moment that was meant, and is shown beside them.
const LATE_SENDS: f64 = 5.0;

const ALL: &[System] = &System::ALL;
const BROKERS: &[System] = &[System::Kalda, System::KafkaStock, System::KafkaTuned];

const LATENCY: &[Measure] = &[
    measure("p50", "us"),
    measure("p99", "us"),
    measure("p99.9", "us"),
    measure("broker CPU", "us/msg"),
    measure("late sends", "%"),
];
const TEN_THOUSAND: &[Measure] = &[
    held("p50", "us", AtMost(110.0)),
    held("p99", "us", AtMost(300.0)),
    held("broker CPU", "us/msg", AtMost(20.0)),
    measure("p99.9", "us"),
    measure("switches/s", ""),
    measure("late sends", "%"),
];
const STEADY: &[Measure] = &[
    held("broker cores", "", OfTuned(0.8)),
    measure("p50", "us"),
    measure("p99", "us"),
    measure("p99.9", "us"),
    measure("throughput", "MB/s"),
    measure("late sends", "%"),
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

/// Fixed rates of records and of bytes.
pub const SCENARIOS: &[Scenario] = &[
    scenario(
        "latency-1k",
        "1,000 records of 200 B a second, one a request, read by a consumer that keeps up",
        LATENCY,
        ALL,
        |c, s| run(c, s, &Flow::single(1e3)),
    ),
    scenario(
        "latency-10k",
        "10,000 records of 200 B a second, one a request, read by a consumer that keeps up",
        TEN_THOUSAND,
        ALL,
        |c, s| run(c, s, &Flow::single(1e4)),
    ),
    scenario(
        "latency-50k",
        "50,000 records of 200 B a second, those that wait share a batch",
        LATENCY,
        BROKERS,
        |c, s| run(c, s, &Flow::shared(5e4)),
    ),
    Scenario {
        by_default: false,
        ..scenario(
            "steady-10",
            "10 MB/s in batches of 16 KB to 6 partitions, read by a consumer that keeps up",
            STEADY,
            BROKERS,
            |c, s| run(c, s, &Flow::steady(10e6)),
        )
    },
    scenario(
        "steady-50",
        "50 MB/s in batches of 16 KB to 6 partitions, read by a consumer that keeps up",
        STEADY,
        BROKERS,
        |c, s| run(c, s, &Flow::steady(50e6)),
    ),
    scenario(
        "steady-200",
        "200 MB/s in batches of 16 KB to 6 partitions, read by a consumer that keeps up",
        STEADY,
        BROKERS,
        |c, s| run(c, s, &Flow::steady(200e6)),
    ),
];

/// A flow of records at a fixed rate.
#[derive(Clone, Copy, Debug)]
pub struct Flow {
    /// Partitions of the topic.
    pub partitions: i32,
    /// What a request carries.
    pub shape: BatchShape,
    /// Requests a second.
    pub rate: f64,
    /// Requests under way at once.
    pub depth: usize,
    /// How many records that wait may share a batch.
    pub sharing: usize,
}

impl Flow {
    const fn single(rate: f64) -> Self {
        Self {
            partitions: 1,
            shape: BatchShape::plain(1, 200),
            rate,
            depth: 64,
            sharing: 1,
        }
    }

    const fn shared(rate: f64) -> Self {
        Self {
            depth: 5,
            sharing: 80,
            ..Self::single(rate)
        }
    }

    /// Batches of 16 KB.
    #[must_use]
    pub fn steady(bytes_per_second: f64) -> Self {
        let shape = BatchShape::plain(16, 1000);
        Self {
            partitions: 6,
            rate: bytes_per_second / 16_000.0,
            depth: 64,
            sharing: 1,
            shape,
        }
    }

    /// What the producer does.
    ///
    /// # Errors
    /// A batch cannot be made.
    pub fn plan(&self, topic: &Topic) -> Result<ProducerPlan, String> {
        let templates = (0..self.partitions).map(|p| Template::new(topic, p, 1, &self.shape));
        Ok(ProducerPlan {
            templates: templates.collect::<Result<_, _>>()?,
            depth: self.depth,
            pace: Pace::Open {
                interval: interval(self.rate),
                offset: 0,
            },
            stamped: true,
            alone: true,
            sharing: (self.sharing > 1).then_some((self.shape, self.sharing)),
        })
    }
}

/// Runs a flow against a system.
///
/// # Errors
/// Whatever makes the run invalid: a late generator too.
pub fn run(context: &mut Context, system: System, flow: &Flow) -> Result<Sample, String> {
    if system == System::Floor {
        return run_on_floor(context, flow);
    }
    let target = context.target(system)?;
    let topic = context.topic(&target, flow.partitions, &[])?;
    let sample = measure_flow(context, &target, &topic, flow)?;
    context.done_with(&target, &topic)?;
    Ok(sample)
}

fn run_on_floor(context: &mut Context, flow: &Flow) -> Result<Sample, String> {
    let topic = Topic {
        name: String::new(),
        id: floor::TOPIC,
        partitions: flow.partitions,
    };
    let floor = Floor::start(&FloorPlan {
        file: context.files.path().join("floor"),
        head: Template::new(&topic, 0, 1, &flow.shape)?.head_len() - 4,
        chunk: 0,
        chunks: 0,
        partitions: 0,
        syncs: false,
    })?;
    let target = Target {
        system: System::Floor,
        address: floor.address,
        pid: floor.pid(),
    };
    measure_flow(context, &target, &topic, flow)
}

fn measure_flow(
    context: &mut Context,
    target: &Target,
    topic: &Topic,
    flow: &Flow,
) -> Result<Sample, String> {
    let window = context.window(target.system, context.seconds);
    let consumer = ConsumerPlan {
        topic: topic.clone(),
        shape: FetchShape::DEFAULT,
        rewinds_at: None,
        stamped: true,
    };
    let plans = vec![flow.plan(topic)?];
    let (produced, consumed, observed) = through(target, topic, plans, vec![consumer], window)?;
    let mut sample = Sample::default();
    note_flow(&mut sample, &produced, &consumed, &observed, &window);
    note(&mut sample, target, &observed);
    let late = sample.0["late sends"];
    if late > LATE_SENDS {
        return Err(format!(
            "the generator was late with {late:.2} % of its sends: the machine is too busy"
        ));
    }
    Ok(sample)
}

/// Runs producers and consumers until everything acknowledged was read.
///
/// # Errors
/// As those of producers and consumers.
pub fn through(
    target: &Target,
    topic: &Topic,
    producers: Vec<ProducerPlan>,
    consumers: Vec<ConsumerPlan>,
    window: Window,
) -> Result<(ProduceOutcome, ConsumeOutcome, Observed), String> {
    let goal = Goal::default();
    std::thread::scope(|scope| {
        let consumer =
            scope.spawn(|| consume(target.address, consumers, window, End::AllRead(&goal)));
        let producer = scope.spawn(|| {
            let outcome = produce(target.address, topic, producers, window);
            goal.add(outcome.as_ref().map_or(0, |o| o.done.acknowledged));
            goal.finish();
            outcome
        });
        let observed = observe(target.pid, &window);
        let produced = producer.join().map_err(|_| "the producers panicked")?;
        let consumed = consumer.join().map_err(|_| "the consumers panicked")?;
        Ok((produced?, consumed?, observed))
    })
}

/// Notes what came through.
pub fn note_flow(
    sample: &mut Sample,
    produced: &ProduceOutcome,
    consumed: &ConsumeOutcome,
    observed: &Observed,
    window: &Window,
) {
    let records = produced.done.records.max(1) as f64;
    let bytes: u64 = consumed.done.iter().map(|done| done.bytes).sum();
    sample.set("broker CPU", observed.cpu * 1e6 / records);
    sample.set("client CPU", (produced.cpu + consumed.cpu) * 1e6 / records);
    sample.set("throughput", bytes as f64 / 1e6 / window.seconds());
    sample.set("messages", records / window.seconds());
    let offered = produced.done.offered.max(1) as f64;
    sample.set("late sends", produced.done.late as f64 / offered * 100.0);
    sample.set_latencies(&consumed.latencies);
}
