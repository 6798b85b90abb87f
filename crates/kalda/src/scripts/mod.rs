//! Apache Kafka's scripts: `kalda kafka-topics ...`, or the same under a link of that name that `kalda install-scripts` makes.
//!
//! Each answers as the tool of Apache Kafka does: flags, standard output, exit code, first line of errors (suite `scripts` of
//! `interop`). Options are data ([`options`]); a script is a function from what was given to an exit code. What older releases
//! had is accepted, with one line on standard error that says what is used instead. The explanations in the help are Kalda's own.

mod api_versions;
mod args;
mod client_properties;
mod cluster;
mod configs;
mod configs_entity;
mod connect;
mod console;
mod console_consumer;
mod console_producer;
mod console_share_consumer;
mod consumer_groups;
mod consumer_groups_describe;
mod consumer_perf;
mod date_time;
mod delete_records;
mod dump_index;
mod dump_log;
mod dump_records;
mod e2e_latency;
mod faults;
mod features;
mod formatter;
mod get_offsets;
mod groups;
mod help;
pub mod install;
mod java;
mod leader_election;
mod line_reader;
mod log_dirs;
mod metadata_quorum;
mod options;
mod parse;
mod producer_perf;
mod reassign_partitions;
mod reassignment_dirs;
mod reassignment_files;
mod reassignment_plan;
#[cfg(test)]
mod reference;
mod removed;
mod reset_offsets;
pub mod run_class;
pub mod server_start;
mod server_stop;
mod share_consumer_perf;
mod share_groups;
mod table;
mod topic_filter;
mod topics;
mod topics_describe;
mod transactions;

use std::process::ExitCode;

use faults::Fault;
use options::Opt;
use parse::Given;

/// What the tools say that they are, where they are asked for their version.
const KAFKA_VERSION: &str = "4.4.0";

/// The script that is `kalda storage`.
pub const STORAGE: &str = "kafka-storage";
/// A script of older releases, which is another one by now.
const PREFERRED_REPLICA_ELECTION: &str = "kafka-preferred-replica-election";

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
pub const SCRIPTS: [&Script; 18] = [
    &api_versions::SCRIPT,
    &configs::SCRIPT,
    &console_consumer::SCRIPT,
    &console_producer::SCRIPT,
    &console_share_consumer::SCRIPT,
    &consumer_groups::SCRIPT,
    &consumer_perf::SCRIPT,
    &delete_records::SCRIPT,
    &dump_log::SCRIPT,
    &e2e_latency::SCRIPT,
    &get_offsets::SCRIPT,
    &groups::SCRIPT,
    &leader_election::SCRIPT,
    &log_dirs::SCRIPT,
    &reassign_partitions::SCRIPT,
    &share_consumer_perf::SCRIPT,
    &share_groups::SCRIPT,
    &topics::SCRIPT,
];

/// Scripts whose command lines are those of argparse4j.
pub const ARG_SCRIPTS: [&ArgScript; 5] = [
    &cluster::SCRIPT,
    &features::SCRIPT,
    &metadata_quorum::SCRIPT,
    &producer_perf::SCRIPT,
    &transactions::SCRIPT,
];

/// The name of a script, without `.sh` and without directories before it.
pub fn name_of(word: &str) -> &str {
    let name = word.rsplit('/').next().unwrap_or(word);
    name.strip_suffix(".sh").unwrap_or(name)
}

/// The names of all scripts, those too that are gone.
fn names() -> Vec<&'static str> {
    let all = SCRIPTS.iter().map(|script| script.name);
    let all = all.chain(ARG_SCRIPTS.iter().map(|script| script.name()));
    let all = all.chain([
        server_start::NAME,
        server_stop::NAME,
        STORAGE,
        PREFERRED_REPLICA_ELECTION,
    ]);
    all.chain(removed::REMOVED.iter().map(|(name, _)| *name))
        .collect()
}

/// Runs the script of this name, if it is one.
pub fn run(name: &str, arguments: &[String]) -> Option<ExitCode> {
    let name = name_of(name);
    if name == server_stop::NAME {
        return Some(ExitCode::from(server_stop::run(arguments)));
    }
    if let Some(instead) = removed::instead_of(name) {
        console::note(format!("{name}: {instead}"));
        return Some(ExitCode::FAILURE);
    }
    if name == PREFERRED_REPLICA_ELECTION {
        console::note(
            "kafka-preferred-replica-election is a script of older releases: it is kafka-leader-election",
        );
        let arguments = leader_election::modern(arguments);
        return Some(ExitCode::from(leader_election::SCRIPT.main(&arguments)));
    }
    if let Some(script) = ARG_SCRIPTS.into_iter().find(|script| script.name() == name) {
        return Some(ExitCode::from(script.main(arguments)));
    }
    let script = SCRIPTS.into_iter().find(|script| script.name == name)?;
    Some(ExitCode::from(script.main(arguments)))
}

/// A script whose command line is that of argparse4j.
pub struct ArgScript {
    /// Its options and commands.
    pub parser: args::Parser,
    /// How a command line is refused.
    pub refusal: Refusal,
    /// How a fault that it does not expect is shown.
    pub unexpected: Shown,
    /// What it does.
    pub run: fn(&args::Given) -> Result<u8, Fault>,
}

