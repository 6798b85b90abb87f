//! A client without its aims: one connection, requests in flight, framing, time-outs.

use std::collections::VecDeque;
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
    /// In the order in which the answers have to come.
    asked: VecDeque<Asked>,
    correlation: i32,
    /// It wants to talk to another node.
    pub(crate) moves: bool,
    /// The host that it turned its back on.
    pub(crate) left: Option<usize>,
}

/// What a client does at a tick.
pub(crate) enum Step {
    /// Sends these bytes; `true` if it may send more before an answer comes.
    Send(Vec<u8>, bool),
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
            asked: VecDeque::new(),
            correlation: 0,
            moves: false,
            left: None,
        }
    }

    /// It is connected, and its time has come.
    pub(crate) fn step(&mut self, cx: &mut Cx<'_>) -> Step {
        let left = (self.asked.front()).map(|asked| asked.until.saturating_sub(cx.now.mono));
        match left {
            Some(Duration::ZERO) => return Step::GiveUp,
            Some(left) if self.asked.len() >= self.role.window() => return Step::Wait(left),
            _ => {}
        }
        self.correlation += 1;
        cx.correlation = self.correlation;
        match self.role.next(cx) {
            Ask::Wait(time) => Step::Wait(left.map_or(time, |left| left.min(time))),
            Ask::Send(call) => {
                if let Some(header_version) = call.answer_header_version {
                    self.asked.push_back(Asked {
                        correlation: self.correlation,
                        header_version,
                        until: cx.now.mono + PATIENCE,
                    });
                }
                Step::Send(call.bytes, self.asked.len() < self.role.window())
            }
        }
    }

    /// Takes in bytes; gives how many answers they complete.
    pub(crate) fn receive(&mut self, bytes: &[u8], cx: &mut Cx<'_>) -> u64 {
        self.input.extend_from_slice(bytes);
        let mut answers = 0;
        while let Some(frame) = self.frame() {
            answers += 1;
            self.on_frame(&frame, cx);
        }
        answers
    }

    fn frame(&mut self) -> Option<Vec<u8>> {
        let size = i32::from_be_bytes(*self.input.first_chunk::<4>()?) as usize;
        (self.input.len() >= 4 + size).then(|| self.input.drain(..4 + size).skip(4).collect())
    }

    fn on_frame(&mut self, frame: &[u8], cx: &mut Cx<'_>) {
        let Some(asked) = self.asked.pop_front() else {
            let what = "an answer to nothing came".into();
            return cx.history.violate("answers_match_requests", what);
        };
        let mut reader = Reader::new(frame);
        match ResponseHeader::decode(&mut reader, asked.header_version) {
            Ok(header) if header.correlation_id == asked.correlation => {
                self.role.on_answer(reader.take_rest(), cx);
            }
            other => {
                let what = format!("asked {}, the answer is {other:?}", asked.correlation);
                cx.history.violate("answers_match_requests", what);
            }
        }
    }

    /// Its process, whose connection is gone already, has ended, and a new one has begun.
    pub(crate) fn restart(&mut self) {
        self.role.restart();
        self.correlation = 0;
    }

    /// The connection is gone.
    pub(crate) fn on_lost(&mut self, cx: &mut Cx<'_>) {
        self.link = None;
        self.moves = false;
        self.input.clear();
        let was_asked = !self.asked.is_empty();
        self.asked.clear();
        self.role.on_lost(was_asked, cx);
    }
}
