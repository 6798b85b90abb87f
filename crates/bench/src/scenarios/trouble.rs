//! What breaks brokers: neighbours that take the disk or the processor, backlogs, deletion, more than they can take.

use std::path::Path;
use std::time::Duration;

use hdrhistogram::Histogram;
use testkit::broker::Broker;

use crate::call::{Caller, Topic, create_topic};
use crate::heartbeats;
use crate::load::consume::{ConsumeOutcome, End, consume};
use crate::load::consumer::{ConsumerPlan, FetchShape};
use crate::load::produce::produce;
use crate::load::producer::{Pace, ProducerPlan};
use crate::load::{Goal, Window};
use crate::scenario::{Context, Measure, Sample, Scenario, measure, note, observe};
use crate::scenarios::end_to_end::Flow;
use crate::scenarios::fetch::fill;
use crate::scenarios::produce::{Load, interval, note_produce, with_producers};
use crate::systems::{System, Target};
use crate::template::{BatchShape, Template};

const TWO: &[System] = &[System::Kalda, System::KafkaTuned];

const BESIDE: &[Measure] = &[
    measure("small p50", "us"),
    measure("small p99", "us"),
    measure("heartbeat p50", "us"),
    measure("heartbeat p99", "us"),
    measure("heartbeat max", "us"),
    measure("throughput", "MB/s"),
];

const fn scenario(
    name: &'static str,
    about: &'static str,
    measures: &'static [Measure],
    run: fn(&mut Context, System) -> Result<Sample, String>,
) -> Scenario {
    Scenario {
        name,
        about,
        measures,
        systems: TWO,
        most_reps: 2,
        by_default: false,
        run,
    }
}

/// Backlogs, deletion, overload, and small requests beside large ones.
pub const SCENARIOS: &[Scenario] = &[
    scenario(
        "beside-bulk",
        "small produces and heartbeats while another producer writes as fast as the disk takes it",
        BESIDE,
        |c, s| beside(c, s, &[]),
    ),
    scenario(
        "beside-recompression",
        "the same while another producer's batches are compressed anew, with zstd",
        BESIDE,
        |c, s| beside(c, s, &[("compression.type", "zstd")]),
    ),
    scenario(
        "catch-up",
        "a cold backlog of 2 GB is drained beside 50 MB/s with a consumer that keeps up",
        &[
            measure("drain", "MB/s"),
            measure("tail p99", "us"),
            measure("tail max", "us"),
            measure("ack p99", "us"),
        ],
        catch_up,
    ),
    scenario(
        "retention",
        "100 MB/s while old segments of 16 MB are deleted as fast, and without",
        &[
            measure("p99.9 with", "us"),
            measure("p99.9 without", "us"),
            measure("max with", "us"),
            measure("max without", "us"),
        ],
        retention,
    ),
    scenario(
        "overload",
        "16 connections offer twice as many unbatched records as the broker takes",
        &[
            measure("offered", "/s"),
            measure("requests", "/s"),
            measure("of the most", ""),
            measure("p99", "us"),
            measure("rss", "MB"),
        ],
        overload,
    ),
];

fn beside(
    context: &mut Context,
    system: System,
    configs: &[(&str, &str)],
) -> Result<Sample, String> {
    let target = context.target(system)?;
    let small_topic = context.topic(&target, 1, &[])?;
    let large_topic = context.topic(&target, 6, configs)?;
    let small = ProducerPlan {
        templates: vec![Template::new(
            &small_topic,
            0,
            1,
            &BatchShape::plain(1, 100),
        )?],
        depth: 1_000,
        pace: Pace::Open {
            interval: interval(500.0),
            offset: 0,
        },
        stamped: false,
        alone: true,
        sharing: None,
    };
    let large = Load::bulk().plans(&target, &large_topic)?;
    let mut beats = heartbeats::Member::join(target.address, "bench-beside")?;
    let window = context.window(system, context.seconds);
    let (small, large, beats, observed) = std::thread::scope(|scope| {
        let large = scope.spawn(|| produce(target.address, &large_topic, large, window));
        let small = scope.spawn(|| produce(target.address, &small_topic, vec![small], window));
        let beats = scope.spawn(|| beats.beat(window, interval(100.0)));
        let observed = observe(target.pid, &window);
        (small.join(), large.join(), beats.join(), observed)
    });
    let panicked = |_| "a load thread panicked".to_owned();
    let small = small.map_err(panicked)??;
    let large = large.map_err(panicked)??;
    let beats = beats.map_err(panicked)??;
    let mut sample = Sample::default();
    let at = |h: &Histogram<u64>, q| h.value_at_quantile(q) as f64 / 1e3;
    sample.set("small p50", at(&small.acks, 0.5));
    sample.set("small p99", at(&small.acks, 0.99));
    sample.set("heartbeat p50", at(&beats, 0.5));
    sample.set("heartbeat p99", at(&beats, 0.99));
    sample.set("heartbeat max", beats.max() as f64 / 1e3);
    let megabytes = large.done.bytes as f64 / 1e6;
    sample.set("throughput", megabytes / window.seconds());
    note(&mut sample, &target, &observed);
    context.done_with(&target, &small_topic)?;
    context.done_with(&target, &large_topic)?;
    Ok(sample)
}

/// Takes the files of a broker out of the page cache.
fn cool(directory: &Path) -> Result<(), String> {
    let fail = |e: std::io::Error| format!("{}: {e}", directory.display());
    for entry in std::fs::read_dir(directory).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        if path.is_dir() {
            cool(&path)?;
        } else if path.extension().is_some_and(|e| e == "log") {
            let file = std::fs::File::open(&path).map_err(fail)?;
            file.sync_data().map_err(fail)?;
            let advice = rustix::fs::Advice::DontNeed;
            rustix::fs::fadvise(&file, 0, None, advice).map_err(|e| fail(e.into()))?;
        }
    }
    Ok(())
}

