//! kafka-consumer-groups --describe: how far groups are, who is in them, and their state.

use std::collections::{BTreeMap, BTreeSet};

use client::admin::{CommittedOffset, GroupDescription, GroupMember};
use client::{Client, OffsetSpec, TopicPartition};

use super::console::{line, note, print};
use super::consumer_groups::group_ids;
use super::faults::{Fault, Thrown, thrown};
use super::parse::Given;

/// What stands for what is not there.
const MISSING: &str = "-";

/// Describes the groups that the command line names.
pub fn describe(client: &Client, given: &Given) -> Result<(), Fault> {
    let mut groups = BTreeMap::new();
    for id in group_ids(client, given)? {
        let group = client
            .describe_group(&id)
            .map_err(|error| thrown("describeConsumerGroups", &error).in_execution())?;
        groups.insert(id, group);
    }
    let verbose = given.has("verbose");
    for group in groups.values() {
        match () {
            () if given.has("members") => members(group, verbose)?,
            () if given.has("state") => state(group, verbose)?,
            () => offsets(client, group, verbose)?,
        }
    }
    Ok(())
}

/// Says what is special about a group; whether its rows are shown.
fn has_rows(group: &GroupDescription, rows: usize) -> Result<bool, Fault> {
    let id = &group.id;
    match group.state.as_str() {
        "Dead" => {
            line(format!("\nError: Consumer group '{id}' does not exist."))?;
            return Ok(false);
        }
        "Empty" => note(format!("\nConsumer group '{id}' has no active members.")),
        "PreparingRebalance" | "CompletingRebalance" | "Assigning" | "Reconciling" => {
            note(format!("\nWarning: Consumer group '{id}' is rebalancing."));
        }
        "Stable" => {}
        other => {
            let message = format!("Expected a valid consumer group state, but found '{other}'.");
            return Err(Thrown::new(super::connect::KAFKA_EXCEPTION, message).into());
        }
    }
    Ok(rows > 0)
}

/// A partition, how far the group is in it, and who has it.
struct Row<'a> {
    tp: &'a TopicPartition,
    committed: Option<&'a CommittedOffset>,
    end: Option<i64>,
    member: Option<&'a GroupMember>,
}

fn offsets(client: &Client, group: &GroupDescription, verbose: bool) -> Result<(), Fault> {
    let committed = client.committed(&group.id, None).map_err(|error| {
        let inner = thrown("listConsumerGroupOffsets", &error).in_execution();
        Thrown::runtime(inner.to_string())
    })?;
    let mut members: Vec<_> = group
        .members
        .iter()
        .filter(|member| !member.partitions.is_empty())
        .collect();
    members.sort_by_key(|member| std::cmp::Reverse(member.partitions.len()));
    let assigned: BTreeSet<_> = members
        .iter()
        .flat_map(|member| &member.partitions)
        .collect();
    let with = members
        .iter()
        .flat_map(|member| member.partitions.iter().map(|tp| (tp, Some(*member))));
    let without = committed.keys().filter(|tp| !assigned.contains(tp));
    let places: Vec<_> = with.chain(without.map(|tp| (tp, None))).collect();
    let ends = ends(client, places.iter().map(|(tp, _)| *tp))?;
    let rows: Vec<_> = places
        .into_iter()
        .map(|(tp, member)| Row {
            tp,
            committed: committed.get(tp),
            end: ends.get(tp).copied(),
            member,
        })
        .collect();
    match has_rows(group, rows.len())? {
        true => print(&offset_table(&group.id, &rows, verbose)),
        false => Ok(()),
    }
}

/// The ends of the partitions that have a leader.
fn ends<'a>(
    client: &Client,
    partitions: impl Iterator<Item = &'a TopicPartition>,
) -> Result<BTreeMap<TopicPartition, i64>, Fault> {
    let wanted: Vec<_> = partitions
        .map(|tp| (tp.clone(), OffsetSpec::Latest))
        .collect();
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let fault = |error| {
        let inner = thrown("describeTopics", &error).in_execution();
        Fault::from(Thrown::runtime(inner.to_string()))
    };
    let topics: BTreeSet<&str> = wanted.iter().map(|(tp, _)| &*tp.topic).collect();
    let topics: Vec<_> = topics.into_iter().collect();
    let cluster = client.topics(&topics, false).map_err(fault)?;
    let has_leader = |tp: &TopicPartition| {
        let topic = cluster.topics.get(&*tp.topic);
        let partition = topic.and_then(|topic| topic.partitions.get(&tp.partition));
        partition.is_some_and(|partition| partition.leader.is_some())
    };
    let led: Vec<_> = wanted
        .into_iter()
        .filter(|(tp, _)| has_leader(tp))
        .collect();
    client.offsets(&led).map_err(fault)
}

