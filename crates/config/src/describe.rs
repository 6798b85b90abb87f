//! What DescribeConfigs answers (KIP-133, KIP-226, KIP-569): values, where they come from, and what they mean.

use std::collections::BTreeSet;

use crate::broker::BrokerConfig;
use crate::definition::{ConfigDef, DynamicMode, Scope};
use crate::layers::{Layers, Source, Synonym, Texts};
use crate::synonyms::{
    ASSIGNORS_OF_STREAMS_GROUPS, broker_default_of_group, broker_defaults_of, broker_synonyms,
};
use crate::table::table;
use crate::topic::TopicValues;

/// One configuration of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// The value that counts; `None` for a secret and where there is none.
    pub value: Option<String>,
    /// Where the value comes from.
    pub source: Source,
    /// It cannot be changed while the broker runs.
    pub read_only: bool,
    /// Its value is never shown.
    pub is_sensitive: bool,
    /// The number of its type; 0 where the table does not know it.
    pub type_id: i8,
    /// Every place that sets it, the one that counts first.
    pub synonyms: Vec<Synonym>,
    /// What it does; `None` where the table does not know it.
    pub documentation: Option<&'static str>,
}

/// The configurations of a topic with `overrides`, on a broker with `config` made of `layers`.
///
/// # Panics
/// Never: every row of the table has a value.
#[must_use]
pub fn topic(layers: Layers<'_>, config: &BrokerConfig, overrides: &Texts) -> Vec<Entry> {
    let values = TopicValues::resolve(config.values(), |row| {
        overrides
            .get(row.name)
            .and_then(|text| row.parse(text).ok())
            .map(Ok)
    })
    .expect("overrides that do not parse are passed over");
    table(Scope::Topic)
        .iter()
        .filter(|row| !row.internal || overrides.contains_key(row.name))
        .map(|row| {
            let value = values.get(row.name).to_text();
            let own = overrides.contains_key(row.name).then_some(Source::Topic);
            let inherited = match broker_defaults_of(row.name).first() {
                Some(first) => layers.synonyms(first.name, &broker_synonyms(first.name), false),
                None => Vec::new(),
            };
            entry(row, value, own, inherited)
        })
        .collect()
}

/// The configurations of a group with `overrides`.
#[must_use]
pub fn group(layers: Layers<'_>, config: &BrokerConfig, overrides: &Texts) -> Vec<Entry> {
    table(Scope::Group)
        .iter()
        .filter(|row| !row.internal || overrides.contains_key(row.name))
        .map(|row| {
            let own = overrides
                .get(row.name)
                .and_then(|text| row.parse(text).ok());
            let (default, inherited) = match broker_default_of_group(row.name) {
                Some(name) => (
                    default_of_group(config, &name),
                    layers.synonyms(&name, &[&name], false),
                ),
                None => {
                    let default = row.default_value().to_text();
                    (default.clone(), vec![default_synonym(row.name, default)])
                }
            };
            let value = match &own {
                Some(value) => value.to_text(),
                None => default,
            };
            entry(row, value, own.map(|_| Source::Group), inherited)
        })
        .collect()
}

/// What the broker's configuration `name` gives to groups: of a list of assignors the first.
fn default_of_group(config: &BrokerConfig, name: &str) -> Option<String> {
    let text = config.values().get(name).to_text()?;
    let is_list = name == ASSIGNORS_OF_STREAMS_GROUPS;
    Some(match text.split_once(',').filter(|_| is_list) {
        Some((first, _)) => first.to_owned(),
        None => text,
    })
}

fn default_synonym(name: &str, value: Option<String>) -> Synonym {
    Synonym {
        name: name.to_owned(),
        value,
        source: Source::Default,
    }
}

/// The configurations of a client metrics subscription.
#[must_use]
pub fn client_metrics(overrides: &Texts) -> Vec<Entry> {
    table(Scope::ClientMetrics)
        .iter()
        .map(|row| {
            let own = overrides.get(row.name).cloned();
            let source = own.is_some().then_some(Source::ClientMetrics);
            let value = own.or_else(|| row.default_value().to_text());
            entry(row, value, source, Vec::new())
        })
        .collect()
}

/// The configurations of the broker that `layers` describe.
#[must_use]
pub fn broker(layers: Layers<'_>, config: &BrokerConfig) -> Vec<Entry> {
    let set = [layers.given, layers.dynamic_default, layers.dynamic_broker];
    let mut names: BTreeSet<&str> = set
        .iter()
        .flat_map(|place| place.keys().map(String::as_str))
        .collect();
    let listed = |row: &&ConfigDef| !row.internal && !row.dynamic_only;
    names.extend(
        table(Scope::Broker)
            .iter()
            .filter(listed)
            .map(|row| row.name),
    );
    names
        .into_iter()
        .map(|name| {
            let value = match table(Scope::Broker).get(name) {
                Some(_) => config.values().get(name).to_text(),
                None => layers.text(name).map(str::to_owned),
            };
            broker_entry(layers, name, value)
        })
        .collect()
}

/// The dynamic configurations of all brokers: only what is set there.
#[must_use]
pub fn all_brokers(layers: Layers<'_>) -> Vec<Entry> {
    layers
        .dynamic_default
        .iter()
        .map(|(name, text)| {
            let mut entry = broker_entry(layers, name, Some(text.clone()));
            entry
                .synonyms
                .retain(|synonym| synonym.source == Source::DynamicDefaultBroker);
            entry.source = source_of(&entry.synonyms);
            entry
        })
        .collect()
}

/// The row of the table that says what `name` is: its own, or that of what a listener overrides.
fn broker_row(name: &str) -> Option<&'static ConfigDef> {
    broker_synonyms(name)
        .into_iter()
        .find_map(|synonym| table(Scope::Broker).get(synonym))
}

/// What the table does not know may be a secret of somebody else, so it is not shown.
fn broker_entry(layers: Layers<'_>, name: &str, value: Option<String>) -> Entry {
    let row = table(Scope::Broker).get(name).or_else(|| broker_row(name));
    let is_sensitive = row.is_none_or(ConfigDef::is_sensitive);
    let synonyms = layers.synonyms(name, &broker_synonyms(name), is_sensitive);
    let is_dynamic = |row: &ConfigDef| row.name == name && row.mode != DynamicMode::ReadOnly;
    Entry {
        name: name.to_owned(),
        value: value.filter(|_| !is_sensitive),
        source: source_of(&synonyms),
        read_only: !row.is_some_and(is_dynamic),
        is_sensitive,
        type_id: row.map_or(0, |row| row.kind.wire_id()),
        synonyms,
        documentation: row.map(|row| row.doc.as_str()),
    }
}

fn entry(
    row: &'static ConfigDef,
    value: Option<String>,
    own: Option<Source>,
    inherited: Vec<Synonym>,
) -> Entry {
    let mut synonyms = Vec::with_capacity(inherited.len() + 1);
    synonyms.extend(own.map(|source| Synonym {
        name: row.name.to_owned(),
        value: value.clone(),
        source,
    }));
    synonyms.extend(inherited);
    Entry {
        name: row.name.to_owned(),
        value,
        source: source_of(&synonyms),
        read_only: false,
        is_sensitive: row.is_sensitive(),
        type_id: row.kind.wire_id(),
        synonyms,
        documentation: Some(&row.doc),
    }
}

fn source_of(synonyms: &[Synonym]) -> Source {
    synonyms
        .first()
        .map_or(Source::Default, |synonym| synonym.source)
}

#[cfg(test)]
#[path = "describe_tests.rs"]
mod tests;
