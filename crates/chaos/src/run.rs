//! One run: start, faults, healing, the reading of everything, the verdict.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clap::ValueEnum;
use client::admin::NewTopic;
use testkit::artifacts;
use testkit::directory;
use testkit::error::FixtureError;

use crate::chance::Chance;
use crate::checker::{self, Circumstances};
use crate::cluster::Cluster;
use crate::drivers::{Driver, Library, Plan};
use crate::faults::Kind;
use crate::ground::{Ground, Stop};
use crate::history::{Event, History};
use crate::links::Links;
use crate::options::Options;
use crate::report::{Figures, Finished};

/// The topic of all clients.
const TOPIC: &str = "chaos";
/// How many partitions it has.
const PARTITIONS: i32 = 4;
/// Small segments, so that a run rolls some.
const SEGMENT_BYTES: &str = "1048576";
/// How long a cluster may take to be whole again when nothing disturbs it.
const HEAL_LIMIT: Duration = Duration::from_secs(90);
/// How long clients may take to end their work, with a transaction's timeout in it, and readers to read it all.
const DRAIN_LIMIT: Duration = Duration::from_secs(120);
/// How long clients may take to begin.
const BEGIN_LIMIT: Duration = Duration::from_secs(60);

/// Runs, and prints what came of it; `true` when nothing failed.
///
/// # Errors
/// What kept it from running at all.
pub fn run(options: &Options) -> Result<bool, FixtureError> {
    let began = Instant::now();
    let (libraries, skipped) = libraries(&options.clients);
    for library in &skipped {
        let missing = library.missing().join(", ");
        println!(
            "skipped: chaos with {}: not installed: {missing}",
            library.name()
        );
    }
    if libraries.is_empty() {
        println!("0 passed, 0 failed, {} skipped", skipped.len());
        return Ok(true);
    }
    let seed = options.seed.unwrap_or_else(seed_of_clock);
    println!("seed {seed}: cargo xtask chaos --seed {seed} draws the same faults");
    let place = directory::target().join("chaos").join(format!("{seed}"));
    if place.exists() {
        std::fs::remove_dir_all(&place).map_err(FixtureError::file(&place))?;
    }
    std::fs::create_dir_all(&place).map_err(FixtureError::file(&place))?;
    let mut run = Run::begin(options, seed, &libraries, &place)?;
    let stopped = run.go(Duration::from_secs(options.seconds)).err();
    let finished = run.judge(options, seed, began.elapsed(), stopped)?;
    drop(run);
    tidy_up(&place, finished == 0 && !options.keep);
    println!("the whole run took {:.0} s", began.elapsed().as_secs_f32());
    let checks = checker::RULES.len() + 1;
    println!(
        "{} passed, {finished} failed, {} skipped",
        checks - finished,
        skipped.len()
    );
    Ok(finished == 0)
}

fn seed_of_clock() -> u64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    now.as_secs()
}

/// Those that can run, and those that cannot.
fn libraries(asked: &[Library]) -> (Vec<Library>, Vec<Library>) {
    let all = Library::value_variants().iter().copied();
    let wanted = all.filter(|library| asked.is_empty() || asked.contains(library));
    wanted.partition(|library| library.missing().is_empty())
}

fn tidy_up(place: &Path, is_clean: bool) {
    match is_clean {
        // What cannot be removed is in nobody's way.
        true => drop(std::fs::remove_dir_all(place)),
        false => println!("logs, histories and data are kept in {}", place.display()),
    }
}

struct Run {
    ground: Ground,
    kinds: Vec<Kind>,
    struck: BTreeMap<String, usize>,
    is_drained: bool,
}

