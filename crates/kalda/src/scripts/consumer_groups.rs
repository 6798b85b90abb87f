//! kafka-consumer-groups: groups of consumers listed, described, deleted, and their offsets reset.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use client::admin::GroupListing;
use client::{Client, ClientError, TopicPartition};
use model::ErrorCode;

use super::connect;
use super::console::{line, note, print};
use super::consumer_groups_describe;
use super::faults::{Fault, Thrown, thrown};
use super::options::{
    BOOTSTRAP_SERVER, COMMAND_CONFIG, Kind, Opt, Takes, ZOOKEEPER, flag, long, old, text,
};
use super::parse::Given;
use super::reset_offsets::{self, Offsets, Resetting, SCENARIOS};
use super::{Script, Shown};

const STATES: [&str; 7] = [
    "PreparingRebalance",
    "CompletingRebalance",
    "Stable",
    "Dead",
    "Empty",
    "Assigning",
    "Reconciling",
];
const TYPES: [&str; 2] = ["Classic", "Consumer"];
const ACTIONS: [&str; 6] = [
    "list",
    "describe",
    "delete",
    "reset-offsets",
    "delete-offsets",
    "validate-regex",
];

/// The options.
pub const OPTIONS: &[Opt] = &[
    BOOTSTRAP_SERVER,
    text("group", "consumer group", "The group; may be given again."),
    text(
        "topic",
        "topic",
        "The topic whose offsets are deleted or reset, with its partitions behind a colon: t:0,1. May be given again.",
    ),
    flag("all-topics", "Reset the offsets of all topics that the group has any of."),
    flag("list", "List groups."),
    flag("describe", "Show how far groups are, or their members or state."),
    flag("all-groups", "Take all groups."),
    flag("delete", "Delete groups that have no members."),
    long("timeout", "timeout (ms)", "How long an answer is waited for.").or("30000"),
    COMMAND_CONFIG,
    flag("reset-offsets", "Put the offsets of groups without members elsewhere; with --execute it is done, else shown."),
    flag("delete-offsets", "Delete offsets of a group."),
    flag("dry-run", "Show what would be done."),
    flag("execute", "Do it."),
    flag("export", "Show it as rows with commas, which --from-file reads."),
    long("to-offset", "offset", "Reset to this offset."),
    text("from-file", "path to CSV file", "Reset to what a file says."),
    text("to-datetime", "datetime", "Reset to what came at or after a moment: YYYY-MM-DDThh:mm:ss.sss."),
    text("by-duration", "duration", "Reset to what came since, such as P1DT2H or PT30M."),
    flag("to-earliest", "Reset to the beginning."),
    flag("to-latest", "Reset to the end."),
    flag("to-current", "Reset to what is committed."),
    long("shift-by", "number-of-offsets", "Reset by so many records, forwards or backwards."),
    flag("members", "Describe the members.").only_with(&["describe"]),
    flag("verbose", "Describe more.").only_with(&["describe"]),
    flag("offsets", "Describe how far the group is in each partition; this is what is described if nothing else is said.")
        .only_with(&["describe"]),
    text("state", "", "Describe the state; with --list show states, or only groups in these.")
        .maybe()
        .only_with(&["describe", "list"]),
    text("type", "", "With --list show types, or only groups of these.").maybe().only_with(&["list"]),
    text("validate-regex", "regex", "See whether an expression is one that brokers understand."),
    ZOOKEEPER,
    old("new-consumer", Takes::Nothing, "there is one kind of consumer"),
    old("old-consumer", Takes::Nothing, "offsets are kept by brokers"),
    old("reset-offsets-execute", Takes::Value(Kind::Text), "use --reset-offsets --execute"),
];

/// The script.
pub const SCRIPT: Script = Script {
    name: "kafka-consumer-groups",
    options: OPTIONS,
    about: "This tool helps to list all consumer groups, describe a consumer group, delete consumer group info, or reset consumer group offsets.",
    about_nothing: "",
    unreadable: Shown::Uncaught,
    unexpected: Shown::Uncaught,
    run,
};

