//! `docs/reference/configurations.md`, written from the table.

use std::fmt::Write;

use crate::definition::{ConfigDef, DefaultValue, DynamicMode, Effect, Importance, Scope};
use crate::table::table;

const INTRODUCTION: &str = "\
# Configurations

<!-- Written by `cargo xtask codegen` from crates/config/table. -->

Every configuration of Apache Kafka 4.4, with its type, default, range and what it does in Kalda.
*Effect* is **yes** where it does what is written here, **not yet** where the feature behind it is not
built (a given value is named at start), and **not needed** where it tunes a mechanism that Kalda does not
have.
";

/// The page, complete.
#[must_use]
pub fn markdown() -> String {
    let mut page = INTRODUCTION.to_owned();
    for (scope, title) in [
        (Scope::Broker, "Brokers and controllers"),
        (Scope::Topic, "Topics"),
        (Scope::Group, "Groups"),
        (Scope::ClientMetrics, "Client metrics subscriptions"),
        (Scope::ClientQuota, "Quotas of users and client ids"),
        (Scope::IpQuota, "Quotas of IP addresses"),
    ] {
        write_scope(&mut page, scope, title);
    }
    page
}

fn write_scope(page: &mut String, scope: Scope, title: &str) {
    let rows: Vec<_> = table(scope).iter().collect();
    let effective = rows
        .iter()
        .filter(|row| row.effect == Effect::Effective)
        .count();
    let _infallible = write!(
        page,
        "\n## {title}\n\n{effective} of {} have their effect.\n\n\
         | name | type | default | range | changes at run time | importance | effect | meaning |\n\
         |---|---|---|---|---|---|---|---|\n",
        rows.len()
    );
    for row in rows {
        write_row(page, row);
    }
}

fn write_row(page: &mut String, row: &ConfigDef) {
    let internal = if row.internal { " (internal)" } else { "" };
    let _infallible = writeln!(
        page,
        "| `{}`{internal} | {} | {} | {} | {} | {} | {} | {} |",
        row.name,
        row.kind.name().to_lowercase(),
        default(row),
        row.validator,
        mode(row),
        importance(row.importance),
        effect(row.effect),
        row.doc.replace('|', "\\|"),
    );
}

fn default(row: &ConfigDef) -> String {
    match row.default {
        DefaultValue::Required => "required".to_owned(),
        DefaultValue::Null => "none".to_owned(),
        DefaultValue::Text("") => "empty".to_owned(),
        DefaultValue::Text(text) => format!("`{text}`"),
    }
}

fn mode(row: &ConfigDef) -> &'static str {
    match (row.scope, row.mode) {
        (Scope::Broker, DynamicMode::ReadOnly) => "no",
        (Scope::Broker, DynamicMode::PerBroker) => "per broker",
        _ => "yes",
    }
}

fn importance(importance: Importance) -> &'static str {
    match importance {
        Importance::High => "high",
        Importance::Medium => "medium",
        Importance::Low => "low",
    }
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Effective => "**yes**",
        Effect::NotYet => "not yet",
        Effect::ByDesign => "not needed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_line_of_eight_cells() {
        let page = markdown();
        let cells = |line: &str| line.replace("\\|", "").matches('|').count();
        let lines: Vec<_> = page
            .lines()
            .filter(|line| line.starts_with("| `"))
            .collect();
        assert_eq!(lines.len(), 382 + 38 + 27 + 3 + 4 + 1);
        assert!(lines.iter().all(|line| cells(line) == 9));
    }
}