impl Run {
    fn begin(
        options: &Options,
        seed: u64,
        libraries: &[Library],
        place: &Path,
    ) -> Result<Self, FixtureError> {
        let commands = libraries.iter().map(|library| library.prepare());
        let commands: Vec<_> = commands.collect::<Result<_, _>>()?;
        let binary = match &options.kalda {
            Some(binary) => binary.clone(),
            None => artifacts::cargo("kalda", &[])?,
        };
        let links = Arc::<Links>::default();
        let mut cluster = Cluster::start(binary, place, usize::from(options.nodes), &links)?;
        cluster.loses_ends = options.lose_ends.then_some(TOPIC);
        let file = place.join("history.jsonl");
        let history = File::create(&file).map_err(FixtureError::file(&file))?;
        let mut run = Self {
            ground: Ground {
                topic: TOPIC,
                partitions: PARTITIONS,
                cluster,
                drivers: Vec::new(),
                retired: Vec::new(),
                links,
                history: Arc::new(History::new(history)),
                chance: Chance::new(seed),
                is_interrupted: interruption(),
                rolling: Vec::new(),
            },
            kinds: match options.faults.is_empty() {
                true => Kind::value_variants().to_vec(),
                false => options.faults.clone(),
            },
            struck: BTreeMap::new(),
            is_drained: false,
        };
        run.create_topic().map_err(fixture)?;
        for (library, command) in libraries.iter().zip(commands) {
            let plan = Plan {
                library: *library,
                command,
                bootstrap: run.ground.cluster.bootstrap(),
                topic: TOPIC,
                partitions: PARTITIONS,
                place: place.to_owned(),
            };
            let driver = Driver::start(plan, &run.ground.history)?;
            run.ground.drivers.push(driver);
        }
        Ok(run)
    }

    fn create_topic(&mut self) -> Result<(), Stop> {
        let configs = [
            ("min.insync.replicas", "2"),
            ("segment.bytes", SEGMENT_BYTES),
        ];
        let configs = configs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let topic = NewTopic {
            partitions: Some(PARTITIONS),
            replication_factor: Some(3),
            name: TOPIC.to_owned(),
            configs: configs.into(),
            assignments: Vec::new(),
        };
        let ground = &mut self.ground;
        ground.until_in_sync(HEAL_LIMIT)?;
        let create = |ground: &Ground| {
            let client = ground.cluster.client(1);
            let made = client.and_then(|client| client.create_topic(&topic, false));
            let error = made.err()?.to_string();
            (!error.contains("exists")).then_some(error)
        };
        ground.until("the topic was not created", BEGIN_LIMIT, create)?;
        ground.until_in_sync(HEAL_LIMIT).map(|_| ())
    }

    /// Everything but the verdict.
    fn go(&mut self, time: Duration) -> Result<(), Stop> {
        self.ground
            .until("not all clients began", BEGIN_LIMIT, idle_clients)?;
        self.ground.say("all clients are at work");
        let end = self.ground.history.now() + time;
        let mut deck = Vec::new();
        while self.ground.history.now() < end {
            if deck.is_empty() {
                deck.clone_from(&self.kinds);
                self.ground.chance.shuffle(&mut deck);
            }
            let Some(kind) = deck.pop() else { break };
            *self.struck.entry(kind.name()).or_default() += 1;
            self.ground.say(&format!("== {}", kind.name()));
            kind.strike(&mut self.ground)?;
            self.heal()?;
        }
        self.finish()
    }

    /// Between faults all comes to rest; now and then the next one comes before that.
    fn heal(&mut self) -> Result<(), Stop> {
        let ground = &mut self.ground;
        if ground.chance.below(4) == 0 {
            let time = ground.chance.millis(0, 3_000);
            return ground.pass(time);
        }
        let synced = ground.until_in_sync(HEAL_LIMIT)?;
        let written = ground.until_all_write(HEAL_LIMIT)?;
        let [synced, written] = [synced, written].map(|took| took.as_secs_f32());
        ground.say(&format!(
            "in sync after {synced:.1} s; all write after {written:.1} s"
        ));
        let time = ground.chance.millis(500, 2_000);
        ground.pass(time)
    }

    /// Heals, lets every producer write its last values, and waits until every reader has them.
    fn finish(&mut self) -> Result<(), Stop> {
        let ground = &mut self.ground;
        ground.links.clear();
        let took = ground.until_in_sync(HEAL_LIMIT)?;
        ground.say(&format!(
            "in sync after {:.1} s; clients finish",
            took.as_secs_f32()
        ));
        for driver in &mut ground.drivers {
            driver.finish();
        }
        ground.until("not all clients came to their end", DRAIN_LIMIT, unfinished)?;
        let took = ground.until("not everything was read", DRAIN_LIMIT, unread)?;
        ground.say(&format!(
            "everything was read after {:.1} s",
            took.as_secs_f32()
        ));
        self.is_drained = true;
        let panics = ground.cluster.panics();
        match panics.is_empty() {
            true => Ok(()),
            false => Err(Stop::Ended(panics.join("\n"))),
        }
    }

