//! Where the offsets of a group are put by --reset-offsets: the scenarios that kafka-consumer-groups and the scripts of
//! other groups share.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use client::{Client, OffsetSpec, TopicPartition};
use model::ErrorCode;

use super::connect;
use super::console::{line, note, print};
use super::date_time;
use super::faults::{Fault, Thrown, thrown};
use super::parse::Given;

/// Offsets by partition.
pub type Offsets = BTreeMap<TopicPartition, i64>;

/// The scenarios, of which one is given.
pub const SCENARIOS: [&str; 8] = [
    "to-offset",
    "shift-by",
    "to-datetime",
    "by-duration",
    "to-earliest",
    "to-latest",
    "to-current",
    "from-file",
];

/// How narrow columns are at least.
const NARROWEST: usize = 15;

/// The partitions that a text names: `topic` or `topic:1,2`.
pub fn partitions(client: &Client, topics: &[&str]) -> Result<Vec<TopicPartition>, Fault> {
    let (mut named, mut whole) = (Vec::new(), Vec::new());
    for text in topics {
        match text.contains(':') {
            true => named.extend(topic_and_partitions(text)?),
            false => whole.push(*text),
        }
    }
    if !whole.is_empty() {
        let cluster = client
            .topics(&whole, false)
            .map_err(|error| thrown("describeTopics", &error))?;
        for topic in whole {
            let indexes = cluster.topics[topic].partitions.keys();
            named.extend(indexes.map(|index| TopicPartition::new(topic, *index)));
        }
    }
    Ok(named)
}

/// Reads `topic:1,2`.
///
/// # Errors
/// As Kafka's tools word it.
pub fn topic_and_partitions(text: &str) -> Result<Vec<TopicPartition>, Fault> {
    let parts: Vec<_> = text.split(':').collect();
    let [topic, numbers] = parts[..] else {
        let message = format!("Invalid topic arg '{text}', expected topic name and partitions");
        return Err(Thrown::illegal_argument(message).into());
    };
    let number = |part: &str| {
        part.parse::<i32>().map_err(|_| {
            let message = format!("Invalid partition '{part}' specified in topic arg '{text}''");
            Fault::from(Thrown::illegal_argument(message))
        })
    };
    let indexes: Vec<_> = numbers.split(',').map(number).collect::<Result<_, _>>()?;
    Ok(indexes
        .into_iter()
        .map(|index| TopicPartition::new(topic, index))
        .collect())
}

/// A group whose offsets are reset, and what it committed.
pub struct Resetting<'a> {
    /// The cluster.
    pub client: &'a Client,
    /// The command line.
    pub given: &'a Given,
    /// The group.
    pub group: &'a str,
    /// How many groups are reset.
    pub groups: usize,
}

