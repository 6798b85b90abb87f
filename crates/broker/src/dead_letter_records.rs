//! The records of dead letter queues: where the original lies, why it was given up, and where that is wanted a copy of it.

use std::collections::BTreeMap;

use model::{Offset, TimestampMs};
use partition::{Logs, Partition};
use records::{BatchBuilder, Codecs, NewRecord, RecordBatch};
use storage::disk::FileSlice;

/// Bytes that are read of a source at once, and that one of its batches may have when it is decompressed.
const READ_BYTES: u32 = 1 << 20;

/// Where dead letters come from, and why.
pub(crate) struct Origin<'a> {
    pub topic: &'a str,
    pub partition: i32,
    pub group: &'a str,
    pub deliveries: i16,
    pub message: &'static str,
}

/// Key and value of a record.
type Content = (Option<Vec<u8>>, Option<Vec<u8>>);

/// Contents of records, by offset.
#[derive(Debug, Default)]
pub(crate) struct Data {
    records: BTreeMap<i64, Content>,
    /// Those behind it are still to be read.
    last: i64,
}

/// Reads the contents of records from `first` to `last`, some at a time; `None` when they cannot be read, so that their dead
/// letters have headers only.
pub(crate) fn data_of(
    source: &Partition,
    logs: Logs<'_>,
    codecs: &mut Codecs,
    (first, last): (i64, i64),
) -> Option<Data> {
    let slice = source.read_own(logs, Offset(first), READ_BYTES).ok()??;
    Some(read(&slice, codecs, (first, last)))
}

fn read(slice: &FileSlice, codecs: &mut Codecs, (first, last): (i64, i64)) -> Data {
    let mut data = Data::default();
    let bytes = slice.read().unwrap_or_default();
    let mut rest = &bytes[..];
    while let Ok(batch) = RecordBatch::parse(rest) {
        if batch.base_offset().0 > last {
            data.last = last;
            break;
        }
        if let Ok(records) = batch.records(codecs, READ_BYTES as usize) {
            let records = records.map_while(Result::ok);
            let wanted = records.filter(|record| (first..=last).contains(&record.offset.0));
            data.records.extend(wanted.map(|record| {
                let content = (record.key.map(Vec::from), record.value.map(Vec::from));
                (record.offset.0, content)
            }));
        }
        data.last = batch.last_offset().0;
        rest = &rest[batch.size()..];
    }
    // What is no batch of magic 2 is not copied.
    if data.last < first {
        data.last = last;
    }
    data
}

/// As many dead letters from `first` to `last` as fit into one batch of `max_bytes`, one at least; and the offset to go on with.
pub(crate) fn batch_of(
    now: TimestampMs,
    origin: &Origin<'_>,
    (first, last): (i64, i64),
    data: Option<&Data>,
    max_bytes: usize,
) -> (Vec<u8>, i64) {
    let last = data.map_or(last, |data| data.last.clamp(first, last));
    let partition = origin.partition.to_string();
    let deliveries = origin.deliveries.to_string();
    let mut builder = BatchBuilder::new();
    for offset in first..=last {
        let at = offset.to_string();
        let headers = [
            ("__dlq.errors.topic", Some(origin.topic.as_bytes())),
            ("__dlq.errors.partition", Some(partition.as_bytes())),
            ("__dlq.errors.offset", Some(at.as_bytes())),
            ("__dlq.errors.group", Some(origin.group.as_bytes())),
            ("__dlq.errors.delivery.count", Some(deliveries.as_bytes())),
            ("__dlq.errors.message", Some(origin.message.as_bytes())),
        ];
        let content = data.and_then(|data| data.records.get(&offset));
        let record = NewRecord {
            timestamp: Some(now),
            key: content.and_then(|(key, _)| key.as_deref()),
            value: content.and_then(|(_, value)| value.as_deref()),
            headers: &headers,
        };
        let size = builder.size() + BatchBuilder::size_bound(&record);
        if size > max_bytes && !builder.is_empty() {
            return (builder.finish(), offset);
        }
        builder.append(&record);
    }
    (builder.finish(), last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: Origin<'static> = Origin {
        topic: "t",
        partition: 3,
        group: "g",
        deliveries: 5,
        message: "Offset rejected by client.",
    };

    /// The offsets of the originals, batch by batch.
    fn batches(last: i64, max_bytes: usize) -> Vec<Vec<i64>> {
        let (mut next, mut found) = (0, Vec::new());
        while next <= last {
            let range = (next, last);
            let (bytes, after) = batch_of(TimestampMs(7), &ORIGIN, range, None, max_bytes);
            assert!(bytes.len() <= max_bytes || after == next + 1);
            let batch = RecordBatch::parse(&bytes).expect("it is a batch");
            let records = batch.plain_records().expect("it is not compressed");
            let offsets = records.map(|record| {
                let record = record.expect("it is a record");
                assert_eq!(record.timestamp, Some(TimestampMs(7)));
                let (_, offset) = record.headers.iter().nth(2).expect("six headers");
                let text = std::str::from_utf8(offset.expect("a value")).expect("it is text");
                text.parse().expect("it is a number")
            });
            found.push(offsets.collect());
            next = after;
        }
        found
    }

    #[test]
    fn a_batch_is_no_larger_than_the_topic_allows_unless_it_is_of_one_record() {
        assert_eq!(batches(2, 1 << 20), [[0, 1, 2]]);
        assert_eq!(batches(2, 500), [vec![0, 1], vec![2]]);
        assert_eq!(batches(2, 1), [[0], [1], [2]]);
    }
}
