//! Kalda's scripts beside Apache Kafka's tools: both are asked the same at one cluster, and must answer alike.
//!
//! `likeness.txt` says what is asked. Compared are standard output, the exit code and the first line of standard error. `{x}` stands
//! for a text that is another one for each side, so that both may make, change and delete; it is the same again before
//! answers are compared. `accepted.txt` has the differences that are meant: of those the exit code alone is compared. The cluster is Kalda; `--against kafka` asks Apache Kafka instead.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use testkit::artifacts;
use testkit::broker::{Broker, Kind};
use testkit::directory::{self, TempDir};

use crate::check::{self, Check};
use crate::clients::{self, Runtime};
use crate::differences::Differences;
use crate::jvm::{Jvm, Ran};
use crate::normalise::Own;
use crate::options::{Against, Options};
use crate::prepare;
use crate::scripts::{self, Place, Script, Step};
use crate::sides;

/// What is asked; read when the suite runs, so that a case more needs no building.
const CASES: &str = "crates/interop/likeness.txt";
/// How long one run of a script may take.
const LIMIT: Duration = Duration::from_secs(90);
/// After how long a step is worth a line.
const SLOW: Duration = Duration::from_secs(10);
/// How the name of a case begins that needs Apache Kafka as the cluster: it is about files that Kalda does not write.
const KAFKA_ALONE: &str = "kafka: ";
/// What `{x}` stands for: on Apache Kafka's side, on Kalda's, and where both are compared.
const SIDES: [&str; 3] = ["xk1x", "xk2x", "{x}"];
/// What this suite is called in the list of accepted differences.
const CLIENT: &str = "scripts";
/// Settings on top of a single node's.
const PROPERTIES: [(&str, &str); 6] = [
    ("offsets.topic.num.partitions", "5"),
    ("transaction.state.log.num.partitions", "2"),
    ("share.coordinator.state.topic.num.partitions", "2"),
    ("group.initial.rebalance.delay.ms", "0"),
    ("group.consumer.min.heartbeat.interval.ms", "50"),
    ("group.consumer.heartbeat.interval.ms", "200"),
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
        println!("skipped: scripts: {why}\n0 passed, 0 failed, 1 skipped");
        return Ok(true);
    }
    let cases = cases()?;
    let names: Vec<&str> = cases.iter().map(|(name, _)| name.as_str()).collect();
    Options::expect_known("script", &options.only, &names)?;
    let pair = Pair::start(options)?;
    println!("ready at {:.1} s", began.elapsed().as_secs_f32());
    let mut checks = Vec::new();
    let is_kafka = matches!(options.against, Against::Kafka | Against::Itself);
    for (name, steps) in cases.iter().filter(|(name, _)| options.wants(name)) {
        let before = checks.len();
        let mut steps = steps.clone();
        steps.retain(|step| is_kafka || !step.name.starts_with(KAFKA_ALONE));
        pair.compare(&(name.clone(), steps), &mut checks);
        let (failed, all) = (&checks[before..], checks.len() - before);
        let failed = failed.iter().filter(|check: &&Check| !check.holds).count();
        println!("{name}: {} of {all} alike", all - failed);
    }
    let wrong = checks
        .iter()
        .filter(|check| !check.holds || options.verbose);
    wrong.for_each(|check| print!("{}", check.line()));
    Ok(check::print_total(&checks, began.elapsed().as_secs_f32()))
}

/// The cases that come with the suite.
fn cases() -> Result<Vec<Script>, String> {
    let file = directory::workspace().join(CASES);
    let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    scripts::parse(&text)
}

/// Both programs, and the cluster that they ask.
struct Pair {
    broker: Broker,
    jvm: Jvm,
    kalda: PathBuf,
    own: Own,
    files: TempDir,
    accepted: Differences,
}

impl Pair {
    fn start(options: &Options) -> Result<Self, String> {
        let logs = artifacts::place("logs");
        std::fs::create_dir_all(&logs).map_err(|e| format!("{}: {e}", logs.display()))?;
        let class_path = clients::tools().map_err(|e| e.to_string())?;
        let kalda = sides::binary(options)?;
        let kind = match options.against {
            Against::Kafka | Against::Itself => Kind::Kafka {
                jars: clients::jars().map_err(|e| e.to_string())?.kafka,
            },
            Against::Kalda | Against::Both => Kind::Kalda {
                binary: kalda.clone(),
            },
        };
        let jvm = Jvm::start("scripts", &class_path, &logs.join("jvm-scripts.log"));
        let broker = Broker::start(kind, &PROPERTIES).map_err(|e| e.to_string())?;
        let files = TempDir::new("scripts").map_err(|e| e.to_string())?;
        Ok(Self {
            own: Own::new(broker.ports(), &broker.log_dir().display().to_string()),
            broker,
            jvm: jvm.map_err(|e| e.to_string())?,
            kalda,
            files,
            accepted: Differences::shipped()?,
        })
    }

