//! kafka-topics: topics made, listed, described, given more partitions, deleted.

use client::admin::NewTopic;
use client::{Client, ClientError};
use model::{ErrorCode, Uuid};

use super::connect;
use super::console::{line, note};
use super::faults::{Fault, Thrown, thrown};
use super::options::{
    BOOTSTRAP_SERVER, COMMAND_CONFIG, Kind, Opt, Takes, ZOOKEEPER, flag, int, old, text,
};
use super::parse::Given;
use super::topic_filter::{TopicFilter, is_internal};
use super::topics_describe;
use super::{Script, Shown};

/// What older releases altered here.
const ALTERED_BY_CONFIGS: &str = "kafka-configs --entity-type topics --entity-name TOPIC --alter changes configurations of a \
     topic; it is done here all the same";

/// The options.
pub const OPTIONS: &[Opt] = &[
    BOOTSTRAP_SERVER,
    COMMAND_CONFIG,
    flag("list", "List topics."),
    flag("create", "Make a topic."),
    flag("delete", "Delete topics."),
    flag(
        "alter",
        "Give topics more partitions. (Configurations are changed with kafka-configs.)",
    ),
    flag(
        "describe",
        "Show partitions, replicas and configurations of topics.",
    ),
    text(
        "topic",
        "topic",
        "The topic; but for --create, an expression that names several.",
    ),
    text("topic-id", "topic-id", "The id of the topic to describe."),
    text(
        "config",
        "name=value",
        "A configuration of the topic that is made; may be given again. docs/configuration.md lists them.",
    ),
    text("delete-config", "name", "Without effect since 4.0."),
    int(
        "partitions",
        "# of partitions",
        "How many partitions there are to be. Without it, a new topic has num.partitions of the cluster. With more \
         partitions, keys go to others than before.",
    ),
    int(
        "replication-factor",
        "replication factor",
        "How many replicas each partition of a new topic has. Without it, default.replication.factor of the cluster.",
    ),
    text(
        "replica-assignment",
        "broker_id_for_part1_replica1 : broker_id_for_part1_replica2 , broker_id_for_part2_replica1 : \
         broker_id_for_part2_replica2 , ...",
        "The brokers of each partition, chosen by hand.",
    ),
    flag(
        "under-replicated-partitions",
        "Describe only partitions that lack replicas in sync.",
    ),
    flag(
        "unavailable-partitions",
        "Describe only partitions without a leader that is alive.",
    ),
    flag(
        "under-min-isr-partitions",
        "Describe only partitions with fewer replicas in sync than min.insync.replicas.",
    ),
    flag(
        "at-min-isr-partitions",
        "Describe only partitions with just min.insync.replicas in sync.",
    ),
    flag(
        "topics-with-overrides",
        "Describe only topics with configurations of their own.",
    ),
    flag("if-exists", "A topic that is missing is no failure."),
    flag("if-not-exists", "A topic that exists is no failure."),
    flag(
        "exclude-internal",
        "Leave out topics that Kafka keeps for itself.",
    ),
    int(
        "partition-size-limit-per-response",
        "maximum number of partitions per response",
        "How many partitions one answer may hold.",
    ),
    ZOOKEEPER,
    old("force", Takes::Nothing, "nothing asks for confirmation"),
    old(
        "disable-rack-aware",
        Takes::Nothing,
        "replicas are spread over the racks that brokers have",
    ),
    old("add-config", Takes::Value(Kind::Text), ALTERED_BY_CONFIGS),
];

/// The script.
pub const SCRIPT: Script = Script {
    name: "kafka-topics",
    options: OPTIONS,
    about: "This tool helps to create, delete, describe, or change a topic.",
    about_nothing: "Create, delete, describe, or change a topic.",
    unreadable: Shown::Message,
    unexpected: Shown::Message,
    run,
};

const ACTIONS: [&str; 5] = ["create", "list", "alter", "describe", "delete"];
/// What --describe can be limited to.
pub const REPORTS: [&str; 4] = [
    "under-replicated-partitions",
    "under-min-isr-partitions",
    "at-min-isr-partitions",
    "unavailable-partitions",
];

/// The topic in this script's words, where it is named in those of kafka-configs.
pub fn modern(script: &str, arguments: &[String]) -> Vec<String> {
    let is_entity = |word: &String| word.starts_with("--entity-name");
    if script != SCRIPT.name || !arguments.iter().any(is_entity) {
        return arguments.to_vec();
    }
    note("--entity-type and --entity-name are options of kafka-configs: here it is --topic TOPIC");
    let mut modern = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--entity-type" => drop(words.next()),
            word if word.starts_with("--entity-type=") => {}
            word => modern.push(word.replacen("--entity-name", "--topic", 1)),
        }
    }
    modern
}

