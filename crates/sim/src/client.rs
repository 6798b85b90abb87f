//! A client without its aims: one connection, one request at a time, framing, time-outs.

use std::time::Duration;

use protocol::response_header::ResponseHeader;
use protocol::{Message, Reader};

use crate::role::{Ask, Cx, Role};

/// How long a client waits for an answer before it gives the connection up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(8);

/// A request in flight.
#[derive(Debug)]
struct Asked {
    correlation: i32,
    header_version: i16,
    until: Duration,
}

/// One client.
pub(crate) struct Client {
    pub(crate) role: Box<dyn Role>,
    pub(crate) link: Option<u64>,
    /// Ticks with another number are out of date.
    pub(crate) tick: u64,
    input: Vec<u8>,
    asked: Option<Asked>,
    correlation: i32,
}

/// What a client does at a tick.
pub(crate) enum Step {
    Send(Vec<u8>),
    Wait(Duration),
    GiveUp,
}

impl Client {
    pub(crate) fn new(role: Box<dyn Role>) -> Self {
        Self {
            role,
            link: None,
            tick: 0,
            input: Vec::new(),
            asked: None,
            correlation: 0,
        }
    }

    /// It is connected, and its time has come.
    pub(crate) fn step(&mut self, cx: &mut Cx<'_>) -> Step {
        if let Some(asked) = &self.asked {
            let left = asked.until.saturating_sub(cx.now.mono);
            return match left.is_zero() {
                true => Step::GiveUp,
                false => Step::Wait(left),
            };
        }
        self.correlation += 1;
        cx.correlation = self.correlation;
        match self.role.next(cx) {
            Ask::Wait(time) => Step::Wait(time),
            Ask::Send(call) => {
                self.asked = Some(Asked {
                    correlation: self.correlation,
                    header_version: call.answer_header_version,
                    until: cx.now.mono + PATIENCE,
                });
                Step::Send(call.bytes)
            }
        }
    }

    /// Takes in bytes; `true` when they complete the answer.
    pub(crate) fn receive(&mut self, bytes: &[u8], cx: &mut Cx<'_>) -> bool {
        self.input.extend_from_slice(bytes);
        let Some(head) = self.input.first_chunk::<4>() else {
            return false;
        };
        let size = i32::from_be_bytes(*head) as usize;
        if self.input.len() < 4 + size {
            return false;
        }
        let frame: Vec<u8> = self.input.drain(..4 + size).collect();
        let Some(asked) = self.asked.take() else {
            cx.history
                .violate("answers_match_requests", "an answer to nothing came".into());
            return false;
        };
        let mut reader = Reader::new(&frame[4..]);
        match ResponseHeader::decode(&mut reader, asked.header_version) {
            Ok(header) if header.correlation_id == asked.correlation => {
                self.role.on_answer(reader.take_rest(), cx);
            }
            other => {
                let what = format!("asked {}, the answer is {other:?}", asked.correlation);
                cx.history.violate("answers_match_requests", what);
            }
        }
        true
    }

    /// The connection is gone.
    pub(crate) fn on_lost(&mut self, cx: &mut Cx<'_>) {
        self.link = None;
        self.input.clear();
        let was_asked = self.asked.take().is_some();
        self.role.on_lost(was_asked, cx);
    }
}
