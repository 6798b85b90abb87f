//! What the broker's threads ask of the controller's thread.

use std::collections::{BTreeSet, VecDeque};
use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;
use model::{BrokerId, Ticket};
use parking_lot::Mutex;
use protocol::alter_partition_request::AlterPartitionRequest;
use protocol::create_topics_request::CreatableTopic;

use crate::api::{Cx, Outgoing};
use crate::asks::Unanswered;
use crate::connection::Handled;
use crate::effects::Effects;
use crate::parked::Parked;
use crate::session::{Door, Principal};

/// Requests that may wait for the controller; beyond, the client is told to come again.
pub const MAX_WAITING: usize = 10_000;
/// Bytes of requests that may wait for the controller, one request apart; beyond, the client is told to come again.
pub const MAX_WAITING_BYTES: usize = 128 << 20;
/// What a message of a voter takes beside its bytes.
const VOTER_MESSAGE_BYTES: usize = 64;
/// Topics that may wait to be created automatically; beyond, nothing happens until the client asks again.
const MAX_WAITING_TOPICS: usize = 10_000;
/// How many things the controller does in one turn: between turns it says that its own broker is alive.
const TURN_INPUTS: usize = 100;
/// Bytes of requests and names of topics after which a turn begins nothing more.
const TURN_BYTES: usize = 16 << 10;

/// One thing for the controller to do.
#[derive(Debug)]
pub(crate) enum ControllerInput {
    /// A client's request, as it came.
    Request(ForwardedRequest),
    /// The topics that one request named and that may be created for it.
    CreateTopics(Vec<String>),
    /// Topics that streams groups need, and how long it is until they are asked for again if they are refused.
    CreateInternalTopics(Vec<CreatableTopic<'static>>, Duration),
    /// A share group writes to a dead letter queue that is not there yet.
    CreateDeadLetterTopic(String),
    /// The broker's block of producer ids is nearly used up.
    AllocateProducerIds,
    /// This broker, as a leader, wants other replicas in the ISR of partitions.
    AlterPartition(AlterPartitionRequest),
    /// The node stops: others are to lead its partitions.
    ShutDown,
    /// Another node has answered what the controller's thread asked, or will not.
    Answer(u64, Result<Bytes, Unanswered>),
}

/// A client's request for the controller.
#[derive(Debug)]
pub(crate) struct ForwardedRequest {
    pub ticket: Ticket,
    pub outgoing: Outgoing,
    /// Header and body.
    pub frame: Box<[u8]>,
    /// The listener on which it came.
    pub door: Door,
    pub principal: Principal,
    pub peer: IpAddr,
}

/// The controller's mailbox.
#[derive(Debug, Default)]
pub(crate) struct ControllerInbox {
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    inputs: VecDeque<ControllerInput>,
    /// Of the requests among the inputs.
    bytes: usize,
    /// The topics among the inputs.
    topics: BTreeSet<String>,
    /// Of other voters. They come before all else.
    voter_messages: Vec<(BrokerId, Bytes)>,
    voter_bytes: usize,
}

impl ControllerInput {
    /// About how much there is to do.
    fn size(&self) -> usize {
        match self {
            Self::Request(request) => request.frame.len(),
            Self::CreateTopics(names) => names.iter().map(String::len).sum(),
            Self::CreateInternalTopics(topics, _) => {
                topics.iter().map(|topic| topic.name.len()).sum()
            }
            Self::CreateDeadLetterTopic(name) => name.len(),
            _ => 0,
        }
    }
}

impl Waiting {
    fn next(&mut self) -> Option<ControllerInput> {
        let input = self.inputs.pop_front()?;
        match &input {
            ControllerInput::Request(request) => self.bytes -= request.frame.len(),
            ControllerInput::CreateTopics(names) => {
                for name in names {
                    self.topics.remove(name);
                }
            }
            ControllerInput::CreateInternalTopics(topics, _) => {
                for topic in topics {
                    self.topics.remove(&*topic.name);
                }
            }
            ControllerInput::CreateDeadLetterTopic(name) => {
                self.topics.remove(name);
            }
            _ => {}
        }
        Some(input)
    }
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
        waiting.inputs.push_back(input);
        fx.controller = true;
        true
    }

    /// Leaves the answer to an ask. Those who asked have bounded how many there can be.
    pub fn push_answer(&self, number: u64, answer: Result<Bytes, Unanswered>, fx: &mut Effects) {
        let answer = ControllerInput::Answer(number, answer);
        self.waiting.lock().inputs.push_back(answer);
        fx.controller = true;
    }

    /// Leaves a message of another voter, or loses it because too many wait.
    pub fn push_voter_message(&self, from: BrokerId, message: Bytes, fx: &mut Effects) {
        let mut waiting = self.waiting.lock();
        if waiting.voter_bytes < MAX_WAITING_BYTES {
            waiting.voter_bytes += message.len() + VOTER_MESSAGE_BYTES;
            waiting.voter_messages.push((from, message));
        }
        fx.controller = true;
    }

    /// Takes all messages of voters.
    pub fn take_voter_messages(&self) -> Vec<(BrokerId, Bytes)> {
        let mut waiting = self.waiting.lock();
        waiting.voter_bytes = 0;
        std::mem::take(&mut waiting.voter_messages)
    }

