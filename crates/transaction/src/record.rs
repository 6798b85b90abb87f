//! The records of `__transaction_state`, in Kafka's format: a key that names the id, a value or a tombstone.

use std::borrow::Cow;
use std::sync::Arc;

use model::{ProducerEpoch, ProducerId, TimestampMs};
use protocol::transaction_log_key::TransactionLogKey;
use protocol::transaction_log_value::{PartitionsSchema, TransactionLogValue};
use protocol::{DecodeError, EncodeError, Message, Reader, Writer};

use crate::state::{Partitions, State, Transaction};

/// The only type of key.
const TRANSACTION: i16 = 0;

/// A change of a transactional id; without a value it is forgotten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The transactional id.
    pub id: Arc<str>,
    /// What holds from here on.
    pub value: Option<Arc<Transaction>>,
}

/// Key and value as bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedRecord {
    /// The key.
    pub key: Vec<u8>,
    /// The value; none for a tombstone.
    pub value: Option<Vec<u8>>,
}

/// Bytes that are no record of a transaction coordinator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MalformedRecord {
    /// Shorter than the version in front.
    #[error("the record is too short for its version")]
    TooShort,
    /// A state that does not exist.
    #[error("there is no transaction state {0}")]
    State(i8),
    /// Something within.
    #[error(transparent)]
    Field(#[from] DecodeError),
}

impl Record {
    /// The bytes to append. With `is_flexible` (transaction.version 1 and up) what KIP-890 adds is written as well.
    ///
    /// # Errors
    /// When a text is longer than the format allows.
    pub fn encode(&self, is_flexible: bool) -> Result<EncodedRecord, EncodeError> {
        let key = TransactionLogKey {
            transactional_id: Cow::Borrowed(&self.id),
        };
        let value = self.value.as_ref().map(|value| {
            let value = match is_flexible {
                true => encode(value),
                false => without_tags(encode(value)),
            };
            framed(i16::from(is_flexible), &value)
        });
        Ok(EncodedRecord {
            key: framed(TRANSACTION, &key)?,
            value: value.transpose()?,
        })
    }

    /// Reads a record of the log. `None` for keys of other types, which stay in the log as they are.
    ///
    /// # Errors
    /// When the bytes are not what their version says.
    pub fn decode(key: &[u8], value: Option<&[u8]>) -> Result<Option<Self>, MalformedRecord> {
        let (kind, key) = unframed(key)?;
        if kind != TRANSACTION {
            return Ok(None);
        }
        let key = TransactionLogKey::decode(&mut Reader::new(key), 0)?;
        Ok(Some(Self {
            id: Arc::from(&*key.transactional_id),
            value: value.map(decode).transpose()?.map(Arc::new),
        }))
    }
}

fn framed<'a>(version: i16, message: &impl Message<'a>) -> Result<Vec<u8>, EncodeError> {
    let mut writer = Writer::reusing(version.to_be_bytes().to_vec());
    writer.reserve(message.size(version)?);
    message.encode(&mut writer, version)?;
    Ok(writer.into_parts().0)
}

fn unframed(bytes: &[u8]) -> Result<(i16, &[u8]), MalformedRecord> {
    let split = bytes.split_first_chunk::<2>();
    let (version, rest) = split.ok_or(MalformedRecord::TooShort)?;
    Ok((i16::from_be_bytes(*version), rest))
}

fn encode(value: &Transaction) -> TransactionLogValue<'_> {
    let partitions = value
        .partitions
        .iter()
        .map(|(topic, ids)| PartitionsSchema {
            topic: Cow::Borrowed(topic),
            partition_ids: ids.iter().copied().collect(),
            ..PartitionsSchema::default()
        });
    TransactionLogValue {
        producer_id: value.producer_id.0,
        previous_producer_id: value.previous_producer_id.map_or(-1, |id| id.0),
        next_producer_id: value.next_producer_id.map_or(-1, |id| id.0),
        producer_epoch: value.producer_epoch.0,
        transaction_timeout_ms: value.timeout_ms,
        transaction_status: value.state.id(),
        transaction_partitions: (value.state != State::Empty).then(|| partitions.collect()),
        transaction_last_update_timestamp_ms: value.updated_at.0,
        transaction_start_timestamp_ms: value.started_at.map_or(-1, |at| at.0),
        client_transaction_version: value.client_version,
        ..TransactionLogValue::default()
    }
}

/// What the format before KIP-890 holds: it has no tagged fields.
fn without_tags(value: TransactionLogValue<'_>) -> TransactionLogValue<'_> {
    TransactionLogValue {
        previous_producer_id: -1,
        next_producer_id: -1,
        client_transaction_version: 0,
        ..value
    }
}

fn decode(bytes: &[u8]) -> Result<Transaction, MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let value = TransactionLogValue::decode(&mut Reader::new(body), version)?;
    let status = value.transaction_status;
    let mut partitions = Partitions::new();
    for topic in value.transaction_partitions.unwrap_or_default() {
        let ids = partitions.entry(Box::from(&*topic.topic)).or_default();
        ids.extend(topic.partition_ids);
    }
    Ok(Transaction {
        producer_id: ProducerId(value.producer_id),
        previous_producer_id: ProducerId::known(value.previous_producer_id),
        next_producer_id: ProducerId::known(value.next_producer_id),
        producer_epoch: ProducerEpoch(value.producer_epoch),
        last_epoch: None,
        timeout_ms: value.transaction_timeout_ms,
        state: State::from_id(status).ok_or(MalformedRecord::State(status))?,
        partitions,
        started_at: TimestampMs::known(value.transaction_start_timestamp_ms),
        updated_at: TimestampMs(value.transaction_last_update_timestamp_ms),
        client_version: value.client_transaction_version,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With every field that the later format adds.
    fn record() -> Record {
        let value = Transaction {
            producer_id: ProducerId(7),
            previous_producer_id: Some(ProducerId(6)),
            next_producer_id: Some(ProducerId(8)),
            producer_epoch: ProducerEpoch(3),
            last_epoch: None,
            timeout_ms: 60_000,
            state: State::PrepareAbort,
            partitions: Partitions::from([(Box::from("t"), [1, 2].into())]),
            started_at: Some(TimestampMs(5)),
            updated_at: TimestampMs(9),
            client_version: 2,
        };
        Record {
            id: Arc::from("mine"),
            value: Some(Arc::new(value)),
        }
    }

    fn read_again(is_flexible: bool) -> Record {
        let bytes = record().encode(is_flexible).expect("the format holds it");
        let read = Record::decode(&bytes.key, bytes.value.as_deref());
        read.expect("it is sound").expect("it is of a transaction")
    }

    #[test]
    fn the_format_of_transaction_version_1_keeps_everything() {
        assert_eq!(read_again(true), record());
    }

    #[test]
    fn the_format_before_keeps_what_it_has_fields_for() {
        let value = record().value.expect("it has one");
        let kept = Transaction {
            previous_producer_id: None,
            next_producer_id: None,
            client_version: 0,
            ..(*value).clone()
        };
        assert_eq!(read_again(false).value.as_deref(), Some(&kept));
    }
}
