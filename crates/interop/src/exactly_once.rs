//! Records that Apache Kafka's own copier takes from one topic to another in transactions, while copiers and the broker are
//! killed (`SIGKILL`) and started anew, and every third transaction is aborted: at the end each record is there once.
//!
//! A copier is a process of its own for each partition. The broker is Kalda; `--against kafka` shows that the suite asks for nothing that
//! Apache Kafka does not do.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use testkit::artifacts;
use testkit::broker::{Broker, Kind};
use testkit::error::FixtureError;
use testkit::process::Process;
use testkit::wait;

use crate::check::{self, Check};
use crate::clients::{self, Runtime};
use crate::jvm::{Jvm, Ran};
use crate::options::{Against, Options};
use crate::prepare;
use crate::sides;

/// How many records are copied.
const RECORDS: usize = 100_000;
/// How many partitions they lie in, each with a copier.
const PARTITIONS: usize = 2;
/// How many records a transaction has.
const TRANSACTION: usize = 100;
/// How often each copier is killed.
const KILLS: usize = 4;
/// How many records a copier has committed when it is killed.
const BETWEEN: u64 = 6_000;
/// With which kills of copiers, counted together, the broker is killed too; the other copier meets a kill of the broker alone.
const WITH_BROKER: [usize; 2] = [3, 6];
/// How long one step may take: a tool, the time between two kills, the rest of the copying.
const STEP_LIMIT: Duration = Duration::from_secs(120);
/// After which silence a reader is at the end, in milliseconds.
const SILENCE_MS: &str = "3000";
/// From where records are copied, and to where.
const TOPICS: [&str; 2] = ["copy-from", "copy-to"];

/// Settings on top of a single node's.
const PROPERTIES: [(&str, &str); 4] = [
    ("offsets.topic.num.partitions", "4"),
    ("transaction.state.log.num.partitions", "2"),
    ("group.initial.rebalance.delay.ms", "0"),
    // The offsets of a copier that was killed cannot be read before its transaction has ended.
    (
        "transaction.abort.timed.out.transaction.cleanup.interval.ms",
        "200",
    ),
];

/// Runs the suite; `true` when nothing failed.
///
/// # Errors
/// What kept the suite from running at all.
pub fn run(options: &Options) -> Result<bool, String> {
    let began = Instant::now();
    let missing = Runtime::Java.missing();
    if !missing.is_empty() {
        let why = format!("{} {}", prepare::NOT_INSTALLED, missing.join(", "));
        println!("skipped: exactly-once: {why}\n0 passed, 0 failed, 1 skipped");
        return Ok(true);
    }
    let mut checks = Vec::new();
    let ended = Copying::begin(options).and_then(|mut copying| {
        println!("filled at {:.1} s", began.elapsed().as_secs_f32());
        copying.copy(&mut checks)?;
        println!("copied at {:.1} s", began.elapsed().as_secs_f32());
        copying.judge(&mut checks)
    });
    checks.extend(ended.err().map(|error| Check::failed("to its end", &error)));
    checks.iter().for_each(|check| print!("{}", check.line()));
    Ok(check::print_total(&checks, began.elapsed().as_secs_f32()))
}

/// The broker, its topics, and the copiers.
struct Copying {
    broker: Broker,
    jvm: Jvm,
    class_path: String,
    logs: PathBuf,
    copiers: Vec<Copier>,
}

impl Copying {
    fn begin(options: &Options) -> Result<Self, String> {
        let logs = artifacts::place("logs");
        std::fs::create_dir_all(&logs).map_err(|e| format!("{}: {e}", logs.display()))?;
        let class_path = clients::tools().map_err(|e| e.to_string())?;
        let kind = match options.against {
            Against::Kafka | Against::Itself => Kind::Kafka {
                jars: clients::jars().map_err(|e| e.to_string())?.kafka,
            },
            Against::Kalda | Against::Both => Kind::Kalda {
                binary: sides::binary(options)?,
            },
        };
        let jvm = Jvm::start("copied", &class_path, &logs.join("jvm-exactly-once.log"));
        let copying = Self {
            broker: Broker::start(kind, &PROPERTIES).map_err(|e| e.to_string())?,
            jvm: jvm.map_err(|e| e.to_string())?,
            class_path,
            logs,
            copiers: Vec::new(),
        };
        copying.fill()?;
        Ok(copying)
    }

