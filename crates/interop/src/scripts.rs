//! What each of Apache Kafka's command-line tools is asked to do: reads `scripts.txt`, which says its own format.

use std::collections::BTreeMap;

use serde_json::Value;

/// The scripts that come with the suite.
const SCRIPTS: &str = include_str!("../scripts.txt");

/// Input files of scripts: name and text.
pub const FILES: [(&str, &str); 7] = [
    // Tools that wait for a topic give up soon.
    (
        "quick.properties",
        "default.api.timeout.ms=2000\nrequest.timeout.ms=1500\n",
    ),
    ("reset.csv", "tool-cg,0,5\n"),
    ("reset-streams.csv", "tool-st-in,1,2\n"),
    (
        "delete-two.json",
        r#"{"partitions":[{"topic":"tool-delete-records","partition":0,"offset":2}],"version":1}"#,
    ),
    (
        "delete-all.json",
        r#"{"partitions":[{"topic":"tool-delete-records","partition":0,"offset":-1}],"version":1}"#,
    ),
    (
        "delete-too-many.json",
        r#"{"partitions":[{"topic":"tool-delete-records","partition":0,"offset":99}],"version":1}"#,
    ),
    (
        "delete-absent.json",
        r#"{"partitions":[{"topic":"tool-absent","partition":0,"offset":1}],"version":1}"#,
    ),
];

/// One run of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it shows.
    pub name: String,
    /// The main class.
    pub main: String,
    /// The name of the main class in the script.
    pub tool: String,
    /// Arguments with place holders.
    pub arguments: Vec<String>,
    /// What is typed into it.
    pub input: String,
    /// How its output is looked at.
    pub view: View,
}

/// A tool's name and its steps.
pub type Script = (String, Vec<Step>);

/// How the output of a step is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// `lines`: all, in order.
    Lines,
    /// `rows`: all lines; their order means nothing.
    Rows,
    /// `ordered:TEXT`: lines that contain a text, in order.
    Ordered(String),
    /// `with:TEXT`: lines that contain a text, in any order: the rest belongs to clients that run at the same time.
    With(String),
    /// `each:TEXT`: lines that contain a text, each an observation of its own.
    Each(String),
    /// `without:TEXT`: lines, in order, but those that contain a text.
    Without(String),
    /// `measured`: numbers other than the count of records are times.
    Measured,
    /// `columns:N,N`: rows of numbers with commas between; those in other columns than these, from 1, are times.
    Columns(Vec<usize>),
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

impl View {
    fn parse(text: &str) -> Result<Self, String> {
        let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
        let rest = rest.to_owned();
        Ok(match kind {
            "lines" => Self::Lines,
            "rows" => Self::Rows,
            "ordered" => Self::Ordered(rest),
            "with" => Self::With(rest),
            "each" => Self::Each(rest),
            "without" => Self::Without(rest),
            "measured" => Self::Measured,
            "columns" => Self::Columns(
                rest.split(',')
                    .map(|number| number.parse().map_err(|e| format!("{number}: {e}")))
                    .collect::<Result<_, _>>()?,
            ),
            other => return Err(format!("no such view: {other}")),
        })
    }

    /// Whether a line belongs to this script.
    #[must_use]
    pub fn keeps(&self, line: &str) -> bool {
        match self {
            Self::With(text) | Self::Each(text) | Self::Ordered(text) => line.contains(text),
            Self::Without(text) => !line.contains(text),
            Self::Lines | Self::Rows | Self::Measured | Self::Columns(_) => true,
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
        match self {
            Self::Measured => unmeasured(line),
            // Columns are as wide as what stands in the lines that are left out.
            Self::With(_) => {
                let line = in_order(line);
                line.split_whitespace().collect::<Vec<_>>().join(" ")
            }
            Self::Columns(compared) => columns(line, compared),
            _ => in_order(line),
        }
    }
}

impl Place {
    /// Arguments with their place holders filled in.
    #[must_use]
    pub fn fill(&self, arguments: &[String]) -> Vec<String> {
        let mut filled = Vec::with_capacity(arguments.len() + 1);
        for argument in arguments {
            if argument == "{b}" {
                filled.extend(["--bootstrap-server".to_owned(), self.bootstrap.clone()]);
            } else {
                filled.push(
                    argument
                        .replace("{a}", &self.bootstrap)
                        .replace("{d}", &self.log_dir)
                        .replace("{t}", &self.files),
                );
            }
        }
        filled
    }
}

/// Every tool with its script.
///
/// # Errors
/// The line of `scripts.txt` that cannot be read.
pub fn all() -> Result<Vec<Script>, String> {
    parse(SCRIPTS)
}

/// Reads scripts.
///
/// # Errors
/// The line that cannot be read.
pub fn parse(text: &str) -> Result<Vec<Script>, String> {
    let (mut mains, mut scripts) = (BTreeMap::new(), Vec::<Script>::new());
    for line in text
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        if let Some((name, class)) = line.strip_prefix("main ").and_then(|l| l.split_once(" = ")) {
            mains.insert(name, class);
        } else if let Some(tool) = line.strip_prefix("tool ") {
            scripts.push((tool.to_owned(), Vec::new()));
        } else {
            let step = step(line, &mains).map_err(|e| format!("scripts.txt: {e}: {line}"))?;
            let script = scripts
                .last_mut()
                .ok_or("scripts.txt: a step before any tool")?;
            script.1.push(step);
        }
    }
    Ok(scripts)
}

