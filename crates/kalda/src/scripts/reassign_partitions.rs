//! kafka-reassign-partitions: the replicas of partitions moved to other brokers, and to other log directories.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use client::admin::{Reassignment, ResourceKind, TopicDescription};
use client::{Client, ClientError, TopicPartition};
use model::ErrorCode;

use super::connect::{self, Properties};
use super::console::{line, print};
use super::faults::{Fault, Thrown, thrown};
use super::options::{Opt, ZOOKEEPER, flag, long, text};
use super::parse::Given;
use super::reassignment_dirs::{dir_moves, dirs_of, move_dirs};
use super::reassignment_files::{self as files, Assignment, Dirs};
use super::reassignment_plan::{self as plan, Moves, Usable};
use super::{Script, Shown, java};

/// Partitions of one answer to a description of topics.
const AT_A_TIME: i32 = 2000;
const ACTIONS: [&str; 5] = ["generate", "execute", "verify", "cancel", "list"];
const FILE: &str = "reassignment-json-file";
const BROKER_THROTTLES: [&str; 3] = [
    "leader.replication.throttled.rate",
    "follower.replication.throttled.rate",
    "replica.alter.log.dirs.io.max.bytes.per.second",
];
const TOPIC_THROTTLES: [&str; 2] = [
    "leader.replication.throttled.replicas",
    "follower.replication.throttled.replicas",
];

/// The options.
pub const OPTIONS: &[Opt] = &[
    flag(
        "verify",
        "See whether what the file asks for is done; if it is, throttles are taken away.",
    ),
    flag(
        "generate",
        "Propose replicas for the partitions of some topics; nothing is moved.",
    ),
    flag("execute", "Begin to move what the file asks for."),
    flag("cancel", "End the moves of the file's partitions."),
    flag("list", "Show the moves that are going on."),
    text(
        "bootstrap-server",
        "Server(s) to use for bootstrapping",
        "Brokers to ask first.",
    )
    .maybe(),
    text(
        "command-config",
        "Admin client property file",
        "A properties file with configurations of the client.",
    ),
    text(
        FILE,
        "manual assignment json file path",
        "The replicas that partitions are to have: {\"partitions\": [{\"topic\": \"t\", \"partition\": 1, \"replicas\": [1, 2], \
         \"log_dirs\": [\"any\", \"/data\"]}], \"version\": 1}. log_dirs may be left away.",
    ),
    text(
        "topics-to-move-json-file",
        "topics to reassign json file path",
        "The topics to propose replicas for: {\"topics\": [{\"topic\": \"t\"}], \"version\": 1}",
    ),
    text(
        "broker-list",
        "brokerlist",
        "The brokers that get them: \"0,1,2\".",
    ),
    text(
        "bootstrap-controller",
        "bootstrap controller to connect to",
        "Controllers to ask instead, with --cancel and --list.",
    )
    .maybe(),
    flag("disable-rack-aware", "Propose without regard to racks."),
    long(
        "throttle",
        "throttle",
        "How many bytes a second brokers copy from one another at most.",
    )
    .or("-1"),
    long(
        "replica-alter-log-dirs-throttle",
        "replicaAlterLogDirsThrottle",
        "How many bytes a second are copied between log directories at most.",
    )
    .or("-1"),
    long(
        "timeout",
        "timeout",
        "For how many milliseconds the start of moves between log directories is waited for.",
    )
    .or("10000"),
    flag(
        "additional",
        "Also where other moves are going on; throttles can be changed so.",
    ),
    flag(
        "preserve-throttles",
        "Leave the throttles of brokers and topics alone.",
    ),
    flag(
        "disallow-replication-factor-change",
        "Refuse to change how many replicas a partition has.",
    ),
    ZOOKEEPER,
];

/// The script.
pub const SCRIPT: Script = Script {
    name: "kafka-reassign-partitions",
    options: OPTIONS,
    about: "This tool helps to move topic partitions between replicas.",
    about_nothing: "",
    unreadable: Shown::Uncaught,
    unexpected: Shown::Uncaught,
    run,
};

fn run(given: &Given) -> Result<u8, Fault> {
    let (action, servers) = validate(given)?;
    match act(given, action, servers) {
        Ok(()) => Ok(0),
        // What this tool has to say of a failure goes to standard output.
        Err(Fault::Message(message)) => line(message).map(|()| 1),
        Err(Fault::Thrown(why)) => {
            line(format!("Error: {}", why.message()))?;
            // An empty line is where its trace would end.
            line(format!("{why}\n")).map(|()| 1)
        }
        Err(fault) => Err(fault),
    }
}