    /// Makes both topics and writes the numbers from 0, in order, to partitions by their keys.
    fn fill(&self) -> Result<(), String> {
        let partitions = PARTITIONS.to_string();
        for topic in TOPICS {
            let create = ["--create", "--topic", topic, "--partitions", &partitions];
            self.tool("TopicCommand", &create, "")?;
        }
        let mut numbers = String::new();
        for number in 0..RECORDS {
            // Writing to a string cannot fail.
            let _ = writeln!(numbers, "key-{number}:{number}");
        }
        let keys = ["parse.key=true", "key.separator=:"];
        let properties = keys.into_iter().flat_map(|key| ["--reader-property", key]);
        let arguments: Vec<_> = ["--topic", TOPICS[0]]
            .into_iter()
            .chain(properties)
            .collect();
        self.tool("ConsoleProducer", &arguments, &numbers)
            .map(|_| ())
    }

    /// Runs one of Apache Kafka's tools to its end.
    fn tool(&self, main: &str, arguments: &[&str], input: &str) -> Result<String, String> {
        let bootstrap = self.broker.address().to_string();
        let mut all = vec!["--bootstrap-server".to_owned(), bootstrap];
        all.extend(arguments.iter().map(|a| (*a).to_owned()));
        let main = format!("org.apache.kafka.tools.{main}");
        let ran = self.jvm.run(&main, &all, input, STEP_LIMIT);
        let Ran { code, out, err } = ran.map_err(|e| e.to_string())?;
        match code {
            0 => Ok(out),
            _ => Err(format!("{main} ended with {code}: {err}")),
        }
    }

    /// Copies everything, with all kills on the way.
    fn copy(&mut self, checks: &mut Vec<Check>) -> Result<(), String> {
        for partition in 0..PARTITIONS {
            let copier = self.start(partition).map_err(|e| e.to_string())?;
            self.copiers.push(copier);
        }
        let (mut kills, mut at_work) = ([0; PARTITIONS], 0);
        for kill in 1..=KILLS * PARTITIONS {
            let partition = self.await_next(&kills)?;
            kills[partition] += 1;
            let struck = self.strike(partition, WITH_BROKER.contains(&kill));
            at_work += usize::from(struck.map_err(|e| e.to_string())?);
        }
        for copier in &mut self.copiers {
            copier.end()?;
        }
        let (wanted, broker) = (KILLS * PARTITIONS, WITH_BROKER.len());
        checks.push(Check::new(
            "killed while they worked",
            format!("copiers {at_work} times, the broker {broker} times"),
            at_work == wanted,
        ));
        Ok(())
    }

    fn start(&self, partition: usize) -> Result<Copier, FixtureError> {
        let address = self.broker.address().to_string();
        Copier::start(partition, &address, &self.class_path, &self.logs)
    }

    /// Waits for a copier that is to be killed once more and has committed enough, or has ended, which it must not yet.
    fn await_next(&mut self, kills: &[usize]) -> Result<usize, String> {
        let copiers = &mut self.copiers;
        let next = || {
            let mut left = copiers.iter_mut().filter(|c| kills[c.partition] < KILLS);
            left.find_map(|copier| copier.is_ripe().then_some(copier.partition))
        };
        let next = wait::until(
            "the next records of a copier",
            STEP_LIMIT,
            next,
            String::new,
        );
        next.map_err(|error| {
            let written: String = self.copiers.iter().map(|c| c.process.written()).collect();
            format!(
                "{error}\n{written}\nthe broker wrote: {}",
                self.broker.written()
            )
        })
    }

