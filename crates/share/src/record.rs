//! The records of `__share_group_state`, in Kafka's format: snapshots, updates of them, and tombstones.

use std::borrow::Cow;
use std::sync::Arc;

use model::TimestampMs;
use protocol::share_snapshot_key::ShareSnapshotKey;
use protocol::share_snapshot_value::{self, ShareSnapshotValue};
use protocol::share_update_key::ShareUpdateKey;
use protocol::share_update_value::{self, ShareUpdateValue};
use protocol::{DecodeError, EncodeError, Message, Reader, Writer};

use crate::state::{Key, ShareState, StateBatch};

const SNAPSHOT: i16 = 0;
const UPDATE: i16 = 1;

/// A change of a group's way through a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Whose.
    pub key: Key,
    /// What holds from here on.
    pub value: Value,
}

/// What a [`Record`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// All of it.
    Snapshot(Arc<ShareState>),
    /// What has changed since the snapshot of this epoch.
    Update {
        /// The epoch of the snapshot.
        snapshot_epoch: i32,
        /// `None` if it has not changed.
        leader_epoch: Option<i32>,
        /// `None` if it has not changed.
        start: Option<i64>,
        /// `None` if it is not known.
        complete: Option<i32>,
        /// Written over the earlier ones.
        batches: Vec<StateBatch>,
    },
    /// It is forgotten.
    Gone,
}

/// Key and value as bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedRecord {
    /// The key.
    pub key: Vec<u8>,
    /// The value; none for a tombstone.
    pub value: Option<Vec<u8>>,
}

/// Bytes that are no record of a share coordinator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MalformedRecord {
    /// Shorter than the type or version in front.
    #[error("the record is too short for its version")]
    TooShort,
    /// Something within.
    #[error(transparent)]
    Field(#[from] DecodeError),
}

impl Record {
    /// The bytes to append.
    ///
    /// # Errors
    /// When a text is longer than the format allows.
    pub fn encode(&self) -> Result<EncodedRecord, EncodeError> {
        let record_type = match &self.value {
            Value::Update { .. } => UPDATE,
            Value::Snapshot(_) | Value::Gone => SNAPSHOT,
        };
        let value = match &self.value {
            Value::Gone => None,
            Value::Snapshot(state) => Some(framed(0, &encode_snapshot(state))?),
            update @ Value::Update { .. } => Some(framed(0, &encode_update(update))?),
        };
        // The keys of both types have the same fields.
        let key = ShareSnapshotKey {
            group_id: Cow::Borrowed(&self.key.group),
            topic_id: self.key.topic,
            partition: self.key.partition,
        };
        Ok(EncodedRecord {
            key: framed(record_type, &key)?,
            value,
        })
    }

    /// Reads a record of the log. `None` for those that say nothing: keys of other types, and tombstones of updates.
    ///
    /// # Errors
    /// When the bytes are not what their version says.
    pub fn decode(key: &[u8], value: Option<&[u8]>) -> Result<Option<Self>, MalformedRecord> {
        let (kind, key) = unframed(key)?;
        let mut key = Reader::new(key);
        match kind {
            SNAPSHOT => {
                let key = ShareSnapshotKey::decode(&mut key, 0)?;
                let value = match value {
                    Some(value) => Value::Snapshot(Arc::new(decode_snapshot(value)?)),
                    None => Value::Gone,
                };
                let key = Key {
                    group: Arc::from(&*key.group_id),
                    topic: key.topic_id,
                    partition: key.partition,
                };
                Ok(Some(Self { key, value }))
            }
            UPDATE => {
                let key = ShareUpdateKey::decode(&mut key, 0)?;
                let value = value.map(decode_update).transpose()?;
                let key = Key {
                    group: Arc::from(&*key.group_id),
                    topic: key.topic_id,
                    partition: key.partition,
                };
                Ok(value.map(|value| Self { key, value }))
            }
            _ => Ok(None),
        }
    }
}