fn own_broker(context: &Context, system: System) -> Result<(Broker, Target), String> {
    let broker = context.programs.start(system, &[])?;
    let target = Target {
        system,
        address: broker.address(),
        pid: broker.process_id(),
    };
    Ok((broker, target))
}

fn catch_up(context: &mut Context, system: System) -> Result<Sample, String> {
    const BATCHES: u64 = 5_100;
    let (broker, target) = own_broker(context, system)?;
    let mut caller = Caller::connect(target.address)?;
    let backlog = create_topic(&mut caller, "backlog", 6, &[])?;
    let tail = create_topic(&mut caller, "tail", 6, &[])?;
    fill(&target, &backlog, BATCHES)?;
    cool(&broker.log_dir())?;
    let flow = Flow::steady(50e6);
    let plan = flow.plan(&tail)?;
    let follower = consumer(&tail, true);
    let drainer = consumer(&backlog, false);
    let window = Window::new(
        Duration::from_secs(if system.is_kafka() { 6 } else { 1 }),
        Duration::from_secs_f64(context.seconds.max(4.0)),
    );
    let (goal, drain_goal) = (Goal::default(), Goal::default());
    drain_goal.add(BATCHES * 6 * 64);
    drain_goal.finish();
    let (produced, followed, drained) = std::thread::scope(|scope| {
        let follower =
            scope.spawn(|| consume(target.address, vec![follower], window, End::AllRead(&goal)));
        let drainer = scope.spawn(|| drain(&target, drainer, window, &drain_goal));
        let produced = produce(target.address, &tail, vec![plan], window);
        goal.add(produced.as_ref().map_or(0, |p| p.done.acknowledged));
        goal.finish();
        (produced, follower.join(), drainer.join())
    });
    let panicked = |_| "a load thread panicked".to_owned();
    let (produced, followed) = (produced?, followed.map_err(panicked)??);
    let drain_seconds = drained.map_err(panicked)??;
    let mut sample = Sample::default();
    let at = |h: &Histogram<u64>, q| h.value_at_quantile(q) as f64 / 1e3;
    let megabytes = (BATCHES * 6) as f64 * 66.0 / 1e3;
    sample.set("drain", megabytes / drain_seconds);
    sample.set("tail p99", at(&followed.latencies, 0.99));
    sample.set("tail max", followed.latencies.max() as f64 / 1e3);
    sample.set("ack p99", at(&produced.acks, 0.99));
    Ok(sample)
}

fn consumer(topic: &Topic, stamped: bool) -> ConsumerPlan {
    ConsumerPlan {
        topic: topic.clone(),
        shape: FetchShape::DEFAULT,
        rewinds_at: None,
        stamped,
    }
}

/// Reads all of it, beginning with what is measured; gives the seconds that it took.
fn drain(target: &Target, plan: ConsumerPlan, window: Window, goal: &Goal) -> Result<f64, String> {
    window.sleep_until(window.from);
    // Over as soon as everything was read.
    let own = Window {
        from: window.from,
        until: window.from,
        ..window
    };
    let began = window.now();
    let _: ConsumeOutcome = consume(target.address, vec![plan], own, End::AllRead(goal))?;
    Ok((window.now() - began) as f64 / 1e9)
}

fn retention(context: &mut Context, system: System) -> Result<Sample, String> {
    let deleting: &[(&str, &str)] = &[
        ("segment.bytes", "16777216"),
        ("retention.bytes", "33554432"),
        ("file.delete.delay.ms", "1000"),
    ];
    let keeping: &[(&str, &str)] = &[("segment.bytes", "16777216")];
    let mut sample = Sample::default();
    for (configs, tail, most) in [
        (deleting, "p99.9 with", "max with"),
        (keeping, "p99.9 without", "max without"),
    ] {
        let target = context.target(system)?;
        let topic = context.topic(&target, 6, configs)?;
        let plan = Flow::steady(100e6).plan(&topic)?;
        let window = context.window(system, context.seconds.max(8.0));
        let (outcome, _) = with_producers(&target, &topic, vec![plan], window)?;
        sample.set(tail, outcome.acks.value_at_quantile(0.999) as f64 / 1e3);
        sample.set(most, outcome.acks.max() as f64 / 1e3);
        context.done_with(&target, &topic)?;
    }
    Ok(sample)
}

fn overload(context: &mut Context, system: System) -> Result<Sample, String> {
    const CONNECTIONS: u32 = 16;
    let load = Load::small(16, 64);
    let target = context.target(system)?;
    let topic = context.topic(&target, load.partitions, &[])?;
    let window = context.window(system, 1.0);
    let (outcome, _) = with_producers(&target, &topic, load.plans(&target, &topic)?, window)?;
    let most = outcome.done.requests as f64 / window.seconds();
    let every = interval(2.0 * most / f64::from(CONNECTIONS));
    let plans = load
        .plans(&target, &topic)?
        .into_iter()
        .map(|plan| ProducerPlan {
            pace: Pace::Open {
                interval: every,
                offset: 0,
            },
            ..plan
        });
    let window = context.window(system, context.seconds);
    let (outcome, observed) = with_producers(&target, &topic, plans.collect(), window)?;
    let mut sample = Sample::default();
    note_produce(&mut sample, &outcome, &observed, &window);
    note(&mut sample, &target, &observed);
    sample.set("offered", 2.0 * most);
    sample.set("of the most", sample.0["requests"] / most);
    context.done_with(&target, &topic)?;
    Ok(sample)
}
