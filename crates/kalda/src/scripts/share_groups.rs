//! kafka-share-groups: share groups listed, described, deleted, and where they begin set anew.

use std::collections::{BTreeMap, BTreeSet};

use client::admin::{GroupDescription, GroupListing, ShareOffset};
use client::{Client, TopicPartition};
use model::ErrorCode;

use super::connect;
use super::console::{line, note, print};
use super::consumer_groups_describe::assignment;
use super::faults::{Fault, Thrown, thrown};
use super::options::{BOOTSTRAP_SERVER, COMMAND_CONFIG, Opt, flag, long, text};
use super::parse::Given;
use super::reset_offsets::{self, Resetting};
use super::{Script, Shown};

const STATES: [&str; 3] = ["Stable", "Dead", "Empty"];
const ACTIONS: [&str; 5] = [
    "list",
    "describe",
    "delete",
    "reset-offsets",
    "delete-offsets",
];
const SCENARIOS: [&str; 3] = ["to-datetime", "to-earliest", "to-latest"];

/// The options.
pub const OPTIONS: &[Opt] = &[
    BOOTSTRAP_SERVER,
    text("group", "share group", "The group; may be given again."),
    text("topic", "topic", "The topic, with its partitions behind a colon: t:0,1. May be given again."),
    flag("all-topics", "Reset the offsets of all topics that the group has any of."),
    flag("list", "List groups."),
    flag("describe", "Show where groups are, or their members or state."),
    flag("all-groups", "Take all groups."),
    flag("delete", "Delete groups that have no members."),
    long("timeout", "timeout (ms)", "How long an answer is waited for.").or("30000"),
    COMMAND_CONFIG,
    flag("reset-offsets", "Set where a group without members begins."),
    flag("delete-offsets", "Delete what a group knows of topics."),
    flag("dry-run", "Show what would be done."),
    flag("execute", "Do it."),
    text("to-datetime", "datetime", "Begin with what came at or after a moment: YYYY-MM-DDThh:mm:ss.sss."),
    flag("to-earliest", "Begin at the beginning."),
    flag("to-latest", "Begin at the end."),
    flag("members", "Describe the members.").only_with(&["describe"]),
    flag("offsets", "Describe where the group is in each partition; this is what is described if nothing else is said.")
        .only_with(&["describe"]),
    text("state", "", "Describe the state; with --list show states, or only groups in these.")
        .maybe()
        .only_with(&["describe", "list"]),
    flag("verbose", "Describe more.").only_with(&["describe"]),
];

/// The script.
pub const SCRIPT: Script = Script {
    name: "kafka-share-groups",
    options: OPTIONS,
    about: "This tool helps to list, describe, reset and delete share groups.",
    about_nothing: "",
    unreadable: Shown::Uncaught,
    unexpected: Shown::Uncaught,
    run,
};

fn run(given: &Given) -> Result<u8, Fault> {
    check(given)?;
    match work(given) {
        Ok(()) => Ok(0),
        Err(Fault::Thrown(thrown)) if thrown.class == "java.lang.IllegalArgumentException" => {
            Err(Fault::Usage(thrown.message().to_owned()))
        }
        Err(Fault::Thrown(thrown)) => {
            line(format!(
                "\nError: Executing share group command failed due to {}",
                thrown.message()
            ))?;
            note(thrown.to_string());
            Ok(0)
        }
        Err(fault) => Err(fault),
    }
}

fn usage<T>(message: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Usage(message.into()))
}

