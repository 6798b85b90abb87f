//! What a benchmark is, and what it may use.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use hdrhistogram::Histogram;
use testkit::broker::Broker;
use testkit::directory::TempDir;

use crate::call::{Caller, Topic, create_topic, delete_topic};
use crate::load::Window;
use crate::systems::{Programs, System, Target};
use crate::usage::{Machine, Memory, Usage};

/// One benchmark.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// Its name on the command line.
    pub name: &'static str,
    /// What the load is, in a line.
    pub about: &'static str,
    /// What is measured, the most important first.
    pub measures: &'static [Measure],
    /// Who takes part.
    pub systems: &'static [System],
    /// Whether it is part of a run that names no scenario.
    pub by_default: bool,
    /// Runs it once.
    pub run: fn(&mut Context, System) -> Result<Sample, String>,
}

/// One figure of a benchmark.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// Its name.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// What Kalda is held to.
    pub target: Option<Limit>,
}

/// What a figure is held to.
#[derive(Clone, Copy, Debug)]
pub enum Limit {
    /// Not more.
    AtMost(f64),
    /// Not less.
    AtLeast(f64),
    /// Not more than so many times what the tuned Apache Kafka has.
    OfTuned(f64),
}

/// A measure without a target.
#[must_use]
pub const fn measure(name: &'static str, unit: &'static str) -> Measure {
    Measure {
        name,
        unit,
        target: None,
    }
}

/// A measure with a target.
#[must_use]
pub const fn held(name: &'static str, unit: &'static str, target: Limit) -> Measure {
    Measure {
        name,
        unit,
        target: Some(target),
    }
}

/// The figures of one run, by the names of the measures.
#[derive(Clone, Debug, Default)]
pub struct Sample(pub BTreeMap<&'static str, f64>);

impl Sample {
    /// Notes a figure.
    pub fn set(&mut self, name: &'static str, value: f64) {
        self.0.insert(name, value);
    }

    /// Notes percentiles in microseconds, as `p50`, `p99`, `p99.9` and `max`.
    pub fn set_latencies(&mut self, latencies: &Histogram<u64>) {
        let at = |q: f64| latencies.value_at_quantile(q) as f64 / 1e3;
        self.set("p50", at(0.5));
        self.set("p90", at(0.9));
        self.set("p99", at(0.99));
        self.set("p99.9", at(0.999));
        self.set("p99.99", at(0.9999));
        self.set("max", latencies.max() as f64 / 1e3);
    }
}

/// What a broker and the machine did in the measured time.
#[derive(Clone, Copy, Debug)]
pub struct Observed {
    /// Processor seconds of the broker.
    pub cpu: f64,
    /// Context switches of the broker.
    pub switches: u64,
    /// Processors that somebody else used.
    pub neighbours: f64,
    /// Part of the time that the host took away.
    pub stolen: f64,
    /// Seconds.
    pub seconds: f64,
}

/// What benchmarks share: programs, brokers that run, settings.
#[derive(Debug)]
pub struct Context {
    /// Where the programs are.
    pub programs: Programs,
    /// Seconds that are measured.
    pub seconds: f64,
    /// Seconds for which a JVM warms up before its first run of a scenario.
    pub warm_up: f64,
    /// Room for files of benchmarks.
    pub files: TempDir,
    /// The scenario that runs.
    pub scenario: &'static str,
    brokers: BTreeMap<System, Broker>,
    warmed: BTreeSet<(System, &'static str)>,
    topics: u32,
}

impl Context {
    /// A context without brokers.
    ///
    /// # Errors
    /// No directory can be made.
    pub fn new(programs: Programs, seconds: f64, warm_up: f64) -> Result<Self, String> {
        Ok(Self {
            programs,
            seconds,
            warm_up,
            files: TempDir::new("bench").map_err(|e| e.to_string())?,
            scenario: "",
            brokers: BTreeMap::new(),
            warmed: BTreeSet::new(),
            topics: 0,
        })
    }

    /// The broker of a system that all benchmarks share; it is started when first asked for.
    ///
    /// # Errors
    /// It does not start.
    pub fn target(&mut self, system: System) -> Result<Target, String> {
        if !self.brokers.contains_key(&system) {
            let broker = self.programs.start(system, &[])?;
            self.brokers.insert(system, broker);
        }
        let broker = &self.brokers[&system];
        Ok(Target {
            system,
            address: broker.address(),
            pid: broker.process_id(),
        })
    }

    /// Lets go of a shared broker: the next benchmark gets a fresh one.
    pub fn drop_broker(&mut self, system: System) {
        self.brokers.remove(&system);
        self.warmed.retain(|(warm, _)| *warm != system);
    }

    /// A name that no topic had yet.
    pub fn topic_name(&mut self) -> String {
        self.topics += 1;
        format!("{}-{}", self.scenario, self.topics)
    }

    /// Creates a topic for one run.
    ///
    /// # Errors
    /// The broker refuses.
    pub fn topic(
        &mut self,
        target: &Target,
        partitions: i32,
        configs: &[(&str, &str)],
    ) -> Result<Topic, String> {
        let name = self.topic_name();
        create_topic(
            &mut Caller::connect(target.address)?,
            &name,
            partitions,
            configs,
        )
    }

    /// Deletes the topic of a run.
    ///
    /// # Errors
    /// The broker refuses.
    pub fn done_with(&self, target: &Target, topic: &Topic) -> Result<(), String> {
        delete_topic(&mut Caller::connect(target.address)?, topic)
    }

    /// The moments of a run that begins now: a JVM that has not run the scenario yet warms up longer.
    pub fn window(&mut self, system: System, measured: f64) -> Window {
        let is_new = self.warmed.insert((system, self.scenario));
        let warm_up = match system {
            _ if !system.is_kafka() => 0.5,
            _ if is_new => self.warm_up,
            _ => 2.0,
        };
        Window::new(
            Duration::from_secs_f64(warm_up),
            Duration::from_secs_f64(measured),
        )
    }
}

/// Sleeps through the window and tells what `pid` and the machine did in its measured part.
#[must_use]
pub fn observe(pid: u32, window: &Window) -> Observed {
    let me = std::process::id();
    window.sleep_until(window.from);
    let before = (Usage::of(pid), Usage::of(me), Machine::now());
    window.sleep_until(window.until);
    let after = (Usage::of(pid), Usage::of(me), Machine::now());
    let seconds = (after.0.at - before.0.at).as_secs_f64();
    let cpu = after.0.cpu - before.0.cpu;
    let own = after.1.cpu - before.1.cpu;
    let (busy, stolen) = after.2.since(before.2);
    Observed {
        cpu,
        switches: after.0.switches.saturating_sub(before.0.switches),
        neighbours: ((busy - cpu - own) / seconds).max(0.0),
        stolen: stolen / seconds,
        seconds,
    }
}

/// Notes what is noted of every run.
pub fn note(sample: &mut Sample, target: &Target, observed: &Observed) {
    sample.set("neighbours", observed.neighbours);
    sample.set("stolen", observed.stolen);
    sample.set("broker cores", observed.cpu / observed.seconds);
    sample.set("switches/s", observed.switches as f64 / observed.seconds);
    sample.set("rss", Memory::of(target.pid).rss as f64 / 1e6);
}
