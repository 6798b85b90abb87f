//! What the broker's threads ask of the controller's thread.

use std::collections::BTreeSet;

use model::Ticket;
use parking_lot::Mutex;

use crate::api::{Cx, Outgoing};
use crate::connection::Handled;
use crate::effects::Effects;
use crate::parked::Parked;

/// Requests that may wait for the controller; beyond, the client is told to come again.
pub const MAX_WAITING: usize = 10_000;
/// Bytes of requests that may wait for the controller, one request apart; beyond, the client is told to come again.
pub const MAX_WAITING_BYTES: usize = 128 << 20;

/// One thing for the controller to do.
#[derive(Debug)]
pub(crate) enum ControllerInput {
    /// A client's request, as it came.
    Request(ForwardedRequest),
    /// A topic that a request named and that may be created for it.
    CreateTopic(AutoTopic),
    /// The broker's block of producer ids is nearly used up.
    AllocateProducerIds,
}

/// A client's request for the controller.
#[derive(Debug)]
pub(crate) struct ForwardedRequest {
    pub ticket: Ticket,
    pub outgoing: Outgoing,
    pub frame: Box<[u8]>,
}

/// A topic to create automatically.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AutoTopic {
    pub name: String,
}

/// The controller's mailbox.
#[derive(Debug, Default)]
pub(crate) struct ControllerInbox {
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    inputs: Vec<ControllerInput>,
    bytes: usize,
    /// The topics among the inputs.
    topics: BTreeSet<String>,
}

impl ControllerInbox {
    /// Leaves something to do; refused when too much waits.
    pub fn push(&self, input: ControllerInput, fx: &mut Effects) -> bool {
        let mut waiting = self.waiting.lock();
        if waiting.inputs.len() >= MAX_WAITING || waiting.bytes >= MAX_WAITING_BYTES {
            return false;
        }
        if let ControllerInput::Request(request) = &input {
            waiting.bytes += request.frame.len();
        }
        waiting.inputs.push(input);
        fx.controller = true;
        true
    }

    /// Asks for a topic unless somebody just did.
    pub fn create_topic(&self, name: &str, fx: &mut Effects) {
        let mut waiting = self.waiting.lock();
        if waiting.inputs.len() >= MAX_WAITING || !waiting.topics.insert(name.to_owned()) {
            return;
        }
        let name = name.to_owned();
        (waiting.inputs).push(ControllerInput::CreateTopic(AutoTopic { name }));
        fx.controller = true;
    }

    /// Takes everything.
    pub fn take(&self) -> Vec<ControllerInput> {
        std::mem::take(&mut *self.waiting.lock()).inputs
    }

    /// Hands a client's request on.
    pub fn forward(&self, cx: &mut Cx<'_>) -> Handled {
        let request = ForwardedRequest {
            ticket: cx.ticket,
            outgoing: cx.outgoing(),
            frame: cx.frame.into(),
        };
        if self.push(ControllerInput::Request(request), cx.fx) {
            Handled::Parked(Parked::Awaiting, None)
        } else {
            let reason = "too many requests wait for the controller".to_owned();
            Handled::Close(crate::connection::CloseReason::Overloaded(reason))
        }
    }
}