    fn compare(&self, (script, steps): &Script, checks: &mut Vec<Check>) {
        for step in steps {
            let name = format!("{script}: {}", step.name);
            let began = Instant::now();
            let answers = std::thread::scope(|scope| {
                let kafka = scope.spawn(|| self.kafka(step));
                let kalda = self.kalda(step);
                (kafka.join(), kalda)
            });
            checks.push(match answers {
                (Ok(Ok(kafka)), Ok(kalda)) => self.judge(script, step, &kafka, &kalda),
                (Ok(Err(error)), _) | (_, Err(error)) => Check::failed(&name, &error),
                (Err(_), _) => Check::failed(&name, "the thread of Apache Kafka's side panicked"),
            });
            if began.elapsed() > SLOW {
                println!("{name} took {:.1} s", began.elapsed().as_secs_f32());
            }
        }
    }

    fn kafka(&self, step: &Step) -> Result<Ran, String> {
        let arguments = self.arguments(step, SIDES[0])?;
        let input = step.input.replace("{x}", SIDES[0]);
        let ran = self.jvm.run(&step.main, &arguments, &input, LIMIT);
        ran.map_err(|error| error.to_string())
    }

    fn kalda(&self, step: &Step) -> Result<Ran, String> {
        let mut command = Command::new(&self.kalda);
        command
            .arg(&step.tool)
            .args(self.arguments(step, SIDES[1])?);
        command.env("TZ", "UTC");
        run_within(&mut command, &step.input.replace("{x}", SIDES[1]))
            .map_err(|error| format!("kalda {}: {error}", step.tool))
    }

    /// The arguments of a step. A word `{file:TEXT}` is a file with this text; in it `~` is a blank, `\n` the end of a line.
    fn arguments(&self, step: &Step, side: &str) -> Result<Vec<String>, String> {
        let place = Place {
            bootstrap: self.broker.address().to_string(),
            log_dir: self.broker.log_dir().display().to_string(),
            files: self.files.path().display().to_string(),
        };
        let mut filled = Vec::new();
        for argument in place.fill(&step.arguments) {
            let argument = argument.replace("{x}", side);
            filled.push(match argument.strip_prefix("{file:") {
                None => argument.replace('~', " "),
                Some(text) => self.file(text.trim_end_matches("}"), text.len(), side)?,
            });
        }
        Ok(filled)
    }

    fn file(&self, text: &str, length: usize, side: &str) -> Result<String, String> {
        let braces = text
            .matches('{')
            .count()
            .saturating_sub(text.matches('}').count());
        let text = format!("{text}{}", "}".repeat(braces));
        let text = text.replace('~', " ").replace("\\n", "\n");
        let sum: u32 = text.bytes().map(u32::from).sum();
        let path = self.files.path().join(format!("{side}-{length}-{sum}"));
        std::fs::write(&path, text).map_err(|error| error.to_string())?;
        Ok(path.display().to_string())
    }

    fn judge(&self, script: &str, step: &Step, kafka: &Ran, kalda: &Ran) -> Check {
        let seen = [
            self.seen(step, kafka, SIDES[0]),
            self.seen(step, kalda, SIDES[1]),
        ];
        let [one, other] = &seen;
        let mut lines = String::new();
        if one.code != other.code {
            lines.push_str(&format!("\n    exit {} | {}", one.code, other.code));
        }
        if one.error != other.error {
            lines.push_str(&format!(
                "\n    error {:?}\n        | {:?}",
                one.error, other.error
            ));
        }
        for at in 0..one.lines.len().max(other.lines.len()) {
            let (a, b) = (one.lines.get(at), other.lines.get(at));
            if a != b {
                lines.push_str(&format!("\n    line {at} {a:?}\n         | {b:?}"));
                break;
            }
        }
        // Whether it worked must be the same in any case.
        let is_accepted =
            one.code == other.code && self.accepted.covers(CLIENT, script, &step.name);
        let detail = match lines.is_empty() {
            true => format!("exit {}, {} lines", one.code, one.lines.len()),
            false => format!("Apache Kafka's | Kalda's{lines}"),
        };
        let name = format!("{script}: {}", step.name);
        Check::new(&name, detail, lines.is_empty() || is_accepted)
    }

