//! kafka-leader-election: leaders elected anew, the preferred ones or any.

use std::collections::BTreeSet;

use client::TopicPartition;
use model::ErrorCode;
use serde_json::Value;

use super::connect;
use super::console::line;
use super::faults::{Fault, Thrown, thrown};
use super::options::{BOOTSTRAP_SERVER, Opt, ZOOKEEPER, flag, int, text};
use super::parse::Given;
use super::{Script, Shown};

/// The options.
pub const OPTIONS: &[Opt] = &[
    BOOTSTRAP_SERVER,
    text(
        "admin.config",
        "config file",
        "The older name of --command-config.",
    ),
    text(
        "command-config",
        "Config file",
        "A properties file with configurations of the client.",
    ),
    text(
        "path-to-json-file",
        "Path to JSON file",
        "The partitions: {\"partitions\": [{\"topic\": \"t\", \"partition\": 1}]}",
    ),
    text("topic", "topic name", "The topic."),
    int("partition", "partition id", "Its partition."),
    flag(
        "all-topic-partitions",
        "All partitions that need an election.",
    ),
    text(
        "election-type",
        "election type",
        "preferred: the first of the replicas becomes leader; unclean: any replica does where there is no leader, whatever is \
         lost.",
    ),
    ZOOKEEPER,
];

/// The script.
pub const SCRIPT: Script = Script {
    name: "kafka-leader-election",
    options: OPTIONS,
    about: "This tool attempts to elect a new leader for a set of topic partitions. The type of elections supported are preferred replicas and unclean replicas.",
    about_nothing: "",
    unreadable: Shown::Message,
    unexpected: Shown::Message,
    run,
};

/// What kafka-preferred-replica-election asked for, in today's words.
pub fn modern(arguments: &[String]) -> Vec<String> {
    let preferred = ["--election-type", "preferred"].map(str::to_owned);
    let has_file = arguments
        .iter()
        .any(|word| word.starts_with("--path-to-json-file"));
    let all = (!has_file).then(|| "--all-topic-partitions".to_owned());
    preferred
        .into_iter()
        .chain(all)
        .chain(arguments.iter().cloned())
        .collect()
}

fn run(given: &Given) -> Result<u8, Fault> {
    validate(given)?;
    let unclean = match given
        .text("election-type")?
        .map(str::to_lowercase)
        .as_deref()
    {
        Some("preferred") => false,
        Some("unclean") => true,
        other => {
            let message = format!(
                "Cannot parse argument '{}' of option election-type",
                other.unwrap_or_default()
            );
            return Err(Thrown::jopt("OptionArgumentConversionException", message).into());
        }
    };
    let servers = connect::bootstrap(given, "bootstrap-server")?;
    let partitions = partitions(given)?;
    let file = match given.has("admin.config") {
        true => {
            line(
                "Option --admin.config has been deprecated and will be removed in a future version. Use --command-config instead.",
            )?;
            "admin.config"
        }
        false => "command-config",
    };
    let mut properties = connect::properties(given, file)?;
    for (name, ms) in [
        ("default.api.timeout.ms", "30000"),
        ("request.timeout.ms", "15000"),
    ] {
        properties
            .entry(name.to_owned())
            .or_insert_with(|| ms.to_owned());
    }
    let client = connect::admin(&servers, &properties)?;
    let each = client
        .elect_leaders(unclean, partitions.as_deref())
        .map_err(|error| {
            Thrown::runtime(thrown("electLeaders", &error).in_execution().to_string())
        })?;
    show(unclean, each)?;
    Ok(0)
}