fn run(given: &Given) -> Result<u8, Fault> {
    check(given)?;
    if let Some(expression) = given.text("validate-regex")? {
        return validate(expression);
    }
    match work(given) {
        Ok(()) => Ok(0),
        Err(Fault::Thrown(thrown)) if thrown.class == "java.lang.IllegalArgumentException" => {
            Err(Fault::Usage(thrown.message().to_owned()))
        }
        Err(Fault::Thrown(thrown)) => {
            line(format!(
                "\nError: Executing consumer group command failed due to {}",
                thrown.message()
            ))?;
            note(thrown.to_string());
            Ok(0)
        }
        Err(fault) => Err(fault),
    }
}

fn usage<T>(message: String) -> Result<T, Fault> {
    Err(Fault::Usage(message))
}

fn check(given: &Given) -> Result<(), Fault> {
    let has_group = given.has("group") || given.has("all-groups");
    let scopes = "[group], [all-groups]";
    if given.has("describe") {
        check_describe(given, has_group, scopes)?;
    }
    if given.has("delete") {
        if !has_group {
            return usage(format!(
                "Option [delete] takes one of these options: {scopes}"
            ));
        }
        if given.has("topic") {
            return usage("The consumer does not support topic-specific offset deletion from a consumer group.".to_owned());
        }
    }
    if given.has("delete-offsets") && !(given.has("group") && given.has("topic")) {
        return usage(
            "Option [delete-offsets] takes the following options: [group], [topic]".to_owned(),
        );
    }
    if given.has("reset-offsets") {
        check_reset(given, has_group, scopes)?;
    }
    given.exclude("group", &["all-groups"])?;
    given.exclude("group", &["list"])?;
    given.exclude("topic", &["list", "describe"])?;
    if ACTIONS.iter().filter(|action| given.has(action)).count() != 1 {
        let actions = ACTIONS.map(|action| format!("--{action}")).join(", ");
        return usage(format!(
            "Command must include exactly one action: {actions}"
        ));
    }
    Ok(())
}

fn check_describe(given: &Given, has_group: bool, scopes: &str) -> Result<(), Fault> {
    if !has_group {
        return usage(format!(
            "Option [describe] takes one of these options: {scopes}"
        ));
    }
    let views = ["members", "offsets", "state"];
    if views.iter().filter(|view| given.has(view)).count() > 1 {
        let views = views.map(|view| format!("[{view}]")).join(", ");
        return usage(format!(
            "Option [describe] takes at most one of these options: {views}"
        ));
    }
    if given.text("state")?.is_some() {
        return usage("Option [describe] does not take a value for [state]".to_owned());
    }
    Ok(())
}

fn check_reset(given: &Given, has_group: bool, scopes: &str) -> Result<(), Fault> {
    match (given.has("dry-run"), given.has("execute")) {
        (true, true) => {
            return usage(
                "Option [reset-offsets] only accepts one of [execute] and [dry-run]".to_owned(),
            );
        }
        (false, false) => note(
            "WARN: No action will be performed as the --execute option is missing. In version 5.0, this command will require \
             either --dry-run or --execute to be specified. You should add the --dry-run option explicitly if you are scripting \
             this command and want to keep the current default behavior without prompting.",
        ),
        _ => {}
    }
    if !has_group {
        return usage(format!(
            "Option [reset-offsets] takes one of these options: {scopes}"
        ));
    }
    for scenario in SCENARIOS {
        let others: Vec<_> = SCENARIOS
            .into_iter()
            .filter(|other| *other != scenario)
            .collect();
        given.exclude(scenario, &others)?;
    }
    Ok(())
}

/// Says whether brokers understand an expression.
fn validate(expression: &str) -> Result<u8, Fault> {
    match regex::Regex::new(expression) {
        Ok(_) => line(format!("The regular expression `{expression}` is valid."))?,
        Err(error) => {
            let why = fault_of_expression(&error.to_string());
            line(format!(
                "The regular expression `{expression}` is invalid: {why}."
            ))?;
        }
    }
    Ok(0)
}

/// What is wrong with an expression, in RE2's words.
fn fault_of_expression(error: &str) -> &'static str {
    let faults = [
        ("unclosed group", "missing closing )"),
        ("unopened group", "unexpected )"),
        ("unclosed character class", "missing closing ]"),
        (
            "repetition operator missing",
            "missing argument to repetition operator",
        ),
        ("unrecognized escape", "invalid escape sequence"),
        (
            "invalid character class range",
            "invalid character class range",
        ),
        ("repetition quantifier", "invalid repeat count"),
    ];
    let found = faults.iter().find(|(here, _)| error.contains(here));
    found.map_or("invalid regular expression", |(_, there)| there)
}