    fn seen(&self, step: &Step, ran: &Ran, side: &str) -> Seen {
        let files = self.files.path().display().to_string();
        let text = |line: &str| {
            let line = line.replace(&format!("{files}/{side}"), "<file>");
            // Both, since a side may be shown what the other one made.
            let line = line.replace(SIDES[0], SIDES[2]);
            self.own.text(&line.replace(SIDES[1], SIDES[2]))
        };
        let shown = ran.out.lines().filter(|line| !is_trace(line));
        let lines = shown.filter(|line| step.view.keeps(line));
        let mut lines: Vec<_> = lines.map(|line| text(&step.view.shape(line))).collect();
        if step.view.is_unordered() {
            lines.sort();
        }
        Seen {
            code: ran.code,
            lines,
            error: first_said(&ran.err).map(|line| {
                let line = line.trim_start_matches("Exception in thread \"main\" ");
                text(line.trim_end())
            }),
        }
    }
}

/// What of an answer is compared.
struct Seen {
    code: i32,
    lines: Vec<String>,
    error: Option<String>,
}

/// The first line of standard error that is meant for the user. An exception that follows a line of a log is part of it: with a
/// trace, or, of those that have none, without a message. Kalda's logs name the exception alone.
fn first_said(text: &str) -> Option<&str> {
    let mut before = "";
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let is_traced = lines.peek().is_some_and(|next| next.starts_with("\tat "));
        let is_logged = match before {
            log if log.starts_with('[') => is_traced || !line.contains(": "),
            log => log.starts_with("ERROR "),
        };
        if is_said(line) && !(is_logged && is_exception(line)) {
            return Some(line);
        }
        before = line;
    }
    None
}

/// Whether a line is `package.SomeException`, with or without a message.
fn is_exception(line: &str) -> bool {
    let class = line.split(':').next().unwrap_or(line);
    let is_class = class.contains('.') && !class.contains(' ');
    is_class && (class.ends_with("Exception") || class.ends_with("Error"))
}

/// Whether a line says where in a program an exception was thrown.
fn is_trace(line: &str) -> bool {
    let is_place = line.starts_with("\tat ") || line.starts_with("\t... ");
    is_place || line.starts_with("Caused by: ")
}

/// Whether a line of standard error is meant for the user: it is neither of a log nor of a trace.
fn is_said(line: &str) -> bool {
    let is_log = line.starts_with('[') || line.contains(" [main] ") || line.starts_with("SLF4J");
    // Some tools catch even what the harness throws in place of their exit.
    let is_exit = line.starts_with("exit ") || line.starts_with("Runner$Exited: exit ");
    // The client of Kalda's scripts knows the classic protocol alone.
    let is_advice = line.starts_with("The consumer rebalance protocol (KIP-848)");
    // A log of Kafka's tools, which Kalda's scripts write as lines.
    let is_warning = line.starts_with("WARN ") || line.starts_with("ERROR ");
    let is_further = line.starts_with(['\t', ' ']) || is_trace(line);
    !(is_log || is_further || is_exit || is_advice || is_warning || line.is_empty())
}

/// Runs a program with an input to its end.
fn run_within(command: &mut Command, input: &str) -> Result<Ran, String> {
    let text = |error: std::io::Error| error.to_string();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(text)?;
    let mut stdin = child.stdin.take().ok_or("no standard input")?;
    // A script that fails early does not read its input.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let id = child.id();
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(child.wait_with_output()));
    let Ok(output) = receiver.recv_timeout(LIMIT) else {
        // It is still there: nobody has waited for it.
        let _ = Command::new("kill").args(["-9", &id.to_string()]).status();
        return Err(format!("not at its end after {} s", LIMIT.as_secs()));
    };
    let output = output.map_err(text)?;
    let said = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok(Ran {
        code: output.status.code().unwrap_or(-1),
        out: said(output.stdout),
        err: said(output.stderr),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_can_be_read_and_has_a_name_of_its_own() {
        for (script, steps) in cases().expect("the file is well formed") {
            let mut names: Vec<_> = steps.iter().map(|step| &step.name).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), steps.len(), "{script}");
        }
    }

    #[test]
    fn logs_and_traces_are_not_what_is_said() {
        for line in ["[main] ERROR x", "\tat a.b", "Caused by: x", "exit 1", ""] {
            assert!(!is_said(line), "{line}");
        }
        assert!(is_said("Missing required argument \"[topic]\""));
        let text = "[main] ERROR it failed\njava.io.IOException: x\n\tat a.b\nsaid\n";
        assert_eq!(first_said(text), Some("said"));
        for log in ["ERROR it ended: ", "[main] ERROR it ended: "] {
            let text = format!("{log}\na.b.TimeoutException\nProcessed 0\n");
            assert_eq!(first_said(&text), Some("Processed 0"));
        }
        let text = "[main] ERROR it failed\na.b.SomeException: x\n";
        assert_eq!(first_said(text), Some("a.b.SomeException: x"));
        assert_eq!(
            first_said("java.io.IOException: x\n"),
            Some("java.io.IOException: x")
        );
    }
}
