//! Reads a command line as those of Apache Kafka's tools do that use argparse4j: `--name value`, `--name=value`, one letter behind one dash,
//! commands with options of their own.

use std::collections::BTreeMap;

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// Text; the last of several counts.
    Text,
    /// A whole number, called so in Java.
    Number(&'static str),
    /// A number with a fraction.
    Fraction,
    /// One text each time that it is given.
    Each,
    /// One text or more.
    Several,
}

/// An option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arg {
    /// Its names, with their dashes; the first is the one that counts.
    pub names: &'static [&'static str],
    /// What its value is called.
    pub value: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// Whether it must be given.
    pub required: bool,
    /// Of the options with the same number, other than 0, one may be given.
    pub group: u8,
    /// What it does, for the help.
    pub about: &'static str,
}

/// An option without a value.
pub const fn flag(names: &'static [&'static str], about: &'static str) -> Arg {
    Arg {
        names,
        value: "",
        takes: Takes::Nothing,
        required: false,
        group: 0,
        about,
    }
}

/// An option with a value.
pub const fn value(
    names: &'static [&'static str],
    takes: Takes,
    value: &'static str,
    about: &'static str,
) -> Arg {
    let mut arg = flag(names, about);
    arg.takes = takes;
    arg.value = value;
    arg
}

impl Arg {
    /// One that must be given.
    pub const fn needed(mut self) -> Self {
        self.required = true;
        self
    }

    /// One of several that exclude each other.
    pub const fn in_group(mut self, group: u8) -> Self {
        self.group = group;
        self
    }

    /// Its name without dashes.
    pub fn key(&self) -> &'static str {
        self.names[0].trim_start_matches('-')
    }

    /// How the usage shows it.
    fn syntax(&self) -> String {
        match self.takes {
            Takes::Nothing => self.names[0].to_owned(),
            Takes::Several => format!("{} {} [{} ...]", self.names[0], self.value, self.value),
            _ => format!("{} {}", self.names[0], self.value),
        }
    }
}

/// A command among several.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub about: &'static str,
    /// Its options.
    pub args: &'static [Arg],
    /// Groups of which one option must be given.
    pub required_groups: &'static [u8],
}

/// The options and commands of a script.
#[derive(Clone, Copy, Debug)]
pub struct Parser {
    /// What the usage calls it.
    pub name: &'static str,
    /// What it does.
    pub about: &'static str,
    /// The options before the command.
    pub args: &'static [Arg],
    /// Groups of which one option must be given.
    pub required_groups: &'static [u8],
    /// Its commands.
    pub commands: &'static [Command],
    /// What the usage calls a command; empty, it lists them.
    pub command_value: &'static str,
}

/// What an argument list holds.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The command.
    pub command: &'static str,
    values: BTreeMap<&'static str, Vec<String>>,
}

/// Why it holds nothing.
#[derive(Debug, PartialEq, Eq)]
pub enum Stop {
    /// Help was asked for: this.
    Help(String),
    /// It makes no sense: the usage, and what is wrong.
    Wrong(String, String),
}

/// How wide the usage is.
const WIDTH: usize = 75;
/// A name that is longer stands on a line of its own.
const LONGEST_NAME: usize = 30;

impl Parser {
    /// Reads `words`.
    ///
    /// # Errors
    /// As argparse4j words them.
    pub fn parse(&self, words: &[String]) -> Result<Given, Stop> {
        let mut given = Given::default();
        let mut words = words.iter().map(String::as_str).peekable();
        let mut command: Option<&'static Command> = None;
        while let Some(word) = words.next() {
            let wrong = |message: String| Err(Stop::Wrong(self.usage(command), message));
            let args = command.map_or(self.args, |command| command.args);
            if ["-h", "--help"].contains(&word) {
                return Err(Stop::Help(self.help(command)));
            }
            if word.starts_with('-') && word.len() > 1 && word.parse::<f64>().is_err() {
                let (name, value) = match word.split_once('=') {
                    Some((name, value)) if name.starts_with("--") => (name, Some(value)),
                    _ => (word, None),
                };
                let Some(arg) = args.iter().find(|arg| arg.names.contains(&name)) else {
                    return wrong(format!("unrecognized arguments: '{word}'"));
                };
                if let Err(message) = given.take(arg, value, &mut words, args) {
                    return wrong(message);
                }
                continue;
            }
            match (command, self.commands.iter().find(|one| one.name == word)) {
                (None, Some(found)) => {
                    command = Some(found);
                    given.command = found.name;
                }
                (None, None) if !self.commands.is_empty() => {
                    let names: Vec<_> = self
                        .commands
                        .iter()
                        .map(|one| format!("'{}'", one.name))
                        .collect();
                    let names = names.join(", ");
                    return wrong(format!("invalid choice: '{word}' (choose from {names})"));
                }
                _ => return wrong(format!("unrecognized arguments: '{word}'")),
            }
        }
        if command.is_none() && !self.commands.is_empty() {
            return Err(Stop::Wrong(
                self.usage(None),
                "too few arguments".to_owned(),
            ));
        }
        self.expect_required(&given, command)?;
        Ok(given)
    }