fn work(given: &Given) -> Result<(), Fault> {
    given.number::<i64>("to-offset")?;
    given.number::<i64>("shift-by")?;
    let servers = connect::bootstrap(given, "bootstrap-server")?;
    let mut properties = connect::properties(given, "command-config")?;
    let timeout: i64 = given.number("timeout")?.unwrap_or(30_000);
    let timeout = Duration::from_millis(u64::try_from(timeout).unwrap_or_default());
    properties.insert(
        "default.api.timeout.ms".to_owned(),
        timeout.as_millis().to_string(),
    );
    let client = connect::admin(&servers, &properties)?;
    match () {
        () if given.has("list") => list(&client, given),
        () if given.has("describe") => consumer_groups_describe::describe(&client, given),
        () if given.has("delete") => delete(&client, given),
        () if given.has("reset-offsets") => reset(&client, given),
        () => delete_offsets(&client, given),
    }
}

/// The groups that consumers make.
fn listings(client: &Client) -> Result<Vec<GroupListing>, Fault> {
    let mut groups = client.list_groups().map_err(|error| {
        Thrown::runtime(thrown("listGroups", &error).in_execution().to_string())
    })?;
    groups.retain(|group| {
        let kind = group.kind.to_lowercase();
        ["", "classic", "consumer"].contains(&kind.as_str())
            && ["", "consumer"].contains(&group.protocol_type.as_str())
    });
    Ok(groups)
}

/// The groups that are named, or all.
pub fn group_ids(client: &Client, given: &Given) -> Result<Vec<String>, Fault> {
    if given.has("all-groups") {
        let groups = listings(client)?.into_iter();
        return Ok(groups.map(|group| group.id).collect());
    }
    Ok(given
        .texts("group")
        .into_iter()
        .map(str::to_owned)
        .collect())
}

/// The names in a list with commas, as they are written in `known`.
fn known(text: Option<&str>, known: &[&str], what: &str) -> Result<BTreeSet<String>, Fault> {
    let text = text.unwrap_or_default();
    let mut names = BTreeSet::new();
    for part in text.split(',').map(str::trim).filter(|_| !text.is_empty()) {
        let found = known.iter().find(|name| name.eq_ignore_ascii_case(part));
        let found = found.ok_or_else(|| {
            let message = format!(
                "Invalid {what} list '{text}'. Valid {what}s are: {}",
                known.join(", ")
            );
            Thrown::illegal_argument(message)
        })?;
        names.insert((*found).to_owned());
    }
    Ok(names)
}

fn list(client: &Client, given: &Given) -> Result<(), Fault> {
    let (with_type, with_state) = (given.has("type"), given.has("state"));
    if !with_type && !with_state {
        return listings(client)?
            .iter()
            .try_for_each(|group| line(&group.id));
    }
    let types = known(given.text("type")?, &TYPES, "type")?;
    let states = known(given.text("state")?, &STATES, "state")?;
    let mut groups = listings(client)?;
    let is_in = |names: &BTreeSet<String>, name: &str| {
        names.is_empty() || names.iter().any(|other| other.eq_ignore_ascii_case(name))
    };
    groups.retain(|group| is_in(&types, &group.kind) && is_in(&states, &group.state));
    let longest = groups.iter().map(|group| group.id.len()).max().unwrap_or(0);
    let width = longest.max(15) + 10;
    let mut text = String::new();
    let mut row = |id: &str, kind: &str, state: &str| {
        text.push_str(&format!("{id:width$}"));
        if with_type {
            text.push_str(&format!(" {kind:20}"));
        }
        if with_state {
            text.push_str(&format!(" {state:20}"));
        }
        text.push('\n');
    };
    row("GROUP", "TYPE", "STATE");
    for group in &groups {
        row(
            &group.id,
            &capitalised(&group.kind),
            or_unknown(&group.state),
        );
    }
    print(&text)
}

fn or_unknown(text: &str) -> &str {
    match text {
        "" => "Unknown",
        text => text,
    }
}

