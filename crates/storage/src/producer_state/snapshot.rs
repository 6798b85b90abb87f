//! The file form of the producer state, `<offset>.snapshot`: the state as of that offset.
//!
//! Version 1 (i16), CRC-32C (u32) of all that follows, number of entries (i32), and for each: producer
//! id (i64), epoch (i16), last sequence (i32), last offset (i64), offset delta (i32), timestamp (i64),
//! coordinator epoch (i32), first offset of the open transaction (i64, -1 if none). Of the last batches only the last is kept.

use model::{Offset, ProducerEpoch, ProducerId};
use records::checksum::crc32c;

use super::{ProducerBatch, ProducerEntry, ProducerState};

const VERSION: i16 = 1;
const CRC_AT: usize = 2;
const BODY_AT: usize = 6;
const ENTRIES_AT: usize = 10;
const ENTRY_LEN: usize = 46;

/// Why a snapshot cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotFault {
    /// The length does not fit the number of entries.
    #[error("the file's length does not fit its contents")]
    Length,
    /// Another version than 1.
    #[error("version {0} is not known")]
    Version(i16),
    /// The checksum does not match.
    #[error("the checksum does not match")]
    Crc,
}

/// The file's content.
#[must_use]
pub fn encode_snapshot(state: &ProducerState) -> Vec<u8> {
    let mut out = Vec::with_capacity(ENTRIES_AT + state.producers.len() * ENTRY_LEN);
    out.extend_from_slice(&VERSION.to_be_bytes());
    out.extend_from_slice(&[0; 4]);
    let count = i32::try_from(state.producers.len()).expect("producers fit a 31-bit count");
    out.extend_from_slice(&count.to_be_bytes());
    for (id, entry) in &state.producers {
        put_entry(&mut out, *id, entry);
    }
    let crc = crc32c(&out[BODY_AT..]);
    out[CRC_AT..BODY_AT].copy_from_slice(&crc.to_be_bytes());
    out
}

fn put_entry(out: &mut Vec<u8>, id: ProducerId, entry: &ProducerEntry) {
    let none = ProducerBatch {
        last_sequence: -1,
        last_offset: Offset(-1),
        offset_delta: 0,
        timestamp: -1,
    };
    let last = entry.last_batch().unwrap_or(&none);
    out.extend_from_slice(&id.0.to_be_bytes());
    out.extend_from_slice(&entry.epoch.0.to_be_bytes());
    out.extend_from_slice(&last.last_sequence.to_be_bytes());
    out.extend_from_slice(&last.last_offset.0.to_be_bytes());
    out.extend_from_slice(&last.offset_delta.to_be_bytes());
    out.extend_from_slice(&entry.last_timestamp.to_be_bytes());
    out.extend_from_slice(&entry.coordinator_epoch.to_be_bytes());
    let txn = entry.txn_first_offset.map_or(-1, |o| o.0);
    out.extend_from_slice(&txn.to_be_bytes());
}

/// Reads a file's content.
///
/// # Errors
/// Where it is not whole or not of version 1; nothing of it can be used then.
pub fn decode_snapshot(bytes: &[u8]) -> Result<ProducerState, SnapshotFault> {
    if bytes.len() < ENTRIES_AT {
        return Err(SnapshotFault::Length);
    }
    let version = i16::from_be_bytes([bytes[0], bytes[1]]);
    if version != VERSION {
        return Err(SnapshotFault::Version(version));
    }
    let crc = u32::from_be_bytes(bytes[CRC_AT..BODY_AT].try_into().expect("four bytes"));
    if crc != crc32c(&bytes[BODY_AT..]) {
        return Err(SnapshotFault::Crc);
    }
    let count = i32::from_be_bytes(bytes[BODY_AT..ENTRIES_AT].try_into().expect("four bytes"));
    let entries = &bytes[ENTRIES_AT..];
    if i64::from(count) * ENTRY_LEN as i64 != entries.len() as i64 {
        return Err(SnapshotFault::Length);
    }
    let mut state = ProducerState::default();
    for entry in entries.chunks_exact(ENTRY_LEN) {
        let (id, entry) = get_entry(entry);
        state.insert(id, entry);
    }
    Ok(state)
}

fn get_entry(bytes: &[u8]) -> (ProducerId, ProducerEntry) {
    let i64_at = |at: usize| i64::from_be_bytes(bytes[at..at + 8].try_into().expect("eight"));
    let i32_at = |at: usize| i32::from_be_bytes(bytes[at..at + 4].try_into().expect("four"));
    let mut entry = ProducerEntry::new(ProducerEpoch(i16::from_be_bytes([bytes[8], bytes[9]])));
    entry.last_timestamp = i64_at(26);
    entry.coordinator_epoch = i32_at(34);
    entry.txn_first_offset = Offset::known(i64_at(38));
    if let Some(last_offset) = Offset::known(i64_at(14)) {
        entry.push(ProducerBatch {
            last_sequence: i32_at(10),
            last_offset,
            offset_delta: i32_at(22),
            timestamp: entry.last_timestamp,
        });
    }
    (ProducerId(i64_at(0)), entry)
}
