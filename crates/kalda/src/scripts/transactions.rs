//! kafka-transactions: transactions and the producers of partitions.

use std::time::SystemTime;

use client::admin::ProducerState;
use client::{Client, ClientError, TopicPartition};
use model::{BrokerId, ErrorCode};

use super::args::{Arg, Command, Given, Parser, Takes, flag, value};
use super::connect;
use super::console::print;
use super::faults::{Fault, thrown};
use super::{ArgScript, Refusal, Shown, table};

const TOPIC: Arg = value(&["--topic"], Takes::Text, "TOPIC", "The topic.");
const PARTITION: Arg = value(
    &["--partition"],
    Takes::Number("int"),
    "PARTITION",
    "The partition.",
);
const BROKER: Arg = value(
    &["--broker-id"],
    Takes::Number("int"),
    "BROKER_ID",
    "The broker that is asked, not the leader.",
);

/// The script.
pub const SCRIPT: ArgScript = ArgScript {
    parser: Parser {
        name: "kafka-transactions.sh",
        about: "Shows transactions and the producers of partitions, and ends transactions that hang.",
        args: &[
            flag(
                &["-v", "--version"],
                "Print the version of Apache Kafka that this stands for.",
            ),
            value(
                &["--command-config"],
                Takes::Text,
                "FILE",
                "A properties file with configurations of the client.",
            ),
            value(
                &["--bootstrap-server"],
                Takes::Text,
                "host:port",
                "Brokers to ask first.",
            )
            .needed(),
        ],
        required_groups: &[],
        commands: &[
            Command {
                name: "list",
                about: "List transactions.",
                args: &[
                    value(
                        &["--duration-filter"],
                        Takes::Number("long"),
                        "DURATION_FILTER",
                        "Only those open for longer, in milliseconds.",
                    ),
                    value(
                        &["--transactional-id-pattern"],
                        Takes::Text,
                        "TRANSACTIONAL_ID_PATTERN",
                        "Only those whose id an expression matches.",
                    ),
                ],
                required_groups: &[],
            },
            Command {
                name: "describe",
                about: "Describe a transaction.",
                args: &[value(
                    &["--transactional-id"],
                    Takes::Text,
                    "TRANSACTIONAL_ID",
                    "Its transactional id.",
                )
                .needed()],
                required_groups: &[],
            },
            Command {
                name: "describe-producers",
                about: "Describe the producers of a partition.",
                args: &[BROKER, TOPIC.needed(), PARTITION.needed()],
                required_groups: &[],
            },
            Command {
                name: "find-hanging",
                about: "Find transactions that no coordinator knows.",
                args: &[
                    BROKER,
                    value(
                        &["--max-transaction-timeout"],
                        Takes::Number("int"),
                        "MAX_TRANSACTION_TIMEOUT",
                        "How long one may be open, in minutes; 15.",
                    ),
                    TOPIC,
                    PARTITION,
                ],
                required_groups: &[],
            },
            Command {
                name: "forceTerminateTransaction",
                about: "End the transaction of an id.",
                args: &[value(
                    &["--transactionalId"],
                    Takes::Text,
                    "TRANSACTIONALID",
                    "The transactional id.",
                )
                .needed()],
                required_groups: &[],
            },
        ],
        command_value: "COMMAND",
    },
    refusal: Refusal::Usage,
    unexpected: Shown::Uncaught,
    run,
};

/// A failure as this tool words it.
fn failed(what: &str, call: &str, error: &ClientError) -> Fault {
    let why = thrown(call, error);
    Fault::Message(format!(
        "{what}: {}. Enable debug logging for additional detail.",
        why.message()
    ))
}

