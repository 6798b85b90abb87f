//! One connection that produces.

use std::collections::VecDeque;
use std::time::Duration;

use model::{ErrorCode, ProducerId};
use protocol::produce_response::ProduceResponse;
use protocol::response_header::ResponseHeader;
use protocol::{Message, Reader};

use crate::link::Link;
use crate::template::{BatchShape, PRODUCE_VERSION, Template};

/// When a producer sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// As soon as fewer than `depth` of its requests are under way.
    Closed,
    /// On a schedule that is fixed beforehand: one request each so many nanoseconds, the first after `offset` of them.
    Open {
        /// Nanoseconds between two requests.
        interval: u64,
        /// Nanoseconds until the first.
        offset: u64,
    },
}

/// What one connection is to do.
#[derive(Clone, Debug)]
pub struct ProducerPlan {
    /// The requests, sent in turn; one per partition.
    pub templates: Vec<Template>,
    /// Requests under way at once, at most.
    pub depth: usize,
    /// When to send.
    pub pace: Pace,
    /// Whether each record carries the moment at which it was meant to be sent.
    pub stamped: bool,
    /// Whether nobody else writes to its partitions, so that offsets must be contiguous.
    pub alone: bool,
    /// Records that are due at the same time share a batch, up to so many, as in a client with a buffer.
    pub sharing: Option<(BatchShape, usize)>,
}

/// What one connection has done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Produced {
    /// Requests acknowledged in the measured time.
    pub requests: u64,
    /// Records in them.
    pub records: u64,
    /// Bytes of batches in them.
    pub bytes: u64,
    /// Records acknowledged in all.
    pub acknowledged: u64,
    /// Sends that went out more than a millisecond late although there was room for them.
    pub late: u64,
    /// Requests that were due in the measured time.
    pub offered: u64,
}

/// A request under way.
#[derive(Clone, Copy, Debug)]
pub struct Pending {
    /// The moment at which it was meant to be sent.
    pub intended: u64,
    /// Its template.
    template: usize,
    /// Its records.
    pub records: u32,
    /// Bytes of its batch.
    pub bytes: u32,
}

/// A producer and its connection.
#[derive(Debug)]
pub struct Producer {
    plan: ProducerPlan,
    /// Its connection.
    pub link: Link,
    pending: VecDeque<Pending>,
    next_template: usize,
    /// When the next request of an open loop is due.
    next_due: u64,
    sequences: Vec<i32>,
    next_offsets: Vec<Option<i64>>,
    correlation: i32,
    /// Nothing more could be sent, because answers were due.
    is_blocked: bool,
    /// Since when that is over.
    free_since: u64,
    /// Templates of several records, by their number less two.
    shared: Vec<Template>,
    /// What it has done.
    pub done: Produced,
}

impl Producer {
    /// A producer that begins at `begin`.
    #[must_use]
    pub fn new(plan: ProducerPlan, link: Link, begin: u64, shared: Vec<Template>) -> Self {
        let next_due = match plan.pace {
            Pace::Closed => begin,
            Pace::Open { offset, .. } => begin + offset,
        };
        Self {
            sequences: vec![0; plan.templates.len()],
            next_offsets: vec![None; plan.templates.len()],
            plan,
            link,
            pending: VecDeque::new(),
            next_template: 0,
            next_due,
            correlation: 0,
            is_blocked: false,
            free_since: 0,
            shared,
            done: Produced::default(),
        }
    }

    /// When it has to be asked again although nothing arrived; `None` while it waits for answers.
    #[must_use]
    pub fn next_due(&self) -> Option<u64> {
        let open = matches!(self.plan.pace, Pace::Open { .. });
        (open && self.pending.len() < self.plan.depth).then_some(self.next_due)
    }

