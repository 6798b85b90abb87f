//! `kalda consume`: records become lines.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use client::consumer::{Consumer, ConsumerConfig, ConsumerRecord, GroupConfig, Start};
use client::{Client, ClientError, OffsetSpec, TopicPartition};

use super::connect::ConnectArgs;
use super::formats::{Columns, write_json, write_text};
use super::output::{self, Format};
use super::{ToolError, stop};

/// How long one poll waits, so that signals and limits are looked at in between.
const POLL: Duration = Duration::from_millis(200);

/// `kalda consume`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  kalda consume greetings --from-beginning
  kalda consume orders --from-beginning --until-end --key
  kalda consume orders --group billing --max-messages 100
  kalda consume orders --partition 2 --offset 1500 --output json

Without an option that says where, reading begins at the end: with what comes from now on. Key,
headers and the like are separated by tabs; with --output json, bytes that are not UTF-8 are in
key_base64 and value_base64. Without --group nothing is committed. Ctrl-C ends the command; a member of a group then commits what
was printed and leaves.")]
pub struct ConsumeArgs {
    #[command(flatten)]
    connect: ConnectArgs,
    /// The topic.
    topic: String,
    /// Begin with the oldest record; in a group, where nothing is committed.
    #[arg(long, conflicts_with_all = ["offset", "from_time"])]
    from_beginning: bool,
    /// Read as a member of this group, and commit what was printed, every second and at the end.
    #[arg(long, short, value_name = "GROUP", conflicts_with_all = ["partition", "offset", "from_time"])]
    group: Option<String>,
    /// Read this partition only; may be given again.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(i32).range(0..))]
    partition: Vec<i32>,
    /// Begin at this offset, or at the earliest or latest.
    #[arg(long, value_name = "OFFSET", value_parser = start)]
    offset: Option<Start>,
    /// Begin with the first record that is not older than this, in milliseconds since 1970.
    #[arg(long, value_name = "MS", conflicts_with = "offset")]
    from_time: Option<i64>,
    /// End after so many records.
    #[arg(long, short = 'n', value_name = "N")]
    max_messages: Option<u64>,
    /// End when no record came for so many milliseconds.
    #[arg(long, value_name = "MS")]
    timeout_ms: Option<u64>,
    /// End when all that was there at the start is read.
    #[arg(long, short = 'e', conflicts_with = "group")]
    until_end: bool,
    /// Print the key before the value.
    #[arg(long, short)]
    key: bool,
    /// Print the headers before the value.
    #[arg(long)]
    headers: bool,
    /// Print the timestamp, in milliseconds since 1970, before the value.
    #[arg(long)]
    timestamp: bool,
    /// Print partition and offset before the value.
    #[arg(long)]
    place: bool,
    /// Whether records of open and aborted transactions are shown.
    #[arg(long, value_name = "LEVEL", default_value = "read-uncommitted")]
    isolation: Isolation,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Isolation {
    /// They are.
    #[value(alias = "read_uncommitted")]
    ReadUncommitted,
    /// They are not.
    #[value(alias = "read_committed")]
    ReadCommitted,
}

impl ConsumeArgs {
    /// Runs `kalda consume`.
    pub fn run(self) -> Result<(), ToolError> {
        let client = self.connect.client()?;
        let stopped = stop::on_signal();
        let mut consumer = Consumer::new(client.clone(), self.config());
        let mut ends = BTreeMap::new();
        if self.group.is_some() {
            client.topics(&[&self.topic], false)?;
            consumer.subscribe([self.topic.clone()]);
        } else {
            let partitions = self.partitions(&client)?;
            if self.until_end {
                let latest = partitions.iter().map(|tp| (tp.clone(), OffsetSpec::Latest));
                ends = client.offsets(&latest.collect::<Vec<_>>())?;
            }
            let start = self.start();
            consumer.assign(partitions.into_iter().map(|tp| (tp, start)));
        }
        let read = self.read(&mut consumer, &ends, &stopped);
        // What was printed is committed, even where printing it ended the command.
        let closed = consumer.close();
        let count = read?;
        closed?;
        if self.connect.output == Format::Table {
            let count = output::records(count);
            output::note(&format!("{count} read from '{}'", self.topic));
        }
        Ok(())
    }

