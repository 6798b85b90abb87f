//! What callers and the sending thread of a producer share, behind one lock.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use records::NewRecord;

use super::partitioner::Sticky;
use super::queue::{Outcome, Queue, Verdict};
use super::{DeliveryReport, ProducerConfig, now};
use crate::{ClientError, TopicPartition};

/// What callers and the sending thread share.
pub(crate) struct Shared {
    pub(crate) config: ProducerConfig,
    pub(super) state: Mutex<State>,
    /// Something to do for the sending thread.
    pub(super) work: Condvar,
    /// A batch was finished: there may be room, or nothing left.
    pub(super) finished: Condvar,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) queues: BTreeMap<TopicPartition, Queue>,
    sticky: Sticky,
    pub(super) answers: Vec<(u64, Result<Vec<u8>, ClientError>)>,
    /// Bytes of memory that the records of all queues take.
    buffered: usize,
    /// Batches that are finished, but not yet reported.
    pub(super) unreported: usize,
    pub(super) flushes: usize,
    pub(super) is_woken: bool,
    pub(super) is_closed: bool,
}

impl State {
    fn is_empty(&self) -> bool {
        self.unreported == 0 && self.queues.values().all(Queue::is_empty)
    }

    /// Lets `act` loose on every queue, and counts what it finishes.
    pub(super) fn each(
        &mut self,
        mut act: impl FnMut(&TopicPartition, &mut Queue) -> Vec<Outcome>,
    ) -> Vec<(TopicPartition, Outcome)> {
        let mut finished = Vec::new();
        for (tp, queue) in &mut self.queues {
            let before = queue.buffered;
            let outcomes = act(tp, queue);
            self.buffered -= before - queue.buffered;
            self.unreported += outcomes.len();
            finished.extend(outcomes.into_iter().map(|outcome| (tp.clone(), outcome)));
        }
        finished
    }

    pub(super) fn on_verdict(
        &mut self,
        tp: &TopicPartition,
        number: u64,
        verdict: Verdict,
        config: &ProducerConfig,
    ) -> Option<Outcome> {
        let queue = self.queues.get_mut(tp)?;
        let before = queue.buffered;
        let outcome = queue.on_verdict(now(), number, verdict, config)?;
        self.buffered -= before - queue.buffered;
        self.unreported += 1;
        Some(outcome)
    }
}

impl Shared {
    pub(crate) fn new(config: ProducerConfig) -> Self {
        Self {
            config,
            state: Mutex::default(),
            work: Condvar::new(),
            finished: Condvar::new(),
        }
    }

    /// Takes a record in, when there is room within `patience`.
    pub(crate) fn append(
        &self,
        partition: TopicPartition,
        record: &NewRecord<'_>,
        report: Option<DeliveryReport>,
        patience: Duration,
    ) -> Result<(), ClientError> {
        let mut state = self.state.lock();
        let deadline = now() + patience;
        while !state.is_closed && state.buffered >= self.config.buffer_bytes {
            if self.finished.wait_until(&mut state, deadline).timed_out() {
                return Err(ClientError::NotDelivered {
                    partition: partition.to_string(),
                    waited: patience,
                    cause: "the producer's memory is full".to_owned(),
                });
            }
        }
        if state.is_closed {
            return Err(ClientError::Closed);
        }
        let queue = state.queues.entry(partition).or_default();
        let before = queue.buffered;
        let is_news = queue.append(now(), record, report, &self.config);
        let grown = queue.buffered - before;
        state.buffered += grown;
        if is_news {
            self.wake(&mut state);
        }
        Ok(())
    }

    /// The partition for a record without a key.
    pub(crate) fn place(
        &self,
        topic: &Arc<str>,
        led: &[i32],
        size: usize,
        start: usize,
    ) -> Option<i32> {
        let sizes = (size, self.config.batch_bytes);
        self.state.lock().sticky.choose(topic, led, sizes, start)
    }

    /// Waits until nothing is left.
    pub(crate) fn flush(&self) {
        let mut state = self.state.lock();
        state.flushes += 1;
        self.wake(&mut state);
        while !state.is_empty() && !state.is_closed {
            self.finished.wait(&mut state);
        }
        state.flushes -= 1;
    }

    /// Ends the sending thread.
    pub(crate) fn close(&self) {
        let mut state = self.state.lock();
        state.is_closed = true;
        self.wake(&mut state);
        self.finished.notify_all();
    }

    pub(super) fn on_answer(&self, request: u64, answer: Result<Vec<u8>, ClientError>) {
        let mut state = self.state.lock();
        state.answers.push((request, answer));
        self.wake(&mut state);
    }

    fn wake(&self, state: &mut State) {
        state.is_woken = true;
        self.work.notify_one();
    }
}