    /// Kills a copier and perhaps the broker at once, and starts them anew. Gives whether the copier was at work.
    fn strike(&mut self, partition: usize, broker: bool) -> Result<bool, FixtureError> {
        let copier = &mut self.copiers[partition];
        let at_work = copier.process.ended().is_none();
        if broker {
            self.broker.kill();
        }
        copier.process.kill();
        if broker {
            self.broker.restart()?;
        }
        self.copiers[partition] = self.start(partition)?;
        Ok(at_work)
    }

    /// What lies in the topic that was copied to.
    fn judge(&self, checks: &mut Vec<Check>) -> Result<(), String> {
        let committed = self.read("read_committed")?;
        let everything = self.read("read_uncommitted")?;
        let (count, uncommitted) = (count(&committed), count(&everything));
        let detail = format!(
            "{count} records committed in {} partitions",
            committed.len()
        );
        checks.push(match faults(&committed) {
            None => Check::new("each record once and in order", detail, true),
            Some(fault) => Check::failed("each record once and in order", &fault),
        });
        checks.push(Check::new(
            "transactions that were aborted",
            format!("{} records of them", uncommitted.saturating_sub(count)),
            uncommitted > count,
        ));
        for partition in 0..PARTITIONS {
            let group = group(partition);
            let arguments = ["--describe", "--offsets", "--group", &group];
            let described = self.tool("consumer.group.ConsumerGroupCommand", &arguments, "")?;
            let copied = committed.get(&partition).map_or(0, Vec::len);
            let row = described.lines().find(|line| line.starts_with(&group));
            let offsets = row.map_or_else(Vec::new, |row| row.split_whitespace().collect());
            // Group, topic, partition, committed offset, log end offset, lag.
            let wanted = copied.to_string();
            checks.push(Check::new(
                &format!("offset of {group}"),
                offsets.join(" "),
                offsets.get(3..6) == Some(&[wanted.as_str(), wanted.as_str(), "0"]),
            ));
        }
        Ok(())
    }

    /// The numbers in each partition of the topic that was copied to, in their order.
    fn read(&self, isolation: &str) -> Result<BTreeMap<usize, Vec<usize>>, String> {
        let arguments = [
            "--topic",
            TOPICS[1],
            "--from-beginning",
            "--timeout-ms",
            SILENCE_MS,
            "--isolation-level",
            isolation,
            "--formatter-property",
            "print.partition=true",
        ];
        let out = self.tool("consumer.ConsoleConsumer", &arguments, "")?;
        let mut read: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for line in out.lines().filter(|line| line.starts_with("Partition:")) {
            let fields = line
                .strip_prefix("Partition:")
                .and_then(|l| l.split_once('\t'));
            let number = fields.and_then(|(p, n)| Some((p.parse().ok()?, n.parse().ok()?)));
            let (partition, number) = number.ok_or_else(|| format!("not a record: {line}"))?;
            read.entry(partition).or_default().push(number);
        }
        Ok(read)
    }
}

fn group(partition: usize) -> String {
    format!("copier-{partition}")
}

fn count(partitions: &BTreeMap<usize, Vec<usize>>) -> usize {
    partitions.values().map(Vec::len).sum()
}

/// What is wrong with the numbers of all partitions: one that is there twice, is missing, or stands behind a later one.
fn faults(partitions: &BTreeMap<usize, Vec<usize>>) -> Option<String> {
    let mut times = vec![0_usize; RECORDS];
    for (partition, numbers) in partitions {
        for number in numbers {
            match times.get_mut(*number) {
                Some(times) => *times += 1,
                None => return Some(format!("{number} was never written")),
            }
        }
        if let Some(pair) = numbers.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Some(format!(
                "{} stands behind {} in partition {partition}",
                pair[1], pair[0]
            ));
        }
    }
    let number = times.iter().position(|times| *times != 1)?;
    Some(format!("{number} is there {} times", times[number]))
}