fn check(given: &Given) -> Result<(), Fault> {
    let scopes = "[all-groups], [group]";
    let has_group = given.has("group") || given.has("all-groups");
    if given.has("describe") {
        if !has_group {
            return usage(format!(
                "Option [describe] takes one of these options: {scopes}"
            ));
        }
        let views = ["members", "offsets", "state"];
        if views.iter().filter(|view| given.has(view)).count() > 1 {
            return usage(
                "Option [describe] takes at most one of these options: [members], [offsets], [state]",
            );
        }
        if given.text("state")?.is_some() {
            return usage("Option [describe] does not take a value for [state]");
        }
    }
    if given.has("delete") {
        if !has_group {
            return usage("Option [delete] takes the options [group] or [all-groups]");
        }
        if given.has("group") && given.has("all-groups") {
            return usage("Option [delete] takes either [group] or [all-groups], not both.");
        }
        if given.has("topic") {
            return usage("Option [delete] does not take the option: [topic]");
        }
    }
    if given.has("delete-offsets") && !(given.has("group") && given.has("topic")) {
        return usage("Option [delete-offsets] takes the following options: [group], [topic]");
    }
    if given.has("reset-offsets") {
        check_reset(given)?;
    }
    given.exclude("group", &["all-groups"])?;
    given.exclude("group", &["list"])?;
    given.exclude("topic", &["list", "describe"])?;
    if ACTIONS.iter().filter(|action| given.has(action)).count() != 1 {
        let actions = ACTIONS.map(|action| format!("--{action}")).join(", ");
        return usage(format!(
            "Command must include exactly one action: {actions}."
        ));
    }
    Ok(())
}