const OFFSET_HEADINGS: [&str; 10] = [
    "GROUP",
    "TOPIC",
    "PARTITION",
    "LEADER-EPOCH",
    "CURRENT-OFFSET",
    "LOG-END-OFFSET",
    "LAG",
    "CONSUMER-ID",
    "HOST",
    "CLIENT-ID",
];

fn offset_cells(group: &str, row: &Row<'_>) -> [String; 10] {
    let number = |number: Option<i64>| number.map_or_else(|| MISSING.to_owned(), |n| n.to_string());
    let offset = row.committed.map(|committed| committed.offset);
    let epoch = row.committed.map(|committed| committed.leader_epoch);
    let lag = row.end.zip(offset).map(|(end, offset)| end - offset);
    let member = |part: fn(&GroupMember) -> &String| {
        row.member
            .map_or_else(|| MISSING.to_owned(), |member| part(member).clone())
    };
    [
        group.to_owned(),
        row.tp.topic.to_string(),
        row.tp.partition.to_string(),
        number(epoch.filter(|epoch| *epoch >= 0).map(i64::from)),
        number(offset),
        number(row.end),
        number(lag),
        member(|member| &member.id),
        member(|member| &member.host),
        member(|member| &member.client_id),
    ]
}

fn offset_table(group: &str, rows: &[Row<'_>], verbose: bool) -> String {
    let mut cells = vec![OFFSET_HEADINGS.map(str::to_owned)];
    cells.extend(rows.iter().map(|row| offset_cells(group, row)));
    let widest = |column: usize| {
        let lengths = cells[1..].iter().map(|row| row[column].len());
        lengths.max().unwrap_or(0).max(15)
    };
    let widths = [
        widest(0),
        widest(1),
        10,
        15,
        15,
        15,
        15,
        widest(7),
        widest(8),
        0,
    ];
    let mut text = String::new();
    for row in cells {
        let shown = row
            .iter()
            .zip(widths)
            .enumerate()
            .filter(|(at, _)| verbose || *at != 3);
        let parts: Vec<_> = shown
            .map(|(_, (cell, width))| format!("{cell:width$}"))
            .collect();
        text.push('\n');
        text.push_str(&parts.join(" "));
    }
    text.push('\n');
    text
}

/// Partitions by topic: `a:0,1;b:2`.
pub fn assignment<'a>(partitions: impl IntoIterator<Item = &'a TopicPartition>) -> String {
    let mut topics: BTreeMap<&str, BTreeSet<i32>> = BTreeMap::new();
    for tp in partitions {
        topics.entry(&tp.topic).or_default().insert(tp.partition);
    }
    if topics.is_empty() {
        return MISSING.to_owned();
    }
    let topics: Vec<_> = topics
        .into_iter()
        .map(|(topic, numbers)| {
            let numbers: Vec<_> = numbers.iter().map(ToString::to_string).collect();
            format!("{topic}:{}", numbers.join(","))
        })
        .collect();
    topics.join(";")
}

fn member_widths(headings: &[&str], rows: &[Vec<String>], shown: bool) -> Vec<usize> {
    let least = |heading: &str| match heading {
        "GROUP-INSTANCE-ID" => 17,
        "CURRENT-ASSIGNMENT" | "TARGET-ASSIGNMENT" => 20,
        "UPGRADED" => 0,
        _ => 15,
    };
    let is_fixed = |heading: &str| {
        ["#PARTITIONS", "CURRENT-EPOCH", "TARGET-EPOCH", "UPGRADED"].contains(&heading)
    };
    headings
        .iter()
        .enumerate()
        .map(|(at, heading)| {
            let longest = rows.iter().map(|row| row[at].len()).max().unwrap_or(0);
            let longest = if is_fixed(heading) || !shown {
                0
            } else {
                longest
            };
            longest.max(least(heading))
        })
        .collect()
}