/// A type as Kafka shows it.
pub fn capitalised(kind: &str) -> String {
    let mut letters = kind.chars();
    match letters.next() {
        None => "Unknown".to_owned(),
        Some(first) => first.to_uppercase().chain(letters).collect(),
    }
}

fn quoted(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("'{name}'")).collect();
    names.join(", ")
}

fn delete(client: &Client, given: &Given) -> Result<(), Fault> {
    let (mut deleted, mut failed) = (Vec::new(), Vec::new());
    for group in group_ids(client, given)? {
        match client.delete_group(&group) {
            Ok(()) => deleted.push(group),
            Err(error) => failed.push((group, thrown("deleteConsumerGroups", &error))),
        }
    }
    if failed.is_empty() {
        let names = quoted(&deleted);
        return line(format!(
            "Deletion of requested consumer groups ({names}) was successful."
        ));
    }
    line("\nError: Deletion of some consumer groups failed:")?;
    for (group, why) in failed {
        line(format!(
            "* Group '{group}' could not be deleted due to: {why}"
        ))?;
    }
    if deleted.is_empty() {
        return Ok(());
    }
    line(format!(
        "\nThese consumer groups were deleted successfully: {}",
        quoted(&deleted)
    ))
}

fn reset(client: &Client, given: &Given) -> Result<(), Fault> {
    let groups = group_ids(client, given)?;
    let mut plans = BTreeMap::new();
    for group in &groups {
        let resetting = Resetting {
            client,
            given,
            group,
            groups: groups.len(),
        };
        plans.insert(group.clone(), reset_group(&resetting)?);
    }
    match given.has("export") {
        true => reset_offsets::export(&plans, given.texts("group").len() == 1),
        false => reset_offsets::show(&plans),
    }
}

fn reset_group(of: &Resetting<'_>) -> Result<Offsets, Fault> {
    let state = match of.client.describe_group(of.group) {
        Ok(group) => group.state,
        Err(error) if error.code() == Some(ErrorCode::GROUP_ID_NOT_FOUND) => "Dead".to_owned(),
        Err(error) => {
            let inner = thrown("describeConsumerGroups", &error).in_execution();
            return Err(Thrown::runtime(inner.to_string()).into());
        }
    };
    if !["Empty", "Dead"].contains(&state.as_str()) {
        line(format!(
            "\nError: Assignments can only be reset if the group '{}' is inactive, but the current state is {state}.",
            of.group
        ))?;
        return Ok(Offsets::new());
    }
    let offsets = of.plan(&partitions_to_reset(of)?)?;
    if of.given.has("execute") && !of.given.has("dry-run") {
        of.client
            .alter_offsets(of.group, &offsets)
            .map_err(|error| thrown("alterConsumerGroupOffsets", &error))?;
    }
    Ok(offsets)
}

fn partitions_to_reset(of: &Resetting<'_>) -> Result<Vec<TopicPartition>, Fault> {
    if of.given.has("all-topics") {
        return Ok(of.committed()?.into_keys().collect());
    }
    if of.given.has("topic") {
        return reset_offsets::partitions(of.client, &of.given.texts("topic"));
    }
    if of.given.has("from-file") {
        return Ok(Vec::new());
    }
    usage("One of the reset scopes should be defined: --all-topics, --topic.".to_owned())
}

/// What became of a partition, or of a topic without any.
type Outcomes = BTreeMap<(String, Option<i32>), Option<Thrown>>;

fn delete_offsets(client: &Client, given: &Given) -> Result<(), Fault> {
    let group = given.text("group")?.unwrap_or_default();
    let mut outcomes = Outcomes::new();
    let mut partitions = Vec::new();
    for topic in given.texts("topic") {
        if topic.contains(':') {
            partitions.extend(reset_offsets::topic_and_partitions(topic)?);
            continue;
        }
        match client.topics(&[topic], false) {
            Ok(cluster) => {
                let indexes = cluster.topics[topic].partitions.keys();
                partitions.extend(indexes.map(|index| TopicPartition::new(topic, *index)));
            }
            Err(error) => {
                let why = thrown("describeTopics", &error).in_execution();
                outcomes.insert((topic.to_owned(), None), Some(why));
            }
        }
    }
    let first = match client.delete_offsets(group, &partitions) {
        Ok(each) => {
            let mut first = None;
            for (tp, result) in each {
                let why = result.err().map(|error| {
                    first = first.or(error.code());
                    thrown("deleteConsumerGroupOffsets", &error).in_execution()
                });
                outcomes.insert((tp.topic.to_string(), Some(tp.partition)), why);
            }
            first
        }
        Err(error) => {
            all_failed(&mut outcomes, partitions, &error);
            error.code()
        }
    };
    say_of_all(group, first)?;
    print(&outcome_table(&outcomes))
}

