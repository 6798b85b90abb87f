//! What each of Apache Kafka's command-line tools is asked to do.
//!
//! `{b}` in an argument stands for the bootstrap address, `{d}` for the broker's log directory, `{t}` for a directory of the
//! suite that both brokers' runs have of their own.

use serde_json::Value;

mod data;
mod groups;
mod topics;

pub use data::FILES;

/// One run of a tool.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it shows.
    pub name: String,
    /// The main class.
    pub main: &'static str,
    /// Arguments with place holders.
    pub arguments: Vec<String>,
    /// What is typed into it.
    pub input: String,
    /// How its output is looked at.
    pub view: View,
}

/// How the output of a step is looked at.
#[derive(Clone, Debug)]
pub enum View {
    /// All lines, in order.
    Lines,
    /// All lines; their order means nothing.
    Rows,
    /// Lines that contain a text, their order without meaning: the rest belongs to clients that run at the same time.
    With(&'static str),
    /// Lines that contain a text, each an observation of its own.
    Each(&'static str),
    /// Lines without those that contain a text.
    Without(&'static str),
    /// A measurement: numbers other than the count of records are times.
    Measured,
    /// Nothing but the exit code.
    Nothing,
}

impl View {
    /// Whether a line belongs to this script.
    #[must_use]
    pub fn keeps(&self, line: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::With(text) | Self::Each(text) => line.contains(text),
            Self::Without(text) => !line.contains(text),
            _ => true,
        }
    }

    /// Whether the order of rows means nothing.
    #[must_use]
    pub fn is_unordered(&self) -> bool {
        matches!(self, Self::Rows | Self::With(_) | Self::Each(_))
    }

    /// A line as it is compared.
    #[must_use]
    pub fn shape(&self, line: &str) -> String {
        if matches!(self, Self::Measured) {
            unmeasured(line)
        } else {
            in_order(line)
        }
    }
}

/// A line whose inner lists, whose order means nothing, are sorted: JSON, and the configurations of a topic.
fn in_order(line: &str) -> String {
    if line.starts_with('{')
        && let Ok(mut json) = serde_json::from_str::<Value>(line)
    {
        sort_arrays(&mut json);
        return json.to_string();
    }
    let line = line.trim_end();
    let Some((start, configs)) = line.split_once("Configs: ") else {
        return line.to_owned();
    };
    let mut configs: Vec<_> = configs.split(',').collect();
    configs.sort_unstable();
    format!("{start}Configs: {}", configs.join(","))
}

fn sort_arrays(json: &mut Value) {
    match json {
        Value::Array(items) => {
            items.iter_mut().for_each(sort_arrays);
            items.sort_by_key(Value::to_string);
        }
        Value::Object(map) => map.values_mut().for_each(sort_arrays),
        _ => {}
    }
}

/// A line in which every number with a decimal point, and every number after the first, stands for a time.
fn unmeasured(line: &str) -> String {
    let mut words = Vec::new();
    for (i, word) in line.split([' ', '\t']).enumerate() {
        let digits = word.trim_matches(|c: char| "(),.%".contains(c));
        let number = digits.parse::<f64>().is_ok();
        words.push(if i > 0 && number {
            word.replace(digits, "<time>")
        } else {
            word.to_owned()
        });
    }
    words.join(" ")
}

/// What the place holders of a script stand for.
#[derive(Clone, Debug)]
pub struct Place {
    /// Bootstrap address.
    pub bootstrap: String,
    /// The broker's log directory.
    pub log_dir: String,
    /// A directory for files of the script.
    pub files: String,
}

impl Place {
    /// An argument with its place holders filled in.
    #[must_use]
    pub fn fill(&self, argument: &str) -> String {
        argument
            .replace("{b}", &self.bootstrap)
            .replace("{d}", &self.log_dir)
            .replace("{t}", &self.files)
    }

    /// Arguments with their place holders filled in.
    #[must_use]
    pub fn fill_all(&self, arguments: &[String]) -> Vec<String> {
        arguments.iter().map(|a| self.fill(a)).collect()
    }
}

/// A step of a tool; arguments are separated by spaces.
fn step(name: &str, main: &'static str, arguments: &str, view: View) -> Step {
    Step {
        name: name.to_owned(),
        main,
        arguments: arguments
            .split(' ')
            .filter(|a| !a.is_empty())
            .map(str::to_owned)
            .collect(),
        input: String::new(),
        view,
    }
}

/// A step that reads what is typed.
fn typed(name: &str, main: &'static str, arguments: &str, input: &str, view: View) -> Step {
    Step {
        input: input.to_owned(),
        ..step(name, main, arguments, view)
    }
}

/// A tool's name and its script.
pub type Script = (&'static str, Vec<Step>);

/// Every tool with its script.
#[must_use]
pub fn all() -> Vec<Script> {
    let mut all = topics::scripts();
    all.extend(data::scripts());
    all.extend(groups::scripts());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measurement_keeps_its_count_and_its_words() {
        let line =
            "500 records sent, 1234.5 records/sec (0.12 MB/sec), 3.4 ms avg latency, 9 ms 50th.";
        let wanted = "500 records sent, <time> records/sec (<time> MB/sec), <time> ms avg latency, <time> ms 50th.";
        assert_eq!(unmeasured(line), wanted);
    }

    #[test]
    fn lists_within_a_line_are_sorted() {
        assert_eq!(
            in_order("Topic: t\tConfigs: b=2,a=1 "),
            "Topic: t\tConfigs: a=1,b=2"
        );
        assert_eq!(
            in_order(r#"{"p":[{"n":"b"},{"n":"a"}]}"#),
            r#"{"p":[{"n":"a"},{"n":"b"}]}"#
        );
    }

    #[test]
    fn every_step_of_a_tool_has_a_name_of_its_own() {
        for (tool, steps) in all() {
            let mut names: Vec<_> = steps.iter().map(|s| &s.name).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), steps.len(), "{tool}");
        }
    }
}