    fn expect_required(
        &self,
        given: &Given,
        command: Option<&'static Command>,
    ) -> Result<(), Stop> {
        let levels = [
            command.map(|command| (command.args, command.required_groups, Some(command))),
            Some((self.args, self.required_groups, None)),
        ];
        for (args, groups, level) in levels.into_iter().flatten() {
            let wrong = |message| Err(Stop::Wrong(self.usage(level), message));
            if let Some(arg) = args
                .iter()
                .find(|arg| arg.required && !given.has(arg.key()))
            {
                return wrong(format!("argument {} is required", arg.names.join("/")));
            }
            for group in groups {
                let members: Vec<_> = args.iter().filter(|arg| arg.group == *group).collect();
                if !members.iter().any(|arg| given.has(arg.key())) {
                    let names: Vec<_> = members.iter().map(|arg| arg.names.join("/")).collect();
                    return wrong(format!(
                        "one of the arguments {} is required",
                        names.join(" ")
                    ));
                }
            }
        }
        Ok(())
    }

    /// How it is called.
    pub fn usage(&self, command: Option<&Command>) -> String {
        let head = format!("usage: {}", self.name);
        let mut words = Vec::new();
        if let Some(command) = command {
            words.extend(self.args.iter().filter(|arg| arg.required).map(Arg::syntax));
            let is_of_group = |arg: &&Arg| self.required_groups.contains(&arg.group);
            let grouped: Vec<Arg> = self.args.iter().filter(is_of_group).copied().collect();
            words.extend(group_words(&grouped, self.required_groups));
            words.push(command.name.to_owned());
        }
        let args = command.map_or(self.args, |command| command.args);
        let groups = command.map_or(self.required_groups, |command| command.required_groups);
        words.push("[-h]".to_owned());
        words.extend(
            args.iter()
                .filter(|arg| arg.group == 0)
                .map(|arg| match arg.required {
                    true => arg.syntax(),
                    false => format!("[{}]", arg.syntax()),
                }),
        );
        words.extend(group_words(args, groups));
        if command.is_none() && !self.commands.is_empty() {
            let names: Vec<_> = self.commands.iter().map(|command| command.name).collect();
            words.push(match self.command_value {
                "" => format!("{{{}}}", names.join(",")),
                value => value.to_owned(),
            });
            words.push("...".to_owned());
        }
        wrap(&head, &words)
    }

    fn help(&self, command: Option<&Command>) -> String {
        let mut text = self.usage(command);
        let (about, args) = match command {
            Some(command) => (command.about, command.args),
            None => (self.about, self.args),
        };
        text.push_str(&format!("\n{about}\n"));
        if command.is_none() {
            for command in self.commands {
                text.push_str(&format!("\n  {}\n      {}\n", command.name, command.about));
            }
        }
        for arg in args {
            let names: Vec<_> = arg
                .names
                .iter()
                .map(|name| format!("{name} {}", arg.value))
                .collect();
            let names = names.join(", ");
            text.push_str(&format!("\n  {}\n      {}\n", names.trim_end(), arg.about));
        }
        text
    }
}

/// Options that exclude each other: `(a | b)`.
fn group_words(args: &[Arg], required: &[u8]) -> Vec<String> {
    let mut groups: Vec<u8> = args
        .iter()
        .map(|arg| arg.group)
        .filter(|group| *group > 0)
        .collect();
    groups.dedup();
    let mut words = Vec::new();
    for group in groups {
        let members: Vec<_> = args.iter().filter(|arg| arg.group == group).collect();
        let (open, close) = if required.contains(&group) {
            ('(', ')')
        } else {
            ('[', ']')
        };
        for (at, arg) in members.iter().enumerate() {
            if at > 0 {
                words.push("|".to_owned());
            }
            let before = if at == 0 {
                open.to_string()
            } else {
                String::new()
            };
            let after = if at + 1 == members.len() {
                close.to_string()
            } else {
                String::new()
            };
            words.push(format!("{before}{}{after}", arg.syntax()));
        }
    }
    words
}

fn wrap(head: &str, words: &[String]) -> String {
    let (mut text, indent) = match head.len() > LONGEST_NAME {
        true => (format!("{head}\n      "), 6),
        false => (head.to_owned(), head.len()),
    };
    let mut width = indent;
    if head.len() > LONGEST_NAME {
        // argparse4j counts this indent twice.
        width += indent;
    }
    for (at, word) in words.iter().enumerate() {
        if at > 0 && width + word.len() + 1 > WIDTH {
            text.push_str(&format!("\n{:indent$}", ""));
            width = indent;
        }
        text.push_str(&format!(" {word}"));
        width += word.len() + 1;
    }
    text.push('\n');
    text
}