fn run(given: &Given) -> Result<u8, Fault> {
    let properties = match given.text("command-config") {
        None => connect::Properties::new(),
        Some(file) => connect::load(file).map_err(|_| {
            Fault::Message(format!(
                "Failed to load admin client properties: {file}. Enable debug logging for additional detail."
            ))
        })?,
    };
    let client = connect::admin(
        given.text("bootstrap-server").unwrap_or_default(),
        &properties,
    )?;
    let text = match given.command {
        "list" => list(&client, given)?,
        "describe" => describe(&client, given.text("transactional-id").unwrap_or_default())?,
        "describe-producers" => producers(&client, given)?,
        "find-hanging" => hanging(&client, given)?,
        _ => {
            let id = given.text("transactionalId").unwrap_or_default();
            let what = format!("Failed to force terminate transactionalId `{id}`");
            let ended = client.force_terminate_transaction(id);
            ended.map_err(|error| failed(&what, "forceTerminateTransaction", &error))?;
            String::new()
        }
    };
    print(&text)?;
    Ok(0)
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

fn or_none(number: Option<i64>) -> String {
    number.map_or_else(|| "None".to_owned(), |number| number.to_string())
}

fn list(client: &Client, given: &Given) -> Result<String, Fault> {
    let found = client
        .list_transactions(
            given.number("duration-filter"),
            given.text("transactional-id-pattern"),
        )
        .map_err(|error| failed("Failed to list transactions", "listTransactions", &error))?;
    let rows: Vec<_> = found
        .into_iter()
        .map(|one| {
            vec![
                one.id,
                one.coordinator.0.to_string(),
                one.producer_id.to_string(),
                one.state,
            ]
        })
        .collect();
    let headings = [
        "TransactionalId",
        "Coordinator",
        "ProducerId",
        "TransactionState",
    ];
    Ok(table::text(&headings, &rows))
}

fn describe(client: &Client, id: &str) -> Result<String, Fault> {
    let what = format!("Failed to describe transaction state of transactional-id `{id}`");
    let found = client.describe_transaction(id).map_err(|error| {
        if error.code() != Some(ErrorCode::TRANSACTIONAL_ID_NOT_FOUND) {
            return failed(&what, "describeTransactions", &error);
        }
        let why = format!(
            "DescribeTransactions request for transactionalId `{id}` failed because the ID could not be found"
        );
        Fault::Message(format!("{what}: {why}. Enable debug logging for additional detail."))
    })?;
    let partitions: Vec<_> = found.partitions.iter().map(ToString::to_string).collect();
    let row = vec![
        found.coordinator.0.to_string(),
        id.to_owned(),
        found.producer_id.to_string(),
        found.producer_epoch.to_string(),
        found.state,
        found.timeout_ms.to_string(),
        or_none(found.start_ms),
        or_none(found.start_ms.map(|start| now_ms() - start)),
        partitions.join(","),
    ];
    let headings = [
        "CoordinatorId",
        "TransactionalId",
        "ProducerId",
        "ProducerEpoch",
        "TransactionState",
        "TransactionTimeoutMs",
        "CurrentTransactionStartTimeMs",
        "TransactionDurationMs",
        "TopicPartitions",
    ];
    Ok(table::text(&headings, &[row]))
}

fn producers(client: &Client, given: &Given) -> Result<String, Fault> {
    let topic = given.text("topic").unwrap_or_default();
    let tp = TopicPartition::new(topic, given.number("partition").unwrap_or_default());
    let broker: Option<i32> = given.number("broker-id");
    let on = broker.map_or_else(|| "leader".to_owned(), |id| format!("broker {id}"));
    let what = format!("Failed to describe producers for partition {tp} on {on}");
    let found = client
        .describe_producers(&tp, broker.map(BrokerId))
        .map_err(|error| failed(&what, "describeProducers", &error))?;
    let rows: Vec<_> = found
        .iter()
        .map(|producer| {
            vec![
                producer.id.to_string(),
                producer.epoch.to_string(),
                producer.coordinator_epoch.to_string(),
                producer.last_sequence.to_string(),
                producer.last_timestamp.to_string(),
                or_none(producer.transaction_start),
            ]
        })
        .collect();
    let headings = [
        "ProducerId",
        "ProducerEpoch",
        "LatestCoordinatorEpoch",
        "LastSequence",
        "LastTimestamp",
        "CurrentTransactionStartOffset",
    ];
    Ok(table::text(&headings, &rows))
}

/// A transaction that is open in a partition.
type Open = (TopicPartition, ProducerState);

fn hanging(client: &Client, given: &Given) -> Result<String, Fault> {
    let (topic, broker) = (given.text("topic"), given.number::<i32>("broker-id"));
    if topic.is_none() && broker.is_none() {
        return Err(Fault::Message(
            "The `find-hanging` command requires either --topic or --broker-id to limit the scope of the search".to_owned(),
        ));
    }
    let partition: Option<i32> = given.number("partition");
    if partition.is_some() && topic.is_none() {
        let message = "The --partition argument requires --topic to be provided";
        return Err(Fault::Message(message.to_owned()));
    }
    let minutes: i64 = given.number("max-transaction-timeout").unwrap_or(15);
    let mut open = Vec::new();
    for tp in searched(client, topic, partition, broker)? {
        let what = format!("Failed to describe producers for 1 partitions on broker {broker:?}");
        let found = client
            .describe_producers(&tp, broker.map(BrokerId))
            .map_err(|error| failed(&what, "describeProducers", &error))?;
        let is_old = |producer: &ProducerState| {
            producer.transaction_start.is_some()
                && now_ms() - producer.last_timestamp > minutes * 60_000
        };
        open.extend(
            found
                .into_iter()
                .filter(is_old)
                .map(|producer| (tp.clone(), producer)),
        );
    }
    let rows: Vec<_> = unknown(client, open)?.iter().map(hanging_row).collect();
    let headings = [
        "Topic",
        "Partition",
        "ProducerId",
        "ProducerEpoch",
        "CoordinatorEpoch",
        "StartOffset",
        "LastTimestamp",
        "Duration(min)",
    ];
    Ok(table::text(&headings, &rows))
}

/// The partitions that are searched.
fn searched(
    client: &Client,
    topic: Option<&str>,
    partition: Option<i32>,
    broker: Option<i32>,
) -> Result<Vec<TopicPartition>, Fault> {
    if let (Some(topic), Some(partition)) = (topic, partition) {
        return Ok(vec![TopicPartition::new(topic, partition)]);
    }
    let cluster = match topic {
        Some(topic) => client
            .topics(&[topic], false)
            .map(|cluster| (*cluster).clone())
            .map_err(|error| failed("Failed to describe 1 topics", "describeTopics", &error))?,
        None => client
            .all_topics()
            .map_err(|error| failed("Failed to list topics", "listTopics", &error))?,
    };
    let mut found = Vec::new();
    for (name, state) in &cluster.topics {
        if topic.is_some_and(|topic| topic != &**name) {
            continue;
        }
        let has = |replicas: &[i32]| broker.is_none_or(|broker| replicas.contains(&broker));
        let partitions = state
            .partitions
            .iter()
            .filter(|(_, state)| has(&state.replicas));
        found.extend(partitions.map(|(index, _)| TopicPartition::new(name, *index)));
    }
    Ok(found)
}

/// Those that are part of no transaction that a coordinator knows.
fn unknown(client: &Client, open: Vec<Open>) -> Result<Vec<Open>, Fault> {
    if open.is_empty() {
        return Ok(open);
    }
    let what = format!("Failed to list transactions for {} producers", open.len());
    let known = client
        .list_transactions(None, None)
        .map_err(|error| failed(&what, "listTransactions", &error))?;
    let is_known = |(tp, producer): &Open| {
        let transaction = known.iter().find(|one| one.producer_id == producer.id);
        let described = transaction.and_then(|one| client.describe_transaction(&one.id).ok());
        described.is_some_and(|transaction| transaction.partitions.contains(tp))
    };
    Ok(open.into_iter().filter(|one| !is_known(one)).collect())
}

fn hanging_row((tp, producer): &Open) -> Vec<String> {
    vec![
        tp.topic.to_string(),
        tp.partition.to_string(),
        producer.id.to_string(),
        producer.epoch.to_string(),
        producer.coordinator_epoch.to_string(),
        producer.transaction_start.unwrap_or(-1).to_string(),
        producer.last_timestamp.to_string(),
        ((now_ms() - producer.last_timestamp) / 60_000).to_string(),
    ]
}