impl Resetting<'_> {
    /// The offsets that these partitions get.
    ///
    /// # Errors
    /// When a partition is missing, or a scenario cannot be carried out.
    pub fn plan(&self, partitions: &[TopicPartition]) -> Result<Offsets, Fault> {
        self.expect_there(partitions)?;
        let given = self.given;
        if given.has("to-offset") {
            let offset: i64 = given.number("to-offset")?.unwrap_or_default();
            return self.in_range(partitions.iter().map(|tp| (tp.clone(), offset)).collect());
        }
        if given.has("to-earliest") {
            return self.ends(partitions, OffsetSpec::Earliest);
        }
        if given.has("to-latest") {
            return self.ends(partitions, OffsetSpec::Latest);
        }
        if given.has("shift-by") {
            return self.shifted(partitions);
        }
        if let Some(text) = given.texts("to-datetime").first() {
            return self.at(partitions, moment(text)?);
        }
        if let Some(text) = given.text("by-duration")? {
            return self.at(partitions, now_ms() - duration(text)?);
        }
        if let Some(file) = given.texts("from-file").first() {
            return self.of_file(file);
        }
        if given.has("to-current") {
            return self.current(partitions);
        }
        Err(Fault::Usage(format!(
            "Option '[reset-offsets]' requires one of the following scenarios: [{}]",
            SCENARIOS.map(|name| format!("[{name}]")).join(", ")
        )))
    }

    /// What the group committed.
    pub fn committed(&self) -> Result<Offsets, Fault> {
        let committed = self.client.committed(self.group, None).map_err(|error| {
            Thrown::runtime(
                thrown("listConsumerGroupOffsets", &error)
                    .in_execution()
                    .to_string(),
            )
        })?;
        let committed = committed.into_iter();
        Ok(committed
            .map(|(tp, committed)| (tp, committed.offset))
            .collect())
    }

    fn expect_there(&self, partitions: &[TopicPartition]) -> Result<(), Fault> {
        let topics: BTreeSet<&str> = partitions.iter().map(|tp| &*tp.topic).collect();
        if topics.is_empty() {
            return Ok(());
        }
        let topics: Vec<_> = topics.into_iter().collect();
        let cluster = self.client.topics(&topics, false).map_err(|error| {
            let inner = thrown("describeTopics", &error).in_execution();
            Thrown::runtime(inner.to_string())
        })?;
        let state = |tp: &TopicPartition| {
            cluster
                .topics
                .get(&*tp.topic)?
                .partitions
                .get(&tp.partition)
        };
        let list = |keep: &dyn Fn(&TopicPartition) -> bool| {
            let those = partitions.iter().filter(|tp| keep(tp));
            those.map(ToString::to_string).collect::<Vec<_>>().join(",")
        };
        let absent = list(&|tp| state(tp).is_none());
        if !absent.is_empty() {
            let message = format!("The partitions \"{absent}\" do not exist");
            return Err(
                Thrown::of_code(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, Some(&message)).into(),
            );
        }
        let leaderless = list(&|tp| state(tp).is_some_and(|state| state.leader.is_none()));
        if !leaderless.is_empty() {
            let message = format!("The partitions \"{leaderless}\" have no leader");
            return Err(Thrown::of_code(ErrorCode::LEADER_NOT_AVAILABLE, Some(&message)).into());
        }
        Ok(())
    }

    fn ends(&self, partitions: &[TopicPartition], spec: OffsetSpec) -> Result<Offsets, Fault> {
        let wanted: Vec<_> = partitions.iter().map(|tp| (tp.clone(), spec)).collect();
        self.client.offsets(&wanted).map_err(|error| {
            let inner = thrown("listOffsets", &error).in_execution();
            Thrown::runtime(inner.to_string()).into()
        })
    }

    /// Offsets that lie outside of a partition are moved to its start or end.
    fn in_range(&self, wanted: Offsets) -> Result<Offsets, Fault> {
        let partitions: Vec<_> = wanted.keys().cloned().collect();
        let starts = self.ends(&partitions, OffsetSpec::Earliest)?;
        let ends = self.ends(&partitions, OffsetSpec::Latest)?;
        let bound = |(tp, offset): (TopicPartition, i64)| {
            let (start, end) = (starts[&tp], ends[&tp]);
            let (bounded, what) = match offset {
                _ if offset > end => (end, "higher than latest"),
                _ if offset < start => (start, "lower than earliest"),
                _ => (offset, ""),
            };
            if bounded != offset {
                note(format!(
                    "WARN New offset ({offset}) is {what} offset for topic partition {tp}. Value will be set to {bounded}"
                ));
            }
            (tp, bounded)
        };
        Ok(wanted.into_iter().map(bound).collect())
    }

    fn shifted(&self, partitions: &[TopicPartition]) -> Result<Offsets, Fault> {
        let by: i64 = self.given.number("shift-by")?.unwrap_or_default();
        let committed = self.committed()?;
        let mut wanted = Offsets::new();
        for tp in partitions {
            let offset = committed.get(tp).ok_or_else(|| {
                let message = format!(
                    "Cannot shift offset for partition {tp} since there is no current committed offset"
                );
                Thrown::illegal_argument(message)
            })?;
            wanted.insert(tp.clone(), offset.saturating_add(by));
        }
        self.in_range(wanted)
    }

    fn at(&self, partitions: &[TopicPartition], time: i64) -> Result<Offsets, Fault> {
        let wanted: Vec<_> = partitions
            .iter()
            .map(|tp| (tp.clone(), OffsetSpec::AtTime(time)))
            .collect();
        let found = self
            .client
            .offsets_each(&wanted)
            .map_err(|error| thrown("listOffsets", &error))?;
        let (mut offsets, mut late) = (Offsets::new(), Vec::new());
        for (tp, offset) in found {
            match offset.map_err(|error| thrown("listOffsets", &error))? {
                -1 => late.push(tp),
                offset => drop(offsets.insert(tp, offset)),
            }
        }
        for tp in &late {
            line(format!(
                "\nWarn: Partition {} from topic {} is empty. Falling back to latest known offset.",
                tp.partition, tp.topic
            ))?;
        }
        offsets.extend(self.ends(&late, OffsetSpec::Latest)?);
        Ok(offsets)
    }

    fn current(&self, partitions: &[TopicPartition]) -> Result<Offsets, Fault> {
        let committed = self.committed()?;
        let (with, without): (Vec<_>, Vec<_>) = partitions
            .iter()
            .cloned()
            .partition(|tp| committed.contains_key(tp));
        let mut offsets: Offsets = with
            .into_iter()
            .map(|tp| (tp.clone(), committed[&tp]))
            .collect();
        offsets.extend(self.ends(&without, OffsetSpec::Latest)?);
        Ok(offsets)
    }

    fn of_file(&self, file: &str) -> Result<Offsets, Fault> {
        let text = connect::read_file(file).map_err(|fault| match fault {
            Fault::Thrown(inner) => Thrown::runtime(inner.to_string()).into(),
            other => other,
        })?;
        let plan = read_csv(&text, self.group, self.groups == 1)?;
        match plan.get(self.group) {
            Some(wanted) => self.in_range(wanted.clone()),
            None => {
                line(format!(
                    "\nError: No reset plan for group {} found",
                    self.group
                ))?;
                Ok(Offsets::new())
            }
        }
    }
}

