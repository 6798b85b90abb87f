//! kafka-configs: configurations of topics, brokers, groups and the like, described and altered.

use std::collections::BTreeMap;

use client::Client;
use client::admin::{ConfigEntry, ConfigSource, QuotaFilter, QuotaValues, Quotas, ResourceKind};
use model::ErrorCode;

use super::configs_entity::{BROKER_LOGGERS, Entities};
use super::connect;
use super::console::{line, note};
use super::faults::{Fault, Thrown, thrown};
use super::options::{
    BOOTSTRAP_SERVER, COMMAND_CONFIG, Kind, Opt, Takes, ZOOKEEPER, flag, old, text,
};
use super::parse::Given;
use super::{Script, Shown};

/// The options.
pub const OPTIONS: &[Opt] = &[
    BOOTSTRAP_SERVER,
    text(
        "bootstrap-controller",
        "controller to connect to",
        "Controllers to ask instead of brokers.",
    ),
    COMMAND_CONFIG,
    flag("alter", "Change configurations."),
    flag("describe", "Show configurations that were set at run time."),
    flag(
        "all",
        "Show all configurations, those too that were not set at run time.",
    ),
    text(
        "entity-type",
        "",
        "What is configured: topics, clients, users, brokers, broker-loggers, ips, client-metrics or groups.",
    ),
    text("entity-name", "", "Its name; for brokers the id."),
    flag(
        "entity-default",
        "What counts for all clients, users, brokers or ips.",
    ),
    text(
        "add-config",
        "",
        "What is set: 'k1=v1,k2=[v1,v2],k3=v3'. docs/configuration.md lists the keys.",
    ),
    text("add-config-file", "", "A properties file with what is set."),
    text(
        "delete-config",
        "",
        "Keys that go back to their defaults: 'k1,k2'.",
    ),
    text("topic", "", "A topic."),
    text("client", "", "A client id."),
    flag("client-defaults", "What counts for all clients."),
    text("user", "", "A user."),
    flag("user-defaults", "What counts for all users."),
    text("broker", "", "A broker's id."),
    flag("broker-defaults", "What counts for all brokers."),
    text("broker-logger", "", "A broker's id, for its loggers."),
    flag("ip-defaults", "What counts for all addresses."),
    text("ip", "", "An address."),
    text("group", "", "A group."),
    text("client-metrics", "", "A subscription of client metrics."),
    ZOOKEEPER,
    old(
        "zk-tls-config-file",
        Takes::Value(Kind::Text),
        "there is no ZooKeeper to connect to",
    ),
    old("force", Takes::Nothing, "nothing asks for confirmation"),
];

/// The script.
pub const SCRIPT: Script = Script {
    name: "kafka-configs",
    options: OPTIONS,
    about: "This tool helps to manipulate and describe entity config for a topic, client, user, broker, ip, client-metrics or group",
    about_nothing: "",
    unreadable: Shown::Terse(""),
    unexpected: Shown::Terse(""),
    run,
};

fn run(given: &Given) -> Result<u8, Fault> {
    match work(given) {
        Err(Fault::Thrown(thrown)) if !is_plain(&thrown) => {
            let arguments = given.arguments.join(" ");
            note(format!(
                "Error while executing config command with args '{arguments}'"
            ));
            note(thrown.to_string());
            Ok(1)
        }
        result => result.map(|()| 0),
    }
}

/// Whether the message is all that is shown.
fn is_plain(thrown: &Thrown) -> bool {
    // Java's exception for a bad topic name is one for bad configurations.
    let configuration = [
        ErrorCode::INVALID_CONFIG,
        ErrorCode::INVALID_TOPIC_EXCEPTION,
    ];
    thrown.class == "java.lang.IllegalArgumentException"
        || thrown.class.starts_with("joptsimple.")
        || configuration.into_iter().any(|code| thrown.is(code))
}

