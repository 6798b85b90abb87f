//! The table of configurations, read once from the text files in `table/`.
//!
//! A row is a line `name: type = default` (no default: required; `null`: none), followed by indented
//! lines: `valid:` with the range where there is one, the attributes (importance, mode, effect,
//! flags) separated by commas, and the documentation. `#` begins a comment.

use std::sync::LazyLock;

use crate::definition::{ConfigDef, DefaultValue, DynamicMode, Effect, Importance, Kind, Scope};
use crate::validator::{Bound, Validator};

/// The configurations of one scope, sorted by name.
#[derive(Debug)]
pub struct Table {
    rows: Vec<ConfigDef>,
}

static BROKER: LazyLock<Table> = LazyLock::new(|| {
    let files = [
        include_str!("../table/broker_node.txt"),
        include_str!("../table/broker_log.txt"),
        include_str!("../table/broker_groups.txt"),
        include_str!("../table/broker_security.txt"),
    ];
    Table::read(Scope::Broker, &files)
});
static TOPIC: LazyLock<Table> =
    LazyLock::new(|| Table::read(Scope::Topic, &[include_str!("../table/topic.txt")]));
static GROUP: LazyLock<Table> =
    LazyLock::new(|| Table::read(Scope::Group, &[include_str!("../table/group.txt")]));
static CLIENT_METRICS: LazyLock<Table> = LazyLock::new(|| {
    Table::read(
        Scope::ClientMetrics,
        &[include_str!("../table/client_metrics.txt")],
    )
});
static CLIENT_QUOTA: LazyLock<Table> = LazyLock::new(|| {
    Table::read(
        Scope::ClientQuota,
        &[include_str!("../table/client_quota.txt")],
    )
});
static IP_QUOTA: LazyLock<Table> =
    LazyLock::new(|| Table::read(Scope::IpQuota, &[include_str!("../table/ip_quota.txt")]));

/// All configurations of `scope`.
#[must_use]
pub fn table(scope: Scope) -> &'static Table {
    match scope {
        Scope::Broker => &BROKER,
        Scope::Topic => &TOPIC,
        Scope::Group => &GROUP,
        Scope::ClientMetrics => &CLIENT_METRICS,
        Scope::ClientQuota => &CLIENT_QUOTA,
        Scope::IpQuota => &IP_QUOTA,
    }
}

impl Table {
    /// The configuration of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&ConfigDef> {
        let at = self.rows.binary_search_by(|row| row.name.cmp(name)).ok()?;
        Some(&self.rows[at])
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = &ConfigDef> {
        self.rows.iter()
    }

    fn read(scope: Scope, files: &[&'static str]) -> Self {
        let mut rows: Vec<_> = files
            .iter()
            .flat_map(|file| read_rows(scope, file))
            .collect();
        rows.sort_by_key(|row| row.name);
        Self { rows }
    }
}

fn read_rows(scope: Scope, file: &'static str) -> Vec<ConfigDef> {
    let mut rows = Vec::new();
    let mut lines = file
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let mut head = lines.next();
    while let Some(line) = head {
        let mut body = Vec::new();
        head = None;
        for next in lines.by_ref() {
            if !next.starts_with(' ') {
                head = Some(next);
                break;
            }
            body.push(next.trim());
        }
        rows.push(read_row(scope, line, &body));
    }
    rows
}

/// # Panics
/// When a row breaks the notation: the files are part of the program, and a test reads them all.
fn read_row(scope: Scope, head: &'static str, body: &[&'static str]) -> ConfigDef {
    let (name, rest) = head
        .split_once(": ")
        .unwrap_or_else(|| panic!("no type in `{head}`"));
    let (kind, default) = match rest.split_once('=') {
        None => (rest, DefaultValue::Required),
        Some((kind, default)) if default.trim() == "null" => (kind, DefaultValue::Null),
        Some((kind, default)) => (kind, DefaultValue::Text(default.trim())),
    };
    let kind = read_kind(kind.trim()).unwrap_or_else(|| panic!("unknown type in `{head}`"));
    let (validator, body) = match body.first().and_then(|line| line.strip_prefix("valid: ")) {
        Some(range) => (read_validator(range), &body[1..]),
        None => (Validator::Any, body),
    };
    let (attributes, doc) = body
        .split_first()
        .unwrap_or_else(|| panic!("no attributes: `{head}`"));
    let mut row = ConfigDef {
        name,
        scope,
        kind,
        default,
        validator,
        mode: DynamicMode::ReadOnly,
        dynamic_only: false,
        importance: Importance::Medium,
        internal: false,
        effect: Effect::NotYet,
        doc: doc.join(" "),
    };
    for attribute in attributes.split(", ") {
        set_attribute(&mut row, attribute);
    }
    row
}

fn read_kind(text: &str) -> Option<Kind> {
    Kind::ALL
        .into_iter()
        .find(|kind| kind.name().eq_ignore_ascii_case(text))
}

fn set_attribute(row: &mut ConfigDef, attribute: &str) {
    match attribute {
        "high" => row.importance = Importance::High,
        "medium" => row.importance = Importance::Medium,
        "low" => row.importance = Importance::Low,
        "read-only" => row.mode = DynamicMode::ReadOnly,
        "cluster-wide" => row.mode = DynamicMode::ClusterWide,
        "per-broker" => row.mode = DynamicMode::PerBroker,
        "effective" => row.effect = Effect::Effective,
        "not yet" => row.effect = Effect::NotYet,
        "by design" => row.effect = Effect::ByDesign,
        "internal" => row.internal = true,
        "dynamic only" => row.dynamic_only = true,
        other => panic!("unknown attribute `{other}` of {}", row.name),
    }
}

fn read_validator(range: &'static str) -> Validator {
    match range {
        "non-empty" => return Validator::NonEmpty,
        "non-null" => return Validator::NonNull,
        "throttled replicas" => return Validator::ThrottledReplicas,
        "voters" => return Validator::Voters,
        "addresses" => return Validator::Addresses,
        "offset reset" => return Validator::OffsetReset,
        _ => {}
    }
    if let Some(words) = range.strip_prefix("one of, in any case, ") {
        return Validator::OneOfAnyCase(words.split(' ').collect());
    }
    if let Some(words) = range.strip_prefix("one of ") {
        return Validator::OneOf(words.split(' ').collect());
    }
    if let Some((range, alone)) = range.split_once(" or ") {
        let (min, max) = range.split_once("..").expect("a range has two dots");
        let number = |text: &str| text.parse().expect("a level is a number");
        return Validator::RangeOr {
            min: number(min),
            max: number(max),
            alone: number(alone),
        };
    }
    let (min, max) = range
        .split_once("..")
        .unwrap_or_else(|| panic!("unknown range `{range}`"));
    let bound = |text: &'static str| Bound {
        value: text.parse().expect("a bound is a number"),
        text,
    };
    Validator::Range {
        min: bound(min),
        max: (!max.is_empty()).then(|| bound(max)),
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
