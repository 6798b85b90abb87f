//! Messages between voters, as bytes.
//!
//! All numbers are little-endian and of fixed size; `bytes` is a u32 length and that many bytes. Every
//! length and count is checked against the bytes at hand before anything is allocated for it, and what
//! is behind the last field makes a message invalid.
//!
//! ```text
//! version u8 = 1 | kind u8 | to u64 | from u64 | ...
//!   kind 1, raft:           type u8, term, log term, index, commit, commit term, request snapshot,
//!                           reject hint u64, reject u8, context bytes, count u32, entries,
//!                           has snapshot u8, [index u64, term u64, offer bytes]
//!           an entry:       type u8, term u64, index u64, context bytes, data bytes
//!   kind 2, chunk request:  end offset i64, epoch i32, position u64
//!   kind 3, chunk:          end offset i64, epoch i32, position u64, size u64, content bytes
//!   kind 4, gone:           end offset i64, epoch i32
//! ```

use bytes::Bytes;
use model::{LeaderEpoch, Offset};
use raft::eraftpb::{Entry, Message, MessageType, Snapshot, SnapshotMetadata};

use crate::batch::MAX_BATCH_BYTES;
use crate::entry_log::is_wellformed;
use crate::frame::entry_type;
use crate::snapshot::SnapshotId;

const VERSION: u8 = 1;
const KIND_RAFT: u8 = 1;
const KIND_CHUNK_REQUEST: u8 = 2;
const KIND_CHUNK: u8 = 3;
const KIND_GONE: u8 = 4;
/// No message between voters is larger: one batch of the largest size, or several that together do
/// not exceed [`crate::Config::max_bytes_per_message`], and what goes with them.
pub const MAX_MESSAGE_BYTES: usize = MAX_BATCH_BYTES + (4 << 20);
/// What a message between voters says, written anew: the same bytes again. `None` if it is none.
#[must_use]
pub fn recode_message(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut envelope = Envelope::decode(bytes)?;
    if let Body::Raft(message) = &mut envelope.body
        && message.has_snapshot()
        && let Some(offer) = Offer::decode(&message.get_snapshot().data)
    {
        message.mut_snapshot().data = offer.encode().into();
    }
    Some(envelope.encode())
}

/// An entry without context and data.
const LEAST_ENTRY_BYTES: usize = 25;

/// A message and between which raft peers it goes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Envelope {
    pub(crate) to: u64,
    pub(crate) from: u64,
    pub(crate) body: Body,
}

/// What voters tell each other.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Body {
    /// A step of the consensus.
    Raft(Box<Message>),
    /// Asks for the bytes of a snapshot from `position` on.
    ChunkRequest { id: SnapshotId, position: u64 },
    /// Some of the bytes.
    Chunk {
        id: SnapshotId,
        position: u64,
        size: u64,
        content: Bytes,
    },
    /// The snapshot is there no more.
    Gone { id: SnapshotId },
}

/// What a voter that lacks entries is told of the snapshot it should get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) id: SnapshotId,
    /// Bytes of the file.
    pub(crate) size: u64,
    /// An encoded VotersRecord.
    pub(crate) voters: Vec<u8>,
}

impl Envelope {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(128);
        let kind = match &self.body {
            Body::Raft(_) => KIND_RAFT,
            Body::ChunkRequest { .. } => KIND_CHUNK_REQUEST,
            Body::Chunk { .. } => KIND_CHUNK,
            Body::Gone { .. } => KIND_GONE,
        };
        out.extend_from_slice(&[VERSION, kind]);
        put(&mut out, &[self.to, self.from]);
        match &self.body {
            Body::Raft(message) => put_raft(&mut out, message),
            Body::ChunkRequest { id, position } => {
                put_id(&mut out, *id);
                put(&mut out, &[*position]);
            }
            Body::Chunk {
                id,
                position,
                size,
                content,
            } => {
                put_id(&mut out, *id);
                put(&mut out, &[*position, *size]);
                put_bytes(&mut out, content);
            }
            Body::Gone { id } => put_id(&mut out, *id),
        }
        out
    }

    /// The message that `bytes` are, or `None` if they are none that a voter sends.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MAX_MESSAGE_BYTES {
            return None;
        }
        let mut input = Input {
            bytes: Bytes::copy_from_slice(bytes),
        };
        if input.u8()? != VERSION {
            return None;
        }
        let kind = input.u8()?;
        let (to, from) = (input.u64()?, input.u64()?);
        let body = match kind {
            KIND_RAFT => Body::Raft(Box::new(input.raft(to, from)?)),
            KIND_CHUNK_REQUEST => Body::ChunkRequest {
                id: input.id()?,
                position: input.u64()?,
            },
            KIND_CHUNK => {
                let (id, position, size) = (input.id()?, input.u64()?, input.u64()?);
                Body::Chunk {
                    id,
                    position,
                    size,
                    content: input.bytes()?,
                }
            }
            KIND_GONE => Body::Gone { id: input.id()? },
            _ => return None,
        };
        input.bytes.is_empty().then_some(Self { to, from, body })
    }
}

impl Offer {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_id(&mut out, self.id);
        put(&mut out, &[self.size]);
        out.extend_from_slice(&self.voters);
        out
    }

    pub(crate) fn decode(bytes: &Bytes) -> Option<Self> {
        let mut input = Input {
            bytes: bytes.clone(),
        };
        Some(Self {
            id: input.id()?,
            size: input.u64()?,
            voters: input.bytes.to_vec(),
        })
    }
}

