//! The programs that use one directory, one after the other, and what each was seen to hold.

use std::time::Duration;

use testkit::process::Process;

use super::Tools;
use super::facts::Facts;
use super::place::{Place, Program};
use crate::check::Check;

/// How long one program of questions or changes may run.
const ASK_LIMIT: Duration = Duration::from_secs(180);

/// How a program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// SIGTERM, and it may finish.
    Clean,
    /// SIGKILL.
    Killed,
}

/// Which questions a program answers.
#[derive(Clone, Debug, Default)]
struct Seen {
    common: Facts,
    /// What only Apache Kafka answers; the last one that was asked.
    special: Option<Facts>,
}

/// One directory and who has it.
#[derive(Debug)]
pub(super) struct Turns<'a> {
    tools: &'a Tools,
    place: Place,
    running: Option<(Program, Process)>,
    last: Option<(String, Seen)>,
    has_special: bool,
    /// The round whose transactions are open, and who opened them.
    open: Option<(String, String)>,
    /// What came of transactions that Apache Kafka opened and ended itself.
    outcomes: Option<Facts>,
    checks: Vec<Check>,
}

impl<'a> Turns<'a> {
    pub(super) fn begin(settings: &[(&str, &str)], tools: &'a Tools) -> Result<Self, String> {
        let place = Place::new(settings).map_err(|e| e.to_string())?;
        Ok(Self {
            tools,
            place,
            running: None,
            last: None,
            has_special: false,
            open: None,
            outcomes: None,
            checks: Vec::new(),
        })
    }

    pub(super) fn into_checks(self) -> Vec<Check> {
        self.checks
    }

    /// Formats the directory with a Kafka's storage tool.
    pub(super) fn format(&self, program: Program, arguments: &[&str]) -> Result<(), String> {
        self.place
            .format(program, self.tools, arguments)
            .map_err(|e| e.to_string())
    }

    /// Hands the directory to a program. What the one before held is compared with what this one holds.
    pub(super) fn start(&mut self, program: Program) -> Result<(), String> {
        let process = self
            .place
            .start(program, self.tools)
            .map_err(|e| e.to_string())?;
        self.running = Some((program, process));
        let Some((before, mut seen)) = self.last.take() else {
            return Ok(());
        };
        if program == Program::Kafka39 {
            // It keeps them, but cannot be asked.
            seen.common = seen.common.without("config GROUP ");
        }
        let now = self.observe()?;
        let name = format!("{before}, then {program}");
        self.compare(&name, &seen.common, &now.common);
        if let (Some(before), Some(now)) = (&seen.special, &now.special) {
            self.compare(&format!("{name}, what Kafka alone has"), before, now);
        }
        self.last = Some((
            String::new(),
            Seen {
                special: now.special.or(seen.special),
                ..seen
            },
        ));
        Ok(())
    }

    fn compare(&mut self, name: &str, before: &Facts, now: &Facts) {
        let differences = before.differences(now, self.tools.verbose);
        let holds = differences.is_empty();
        let detail = match holds {
            true => format!("{} facts", now.len()),
            false => format!("facts differ\n{differences}"),
        };
        self.checks.push(Check::new(name, detail, holds));
    }

    /// Changes metadata and writes records, in names of `round`.
    pub(super) fn write(&self, round: &str) -> Result<(), String> {
        self.ask(&["write", round]).map(|_| ())
    }

    /// Goes on in a share group and in a streams group where the program before left off.
    pub(super) fn share(&self, round: &str) -> Result<(), String> {
        self.ask(&["share", round]).map(|_| ())
    }

    /// Transactions, one of them left open.
    pub(super) fn transact(&self) -> Result<(), String> {
        self.ask(&["transact"]).map(|_| ())
    }

    /// Groups of all kinds, access rules, quotas and credentials.
    pub(super) fn special(&mut self) -> Result<(), String> {
        self.has_special = true;
        self.ask(&["special"]).map(|_| ())
    }