fn check_reset(given: &Given) -> Result<(), Fault> {
    match (given.has("dry-run"), given.has("execute")) {
        (true, true) => {
            return usage("Option [reset-offsets] only accepts one of [execute] and [dry-run]");
        }
        (false, false) => {
            return usage("Option [reset-offsets] takes the option: [execute] or [dry-run]");
        }
        _ => {}
    }
    if !given.has("group") {
        return usage("Option [reset-offsets] takes the option: [group]");
    }
    if !given.has("topic") && !given.has("all-topics") {
        return usage("Option [reset-offsets] takes one of these options: [all-topics], [topic]");
    }
    if !SCENARIOS.iter().any(|scenario| given.has(scenario)) {
        return usage(
            "Option [reset-offsets] takes one of these options: [to-datetime], [to-earliest], [to-latest]",
        );
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

fn work(given: &Given) -> Result<(), Fault> {
    let servers = connect::bootstrap(given, "bootstrap-server")?;
    let mut properties = connect::properties(given, "command-config")?;
    let timeout: i64 = given.number("timeout")?.unwrap_or(30_000);
    properties.insert(
        "default.api.timeout.ms".to_owned(),
        timeout.max(0).to_string(),
    );
    let client = connect::admin(&servers, &properties)?;
    match () {
        () if given.has("list") => list(&client, given),
        () if given.has("describe") => describe(&client, given),
        () if given.has("delete") => delete(&client, given),
        () if given.has("reset-offsets") => reset(&client, given),
        () => delete_offsets(&client, given),
    }
}

fn listings(client: &Client) -> Result<Vec<GroupListing>, Fault> {
    let mut groups = client.list_groups().map_err(|error| {
        Thrown::runtime(thrown("listGroups", &error).in_execution().to_string())
    })?;
    groups.retain(|group| group.kind.eq_ignore_ascii_case("share"));
    Ok(groups)
}

fn group_ids(client: &Client, given: &Given) -> Result<BTreeSet<String>, Fault> {
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

fn list(client: &Client, given: &Given) -> Result<(), Fault> {
    if !given.has("state") {
        return listings(client)?
            .iter()
            .try_for_each(|group| line(&group.id));
    }
    let states = states(given.text("state")?.unwrap_or_default())?;
    let mut groups = listings(client)?;
    groups.retain(|group| states.is_empty() || states.iter().any(|state| *state == group.state));
    let width = groups
        .iter()
        .map(|group| group.id.len())
        .max()
        .unwrap_or(0)
        .max(15);
    let mut text = format!("{:width$} STATE\n", "GROUP");
    for group in &groups {
        text.push_str(&format!("{:width$} {}\n", group.id, group.state));
    }
    print(&text)
}

fn states(text: &str) -> Result<Vec<&'static str>, Fault> {
    let parts = text.split(',').map(str::trim).filter(|_| !text.is_empty());
    let known = |part: &str| {
        STATES
            .into_iter()
            .find(|state| state.eq_ignore_ascii_case(part))
    };
    let found: Option<Vec<_>> = parts.map(known).collect();
    found.ok_or_else(|| {
        let valid = STATES.join(", ");
        let message = format!("Invalid state list '{text}'. Valid states are: {valid}");
        Thrown::illegal_argument(message).into()
    })
}

fn describe(client: &Client, given: &Given) -> Result<(), Fault> {
    let verbose = given.has("verbose");
    let mut described = Vec::new();
    for id in group_ids(client, given)? {
        let group = client
            .describe_share_group(&id)
            .map_err(|error| thrown("describeShareGroups", &error).in_execution())?;
        described.push(group);
    }
    for group in &described {
        match () {
            () if given.has("members") => members(group, verbose)?,
            () if given.has("state") => state(group, verbose)?,
            () => offsets(client, &group.id, verbose)?,
        }
    }
    Ok(())
}

/// Says what is special about a group; whether it has rows to show.
fn has_rows(group: &GroupDescription, rows: usize) -> Result<bool, Fault> {
    match group.state.as_str() {
        "Dead" => line(format!(
            "\nError: Share group '{}' does not exist.",
            group.id
        ))?,
        "Empty" => note(format!(
            "\nShare group '{}' has no active members.",
            group.id
        )),
        _ => {}
    }
    Ok(group.state != "Dead" && rows > 0)
}

/// Rows under headings, each on a new line; the widths are what columns have at least, but for the last.
fn rows(headings: &[&str], least: &[usize], rows: &[Vec<String>]) -> String {
    let mut text = String::new();
    let headings: Vec<_> = headings
        .iter()
        .map(|heading| (*heading).to_owned())
        .collect();
    for row in [&headings].into_iter().chain(rows) {
        let cells: Vec<_> = row
            .iter()
            .enumerate()
            .map(|(at, cell)| match least.get(at) {
                Some(width) => format!("{cell:width$}"),
                None => cell.clone(),
            })
            .collect();
        text.push('\n');
        text.push_str(&cells.join(" "));
    }
    text.push('\n');
    text
}

fn offsets(client: &Client, group: &str, verbose: bool) -> Result<(), Fault> {
    let found = client.share_offsets(group).map_err(|error| {
        let inner = thrown("listShareGroupOffsets", &error).in_execution();
        Thrown::runtime(inner.to_string())
    })?;
    if found.is_empty() {
        return line(format!(
            "\nShare group '{group}' has no offset information."
        ));
    }
    let or_dash = |number: Option<i64>| number.map_or_else(|| "-".to_owned(), |n| n.to_string());
    let row = |(tp, offset): (&TopicPartition, &Option<ShareOffset>)| {
        let mut row = vec![
            group.to_owned(),
            tp.topic.to_string(),
            tp.partition.to_string(),
        ];
        if verbose {
            row.push(or_dash(
                offset.and_then(|offset| offset.leader_epoch).map(i64::from),
            ));
        }
        row.push(or_dash(offset.map(|offset| offset.start)));
        row.push(or_dash(offset.and_then(|offset| offset.lag)));
        row
    };
    let shown: Vec<_> = found.iter().map(row).collect();
    let topic_width = found
        .keys()
        .map(|tp| tp.topic.len())
        .max()
        .unwrap_or(0)
        .max(15);
    let widths = [group.len().max(15), topic_width, 10, 13, 13];
    print(&match verbose {
        true => rows(
            &[
                "GROUP",
                "TOPIC",
                "PARTITION",
                "LEADER-EPOCH",
                "START-OFFSET",
                "LAG",
            ],
            &widths,
            &shown,
        ),
        false => rows(
            &["GROUP", "TOPIC", "PARTITION", "START-OFFSET", "LAG"],
            &widths[..4],
            &shown,
        ),
    })
}

fn members(group: &GroupDescription, verbose: bool) -> Result<(), Fault> {
    if !has_rows(group, group.members.len())? {
        return Ok(());
    }
    let mut sorted: Vec<_> = group.members.iter().collect();
    sorted.sort_by_key(|member| &member.id);
    let widest = |part: fn(&client::admin::GroupMember) -> &String| {
        sorted
            .iter()
            .map(|member| part(member).len())
            .max()
            .unwrap_or(0)
            .max(15)
    };
    let mut widths = vec![
        group.id.len().max(15),
        widest(|member| &member.id),
        widest(|member| &member.host),
        widest(|member| &member.client_id),
        12,
    ];
    let mut headings = vec!["GROUP", "CONSUMER-ID", "HOST", "CLIENT-ID", "#PARTITIONS"];
    if verbose {
        headings.push("MEMBER-EPOCH");
        widths.push(13);
    }
    headings.push("ASSIGNMENT");
    let shown: Vec<_> = sorted
        .iter()
        .map(|member| {
            let mut row = vec![
                group.id.clone(),
                member.id.clone(),
                member.host.clone(),
                member.client_id.clone(),
                member.partitions.len().to_string(),
            ];
            if verbose {
                row.push(member.epoch.unwrap_or(-1).to_string());
            }
            row.push(match member.partitions.is_empty() {
                true => String::new(),
                false => assignment(&member.partitions),
            });
            row
        })
        .collect();
    print(&rows(&headings, &widths, &shown))
}

fn state(group: &GroupDescription, verbose: bool) -> Result<(), Fault> {
    has_rows(group, 1)?;
    let coordinator = group.coordinator.as_ref().map_or_else(String::new, |node| {
        format!("{}:{}  ({})", node.address.host, node.address.port, node.id)
    });
    let mut widths = vec![group.id.len().max(15), coordinator.len().max(25), 15];
    let mut headings = vec!["GROUP", "COORDINATOR (ID)", "STATE"];
    let mut row = vec![group.id.clone(), coordinator, group.state.clone()];
    if verbose {
        widths.extend([12, 17]);
        headings.extend(["GROUP-EPOCH", "ASSIGNMENT-EPOCH"]);
        let epochs = [group.epoch, group.assignment_epoch];
        row.extend(epochs.map(|epoch| epoch.unwrap_or(-1).to_string()));
    }
    headings.push("#MEMBERS");
    row.push(group.members.len().to_string());
    print(&rows(&headings, &widths, &[row]))
}

fn quoted(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("'{name}'")).collect();
    names.join(", ")
}

fn delete(client: &Client, given: &Given) -> Result<(), Fault> {
    let listed = listings(client)?;
    let (mut deleted, mut failed) = (Vec::new(), Vec::new());
    for id in group_ids(client, given)? {
        let state = listed
            .iter()
            .find(|group| group.id == id)
            .map(|group| group.state.as_str());
        let result = match state {
            None => Err(Thrown::illegal_argument(format!(
                "Group '{id}' is not a share group."
            ))),
            Some("Empty") => client
                .delete_group(&id)
                .map_err(|error| thrown("deleteShareGroups", &error)),
            Some("Dead") => Err(Thrown::new(
                "java.lang.IllegalStateException",
                format!("Share group '{id}' group state is DEAD."),
            )),
            Some(_) => {
                let message = format!("Share group '{id}' is not EMPTY.");
                Err(Thrown::of_code(ErrorCode::NON_EMPTY_GROUP, Some(&message)))
            }
        };
        match result {
            Ok(()) => deleted.push(id),
            Err(why) => failed.push((id, why)),
        }
    }
    if failed.is_empty() {
        let names = quoted(&deleted);
        return line(format!(
            "Deletion of requested share groups ({names}) was successful."
        ));
    }
    line("\nError: Deletion of some share groups failed:")?;
    for (id, why) in failed {
        line(format!("* Group '{id}' could not be deleted due to: {why}"))?;
    }
    match deleted.is_empty() {
        true => Ok(()),
        false => line(format!(
            "\nThese share groups were deleted successfully: {}",
            quoted(&deleted)
        )),
    }
}

fn reset(client: &Client, given: &Given) -> Result<(), Fault> {
    let group = given.text("group")?.unwrap_or_default();
    match client.describe_share_group(group) {
        Ok(found) if !["Empty", "Dead"].contains(&found.state.as_str()) => {
            return Err(Fault::Message(format!(
                "Share group '{group}' is not empty."
            )));
        }
        Ok(_) => {}
        Err(error) if error.code() == Some(ErrorCode::GROUP_ID_NOT_FOUND) => {}
        Err(error) => {
            let why = thrown("describeShareGroups", &error);
            return Err(Fault::Message(why.message().to_owned()));
        }
    }
    let partitions = match given.has("topic") {
        true => reset_offsets::partitions(client, &given.texts("topic"))?,
        false => client
            .share_offsets(group)
            .map_err(|error| thrown("listShareGroupOffsets", &error))?
            .into_keys()
            .collect(),
    };
    let resetting = Resetting {
        client,
        given,
        group,
        groups: 1,
    };
    let offsets = resetting.plan(&partitions)?;
    if given.has("execute") {
        client
            .alter_share_offsets(group, &offsets)
            .map_err(|error| thrown("alterShareGroupOffsets", &error))?;
    }
    reset_offsets::show(&BTreeMap::from([(group.to_owned(), offsets)]))
}

fn delete_offsets(client: &Client, given: &Given) -> Result<(), Fault> {
    let group = given.text("group")?.unwrap_or_default();
    let topics = given.texts("topic");
    let (each, all) = match client.delete_share_offsets(group, &topics) {
        Ok(each) => (each, None),
        Err(error) => {
            let same = topics
                .iter()
                .map(|topic| ((*topic).to_owned(), Err(error.clone())));
            (same.collect::<BTreeMap<_, _>>(), Some(error))
        }
    };
    if let Some(error) = all {
        let why = thrown("deleteShareGroupOffsets", &error);
        let known = [
            ErrorCode::INVALID_GROUP_ID,
            ErrorCode::GROUP_ID_NOT_FOUND,
            ErrorCode::GROUP_AUTHORIZATION_FAILED,
            ErrorCode::NON_EMPTY_GROUP,
        ];
        match known.into_iter().any(|code| why.is(code)) {
            true => line(format!("\nError: {}", why.message()))?,
            false => line(format!("\nError: Encounter some unknown error: {why}"))?,
        }
    }
    let width = each.keys().map(String::len).max().unwrap_or(0).max(15);
    let shown: Vec<_> = each
        .into_iter()
        .map(|(topic, result)| {
            let status = match result {
                Ok(()) => "Successful".to_owned(),
                Err(error) => {
                    let why = thrown("deleteShareGroupOffsets", &error);
                    format!("Error: {}", why.message())
                }
            };
            vec![topic, status]
        })
        .collect();
    print(&rows(&["TOPIC", "STATUS"], &[width], &shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations_are_refused_in_kafkas_words() {
        let refused = |words: &[&str], message: &str| {
            let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
            let given = super::super::parse::parse(OPTIONS, &words).expect("well formed");
            assert_eq!(check(&given).expect_err("refused").message(), message);
        };
        refused(
            &["--describe"],
            "Option [describe] takes one of these options: [all-groups], [group]",
        );
        refused(
            &["--reset-offsets", "--group", "g"],
            "Option [reset-offsets] takes the option: [execute] or [dry-run]",
        );
        refused(
            &["--group", "g"],
            "Command must include exactly one action: --list, --describe, --delete, --reset-offsets, --delete-offsets.",
        );
    }

    #[test]
    fn states_are_known_whatever_their_case() {
        assert_eq!(states("stable, EMPTY").expect("known"), ["Stable", "Empty"]);
        assert!(states("x").is_err());
    }
}