fn run(given: &Given) -> Result<u8, Fault> {
    check(given)?;
    let servers = connect::bootstrap(given, "bootstrap-server")?;
    let client = connect::admin(&servers, &connect::properties(given, "command-config")?)?;
    let done = match () {
        () if given.has("create") => create(&client, given),
        () if given.has("alter") => alter(&client, given),
        () if given.has("list") => list(&client, given),
        () if given.has("describe") => topics_describe::describe(&client, given),
        () => delete(&client, given),
    };
    match done {
        Ok(()) => Ok(0),
        Err(Fault::Thrown(thrown)) => {
            line(format!(
                "Error while executing topic command : {}",
                thrown.message()
            ))?;
            Ok(1)
        }
        Err(fault) => Err(fault),
    }
}

/// Refuses what makes no sense together.
///
/// # Errors
/// As Kafka's tool words them.
pub fn check(given: &Given) -> Result<(), Fault> {
    if ACTIONS.iter().filter(|action| given.has(action)).count() != 1 {
        return Err(Fault::Usage(
            "Command must include exactly one action: --list, --describe, --create, --alter or --delete".to_owned(),
        ));
    }
    if given.has("describe") && given.has("if-exists") {
        match (given.has("topic"), given.has("topic-id")) {
            (false, false) => {
                let message = "--topic or --topic-id is required to describe a topic";
                return Err(Fault::Usage(message.to_owned()));
            }
            (true, true) => line(
                "Only topic id will be used when both --topic and --topic-id are specified and topicId is not Uuid.ZERO_UUID",
            )?,
            _ => {}
        }
    }
    if !given.has("list") && !given.has("describe") {
        given.require(&["topic"])?;
    }
    if given.has("alter") && changes(given).is_none() {
        given.require(&["partitions"])?;
    } else if given.has("delete-config") && !given.has("alter") {
        note("--delete-config is without effect since 4.0");
    }
    check_combinations(given)
}

fn check_combinations(given: &Given) -> Result<(), Fault> {
    let but = |used: &str, allowed: &[&str], more: &[&str]| {
        let mut others: Vec<_> = ACTIONS.to_vec();
        others.retain(|action| !allowed.contains(action));
        others.extend(more.iter().filter(|other| **other != used));
        given.exclude(used, &others)
    };
    but("config", &["alter", "create"], &[])?;
    but("partitions", &["alter", "create"], &[])?;
    but("replication-factor", &["create"], &[])?;
    but("replica-assignment", &["alter", "create"], &[])?;
    if given.has("create") {
        given.exclude("replica-assignment", &["partitions", "replication-factor"])?;
    }
    for report in REPORTS {
        but(report, &["describe"], &["topics-with-overrides"])?;
    }
    but("topics-with-overrides", &["describe"], &REPORTS)?;
    but("if-exists", &["alter", "delete", "describe"], &[])?;
    but("if-not-exists", &["create"], &[])?;
    but("exclude-internal", &["list", "describe"], &[])
}

fn create(client: &Client, given: &Given) -> Result<(), Fault> {
    let name = given.text("topic")?.unwrap_or_default();
    let topic = NewTopic {
        name: name.to_owned(),
        partitions: given.number("partitions")?,
        replication_factor: None,
        configs: configs(&given.texts("config"))?,
        assignments: assignment(given)?,
    };
    if name.contains(['.', '_']) {
        line(
            "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could collide. To \
             avoid issues it is best to use either, but not both.",
        )?;
    }
    let replicas: Option<i32> = given.number("replication-factor")?;
    let bad_replicas =
        || Thrown::illegal_argument("The replication factor must be between 1 and 32767 inclusive");
    let replicas = replicas.map(|count| i16::try_from(count).ok().filter(|count| *count > 0));
    if replicas == Some(None) {
        return Err(bad_replicas().into());
    }
    if topic.partitions.is_some_and(|count| count < 1) {
        return Err(Thrown::illegal_argument("The partitions must be greater than 0").into());
    }
    let topic = NewTopic {
        replication_factor: replicas.flatten(),
        ..topic
    };
    if name.is_empty() {
        let message = "The given topic name '' cannot be represented in a request.";
        return Err(Thrown::of_code(ErrorCode::INVALID_TOPIC_EXCEPTION, Some(message)).into());
    }
    match client.create_topic(&topic, false) {
        Ok(_) => line(format!("Created topic {name}.")),
        Err(error)
            if given.has("if-not-exists")
                && error.code() == Some(ErrorCode::TOPIC_ALREADY_EXISTS) =>
        {
            Ok(())
        }
        Err(error) => Err(thrown("createTopics", &error).into()),
    }
}