/// The action, and whom to ask.
fn validate(given: &Given) -> Result<(&'static str, &'static str), Fault> {
    let usage = |message: String| Err(Fault::Usage(message));
    let asked: Vec<_> = ACTIONS.into_iter().filter(|a| given.has(a)).collect();
    let [action] = asked[..] else {
        let all = ACTIONS.map(|action| format!("--{action}")).join(", ");
        return usage(format!("Command must include exactly one action: {all}"));
    };
    let servers = match (
        given.has("bootstrap-server"),
        given.has("bootstrap-controller"),
    ) {
        (true, true) => {
            return usage(
                "Please don't specify both --bootstrap-server and --bootstrap-controller"
                    .to_owned(),
            );
        }
        (false, true) => "bootstrap-controller",
        // Where neither is given a broker is looked for.
        _ => "bootstrap-server",
    };
    let (required, permitted): (&[&str], &[&str]) = match action {
        "verify" => (&[FILE], &["bootstrap-server", "preserve-throttles"]),
        "generate" => (
            &["topics-to-move-json-file", "broker-list"],
            &["bootstrap-server", "disable-rack-aware"],
        ),
        "execute" => (
            &[FILE],
            &[
                "additional",
                "bootstrap-server",
                "throttle",
                "replica-alter-log-dirs-throttle",
                "timeout",
                "disallow-replication-factor-change",
            ],
        ),
        "cancel" => (&[FILE], &[servers, "preserve-throttles", "timeout"]),
        _ => (&[], &[servers]),
    };
    given.require(required)?;
    let always = [action, "command-config", "zookeeper"];
    for option in OPTIONS.iter().filter(|option| given.has(option.name)) {
        let allowed = [required, permitted, &always];
        if !allowed.iter().any(|names| names.contains(&option.name)) {
            let name = option.name;
            return usage(format!(
                "Option \"[{name}]\" can't be used with action \"[{action}]\""
            ));
        }
    }
    Ok((action, servers))
}

fn act(given: &Given, action: &str, servers: &str) -> Result<(), Fault> {
    let mut properties: Properties = connect::properties(given, "command-config")?;
    properties
        .entry("client.id".to_owned())
        .or_insert_with(|| "reassign-partitions-tool".to_owned());
    let client = connect::admin(&connect::bootstrap(given, servers)?, &properties)?;
    let file = |name| -> Result<String, Fault> {
        connect::read_file(given.text(name)?.unwrap_or_default())
    };
    match action {
        "verify" => verify(&client, &file(FILE)?, given.has("preserve-throttles")),
        "generate" => generate(&client, given, &file("topics-to-move-json-file")?),
        "execute" => execute(&client, given, &file(FILE)?),
        "cancel" => cancel(&client, given, &file(FILE)?),
        _ => list(&client),
    }
}

/// Makes a fault of what a call of the client met.
pub fn failed(call: &'static str) -> impl Fn(ClientError) -> Fault {
    move |error| thrown(call, &error).in_execution().into()
}

/// Values with commas between.
pub fn commas<T: ToString>(all: impl IntoIterator<Item = T>) -> String {
    let all: Vec<_> = all.into_iter().map(|one| one.to_string()).collect();
    all.join(",")
}

/// The ending of a noun that so many are of.
pub fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

type Going = BTreeMap<TopicPartition, Reassignment>;

fn going(client: &Client) -> Result<Going, Fault> {
    let going = client.list_reassignments(None);
    going.map_err(failed("listPartitionReassignments"))
}

fn list(client: &Client) -> Result<(), Fault> {
    let going = going(client)?;
    if going.is_empty() {
        return line("No partition reassignments found.");
    }
    line("Current partition reassignments:")?;
    for (tp, one) in going {
        let part = |what: &str, ids: &[i32]| match ids {
            [] => String::new(),
            ids => format!(" {what}: {}.", commas(ids)),
        };
        let replicas = commas(&one.replicas);
        let adding = part("adding", &one.adding);
        let removing = part("removing", &one.removing);
        line(format!("{tp}: replicas: {replicas}.{adding}{removing}"))?;
    }
    Ok(())
}

