//! The clients: one program for each library, which appends, transacts and reads until it is told to finish.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command};
use std::sync::Arc;
use std::thread;

use clap::ValueEnum;
use rustix::process::{Pid, Signal, kill_process};
use testkit::artifacts;
use testkit::directory;
use testkit::error::FixtureError;
use testkit::process::{Process, installed};

use crate::bound;
use crate::history::History;

/// A client library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Library {
    /// kafka-clients.
    Java,
    /// franz-go.
    Go,
    /// librdkafka, by its client in Python.
    Python,
}

impl Library {
    /// Its name in histories.
    pub fn name(self) -> &'static str {
        match self {
            Self::Java => "java",
            Self::Go => "go",
            Self::Python => "python",
        }
    }

    /// The programs that it needs and that are not installed.
    pub fn missing(self) -> Vec<&'static str> {
        let programs: &[&str] = match self {
            Self::Java => &["java", "javac", "mvn"],
            Self::Go => &["go"],
            Self::Python => &["python3"],
        };
        programs
            .iter()
            .copied()
            .filter(|program| !installed(program))
            .collect()
    }

    /// Fetches and builds what it needs, or finds it from an earlier run; gives the command that runs it.
    ///
    /// # Errors
    /// [`FixtureError`] of the registry's client or of the compiler.
    pub fn prepare(self) -> Result<Vec<String>, FixtureError> {
        match self {
            Self::Java => java(),
            Self::Go => go(),
            Self::Python => python(),
        }
    }
}

fn source(path: &str) -> PathBuf {
    directory::workspace().join("crates").join(path)
}

fn java() -> Result<Vec<String>, FixtureError> {
    let jars = artifacts::maven("kafka", &source("interop/clients/kafka/pom.xml"))?;
    let program = [source("chaos/clients/jvm/ChaosClient.java")];
    let class_path = artifacts::java_path("java-chaos", &program, &[&jars])?;
    let options = [
        "java",
        "-Xmx256m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-cp",
    ];
    let all = options.map(str::to_owned).into_iter();
    Ok(all.chain([class_path, "ChaosClient".to_owned()]).collect())
}

fn go() -> Result<Vec<String>, FixtureError> {
    let place = source("chaos/clients/go");
    let inputs = ["main.go", "go.mod", "go.sum"].map(|file| place.join(file));
    let inputs: Vec<&Path> = inputs.iter().map(PathBuf::as_path).collect();
    let version = artifacts::version_of("go", "version");
    let made = artifacts::cached("go-chaos", &inputs, &version, |into| {
        let mut build = Command::new("go");
        build
            .current_dir(&place)
            .args(["build", "-mod=readonly", "-o"]);
        artifacts::step("go", build.arg(into.join("driver")).arg("."), into)
    })?;
    Ok(vec![made.join("driver").display().to_string()])
}

fn python() -> Result<Vec<String>, FixtureError> {
    let requirements = source("interop/clients/python/requirements.txt");
    let venv = artifacts::venv("python", &requirements)?;
    let parts = [
        venv.join("bin/python"),
        source("chaos/clients/python/chaos_client.py"),
    ];
    Ok(parts.map(|part| part.display().to_string()).into())
}

/// How the client of a library is started, as often as that is wanted.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The library.
    pub library: Library,
    /// What [`Library::prepare`] has given.
    pub command: Vec<String>,
    /// Bootstrap servers.
    pub bootstrap: String,
    /// The topic.
    pub topic: &'static str,
    /// How many partitions it has.
    pub partitions: i32,
    /// Where its errors are written.
    pub place: PathBuf,
}

/// A running client. It ends when this value is dropped, or this process ends, which closes its standard input.
#[derive(Debug)]
pub struct Driver {
    /// What its values, producers and readers are named after; unlike any other's.
    pub name: String,
    plan: Plan,
    starts: usize,
    process: Process,
    commands: ChildStdin,
}

impl Driver {
    /// Starts the program of a library; what it prints goes into the history.
    ///
    /// # Errors
    /// [`FixtureError`].
    pub fn start(plan: Plan, history: &Arc<History>) -> Result<Self, FixtureError> {
        Self::start_again(plan, 1, history)
    }

    fn start_again(
        plan: Plan,
        starts: usize,
        history: &Arc<History>,
    ) -> Result<Self, FixtureError> {
        let library = plan.library.name();
        let name = format!("{library}.{starts}");
        let mut program = bound::command(&plan.command[0]);
        program.args(&plan.command[1..]);
        program.args([&plan.bootstrap, &name, plan.topic]);
        // The transactional id stays the same, so that the successor ends what its predecessor has begun.
        program.args([&plan.partitions.to_string(), library]);
        let errors = plan.place.join(format!("client-{name}.log"));
        let mut process = Process::start_piped(&name, &mut program, &errors)?;
        let child = process.child();
        let commands = child.stdin.take().expect("the standard input is piped");
        let lines = child.stdout.take().expect("the standard output is piped");
        let history = Arc::clone(history);
        thread::spawn(move || {
            for line in BufReader::new(lines).lines().map_while(Result::ok) {
                history.hear(&line);
            }
        });
        Ok(Self {
            name,
            plan,
            starts,
            process,
            commands,
        })
    }

    /// Kills it (SIGKILL) and starts another in its place, under a name of its own and with the same transactional id.
    ///
    /// # Errors
    /// [`FixtureError`].
    pub fn replace(&mut self, history: &Arc<History>) -> Result<(), FixtureError> {
        self.process.kill();
        *self = Self::start_again(self.plan.clone(), self.starts + 1, history)?;
        Ok(())
    }

    /// Sends it a signal, such as one that lets it stand still.
    pub fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.process.id()).ok();
        if let Some(pid) = id.and_then(Pid::from_raw) {
            // One that has ended by itself is noticed by `ended`.
            let _ = kill_process(pid, signal);
        }
    }

    /// Asks its producers to come to an end.
    pub fn finish(&mut self) {
        // One that has ended is noticed by `ended`.
        let _ = self.commands.write_all(b"finish\n");
    }

    /// How it ended, which it must not by itself.
    pub fn ended(&mut self) -> Option<String> {
        let status = self.process.ended()?;
        let words = self.process.written();
        Some(format!(
            "the client {} ended by itself with {status}: {words}",
            self.name
        ))
    }
}
