//! What ShareFetch and ShareAcknowledge have in common: acknowledgements, and the end of a session.

use std::sync::Arc;

use model::{ErrorCode, Now, Ticket, TopicId};
use protocol::{share_acknowledge_request, share_fetch_request};
use share::AcknowledgeBatch;

use crate::broker::Broker;
use crate::effects::Effects;
use crate::share_partitions::Acknowledging;
use crate::share_session::ShareSession;

/// Of one partition, what a member says of its records.
pub(super) type Said = ((TopicId, i32), Vec<AcknowledgeBatch>);

/// What came of the acknowledgements of a request.
#[derive(Debug, Default)]
pub(super) struct Acknowledgements {
    slots: Vec<((TopicId, i32), Outcome)>,
}

#[derive(Debug)]
enum Outcome {
    Known(ErrorCode),
    Writing(Arc<Acknowledging>),
}

impl Acknowledgements {
    /// Takes in what a member says; what has to be written wakes `ticket` when it is.
    pub fn take_in(
        broker: &Broker,
        now: Now,
        ticket: Ticket,
        (session, said, may_renew): (&ShareSession, Vec<Said>, bool),
        fx: &mut Effects,
    ) -> Self {
        let slots = said.into_iter().map(|(place, batches)| {
            let taken = take_in(
                broker,
                now,
                ticket,
                (session, place, &batches, may_renew),
                fx,
            );
            let outcome = match taken {
                Ok(Some(writing)) => Outcome::Writing(writing),
                Ok(None) => Outcome::Known(ErrorCode::NONE),
                Err(error) => Outcome::Known(error),
            };
            (place, outcome)
        });
        Self {
            slots: slots.collect(),
        }
    }

    /// Whether all outcomes are known.
    pub fn are_known(&self) -> bool {
        self.slots.iter().all(|(_, outcome)| match outcome {
            Outcome::Known(_) => true,
            Outcome::Writing(writing) => writing.result().is_some(),
        })
    }

    /// The outcomes, once they are known.
    pub fn outcomes(&self) -> impl Iterator<Item = ((TopicId, i32), ErrorCode)> {
        self.slots.iter().map(|(place, outcome)| {
            let error = match outcome {
                Outcome::Known(error) => *error,
                Outcome::Writing(writing) => {
                    let result = writing.result();
                    result.unwrap_or(ErrorCode::COORDINATOR_NOT_AVAILABLE)
                }
            };
            (*place, error)
        })
    }
}

fn take_in(
    broker: &Broker,
    now: Now,
    ticket: Ticket,
    (session, (topic, partition), batches, may_renew): (
        &ShareSession,
        (TopicId, i32),
        &[AcknowledgeBatch],
        bool,
    ),
    fx: &mut Effects,
) -> Result<Option<Arc<Acknowledging>>, ErrorCode> {
    let is_sound = batches.iter().all(AcknowledgeBatch::is_well_formed);
    let renews = batches.iter().any(AcknowledgeBatch::renews);
    if !is_sound || (renews && !may_renew) {
        return Err(ErrorCode::INVALID_REQUEST);
    }
    let share = broker.fetched_share_replica(&session.group, topic, partition)?;
    broker.acknowledge_share(now, ticket, (&share, &session.member), batches, fx)
}

/// Ends a session: what its member has is available again, but for what it has just acknowledged.
pub(super) fn end_session(broker: &Broker, now: Now, session: &ShareSession, fx: &mut Effects) {
    let replicas = session.state.lock().clear();
    for share in replicas {
        broker.release_share(now, &share, &session.member, fx);
    }
}

/// What a ShareFetch says of records.
pub(super) fn said_in_fetch(topics: &[share_fetch_request::FetchTopic]) -> Vec<Said> {
    let partitions = topics
        .iter()
        .flat_map(|topic| topic.partitions.iter().map(move |p| (topic.topic_id, p)));
    partitions
        .filter(|(_, partition)| !partition.acknowledgement_batches.is_empty())
        .map(|(topic, partition)| {
            let batches = partition.acknowledgement_batches.iter();
            let batches = batches.map(|batch| AcknowledgeBatch {
                first: batch.first_offset,
                last: batch.last_offset,
                types: batch.acknowledge_types.clone(),
            });
            ((topic, partition.partition_index), batches.collect())
        })
        .collect()
}

/// What a ShareAcknowledge says of records.
pub(super) fn said_in_acknowledge(
    topics: &[share_acknowledge_request::AcknowledgeTopic],
) -> Vec<Said> {
    let partitions = topics
        .iter()
        .flat_map(|topic| topic.partitions.iter().map(move |p| (topic.topic_id, p)));
    partitions
        .map(|(topic, partition)| {
            let batches = partition.acknowledgement_batches.iter();
            let batches = batches.map(|batch| AcknowledgeBatch {
                first: batch.first_offset,
                last: batch.last_offset,
                types: batch.acknowledge_types.clone(),
            });
            ((topic, partition.partition_index), batches.collect())
        })
        .collect()
}
