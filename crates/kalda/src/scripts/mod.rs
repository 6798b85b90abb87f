//! Apache Kafka's scripts: `kalda kafka-topics ...`, or the same under a link of that name that `kalda install-scripts` makes.
//!
//! Each answers as the tool of Apache Kafka does: flags, standard output, exit code, first line of errors (suite `scripts` of
//! `interop`). Options are data ([`options`]); a script is a function from what was given to an exit code. What older releases
//! had is accepted, with one line on standard error that says what is used instead. The explanations in the help are Kalda's own.

mod connect;
mod console;
mod faults;
mod help;
mod java;
mod options;
mod parse;
mod removed;
mod topic_filter;
mod topics;
mod topics_describe;

use std::process::ExitCode;

use faults::Fault;
use options::Opt;
use parse::Given;

/// What the tools say that they are, where they are asked for their version.
const KAFKA_VERSION: &str = "4.4.0";

/// A script.
pub struct Script {
    /// Its name, without `.sh`.
    pub name: &'static str,
    /// Its options.
    pub options: &'static [Opt],
    /// What it says when it is asked for help.
    pub about: &'static str,
    /// What it says when nothing is asked of it; the same where that is empty.
    pub about_nothing: &'static str,
    /// How a fault that it does not expect is shown.
    pub unexpected: Unexpected,
    /// What it does.
    pub run: fn(&Given) -> Result<u8, Fault>,
}

/// How a fault that a script does not expect is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unexpected {
    /// As an exception that nobody catches.
    Uncaught,
    /// Its message, then the exception.
    Message,
}

/// Every script, by name.
pub const SCRIPTS: [&Script; 1] = [&topics::SCRIPT];

/// Runs the script of this name, if it is one: with or without `.sh`, and with directories before it.
pub fn run(name: &str, arguments: &[String]) -> Option<ExitCode> {
    let name = name.rsplit('/').next().unwrap_or(name);
    let name = name.strip_suffix(".sh").unwrap_or(name);
    if let Some(instead) = removed::instead_of(name) {
        console::note(format!("{name}: {instead}"));
        return Some(ExitCode::FAILURE);
    }
    let script = SCRIPTS.into_iter().find(|script| script.name == name)?;
    Some(ExitCode::from(script.main(arguments)))
}

impl Script {
    fn main(&self, arguments: &[String]) -> u8 {
        let result = parse::parse(self.options, arguments).and_then(|given| self.start(&given));
        match result {
            Ok(code) => code,
            Err(fault) => self.conclude(&fault),
        }
    }

    fn start(&self, given: &Given) -> Result<u8, Fault> {
        if given.nothing && !self.about_nothing.is_empty() {
            return Err(Fault::Usage(self.about_nothing.to_owned()));
        }
        if given.nothing || given.has("help") {
            return Err(Fault::Usage(self.about.to_owned()));
        }
        if given.has("version") {
            console::line(KAFKA_VERSION)?;
            return Ok(0);
        }
        for (name, instead) in given.old() {
            console::note(format!(
                "--{name} is an option of older releases: {instead}"
            ));
        }
        (self.run)(given)
    }

    fn conclude(&self, fault: &Fault) -> u8 {
        match fault {
            Fault::Usage(message) => {
                console::note(message);
                console::note(help::text(self.options).trim_end_matches('\n'));
                1
            }
            Fault::Message(message) => {
                console::note(message);
                1
            }
            Fault::Thrown(thrown) => {
                match self.unexpected {
                    Unexpected::Message => {
                        console::note(thrown.message());
                        console::note(thrown.to_string());
                    }
                    Unexpected::Uncaught => {
                        console::note(format!("Exception in thread \"main\" {thrown}"));
                    }
                }
                1
            }
            Fault::Exit(code) => *code,
            // `kafka-topics --list | head -1` ends well.
            Fault::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe => 0,
            Fault::Output(error) => {
                console::note(format!("cannot write the output: {error}"));
                1
            }
        }
    }
}
