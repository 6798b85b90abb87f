//! The table and the file of results.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use comfy_table::presets::ASCII_MARKDOWN;
use comfy_table::{CellAlignment, Table};
use serde_json::{Map, Value, json};
use testkit::directory;

use crate::options::Options;
use crate::scenario::{Limit, Measure, Sample, Scenario};
use crate::systems::System;

/// The samples of all runs.
#[derive(Debug, Default)]
pub struct Results {
    scenarios: Vec<&'static Scenario>,
    samples: BTreeMap<(&'static str, System), Vec<Sample>>,
    invalid: BTreeMap<(&'static str, System), Vec<String>>,
}

/// The middle of some figures and their range.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Middle {
    median: f64,
    least: f64,
    most: f64,
}

impl Middle {
    fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let half = values.len() / 2;
        let upper = *values.get(half)?;
        let lower = values[(values.len() - 1) / 2];
        Some(Self {
            median: f64::midpoint(lower, upper),
            least: values[0],
            most: values[values.len() - 1],
        })
    }
}

impl Results {
    /// Takes in the outcome of one run.
    pub fn add(
        &mut self,
        scenario: &'static Scenario,
        system: System,
        outcome: Result<Sample, String>,
    ) {
        if !self.scenarios.iter().any(|s| s.name == scenario.name) {
            self.scenarios.push(scenario);
        }
        let key = (scenario.name, system);
        match outcome {
            Ok(sample) => self.samples.entry(key).or_default().push(sample),
            Err(error) => self.invalid.entry(key).or_default().push(error),
        }
    }

    /// How many runs there were.
    #[must_use]
    pub fn runs(&self) -> usize {
        let invalid: usize = self.invalid.values().map(Vec::len).sum();
        invalid + self.samples.values().map(Vec::len).sum::<usize>()
    }

    fn middle(&self, scenario: &Scenario, system: System, measure: &str) -> Option<Middle> {
        let samples = self.samples.get(&(scenario.name, system))?;
        let values = samples.iter().filter_map(|s| s.0.get(measure).copied());
        Middle::of(values.collect())
    }

    /// Kalda's figure over that of another.
    fn ratio(&self, scenario: &Scenario, other: System, measure: &str) -> Option<f64> {
        let own = self.middle(scenario, System::Kalda, measure)?.median;
        let other = self.middle(scenario, other, measure)?.median;
        (other > 0.0).then(|| own / other)
    }
}

/// One run in a line.
#[must_use]
pub fn line(scenario: &Scenario, system: System, round: usize, sample: &Sample) -> String {
    let figure = |m: &Measure| {
        let value = sample.0.get(m.name).copied();
        let value = value.map_or_else(|| "-".to_owned(), shown);
        format!("{} {value} {}", m.name, m.unit)
    };
    let mut figures: Vec<String> = scenario.measures.iter().map(figure).collect();
    if let Some(neighbours) = sample.0.get("neighbours") {
        figures.push(format!("(neighbours {neighbours:.2})"));
    }
    let (name, system) = (scenario.name, system.name());
    format!("{name} {round} {system:<11} {}", figures.join(", "))
}

/// Prints the rows of one scenario.
pub fn print_scenario(scenario: &Scenario, results: &Results) {
    let mut table = empty_table();
    add_rows(&mut table, scenario, results);
    println!("{table}");
}

/// The whole table.
#[must_use]
pub fn table(results: &Results) -> String {
    let mut table = empty_table();
    for scenario in &results.scenarios {
        add_rows(&mut table, scenario, results);
    }
    table.to_string()
}

fn empty_table() -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN).set_header([
        "scenario",
        "measure",
        "kalda",
        "target",
        "kafka tuned",
        "kafka stock",
        "bare loop",
        "kalda / tuned",
        "kalda / bare loop",
    ]);
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn add_rows(table: &mut Table, scenario: &Scenario, results: &Results) {
    for (index, measure) in scenario.measures.iter().enumerate() {
        let name = if index == 0 { scenario.name } else { "" };
        let of = |system| match results.middle(scenario, system, measure.name) {
            Some(middle) => with_range(middle),
            None if results.invalid.contains_key(&(scenario.name, system)) => "invalid".to_owned(),
            None => String::new(),
        };
        let ratio = |other| {
            let ratio = results.ratio(scenario, other, measure.name);
            ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"))
        };
        let label = format!("{} {}", measure.name, measure.unit);
        table.add_row([
            name.to_owned(),
            label.trim().to_owned(),
            of(System::Kalda),
            target(scenario, measure, results),
            of(System::KafkaTuned),
            of(System::KafkaStock),
            of(System::Floor),
            ratio(System::KafkaTuned),
            ratio(System::Floor),
        ]);
    }
}