fn verify(client: &Client, file: &str, preserve: bool) -> Result<(), Fault> {
    let wanted = files::read(file)?;
    let going = going(client)?;
    let mut topics: BTreeMap<&str, Option<TopicDescription>> = BTreeMap::new();
    let mut lines = vec!["Status of partition reassignment:".to_owned()];
    let all: Assignment = wanted.partitions.iter().cloned().collect();
    for (tp, target) in &all {
        if going.contains_key(tp) {
            lines.push(format!(
                "Reassignment of partition {tp} is still in progress."
            ));
            continue;
        }
        if !topics.contains_key(&*tp.topic) {
            topics.insert(&tp.topic, described(client, &tp.topic)?);
        }
        let topic = topics.get(&*tp.topic).and_then(Option::as_ref);
        let partition = topic.and_then(|topic| topic.partitions.get(&tp.partition));
        let current = partition.map_or(&[][..], |partition| &partition.state.replicas);
        lines.push(match current == target {
            true => format!("Reassignment of partition {tp} is completed."),
            false => format!(
                "There is no active reassignment of partition {tp}, but replica set is {} rather than {}.",
                commas(current),
                commas(target)
            ),
        });
    }
    line(lines.join("\n"))?;
    let moves = dir_moves(client, &wanted.dirs)?;
    let said = moves.iter().map(|(replica, state)| state.said(replica));
    line(said.collect::<Vec<_>>().join("\n"))?;
    let is_moving = moves.values().any(|state| state.future.is_some());
    if going.is_empty() && !is_moving && !preserve {
        clear_throttles(client, &all)?;
    }
    Ok(())
}

/// A topic, if it is there.
fn described(client: &Client, topic: &str) -> Result<Option<TopicDescription>, Fault> {
    match client.describe_topics(&[topic], AT_A_TIME) {
        Ok(found) => Ok(found.into_iter().next()),
        Err(ClientError::UnknownTopic(_)) => Ok(None),
        Err(error) => Err(failed("describeTopics")(error)),
    }
}

fn alter(
    client: &Client,
    kind: ResourceKind,
    name: &str,
    changes: &[(&str, Option<&str>)],
) -> Result<(), Fault> {
    let done = client.alter_configs(kind, name, changes);
    done.map_err(failed("incrementalAlterConfigs"))
}

fn brokers(client: &Client) -> Result<Vec<Usable>, Fault> {
    let cluster = client.describe_cluster(false);
    let (_, endpoints) = cluster.map_err(failed("listNodes"))?;
    let brokers = endpoints.into_iter().map(|endpoint| Usable {
        id: endpoint.node.id.0,
        rack: endpoint.node.rack,
    });
    Ok(brokers.collect())
}

fn clear_throttles(client: &Client, wanted: &Assignment) -> Result<(), Fault> {
    let known = brokers(client)?.into_iter().map(|broker| broker.id);
    let ids: BTreeSet<i32> = known.chain(wanted.values().flatten().copied()).collect();
    let (s, named) = (plural(ids.len()), commas(&ids));
    line(format!(
        "Clearing broker-level throttles on broker{s} {named}"
    ))?;
    let removed = BROKER_THROTTLES.map(|name| (name, None));
    for id in ids {
        alter(client, ResourceKind::Broker, &id.to_string(), &removed)?;
    }
    let topics: BTreeSet<&str> = wanted.keys().map(|tp| &*tp.topic).collect();
    let topics = java::hash_order_by(topics.into_iter().collect(), |topic| topic);
    let (s, named) = (plural(topics.len()), topics.join(","));
    line(format!(
        "Clearing topic-level throttles on topic{s} {named}"
    ))?;
    let removed = TOPIC_THROTTLES.map(|name| (name, None));
    for topic in topics {
        alter(client, ResourceKind::Topic, topic, &removed)?;
    }
    Ok(())
}

/// The replicas of all partitions of topics.
fn replicas_of<'a>(
    client: &Client,
    topics: impl Iterator<Item = &'a str>,
) -> Result<Assignment, Fault> {
    let mut current = Assignment::new();
    for topic in topics.collect::<BTreeSet<_>>() {
        let Some(found) = described(client, topic)? else {
            let message = format!("Topic {topic} not found.");
            return Err(unknown(&message));
        };
        let partitions = found.partitions.into_iter();
        current.extend(partitions.map(|(index, partition)| {
            (TopicPartition::new(topic, index), partition.state.replicas)
        }));
    }
    Ok(current)
}

