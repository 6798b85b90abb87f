//! The most used client library as the load: what users see whose client costs more than the broker.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use testkit::directory;

use crate::scenario::{Context, Measure, Sample, Scenario, measure, note, observe};
use crate::scenarios::fetch::fill;
use crate::systems::System;

const BROKERS: &[System] = &[System::Kalda, System::KafkaStock, System::KafkaTuned];
const MEASURES: &[Measure] = &[
    measure("throughput", "MB/s"),
    measure("broker CPU", "s/GB"),
    measure("client CPU", "s/GB"),
];
/// Batches of 64 KB to each of 6 partitions, which a consumer reads over and over.
const BACKLOG: u64 = 2_500;

/// Both ways.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "librdkafka-produce",
        about: "librdkafka, records of 1 KB, batches of 64 KB, linger 5 ms, 6 partitions",
        measures: MEASURES,
        systems: BROKERS,
        most_reps: usize::MAX,
        by_default: false,
        run: |c, s| run(c, s, "produce"),
    },
    Scenario {
        name: "librdkafka-consume",
        about: "librdkafka in a group of its own, records of 1 KB in the page cache, 6 partitions",
        measures: MEASURES,
        systems: BROKERS,
        most_reps: usize::MAX,
        by_default: false,
        run: |c, s| run(c, s, "consume"),
    },
];

/// Compiles the load.
fn load() -> Result<PathBuf, String> {
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["build", "--release", "-q", "--workspace"])
        .args(["--features", "bench/librdkafka", "--bin", "rdkafka-load"])
        .current_dir(directory::workspace());
    let status = command.status().map_err(|e| format!("cargo: {e}"))?;
    if status.success() {
        Ok(directory::target().join("release/rdkafka-load"))
    } else {
        Err("librdkafka cannot be compiled; it needs make and a C++ compiler".to_owned())
    }
}

fn run(context: &mut Context, system: System, job: &str) -> Result<Sample, String> {
    let program = load()?;
    let target = context.target(system)?;
    let topic = context.topic(&target, 6, &[])?;
    if job == "consume" {
        fill(&target, &topic, BACKLOG)?;
    }
    // How long the warm-up is must be known before it begins.
    let window = context.window(system, context.seconds.min(2.0));
    let warm_up = (window.from - window.begin) as f64 / 1e9;
    let mut client = Command::new(program)
        .arg(target.address.to_string())
        .arg(&topic.name)
        .arg(job)
        .args([warm_up.to_string(), window.seconds().to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| e.to_string())?;
    let mut output = BufReader::new(client.stdout.take().expect("it is piped"));
    let mut text = String::new();
    output.read_line(&mut text).map_err(|e| e.to_string())?;
    let window = window.begun_now();
    if text.trim() == "ready" {
        text.clear();
    }
    let observed = observe(target.pid, &window);
    output
        .read_to_string(&mut text)
        .and_then(|_| client.wait())
        .map_err(|e| e.to_string())?;
    let numbers: Vec<f64> = text
        .trim()
        .split(' ')
        .filter_map(|n| n.parse().ok())
        .collect();
    let [_, bytes, cpu] = numbers[..] else {
        return Err(format!("librdkafka: {text}"));
    };
    let gigabytes = bytes.max(1.0) / 1e9;
    let mut sample = Sample::default();
    sample.set("throughput", bytes / 1e6 / window.seconds());
    sample.set("broker CPU", observed.cpu / gigabytes);
    sample.set("client CPU", cpu / gigabytes);
    note(&mut sample, &target, &observed);
    context.done_with(&target, &topic)?;
    Ok(sample)
}
