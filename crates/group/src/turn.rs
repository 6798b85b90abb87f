//! One call into the coordinator: what it is given, and what comes out.

use model::{Now, Ticket};
use protocol::join_group_response::JoinGroupResponse;
use protocol::sync_group_response::SyncGroupResponse;
use statemachine::Decision;

use crate::classic::Replaced;
use crate::record::Record;
use crate::settings::Settings;
use crate::timers::Timers;

/// Where a request comes from.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'r> {
    /// Version of the request.
    pub version: i16,
    /// From the request's header.
    pub client_id: &'r str,
    /// As Kafka shows it: `/` and the address.
    pub client_host: &'r str,
}

/// Who waits for an answer of a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Waiter {
    /// The request.
    pub ticket: Ticket,
    /// Which part of it, where a request is about groups of several shards.
    pub part: u32,
}

/// What is answered to the request at hand.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply<R> {
    /// This, once the records are committed.
    Now(R),
    /// The request waits; its answer is among those that [`crate::GroupCoordinator::take_completed`]
    /// gives after this call or a later one.
    Parked,
}

/// The answer to a request that waited.
#[derive(Clone, Debug, PartialEq)]
pub enum Completed {
    /// To a JoinGroup.
    Join(JoinGroupResponse<'static>),
    /// To a SyncGroup.
    Sync(SyncGroupResponse<'static>),
}

/// What a handler has decided: records, and the answer that holds once they are committed.
pub type Decided<R> = Decision<Record, Reply<R>>;

/// An answer that needs no record.
pub(crate) fn answer<R>(response: R) -> Decided<R> {
    Decision::read(Reply::Now(response))
}

/// What a call works with besides the group at hand.
pub(crate) struct Turn<'a> {
    pub(crate) now: Now,
    pub(crate) settings: &'a Settings,
    pub(crate) timers: &'a mut Timers,
    pub(crate) records: Vec<Record>,
    pub(crate) completed: &'a mut Vec<(Waiter, Completed)>,
    pub(crate) replaced: Option<Box<Replaced>>,
}

impl Turn<'_> {
    /// Answers a request that waited.
    pub(crate) fn complete(&mut self, waiter: Waiter, answer: Completed) {
        self.completed.push((waiter, answer));
    }
}