/// `name=value` in each text; blanks around the sign do not count.
fn configs(texts: &[&str]) -> Result<std::collections::BTreeMap<String, String>, Fault> {
    let pair = |text: &&str| {
        let parts: Vec<_> = text.split('=').map(str::trim).collect();
        match parts[..] {
            [name, value] if !value.is_empty() => Some((name.to_owned(), value.to_owned())),
            _ => None,
        }
    };
    let pairs: Option<_> = texts.iter().map(pair).collect();
    pairs.ok_or_else(|| {
        Thrown::illegal_argument(
            "requirement failed: Invalid topic config: all configs to be added must be in the format \"key=val\".",
        )
        .into()
    })
}

/// The replicas of each partition: `0:1,1:2`.
fn assignment(given: &Given) -> Result<Vec<Vec<i32>>, Fault> {
    let text = given.text("replica-assignment")?.unwrap_or_default();
    let mut partitions: Vec<Vec<i32>> = Vec::new();
    for (at, replicas) in text.split(',').filter(|_| !text.is_empty()).enumerate() {
        let mut brokers = Vec::new();
        for broker in replicas.split(':').map(str::trim) {
            let id: i32 = broker.parse().map_err(|_| Thrown::number_format(broker))?;
            brokers.push(id);
        }
        let mut sorted = brokers.clone();
        sorted.sort_unstable();
        let twice: Vec<_> = sorted.windows(2).filter(|two| two[0] == two[1]).collect();
        if let Some(two) = twice.first() {
            let message = "Partition replica lists may not contain duplicate entries";
            return Err(Thrown::command_failed(format!("{message}: {}", two[0])).into());
        }
        if partitions
            .first()
            .is_some_and(|first| first.len() != brokers.len())
        {
            let message = format!("Partition {at} has different replication factor: {brokers:?}");
            return Err(Thrown::operation(message).into());
        }
        partitions.push(brokers);
    }
    Ok(partitions)
}

/// What of older releases' changes of configurations was given: set, or with `None` back to their defaults.
fn changes(given: &Given) -> Option<Vec<(&str, Option<&str>)>> {
    let set = given.texts("config").into_iter();
    let mut changes: Vec<_> = set
        .chain(given.texts("add-config"))
        .flat_map(pairs)
        .map(|(name, value)| (name, Some(value)))
        .collect();
    let removed = given.texts("delete-config").into_iter();
    let removed = removed.flat_map(|names| names.split(','));
    changes.extend(removed.map(|name| (name.trim(), None)));
    (!changes.is_empty()).then_some(changes)
}

/// Splits `a=1,b=[2,3]`. A comma that no `name=` follows is of the value.
fn pairs(text: &str) -> Vec<(&str, &str)> {
    let mut pairs = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let commas = after.match_indices(',').map(|(at, _)| at);
        let is_next = |at: &usize| {
            let name = after[at + 1..].split(['=', ',']).next().unwrap_or_default();
            after[at + 1 + name.len()..].starts_with('=')
        };
        let end = { commas }.find(is_next).unwrap_or(after.len());
        let value = after[..end].trim();
        let inner = value.strip_prefix('[').and_then(|v| v.strip_suffix(']'));
        pairs.push((name.trim(), inner.unwrap_or(value)));
        rest = after.get(end + 1..).unwrap_or_default();
    }
    pairs
}

fn alter(client: &Client, given: &Given) -> Result<(), Fault> {
    let topics = existing(client, given)?;
    if let Some(changes) = changes(given) {
        note(ALTERED_BY_CONFIGS);
        for topic in &topics {
            let kind = client::admin::ResourceKind::Topic;
            client
                .alter_configs(kind, topic, &changes)
                .map_err(|error| thrown("incrementalAlterConfigs", &error))?;
            line(format!("Updated config for topic {topic}."))?;
        }
    }
    let Some(count) = given.number("partitions")? else {
        return Ok(());
    };
    let by_hand = assignment(given)?;
    for topic in topics {
        let mut new = None;
        if !by_hand.is_empty() {
            let described = client
                .describe_topics(&[&topic], topics_describe::PARTITIONS_PER_ANSWER)
                .map_err(|error| thrown("describeTopics", &error))?;
            let there = described.first().map_or(0, |topic| topic.partitions.len());
            new = Some(by_hand.iter().skip(there).cloned().collect::<Vec<_>>());
        }
        client
            .create_partitions(&topic, count, new.as_deref())
            .map_err(|error| thrown("createPartitions", &error))?;
    }
    Ok(())
}

fn list(client: &Client, given: &Given) -> Result<(), Fault> {
    line(topics(client, given)?.join("\n"))
}