fn put(out: &mut Vec<u8>, numbers: &[u64]) {
    for number in numbers {
        out.extend_from_slice(&number.to_le_bytes());
    }
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).expect("batches and chunks are far below 4 GiB");
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(bytes);
}

fn put_id(out: &mut Vec<u8>, id: SnapshotId) {
    out.extend_from_slice(&id.end_offset.0.to_le_bytes());
    out.extend_from_slice(&id.epoch.0.to_le_bytes());
}

fn put_raft(out: &mut Vec<u8>, m: &Message) {
    out.push(m.msg_type as u8);
    put(
        out,
        &[
            m.term,
            m.log_term,
            m.index,
            m.commit,
            m.commit_term,
            m.request_snapshot,
            m.reject_hint,
        ],
    );
    out.push(u8::from(m.reject));
    put_bytes(out, &m.context);
    let count = u32::try_from(m.entries.len()).expect("a message has a bounded size");
    out.extend_from_slice(&count.to_le_bytes());
    for entry in &m.entries {
        out.push(entry.entry_type as u8);
        put(out, &[entry.term, entry.index]);
        put_bytes(out, &entry.context);
        put_bytes(out, &entry.data);
    }
    out.push(u8::from(m.has_snapshot()));
    if m.has_snapshot() {
        let snapshot = m.get_snapshot();
        put(
            out,
            &[snapshot.get_metadata().index, snapshot.get_metadata().term],
        );
        put_bytes(out, &snapshot.data);
    }
}

/// The types that voters send; the others are raft's own or forwarded requests, which are not used.
fn message_type(number: u8) -> Option<MessageType> {
    use MessageType as T;
    const SENT: [MessageType; 10] = [
        T::MsgAppend,
        T::MsgAppendResponse,
        T::MsgRequestVote,
        T::MsgRequestVoteResponse,
        T::MsgSnapshot,
        T::MsgHeartbeat,
        T::MsgHeartbeatResponse,
        T::MsgTimeoutNow,
        T::MsgRequestPreVote,
        T::MsgRequestPreVoteResponse,
    ];
    SENT.into_iter().find(|sent| *sent as u8 == number)
}

/// What is left of a message.
struct Input {
    bytes: Bytes,
}

impl Input {
    fn take(&mut self, count: usize) -> Option<Bytes> {
        (count <= self.bytes.len()).then(|| self.bytes.split_to(count))
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.first_chunk().copied()
    }

    fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_le_bytes)
    }

    fn bool(&mut self) -> Option<bool> {
        match self.u8()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    fn bytes(&mut self) -> Option<Bytes> {
        let length = self.u32()?;
        self.take(length as usize)
    }

    fn id(&mut self) -> Option<SnapshotId> {
        let end_offset = Offset::known(self.u64()? as i64)?;
        Some(SnapshotId {
            end_offset,
            epoch: LeaderEpoch::known(self.u32()? as i32)?,
        })
    }

    fn raft(&mut self, to: u64, from: u64) -> Option<Message> {
        let mut message = Message {
            msg_type: message_type(self.u8()?)?,
            to,
            from,
            term: self.term()?,
            log_term: self.u64()?,
            index: self.u64()?,
            commit: self.u64()?,
            commit_term: self.u64()?,
            request_snapshot: self.u64()?,
            reject_hint: self.u64()?,
            reject: self.bool()?,
            context: self.bytes()?,
            ..Default::default()
        };
        message.entries = self.entries(&message)?.into();
        if self.bool()? {
            message.set_snapshot(self.snapshot()?);
        }
        Some(message)
    }

    /// Terms are leader epochs as well, which have 31 bits; a raft message between peers has one.
    fn term(&mut self) -> Option<u64> {
        self.u64()
            .filter(|term| (1..=i32::MAX as u64).contains(term))
    }

    fn entries(&mut self, message: &Message) -> Option<Vec<Entry>> {
        let count = self.u32()? as usize;
        if count > self.bytes.len() / LEAST_ENTRY_BYTES {
            return None;
        }
        let mut entries = Vec::with_capacity(count);
        let (mut index, mut least_term) = (message.index, message.log_term);
        for _ in 0..count {
            let entry = self.entry()?;
            let follows = index.checked_add(1) == Some(entry.index);
            let is_of_time = (least_term..=message.term).contains(&entry.term);
            if !follows || !is_of_time || !is_wellformed(&entry) {
                return None;
            }
            (index, least_term) = (entry.index, entry.term);
            entries.push(entry);
        }
        Some(entries)
    }

    fn entry(&mut self) -> Option<Entry> {
        Some(Entry {
            entry_type: entry_type(self.u8()?)?,
            term: self.u64()?,
            index: self.u64()?,
            context: self.bytes()?,
            data: self.bytes()?,
            ..Default::default()
        })
    }

    fn snapshot(&mut self) -> Option<Snapshot> {
        let metadata = SnapshotMetadata {
            index: self.u64()?,
            term: self.u64()?,
            ..Default::default()
        };
        let mut snapshot = Snapshot {
            data: self.bytes()?,
            ..Default::default()
        };
        snapshot.set_metadata(metadata);
        Some(snapshot)
    }
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;
