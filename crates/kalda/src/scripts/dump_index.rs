//! Indexes and producer snapshots as kafka-dump-log shows them, and whether they agree with their log.

use std::collections::BTreeMap;
use std::path::Path;

use records::{Batch, Codecs};

use super::console::{line, note, print};
use super::dump_log::{Batches, View, whole};
use super::faults::{Fault, Thrown};

/// The largest index that is read; Kafka's default of segment.index.bytes is a tenth of it.
const MAX_INDEX_BYTES: u64 = 100 << 20;
/// The most that a batch may take decompressed.
const MAX_BATCH_BYTES: usize = 1 << 30;
const OFFSET_ENTRY: usize = 8;
const TIME_ENTRY: usize = 12;
const TRANSACTION_ENTRY: usize = 34;
const SNAPSHOT_HEAD: usize = 10;
const SNAPSHOT_ENTRY: usize = 46;

/// What indexes say that their logs do not.
#[derive(Debug, Default)]
pub struct Checks {
    offsets: BTreeMap<String, Vec<(i64, i64)>>,
    times: BTreeMap<String, Vec<(i64, i64)>>,
    out_of_order: BTreeMap<String, Vec<(i64, i64)>>,
    not_found: BTreeMap<String, Vec<(i64, i64)>>,
}

impl Checks {
    /// Says it on standard error.
    pub fn say(&self) {
        let say =
            |found: &BTreeMap<String, Vec<(i64, i64)>>, head: &str, one: &str, other: &str| {
                for (name, pairs) in found {
                    note(format!("{head} :{name}"));
                    pairs
                        .iter()
                        .for_each(|(a, b)| note(format!("{one}: {a}, {other}: {b}")));
                }
            };
        say(
            &self.offsets,
            "Mismatches in",
            "  Index offset",
            "log offset",
        );
        say(
            &self.times,
            "Found timestamp mismatch in",
            "  Index timestamp",
            "log timestamp",
        );
        say(
            &self.out_of_order,
            "Found out of order timestamp in",
            "  Index timestamp",
            "Previously indexed timestamp",
        );
        say(
            &self.not_found,
            "The following indexed offsets are not found in",
            "Indexed offset",
            "found log offset",
        );
    }
}

/// The path of a file from the root.
pub fn absolute(path: &Path) -> String {
    let absolute = std::path::absolute(path);
    absolute.map_or_else(
        |_| path.display().to_string(),
        |path| path.display().to_string(),
    )
}