/// How a command line is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The usage, and the message behind the script's name.
    Usage,
    /// The message in a sentence.
    Sentence,
}

impl ArgScript {
    /// Its name, without `.sh`.
    pub fn name(&self) -> &'static str {
        self.parser.name.trim_end_matches(".sh")
    }

    fn main(&self, arguments: &[String]) -> u8 {
        let arguments = match self.name() == features::SCRIPT.name() {
            true => features::modern(arguments),
            false => arguments.to_vec(),
        };
        if arguments == ["--version"] || arguments == ["-v"] {
            return u8::from(console::line(KAFKA_VERSION).is_err());
        }
        match self.parser.parse(&arguments) {
            Ok(given) => match (self.run)(&given) {
                Ok(code) => code,
                Err(Fault::Usage(message)) => self.refuse(&self.parser.usage(None), &message),
                Err(fault) => conclude(&fault, self.unexpected, &|_| ()),
            },
            Err(args::Stop::Help(text)) => u8::from(console::print(&text).is_err()),
            Err(args::Stop::Wrong(usage, message)) => self.refuse(&usage, &message),
        }
    }

    fn refuse(&self, usage: &str, message: &str) -> u8 {
        match self.refusal {
            Refusal::Usage => {
                console::note(usage.trim_end_matches('\n'));
                console::note(format!("{}: error: {message}", self.parser.name));
            }
            Refusal::Sentence => {
                console::note(format!(
                    "Command line error: {message}. Type --help for help."
                ));
            }
        }
        1
    }
}

impl Script {
    fn main(&self, arguments: &[String]) -> u8 {
        // Older releases took the arguments of this one by their places.
        let arguments = match self.name == e2e_latency::SCRIPT.name {
            true => match e2e_latency::named(arguments) {
                Ok(named) => named,
                Err(fault) => return self.conclude(&fault, self.unexpected),
            },
            false => topics::modern(self.name, arguments),
        };
        let given = match parse::parse(self.options, &arguments) {
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
        (self.run)(given)
    }

    fn conclude(&self, fault: &Fault, shown: Shown) -> u8 {
        conclude(fault, shown, &|message| self.usage(message))
    }

    fn usage(&self, message: &str) {
        console::note(message);
        console::note(help::text(self.options).trim_end_matches('\n'));
    }
}

/// Shows why a script ends early; `usage` shows a message with the help.
fn conclude(fault: &Fault, shown: Shown, usage: &dyn Fn(&str)) -> u8 {
    match fault {
        Fault::Usage(message) => usage(message),
        Fault::Message(message) => console::note(message),
        Fault::Thrown(thrown) => match shown {
            Shown::Usage => usage(thrown.message()),
            Shown::Terse(before) => console::note(format!("{before}{}", thrown.message())),
            Shown::Trace => console::note(thrown.to_string()),
            Shown::Uncaught => console::note(format!("Exception in thread \"main\" {thrown}")),
            Shown::Message => {
                console::note(thrown.message());
                console::note(thrown.to_string());
            }
        },
        // `kafka-topics --list | head -1` ends well.
        Fault::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return 0,
        Fault::Output(error) => console::note(format!("cannot write the output: {error}")),
    }
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What tutorials of older releases have a reader type.
    const TUTORIALS: [&str; 14] = [
        "kafka-topics --create --topic benchmark",
        "kafka-topics --zookeeper zk_host:2181/chroot --create --topic t --partitions 1 --replication-factor 1",
        "kafka-topics --zookeeper kafka-00:21810, kafka-01:21810 --list",
        "kafka-topics --zookeeper h:2181 --alter --topic t --config retention.ms=1000",
        "kafka-topics --alter --entity-type topics --entity-name t --add-config retention.ms=1000",
        "kafka-topics --alter --topic t --delete-config retention.ms",
        "kafka-configs --zookeeper h:2181 --entity-type topics --entity-name t --alter --add-config x=y",
        "kafka-configs --zookeeper h:2181 --entity-type topics --entity-name t --alter --delete-config x",
        "kafka-console-producer --broker-list h:9092 --topic t",
        "kafka-console-consumer --bootstrap-server h:9092 --new-consumer --whitelist t.* --from-beginning",
        "kafka-console-consumer --zookeeper h:2181 --topic t --from-beginning",
        "kafka-consumer-perf-test --broker-list h:9092 --topic t --messages 5000 --threads 1",
        "kafka-consumer-groups --zookeeper h:2181 --describe --group g",
        "kafka-get-offsets --broker-list h:9092 --topic t --time -1",
    ];

    #[test]
    fn command_lines_of_tutorials_are_understood() {
        for text in TUTORIALS {
            let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            let named = |script: &&Script| script.name == words[0];
            let script = SCRIPTS.into_iter().find(named).expect(text);
            let words = topics::modern(script.name, &words[1..]);
            let given = parse::parse(script.options, &words).expect(text);
            if script.name == topics::SCRIPT.name {
                topics::check(&given).expect(text);
            }
        }
    }

    #[test]
    fn names_are_found_behind_directories_and_before_endings() {
        assert_eq!(name_of("/opt/kafka/bin/kafka-topics.sh"), "kafka-topics");
        let names = names();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), names.len(), "each is there once");
    }
}
