//! One frame of the journal.
//!
//! ```text
//!  0        4        8          16         24       28     29
//!  | magic  | length | position | durable  | crc    | kind | payload ...
//!                    [- covered by the CRC-32C ----)[------------ length ---]
//! ```
//!
//! `position` is the frame's own place in the file, so that a frame of another time or place is not
//! taken for one of here. `durable` says how far the file was synced when the frame was written: a
//! damaged frame below it is corruption, one above is the torn tail of a crash.

use bytes::Bytes;
use raft::eraftpb::{Entry, EntryType, HardState};
use records::checksum::crc32c;

use model::{LeaderEpoch, Offset};

const MAGIC: [u8; 4] = *b"KQJ1";
const CRC: usize = 4;
const LENGTH: usize = 8;
const POSITION: usize = 12;
const DURABLE: usize = 20;
const KIND: usize = 28;
const PAYLOAD: usize = 29;

const KIND_BASE: u8 = 1;
const KIND_HARD_STATE: u8 = 2;
const KIND_ENTRY: u8 = 3;
const KIND_MARK: u8 = 4;

/// Where raft's entries begin: everything up to `index` is in a snapshot, or there was nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Base {
    /// The last raft index that is no longer kept; 0 in a new quorum.
    pub(crate) index: u64,
    /// Its term.
    pub(crate) term: u64,
    /// The offset after its last record.
    pub(crate) end: Offset,
    /// The epoch of the batch that ends there, which is part of a snapshot's name.
    pub(crate) epoch: LeaderEpoch,
    /// How far the log of committed batches was synced when this was written.
    pub(crate) log_durable: Offset,
    /// An encoded VotersRecord: who voted then.
    pub(crate) voters: Vec<u8>,
}

/// What a frame says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Frame {
    /// Forget all entries and begin here.
    Base(Base),
    /// Raft's term, vote and commit index.
    HardState(HardState),
    /// Entry number `index`; it and what lay behind it are replaced.
    Entry(Entry),
    /// Nothing but how far the file is durable.
    Mark,
}