    /// Ends the open transaction.
    pub(super) fn settle(&mut self) -> Result<(), String> {
        self.ask(&["settle"]).map(|_| ())
    }

    /// Transactions for the next program to end, in names of `round`, and members of groups that live on meanwhile.
    pub(super) fn open(&mut self, round: &str) -> Result<(), String> {
        let (program, _) = self.running.as_ref().ok_or("nobody runs")?;
        self.open = Some((round.to_owned(), program.to_string()));
        self.ask(&["open", round]).map(|_| ())
    }

    /// Ends them. What comes of it has to be what came of the first ones, which Apache Kafka opened and ended itself.
    pub(super) fn finish(&mut self) -> Result<(), String> {
        let (program, _) = self.running.as_ref().ok_or("nobody runs")?;
        let program = *program;
        let (round, opener) = self.open.take().ok_or("no transactions are open")?;
        let now = Facts::parse(&self.ask(&["finish", &round])?);
        let name = format!("transactions of {opener}, ended by {program}");
        match self.outcomes.take() {
            Some(expected) => {
                self.compare(&name, &expected, &now);
                self.outcomes = Some(expected);
            }
            None if program == Program::Kafka && opener == Program::Kafka.to_string() => {
                self.outcomes = Some(now);
            }
            None => return Err("Apache Kafka has not shown yet what comes of it".to_owned()),
        }
        Ok(())
    }

    /// Takes the directory from the program that has it.
    pub(super) fn end(&mut self, end: End) -> Result<(), String> {
        let special = self.last.take().and_then(|(_, seen)| seen.special);
        let mut seen = self.observe()?;
        seen.special = seen.special.or(special);
        let (program, mut process) = self.running.take().ok_or("nobody runs")?;
        let name = match end {
            End::Clean => {
                Place::stop(&mut process).map_err(|e| e.to_string())?;
                format!("{program}")
            }
            End::Killed => {
                process.kill();
                format!("{program} killed")
            }
        };
        self.last = Some((name, seen));
        Ok(())
    }

    /// A program that must refuse the directory, and say why in these words.
    pub(super) fn refuses(&mut self, program: Program, words: &[&str]) -> Result<(), String> {
        let said = self
            .place
            .refusal(program, self.tools)
            .map_err(|e| e.to_string())?;
        let missing: Vec<_> = words.iter().filter(|word| !said.contains(**word)).collect();
        let holder = self
            .running
            .as_ref()
            .map_or_else(String::new, |(p, _)| format!(" while {p} runs"));
        let (name, holds) = (format!("{program} refuses{holder}"), missing.is_empty());
        let detail = match holds {
            true => words.join(" ... "),
            false => format!("did not say {missing:?}, but: {said}"),
        };
        self.checks.push(Check::new(&name, detail, holds));
        Ok(())
    }

    fn observe(&self) -> Result<Seen, String> {
        let common = Facts::parse(&self.ask(&["observe"])?);
        let is_kafka = self
            .running
            .as_ref()
            .is_some_and(|(program, _)| *program == Program::Kafka);
        let special = match is_kafka && self.has_special {
            true => Some(Facts::parse(&self.ask(&["observe-special"])?)),
            false => None,
        };
        Ok(Seen { common, special })
    }

    fn ask(&self, command: &[&str]) -> Result<String, String> {
        let mut arguments = vec![command[0].to_owned(), self.place.bootstrap()];
        arguments.extend(command[1..].iter().map(|a| (*a).to_owned()));
        let ran = self
            .tools
            .jvm
            .run("Interchange", &arguments, "", ASK_LIMIT)
            .map_err(|e| e.to_string())?;
        match ran.code {
            0 => Ok(ran.out),
            _ => {
                let broker = self
                    .running
                    .as_ref()
                    .map_or_else(String::new, |(_, p)| p.written());
                Err(format!(
                    "{}: {}\nthe broker wrote: {broker}",
                    command.join(" "),
                    ran.err
                ))
            }
        }
    }
}