    /// Asks at once for the topics that one request named, but for those that wait already.
    pub fn create_topics<'n>(&self, names: impl IntoIterator<Item = &'n str>, fx: &mut Effects) {
        let mut waiting = self.waiting.lock();
        if waiting.inputs.len() >= MAX_WAITING {
            return;
        }
        let mut new = Vec::new();
        for name in names {
            if waiting.topics.len() >= MAX_WAITING_TOPICS {
                break;
            }
            if waiting.topics.insert(name.to_owned()) {
                new.push(name.to_owned());
            }
        }
        if !new.is_empty() {
            waiting.inputs.push_back(ControllerInput::CreateTopics(new));
            fx.controller = true;
        }
    }

    /// Asks for topics that streams groups need, but for those that wait already.
    pub fn create_internal_topics(
        &self,
        topics: Vec<CreatableTopic<'static>>,
        retry_after: Duration,
        fx: &mut Effects,
    ) {
        let mut waiting = self.waiting.lock();
        if waiting.inputs.len() >= MAX_WAITING {
            return;
        }
        let mut new = Vec::new();
        for topic in topics {
            if waiting.topics.len() >= MAX_WAITING_TOPICS {
                break;
            }
            if waiting.topics.insert(topic.name.to_string()) {
                new.push(topic);
            }
        }
        if !new.is_empty() {
            let input = ControllerInput::CreateInternalTopics(new, retry_after);
            waiting.inputs.push_back(input);
            fx.controller = true;
        }
    }

    /// Asks for the topic of a dead letter queue, unless it was asked for already.
    pub fn create_dead_letter_topic(&self, name: &str, fx: &mut Effects) {
        let mut waiting = self.waiting.lock();
        let has_room =
            waiting.inputs.len() < MAX_WAITING && waiting.topics.len() < MAX_WAITING_TOPICS;
        if has_room && waiting.topics.insert(name.to_owned()) {
            let input = ControllerInput::CreateDeadLetterTopic(name.to_owned());
            waiting.inputs.push_back(input);
            fx.controller = true;
        }
    }

    /// Takes what is to be done in one turn, in the order in which it came; the rest waits for the next.
    pub fn take(&self) -> Vec<ControllerInput> {
        let mut waiting = self.waiting.lock();
        let (mut taken, mut bytes) = (Vec::new(), 0);
        while taken.len() < TURN_INPUTS && bytes < TURN_BYTES {
            let Some(input) = waiting.next() else {
                break;
            };
            bytes += input.size();
            taken.push(input);
        }
        taken
    }

    /// Whether another turn has something to do.
    pub fn is_empty(&self) -> bool {
        let waiting = self.waiting.lock();
        waiting.inputs.is_empty() && waiting.voter_messages.is_empty()
    }

    /// Hands a client's request on.
    pub fn forward(&self, cx: &mut Cx<'_>) -> Handled {
        let request = ForwardedRequest {
            ticket: cx.ticket,
            outgoing: cx.outgoing(),
            frame: cx.frame.into(),
            door: cx.session.door,
            principal: cx.session.principal.clone(),
            peer: cx.session.peer,
        };
        if self.push(ControllerInput::Request(request), cx.fx) {
            Handled::Parked(Parked::Awaiting, None)
        } else {
            let reason = "too many requests wait for the controller".to_owned();
            Handled::Close(crate::connection::CloseReason::Overloaded(reason))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(inputs: Vec<ControllerInput>) -> Vec<Vec<String>> {
        let of = |input| match input {
            ControllerInput::CreateTopics(names) => names,
            other => panic!("{other:?}"),
        };
        inputs.into_iter().map(of).collect()
    }

    #[test]
    fn the_topics_of_one_request_are_asked_for_at_once_and_once() {
        let (inbox, mut fx) = (ControllerInbox::default(), Effects::default());
        inbox.create_topics(["a", "b", "a"], &mut fx);
        inbox.create_topics(["b"], &mut fx);
        inbox.create_topics(["b", "c"], &mut fx);
        assert_eq!(names(inbox.take()), [vec!["a", "b"], vec!["c"]]);
        inbox.create_topics(["a"], &mut fx);
        assert_eq!(names(inbox.take()), [["a"]], "it was taken before");
    }

    #[test]
    fn one_turn_does_only_so_much() {
        let (inbox, mut fx) = (ControllerInbox::default(), Effects::default());
        let names: Vec<String> = (0..9_000).map(|number| format!("topic-{number}")).collect();
        for request in names.chunks(1_000) {
            inbox.create_topics(request.iter().map(String::as_str), &mut fx);
        }
        assert_eq!(
            inbox.take().len(),
            2,
            "which are beyond the bytes of a turn"
        );
        for _ in 0..10 * TURN_INPUTS {
            inbox.push(ControllerInput::AllocateProducerIds, &mut fx);
        }
        let mut turns = 0;
        while !inbox.is_empty() {
            assert!(inbox.take().len() <= TURN_INPUTS);
            turns += 1;
        }
        assert!(turns > 10, "{turns}");
    }

    #[test]
    fn topics_beyond_the_bound_are_not_kept() {
        let (inbox, mut fx) = (ControllerInbox::default(), Effects::default());
        let many: Vec<String> = (0..2 * MAX_WAITING_TOPICS).map(|n| n.to_string()).collect();
        inbox.create_topics(many.iter().map(String::as_str), &mut fx);
        assert_eq!(names(inbox.take())[0].len(), MAX_WAITING_TOPICS);
    }
}