fn step(line: &str, mains: &BTreeMap<&str, &str>) -> Result<Step, String> {
    let fields: Vec<_> = line.split(" | ").collect();
    let [name, view, command, input @ ..] = &fields[..] else {
        return Err("not `name | view | command`".to_owned());
    };
    let mut words = command.split(' ');
    let tool = words.next().unwrap_or_default();
    let main = mains.get(tool).ok_or("no such main class")?;
    Ok(Step {
        name: (*name).to_owned(),
        main: (*main).to_owned(),
        tool: tool.to_owned(),
        arguments: words.map(str::to_owned).collect(),
        input: input
            .first()
            .map(|t| t.replace("\\n", "\n").replace("\\t", "\t"))
            .unwrap_or_default(),
        view: View::parse(view)?,
    })
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

/// A row in which every number stands for a time, but in the `compared` columns. Their names stay.
fn columns(line: &str, compared: &[usize]) -> String {
    let cells = line
        .split(',')
        .map(str::trim)
        .enumerate()
        .map(|(at, cell)| {
            let is_number = cell.contains(|symbol: char| symbol.is_ascii_digit());
            match is_number && !compared.contains(&(at + 1)) {
                true => "<time>",
                false => cell,
            }
        });
    cells.collect::<Vec<_>>().join(", ")
}

/// A line in which every number after the first stands for a time; the width of its columns goes with them.
fn unmeasured(line: &str) -> String {
    let mut words = Vec::new();
    for (i, word) in line.split_whitespace().enumerate() {
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
    fn a_row_keeps_the_columns_that_are_compared_and_all_names() {
        let view = View::parse("columns:3,4").unwrap();
        assert_eq!(
            view.shape("start.time, sec, MB, n"),
            "start.time, sec, MB, n"
        );
        assert_eq!(
            view.shape("2026-01-02 03:04:05:678, 0.25, 0.2861, 3000"),
            "<time>, <time>, 0.2861, 3000"
        );
        assert!(View::parse("columns:first").is_err() && View::parse("columns:").is_err());
    }

    #[test]
    fn lists_within_a_line_are_sorted_and_numbers_stay() {
        assert_eq!(
            in_order("Topic: t\tConfigs: b=2,a=1 "),
            "Topic: t\tConfigs: a=1,b=2"
        );
        assert_eq!(
            in_order(r#"{"p":[{"n":"b"},{"n":"a"}]}"#),
            r#"{"p":[{"n":"a"},{"n":"b"}]}"#
        );
        assert_eq!(in_order("3.10"), "3.10");
    }

    #[test]
    fn every_step_of_a_tool_has_a_name_of_its_own() {
        for (tool, steps) in all().unwrap() {
            let mut names: Vec<_> = steps.iter().map(|s| &s.name).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), steps.len(), "{tool}");
        }
    }

    #[test]
    fn a_step_is_read_with_its_input_and_its_address_filled_in() {
        let scripts =
            parse("main P = x.Producer\ntool t\nfill | with:a | P {b} --f {d}/y | a\\nb\\n\n")
                .unwrap();
        let step = &scripts[0].1[0];
        let place = Place {
            bootstrap: "h:1".into(),
            log_dir: "/l".into(),
            files: "/f".into(),
        };
        assert_eq!(step.view, View::With("a".to_owned()));
        assert_eq!(
            (step.main.as_str(), step.input.as_str()),
            ("x.Producer", "a\nb\n")
        );
        assert_eq!(
            place.fill(&step.arguments),
            ["--bootstrap-server", "h:1", "--f", "/l/y"]
        );
    }

    #[test]
    fn a_step_of_an_unnamed_class_is_refused() {
        assert!(parse("tool t\nfill | lines | P\n").is_err());
    }
}