fn all_failed(outcomes: &mut Outcomes, partitions: Vec<TopicPartition>, error: &ClientError) {
    let why = thrown("deleteConsumerGroupOffsets", error).in_execution();
    for tp in partitions {
        outcomes.insert(
            (tp.topic.to_string(), Some(tp.partition)),
            Some(why.clone()),
        );
    }
}

fn say_of_all(group: &str, first: Option<ErrorCode>) -> Result<(), Fault> {
    let Some(code) = first else {
        return line(format!(
            "Request succeeded for deleting offsets from group {group}."
        ));
    };
    match code {
        ErrorCode::INVALID_GROUP_ID
        | ErrorCode::GROUP_ID_NOT_FOUND
        | ErrorCode::GROUP_AUTHORIZATION_FAILED
        | ErrorCode::NON_EMPTY_GROUP => {
            let said = Thrown::of_code(code, None);
            line(format!("\nError: {}", said.message()))
        }
        ErrorCode::GROUP_SUBSCRIBED_TO_TOPIC
        | ErrorCode::TOPIC_AUTHORIZATION_FAILED
        | ErrorCode::UNKNOWN_TOPIC_OR_PARTITION => {
            line("\nError: Encountered some partition-level error, see the follow-up details.")
        }
        code => {
            let name = code.name().unwrap_or("UNKNOWN_SERVER_ERROR");
            line(format!("\nError: Encountered some unknown error: {name}"))
        }
    }
}

fn outcome_table(outcomes: &Outcomes) -> String {
    let longest = outcomes
        .keys()
        .map(|(topic, _)| topic.len())
        .max()
        .unwrap_or(0);
    let width = longest.max(15);
    let mut rows: Vec<_> = outcomes.iter().collect();
    rows.sort_by_key(|((topic, partition), _)| format!("{topic}{}", partition.unwrap_or(-1)));
    let mut text = format!("\n{:width$} {:10} {:15}", "TOPIC", "PARTITION", "STATUS");
    for ((topic, partition), why) in rows {
        let partition = partition.map_or_else(|| "-".to_owned(), |number| number.to_string());
        let status = match why {
            Some(why) => format!("Error: {}", why.message()),
            None => "Successful".to_owned(),
        };
        text.push_str(&format!("\n{topic:width$} {partition:10} {status:15}"));
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(words: &[&str], message: &str) {
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        let given = super::super::parse::parse(OPTIONS, &words).expect("well formed");
        assert_eq!(check(&given).expect_err("refused").message(), message);
    }

    #[test]
    fn combinations_are_refused_in_kafkas_words() {
        refused(
            &["--describe"],
            "Option [describe] takes one of these options: [group], [all-groups]",
        );
        refused(
            &["--delete-offsets", "--group", "g"],
            "Option [delete-offsets] takes the following options: [group], [topic]",
        );
        refused(
            &[
                "--reset-offsets",
                "--group",
                "g",
                "--dry-run",
                "--to-latest",
                "--to-current",
            ],
            "Option \"[to-latest]\" can't be used with option \"[to-current]\"",
        );
        refused(
            &["--group", "g"],
            "Command must include exactly one action: --list, --describe, --delete, --reset-offsets, --delete-offsets, \
             --validate-regex",
        );
    }

    #[test]
    fn expressions_are_faulted_in_re2s_words() {
        let check = |expression: &str, expected: &str| {
            let error = regex::Regex::new(expression)
                .expect_err(expression)
                .to_string();
            assert_eq!(fault_of_expression(&error), expected, "{error}");
        };
        check("a(", "missing closing )");
        check("a[", "missing closing ]");
        check("*", "missing argument to repetition operator");
    }
}