fn moment(text: &str) -> Result<i64, Fault> {
    date_time::moment(text).ok_or_else(|| {
        let message = match text.contains('T') {
            true => format!("Unparseable date: \"{}\"", with_zone(text)),
            false => {
                "Error parsing timestamp. It does not contain a 'T' according to ISO8601 format"
                    .to_owned()
            }
        };
        Thrown::runtime(format!("java.text.ParseException: {message}")).into()
    })
}

/// As Kafka completes a moment without a zone.
fn with_zone(text: &str) -> String {
    let time = text.split_once('T').map_or("", |(_, time)| time);
    match time.contains(['+', '-', 'Z']) {
        true => text.to_owned(),
        false => format!("{text}Z"),
    }
}

fn duration(text: &str) -> Result<i64, Fault> {
    date_time::duration_ms(text).ok_or_else(|| {
        Thrown::new(
            "java.time.format.DateTimeParseException",
            "Text cannot be parsed to a Duration",
        )
        .into()
    })
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

/// Reads lines of `topic,partition,offset`, or with a group before them.
fn read_csv(text: &str, group: &str, single: bool) -> Result<BTreeMap<String, Offsets>, Fault> {
    let mut plan: BTreeMap<String, Offsets> = BTreeMap::new();
    for row in text.lines().filter(|row| !row.trim().is_empty()) {
        let fields: Vec<_> = row
            .split(',')
            .map(|field| field.trim().trim_matches('"'))
            .collect();
        let (group, topic, partition, offset) = match fields[..] {
            [topic, partition, offset] if single => (group, topic, partition, offset),
            [group, topic, partition, offset] => (group, topic, partition, offset),
            _ => return Err(bad_row(row)),
        };
        let (Ok(partition), Ok(offset)) = (partition.parse(), offset.parse()) else {
            return Err(bad_row(row));
        };
        let tp = TopicPartition::new(topic, partition);
        plan.entry(group.to_owned()).or_default().insert(tp, offset);
    }
    Ok(plan)
}

fn bad_row(row: &str) -> Fault {
    let class = "com.fasterxml.jackson.databind.exc.InvalidFormatException";
    Thrown::runtime(format!(
        "{class}: not a row of topic,partition,offset: {row}"
    ))
    .into()
}

/// Prints what groups get, as a table.
///
/// # Errors
/// [`Fault::Output`].
pub fn show(groups: &BTreeMap<String, Offsets>) -> Result<(), Fault> {
    let widest =
        |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0).max(NARROWEST);
    let width = widest(&mut groups.keys().map(String::len));
    let topics = groups.values().flat_map(|offsets| offsets.keys());
    let topic_width = widest(&mut topics.map(|tp| tp.topic.len()));
    let mut text = String::new();
    let mut row = |cells: [&str; 4]| {
        let [group, topic, partition, offset] = cells;
        text.push_str(&format!(
            "\n{group:width$} {topic:topic_width$} {partition:10} {offset}"
        ));
    };
    if !groups.is_empty() {
        row(["GROUP", "TOPIC", "PARTITION", "NEW-OFFSET"]);
    }
    for (group, offsets) in groups {
        for (tp, offset) in offsets {
            row([
                group,
                &tp.topic,
                &tp.partition.to_string(),
                &offset.to_string(),
            ]);
        }
    }
    text.push('\n');
    print(&text)
}

/// Prints what groups get, as rows with commas.
///
/// # Errors
/// [`Fault::Output`].
pub fn export(groups: &BTreeMap<String, Offsets>, single: bool) -> Result<(), Fault> {
    let mut text = String::new();
    for (group, offsets) in groups {
        for (tp, offset) in offsets {
            if !single {
                text.push_str(&format!("{group},"));
            }
            text.push_str(&format!("{},{},{offset}\n", tp.topic, tp.partition));
        }
    }
    line(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_a_topic_and_partitions() {
        let named = topic_and_partitions("t:0,2").expect("well formed");
        assert_eq!(
            named,
            [TopicPartition::new("t", 0), TopicPartition::new("t", 2)]
        );
        let message = topic_and_partitions("t:x").expect_err("refused").message();
        assert_eq!(
            message,
            "Invalid partition 'x' specified in topic arg 't:x''"
        );
    }

    #[test]
    fn a_file_names_offsets_with_and_without_groups() {
        let offsets = Offsets::from([(TopicPartition::new("t", 1), 5)]);
        let one = read_csv("t,1,5\n", "g", true).expect("well formed");
        assert_eq!(one["g"], offsets);
        let two = read_csv("h,t,1,5\n", "g", false).expect("well formed");
        assert_eq!(two["h"], offsets);
        assert!(read_csv("t,1\n", "g", true).is_err());
    }

    #[test]
    fn moments_that_cannot_be_read_are_refused_as_java_does() {
        assert_eq!(
            moment("2020-01-01Tx").expect_err("refused").message(),
            "java.text.ParseException: Unparseable date: \"2020-01-01TxZ\""
        );
    }
}
