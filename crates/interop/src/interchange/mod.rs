//! One data directory that Apache Kafka and Kalda use in turns.
//!
//! Each story of [`stories`] begins a directory with one program and hands it to the next, after clean stops and after kill -9. Before a
//! program ends it is asked for everything that it holds, and the next one must give the same answers
//! (`clients/interchange/Interchange.java` has the questions). No expected answers are stored.

mod facts;
mod place;
mod stories;
mod turns;

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Instant;

use testkit::artifacts;

use crate::check::{self, Check};
use crate::clients::{self, Runtime};
use crate::jvm::Jvm;
use crate::options::Options;
use crate::prepare;
use crate::sides;
use stories::{STORIES, Story};
use turns::Turns;

/// What all stories use.
#[derive(Debug)]
struct Tools {
    kalda: PathBuf,
    kafka: PathBuf,
    kafka39: PathBuf,
    logging: PathBuf,
    jvm: Jvm,
    verbose: bool,
}

impl Tools {
    fn ready(options: &Options) -> Result<Self, String> {
        let logs = artifacts::place("logs");
        std::fs::create_dir_all(&logs).map_err(|e| format!("{}: {e}", logs.display()))?;
        let kalda = sides::binary(options)?;
        let maven = |name: &str| {
            let pom = clients::source(&format!("{name}/pom.xml"));
            artifacts::maven(name, &pom).map_err(|e| e.to_string())
        };
        let (kafka, kafka39, logging) = (maven("kafka")?, maven("kafka39")?, maven("logging")?);
        let sources = clients::sources("interchange", "java");
        let mut sources = sources.map_err(|e| e.to_string())?;
        sources.extend(["jvm/Runner.java", "jvm/Exchange.java"].map(clients::source));
        let path = artifacts::java_path("java-interchange", &sources, &[&kafka]);
        let path = path.map_err(|e| e.to_string())?;
        let jvm = Jvm::start("interchange", &path, &logs.join("jvm-interchange.log"));
        Ok(Self {
            kalda,
            kafka,
            kafka39,
            logging,
            jvm: jvm.map_err(|e| e.to_string())?,
            verbose: options.verbose,
        })
    }
}

/// Runs the stories; `true` when nothing failed.
///
/// # Errors
/// What kept the suite from running at all.
pub fn run(options: &Options) -> Result<bool, String> {
    let began = Instant::now();
    let known: Vec<&str> = STORIES.iter().map(|story| story.name).collect();
    Options::expect_known("story", &options.only, &known)?;
    let missing = Runtime::Java.missing();
    if !missing.is_empty() {
        let why = format!("{} {}", prepare::NOT_INSTALLED, missing.join(", "));
        println!("skipped: interchange: {why}\n0 passed, 0 failed, 1 skipped");
        return Ok(true);
    }
    let tools = Tools::ready(options)?;
    println!("made ready in {:.1} s", began.elapsed().as_secs_f32());
    let wanted: Vec<&Story> = STORIES.iter().filter(|s| options.wants(s.name)).collect();
    let (queue, checks) = (Mutex::new(wanted), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..options.jobs.max(1) {
            scope.spawn(|| {
                while let Some(story) = next(&queue) {
                    let told = tell(story, &tools);
                    checks.lock().expect("no holder panics").extend(told);
                }
            });
        }
    });
    let checks = checks.into_inner().expect("no holder panics");
    Ok(check::print_total(&checks, began.elapsed().as_secs_f32()))
}

fn next<'a>(queue: &Mutex<Vec<&'a Story>>) -> Option<&'a Story> {
    queue.lock().expect("no holder panics").pop()
}

/// Tells one story; an error is a check that failed.
fn tell(story: &Story, tools: &Tools) -> Vec<Check> {
    let began = Instant::now();
    let mut checks = match Turns::begin(story.settings, tools) {
        Ok(mut turns) => {
            let end = (story.tell)(&mut turns);
            let mut checks = turns.into_checks();
            checks.extend(end.err().map(|error| Check::failed("to its end", &error)));
            checks
        }
        Err(error) => vec![Check::failed("a directory", &error)],
    };
    let mut report = format!("{} ({:.1} s)\n", story.name, began.elapsed().as_secs_f32());
    for check in &mut checks {
        report.push_str(&check.line());
    }
    print!("{report}");
    checks
}