    /// Prints and records the verdict; gives how many checks failed.
    fn judge(
        &self,
        options: &Options,
        seed: u64,
        took: Duration,
        stopped: Option<Stop>,
    ) -> Result<usize, FixtureError> {
        let circumstances = Circumstances {
            is_drained: self.is_drained,
            retired: self.ground.retired.clone(),
            rolling: self.ground.rolling.clone(),
        };
        let (figures, verdicts) = self.ground.history.with(|history| {
            (
                Figures::of(history),
                checker::judge(history, &circumstances),
            )
        });
        figures.print();
        let finished = Finished {
            seed,
            nodes: options.nodes,
            took,
            faults: &self.struck,
            figures: &figures,
            stopped: stopped.map(|stop| stop.to_string()),
            verdicts: &verdicts,
        };
        finished.print();
        let file: PathBuf = directory::target().join("chaos").join("results.jsonl");
        finished.record(&file).map_err(FixtureError::file(&file))?;
        Ok(finished.failed())
    }
}

/// A run that cannot begin is not a verdict on the cluster's history.
fn fixture(stop: Stop) -> FixtureError {
    match stop {
        Stop::Fixture(error) => error,
        other => FixtureError::Failed {
            program: "the cluster".to_owned(),
            status: "its start".to_owned(),
            output: other.to_string(),
        },
    }
}

fn interruption() -> Arc<AtomicBool> {
    let flag = Arc::<AtomicBool>::default();
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // Without it a signal ends this process at once, and its nodes and clients by its death.
        let _ = signal_hook::flag::register(signal, Arc::clone(&flag));
    }
    flag
}

/// A client none of whose writers and readers is at work yet.
fn idle_clients(ground: &Ground) -> Option<String> {
    ground.history.with(|history| {
        let is_of = belongs_to;
        let mut idle = ground.drivers.iter().filter(|driver| {
            !history.iter().any(|heard| {
                matches!(&heard.event, Event::Acked { value, .. } if is_of(value, &driver.name))
            })
        });
        idle.next()
            .map(|driver| format!("{} has written nothing", driver.name))
    })
}

fn unfinished(ground: &Ground) -> Option<String> {
    let finished = ground.history.with(|history| {
        history
            .iter()
            .filter(|heard| heard.event == Event::Finished)
            .count()
    });
    let all = ground.drivers.len();
    (finished < all).then(|| format!("{finished} of {all} have"))
}

/// Whether a reader or a value is that of the client with this name.
fn belongs_to(what: &str, name: &str) -> bool {
    let rest = what.strip_prefix(name);
    rest.is_some_and(|rest| rest.starts_with('.'))
}

/// A last value that a reader has not read.
fn unread(ground: &Ground) -> Option<String> {
    ground.history.with(|history| {
        let is_at_work = |reader: &str| {
            let mut drivers = ground.drivers.iter();
            drivers.any(|driver| belongs_to(reader, &driver.name))
        };
        let mut last: HashSet<&str> = HashSet::new();
        let mut readers: BTreeMap<&str, HashSet<&str>> = BTreeMap::new();
        for heard in history {
            match &heard.event {
                Event::Acked { value, .. } if value.contains(".end.") => {
                    last.insert(value);
                }
                Event::Read {
                    reader, records, ..
                } if is_at_work(reader) => {
                    let values = records.iter().map(|record| record.value.as_str());
                    let ends = values.filter(|value| value.contains(".end."));
                    readers.entry(reader).or_default().extend(ends);
                }
                _ => {}
            }
        }
        let wanted = ground.drivers.len() * 2;
        if readers.len() < wanted {
            return Some(format!(
                "{} of {wanted} readers have read anything",
                readers.len()
            ));
        }
        readers.iter().find_map(|(reader, values)| {
            let missing = last.difference(values).next()?;
            Some(format!("{reader} has not read {missing}"))
        })
    })
}