fn work(given: &Given) -> Result<(), Fault> {
    if given.has("alter") == given.has("describe") {
        return Err(Fault::Usage(
            "Command must include exactly one action: --describe, --alter".to_owned(),
        ));
    }
    given.exclude("describe", &["add-config", "delete-config"])?;
    if given.has("bootstrap-server") && given.has("bootstrap-controller") {
        return Err(Thrown::illegal_argument(
            "Only one of --bootstrap-server or --bootstrap-controller can be specified",
        )
        .into());
    }
    let entities = Entities::of(given)?;
    check_changes(given)?;
    let servers = match given.text("bootstrap-controller")? {
        Some(controllers) => controllers.to_owned(),
        None => connect::bootstrap(given, "bootstrap-server")?,
    };
    let properties = connect::properties(given, "command-config")?;
    let client = connect::admin(&servers, &properties)?;
    if given.has("describe") {
        return describe(&client, &entities, given.has("all"));
    }
    if entities.types.len() != entities.names.len() {
        let message = "An entity name must be specified for every entity type";
        return Err(Thrown::illegal_argument(message).into());
    }
    alter(&client, given, &entities)
}

fn check_changes(given: &Given) -> Result<(), Fault> {
    let refused = |message: &str| Err(Thrown::illegal_argument(message).into());
    if !given.has("alter") {
        return Ok(());
    }
    if given.has("add-config") && given.has("add-config-file") {
        return refused("Only one of --add-config or --add-config-file must be specified");
    }
    let any = ["add-config", "add-config-file", "delete-config"];
    if !any.iter().any(|option| given.has(option)) {
        return refused(
            "At least one of --add-config, --add-config-file, or --delete-config must be specified with --alter",
        );
    }
    Ok(())
}

/// What is set: texts in brackets may have commas.
fn added(given: &Given) -> Result<BTreeMap<String, String>, Fault> {
    let mut added = match given.text("add-config-file")? {
        Some(file) => connect::load(file)?,
        None => BTreeMap::new(),
    };
    if let Some(text) = given.text("add-config")? {
        for pair in outside_brackets(text, ',') {
            let parts = outside_brackets(pair, '=');
            let [key, value] = parts[..] else {
                return Err(Thrown::illegal_argument(
                    "requirement failed: Invalid entity config: all configs to be added must be in the format \"key=val\" or  \"key=[val1,val2]\" to group values which contain commas.",
                )
                .into());
            };
            let value = value.replace(['[', ']'], "");
            added.insert(key.trim().to_owned(), value.trim().to_owned());
        }
    }
    let is_fine = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    match added.keys().find(|key| !key.chars().all(is_fine)) {
        None => Ok(added),
        Some(key) => {
            let message = format!("Invalid character found for config key: {key}");
            Err(Thrown::illegal_argument(message).into())
        }
    }
}

/// The parts of a text between separators that are not in brackets.
fn outside_brackets(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0usize);
    for (at, c) in text.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if c == separator && depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// Keys that go back to their defaults.
fn deleted(given: &Given) -> Vec<&str> {
    let texts = given.texts("delete-config").into_iter();
    let keys = texts.flat_map(|text| text.split(',')).map(str::trim);
    keys.filter(|key| !key.is_empty()).collect()
}

fn alter(client: &Client, given: &Given, entities: &Entities) -> Result<(), Fault> {
    let (added, deleted) = (added(given)?, deleted(given));
    let name = entities.names.first().map_or("", String::as_str);
    match kind_of(entities.kind()) {
        Some(kind) => {
            if kind == ResourceKind::BrokerLogger {
                check_loggers(client, name, &added, &deleted)?;
            }
            let set = added
                .iter()
                .map(|(key, value)| (key.as_str(), Some(value.as_str())));
            let changes: Vec<_> = set.chain(deleted.iter().map(|key| (*key, None))).collect();
            client
                .alter_configs(kind, name, &changes)
                .map_err(|error| thrown("incrementalAlterConfigs", &error).in_execution())?;
        }
        None => alter_quotas(client, entities, &added, &deleted)?,
    }
    if name.is_empty() {
        let kind = entities.kind();
        return line(format!(
            "Completed updating default config for {kind} in the cluster."
        ));
    }
    line(format!(
        "Completed updating config for {} {name}.",
        entities.singular()
    ))
}

fn check_loggers(
    client: &Client,
    broker: &str,
    added: &BTreeMap<String, String>,
    deleted: &[&str],
) -> Result<(), Fault> {
    let known = entries(client, ResourceKind::BrokerLogger, broker, true)?;
    let is_unknown = |name: &&str| !known.iter().any(|entry| entry.name == **name);
    let names = deleted
        .iter()
        .copied()
        .chain(added.keys().map(String::as_str));
    let unknown: Vec<_> = names.filter(is_unknown).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let message = format!("Invalid broker logger(s): {}", unknown.join(","));
    Err(Thrown::invalid_configuration(message).into())
}

