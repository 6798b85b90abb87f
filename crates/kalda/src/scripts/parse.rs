//! Reads a command line as Apache Kafka's tools do, which use jopt-simple: `--name value`, `--name=value`, one dash or two, options
//! repeated, words in between that belong to none.

use std::collections::BTreeMap;

use super::faults::{Fault, Thrown};
use super::options::{Age, COMMON, Kind, Opt, Takes};

/// What an argument list holds.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// Whether there were no arguments at all.
    pub nothing: bool,
    options: Vec<&'static [Opt]>,
    values: BTreeMap<&'static str, Vec<String>>,
    /// Options as they came.
    pub order: Vec<&'static str>,
    /// The arguments as they were given.
    pub arguments: Vec<String>,
    /// Words that belong to no option.
    pub words: Vec<String>,
}

/// Reads `arguments` by the options of a script.
///
/// # Errors
/// As jopt-simple words them.
pub fn parse(options: &'static [Opt], arguments: &[String]) -> Result<Given, Fault> {
    let mut given = Given {
        nothing: arguments.is_empty(),
        arguments: arguments.to_vec(),
        options: vec![options, &COMMON],
        ..Given::default()
    };
    let mut words = arguments.iter().map(String::as_str).peekable();
    let mut only_words = false;
    while let Some(word) = words.next() {
        if only_words || word == "-" || !word.starts_with('-') {
            given.words.push(word.to_owned());
        } else if word == "--" {
            only_words = true;
        } else {
            given.take_option(word, &mut words)?;
        }
    }
    given.expect_available()?;
    Ok(given)
}

type Words<'a, I> = std::iter::Peekable<I>;

