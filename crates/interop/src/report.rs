//! The tables at the end of a run, and its last line.

use std::collections::BTreeMap;
use std::time::Duration;

use comfy_table::Table;
use comfy_table::presets::ASCII_MARKDOWN;

use crate::compare::{Difference, Outcome};
use crate::options::Options;
use crate::scenario::SCENARIOS;

/// How much of a value a difference shows unless everything is asked for, in characters.
const SHOWN: usize = 300;

/// What became of every client in every scenario and of every tool, with the times taken at each broker in ms.
#[derive(Debug, Default)]
pub struct Results {
    /// Client, scenario, outcome, times.
    pub clients: Vec<(String, String, Outcome, Vec<u64>)>,
    /// Tool, outcome, times.
    pub tools: Vec<(String, Outcome, Vec<u64>)>,
}

impl Results {
    /// Every outcome with its client (or "tools") and its scenario or tool.
    pub fn outcomes(&self) -> impl Iterator<Item = (&str, &str, &Outcome)> {
        let clients = self
            .clients
            .iter()
            .map(|(c, s, o, _)| (c.as_str(), s.as_str(), o));
        clients.chain(self.tools.iter().map(|(t, o, _)| ("tools", t.as_str(), o)))
    }
}

/// Prints everything; `true` when nothing failed.
pub fn print(results: &Results, options: &Options, took: Duration) -> bool {
    differences(results, options);
    println!(
        "\nEach cell counts equal observations; `-n` observations that differ, `(n)` differences that are listed as meant, `!` a broken scenario, `skip` not run, `n/a` what the client library does not have.\n"
    );
    if !results.clients.is_empty() {
        println!("{}\n", client_table(results));
    }
    if !results.tools.is_empty() {
        println!("{}\n", tool_table(results));
    }
    println!("{}", times(results));
    skips(results);
    println!("the whole run took {:.0} s", took.as_secs_f32());
    let [mut passed, mut failed, mut skipped] = [0; 3];
    for (_, _, outcome) in results.outcomes() {
        match outcome {
            Outcome::Equal { .. } | Outcome::Observed { .. } => passed += 1,
            Outcome::Differs { .. } | Outcome::Broken { .. } => failed += 1,
            Outcome::Skipped { .. } => skipped += 1,
            Outcome::NotOffered => {}
        }
    }
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    failed == 0
}

fn cell(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Equal {
            count, accepted: 0, ..
        }
        | Outcome::Observed { count } => count.to_string(),
        Outcome::Equal {
            count, accepted, ..
        } => format!("{count} ({accepted})"),
        Outcome::Differs { equal, differences } => format!("{equal} -{}", differences.len()),
        Outcome::Broken { .. } => "!".to_owned(),
        Outcome::Skipped { .. } => "skip".to_owned(),
        Outcome::NotOffered => "n/a".to_owned(),
    }
}

/// Scenarios are the rows, because there are more of them than clients and a terminal is not wide.
fn client_table(results: &Results) -> Table {
    let mut clients: Vec<&str> = Vec::new();
    let mut cells: BTreeMap<(&str, &str), String> = BTreeMap::new();
    for (client, scenario, outcome, _) in &results.clients {
        if !clients.contains(&client.as_str()) {
            clients.push(client);
        }
        cells.insert((scenario, client), cell(outcome));
    }
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    table.set_header(std::iter::once("scenario").chain(clients.iter().copied()));
    for (scenario, _) in SCENARIOS {
        let row: Option<Vec<_>> = clients
            .iter()
            .map(|c| cells.get(&(scenario, *c)).cloned())
            .collect();
        if let Some(row) = row {
            table.add_row(std::iter::once(scenario.to_owned()).chain(row));
        }
    }
    table
}

fn tool_table(results: &Results) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    table.set_header(["tool", "observations"]);
    for (tool, outcome, _) in &results.tools {
        table.add_row([tool.clone(), cell(outcome)]);
    }
    table
}

fn times(results: &Results) -> String {
    let mut sums: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    let clients = results.clients.iter().map(|(c, _, _, t)| (c.as_str(), t));
    for (name, times) in clients.chain(results.tools.iter().map(|(_, _, t)| ("tools", t))) {
        let sum = sums.entry(name).or_default();
        sum.resize(sum.len().max(times.len()), 0);
        sum.iter_mut().zip(times).for_each(|(s, t)| *s += t);
    }
    let mut text = String::from("seconds at each broker:");
    for (name, sum) in sums {
        let seconds: Vec<_> = sum
            .iter()
            .map(|ms| format!("{}.{}", ms / 1000, ms % 1000 / 100))
            .collect();
        text.push_str(&format!(" {name} {};", seconds.join("/")));
    }
    text
}

fn skips(results: &Results) {
    let mut reasons: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (client, _, outcome) in results.outcomes() {
        if let Outcome::Skipped { reason } = outcome {
            *reasons.entry((client, reason)).or_default() += 1;
        }
    }
    for ((client, reason), count) in reasons {
        println!("skipped: {client}, {count} scenarios: {reason}");
    }
}

fn differences(results: &Results, options: &Options) {
    let mut before = ("", "");
    for (client, scenario, outcome) in results.outcomes() {
        match outcome {
            // A client that cannot be made ready breaks in every scenario for the same reason.
            Outcome::Broken { reason } if before != (client, reason) => {
                println!("BROKEN {client} / {scenario}: {reason}");
                before = (client, reason);
            }
            Outcome::Differs { differences, .. } => {
                differences.iter().for_each(|d| difference(d, options));
            }
            Outcome::Equal { unsteady, .. } if !unsteady.is_empty() => {
                println!(
                    "Apache Kafka gave two answers, Kalda one of them: {client} / {scenario}: {}",
                    unsteady.join(", ")
                );
            }
            _ => {}
        }
    }
}

fn difference(d: &Difference, options: &Options) {
    let limit = if options.verbose { usize::MAX } else { SHOWN };
    let (kafka, kalda) = apart(&d.kafka, &d.kalda, limit);
    println!(
        "DIFFERS {} / {} / {}\n   kafka: {kafka}\n   kalda: {kalda}",
        d.client, d.scenario, d.name
    );
}

/// Two values from a little before they part, each cut to `limit` characters.
fn apart(a: &str, b: &str, limit: usize) -> (String, String) {
    let same = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    let from = if a.chars().count().max(b.chars().count()) <= limit {
        0
    } else {
        same.saturating_sub(40)
    };
    let cut = |text: &str| {
        let part: String = text.chars().skip(from).take(limit).collect();
        if from > 0 {
            format!("... {part}")
        } else {
            part
        }
    };
    (cut(a), cut(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_shown_from_where_they_part() {
        let (a, b) = (
            format!("{}x", "s".repeat(400)),
            format!("{}y", "s".repeat(400)),
        );
        let (a, b) = apart(&a, &b, 100);
        assert!(
            a.ends_with("sx") && b.ends_with("sy") && a.len() < 100,
            "{a}"
        );
    }

    #[test]
    fn a_cell_tells_equal_from_different_observations() {
        let accepted = Outcome::Equal {
            count: 7,
            accepted: 2,
            unsteady: Vec::new(),
        };
        let differs = Outcome::Differs {
            equal: 5,
            differences: Vec::new(),
        };
        assert_eq!(
            (cell(&accepted), cell(&differs)),
            ("7 (2)".to_owned(), "5 -0".to_owned())
        );
    }
}