fn i32_at(bytes: &[u8], at: usize) -> i32 {
    i32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn i64_at(bytes: &[u8], at: usize) -> i64 {
    i64::from_be_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

/// The offset that a file's name says.
fn base_offset(path: &Path) -> Result<i64, Fault> {
    let stem = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    stem.parse()
        .map_err(|_| Thrown::number_format(&stem).into())
}

/// Offset and position of each entry of an offset index; what was reserved behind them is left.
fn offset_entries(path: &Path) -> Result<Vec<(i64, i32)>, Fault> {
    let base = base_offset(path)?;
    let bytes = whole(path, MAX_INDEX_BYTES)?;
    let all = bytes.chunks_exact(OFFSET_ENTRY);
    let entries = all.map(|entry| (base + i64::from(i32_at(entry, 0)), i32_at(entry, 4)));
    let is_there = |(at, (offset, _)): &(usize, (i64, i32))| *at == 0 || *offset != base;
    Ok(entries
        .enumerate()
        .take_while(is_there)
        .map(|(_, entry)| entry)
        .collect())
}

/// Shows an offset index.
pub fn offsets(path: &Path, view: &View, checks: &mut Checks) -> Result<(), Fault> {
    let entries = offset_entries(path)?;
    if entries.is_empty() {
        return line(format!("{} is empty.", path.display()));
    }
    if view.sanity_only {
        return line(format!("{} passed sanity check.", path.display()));
    }
    let lasts = last_offsets(&path.with_extension("log"))?;
    let mut text = String::new();
    for (offset, position) in entries {
        let at = u64::try_from(position).unwrap_or_default();
        let found = lasts.get(&at).copied().unwrap_or(-1);
        if found != offset {
            checks
                .offsets
                .entry(absolute(path))
                .or_default()
                .push((offset, found));
        }
        if !view.verify_only {
            text.push_str(&format!("offset: {offset} position: {position}\n"));
        }
    }
    print(&text)
}

/// The last offset of each batch of a log, by its position.
fn last_offsets(log: &Path) -> Result<BTreeMap<u64, i64>, Fault> {
    let mut batches = Batches::open(log, u64::MAX)?;
    let mut lasts = BTreeMap::new();
    while let Some(bytes) = batches.next()? {
        let last = match Batch::parse(bytes) {
            Ok(Some(batch)) => batch.last_offset().0,
            _ => break,
        };
        lasts.insert(batches.position, last);
    }
    Ok(lasts)
}

/// Shows a time index.
pub fn times(path: &Path, view: &View, checks: &mut Checks) -> Result<(), Fault> {
    if view.sanity_only {
        return line(format!("{} passed sanity check.", path.display()));
    }
    let base = base_offset(path)?;
    let bytes = whole(path, MAX_INDEX_BYTES)?;
    let stamps = batch_times(&path.with_extension("log"))?;
    let (mut text, mut before) = (String::new(), -1);
    for (at, entry) in bytes.chunks_exact(TIME_ENTRY).enumerate() {
        let (time, offset) = (i64_at(entry, 0), base + i64::from(i32_at(entry, 8)));
        if offset == base && at > 0 {
            break;
        }
        let name = || absolute(path);
        match stamps.range(offset..).next() {
            Some((last, largest)) if *last == offset => {
                if *largest != time {
                    checks
                        .times
                        .entry(name())
                        .or_default()
                        .push((time, *largest));
                }
                if before >= time {
                    checks
                        .out_of_order
                        .entry(name())
                        .or_default()
                        .push((time, before));
                }
            }
            other => {
                let found = other.map_or(-1, |(last, _)| *last);
                checks
                    .not_found
                    .entry(name())
                    .or_default()
                    .push((offset, found));
            }
        }
        if !view.verify_only {
            text.push_str(&format!("timestamp: {time} offset: {offset}\n"));
        }
        before = time;
    }
    print(&text)
}

/// The largest timestamp of each batch of a log, by its last offset.
fn batch_times(log: &Path) -> Result<BTreeMap<i64, i64>, Fault> {
    let mut batches = Batches::open(log, u64::MAX)?;
    let mut codecs = Codecs::new();
    let mut times = BTreeMap::new();
    while let Some(bytes) = batches.next()? {
        let Ok(Some(batch)) = Batch::parse(bytes) else {
            break;
        };
        let records = batch
            .records(&mut codecs, MAX_BATCH_BYTES)
            .into_iter()
            .flatten();
        let stamps = records.flatten().filter_map(|record| record.timestamp);
        let largest = stamps.map(|time| time.0).max().unwrap_or(-1);
        times.insert(batch.last_offset().0, largest);
    }
    Ok(times)
}

/// Shows an index of aborted transactions.
pub fn transactions(path: &Path) -> Result<(), Fault> {
    let bytes = whole(path, MAX_INDEX_BYTES)?;
    let rows = bytes.chunks_exact(TRANSACTION_ENTRY).map(|entry| {
        format!(
            "version: {} producerId: {} firstOffset: {} lastOffset: {} lastStableOffset: {}\n",
            i16::from_be_bytes([entry[0], entry[1]]),
            i64_at(entry, 2),
            i64_at(entry, 10),
            i64_at(entry, 18),
            i64_at(entry, 26)
        )
    });
    print(&rows.collect::<String>())
}

/// Shows a snapshot of producers.
pub fn producers(path: &Path) -> Result<(), Fault> {
    let bytes = whole(path, MAX_INDEX_BYTES)?;
    let Some(entries) = bytes.get(SNAPSHOT_HEAD..) else {
        note("Snapshot failed schema validation: it is too short");
        return Ok(());
    };
    let rows = entries.chunks_exact(SNAPSHOT_ENTRY).map(producer);
    print(&rows.collect::<String>())
}

fn producer(entry: &[u8]) -> String {
    let (last_sequence, last_offset) = (i32_at(entry, 10), i64_at(entry, 14));
    let (delta, time) = (i32_at(entry, 22), i64_at(entry, 26));
    let start = match i64_at(entry, 38) {
        -1 => "OptionalLong.empty".to_owned(),
        offset => format!("OptionalLong[{offset}]"),
    };
    let mut text = format!(
        "producerId: {} producerEpoch: {} coordinatorEpoch: {} currentTxnFirstOffset: {start} lastTimestamp: {time}",
        i64_at(entry, 0),
        i16::from_be_bytes([entry[8], entry[9]]),
        i32_at(entry, 34)
    );
    if last_offset >= 0 {
        // Sequence numbers begin anew behind the largest.
        let first = (i64::from(last_sequence) - i64::from(delta)) & i64::from(i32::MAX);
        text.push_str(&format!(
            " firstSequence: {first} lastSequence: {last_sequence} lastOffset: {last_offset} offsetDelta: {delta} timestamp: {time}"
        ));
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_producer_is_shown_with_its_last_batch() {
        let mut entry = Vec::new();
        entry.extend(7i64.to_be_bytes());
        entry.extend(2i16.to_be_bytes());
        entry.extend(9i32.to_be_bytes());
        entry.extend(100i64.to_be_bytes());
        entry.extend(4i32.to_be_bytes());
        entry.extend(55i64.to_be_bytes());
        entry.extend(3i32.to_be_bytes());
        entry.extend((-1i64).to_be_bytes());
        assert_eq!(
            producer(&entry),
            "producerId: 7 producerEpoch: 2 coordinatorEpoch: 3 currentTxnFirstOffset: OptionalLong.empty lastTimestamp: 55 \
             firstSequence: 5 lastSequence: 9 lastOffset: 100 offsetDelta: 4 timestamp: 55\n"
        );
    }

    #[test]
    fn an_index_ends_where_what_was_reserved_begins() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("00000000000000000010.index");
        let mut bytes = Vec::new();
        for (offset, position) in [(3i32, 100i32), (0, 0), (0, 0)] {
            bytes.extend(offset.to_be_bytes());
            bytes.extend(position.to_be_bytes());
        }
        std::fs::write(&path, bytes).expect("it is written");
        assert_eq!(offset_entries(&path).expect("it is read"), [(13, 100)]);
    }
}
