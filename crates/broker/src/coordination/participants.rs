//! Whether partitions of this node take part in transactions that other nodes coordinate: AddPartitionsToTxn, version 5, or 4
//! where the node has no other (KIP-890).
//!
//! The request that asks is held by its connection, and handled from its beginning when the answer is here. Until then, and until
//! the record is written, the partitions' guards tell whether the answer still counts.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use model::{BrokerId, ErrorCode, Now, Ticket};
use parking_lot::Mutex;
use partition::VerificationGuard;
use protocol::add_partitions_to_txn_request::{
    AddPartitionsToTxnRequest, AddPartitionsToTxnTopic, AddPartitionsToTxnTransaction,
};
use protocol::add_partitions_to_txn_response::AddPartitionsToTxnResponse;
use protocol::{DecodeError, Message, Reader};
use transaction::{Partitions, Producer};

use super::channel::{Batch, Channels};
use crate::asks::{Ask, AskRequest, AskToken, Errand, Lane, Unanswered};
use crate::broker::Broker;
use crate::effects::Effects;

/// The version that brokers of this release speak, and the first that they may (KIP-890).
const NEWEST: i16 = 5;
const OLDEST: i16 = 4;
/// Transactions in one request.
const MAX_TRANSACTIONS: usize = 1_000;
/// Questions that may wait for one node; beyond, producers are told to come again.
const MAX_WAITING: usize = 10_000;
/// Requests whose answers are kept for them; beyond, producers are told to come again.
const MAX_HELD: usize = 100_000;

/// A partition, by its topic's name.
type Place = (Box<str>, i32);

/// What is asked about one transaction.
#[derive(Debug)]
pub(crate) struct Question {
    /// The transactional id.
    pub id: Box<str>,
    pub producer: Producer,
    pub partitions: Partitions,
    /// Whether they are added; else it is only asked whether they take part.
    pub adds: bool,
}

/// What a coordinator on another node says.
#[derive(Debug, Default)]
pub(crate) struct Verified {
    guards: BTreeMap<Place, VerificationGuard>,
    /// Of partitions that do not take part.
    errors: BTreeMap<Place, ErrorCode>,
}

impl Verified {
    /// Whether the transaction before has not ended yet.
    pub fn is_concurrent(&self) -> bool {
        let mut errors = self.errors.values();
        errors.any(|error| *error == ErrorCode::CONCURRENT_TRANSACTIONS)
    }

    /// With what a record may begin the transaction in a partition.
    ///
    /// # Errors
    /// It does not take part, or was not asked about.
    pub fn guard(&self, topic: &str, index: i32) -> Result<&VerificationGuard, ErrorCode> {
        let place = (Box::from(topic), index);
        if let Some(error) = self.errors.get(&place) {
            return Err(*error);
        }
        // This node may lead it only since.
        let guard = self.guards.get(&place);
        guard.ok_or(ErrorCode::COORDINATOR_NOT_AVAILABLE)
    }
}

/// What a request that is held waits for.
#[derive(Debug)]
enum Held {
    Asked {
        guards: BTreeMap<Place, VerificationGuard>,
        /// By then there is an answer.
        until: Duration,
    },
    Answered(Result<Verified, ErrorCode>),
}

/// Questions to coordinators on other nodes, and their answers.
#[derive(Debug, Default)]
pub(crate) struct ParticipantAsks {
    channels: Channels<(Ticket, Question)>,
    /// By the connection, which holds one request at a time, and the number of the request.
    held: Mutex<BTreeMap<u64, (u64, Held)>>,
}

impl ParticipantAsks {
    /// The connection is gone, with the request that it held.
    pub fn forget(&self, connection: u64) {
        self.held.lock().remove(&connection);
    }

    /// The answer to what a request has asked: `None` if it has asked nothing, and `Some(None)` while there is none.
    fn take_answer(&self, ticket: Ticket) -> Option<Option<Result<Verified, ErrorCode>>> {
        let mut held = self.held.lock();
        match held.get(&ticket.connection)? {
            (request, _) if *request != ticket.request => None,
            (_, Held::Asked { .. }) => Some(None),
            (_, Held::Answered(_)) => match held.remove(&ticket.connection) {
                Some((_, Held::Answered(answer))) => Some(Some(answer)),
                _ => None,
            },
        }
    }

