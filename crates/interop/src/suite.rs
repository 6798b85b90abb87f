//! A whole run: make ready, start both brokers, drive every client and tool, judge, report.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::artifacts;
use testkit::process::installed;

use crate::clients::{self, CLIENTS, Client, Driver, Jars, Runtime};
use crate::compare::{self, Outcome};
use crate::differences::Differences;
use crate::drive::{Answers, Run};
use crate::jvm::Jvm;
use crate::options::{Against, Options};
use crate::prepare::{self, Drivers};
use crate::report::{self, Results};
use crate::scenario::{self, SCENARIOS, Seen};
use crate::scripts::{self, Script, Step};
use crate::sides::{Side, Sides};
use crate::tools;
use crate::trace::Trace;

/// How many records of a topic with `flush.messages=1` a driver waits for, one after another.
const FLUSHED: usize = 3;
/// What the command-line tools are called among the clients.
const TOOLS: &str = "tools";
/// The scenario that is watched by strace, and so runs apart.
const TRACED: &str = "flush";
/// The Apache Kafka that is asked once more.
const AGAIN: &str = "kafka again";
/// Of how many clients and scenarios Apache Kafka is asked once more; with more differences something else is wrong.
const DOUBTS: usize = 16;
/// How long the topics that all clients read may take to be made.
const FIXTURE_LIMIT: Duration = Duration::from_secs(120);

/// What was seen by (client or tool, broker, scenario).
type Board = Mutex<BTreeMap<(String, &'static str, String), Seen>>;

/// What a run works with.
struct Bench<'a> {
    options: &'a Options,
    sides: &'a Sides,
    /// Asked once more where the first Apache Kafka broke or differs from Kalda.
    again: OnceLock<Side>,
    drivers: Drivers,
    scripts: Vec<Script>,
    client_jvm: Option<Jvm>,
    tools_jvm: Option<Jvm>,
    logs: PathBuf,
    board: Board,
}

/// One thing to do at all brokers.
enum Job<'a> {
    Client(Client),
    Tool(&'a Script),
}

/// Runs the suite; `true` when nothing failed.
///
/// # Errors
/// What kept the suite from running at all.
pub fn run(options: &Options) -> Result<bool, String> {
    let began = Instant::now();
    let accepted = Differences::shipped()?;
    let scripts = scripts::all()?;
    expect_something(options, &scripts)?;
    let logs = artifacts::place("logs");
    std::fs::create_dir_all(&logs).map_err(|e| format!("{}: {e}", logs.display()))?;
    let java = Runtime::Java.missing();
    let jars = if java.is_empty() {
        Some(clients::jars().map_err(|e| e.to_string())?)
    } else {
        None
    };
    if jars.is_none() && options.against != Against::Kalda {
        println!(
            "Apache Kafka is not asked: not installed: {}",
            java.join(", ")
        );
    }
    println!("made ready in {:.1} s", began.elapsed().as_secs_f32());
    let sides = Sides::start(options, jars.as_ref().map(|j| &j.kafka))?;
    println!("brokers started at {:.1} s", began.elapsed().as_secs_f32());
    let bench = Bench {
        options,
        sides: &sides,
        again: OnceLock::new(),
        drivers: Drivers::default(),
        scripts: (scripts.into_iter())
            .filter(|(name, _)| options.wants(name))
            .collect(),
        client_jvm: jvm(
            "client",
            jars.as_ref().map(|j: &Jars| j.client_path.as_str()),
            &logs,
        )?,
        tools_jvm: jvm("tools", jars.as_ref().map(|j| j.tools_path.as_str()), &logs)?,
        logs,
        board: Board::default(),
    };
    bench.fixtures();
    bench.jobs();
    bench.traced();
    if let (Against::Both, Some(jars)) = (options.against, &jars) {
        bench.ask_again(&accepted, &jars.kafka)?;
    }
    let results = bench.judge(&accepted);
    if let Some(file) = &options.dump {
        bench.dump(file)?;
    }
    Ok(report::print(&results, options, began.elapsed()))
}

