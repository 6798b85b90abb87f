//! The batches of one partition, in order.
//!
//! ```text
//!   sealed: sent, not acknowledged            open: not sent yet
//!   [ base sequence 0 | 12 | 20 ]             [ full | full | filling ]
//! ```
//!
//! Several batches may be in flight. When one must be sent again, nothing new goes out until those behind
//! it have come back too; then they go one at a time, in order, so that the broker sees every sequence
//! number after the one before.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use model::ErrorCode;
use records::batch::sequence_after;
use records::{BatchBuilder, Codecs, NewRecord};

use super::batch::{Identity, OpenBatch, SealedBatch, State};
use super::{DeliveryReport, ProducerConfig};
use crate::ClientError;

/// How long a batch rests before it is sent again.
const RETRY_AFTER: Duration = Duration::from_millis(100);

/// A batch that is finished, with what its producer is told.
pub(crate) struct Outcome {
    pub(crate) reports: Vec<(i32, DeliveryReport)>,
    /// The base offset, where there is one, and the append time.
    pub(crate) result: Result<Option<i64>, ClientError>,
}

/// What a request said of the batch that it carried.
pub(crate) enum Verdict {
    /// Written, at this base offset where the broker names it.
    Written(Option<i64>),
    /// The broker's refusal.
    Refused(ClientError),
    /// No answer: the broker may have the batch, or not.
    Unknown(ClientError),
}

/// What to send.
pub(crate) struct Shipment {
    pub(crate) number: u64,
    pub(crate) bytes: bytes::Bytes,
}

#[derive(Default)]
pub(crate) struct Queue {
    open: VecDeque<OpenBatch>,
    sealed: VecDeque<(u64, SealedBatch)>,
    next_number: u64,
    identity: Option<Identity>,
    next_sequence: i32,
    last_error: Option<ClientError>,
    /// Bytes of memory that the records take.
    pub(crate) buffered: usize,
}

impl Queue {
    /// Takes a record in; true when there is something new to look at: a batch begun, or full.
    pub(crate) fn append(
        &mut self,
        now: Instant,
        record: &NewRecord<'_>,
        report: Option<DeliveryReport>,
        config: &ProducerConfig,
    ) -> bool {
        let bound = BatchBuilder::size_bound(record);
        let fits = |batch: &OpenBatch| batch.size() + bound <= config.batch_bytes;
        let is_first = !self.open.back().is_some_and(fits);
        if is_first {
            self.open.push_back(OpenBatch::new(now, bound.max(1024)));
        }
        let batch = self.open.back_mut().expect("a batch was just added");
        let before = batch.size();
        batch.append(record, report);
        self.buffered += batch.size() - before;
        is_first || batch.size() >= config.batch_bytes
    }

    /// Whether nothing is left to do.
    pub(crate) fn is_empty(&self) -> bool {
        self.open.is_empty() && self.sealed.is_empty()
    }

    /// Whether nothing may be sent before there is a producer id.
    pub(crate) const fn lacks_identity(&self) -> bool {
        self.identity.is_none()
    }

    /// Whether the moment has come to ask for a producer id: what is in flight under another comes back
    /// first, so that it is numbered before what follows it.
    pub(crate) fn awaits_identity(&self) -> bool {
        self.lacks_identity() && !self.is_empty() && self.is_quiet()
    }

    fn is_quiet(&self) -> bool {
        self.sealed
            .iter()
            .all(|(_, batch)| batch.state != State::InFlight)
    }

    /// Numbers the batches to come, and those to be sent again, as `identity`'s; but those that the broker may
    /// have keep the number by which it recognises them.
    pub(crate) fn identify(&mut self, identity: Identity) {
        self.identity = Some(identity);
        self.next_sequence = 0;
        for (_, batch) in &mut self.sealed {
            if matches!(batch.state, State::Again(_)) && !batch.is_uncertain {
                batch.renumber(identity, self.next_sequence);
                self.next_sequence = sequence_after(self.next_sequence, batch.count);
            }
        }
    }

    /// The moment from which on there is something to send; `None` while there is nothing, or too much is
    /// in flight.
    pub(crate) fn due(&self, config: &ProducerConfig, is_flushing: bool) -> Option<Instant> {
        if let Some((_, front)) = self.sealed.front()
            && self
                .sealed
                .iter()
                .any(|(_, batch)| batch.state != State::InFlight)
        {
            return match front.state {
                State::Again(when) if self.is_quiet() => Some(when),
                _ => None,
            };
        }
        let first = self.open.front()?;
        if self.sealed.len() >= config.max_in_flight {
            return None;
        }
        let is_full = self.open.len() > 1 || first.size() >= config.batch_bytes || is_flushing;
        Some(if is_full {
            first.since
        } else {
            first.since + config.linger
        })
    }