    /// The answer to what a request has asked, if it still waits.
    fn answer(&self, ticket: Ticket, answer: Result<BTreeMap<Place, ErrorCode>, ErrorCode>) {
        let mut held = self.held.lock();
        if let Some((request, held)) = held.get_mut(&ticket.connection)
            && *request == ticket.request
            && let Held::Asked { guards, .. } = held
        {
            let guards = std::mem::take(guards);
            *held = Held::Answered(answer.map(|errors| Verified { guards, errors }));
        }
    }

    /// Keeps what a request waits for; `false` if too many wait.
    fn hold(&self, now: Now, ticket: Ticket, asked: Held) -> bool {
        let mut held = self.held.lock();
        if held.len() >= MAX_HELD {
            // A connection may have ended while its request was handled aside.
            held.retain(|_, (_, held)| match held {
                Held::Asked { until, .. } => *until > now.mono,
                Held::Answered(_) => false,
            });
        }
        let has_room = held.len() < MAX_HELD;
        if has_room {
            held.insert(ticket.connection, (ticket.request, asked));
        }
        has_room
    }
}

impl Broker {
    /// Asks the coordinator on another node, unless the request has asked it before: `None` while there is no answer. The
    /// request is woken when there is.
    pub(crate) fn ask_elsewhere(
        &self,
        (now, ticket): (Now, Ticket),
        node: BrokerId,
        question: Question,
        fx: &mut Effects,
    ) -> Option<Result<Verified, ErrorCode>> {
        let asks = &self.participant_asks;
        if let Some(answer) = asks.take_answer(ticket) {
            return answer;
        }
        let timeout = self.effective.now().broker.network.request_timeout;
        let asked = Held::Asked {
            guards: self.guards_of(&question),
            until: now.mono + timeout * 2,
        };
        if asks.channels.waiting(node) >= MAX_WAITING || !asks.hold(now, ticket, asked) {
            return Some(Err(ErrorCode::COORDINATOR_NOT_AVAILABLE));
        }
        asks.channels.push(node, [(ticket, question)]);
        self.ask_about_participants(now, node, fx);
        // It may have been refused at once; who is held is woken for that.
        None
    }

    fn guards_of(&self, question: &Question) -> BTreeMap<Place, VerificationGuard> {
        let mut guards = BTreeMap::new();
        for (topic, indexes) in &question.partitions {
            for index in indexes {
                let replica = self.find_partition_by_name(topic, *index);
                let guard = replica.and_then(|it| it.begin_verification(question.producer.id));
                guards.extend(guard.ok().map(|guard| ((topic.clone(), *index), guard)));
            }
        }
        guards
    }

    /// Sends what waits for a node, if nothing is in flight to it.
    fn ask_about_participants(&self, now: Now, node: BrokerId, fx: &mut Effects) {
        let channels = &self.participant_asks.channels;
        while let Some(batch) = channels.begin(node, take) {
            let version = batch.version.unwrap_or(NEWEST);
            let request = request(&batch);
            let framed = AskRequest::new(&request, version, &format!("broker-{}", self.me));
            if let (Some(to), Ok(request)) = (self.peer(node), framed) {
                let timeout = self.effective.now().broker.network.request_timeout;
                return fx.asks.push(Ask {
                    to,
                    lane: Lane::Coordination(Errand::Participants),
                    token: AskToken::Coordination(Errand::Participants, node, batch.number),
                    deadline: now.mono + timeout,
                    request,
                });
            }
            channels.end(node, batch.number);
            self.tell_participants(&batch.items, None, fx);
        }
    }

    /// A coordinator has answered, or has not.
    pub(crate) fn on_participants_answer(
        &self,
        now: Now,
        (node, number): (BrokerId, u64),
        answer: Result<Bytes, Unanswered>,
        fx: &mut Effects,
    ) {
        let channels = &self.participant_asks.channels;
        let Some(questions) = channels.end(node, number) else {
            return;
        };
        if let Err(Unanswered::Version {
            known: Some((min, max)),
        }) = answer
            && (min..=max).contains(&OLDEST)
        {
            channels.set_version(node, OLDEST);
        }
        // Versions differ in the errors that the request understands.
        let answer = answer.ok().and_then(|body| read(&body).ok());
        self.tell_participants(&questions, answer.as_ref(), fx);
        self.ask_about_participants(now, node, fx);
    }