/// Whether what is asked for exists, and there is anything to do.
fn expect_something(options: &Options, scripts: &[Script]) -> Result<(), String> {
    let clients = CLIENTS.iter().map(|client| client.name);
    let known: Vec<&str> = clients.clone().chain([TOOLS]).collect();
    Options::expect_known("client", &options.client, &known)?;
    let scenarios = SCENARIOS.iter().map(|(name, _)| *name);
    let tools = scripts.iter().map(|(name, _)| name.as_str());
    let known: Vec<&str> = scenarios.clone().chain(tools.clone()).collect();
    Options::expect_known("scenario or tool", &options.only, &known)?;
    let has_work = |mut runs: Vec<&str>, mut all: Vec<&str>| {
        runs.retain(|name| options.wants_client(name));
        all.retain(|name| options.wants(name));
        !runs.is_empty() && !all.is_empty()
    };
    if has_work(clients.collect(), scenarios.collect()) || has_work(vec![TOOLS], tools.collect()) {
        return Ok(());
    }
    Err(format!(
        "nothing to run: tools run for the client \"{TOOLS}\" only, and scenarios for all others"
    ))
}

fn jvm(name: &str, class_path: Option<&str>, logs: &Path) -> Result<Option<Jvm>, String> {
    let start = |path| Jvm::start(name, path, &logs.join(format!("jvm-{name}.log")));
    class_path.map(start).transpose().map_err(|e| e.to_string())
}

