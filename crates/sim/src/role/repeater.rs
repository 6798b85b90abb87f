//! Requests of transactional producers that arrive once more, late, on a connection of their own.

use std::time::Duration;

use super::{Ask, Call, Cx, Role};

/// Where the correlation id is in a request: after its size, API key and version.
const CORRELATION: std::ops::Range<usize> = 8..12;

/// Sends what others have sent.
#[derive(Debug, Default)]
pub(crate) struct Repeater {
    is_asking: bool,
    waits: bool,
    is_done: bool,
}

impl Role for Repeater {
    fn next(&mut self, cx: &mut Cx<'_>) -> Ask {
        if std::mem::take(&mut self.waits) {
            return Ask::Wait(cx.chance.millis(0, 600));
        }
        if cx.is_healed {
            self.is_done = true;
            return Ask::Wait(Duration::from_secs(1));
        }
        let number = cx.chance.next();
        let Some(call) = cx.history.txns.repeat(number) else {
            return Ask::Wait(Duration::from_millis(200));
        };
        let mut bytes = call.bytes;
        bytes[CORRELATION].copy_from_slice(&cx.correlation.to_be_bytes());
        self.is_asking = true;
        Ask::Send(Call {
            bytes,
            answer_header_version: call.answer_header_version,
        })
    }

    fn on_answer(&mut self, _body: &[u8], _cx: &mut Cx<'_>) {
        self.is_asking = false;
        self.waits = true;
    }

    fn on_lost(&mut self, _was_asked: bool, _cx: &mut Cx<'_>) {
        self.is_asking = false;
    }

    fn restart(&mut self) {
        *self = Self::default();
    }

    fn is_done(&self) -> bool {
        self.is_done && !self.is_asking
    }

    fn is_writer(&self) -> bool {
        true
    }
}
