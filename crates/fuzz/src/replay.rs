//! Records that a log holds, in the hands of those who rebuild their state from them.

use std::time::Duration;

use metadata::{Loader, Provenance};
use model::{LeaderEpoch, Now, Offset, ProducerId, TimestampMs};
use protocol::metadata_records::MetadataRecord;

use crate::fingerprint::Fingerprint;

const NOW: Now = Now {
    mono: Duration::from_secs(1),
    wall: TimestampMs(1_700_000_000_000),
};
const EPOCH: LeaderEpoch = LeaderEpoch(1);

/// The input is whose records they are, then records with two bytes of length before them.
pub(crate) fn run(data: &[u8]) -> Fingerprint {
    let mut fingerprint = Fingerprint::default();
    let Some((whose, mut rest)) = data.split_first() else {
        return fingerprint;
    };
    let mut records = Vec::new();
    while let Some((length, more)) = rest.split_first_chunk() {
        let length = usize::from(u16::from_be_bytes(*length)).min(more.len());
        let (record, more) = more.split_at(length);
        records.push(record);
        rest = more;
    }
    if whose % 2 == 0 {
        cluster(&records, &mut fingerprint);
    } else {
        groups(&records, &mut fingerprint);
    }
    fingerprint
}

/// Each record is a batch of its own, as long as all of them fit.
fn cluster(records: &[&[u8]], fingerprint: &mut Fingerprint) {
    let mut loader = Loader::default();
    for (record, offset) in records.iter().zip(0..) {
        let decoded = metadata::decode_record(Offset(offset), record);
        fingerprint.result(&decoded);
        let Ok(decoded) = decoded else { return };
        fingerprint.note(decoded.key() as u64);
        let last = Provenance {
            offset: Offset(offset),
            epoch: EPOCH,
            timestamp: NOW.wall,
        };
        let published = loader.on_batch([&decoded], last);
        fingerprint.result(&published);
        if published.is_err() {
            return;
        }
    }
    write_and_read(&loader, fingerprint);
}

/// What is written as a snapshot is read as the same cluster.
fn write_and_read(loader: &Loader, fingerprint: &mut Fingerprint) {
    let image = loader.image();
    let Some(last) = image.provenance() else {
        return;
    };
    let version = image.metadata_version();
    let mut written = Vec::new();
    image.write(|record: MetadataRecord<'_>| {
        written.push(metadata::encode_record(&record, version))
    });
    let written: Result<Vec<Vec<u8>>, _> = written.into_iter().collect();
    fingerprint.result(&written);
    let Ok(written) = written else { return };
    let decode = |bytes| MetadataRecord::decode(bytes).expect("what was written can be read");
    let records: Vec<MetadataRecord<'_>> = written.iter().map(|bytes| decode(bytes)).collect();
    let mut other = Loader::default();
    let read = other
        .on_snapshot(&records, last)
        .expect("a snapshot of an image fits together");
    fingerprint.count(read.image.topics().len());
}

/// A record's key has two bytes of length within it; what follows is its value, or null if there is nothing.
fn groups(records: &[&[u8]], fingerprint: &mut Fingerprint) {
    let mut shard = group::Shard::new(group::Settings::default());
    shard.start_loading(NOW, EPOCH);
    let mut next = Offset::ZERO;
    for record in records {
        let Some((length, more)) = record.split_first_chunk() else {
            continue;
        };
        let length = u16::from_be_bytes(*length);
        let (key, value) = more.split_at(usize::from(length & 0x7fff).min(more.len()));
        let value = (!value.is_empty()).then_some(value);
        let transaction = (length & 0x8000 != 0).then_some(ProducerId(5));
        let decoded = group::Record::decode(key, value, transaction);
        fingerprint.result(&decoded);
        if let Ok(Some(record)) = decoded {
            fingerprint.result(&record.encode());
            shard.load(EPOCH, next, &record);
            next = next.next();
        }
    }
    shard.activate(NOW, EPOCH, next, next);
    let mut appended = 0;
    let image = metadata::Image::empty();
    let mut now = NOW;
    for _ in 0..4 {
        now = now.plus(Duration::from_secs(3600));
        shard.on_time(
            now,
            &image,
            |append: statemachine::Append<'_, group::Record>| {
                appended += append.records.len();
                let base = next;
                next = Offset(next.0 + append.records.len() as i64);
                Ok(base)
            },
        );
        shard.on_high_watermark(next);
    }
    fingerprint.count(appended);
    fingerprint.count(shard.take_answers().len());
}