impl Bench<'_> {
    /// Makes the topics that every client and kafka-dump-log read. What fails here fails again where they are read.
    fn fixtures(&self) {
        let Some(jvm) = &self.client_jvm else {
            return;
        };
        std::thread::scope(|scope| {
            for (name, side) in self.sides.running() {
                scope.spawn(move || fixtures_at(jvm, name, side));
            }
        });
    }

    /// Asks a fresh Apache Kafka where the first broke or differs from Kalda: what Apache Kafka itself answers now in
    /// this way and now in that, as its threads happen to run, is no difference. Kalda is never asked again.
    fn ask_again(&self, accepted: &Differences, jars: &Path) -> Result<(), String> {
        let results = self.judge(accepted);
        let doubts: Vec<_> = results
            .outcomes()
            .filter(|(_, _, o)| matches!(o, Outcome::Differs { .. }) || is_of_kafka(o))
            .map(|(client, scenario, _)| (client.to_owned(), scenario.to_owned()))
            .filter(|(_, scenario)| scenario != TRACED)
            .collect();
        if doubts.is_empty() || doubts.len() > DOUBTS {
            return Ok(());
        }
        println!("Apache Kafka is asked again in {} cases", doubts.len());
        let fresh = Sides::fresh_kafka(jars)?;
        let side = self.again.get_or_init(|| fresh);
        if let Some(jvm) = &self.client_jvm {
            fixtures_at(jvm, AGAIN, side);
        }
        for (client, scenario) in &doubts {
            match self.scripts.iter().find(|(name, _)| name == scenario) {
                Some((name, steps)) if client == TOOLS => self.tool(name, steps, AGAIN, side),
                _ => self.client(client, AGAIN, side, &[scenario.as_str()]),
            }
        }
        Ok(())
    }

    /// Runs every client and tool, a few at a time, each at all brokers at once.
    fn jobs(&self) {
        let mut jobs: Vec<Job<'_>> = Vec::new();
        if self.tools_jvm.is_some() && self.options.wants_client(TOOLS) {
            jobs.extend(self.scripts.iter().map(Job::Tool));
        }
        // The last is taken first: clients that must be compiled begin while others already run.
        let mut clients: Vec<_> = CLIENTS.into_iter().rev().collect();
        clients.retain(|c| self.options.wants_client(c.name));
        clients.sort_by_key(|c| match (c.needs, c.name) {
            (Runtime::NodeNative, _) => 2,
            (_, "rdkafka") => 1,
            _ => 0,
        });
        jobs.extend(clients.into_iter().map(Job::Client));
        let total = jobs.len();
        let (queue, done) = (Mutex::new(jobs), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..self.options.jobs.max(1) {
                scope.spawn(|| {
                    while let Some(job) = next(&queue) {
                        let began = Instant::now();
                        let name = self.job(&job);
                        let number = done.fetch_add(1, Ordering::Relaxed) + 1;
                        println!(
                            "[{number}/{total}] {name} {:.1} s",
                            began.elapsed().as_secs_f32()
                        );
                    }
                });
            }
        });
    }

    fn job(&self, job: &Job<'_>) -> String {
        if let Job::Client(client) = job {
            self.drivers.make(*client);
        }
        std::thread::scope(|scope| {
            for (broker, side) in self.sides.running() {
                scope.spawn(move || match job {
                    Job::Client(c) => self.client(c.name, broker, side, &self.columns(false)),
                    Job::Tool((name, steps)) => self.tool(name, steps, broker, side),
                });
            }
        });
        match job {
            Job::Client(client) => client.name.to_owned(),
            Job::Tool((name, _)) => (*name).to_owned(),
        }
    }

    /// The scenarios to run, those that are traced or those that are not.
    fn columns(&self, traced: bool) -> Vec<&'static str> {
        let names = SCENARIOS.iter().map(|(name, _)| *name);
        names
            .filter(|n| self.options.wants(n) && (*n == TRACED) == traced)
            .collect()
    }

    fn client(&self, name: &str, broker: &'static str, side: &Side, scenarios: &[&str]) {
        let Some(Ok(driver)) = self.drivers.get(name) else {
            return;
        };
        let mut scenarios = scenarios.to_vec();
        scenarios.retain(|s| scenario::is_offered(name, s));
        let answers = self.drive(name, &driver, broker, side, &scenarios);
        let mut board = self.board.lock().expect("no holder panics");
        for (scenario, seen) in answers {
            board.insert((name.to_owned(), broker, scenario), seen);
        }
    }

    fn drive(
        &self,
        name: &str,
        driver: &Driver,
        broker: &str,
        side: &Side,
        scenarios: &[&str],
    ) -> Answers {
        let run = Run {
            client: name,
            driver,
            jvm: self.client_jvm.as_ref(),
            address: side.broker.address(),
            log: &self
                .logs
                .join(format!("{name}-{broker}-{}.log", scenarios.len())),
        };
        run.scenarios(scenarios).unwrap_or_else(|error| {
            let broken = Seen {
                error: Some(error.to_string()),
                ..Seen::default()
            };
            scenarios
                .iter()
                .map(|s| ((*s).to_owned(), broken.clone()))
                .collect()
        })
    }

    fn tool(&self, name: &str, steps: &[Step], broker: &'static str, side: &Side) {
        let Some(jvm) = &self.tools_jvm else { return };
        let seen = tools::run(jvm, steps, &side.place);
        let key = (name.to_owned(), broker, name.to_owned());
        self.board
            .lock()
            .expect("no holder panics")
            .insert(key, seen);
    }

    /// Runs the flush scenario of all clients with strace attached to each broker.
    fn traced(&self) {
        let scenarios = self.columns(true);
        if scenarios.is_empty() || !installed("strace") {
            return;
        }
        std::thread::scope(|scope| {
            for (broker, side) in self.sides.running() {
                let scenarios = &scenarios;
                scope.spawn(move || self.trace(broker, side, scenarios));
            }
        });
    }

    fn trace(&self, broker: &'static str, side: &Side, scenarios: &[&str]) {
        let trace = match Trace::attach(side.broker.process_id(), &self.logs, broker) {
            Ok(trace) => trace,
            Err(error) => {
                println!("{broker} cannot be traced: {error}");
                return;
            }
        };
        for client in CLIENTS {
            self.client(client.name, broker, side, scenarios);
        }
        let syncs = trace.finish();
        let mut board = self.board.lock().expect("no holder panics");
        for ((client, at, scenario), seen) in board.iter_mut() {
            if *at == broker && scenario == TRACED {
                let often = syncs.of(&format!("{client}-{TRACED}-0")) >= FLUSHED;
                seen.observations
                    .push(("a sync for each acknowledgement".to_owned(), json!(often)));
                if !often && seen.error.is_none() {
                    seen.error = Some("no sync was seen for some acknowledgement".to_owned());
                }
            }
        }
    }

    fn judge(&self, accepted: &Differences) -> Results {
        let mut results = Results::default();
        for client in CLIENTS.iter().filter(|c| self.options.wants_client(c.name)) {
            for (scenario, _) in SCENARIOS.iter().filter(|(s, _)| self.options.wants(s)) {
                let outcome = self.outcome(client.name, scenario, accepted);
                results.clients.push((
                    client.name.to_owned(),
                    (*scenario).to_owned(),
                    outcome,
                    self.times(client.name, scenario),
                ));
            }
        }
        if self.options.wants_client(TOOLS) {
            for (name, _) in &self.scripts {
                let outcome = if self.tools_jvm.is_some() {
                    self.compared(name, name, accepted)
                } else {
                    Outcome::Skipped {
                        reason: format!("{} java", prepare::NOT_INSTALLED),
                    }
                };
                results
                    .tools
                    .push((name.to_owned(), outcome, self.times(name, name)));
            }
        }
        results
    }

    fn outcome(&self, client: &str, scenario: &str, accepted: &Differences) -> Outcome {
        match self.drivers.get(client) {
            Some(Err(reason)) if reason.starts_with(prepare::NOT_INSTALLED) => {
                Outcome::Skipped { reason }
            }
            Some(Err(reason)) => Outcome::Broken { reason },
            _ if !scenario::is_offered(client, scenario) => Outcome::NotOffered,
            _ if scenario == TRACED && !installed("strace") => Outcome::Skipped {
                reason: format!("{} strace", prepare::NOT_INSTALLED),
            },
            _ => self.compared(client, scenario, accepted),
        }
    }

    fn compared(&self, client: &str, scenario: &str, accepted: &Differences) -> Outcome {
        let board = self.board.lock().expect("no holder panics");
        let seen = |broker| board.get(&(client.to_owned(), broker, scenario.to_owned()));
        match (&self.sides.kafka, &self.sides.kalda) {
            (Some(kafka), Some(kalda)) => {
                let view = |broker, own| compare::Side {
                    seen: seen(broker),
                    own,
                };
                let oracle = compare::Oracle {
                    first: view("kafka", &kafka.own),
                    again: self.again.get().map(|side| view(AGAIN, &side.own)),
                };
                compare::judge(
                    client,
                    scenario,
                    oracle,
                    view("kalda", &kalda.own),
                    accepted,
                )
            }
            (Some(_), None) => compare::alone(seen("kafka")),
            _ => compare::alone(seen("kalda")),
        }
    }

    fn times(&self, client: &str, scenario: &str) -> Vec<u64> {
        let board = self.board.lock().expect("no holder panics");
        let of = |broker| {
            board
                .get(&(client.to_owned(), broker, scenario.to_owned()))
                .map(|s| s.ms)
        };
        ["kafka", "kalda"].into_iter().filter_map(of).collect()
    }

    fn dump(&self, file: &Path) -> Result<(), String> {
        use std::io::Write;
        let fail = |e: std::io::Error| format!("{}: {e}", file.display());
        let mut out = std::io::BufWriter::new(std::fs::File::create(file).map_err(fail)?);
        let board = self.board.lock().expect("no holder panics");
        for ((client, broker, scenario), seen) in board.iter() {
            let observations: serde_json::Map<String, Value> =
                seen.observations.iter().cloned().collect();
            let line = json!({"client": client, "broker": broker, "scenario": scenario, "error": seen.error,
                "ms": seen.ms, "observations": observations});
            writeln!(out, "{line}").map_err(fail)?;
        }
        Ok(())
    }
}

/// Makes the topics that every client reads at one broker.
fn fixtures_at(jvm: &Jvm, name: &str, side: &Side) {
    let arguments = [&side.place.bootstrap, "fixture", "fixtures"].map(str::to_owned);
    let ran = jvm.run("JavaClient", &arguments, "", FIXTURE_LIMIT);
    let error = match &ran {
        Ok(ran) => match ran.out.lines().find_map(scenario::parse) {
            Some((_, seen)) => seen.error,
            None => Some(ran.err.clone()),
        },
        Err(error) => Some(error.to_string()),
    };
    if let Some(error) = error {
        println!("the topics that all clients read cannot be made at {name}: {error}");
    }
}

/// Whether a scenario broke at Apache Kafka, and not because its client cannot be built.
fn is_of_kafka(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Broken { reason } if reason.contains("at Apache Kafka"))
}

fn next<'a>(queue: &Mutex<Vec<Job<'a>>>) -> Option<Job<'a>> {
    queue.lock().expect("no holder panics").pop()
}
