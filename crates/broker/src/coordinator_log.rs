//! Batches of coordinator records: written by a shard, read when it is loaded.

use group::Record;
use model::{ErrorCode, Now, Offset};
use records::control::EndTransaction;
use records::{Batch, BatchBuilder, BatchIter, Codecs, NewRecord, RecordBatch};
use transaction::Producer;

/// The most that one batch of a coordinator may decompress to: what a producer may write.
const MAX_DECOMPRESSED_BYTES: usize = 256 << 20;

/// A key and a value, if the format can hold the record.
type Encoded = Option<(Vec<u8>, Option<Vec<u8>>)>;

/// One batch of group coordinators' `records`, stamped `now`; of a producer's transaction, if there is one.
///
/// # Errors
/// `UNKNOWN_SERVER_ERROR` for a record that Kafka's format cannot hold.
pub(crate) fn batch(
    now: Now,
    records: &[Record],
    producer: Option<Producer>,
) -> Result<Vec<u8>, ErrorCode> {
    let mut builder = BatchBuilder::new();
    if let Some(Producer { id, epoch }) = producer {
        builder = builder.producer_without_sequence(id, epoch).transactional();
    }
    filled(builder, now, records, |record| {
        let encoded = record.encode().ok().flatten()?;
        Some((encoded.key, encoded.value))
    })
}

/// One batch of a transaction coordinator's records, stamped `now`.
///
/// # Errors
/// `UNKNOWN_SERVER_ERROR` for a record that Kafka's format cannot hold.
pub(crate) fn transaction_batch(
    now: Now,
    records: &[transaction::Record],
    is_flexible: bool,
) -> Result<Vec<u8>, ErrorCode> {
    filled(BatchBuilder::new(), now, records, |record| {
        let encoded = record.encode(is_flexible).ok()?;
        Some((encoded.key, encoded.value))
    })
}

/// One batch of a share coordinator's records, stamped `now`.
///
/// # Errors
/// `UNKNOWN_SERVER_ERROR` for a record that Kafka's format cannot hold.
pub(crate) fn share_batch(now: Now, records: &[share::Record]) -> Result<Vec<u8>, ErrorCode> {
    filled(BatchBuilder::new(), now, records, |record| {
        let encoded = record.encode().ok()?;
        Some((encoded.key, encoded.value))
    })
}

fn filled<R>(
    mut builder: BatchBuilder,
    now: Now,
    records: &[R],
    encode: impl Fn(&R) -> Encoded,
) -> Result<Vec<u8>, ErrorCode> {
    for record in records {
        let (key, value) = encode(record).ok_or(ErrorCode::UNKNOWN_SERVER_ERROR)?;
        builder.append(&NewRecord {
            timestamp: Some(now.wall),
            key: Some(&key),
            value: value.as_deref(),
            headers: &[],
        });
    }
    Ok(builder.finish())
}

/// Records that say nothing that anybody can read. Everything else in the log counts all the same.
#[derive(Debug, Default)]
pub(crate) struct Unreadable {
    count: u64,
    /// The first of them, and what is wrong with it.
    first: Option<(Offset, String)>,
}

impl Unreadable {
    fn add(&mut self, offset: Offset, why: impl ToString) {
        self.count += 1;
        self.first.get_or_insert_with(|| (offset, why.to_string()));
    }

    /// What an operator is told, if there are any in the log of `partition`.
    pub fn report(&self, partition: &dyn std::fmt::Display) -> Option<String> {
        let (offset, why) = self.first.as_ref()?;
        let count = self.count;
        Some(format!(
            "the coordinator of {partition} passes over {count} of its records that cannot be read, the first of them at offset {offset}: {why}"
        ))
    }
}