fn unknown(message: &str) -> Fault {
    Thrown::of_code(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, Some(message))
        .in_execution()
        .into()
}

fn generate(client: &Client, given: &Given, file: &str) -> Result<(), Fault> {
    let broker_list = given.text("broker-list")?.unwrap_or_default();
    let (ids, topics) = files::generation(file, broker_list)?;
    let current = replicas_of(client, topics.iter().map(String::as_str))?;
    let [dirs, _] = dirs_of(client, current.values().flatten().copied())?;
    let mut usable = brokers(client)?;
    usable.retain(|broker| ids.contains(&broker.id));
    if given.has("disable-rack-aware") {
        usable.iter_mut().for_each(|broker| broker.rack = None);
    }
    let without = usable.iter().filter(|broker| broker.rack.is_none()).count();
    if without != 0 && without != usable.len() {
        let message = "Not all brokers have rack information. Add --disable-rack-aware in command line to make replica assignment without rack information.";
        return Err(Thrown::operation(message).into());
    }
    let start = getrandom::u32().unwrap_or_default() % 1024;
    let start = usize::try_from(start).unwrap_or_default();
    let proposed = plan::spread(&current, &usable, start)?;
    line(format!(
        "Current partition replica assignment\n{}\n",
        files::text(&current, &dirs)
    ))?;
    line(format!(
        "Proposed partition reassignment configuration\n{}",
        files::text(&proposed, &Dirs::new())
    ))
}

fn execute(client: &Client, given: &Given, file: &str) -> Result<(), Fault> {
    let (rates, patience) = (Rates::read(given)?, patience(given)?);
    let wanted = files::read(file)?;
    let proposed = files::executable(&wanted)?;
    let going = going(client)?;
    if !given.has("additional") && !going.is_empty() {
        return Err(Fault::Message(
            "Cannot execute because there is an existing partition assignment.  Use --additional to override this and create a new partition assignment in addition to the existing one. The --additional flag can also be used to change the throttle by resubmitting the current reassignment.".to_owned(),
        ));
    }
    let current = current_of(client, &proposed)?;
    let [dirs, _] = dirs_of(client, current.values().flatten().copied())?;
    line(format!(
        "Current partition replica assignment\n\n{}\n\nSave this to use as the --reassignment-json-file option during rollback",
        files::text(&current, &dirs)
    ))?;
    let moves = Moves::new(&going, &proposed, &current);
    throttle(client, rates, &moves, &wanted.dirs)?;
    let moves = proposed
        .iter()
        .map(|(tp, replicas)| (tp.clone(), Some(replicas.clone())));
    let may_change_count = !given.has("disallow-replication-factor-change");
    let errors = reassign(client, &moves.collect(), may_change_count)?;
    if !errors.is_empty() {
        let errors = errors.join("\n");
        return Err(Fault::Message(format!(
            "Error reassigning partition(s):\n{errors}"
        )));
    }
    line(format!(
        "Successfully started partition reassignment{} for {}",
        plural(proposed.len()),
        commas(proposed.keys())
    ))?;
    move_dirs(client, patience, wanted.dirs)
}

/// The replicas that partitions have, which are to be moved to brokers that must be there.
fn current_of(client: &Client, proposed: &Assignment) -> Result<Assignment, Fault> {
    let known: Vec<i32> = brokers(client)?.into_iter().map(|b| b.id).collect();
    let used: BTreeSet<i32> = proposed.values().flatten().copied().collect();
    if let Some(id) = used.iter().find(|id| !known.contains(id)) {
        return Err(Thrown::command_failed(format!("Unknown broker id {id}")).into());
    }
    let mut current = replicas_of(client, proposed.keys().map(|tp| &*tp.topic))?;
    current.retain(|tp, _| proposed.contains_key(tp));
    let missing: Vec<_> = proposed
        .keys()
        .filter(|tp| !current.contains_key(tp))
        .map(ToString::to_string)
        .collect();
    if !missing.is_empty() {
        let message = format!("Unable to find partition: {}", missing.join(", "));
        let why = Thrown::of_code(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, Some(&message));
        return Err(why.in_execution().into());
    }
    Ok(current)
}