fn members(group: &GroupDescription, verbose: bool) -> Result<(), Fault> {
    let shown = has_rows(group, group.members.len())?;
    let has = |upgraded: bool| {
        group
            .members
            .iter()
            .any(|member| member.is_upgraded == Some(upgraded))
    };
    let migrating = shown && has(true) && has(false);
    let instances = shown
        && group
            .members
            .iter()
            .any(|member| member.instance_id.is_some());
    let mut headings = vec!["GROUP", "CONSUMER-ID"];
    if instances {
        headings.push("GROUP-INSTANCE-ID");
    }
    headings.extend(["HOST", "CLIENT-ID", "#PARTITIONS"]);
    let common = headings.len();
    if verbose {
        headings.extend([
            "CURRENT-EPOCH",
            "CURRENT-ASSIGNMENT",
            "TARGET-EPOCH",
            "TARGET-ASSIGNMENT",
        ]);
        if migrating {
            headings.push("UPGRADED");
        }
    }
    let rows: Vec<_> = group
        .members
        .iter()
        .map(|member| member_cells(group, member, instances, verbose, migrating))
        .collect();
    let widths = member_widths(&headings, &rows, shown);
    let mut text = "\n".to_owned();
    let headings: Vec<_> = headings
        .iter()
        .map(|heading| (*heading).to_owned())
        .collect();
    for row in [headings].iter().chain(&rows) {
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            // The last of the common columns is followed by a blank even where it is the last of all.
            let gap = if at + 1 < row.len() || at + 1 == common {
                " "
            } else {
                ""
            };
            text.push_str(&format!("{cell:width$}{gap}"));
        }
        text.push('\n');
    }
    print(&text)
}

fn member_cells(
    group: &GroupDescription,
    member: &GroupMember,
    instances: bool,
    verbose: bool,
    migrating: bool,
) -> Vec<String> {
    let number = |number: Option<i32>| number.map_or_else(|| MISSING.to_owned(), |n| n.to_string());
    let mut cells = vec![group.id.clone(), member.id.clone()];
    if instances {
        cells.push(member.instance_id.clone().unwrap_or_default());
    }
    cells.extend([
        member.host.clone(),
        member.client_id.clone(),
        member.partitions.len().to_string(),
    ]);
    if verbose {
        cells.extend([
            number(member.epoch),
            assignment(&member.partitions),
            number(group.assignment_epoch),
            assignment(member.target.iter().flatten()),
        ]);
        if migrating {
            let upgraded = member.is_upgraded.map(|upgraded| upgraded.to_string());
            cells.push(upgraded.unwrap_or_else(|| MISSING.to_owned()));
        }
    }
    cells
}

fn state(group: &GroupDescription, verbose: bool) -> Result<(), Fault> {
    if !has_rows(group, 1)? {
        return Ok(());
    }
    let coordinator = group.coordinator.as_ref().map_or_else(String::new, |node| {
        format!("{}:{}  ({})", node.address.host, node.address.port, node.id)
    });
    let (id_width, at_width) = (group.id.len().max(15), coordinator.len().max(25));
    let assignor = match group.assignor.as_str() {
        "" => MISSING,
        name => name,
    };
    let number = |number: Option<i32>| number.map_or_else(|| MISSING.to_owned(), |n| n.to_string());
    let mut text = String::new();
    let mut row = |cells: [&str; 7]| {
        let [id, at, assignor, state, epoch, assigned, members] = cells;
        text.push_str(&format!(
            "\n{id:id_width$} {at:at_width$} {assignor:20} {state:20} "
        ));
        if verbose {
            text.push_str(&format!("{epoch:15} {assigned:25} "));
        }
        text.push_str(members);
    };
    row([
        "GROUP",
        "COORDINATOR (ID)",
        "ASSIGNMENT-STRATEGY",
        "STATE",
        "GROUP-EPOCH",
        "TARGET-ASSIGNMENT-EPOCH",
        "#MEMBERS",
    ]);
    row([
        &group.id,
        &coordinator,
        assignor,
        &group.state,
        &number(group.epoch),
        &number(group.assignment_epoch),
        &group.members.len().to_string(),
    ]);
    text.push('\n');
    print(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_are_shown_by_topic() {
        let tp = TopicPartition::new;
        assert_eq!(
            assignment(&[tp("b", 0), tp("a", 10), tp("a", 2)]),
            "a:2,10;b:0"
        );
        assert_eq!(assignment(&[]), "-");
    }
}
