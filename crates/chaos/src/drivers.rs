//! The clients: one program for each library, which appends, transacts and reads until it is told to finish.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command};
use std::sync::Arc;
use std::thread;

use clap::ValueEnum;
use testkit::artifacts;
use testkit::directory;
use testkit::error::FixtureError;
use testkit::process::{Process, installed};

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

/// A running client. It ends when this value is dropped, or this process ends, which closes its standard input.
#[derive(Debug)]
pub struct Driver {
    /// Its library's name.
    pub name: &'static str,
    process: Process,
    commands: ChildStdin,
}

impl Driver {
    /// Starts the program of a library; what it prints goes into the history.
    ///
    /// # Errors
    /// [`FixtureError`].
    pub fn start(
        library: Library,
        command: &[String],
        arguments: &[&str],
        place: &Path,
        history: &Arc<History>,
    ) -> Result<Self, FixtureError> {
        let name = library.name();
        let mut program = Command::new(&command[0]);
        program.args(&command[1..]).args(arguments);
        let errors = place.join(format!("client-{name}.log"));
        let mut process = Process::start_piped(name, &mut program, &errors)?;
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
            process,
            commands,
        })
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