impl Given {
    fn take<'a>(
        &mut self,
        arg: &'static Arg,
        value: Option<&'a str>,
        words: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>,
        all: &[Arg],
    ) -> Result<(), String> {
        let names = arg.names.join("/");
        if arg.group > 0 {
            let mut others = all
                .iter()
                .filter(|other| other.group == arg.group && *other != arg);
            if let Some(other) = others.find(|other| self.has(other.key())) {
                let other = other.names.join("/");
                return Err(format!(
                    "argument {names}: not allowed with argument {other}"
                ));
            }
        }
        let values = self.values.entry(arg.key()).or_default();
        let is_value = |word: &&str| !word.starts_with('-') || word.parse::<f64>().is_ok();
        match (arg.takes, value) {
            (Takes::Nothing, _) => return Ok(()),
            (_, Some(value)) => values.push(value.to_owned()),
            (_, None) => {
                let Some(value) = words.next_if(is_value) else {
                    let count = if arg.takes == Takes::Several {
                        "at least "
                    } else {
                        ""
                    };
                    return Err(format!("argument {names}: expected {count}one argument"));
                };
                values.push(value.to_owned());
                while arg.takes == Takes::Several
                    && let Some(value) = words.next_if(is_value)
                {
                    values.push(value.to_owned());
                }
            }
        }
        let last = values.last().cloned().unwrap_or_default();
        let fits = match arg.takes {
            Takes::Number("int") => last.parse::<i32>().is_ok(),
            Takes::Number(_) => last.parse::<i64>().is_ok(),
            Takes::Fraction => last.parse::<f64>().is_ok(),
            _ => true,
        };
        match fits {
            true => Ok(()),
            false => Err(format!(
                "argument {names}: could not convert '{last}' to a number"
            )),
        }
    }

    /// Whether an option was given, by its name without dashes.
    pub fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// The value of an option: the last of several.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.last().map(String::as_str)
    }

    /// All values of an option.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        let values = self.values.get(name).into_iter().flatten();
        values.map(String::as_str).collect()
    }

    /// The number that an option was given.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.text(name)?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARSER: Parser = Parser {
        name: "kafka-some",
        about: "Some.",
        args: &[
            flag(&["-v"], "Version."),
            value(&["--server", "-s"], Takes::Text, "SERVER", "Server.").needed(),
        ],
        required_groups: &[],
        commands: &[
            Command {
                name: "one",
                about: "One.",
                args: &[
                    value(&["--size"], Takes::Number("int"), "SIZE", "Size.").in_group(1),
                    value(&["--file"], Takes::Text, "FILE", "File.").in_group(1),
                    value(&["--props"], Takes::Several, "P=V", "Properties."),
                ],
                required_groups: &[1],
            },
            Command {
                name: "two",
                about: "Two.",
                args: &[],
                required_groups: &[],
            },
        ],
        command_value: "",
    };

    fn parse(words: &[&str]) -> Result<Given, Stop> {
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        PARSER.parse(&words)
    }

    fn wrong(words: &[&str]) -> String {
        match parse(words) {
            Err(Stop::Wrong(_, message)) => message,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_command_has_options_of_its_own() {
        let given = parse(&["-s", "h:1", "one", "--size=-3", "--props", "a=1", "b=2"])
            .expect("well formed");
        assert_eq!((given.command, given.text("server")), ("one", Some("h:1")));
        assert_eq!(given.number::<i32>("size"), Some(-3));
        assert_eq!(given.texts("props"), ["a=1", "b=2"]);
    }

    #[test]
    fn errors_are_worded_as_argparse4j_words_them() {
        assert_eq!(wrong(&["-s", "h"]), "too few arguments");
        assert_eq!(
            wrong(&["three"]),
            "invalid choice: 'three' (choose from 'one', 'two')"
        );
        assert_eq!(wrong(&["two"]), "argument --server/-s is required");
        assert_eq!(
            wrong(&["-s", "h", "one"]),
            "one of the arguments --size --file is required"
        );
        assert_eq!(wrong(&["--nope"]), "unrecognized arguments: '--nope'");
        assert_eq!(
            wrong(&["--server"]),
            "argument --server/-s: expected one argument"
        );
        assert_eq!(
            wrong(&["-s", "h", "one", "--size", "1", "--file", "f"]),
            "argument --file: not allowed with argument --size"
        );
    }

    #[test]
    fn the_usage_is_laid_out_as_argparse4j_does() {
        assert_eq!(
            PARSER.usage(None),
            "usage: kafka-some [-h] [-v] --server SERVER {one,two} ...\n"
        );
        assert_eq!(
            PARSER.usage(Some(&PARSER.commands[0])),
            "usage: kafka-some --server SERVER one [-h] [--props P=V [P=V ...]]\n                  (--size SIZE | --file FILE)\n"
        );
    }
}