/// Reads the records of the whole batches in `bytes` with their offsets; gives the offset after the
/// last whole batch, or `None` if there is none. A record that cannot be read is passed over.
///
/// # Errors
/// What is no batch: where the next one begins is not known then.
pub(crate) fn read(
    bytes: &[u8],
    into: &mut Vec<(Offset, Record)>,
    unreadable: &mut Unreadable,
) -> Result<Option<Offset>, String> {
    let mut codecs = Codecs::new();
    let mut next = None;
    for batch in BatchIter::new(bytes) {
        let batch = batch.map_err(|error| error.to_string())?;
        if let Batch::V2(batch) = &batch {
            read_batch(batch, &mut codecs, into, unreadable);
        }
        next = Some(batch.last_offset().next());
    }
    Ok(next)
}

/// As [`read`], of a transaction coordinator's log.
///
/// # Errors
/// What is wrong with a batch or record, and where.
pub(crate) fn read_transactions(
    bytes: &[u8],
    into: &mut Vec<(Offset, transaction::Record)>,
) -> Result<Option<Offset>, String> {
    read_plain(bytes, into, |key, value| {
        transaction::Record::decode(key, value).map_err(|error| error.to_string())
    })
}

/// As [`read`], of a share coordinator's log.
///
/// # Errors
/// What is wrong with a batch or record, and where.
pub(crate) fn read_share_states(
    bytes: &[u8],
    into: &mut Vec<(Offset, share::Record)>,
) -> Result<Option<Offset>, String> {
    read_plain(bytes, into, |key, value| {
        share::Record::decode(key, value).map_err(|error| error.to_string())
    })
}

/// Reads a log in which markers say nothing.
fn read_plain<R>(
    bytes: &[u8],
    into: &mut Vec<(Offset, R)>,
    decode: impl Fn(&[u8], Option<&[u8]>) -> Result<Option<R>, String>,
) -> Result<Option<Offset>, String> {
    let mut codecs = Codecs::new();
    let mut next = None;
    for batch in BatchIter::new(bytes) {
        let batch = batch.map_err(|error| error.to_string())?;
        next = Some(batch.last_offset().next());
        let Batch::V2(batch) = &batch else {
            continue;
        };
        if batch.is_control() {
            continue;
        }
        let records = batch
            .records(&mut codecs, MAX_DECOMPRESSED_BYTES)
            .map_err(|error| error.to_string())?;
        for record in records {
            let record = record.map_err(|error| error.to_string())?;
            let at = |error: &dyn std::fmt::Display| format!("offset {}: {error}", record.offset);
            let key = record.key.ok_or_else(|| at(&"the record has no key"))?;
            let decoded = decode(key, record.value).map_err(|error| at(&error))?;
            into.extend(decoded.map(|decoded| (record.offset, decoded)));
        }
    }
    Ok(next)
}

fn read_batch(
    batch: &RecordBatch<'_>,
    codecs: &mut Codecs,
    into: &mut Vec<(Offset, Record)>,
    unreadable: &mut Unreadable,
) {
    let base = batch.base_offset();
    if batch.is_control() {
        match transaction_end(batch) {
            Ok(end) => into.extend(end.map(|record| (base, record))),
            Err(error) => unreadable.add(base, error),
        }
        return;
    }
    let producer = batch.producer_id().filter(|_| batch.is_transactional());
    let records = match batch.records(codecs, MAX_DECOMPRESSED_BYTES) {
        Ok(records) => records,
        Err(error) => return unreadable.add(base, error),
    };
    for record in records {
        let record = match record {
            Ok(record) => record,
            // Where the next record begins is not known either.
            Err(error) => return unreadable.add(base, error),
        };
        let Some(key) = record.key else {
            unreadable.add(record.offset, "it has no key");
            continue;
        };
        match Record::decode(key, record.value, producer) {
            Ok(decoded) => into.extend(decoded.map(|decoded| (record.offset, decoded))),
            Err(error) => unreadable.add(record.offset, error),
        }
    }
}

fn transaction_end(batch: &RecordBatch<'_>) -> Result<Option<Record>, String> {
    let end = EndTransaction::read(batch).map_err(|error| error.to_string())?;
    let producer = batch.producer_id();
    Ok(end
        .zip(producer)
        .map(|(end, producer)| Record::TransactionEnd {
            producer,
            committed: end.is_committed,
        }))
}