const fn source_of(kind: ResourceKind, is_default: bool) -> Option<ConfigSource> {
    match kind {
        ResourceKind::Topic => Some(ConfigSource::Topic),
        ResourceKind::Broker if is_default => Some(ConfigSource::DynamicDefault),
        ResourceKind::Broker => Some(ConfigSource::Broker),
        ResourceKind::BrokerLogger => None,
        ResourceKind::ClientMetrics => Some(ConfigSource::ClientMetrics),
        ResourceKind::Group => Some(ConfigSource::Group),
    }
}

/// The kind of resource of an entity type; users, clients and addresses are none.
fn kind_of(entity: &str) -> Option<ResourceKind> {
    Some(match entity {
        "topics" => ResourceKind::Topic,
        "brokers" => ResourceKind::Broker,
        "client-metrics" => ResourceKind::ClientMetrics,
        "groups" => ResourceKind::Group,
        BROKER_LOGGERS => ResourceKind::BrokerLogger,
        _ => return None,
    })
}

/// Configurations by name: all, or those that were set at run time.
fn entries(
    client: &Client,
    kind: ResourceKind,
    name: &str,
    all: bool,
) -> Result<Vec<ConfigEntry>, Fault> {
    let mut entries = client
        .describe_configs(kind, name)
        .map_err(|error| thrown("describeConfigs", &error).in_execution())?;
    let source = source_of(kind, name.is_empty()).filter(|_| !all);
    entries.retain(|entry| source.is_none_or(|source| entry.source == source));
    Ok(entries)
}

fn describe(client: &Client, entities: &Entities, all: bool) -> Result<(), Fault> {
    let Some(kind) = kind_of(entities.kind()) else {
        return describe_quotas(client, entities);
    };
    let known = known(client, kind, entities.names.first())?;
    if let Some(name) = entities.names.first()
        && !all
        && !name.is_empty()
        && !known.contains(name)
    {
        let kind = entities.singular();
        return line(format!(
            "The {kind} '{name}' doesn't exist and doesn't have dynamic config."
        ));
    }
    let names = match entities.names.first() {
        Some(name) => vec![name.clone()],
        None => known,
    };
    for name in names {
        if name.is_empty() && matches!(kind, ResourceKind::Broker | ResourceKind::BrokerLogger) {
            line(format!(
                "Default configs for {} in the cluster are:",
                entities.kind()
            ))?;
        } else {
            let which = if all { "All" } else { "Dynamic" };
            line(format!(
                "{which} configs for {} {name} are:",
                entities.singular()
            ))?;
        }
        for entry in entries(client, kind, &name, all)? {
            line(entry_line(&entry))?;
        }
    }
    Ok(())
}

fn entry_line(entry: &ConfigEntry) -> String {
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "null".to_owned());
    let synonyms: Vec<_> = entry
        .synonyms
        .iter()
        .map(|one| format!("{}:{}={}", one.source.name(), one.name, value(&one.value)))
        .collect();
    format!(
        "  {}={} sensitive={} synonyms={{{}}}",
        entry.name,
        value(&entry.value),
        entry.is_sensitive,
        synonyms.join(", ")
    )
}

/// All entities of a kind; the last of brokers is their default.
fn known(
    client: &Client,
    kind: ResourceKind,
    asked: Option<&String>,
) -> Result<Vec<String>, Fault> {
    let fault = |call: &str, error| Fault::from(thrown(call, &error).in_execution());
    if kind == ResourceKind::Topic
        && let Some(name) = asked
    {
        check_topic_name(name)?;
    }
    Ok(match kind {
        ResourceKind::Topic => {
            let cluster = client
                .all_topics()
                .map_err(|error| fault("listTopics", error))?;
            cluster.topics.keys().map(ToString::to_string).collect()
        }
        ResourceKind::Broker | ResourceKind::BrokerLogger => {
            let cluster = client
                .refresh()
                .map_err(|error| fault("listNodes", error))?;
            let ids = cluster.nodes.keys().map(|id| id.0.to_string());
            ids.chain([String::new()]).collect()
        }
        ResourceKind::ClientMetrics => client
            .list_config_resources(kind)
            .map_err(|error| fault("listConfigResources", error))?,
        ResourceKind::Group => {
            let groups = client
                .list_groups()
                .map_err(|error| fault("listGroups", error))?;
            let mut names: Vec<_> = groups.into_iter().map(|group| group.id).collect();
            // A broker that does not tell has none without a group.
            names.extend(client.list_config_resources(kind).unwrap_or_default());
            names.sort();
            names.dedup();
            names
        }
    })
}

