//! Runs Apache Kafka's command-line tools by the scripts of [`crate::scripts`].

use std::time::{Duration, Instant};

use serde_json::json;

use crate::jvm::{Jvm, Ran};
use crate::scenario::Seen;
use crate::scripts::{Place, Step, View};

/// How long one run of a tool may take.
const TOOL_LIMIT: Duration = Duration::from_secs(90);

/// Runs a tool's steps in turn and keeps what each printed and its exit code.
#[must_use]
pub fn run(jvm: &Jvm, steps: &[Step], place: &Place) -> Seen {
    let began = Instant::now();
    let mut seen = Seen::default();
    for step in steps {
        match jvm.run(
            &step.main,
            &place.fill(&step.arguments),
            &step.input,
            TOOL_LIMIT,
        ) {
            Ok(ran) => note(&mut seen, step, &ran),
            Err(error) => {
                seen.error = Some(format!("{}: {error}", step.name));
                break;
            }
        }
    }
    seen.ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    seen
}

fn note(seen: &mut Seen, step: &Step, ran: &Ran) {
    seen.observations
        .push((format!("{}: exit", step.name), json!(ran.code)));
    let mut lines: Vec<String> = ran
        .out
        .lines()
        .filter(|l| step.view.keeps(l))
        .map(|l| step.view.shape(l))
        .collect();
    if step.view.is_unordered() {
        lines.sort();
    }
    if ran.code == 127 {
        seen.error = Some(format!("{}: {}", step.name, ran.err));
    }
    // A step whose output is long is compared line by line, so that a difference names its line.
    if let View::Each(_) = &step.view {
        seen.observations.extend(
            lines
                .iter()
                .map(|l| (format!("{}: {}", step.name, head(l)), json!(l))),
        );
    } else {
        seen.observations.push((step.name.clone(), json!(lines)));
    }
}

/// The first words of a line, by which it is found again.
fn head(line: &str) -> &str {
    let line = line.trim();
    let end = line
        .find("  ")
        .unwrap_or(line.len())
        .min(line.find(['=', '(']).unwrap_or(line.len()));
    line[..end].trim_end()
}