    fn config(&self) -> ConsumerConfig {
        let group = self.group.as_ref().map(|group| GroupConfig {
            rebalance_timeout: Duration::from_secs(60),
            auto_commit: Some(Duration::from_secs(1)),
            ..GroupConfig::new(group)
        });
        let reset = if self.from_beginning {
            OffsetSpec::Earliest
        } else {
            OffsetSpec::Latest
        };
        ConsumerConfig {
            reset: if self.offset.is_some() {
                None
            } else {
                Some(reset)
            },
            group,
            read_committed: self.isolation == Isolation::ReadCommitted,
            poll_records: self.poll_records(u64::MAX),
            ..ConsumerConfig::default()
        }
    }

    /// No more than are wanted: what is handed out counts as processed.
    fn poll_records(&self, left: u64) -> usize {
        let limit = ConsumerConfig::default().poll_records;
        let left = self.max_messages.unwrap_or(left).min(left);
        usize::try_from(left).unwrap_or(usize::MAX).min(limit)
    }

    fn start(&self) -> Start {
        match (self.offset, self.from_time, self.from_beginning) {
            (Some(start), _, _) => start,
            (_, Some(time), _) => Start::Spec(OffsetSpec::AtTime(time)),
            (_, _, true) => Start::Spec(OffsetSpec::Earliest),
            _ => Start::Spec(OffsetSpec::Latest),
        }
    }

    fn partitions(&self, client: &Client) -> Result<Vec<TopicPartition>, ClientError> {
        let cluster = client.topics(&[&self.topic], false)?;
        let all = cluster.topics[self.topic.as_str()]
            .partitions
            .keys()
            .copied();
        let numbers = if self.partition.is_empty() {
            all.collect()
        } else {
            self.partition.clone()
        };
        Ok(numbers
            .into_iter()
            .map(|number| TopicPartition::new(&self.topic, number))
            .collect())
    }

    /// Reads until one of the limits; the answer is how many records were printed.
    fn read(
        &self,
        consumer: &mut Consumer,
        ends: &BTreeMap<TopicPartition, i64>,
        stopped: &AtomicBool,
    ) -> Result<u64, ToolError> {
        let mut out = BufWriter::new(io::stdout().lock());
        let limit = self.max_messages.unwrap_or(u64::MAX);
        let patience = self.timeout_ms.map(Duration::from_millis);
        let (mut count, mut last) = (0, Instant::now());
        while count < limit && !stopped.load(Ordering::Relaxed) {
            if self.until_end && is_at_end(consumer, ends) {
                break;
            }
            let left = patience.map_or(POLL, |patience| patience.saturating_sub(last.elapsed()));
            consumer.limit_poll(self.poll_records(limit - count));
            let records = consumer.poll(left.min(POLL))?;
            if records.is_empty() && patience.is_some_and(|patience| last.elapsed() >= patience) {
                break;
            }
            if !records.is_empty() {
                last = Instant::now();
            }
            for record in &records {
                count += 1;
                self.write(&mut out, record).map_err(ToolError::Output)?;
            }
            out.flush().map_err(ToolError::Output)?;
        }
        Ok(count)
    }

    fn write(&self, out: &mut impl Write, record: &ConsumerRecord) -> io::Result<()> {
        let columns = Columns {
            place: self.place,
            timestamp: self.timestamp,
            headers: self.headers,
            key: self.key,
        };
        match self.connect.output {
            Format::Json => write_json(out, record),
            Format::Table => write_text(out, columns, record),
        }
    }
}

/// Whether every partition was read up to the end that it had.
fn is_at_end(consumer: &Consumer, ends: &BTreeMap<TopicPartition, i64>) -> bool {
    let positions = consumer.positions();
    let mut ends = ends.iter();
    ends.all(|(tp, end)| {
        positions
            .get(tp)
            .map_or(*end == 0, |position| position.offset >= *end)
    })
}

/// Reads an offset.
fn start(text: &str) -> Result<Start, String> {
    match (text, text.parse()) {
        ("earliest", _) => Ok(Start::Spec(OffsetSpec::Earliest)),
        ("latest", _) => Ok(Start::Spec(OffsetSpec::Latest)),
        (_, Ok(offset)) if offset >= 0 => Ok(Start::At(offset)),
        _ => Err("write a number from 0, earliest or latest".to_owned()),
    }
}