fn delete(client: &Client, given: &Given) -> Result<(), Fault> {
    let mut first = None;
    for topic in existing(client, given)? {
        let result = client.delete_topic(&topic);
        first = first.or(result.err());
    }
    match first {
        None => Ok(()),
        Some(ClientError::UnknownTopic(_)) => {
            Err(Thrown::of_code(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, None).into())
        }
        Some(error) => Err(thrown("deleteTopics", &error).into()),
    }
}

/// The topics that the command line names, by name.
pub fn topics(client: &Client, given: &Given) -> Result<Vec<String>, Fault> {
    let cluster = client
        .all_topics()
        .map_err(|error| thrown("listTopics", &error))?;
    let exclude_internal = given.has("exclude-internal");
    let filter = given.text("topic")?.map(TopicFilter::new).transpose()?;
    let names = cluster.topics.keys().filter(|name| match &filter {
        Some(filter) => filter.allows(name, exclude_internal),
        None => !(exclude_internal && is_internal(name)),
    });
    Ok(names.map(ToString::to_string).collect())
}

/// The same; that one is named and none found is a fault, unless --if-exists is given.
pub fn existing(client: &Client, given: &Given) -> Result<Vec<String>, Fault> {
    let found = topics(client, given)?;
    match given.text("topic")? {
        Some(topic) if !topic.is_empty() && found.is_empty() && !given.has("if-exists") => {
            let message = format!("Topic '{topic}' does not exist as expected");
            Err(Thrown::illegal_argument(message).into())
        }
        _ => Ok(found),
    }
}

/// The name of the topic with this id.
pub fn of_id(client: &Client, given: &Given, id: Uuid) -> Result<Vec<String>, Fault> {
    let cluster = client
        .all_topics()
        .map_err(|error| thrown("listTopics", &error))?;
    let exclude_internal = given.has("exclude-internal");
    let found = cluster
        .topics
        .iter()
        .filter(|(name, topic)| topic.id == id && !(exclude_internal && is_internal(name)));
    let names: Vec<_> = found.map(|(name, _)| name.to_string()).collect();
    if names.is_empty() && !given.has("if-exists") {
        let message = format!("TopicId '{id}' does not exist as expected");
        return Err(Thrown::illegal_argument(message).into());
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(words: &[&str]) -> Given {
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        super::super::parse::parse(OPTIONS, &words).expect("well formed")
    }

    fn refused(words: &[&str], message: &str) {
        assert_eq!(
            check(&given(words)).expect_err("refused").message(),
            message
        );
    }

    #[test]
    fn combinations_are_refused_in_kafkas_words() {
        refused(
            &["--create", "--list"],
            "Command must include exactly one action: --list, --describe, --create, --alter or --delete",
        );
        refused(&["--create"], "Missing required argument \"[topic]\"");
        refused(
            &["--alter", "--topic", "t"],
            "Missing required argument \"[partitions]\"",
        );
        refused(
            &["--list", "--partitions", "1"],
            "Option \"[partitions]\" can't be used with option \"[list]\"",
        );
    }

    #[test]
    fn replicas_are_chosen_by_hand() {
        let of = |text: &str| assignment(&given(&["--replica-assignment", text]));
        assert_eq!(of("0:1,1:2").expect("well formed"), [[0, 1], [1, 2]]);
        let message = |text: &str| of(text).expect_err("refused").message();
        assert_eq!(
            message("1:1"),
            "Partition replica lists may not contain duplicate entries: 1"
        );
        assert_eq!(
            message("0:1,2"),
            "Partition 1 has different replication factor: [2]"
        );
        assert_eq!(message("a"), "For input string: \"a\"");
    }

    #[test]
    fn older_releases_changes_of_configurations_are_understood() {
        let given = given(&[
            "--alter",
            "--topic",
            "t",
            "--config",
            "a=1,b = 2",
            "--delete-config",
            "c",
        ]);
        let expected = vec![("a", Some("1")), ("b", Some("2")), ("c", None)];
        assert_eq!(changes(&given), Some(expected));
    }
    #[test]
    fn a_comma_in_a_value_divides_nothing() {
        let expected = vec![("a", "1,2"), ("b", "c,d"), ("e", "")];
        assert_eq!(pairs("a=1,2,b=[c,d],e="), expected);
    }

    #[test]
    fn a_topic_may_be_named_as_kafka_configs_names_it() {
        let words = ["--alter", "--entity-type", "topics", "--entity-name", "t"];
        let modern = modern(SCRIPT.name, &words.map(str::to_owned));
        assert_eq!(modern, ["--alter", "--topic", "t"]);
    }
}
