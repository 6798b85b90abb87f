//! What the broker's threads ask of the controller's thread.

use model::Ticket;
use parking_lot::Mutex;

use crate::api::{Cx, Outgoing};
use crate::connection::Handled;
use crate::effects::Effects;
use crate::parked::Parked;

/// Requests that may wait for the controller; beyond, the client is told to come again.
pub const MAX_WAITING: usize = 10_000;

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
    waiting: Mutex<Vec<ControllerInput>>,
}

impl ControllerInbox {
    /// Leaves something to do; refused when too much waits.
    pub fn push(&self, input: ControllerInput, fx: &mut Effects) -> bool {
        let mut waiting = self.waiting.lock();
        if waiting.len() >= MAX_WAITING {
            return false;
        }
        waiting.push(input);
        fx.controller = true;
        true
    }

    /// Asks for a topic unless somebody just did.
    pub fn create_topic(&self, name: &str, fx: &mut Effects) {
        let topic = AutoTopic {
            name: name.to_owned(),
        };
        let asked = |input: &ControllerInput| matches!(input, ControllerInput::CreateTopic(t) if *t == topic);
        if self.waiting.lock().iter().any(asked) {
            return;
        }
        self.push(ControllerInput::CreateTopic(topic), fx);
    }

    /// Takes everything.
    pub fn take(&self) -> Vec<ControllerInput> {
        std::mem::take(&mut *self.waiting.lock())
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
            let reason = format!("{MAX_WAITING} requests wait for the controller");
            Handled::Close(crate::connection::CloseReason::Overloaded(reason))
        }
    }
}
