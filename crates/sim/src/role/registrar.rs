//! Creates and deletes topics of its own at whichever node answers.

use std::time::Duration;

use model::ErrorCode;
use protocol::create_topics_request::{CreatableTopic, CreateTopicsRequest};
use protocol::create_topics_response::CreateTopicsResponse;
use protocol::delete_topics_request::DeleteTopicsRequest;
use protocol::delete_topics_response::DeleteTopicsResponse;

use super::{Ask, Cx, Role, answer, call};
use crate::history::Existence;

const CREATE: i16 = 5;
const DELETE: i16 = 3;
/// How many topics it has at most.
const TOPICS: usize = 5;

/// One who creates and deletes.
#[derive(Debug)]
pub(crate) struct Registrar {
    number: usize,
    /// What it asked in vain may still happen: it never speaks of that topic again, and takes another in its place.
    generations: [u64; TOPICS],
    slot: usize,
    name: String,
    /// What the topic is to become.
    target: Existence,
    /// Asked after the faults.
    is_last: bool,
    waits: bool,
    is_done: bool,
}

impl Registrar {
    pub(crate) fn new(number: usize) -> Self {
        Self {
            number,
            generations: [0; TOPICS],
            slot: 0,
            name: String::new(),
            target: Existence::Unknown,
            is_last: false,
            waits: false,
            is_done: false,
        }
    }

    fn create(&self, cx: &Cx<'_>) -> Ask {
        let request = CreateTopicsRequest {
            topics: vec![CreatableTopic {
                name: self.name.clone().into(),
                num_partitions: 2,
                replication_factor: 1,
                ..CreatableTopic::default()
            }],
            timeout_ms: 5_000,
            ..CreateTopicsRequest::default()
        };
        call(cx, CREATE, &request)
    }

    fn delete(&self, cx: &Cx<'_>) -> Ask {
        let request = DeleteTopicsRequest {
            topic_names: vec![self.name.clone().into()],
            timeout_ms: 5_000,
            ..DeleteTopicsRequest::default()
        };
        call(cx, DELETE, &request)
    }

    fn leave_topic(&mut self, cx: &mut Cx<'_>) {
        cx.history.set_topic(&self.name, Existence::Unknown);
        self.generations[self.slot] += 1;
    }

    fn error(&self, body: &[u8], cx: &mut Cx<'_>) -> Option<ErrorCode> {
        if self.target == Existence::There {
            let response = answer::<CreateTopicsResponse<'_>>(body, CREATE, cx)?;
            return response.topics.first().map(|topic| topic.error_code);
        }
        let response = answer::<DeleteTopicsResponse<'_>>(body, DELETE, cx)?;
        response.responses.first().map(|topic| topic.error_code)
    }
}

impl Role for Registrar {
    fn next(&mut self, cx: &mut Cx<'_>) -> Ask {
        if std::mem::take(&mut self.waits) {
            return Ask::Wait(Duration::from_millis(100));
        }
        if self.is_done {
            return Ask::Wait(Duration::from_secs(1));
        }
        self.slot = cx.chance.below(TOPICS as u64) as usize;
        let generation = self.generations[self.slot];
        self.name = format!("topic-{}-{}-{generation}", self.number, self.slot);
        self.is_last = cx.is_healed;
        self.target = match cx.history.topic(&self.name) {
            Existence::There => Existence::Gone,
            Existence::Unknown if cx.chance.one_in(2) => Existence::Gone,
            _ => Existence::There,
        };
        match self.target {
            Existence::There => self.create(cx),
            _ => self.delete(cx),
        }
    }

    /// Only an acknowledged change is proof. A leader that has been deposed, and does not know, may
    /// refuse for what was true once.
    fn on_answer(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        match self.error(body, cx) {
            Some(ErrorCode::NONE) => {
                cx.history.set_topic(&self.name, self.target);
                self.is_done |= self.is_last;
            }
            Some(ErrorCode::TOPIC_ALREADY_EXISTS | ErrorCode::UNKNOWN_TOPIC_OR_PARTITION) => {}
            _ => {
                self.leave_topic(cx);
                self.waits = true;
            }
        }
    }

    fn on_lost(&mut self, was_asked: bool, cx: &mut Cx<'_>) {
        if was_asked {
            self.leave_topic(cx);
        }
    }

    fn restart(&mut self) {
        // What it asked last may not be answered yet.
        let mut generations = self.generations;
        generations[self.slot] += 1;
        *self = Self {
            generations,
            ..Self::new(self.number)
        };
    }

    fn is_done(&self) -> bool {
        self.is_done
    }
}