impl Given {
    fn find(&self, name: &str) -> Option<&'static Opt> {
        self.all().find(|option| option.name == name)
    }

    fn all(&self) -> impl Iterator<Item = &'static Opt> {
        self.options.iter().flat_map(|options| options.iter())
    }

    fn take_option<'a>(
        &mut self,
        word: &'a str,
        words: &mut Words<'a, impl Iterator<Item = &'a str>>,
    ) -> Result<(), Fault> {
        let name = word.strip_prefix("--").unwrap_or(&word[1..]);
        let (name, value) = match name.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (name, None),
        };
        let Some(option) = self.find(name) else {
            // Of a word with one dash, each letter is looked for as an option of its own.
            let first = || name.chars().next().map(String::from).unwrap_or_default();
            let unknown = if word.starts_with("--") {
                name.to_owned()
            } else {
                first()
            };
            return Err(Thrown::jopt(
                "UnrecognizedOptionException",
                format!("{unknown} is not a recognized option"),
            )
            .into());
        };
        self.order.push(option.name);
        let values = self.values.entry(option.name).or_default();
        match (option.takes, value) {
            (Takes::Nothing, _) => {}
            (_, Some(value)) => values.push(value.to_owned()),
            (Takes::Value(_), None) => {
                let value = words.next().ok_or_else(|| {
                    let message = format!("Option {} requires an argument", option.name);
                    Thrown::jopt("OptionMissingRequiredArgumentException", message)
                })?;
                values.push(value.to_owned());
            }
            (Takes::Maybe(kind), None) => {
                let is_value = |word: &&str| {
                    kind.takes(word) && (kind != Kind::Text || !word.starts_with('-'))
                };
                values.extend(words.next_if(is_value).map(str::to_owned));
            }
        }
        Ok(())
    }

    fn expect_available(&self) -> Result<(), Fault> {
        if self
            .all()
            .any(|option| option.is_help && self.has(option.name))
        {
            return Ok(());
        }
        let is_alone = |option: &&Opt| {
            let others = option.only_with;
            self.has(option.name)
                && !others.is_empty()
                && !others.iter().any(|other| self.has(other))
        };
        let alone: Vec<_> = self
            .all()
            .filter(is_alone)
            .map(|option| option.name)
            .collect();
        if alone.is_empty() {
            return Ok(());
        }
        let message = format!(
            "Option(s) [{}] are unavailable given other options on the command line",
            alone.join(", ")
        );
        Err(Thrown::jopt("UnavailableOptionException", message).into())
    }

    /// Whether an option was given.
    pub fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// All values of an option.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        match self.values.get(name) {
            Some(values) if !values.is_empty() => values.iter().map(String::as_str).collect(),
            _ => self
                .find(name)
                .and_then(|option| option.default)
                .into_iter()
                .collect(),
        }
    }

    /// The value of an option, or its default.
    ///
    /// # Errors
    /// When it was given more than once.
    pub fn text(&self, name: &str) -> Result<Option<&str>, Fault> {
        match self.texts(name)[..] {
            [] => Ok(None),
            [value] => Ok(Some(value)),
            _ => {
                let message = format!(
                    "Found multiple arguments for option {name}, but you asked for only one"
                );
                Err(Thrown::jopt("MultipleArgumentsForOptionException", message).into())
            }
        }
    }

    /// The number that an option was given, or its default.
    ///
    /// # Errors
    /// When it was given more than once, or is no such number.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Fault> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let refused = |_| {
            let message = format!("Cannot parse argument '{text}' of option {name}");
            Thrown::jopt("OptionArgumentConversionException", message).into()
        };
        // Java reads a plus sign too.
        text.parse().map(Some).map_err(refused)
    }

    /// Old options that were given, with what is used instead.
    pub fn old(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.all().filter_map(|option| match option.age {
            Age::Old(instead) if self.values.contains_key(option.name) => {
                Some((option.name, instead))
            }
            _ => None,
        })
    }

    /// Refuses a command line that lacks one of these, as Kafka's tools do.
    ///
    /// # Errors
    /// [`Fault::Usage`].
    pub fn require(&self, names: &[&str]) -> Result<(), Fault> {
        match names.iter().find(|name| !self.has(name)) {
            None => Ok(()),
            Some(name) => Err(Fault::Usage(format!(
                "Missing required argument \"[{name}]\""
            ))),
        }
    }

    /// Refuses `used` together with any of `others`, as Kafka's tools do.
    ///
    /// # Errors
    /// [`Fault::Usage`].
    pub fn exclude(&self, used: &str, others: &[&str]) -> Result<(), Fault> {
        match others
            .iter()
            .find(|other| self.has(used) && self.has(other))
        {
            None => Ok(()),
            Some(other) => Err(Fault::Usage(format!(
                "Option \"[{used}]\" can't be used with option \"[{other}]\""
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::options::{flag, int, text};
    use super::*;

    const OPTIONS: &[Opt] = &[
        text("topic", "topic", "A topic."),
        int("partitions", "count", "How many."),
        flag("list", "List."),
        text("state", "state", "State.").maybe(),
        int("left", "ms", "How long.").maybe().or("7"),
    ];

    fn given(words: &[&str]) -> Result<Given, Fault> {
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        parse(OPTIONS, &words)
    }

    fn fails(words: &[&str], message: &str) {
        let fault = given(words).expect_err("it is refused");
        assert_eq!(fault.message(), message);
    }

    #[test]
    fn a_value_stands_in_the_next_word_or_behind_an_equals_sign() {
        for words in [
            &["--topic", "a=b"][..],
            &["--topic=a=b"],
            &["-topic", "a=b"],
            &["-topic=a=b"],
        ] {
            let given = given(words).expect("well formed");
            assert_eq!(given.text("topic").expect("one"), Some("a=b"), "{words:?}");
        }
    }

    #[test]
    fn a_value_may_look_like_an_option_where_one_must_come() {
        let given = given(&["--topic", "--list"]).expect("well formed");
        assert_eq!(given.text("topic").expect("one"), Some("--list"));
        assert!(!given.has("list"));
    }

    #[test]
    fn a_value_that_may_be_left_away_is_no_option() {
        let state = |words: &[&str]| {
            let given = given(words).expect("well formed");
            let text = given.text("state").expect("one").map(str::to_owned);
            (given.has("list"), text)
        };
        assert_eq!(state(&["--state", "--list"]), (true, None));
        assert_eq!(
            state(&["--state", "Empty", "--list"]),
            (true, Some("Empty".to_owned()))
        );
        let left = |words: &[&str]| {
            given(words)
                .and_then(|given| given.number::<i32>("left"))
                .expect("a number")
        };
        assert_eq!(
            (left(&[]), left(&["--left", "-1"]), left(&["--left"])),
            (Some(7), Some(-1), Some(7))
        );
    }

    #[test]
    fn errors_are_worded_as_jopt_simple_words_them() {
        fails(&["--nope=1"], "nope is not a recognized option");
        fails(&["-x"], "x is not a recognized option");
        fails(&["--topic"], "Option topic requires an argument");
        let twice = given(&["--topic", "a", "--topic", "b"]).expect("values are looked at later");
        assert_eq!(
            twice.text("topic").expect_err("two").message(),
            "Found multiple arguments for option topic, but you asked for only one"
        );
        let word = given(&["--partitions", "many"]).expect("values are looked at later");
        assert_eq!(
            word.number::<i32>("partitions")
                .expect_err("no number")
                .message(),
            "Cannot parse argument 'many' of option partitions"
        );
    }

    #[test]
    fn words_that_belong_to_no_option_are_kept() {
        let given = given(&["a", "--list", "b", "--", "--topic"]).expect("well formed");
        assert_eq!(given.words, ["a", "b", "--topic"]);
    }
}