/// Refuses a name that no topic can have.
fn check_topic_name(name: &str) -> Result<(), Fault> {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let why = match name {
        "" => "the empty string is not allowed".to_owned(),
        "." | ".." => format!("'{name}' is not allowed"),
        _ if name.len() > 249 => {
            format!("the length of '{name}' is longer than the max allowed length 249")
        }
        _ if !name.chars().all(is_fine) => format!(
            "'{name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"
        ),
        _ => return Ok(()),
    };
    let message = format!("Topic name is invalid: {why}");
    Err(Thrown::of_code(ErrorCode::INVALID_TOPIC_EXCEPTION, Some(&message)).into())
}

/// What quotas call an entity type, and what is shown for it.
fn quota_kind(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "users" => ("user", "user-principal"),
        "clients" => ("client-id", "client-id"),
        _ => ("ip", "ip"),
    }
}

fn describe_quotas(client: &Client, entities: &Entities) -> Result<(), Fault> {
    let mut names = entities.names.iter();
    let parts: Vec<_> = entities
        .types
        .iter()
        .map(|kind| {
            let filter = match names.next() {
                None => QuotaFilter::Any,
                Some(name) if name.is_empty() => QuotaFilter::Default,
                Some(name) => QuotaFilter::Named(name.clone()),
            };
            (quota_kind(kind).0, filter)
        })
        .collect();
    let quotas = client
        .describe_quotas(&parts)
        .map_err(|error| thrown("describeClientQuotas", &error).in_execution())?;
    for (of, values) in quotas {
        let whose = ["users", "clients", "ips"].iter().filter_map(|kind| {
            let (name, shown) = quota_kind(kind);
            let (_, value) = of.iter().find(|(part, _)| part == name)?;
            Some(match value {
                Some(value) => format!("{shown} '{value}'"),
                None => format!("the default {shown}"),
            })
        });
        let whose: Vec<_> = whose.collect();
        let values: Vec<_> = values
            .iter()
            .map(|(key, value)| format!("{key}={value:?}"))
            .collect();
        line(format!(
            "Quota configs for {} are {}",
            whose.join(", "),
            values.join(", ")
        ))?;
    }
    Ok(())
}

fn alter_quotas(
    client: &Client,
    entities: &Entities,
    added: &BTreeMap<String, String>,
    deleted: &[&str],
) -> Result<(), Fault> {
    let keys = added
        .keys()
        .map(String::as_str)
        .chain(deleted.iter().copied());
    if let Some(mechanism) = keys.clone().find(|key| key.starts_with("SCRAM-")) {
        return Err(Fault::Message(format!(
            "{mechanism}: credentials cannot be changed with this script yet; Apache Kafka's kafka-configs does it"
        )));
    }
    let mut values = QuotaValues::new();
    for (key, value) in added {
        let number = value.parse().map_err(|_| {
            let message = format!("Cannot parse quota configuration value for {key}: {value}");
            Thrown::illegal_argument(message)
        })?;
        values.insert(key.clone(), Some(number));
    }
    values.extend(deleted.iter().map(|key| ((*key).to_owned(), None)));
    let pairs = entities.types.iter().zip(&entities.names);
    let of: Quotas = pairs
        .map(|(kind, name)| {
            let name = Some(name.clone()).filter(|name| !name.is_empty());
            (quota_kind(kind).0.to_owned(), name)
        })
        .collect();
    client
        .alter_quotas(&of, &values)
        .map_err(|error| thrown("alterClientQuotas", &error).in_execution().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_brackets_is_one_value() {
        assert_eq!(
            outside_brackets("a=1,b=[x,y=z],c=", ','),
            ["a=1", "b=[x,y=z]", "c="]
        );
        assert_eq!(outside_brackets("b=[x,y=z]", '='), ["b", "[x,y=z]"]);
    }

    #[test]
    fn names_that_no_topic_can_have_are_refused() {
        assert!(check_topic_name("a.b_c-1").is_ok());
        for name in ["", ".", "..", "a/b", "a b"] {
            let message = check_topic_name(name).expect_err(name).message();
            assert!(message.starts_with("Topic name is invalid: "), "{message}");
        }
    }
}