/// What Kalda is held to, and whether it holds.
fn target(scenario: &Scenario, measure: &Measure, results: &Results) -> String {
    let Some(limit) = measure.target else {
        return String::new();
    };
    let own = results.middle(scenario, System::Kalda, measure.name);
    let own = own.map(|middle| middle.median);
    let (text, holds) = match limit {
        Limit::AtMost(most) => (format!("<= {}", shown(most)), own.map(|own| own <= most)),
        Limit::AtLeast(least) => (format!(">= {}", shown(least)), own.map(|own| own >= least)),
        Limit::OfTuned(part) => {
            let ratio = results.ratio(scenario, System::KafkaTuned, measure.name);
            (format!("<= {part}x tuned"), ratio.map(|r| r <= part))
        }
    };
    match holds {
        Some(true) => format!("{text} met"),
        Some(false) => format!("{text} MISSED"),
        None => text,
    }
}

fn with_range(middle: Middle) -> String {
    let median = shown(middle.median);
    if middle.least.to_bits() == middle.most.to_bits() {
        return median;
    }
    format!("{median} [{}-{}]", shown(middle.least), shown(middle.most))
}

/// Three significant digits.
fn shown(value: f64) -> String {
    match value.abs() {
        v if v >= 1000.0 => {
            let digits = format!("{value:.0}");
            let mut text = String::new();
            for (index, digit) in digits.chars().enumerate() {
                if index > 0 && (digits.len() - index).is_multiple_of(3) {
                    text.push(',');
                }
                text.push(digit);
            }
            text
        }
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        v if v >= 1.0 => format!("{value:.2}"),
        v if v >= 0.01 => format!("{value:.3}"),
        v if v > 0.0 => format!("{value:.5}"),
        _ => "0".to_owned(),
    }
}

/// Where the results go if nothing is said.
#[must_use]
pub fn default_path() -> PathBuf {
    directory::target().join("bench").join("results.json")
}

/// Writes every sample.
///
/// # Errors
/// The file cannot be written.
pub fn write_json(path: &Path, results: &Results, options: &Options) -> Result<(), String> {
    let mut scenarios = Vec::new();
    for scenario in &results.scenarios {
        let mut systems = Map::new();
        for system in System::ALL {
            let key = (scenario.name, system);
            let samples = results.samples.get(&key).map(|s| json_samples(s));
            let invalid = results.invalid.get(&key);
            if samples.is_some() || invalid.is_some() {
                let value = json!({ "samples": samples, "invalid": invalid });
                systems.insert(system.name().to_owned(), value);
            }
        }
        scenarios.push(json!({
            "name": scenario.name,
            "about": scenario.about,
            "systems": systems,
        }));
    }
    let all = json!({
        "machine": machine(),
        "repetitions": options.reps,
        "seconds": options.seconds,
        "scenarios": scenarios,
    });
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(|e| e.to_string())?;
    }
    let text = serde_json::to_string_pretty(&all).map_err(|e| e.to_string())?;
    std::fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}

fn json_samples(samples: &[Sample]) -> Value {
    let one = |sample: &Sample| {
        let fields = sample.0.iter().map(|(k, v)| ((*k).to_owned(), json!(v)));
        Value::Object(fields.collect())
    };
    samples.iter().map(one).collect()
}

/// What the figures depend on.
fn machine() -> Value {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name"));
    json!({
        "processors": std::thread::available_parallelism().map_or(0, usize::from),
        "model": model.map(|m| m.trim_start_matches([' ', '\t', ':'])),
        "kernel": read("/proc/sys/kernel/osrelease").trim(),
        "congestion control": read("/proc/sys/net/ipv4/tcp_congestion_control").trim(),
        "load": read("/proc/loadavg").trim(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_shown_with_three_digits() {
        let shown: Vec<String> = [0.0, 0.0791, 3.456, 38.21, 412.3, 1_234_567.0]
            .map(shown)
            .to_vec();
        assert_eq!(shown, ["0", "0.079", "3.46", "38.2", "412", "1,234,567"]);
    }

    #[test]
    fn the_middle_of_an_even_number_lies_between() {
        let middle = Middle::of(vec![4.0, 1.0, 3.0, 2.0]).unwrap();
        assert_eq!((middle.median, middle.least, middle.most), (2.5, 1.0, 4.0));
        assert_eq!(Middle::of(Vec::new()), None);
    }
}