fn framed<'a>(version: i16, message: &impl Message<'a>) -> Result<Vec<u8>, EncodeError> {
    let mut writer = Writer::reusing(version.to_be_bytes().to_vec());
    writer.reserve(message.size(0)?);
    message.encode(&mut writer, 0)?;
    Ok(writer.into_parts().0)
}

fn unframed(bytes: &[u8]) -> Result<(i16, &[u8]), MalformedRecord> {
    let split = bytes.split_first_chunk::<2>();
    let (version, rest) = split.ok_or(MalformedRecord::TooShort)?;
    Ok((i16::from_be_bytes(*version), rest))
}

fn encode_snapshot(state: &ShareState) -> ShareSnapshotValue {
    let batches = state
        .batches
        .iter()
        .map(|batch| share_snapshot_value::StateBatch {
            first_offset: batch.first,
            last_offset: batch.last,
            delivery_state: batch.state,
            delivery_count: batch.deliveries,
            ..share_snapshot_value::StateBatch::default()
        });
    ShareSnapshotValue {
        snapshot_epoch: state.snapshot_epoch,
        state_epoch: state.state_epoch,
        leader_epoch: state.leader_epoch,
        start_offset: state.start.unwrap_or(-1),
        delivery_complete_count: state.complete.unwrap_or(-1),
        create_timestamp: state.created_at.0,
        write_timestamp: state.written_at.0,
        state_batches: batches.collect(),
        ..ShareSnapshotValue::default()
    }
}

fn decode_snapshot(bytes: &[u8]) -> Result<ShareState, MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let value = ShareSnapshotValue::decode(&mut Reader::new(body), version)?;
    let batches = value.state_batches.iter().map(|batch| StateBatch {
        first: batch.first_offset,
        last: batch.last_offset,
        state: batch.delivery_state,
        deliveries: batch.delivery_count,
    });
    Ok(ShareState {
        snapshot_epoch: value.snapshot_epoch,
        state_epoch: value.state_epoch,
        leader_epoch: value.leader_epoch,
        start: known(value.start_offset),
        complete: known(value.delivery_complete_count),
        created_at: TimestampMs(value.create_timestamp),
        written_at: TimestampMs(value.write_timestamp),
        batches: batches.collect(),
    })
}

fn encode_update(value: &Value) -> ShareUpdateValue {
    let Value::Update {
        snapshot_epoch,
        leader_epoch,
        start,
        complete,
        batches,
    } = value
    else {
        unreachable!("only updates are encoded here")
    };
    let batches = batches.iter().map(|batch| share_update_value::StateBatch {
        first_offset: batch.first,
        last_offset: batch.last,
        delivery_state: batch.state,
        delivery_count: batch.deliveries,
        ..share_update_value::StateBatch::default()
    });
    ShareUpdateValue {
        snapshot_epoch: *snapshot_epoch,
        leader_epoch: leader_epoch.unwrap_or(-1),
        start_offset: start.unwrap_or(-1),
        delivery_complete_count: complete.unwrap_or(-1),
        state_batches: batches.collect(),
        ..ShareUpdateValue::default()
    }
}

fn decode_update(bytes: &[u8]) -> Result<Value, MalformedRecord> {
    let (version, body) = unframed(bytes)?;
    let value = ShareUpdateValue::decode(&mut Reader::new(body), version)?;
    let batches = value.state_batches.iter().map(|batch| StateBatch {
        first: batch.first_offset,
        last: batch.last_offset,
        state: batch.delivery_state,
        deliveries: batch.delivery_count,
    });
    Ok(Value::Update {
        snapshot_epoch: value.snapshot_epoch,
        leader_epoch: known(value.leader_epoch),
        start: known(value.start_offset),
        complete: known(value.delivery_complete_count),
        batches: batches.collect(),
    })
}

/// Kafka writes -1 for what is not there.
pub(crate) fn known<T: PartialOrd + Default>(number: T) -> Option<T> {
    Some(number).filter(|number| *number >= T::default())
}