impl Frame {
    /// Appends the frame to `out`, whose first byte lies at `start` in the file.
    pub(crate) fn write(&self, out: &mut Vec<u8>, start: u64, durable: u64) {
        let at = out.len();
        let position = start + at as u64;
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&[0; POSITION - CRC]);
        out.extend_from_slice(&position.to_le_bytes());
        out.extend_from_slice(&durable.to_le_bytes());
        self.write_payload(out);
        let frame = &mut out[at..];
        let length = u32::try_from(frame.len() - KIND).expect("a batch is far below 4 GiB");
        frame[LENGTH..POSITION].copy_from_slice(&length.to_le_bytes());
        let crc = crc32c(&frame[LENGTH..]);
        frame[CRC..LENGTH].copy_from_slice(&crc.to_le_bytes());
    }

    fn write_payload(&self, out: &mut Vec<u8>) {
        match self {
            Self::Base(base) => {
                out.push(KIND_BASE);
                out.extend_from_slice(&base.index.to_le_bytes());
                out.extend_from_slice(&base.term.to_le_bytes());
                out.extend_from_slice(&base.end.0.to_le_bytes());
                out.extend_from_slice(&base.epoch.0.to_le_bytes());
                out.extend_from_slice(&base.log_durable.0.to_le_bytes());
                out.extend_from_slice(&base.voters);
            }
            Self::HardState(state) => {
                out.push(KIND_HARD_STATE);
                for number in [state.term, state.vote, state.commit] {
                    out.extend_from_slice(&number.to_le_bytes());
                }
            }
            Self::Entry(entry) => {
                out.push(KIND_ENTRY);
                out.extend_from_slice(&entry.index.to_le_bytes());
                out.extend_from_slice(&entry.term.to_le_bytes());
                out.push(entry.entry_type as u8);
                let context = u32::try_from(entry.context.len()).expect("a context is small");
                out.extend_from_slice(&context.to_le_bytes());
                out.extend_from_slice(&entry.context);
                out.extend_from_slice(&entry.data);
            }
            Self::Mark => out.push(KIND_MARK),
        }
    }

    /// The frame at `at` of `file`, how far the file was durable when it was written, and where the next one begins;
    /// `None` if there is none, or it is damaged.
    pub(crate) fn read(file: &Bytes, at: usize) -> Option<(Self, u64, usize)> {
        let bytes = file.get(at..)?;
        let header = bytes.first_chunk::<PAYLOAD>()?;
        let length = u32::from_le_bytes(number(header, LENGTH)) as usize;
        let end = KIND.checked_add(length)?;
        let frame = bytes.get(..end).filter(|_| length > 0)?;
        let is_here = u64::from_le_bytes(number(header, POSITION)) == at as u64;
        let crc = u32::from_le_bytes(number(header, CRC));
        if header[..CRC] != MAGIC || !is_here || crc != crc32c(&frame[LENGTH..]) {
            return None;
        }
        let payload = file.slice(at + PAYLOAD..at + end);
        let frame = Self::read_payload(header[KIND], &payload)?;
        Some((frame, u64::from_le_bytes(number(header, DURABLE)), at + end))
    }

    fn read_payload(kind: u8, payload: &Bytes) -> Option<Self> {
        let u64_at = |at| {
            payload
                .get(at..at + 8)
                .map(|b| u64::from_le_bytes(number(b, 0)))
        };
        let u32_at = |at| {
            payload
                .get(at..at + 4)
                .map(|b| u32::from_le_bytes(number(b, 0)))
        };
        match kind {
            KIND_BASE => Some(Self::Base(Base {
                index: u64_at(0)?,
                term: u64_at(8)?,
                end: Offset(u64_at(16)? as i64),
                epoch: LeaderEpoch(u32_at(24)? as i32),
                log_durable: Offset(u64_at(28)? as i64),
                voters: payload.get(36..)?.to_vec(),
            })),
            KIND_HARD_STATE => Some(Self::HardState(HardState {
                term: u64_at(0)?,
                vote: u64_at(8)?,
                commit: u64_at(16)?,
                ..Default::default()
            })),
            KIND_ENTRY => {
                let context_end = 21usize.checked_add(u32_at(17)? as usize)?;
                payload.get(21..context_end)?;
                Some(Self::Entry(Entry {
                    index: u64_at(0)?,
                    term: u64_at(8)?,
                    entry_type: entry_type(payload[16])?,
                    context: payload.slice(21..context_end),
                    data: payload.slice(context_end..),
                    ..Default::default()
                }))
            }
            KIND_MARK => Some(Self::Mark),
            _ => None,
        }
    }
}

/// Whether a frame that proves bytes from `damaged` on to have been synced follows somewhere behind.
pub(crate) fn is_proven_durable(file: &Bytes, damaged: usize) -> bool {
    let mut at = damaged + 1;
    while let Some(found) = find_magic(file, at) {
        if let Some((_, durable, _)) = Frame::read(file, found)
            && durable > damaged as u64
        {
            return true;
        }
        at = found + 1;
    }
    false
}

fn find_magic(file: &[u8], from: usize) -> Option<usize> {
    let rest = file.get(from..)?;
    rest.windows(MAGIC.len())
        .position(|window| window == MAGIC)
        .map(|at| from + at)
}

/// Raft's number of an entry type; `None` for one that this release does not know.
pub(crate) fn entry_type(number: u8) -> Option<EntryType> {
    match number {
        0 => Some(EntryType::EntryNormal),
        1 => Some(EntryType::EntryConfChange),
        2 => Some(EntryType::EntryConfChangeV2),
        _ => None,
    }
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes[at..at + N]
        .try_into()
        .expect("the slice has the length of the array")
}