/// Changes the replicas of partitions; the answer is what was refused.
fn reassign(
    client: &Client,
    moves: &BTreeMap<TopicPartition, Option<Vec<i32>>>,
    may_change_count: bool,
) -> Result<Vec<String>, Fault> {
    let call = "alterPartitionReassignments";
    let each = client.alter_reassignments(moves, may_change_count);
    let each = each.map_err(failed(call))?.into_iter();
    let errors = each.filter_map(|(tp, result)| {
        let why = thrown(call, &result.err()?);
        Some(format!("{tp}: {}", why.message()))
    });
    Ok(errors.collect())
}

/// How many bytes a second are copied at most, if that is limited.
struct Rates {
    between_brokers: Option<String>,
    between_dirs: Option<String>,
}

impl Rates {
    fn read(given: &Given) -> Result<Self, Fault> {
        let rate = |name| -> Result<Option<String>, Fault> {
            let rate: Option<i64> = given.number(name)?;
            Ok(rate.filter(|rate| *rate >= 0).map(|rate| rate.to_string()))
        };
        Ok(Self {
            between_brokers: rate("throttle")?,
            between_dirs: rate("replica-alter-log-dirs-throttle")?,
        })
    }
}

/// For how long the start of moves between log directories is waited for.
fn patience(given: &Given) -> Result<Duration, Fault> {
    let ms: Option<u64> = given.number("timeout")?;
    Ok(Duration::from_millis(ms.unwrap_or_default()))
}

fn throttle(client: &Client, rates: Rates, moves: &Moves, dirs: &Dirs) -> Result<(), Fault> {
    let Rates {
        between_brokers,
        between_dirs,
    } = rates;
    if between_brokers.is_some() || between_dirs.is_some() {
        line(
            "Warning: You must run --verify periodically, until the reassignment completes, to ensure the throttle is removed.",
        )?;
    }
    let [leaders, followers] = TOPIC_THROTTLES;
    if let Some(rate) = between_brokers {
        for (topic, leading, following) in moves.throttled() {
            let changes = [(leaders, Some(&*leading)), (followers, Some(&*following))];
            alter(client, ResourceKind::Topic, topic, &changes)?;
        }
        let [leading, following, _] = BROKER_THROTTLES.map(|name| (name, Some(&*rate)));
        for id in moves.brokers() {
            let changes = [leading, following];
            alter(client, ResourceKind::Broker, &id.to_string(), &changes)?;
        }
        line(format!(
            "The inter-broker throttle limit was set to {rate} B/s"
        ))?;
    }
    if let Some(rate) = between_dirs {
        let [_, _, change] = BROKER_THROTTLES.map(|name| (name, Some(&*rate)));
        for id in dirs.keys().map(|r| r.broker).collect::<BTreeSet<_>>() {
            alter(client, ResourceKind::Broker, &id.to_string(), &[change])?;
        }
        line(format!(
            "The replica-alter-dir throttle limit was set to {rate} B/s"
        ))?;
    }
    Ok(())
}

fn cancel(client: &Client, given: &Given, file: &str) -> Result<(), Fault> {
    let patience = patience(given)?;
    let wanted = files::read(file)?;
    let all: Assignment = wanted.partitions.iter().cloned().collect();
    let named: Vec<_> = all.keys().cloned().collect();
    let going = client.list_reassignments(Some(&named));
    let mut going = going.map_err(failed("listPartitionReassignments"))?;
    going.retain(|_, one| !one.adding.is_empty() || !one.removing.is_empty());
    if going.is_empty() {
        line("None of the specified partition reassignments are active.")?;
    } else {
        let moves = going.keys().map(|tp| (tp.clone(), None)).collect();
        let errors = reassign(client, &moves, true)?;
        if !errors.is_empty() {
            return Err(Fault::Message(format!(
                "Error cancelling partition reassignment{} for:\n{}",
                plural(errors.len()),
                errors.join("\n")
            )));
        }
        let (s, names) = (plural(going.len()), commas(going.keys()));
        line(format!(
            "Successfully cancelled partition reassignment{s} for: {names}"
        ))?;
    }
    let moving = dir_moves(client, &wanted.dirs)?.into_iter();
    let moving = moving.filter(|(_, state)| state.future.is_some());
    let back: Dirs = moving
        .filter_map(|(replica, state)| Some((replica, state.current?)))
        .collect();
    match back.is_empty() {
        // Kafka's tool leaves the end of this line away.
        true => print("None of the specified partition moves are active.")?,
        false => move_dirs(client, patience, back)?,
    }
    match given.has("preserve-throttles") {
        true => Ok(()),
        false => clear_throttles(client, &all),
    }
}