    fn tell_participants(
        &self,
        questions: &[(Ticket, Question)],
        answer: Option<&Answer>,
        fx: &mut Effects,
    ) {
        for (ticket, question) in questions {
            let found = match answer {
                None => Err(ErrorCode::COORDINATOR_NOT_AVAILABLE),
                Some(Err(error)) => Err(*error),
                Some(Ok(by_id)) => Ok(by_id.get(&question.id)),
            };
            let errors = found.map(|errors| errors_of(question, errors));
            self.participant_asks.answer(*ticket, errors);
            fx.wakes.push(*ticket);
        }
    }
}

/// The partitions that do not take part.
fn errors_of(
    question: &Question,
    errors: Option<&BTreeMap<Place, ErrorCode>>,
) -> BTreeMap<Place, ErrorCode> {
    let topics = question.partitions.iter();
    let places =
        topics.flat_map(|(topic, indexes)| indexes.iter().map(|index| (topic.clone(), *index)));
    let told = places.map(|place| {
        let error = errors.and_then(|errors| errors.get(&place)).copied();
        (place, error.unwrap_or(ErrorCode::COORDINATOR_NOT_AVAILABLE))
    });
    told.filter(|(_, error)| !error.is_none()).collect()
}

/// What goes with the next request, in which a transaction has one place.
fn take(waiting: &mut VecDeque<(Ticket, Question)>) -> Vec<(Ticket, Question)> {
    let mut ids = BTreeSet::new();
    let is_first = |(_, question): &&(Ticket, Question)| ids.insert(question.id.clone());
    let count = waiting
        .iter()
        .take(MAX_TRANSACTIONS)
        .take_while(is_first)
        .count();
    waiting.drain(..count).collect()
}

fn request(batch: &Batch<(Ticket, Question)>) -> AddPartitionsToTxnRequest<'_> {
    let transactions = batch.items.iter().map(|(_, question)| {
        let topics = question.partitions.iter();
        let topics = topics.map(|(topic, indexes)| AddPartitionsToTxnTopic {
            name: (&**topic).into(),
            partitions: indexes.iter().copied().collect(),
            ..Default::default()
        });
        AddPartitionsToTxnTransaction {
            transactional_id: (&*question.id).into(),
            producer_id: question.producer.id.0,
            producer_epoch: question.producer.epoch.0,
            verify_only: !question.adds,
            topics: topics.collect(),
            ..Default::default()
        }
    });
    AddPartitionsToTxnRequest {
        transactions: transactions.collect(),
        ..Default::default()
    }
}

/// The errors of each transaction's partitions, or of the whole request.
type Answer = Result<BTreeMap<Box<str>, BTreeMap<Place, ErrorCode>>, ErrorCode>;

fn read(body: &[u8]) -> Result<Answer, DecodeError> {
    let response = AddPartitionsToTxnResponse::decode(&mut Reader::new(body), NEWEST)?;
    if !response.error_code.is_none() {
        return Ok(Err(response.error_code));
    }
    let transactions = response.results_by_transaction.iter().map(|transaction| {
        let topics = transaction.topic_results.iter();
        let errors = topics.flat_map(|topic| {
            topic.results_by_partition.iter().map(|partition| {
                let place = (Box::from(&*topic.name), partition.partition_index);
                (place, partition.partition_error_code)
            })
        });
        (Box::from(&*transaction.transactional_id), errors.collect())
    });
    Ok(Ok(transactions.collect()))
}

#[cfg(test)]
mod tests {
    use model::{ProducerEpoch, ProducerId};

    use super::*;

    #[test]
    fn a_transaction_has_one_place_in_a_request() {
        let question = |id: &str| Question {
            id: id.into(),
            producer: Producer {
                id: ProducerId(1),
                epoch: ProducerEpoch(0),
            },
            partitions: Partitions::new(),
            adds: true,
        };
        let ticket = |request| Ticket {
            connection: 1,
            request,
        };
        let ids = ["a", "b", "a", "c"];
        let mut waiting: VecDeque<_> = (0..).map(ticket).zip(ids.map(question)).collect();
        assert_eq!([take(&mut waiting).len(), take(&mut waiting).len()], [2, 2]);
    }
}
