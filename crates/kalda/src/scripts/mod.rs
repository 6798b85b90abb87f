//! Apache Kafka's scripts: `kalda kafka-topics ...`, or the same under a link of that name that `kalda install-scripts` makes.
//!
//! Each answers as the tool of Apache Kafka does: flags, standard output, exit code, first line of errors (suite `scripts` of
//! `interop`). Options are data ([`options`]); a script is a function from what was given to an exit code. What older releases
//! had is accepted, with one line on standard error that says what is used instead. The explanations in the help are Kalda's own.

mod client_properties;
mod configs;
mod configs_entity;
mod connect;
mod console;
mod console_consumer;
mod console_producer;
mod consumer_groups;
mod consumer_groups_describe;
mod date_time;
mod delete_records;
mod faults;
mod formatter;
mod get_offsets;
mod groups;
mod help;
mod java;
mod line_reader;
mod options;
mod parse;
mod removed;
mod reset_offsets;
#[path = "../tools/stop.rs"]
mod stop;
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
    /// How it is said that the command line cannot be read.
    pub unreadable: Shown,
    /// How a fault that it does not expect is shown.
    pub unexpected: Shown,
    /// What it does.
    pub run: fn(&Given) -> Result<u8, Fault>,
}

/// How a fault is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As an exception that nobody catches.
    Uncaught,
    /// Its message, then the exception.
    Message,
    /// As an exception, whose trace is left out.
    Trace,
    /// Its message alone, behind this text.
    Terse(&'static str),
    /// Its message, then the help.
    Usage,
}

/// Every script, by name.
pub const SCRIPTS: [&Script; 8] = [
    &configs::SCRIPT,
    &console_consumer::SCRIPT,
    &console_producer::SCRIPT,
    &consumer_groups::SCRIPT,
    &delete_records::SCRIPT,
    &get_offsets::SCRIPT,
    &groups::SCRIPT,
    &topics::SCRIPT,
];

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
        let given = match parse::parse(self.options, arguments) {
            Ok(given) => given,
            Err(fault) => return self.conclude(&fault, self.unreadable),
        };
        match self.start(&given) {
            Ok(code) => code,
            Err(fault @ Fault::Thrown(_)) if fault.is_of_options() => {
                self.conclude(&fault, self.unreadable)
            }
            Err(fault) => self.conclude(&fault, self.unexpected),
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
        given.expect_required()?;
        (self.run)(given)
    }

    fn conclude(&self, fault: &Fault, shown: Shown) -> u8 {
        match fault {
            Fault::Usage(message) => self.usage(message),
            Fault::Message(message) => console::note(message),
            Fault::Thrown(thrown) => match shown {
                Shown::Usage => self.usage(thrown.message()),
                Shown::Terse(before) => console::note(format!("{before}{}", thrown.message())),
                Shown::Trace => console::note(thrown.to_string()),
                Shown::Uncaught => {
                    console::note(format!("Exception in thread \"main\" {thrown}"));
                }
                Shown::Message => {
                    console::note(thrown.message());
                    console::note(thrown.to_string());
                }
            },
            Fault::Exit(code) => return *code,
            // `kafka-topics --list | head -1` ends well.
            Fault::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return 0,
            Fault::Output(error) => console::note(format!("cannot write the output: {error}")),
        }
        1
    }

    fn usage(&self, message: &str) {
        console::note(message);
        console::note(help::text(self.options).trim_end_matches('\n'));
    }
}