fn show(
    unclean: bool,
    each: impl IntoIterator<Item = (TopicPartition, Result<(), client::ClientError>)>,
) -> Result<(), Fault> {
    let kind = if unclean { "UNCLEAN" } else { "PREFERRED" };
    let (mut done, mut needless, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    for (tp, result) in each {
        match result {
            Ok(()) => done.push(tp.to_string()),
            Err(error) if error.code() == Some(ErrorCode::ELECTION_NOT_NEEDED) => {
                needless.push(tp.to_string());
            }
            Err(error) => failed.push((tp, thrown("electLeaders", &error))),
        }
    }
    if !done.is_empty() {
        let names = done.join(", ");
        line(format!(
            "Successfully completed leader election ({kind}) for partitions {names}"
        ))?;
    }
    if !needless.is_empty() {
        let names = needless.join(", ");
        line(format!(
            "Valid replica already elected for partitions {names}"
        ))?;
    }
    if failed.is_empty() {
        return Ok(());
    }
    for (tp, why) in &failed {
        line(format!(
            "Error completing leader election ({kind}) for partition: {tp}: {why}"
        ))?;
    }
    Err(Thrown::command_failed(format!("{} replica(s) could not be elected", failed.len())).into())
}

fn validate(given: &Given) -> Result<(), Fault> {
    let refused = |message: &str| Err(Thrown::command_failed(message).into());
    if !given.has("election-type") {
        return refused("Missing required option(s): election-type");
    }
    given.exclude("admin.config", &["command-config"])?;
    let scopes = ["topic", "all-topic-partitions", "path-to-json-file"];
    if scopes.iter().filter(|scope| given.has(scope)).count() != 1 {
        return refused(
            "One and only one of the following options is required: topic, all-topic-partitions, path-to-json-file",
        );
    }
    match (given.has("topic"), given.has("partition")) {
        (true, false) => refused("Missing required option(s): partition"),
        (false, true) => refused("Option partition is only allowed if topic is used"),
        _ => Ok(()),
    }
}

/// The partitions that are named; none stands for all.
fn partitions(given: &Given) -> Result<Option<Vec<TopicPartition>>, Fault> {
    if let Some(file) = given.text("path-to-json-file")? {
        return read(&connect::read_file(file)?).map(Some);
    }
    let Some(topic) = given.text("topic")? else {
        return Ok(None);
    };
    let partition = given.number("partition")?.unwrap_or_default();
    Ok(Some(vec![TopicPartition::new(topic, partition)]))
}

fn read(text: &str) -> Result<Vec<TopicPartition>, Fault> {
    let json: Value = serde_json::from_str(text)
        .map_err(|_| Thrown::operation("Replica election data is empty"))?;
    let partitions = json
        .get("partitions")
        .and_then(Value::as_array)
        .ok_or_else(|| {
            Thrown::operation("Replica election data is missing \"partitions\" field")
        })?;
    let (mut named, mut seen) = (Vec::new(), BTreeSet::new());
    for partition in partitions {
        let topic = partition
            .get("topic")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let index = partition
            .get("partition")
            .and_then(Value::as_i64)
            .unwrap_or_default();
        let tp = TopicPartition::new(topic, i32::try_from(index).unwrap_or(i32::MAX));
        if !seen.insert(tp.clone()) {
            let message = format!("Replica election data contains duplicate partitions: [{tp}]");
            return Err(Thrown::operation(message).into());
        }
        named.push(tp);
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_names_partitions_once() {
        let one = r#"{"topic":"t","partition":1}"#;
        let named = read(&format!("{{\"partitions\":[{one}]}}")).expect("well formed");
        assert_eq!(named, [TopicPartition::new("t", 1)]);
        let twice = read(&format!("{{\"partitions\":[{one},{one}]}}"))
            .expect_err("twice")
            .message();
        assert_eq!(
            twice,
            "Replica election data contains duplicate partitions: [t-1]"
        );
        assert!(read("{}").is_err());
    }

    #[test]
    fn the_older_script_elects_preferred_leaders_of_all_partitions() {
        let words = ["--bootstrap-server", "h:1"].map(str::to_owned);
        let expected = [
            "--election-type",
            "preferred",
            "--all-topic-partitions",
            "--bootstrap-server",
            "h:1",
        ];
        assert_eq!(modern(&words), expected);
    }
}
