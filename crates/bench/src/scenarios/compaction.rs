//! Compaction: how many bytes a broker's cleaner goes through in a second of processor time.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::call::{Caller, Resource, create_topic, log_size, set_config};
use crate::first_ack::all_ack;
use crate::scenario::{Context, Measure, Sample, Scenario, measure};
use crate::systems::System;
use crate::template::{BatchShape, Template};
use crate::usage::Usage;

const TWO: &[System] = &[System::Kalda, System::KafkaTuned];
const RATES: &[Measure] = &[
    measure("MB/CPU s", ""),
    measure("throughput", "MB/s"),
    measure("left", "%"),
];

const RECORDS: usize = 1_000;
const SHAPE: BatchShape = BatchShape {
    keyed: true,
    ..BatchShape::plain(RECORDS, 200)
};
/// Batches whose keys all differ.
const DISTINCT: u64 = 1_000;
/// How often each of them is written.
const ROUNDS: usize = 5;
/// Nothing is cleaned before it is this old: a day.
const UNTOUCHED: &str = "86400000";
/// The log has so much time to become smaller.
const PATIENCE: Duration = Duration::from_secs(300);
/// A log that has not changed for so long is clean.
const SETTLED: Duration = Duration::from_secs(3);
const LOOK: Duration = Duration::from_millis(50);

/// The one there is.
pub const SCENARIOS: &[Scenario] = &[Scenario {
    name: "compaction",
    about: "1 GB of records of 200 B, each of a million keys five times, is compacted with nothing else going on",
    measures: RATES,
    systems: TWO,
    most_reps: 2,
    by_default: false,
    run,
}];

fn run(context: &mut Context, system: System) -> Result<Sample, String> {
    let settings = [("log.cleaner.backoff.ms", "100")];
    let broker = context.programs.start(system, &settings)?;
    let (address, pid) = (broker.address(), broker.process_id());
    if system.is_kafka() {
        // Its cleaner has to warm up as well.
        compact(address, pid, "warm-up")?;
    }
    compact(address, pid, "measured")
}

fn compact(address: SocketAddr, pid: u32, name: &str) -> Result<Sample, String> {
    let mut caller = Caller::connect(address)?;
    let configs = [
        ("cleanup.policy", "compact"),
        ("segment.bytes", "67108864"),
        ("min.compaction.lag.ms", UNTOUCHED),
        ("min.cleanable.dirty.ratio", "0.1"),
    ];
    let topic = create_topic(&mut caller, name, 1, &configs)?;
    let template = |number| Template::seeded(&topic, 0, 1, &SHAPE, number * RECORDS as u64);
    let batches: Vec<Template> = (0..DISTINCT).map(template).collect::<Result<_, _>>()?;
    for _ in 0..ROUNDS {
        all_ack(address, &batches)?;
    }
    let full = log_size(&mut caller, name)?;
    let (began, before) = (Instant::now(), Usage::of(pid));
    let topic = Resource::Topic(name);
    set_config(&mut caller, topic, "min.compaction.lag.ms", "0")?;
    let (mut size, mut ended) = (full, before);
    while size == full || ended.at.elapsed() < SETTLED {
        std::thread::sleep(LOOK);
        let now = log_size(&mut caller, name)?;
        if now != size {
            (size, ended) = (now, Usage::of(pid));
        }
        if began.elapsed() > PATIENCE {
            return Err(format!("{name} has {size} bytes after {PATIENCE:?}"));
        }
    }
    let megabytes = full as f64 / 1e6;
    let mut sample = Sample::default();
    sample.set("MB/CPU s", megabytes / (ended.cpu - before.cpu));
    let took = ended.at.duration_since(began).as_secs_f64();
    sample.set("throughput", megabytes / took);
    sample.set("left", size as f64 / full as f64 * 100.0);
    Ok(sample)
}
