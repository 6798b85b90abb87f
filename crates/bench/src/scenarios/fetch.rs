//! Fetching what is in the page cache.

use std::time::Duration;

use crate::call::Topic;
use crate::floor::{self, Floor, FloorPlan};
use crate::load::Window;
use crate::load::consume::{End, consume};
use crate::load::consumer::{ConsumerPlan, FetchShape};
use crate::load::produce::produce;
use crate::load::producer::{Pace, ProducerPlan};
use crate::scenario::Limit::OfTuned;
use crate::scenario::{Context, Measure, Sample, Scenario, held, measure, note, observe};
use crate::systems::{System, Target};
use crate::template::{BatchShape, Template};

const PARTITIONS: i32 = 6;
/// Requests of 64 KB to each partition before the reading: 400 MB in all.
const BATCHES: u64 = 1_024;
const SHAPE: BatchShape = BatchShape::plain(64, 1024);

const MEASURES: &[Measure] = &[
    held("broker CPU", "s/GB", OfTuned(0.9)),
    measure("client CPU", "s/GB"),
    measure("throughput", "MB/s"),
    measure("fetches", "/s"),
];

/// One consumer and several.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "fetch-cached",
        about: "6 partitions of 1 MB a fetch, one consumer, data in the page cache",
        measures: MEASURES,
        systems: &System::ALL,
        most_reps: usize::MAX,
        by_default: true,
        run: |c, s| run(c, s, 1),
    },
    Scenario {
        name: "fetch-fan-out",
        about: "the same with three consumers",
        measures: MEASURES,
        systems: &[System::Kalda, System::KafkaStock, System::KafkaTuned],
        most_reps: usize::MAX,
        by_default: false,
        run: |c, s| run(c, s, 3),
    },
];

const SHAPE_OF_FETCH: FetchShape = FetchShape {
    partition_bytes: 1 << 20,
    max_bytes: 50 << 20,
    min_bytes: 1,
    max_wait: Duration::from_millis(500),
};

fn run(context: &mut Context, system: System, consumers: usize) -> Result<Sample, String> {
    if system == System::Floor {
        return run_on_floor(context, consumers);
    }
    let target = context.target(system)?;
    let topic = context.topic(&target, PARTITIONS, &[])?;
    fill(&target, &topic, BATCHES)?;
    let end = i64::try_from(BATCHES).unwrap_or(0) * 64;
    let sample = read(context, &target, &topic, end, consumers)?;
    context.done_with(&target, &topic)?;
    Ok(sample)
}

fn run_on_floor(context: &mut Context, consumers: usize) -> Result<Sample, String> {
    let file = context.files.path().join("chunks");
    let (batches, chunks, partitions) = (16, BATCHES / 16, 6);
    let chunk = floor::write_file(&file, &SHAPE.batch(1), batches, chunks, partitions)
        .map_err(|e| e.to_string())?;
    let floor = Floor::start(&FloorPlan {
        file,
        head: 0,
        chunk,
        chunks,
        partitions,
        syncs: false,
    })?;
    let target = Target {
        system: System::Floor,
        address: floor.address,
        pid: floor.pid(),
    };
    let topic = Topic {
        name: String::new(),
        id: floor::TOPIC,
        partitions: PARTITIONS,
    };
    let end = i64::try_from(BATCHES).unwrap_or(0) * 64;
    read(context, &target, &topic, end, consumers)
}

/// Writes so many batches of 64 KB to each partition.
///
/// # Errors
/// The broker refuses.
pub fn fill(target: &Target, topic: &Topic, batches: u64) -> Result<(), String> {
    let templates = (0..topic.partitions).map(|p| Template::new(topic, p, 1, &SHAPE));
    let templates: Vec<Template> = templates.collect::<Result<_, _>>()?;
    let total = batches * templates.len() as u64;
    let plan = ProducerPlan {
        templates,
        depth: 5,
        // A schedule without pauses that ends after as many requests as are wanted.
        pace: Pace::Open {
            interval: 1,
            offset: 0,
        },
        stamped: false,
        alone: true,
        sharing: None,
    };
    let mut window = Window::new(Duration::ZERO, Duration::ZERO);
    window.until = window.begin + total;
    let outcome = produce(target.address, topic, vec![plan], window)?;
    let expected = total * SHAPE.records as u64;
    if outcome.done.acknowledged == expected {
        return Ok(());
    }
    Err(format!(
        "{} of {expected} records were written",
        outcome.done.acknowledged
    ))
}

fn read(
    context: &mut Context,
    target: &Target,
    topic: &Topic,
    end: i64,
    consumers: usize,
) -> Result<Sample, String> {
    let window = context.window(target.system, context.seconds);
    let plan = ConsumerPlan {
        topic: topic.clone(),
        shape: SHAPE_OF_FETCH,
        rewinds_at: Some(end),
        stamped: false,
    };
    let plans = vec![plan; consumers];
    let (outcome, observed) = std::thread::scope(|scope| {
        let consumers = scope.spawn(|| consume(target.address, plans, window, End::OfWindow));
        let observed = observe(target.pid, &window);
        let outcome = consumers
            .join()
            .map_err(|_| "the consumers panicked".to_owned())?;
        Ok::<_, String>((outcome?, observed))
    })?;
    let gigabytes = outcome.done.iter().map(|d| d.bytes).sum::<u64>().max(1) as f64 / 1e9;
    let fetches: u64 = outcome.done.iter().map(|d| d.fetches).sum();
    let mut sample = Sample::default();
    sample.set("broker CPU", observed.cpu / gigabytes);
    sample.set("client CPU", outcome.cpu / gigabytes);
    sample.set("throughput", gigabytes * 1e3 / window.seconds());
    sample.set("fetches", fetches as f64 / window.seconds());
    note(&mut sample, target, &observed);
    Ok(sample)
}
