//! What this node's thread of the controller has asked other nodes, and clients' requests that wait for a controller.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use quorum::Wanted;

use super::own::Wish;
use crate::controller_inbox::ForwardedRequest;

/// Clients' requests that may wait for a controller, or for its answer; more are given up.
const MAX_FORWARDED: usize = 10_000;
/// Bytes of them, one request apart; more are given up.
const MAX_FORWARDED_BYTES: usize = 128 << 20;

/// A client's request that is handed on, and when it is given up.
#[derive(Debug)]
pub(super) struct Forwarded {
    pub request: ForwardedRequest,
    pub until: Duration,
}

/// Who waits for the answer of another node.
#[derive(Debug)]
pub(super) enum Pending {
    Own(Wish),
    Client(Forwarded),
    /// This node, which follows the metadata.
    Metadata(Wanted),
}

/// Questions without answers, and requests without a controller.
#[derive(Debug, Default)]
pub(super) struct Channel {
    next: u64,
    pending: BTreeMap<u64, Pending>,
    /// To be handed on when there is a controller, or at `retry_at`.
    held: VecDeque<Forwarded>,
    retry_at: Option<Duration>,
    /// Requests of clients in either, and their bytes.
    forwarded: usize,
    bytes: usize,
}

impl Channel {
    /// Notes a question of this node; gives its number.
    pub fn note_own(&mut self, wish: Wish) -> u64 {
        self.note(Pending::Own(wish))
    }

    /// Notes a fetch of the metadata; gives its number.
    pub fn note_metadata(&mut self, wanted: Wanted) -> u64 {
        self.note(Pending::Metadata(wanted))
    }

    /// Notes a client's request that was handed on; gives its number.
    pub fn note_client(&mut self, forwarded: Forwarded) -> u64 {
        self.count(&forwarded, true);
        self.note(Pending::Client(forwarded))
    }

    fn note(&mut self, pending: Pending) -> u64 {
        self.next += 1;
        self.pending.insert(self.next, pending);
        self.next
    }

    /// Whether another request of a client may wait here.
    pub fn has_room(&self) -> bool {
        self.forwarded < MAX_FORWARDED && self.bytes < MAX_FORWARDED_BYTES
    }

    /// Takes out who waits for an answer.
    pub fn take(&mut self, number: u64) -> Option<Pending> {
        let pending = self.pending.remove(&number)?;
        if let Pending::Client(forwarded) = &pending {
            self.count(forwarded, false);
        }
        Some(pending)
    }

    /// Keeps a request until it is to be handed on again.
    pub fn hold(&mut self, forwarded: Forwarded, retry_at: Duration) {
        self.count(&forwarded, true);
        self.held.push_back(forwarded);
        self.retry_at = Some(self.retry_at.map_or(retry_at, |at| at.min(retry_at)));
    }

    /// Takes out all that is to be handed on again.
    pub fn take_held(&mut self) -> VecDeque<Forwarded> {
        self.retry_at = None;
        let held = std::mem::take(&mut self.held);
        for forwarded in &held {
            self.count(forwarded, false);
        }
        held
    }

    /// When held requests are to be looked at again.
    pub fn retry_at(&self) -> Option<Duration> {
        self.retry_at
    }

    fn count(&mut self, forwarded: &Forwarded, is_new: bool) {
        let bytes = forwarded.request.frame.len();
        if is_new {
            (self.forwarded, self.bytes) = (self.forwarded + 1, self.bytes + bytes);
        } else {
            (self.forwarded, self.bytes) = (self.forwarded - 1, self.bytes - bytes);
        }
    }
}