    /// Whether all its requests were answered.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.pending.is_empty() && self.link.is_flushed()
    }

    /// Queues what is due at `now`, as far as the depth allows. `measured` tells what counts.
    pub fn send_due(&mut self, now: u64, until: u64, measured: impl Fn(u64) -> bool) {
        if self.is_blocked && self.pending.len() < self.plan.depth {
            (self.is_blocked, self.free_since) = (false, now);
        }
        while self.pending.len() < self.plan.depth {
            let intended = match self.plan.pace {
                Pace::Closed if now < until => now,
                Pace::Open { .. } if self.next_due <= now && self.next_due < until => self.next_due,
                _ => return,
            };
            let count = self.due_count(now, until);
            if measured(intended) {
                // What waited for room was held up by the broker, not by the generator.
                let possible = intended.max(self.free_since);
                self.done.late += u64::from(now.saturating_sub(possible) > 1_000_000);
                self.done.offered += count;
            }
            self.send(intended, count);
        }
        self.is_blocked = true;
    }

    /// How many records the next request takes, and moves the schedule on.
    fn due_count(&mut self, now: u64, until: u64) -> u64 {
        let Pace::Open { interval, .. } = self.plan.pace else {
            return 1;
        };
        let limit = self.plan.sharing.map_or(1, |(_, limit)| limit as u64);
        let due = (now.min(until - 1) - self.next_due) / interval + 1;
        let count = due.min(limit);
        self.next_due += interval * count;
        count
    }

    fn send(&mut self, intended: u64, count: u64) {
        let index = self.next_template;
        self.next_template = (index + 1) % self.plan.templates.len();
        let template = match usize::try_from(count).unwrap_or(1) {
            0 | 1 => &self.plan.templates[index],
            several => &self.shared[several - 2],
        };
        self.correlation = self.correlation.wrapping_add(1) & i32::MAX;
        let stamp = self.plan.stamped.then_some(intended);
        let frame = template.frame(self.correlation, stamp, self.sequences[index]);
        self.pending.push_back(Pending {
            intended,
            template: index,
            records: template.records,
            bytes: u32::try_from(template.batch_len()).unwrap_or(u32::MAX),
        });
        let records = i32::try_from(template.records).unwrap_or(0);
        self.sequences[index] = self.sequences[index].wrapping_add(records) & i32::MAX;
        self.link.push(frame);
    }

    /// Takes the answers that have come; each is given to `on_ack` with the request that it answers.
    ///
    /// # Errors
    /// A broken connection, an error of the broker, or offsets that are not what they must be.
    pub fn take_answers(&mut self, mut on_ack: impl FnMut(&Pending)) -> Result<(), String> {
        self.link.fill().map_err(|e| format!("produce: {e}"))?;
        while let Some(frame) = self.link.next_frame() {
            let base = base_offset(frame)?;
            let pending = (self.pending.pop_front()).ok_or("an answer to no request")?;
            let expected = &mut self.next_offsets[pending.template];
            let fits = match *expected {
                Some(expected) if self.plan.alone => base == expected,
                Some(expected) => base >= expected,
                None => base >= 0,
            };
            if !fits {
                return Err(format!("offset {base} where {expected:?} was due"));
            }
            *expected = Some(base + i64::from(pending.records));
            self.done.acknowledged += u64::from(pending.records);
            on_ack(&pending);
        }
        Ok(())
    }

    /// Counts an acknowledgement in the measured time.
    pub fn count(&mut self, pending: &Pending) {
        self.done.requests += 1;
        self.done.records += u64::from(pending.records);
        self.done.bytes += u64::from(pending.bytes);
    }
}

/// The offset that the one batch of a request was given.
fn base_offset(frame: &[u8]) -> Result<i64, String> {
    let mut reader = Reader::new(frame);
    ResponseHeader::decode(&mut reader, 1).map_err(|e| e.to_string())?;
    let response =
        ProduceResponse::decode(&mut reader, PRODUCE_VERSION).map_err(|e| e.to_string())?;
    let partition = response
        .responses
        .first()
        .and_then(|t| t.partition_responses.first());
    let partition = partition.ok_or("an answer without a partition")?;
    if partition.error_code.is_none() {
        return Ok(partition.base_offset);
    }
    Err(format!(
        "produce was refused: {:?} {}",
        partition.error_code,
        partition.error_message.as_deref().unwrap_or("")
    ))
}

/// Between two attempts to get a producer's id.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// An idempotent producer's id, asked of the broker.
///
/// # Errors
/// A broken connection, or the broker gives none.
pub fn ask_producer_id(caller: &mut crate::call::Caller) -> Result<ProducerId, String> {
    let request = protocol::init_producer_id_request::InitProducerIdRequest {
        transactional_id: None,
        transaction_timeout_ms: 60_000,
        ..Default::default()
    };
    loop {
        let (error, id) = caller.call(4, &request, |r| (r.error_code, r.producer_id))?;
        match error {
            ErrorCode::NONE => return Ok(ProducerId(id)),
            // The broker has to be given a block of ids first.
            ErrorCode::COORDINATOR_LOAD_IN_PROGRESS => std::thread::sleep(LOOK_AGAIN),
            error => return Err(format!("InitProducerId: {error:?}")),
        }
    }
}