    /// The next batch to send. Call it when [`Self::due`] is past.
    pub(crate) fn ship(
        &mut self,
        codecs: &mut Codecs,
        config: &ProducerConfig,
    ) -> Option<Shipment> {
        if let Some((number, front)) = self.sealed.front_mut()
            && front.state != State::InFlight
        {
            front.state = State::InFlight;
            return Some(Shipment {
                number: *number,
                bytes: front.bytes.clone(),
            });
        }
        let open = self.open.pop_front()?;
        let sequence = self.next_sequence;
        let sealed = open.seal(codecs, config.compression, self.identity, sequence);
        self.next_sequence = sequence_after(sequence, sealed.count);
        let number = self.next_number;
        self.next_number += 1;
        let bytes = sealed.bytes.clone();
        self.sealed.push_back((number, sealed));
        Some(Shipment { number, bytes })
    }

    /// What became of the batch `number`.
    pub(crate) fn on_verdict(
        &mut self,
        now: Instant,
        number: u64,
        verdict: Verdict,
        config: &ProducerConfig,
    ) -> Option<Outcome> {
        let at = self.sealed.iter().position(|(known, _)| *known == number)?;
        let batch = &mut self.sealed[at].1;
        let error = match verdict {
            Verdict::Written(offset) => return Some(self.finish(at, Ok(offset))),
            Verdict::Refused(error)
                if error.code() == Some(ErrorCode::DUPLICATE_SEQUENCE_NUMBER) =>
            {
                return Some(self.finish(at, Ok(None)));
            }
            Verdict::Refused(error) => error,
            Verdict::Unknown(error) => {
                batch.is_uncertain = true;
                error
            }
        };
        let is_behind_another = at > 0 || batch.identity != self.identity;
        let is_out_of_order = error.code() == Some(ErrorCode::OUT_OF_ORDER_SEQUENCE_NUMBER);
        if is_out_of_order && is_behind_another {
            // It is not written, for sure, and can have another number.
            batch.is_uncertain = false;
            if at == 0 {
                self.identity = None;
            }
        }
        let may_pass = error.is_retriable() || (is_out_of_order && is_behind_another);
        if may_pass && config.retries {
            batch.state = State::Again(now + RETRY_AFTER);
            self.last_error = Some(error);
            return None;
        }
        Some(self.fail(at, error))
    }

    /// Gives up what was taken in too long ago.
    pub(crate) fn expire(
        &mut self,
        now: Instant,
        partition: &crate::TopicPartition,
        config: &ProducerConfig,
    ) -> Vec<Outcome> {
        let late = |cause: Option<&ClientError>| ClientError::NotDelivered {
            partition: partition.to_string(),
            waited: config.delivery_timeout,
            cause: cause.map_or_else(|| "no leader".to_owned(), ToString::to_string),
        };
        let mut outcomes = Vec::new();
        while let Some((_, front)) = self.sealed.front()
            && front.state != State::InFlight
            && front.is_late(now, config.delivery_timeout)
        {
            let error = late(self.last_error.as_ref());
            outcomes.push(self.fail(0, error));
        }
        while let Some(front) = self.open.front()
            && now.duration_since(front.since) >= config.delivery_timeout
        {
            let error = late(self.last_error.as_ref());
            let front = self.open.pop_front().expect("there is a front");
            self.buffered -= front.size().min(self.buffered);
            outcomes.push(Outcome {
                reports: front.into_reports(),
                result: Err(error),
            });
        }
        outcomes
    }

    /// Gives up everything, for `error` will not pass.
    pub(crate) fn abandon(&mut self, error: &ClientError) -> Vec<Outcome> {
        let sealed = self.sealed.drain(..).map(|(_, batch)| batch.reports);
        let open = self.open.drain(..).map(OpenBatch::into_reports);
        let outcomes = sealed.chain(open).map(|reports| Outcome {
            reports,
            result: Err(error.clone()),
        });
        let outcomes = outcomes.collect();
        self.buffered = 0;
        outcomes
    }

    /// Removes a batch that will not be written. The sequence numbers behind it would leave a gap, so that
    /// the partition goes on under another producer id.
    fn fail(&mut self, at: usize, error: ClientError) -> Outcome {
        self.identity = None;
        self.finish(at, Err(error))
    }

    fn finish(&mut self, at: usize, result: Result<Option<i64>, ClientError>) -> Outcome {
        let (_, batch) = self.sealed.remove(at).expect("the caller found it there");
        self.buffered -= batch.buffered.min(self.buffered);
        Outcome {
            reports: batch.reports,
            result,
        }
    }
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