/// A process that copies one partition.
struct Copier {
    partition: usize,
    process: Process,
    /// How many records this process has committed, as it says itself.
    committed: Arc<AtomicU64>,
}

impl Copier {
    fn start(
        partition: usize,
        address: &str,
        class_path: &str,
        logs: &Path,
    ) -> Result<Self, FixtureError> {
        let (name, partition_text) = (group(partition), partition.to_string());
        let size = TRANSACTION.to_string();
        let mut command = Command::new("java");
        command.args(["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]);
        command.args([
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-cp",
            class_path,
        ]);
        command.arg("org.apache.kafka.tools.TransactionalMessageCopier");
        command.args(["--broker-list", address]);
        command.args([
            "--input-topic",
            TOPICS[0],
            "--input-partition",
            &partition_text,
        ]);
        command.args(["--output-topic", TOPICS[1], "--consumer-group", &name]);
        command.args(["--transactional-id", &name, "--transaction-size", &size]);
        command.args(["--transaction-timeout", "3000", "--use-group-metadata"]);
        command.arg("--enable-random-aborts");
        let log = logs.join(format!("exactly-once-{name}.log"));
        let mut process = Process::start_piped(&name, &mut command, &log)?;
        let stdout = process.child().stdout.take();
        let stdout = stdout.expect("the standard output is piped");
        let committed = Arc::<AtomicU64>::default();
        let noted = Arc::clone(&committed);
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Some(total) = total_processed(&line) {
                    noted.store(total, Ordering::Relaxed);
                }
            }
        });
        Ok(Self {
            partition,
            process,
            committed,
        })
    }

    fn is_ripe(&mut self) -> bool {
        self.committed.load(Ordering::Relaxed) >= BETWEEN || self.process.ended().is_some()
    }

    /// Waits until it has copied all and ended by itself.
    fn end(&mut self) -> Result<(), String> {
        let status = self.process.wait(STEP_LIMIT).map_err(|e| e.to_string())?;
        match status.success() {
            true => Ok(()),
            false => Err(format!(
                "copier {} ended with {status}: {}",
                self.partition,
                self.process.written()
            )),
        }
    }
}

/// How many records a copier says it has committed.
fn total_processed(line: &str) -> Option<u64> {
    let status: Value = serde_json::from_str(line).ok()?;
    status.get("totalProcessed")?.as_u64()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(partitions: [Vec<usize>; 2], wanted: Option<&str>) {
        let partitions = partitions.into_iter().enumerate().collect();
        assert_eq!(faults(&partitions).as_deref(), wanted);
    }

    fn split() -> [Vec<usize>; 2] {
        let (even, odd) = (0..RECORDS).partition(|number| number % 2 == 0);
        [even, odd]
    }

    #[test]
    fn records_that_are_there_once_and_in_order_have_no_fault() {
        check(split(), None);
    }

    #[test]
    fn a_record_that_is_lost_doubled_moved_or_new_is_found() {
        let mut lost = split();
        lost[0].remove(7);
        check(lost, Some("14 is there 0 times"));
        let mut doubled = split();
        doubled[1].insert(0, 0);
        check(doubled, Some("0 is there 2 times"));
        let mut moved = split();
        moved[0].swap(3, 4);
        check(moved, Some("6 stands behind 8 in partition 0"));
        let mut new = split();
        new[0].push(RECORDS);
        check(new, Some("100000 was never written"));
    }

    #[test]
    fn progress_is_read_from_what_a_copier_says() {
        let line = r#"{"totalProcessed":4200,"stage":"ProcessLoop","progress":"copier-0"}"#;
        assert_eq!(total_processed(line), Some(4200));
        assert_eq!(total_processed("WARN something"), None);
    }
}
