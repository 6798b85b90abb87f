//! What clients aim at: small synchronous state machines that ask one thing at a time.

mod admin;
mod committed_reader;
mod consumer;
mod epoch_member;
mod keeper;
mod keyed_reader;
mod member;
mod mixed_member;
mod producer;
mod registrar;
mod repeater;
mod share_member;
mod streams_member;
mod transactor;

use std::fmt::Debug;
use std::time::Duration;

use model::{ErrorCode, Now};
use protocol::{Message, Request, Response, Writer, encode_request};

pub(crate) use admin::Admin;
pub(crate) use committed_reader::CommittedReader;
pub(crate) use consumer::Consumer;
pub(crate) use epoch_member::EpochMember;
pub(crate) use keeper::Keeper;
pub(crate) use keyed_reader::KeyedReader;
pub(crate) use member::Member;
pub(crate) use mixed_member::MixedMember;
pub(crate) use producer::{Kind, Producer};
pub(crate) use registrar::Registrar;
pub(crate) use repeater::Repeater;
pub(crate) use share_member::ShareMember;
pub(crate) use streams_member::StreamsMember;
pub(crate) use transactor::Transactor;

use crate::chance::Chance;
use crate::history::History;

/// What a role may use.
pub(crate) struct Cx<'a> {
    /// The simulation's clock, and the wall clock of the node.
    pub(crate) now: Now,
    pub(crate) history: &'a mut History,
    pub(crate) chance: &'a mut Chance,
    /// Faults are over: go for the aim.
    pub(crate) is_healed: bool,
    /// Every producer has reached its aim: what is read now is final.
    pub(crate) is_written: bool,
    pub(crate) correlation: i32,
    /// The role wants to talk to another node, if there is one.
    pub(crate) moves: bool,
}

impl Cx<'_> {
    /// Another node may be the one to ask.
    pub(crate) fn heed(&mut self, error: ErrorCode) {
        let elsewhere = [
            ErrorCode::NOT_COORDINATOR,
            ErrorCode::COORDINATOR_NOT_AVAILABLE,
            ErrorCode::NOT_LEADER_OR_FOLLOWER,
            ErrorCode::UNKNOWN_TOPIC_OR_PARTITION,
        ];
        self.moves |= elsewhere.contains(&error);
    }
}

/// A request in bytes.
pub(crate) struct Call {
    pub(crate) bytes: Vec<u8>,
    /// `None` if no answer is wanted.
    pub(crate) answer_header_version: Option<i16>,
}

/// What a role wants next.
pub(crate) enum Ask {
    Send(Call),
    Wait(Duration),
}

/// One kind of client.
pub(crate) trait Role: Debug {
    /// So many requests may be in flight.
    fn window(&self) -> usize {
        1
    }
    /// Fewer are in flight: what is next?
    fn next(&mut self, cx: &mut Cx<'_>) -> Ask;
    /// The answer to the oldest request in flight.
    fn on_answer(&mut self, body: &[u8], cx: &mut Cx<'_>);
    /// The connection is gone; if something was asked, nobody knows what became of it.
    fn on_lost(&mut self, was_asked: bool, cx: &mut Cx<'_>);
    /// Its process, which has no connection, has ended: it begins anew, with nothing in memory.
    fn restart(&mut self);
    /// Whether the aim after the faults is reached.
    fn is_done(&self) -> bool;
    /// Whether it writes what others have to read at the end.
    fn is_writer(&self) -> bool {
        false
    }
}

/// Encodes a request.
fn call<'a, R: Request<'a>>(cx: &Cx<'_>, version: i16, request: &R) -> Ask {
    let mut writer = Writer::new();
    encode_request(&mut writer, version, cx.correlation, Some("sim"), request)
        .expect("what a role asks can be written");
    Ask::Send(Call {
        bytes: writer.into_parts().0,
        answer_header_version: Some(
            <R::Response<'static> as Response<'static>>::KEY.response_header_version(version),
        ),
    })
}

/// Decodes the body of an answer; what cannot be read is a violation.
fn answer<'a, M: Message<'a>>(body: &'a [u8], version: i16, cx: &mut Cx<'_>) -> Option<M> {
    match M::from_bytes(body, version) {
        Ok(message) => Some(message),
        Err(error) => {
            let what = format!("{} version {version}: {error}", M::NAME);
            cx.history.violate("answers_can_be_read", what);
            None
        }
    }
}
