//! The requests about share groups' states, and what their answers say: InitializeShareGroupState, ReadShareGroupState,
//! DeleteShareGroupState version 0, WriteShareGroupState, ReadShareGroupStateSummary version 1.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{ErrorCode, TimestampMs, TopicId};
use protocol::delete_share_group_state_request as delete;
use protocol::delete_share_group_state_response::DeleteShareGroupStateResponse;
use protocol::initialize_share_group_state_request as initialize;
use protocol::initialize_share_group_state_response::InitializeShareGroupStateResponse;
use protocol::read_share_group_state_request as load;
use protocol::read_share_group_state_response::{self as loaded, ReadShareGroupStateResponse};
use protocol::read_share_group_state_summary_request as summary;
use protocol::read_share_group_state_summary_response::{
    self as summed, ReadShareGroupStateSummaryResponse,
};
use protocol::write_share_group_state_request as write;
use protocol::write_share_group_state_response::WriteShareGroupStateResponse;
use protocol::{DecodeError, EncodeError, Message, Reader};
use share::{Key, Request, Response, ShareState, StateBatch};

use crate::asks::AskRequest;

/// What is wanted of a state's coordinator: as [`Request`], for later.
#[derive(Clone, Debug)]
pub(crate) enum Wanted {
    Initialize {
        state_epoch: i32,
        start: Option<i64>,
        keeps: bool,
        /// It was sent before, and what came of that is not known.
        was_sent: bool,
    },
    Read {
        leader_epoch: i32,
    },
    ReadSummary,
    Write {
        state_epoch: i32,
        leader_epoch: i32,
        start: Option<i64>,
        complete: Option<i32>,
        batches: Vec<StateBatch>,
    },
    Delete,
}

/// With which API it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Initialize,
    Read,
    ReadSummary,
    Write,
    Delete,
}

/// What is told about a state; nothing where it was only changed.
pub(super) type Answer = Result<Option<Arc<ShareState>>, ErrorCode>;

impl Wanted {
    /// What a request wants.
    pub fn of(request: &Request<'_>) -> Self {
        match request {
            Request::Initialize {
                state_epoch,
                start,
                keeps,
                ..
            } => Self::Initialize {
                state_epoch: *state_epoch,
                start: *start,
                keeps: *keeps,
                was_sent: false,
            },
            Request::Read { leader_epoch, .. } => Self::Read {
                leader_epoch: *leader_epoch,
            },
            Request::ReadSummary { .. } => Self::ReadSummary,
            Request::Write {
                state_epoch,
                leader_epoch,
                start,
                complete,
                batches,
                ..
            } => Self::Write {
                state_epoch: *state_epoch,
                leader_epoch: *leader_epoch,
                start: *start,
                complete: *complete,
                batches: batches.to_vec(),
            },
            Request::Delete { .. } => Self::Delete,
        }
    }

    /// The request again.
    pub fn request<'r>(&'r self, key: &'r Key) -> Request<'r> {
        match self {
            Self::Initialize {
                state_epoch,
                start,
                keeps,
                ..
            } => Request::Initialize {
                key,
                state_epoch: *state_epoch,
                start: *start,
                keeps: *keeps,
            },
            Self::Read { leader_epoch } => Request::Read {
                key,
                leader_epoch: *leader_epoch,
            },
            Self::ReadSummary => Request::ReadSummary { key },
            Self::Write {
                state_epoch,
                leader_epoch,
                start,
                complete,
                batches,
            } => Request::Write {
                key,
                state_epoch: *state_epoch,
                leader_epoch: *leader_epoch,
                start: *start,
                complete: *complete,
                batches,
            },
            Self::Delete => Request::Delete { key },
        }
    }

    /// The answer with an error.
    pub fn failed(&self, error: ErrorCode) -> Response {
        match self {
            Self::Read { .. } | Self::ReadSummary => Response::State(Err(error)),
            Self::Initialize { .. } | Self::Write { .. } | Self::Delete => {
                Response::Done(Err(error))
            }
        }
    }

    /// It was sent, and what came of it is not known.
    pub(super) fn may_be_done(&mut self) {
        // Offsets that are given are of a group without members: nothing is lost by giving them again.
        if let Self::Initialize {
            start: None,
            was_sent,
            ..
        } = self
        {
            *was_sent = true;
        }
    }

    /// With which API it is asked next. A state that is there and may be kept is looked at first.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Initialize {
                keeps: false,
                was_sent: false,
                ..
            } => Kind::Initialize,
            Self::Initialize { .. } | Self::ReadSummary => Kind::ReadSummary,
            Self::Read { .. } => Kind::Read,
            Self::Write { .. } => Kind::Write,
            Self::Delete => Kind::Delete,
        }
    }

    /// Takes in an answer; `None` if something else has to be asked first.
    pub(super) fn answered(&mut self, answer: Answer) -> Option<Response> {
        let is_looked_at = self.kind() == Kind::ReadSummary;
        match (self, answer) {
            (Self::Read { .. } | Self::ReadSummary, answer) => Some(Response::State(answer)),
            (
                Self::Initialize {
                    state_epoch,
                    keeps,
                    was_sent,
                    ..
                },
                Ok(state),
            ) if is_looked_at => {
                let is_done = |state: Arc<ShareState>| *keeps || state.state_epoch >= *state_epoch;
                let is_done = state.is_some_and(is_done);
                (*keeps, *was_sent) = (false, false);
                is_done.then_some(Response::Done(Ok(())))
            }
            (Self::Initialize { .. } | Self::Write { .. } | Self::Delete, answer) => {
                Some(Response::Done(answer.map(|_| ())))
            }
        }
    }
}

/// What is wanted of partitions, by their topics.
type Topics<'q> = BTreeMap<TopicId, Vec<(i32, &'q Wanted)>>;

/// The request about states of a group.
///
/// # Errors
/// It cannot be written.
pub(super) fn framed<'q>(
    kind: Kind,
    group: &str,
    wanted: impl Iterator<Item = (&'q Key, &'q Wanted)>,
    client_id: &str,
) -> Result<AskRequest, EncodeError> {
    let mut topics = Topics::new();
    for (key, wanted) in wanted {
        let partitions = topics.entry(key.topic).or_default();
        partitions.push((key.partition, wanted));
    }
    match kind {
        Kind::Initialize => AskRequest::new(&initialize_request(group, topics), 0, client_id),
        Kind::Read => AskRequest::new(&read_request(group, topics), 0, client_id),
        Kind::ReadSummary => AskRequest::new(&summary_request(group, topics), 1, client_id),
        Kind::Write => AskRequest::new(&write_request(group, topics), 1, client_id),
        Kind::Delete => AskRequest::new(&delete_request(group, topics), 0, client_id),
    }
}

fn initialize_request<'a>(
    group: &'a str,
    topics: Topics<'_>,
) -> initialize::InitializeShareGroupStateRequest<'a> {
    let topics = topics
        .into_iter()
        .map(|(topic_id, partitions)| initialize::InitializeStateData {
            topic_id,
            partitions: partitions.into_iter().map(initialized).collect(),
            ..Default::default()
        });
    initialize::InitializeShareGroupStateRequest {
        group_id: group.into(),
        topics: topics.collect(),
        ..Default::default()
    }
}

fn read_request<'a>(group: &'a str, topics: Topics<'_>) -> load::ReadShareGroupStateRequest<'a> {
    let topics = topics
        .into_iter()
        .map(|(topic_id, partitions)| load::ReadStateData {
            topic_id,
            partitions: partitions.into_iter().map(to_load).collect(),
            ..Default::default()
        });
    load::ReadShareGroupStateRequest {
        group_id: group.into(),
        topics: topics.collect(),
        ..Default::default()
    }
}

fn summary_request<'a>(
    group: &'a str,
    topics: Topics<'_>,
) -> summary::ReadShareGroupStateSummaryRequest<'a> {
    let topics = topics.into_iter().map(|(topic_id, partitions)| {
        let partitions = partitions.into_iter();
        summary::ReadStateSummaryData {
            topic_id,
            partitions: partitions
                .map(|(partition, _)| summary::PartitionData {
                    partition,
                    leader_epoch: -1,
                    ..Default::default()
                })
                .collect(),
            ..Default::default()
        }
    });
    summary::ReadShareGroupStateSummaryRequest {
        group_id: group.into(),
        topics: topics.collect(),
        ..Default::default()
    }
}

fn write_request<'a>(group: &'a str, topics: Topics<'_>) -> write::WriteShareGroupStateRequest<'a> {
    let topics = topics
        .into_iter()
        .map(|(topic_id, partitions)| write::WriteStateData {
            topic_id,
            partitions: partitions.into_iter().map(written).collect(),
            ..Default::default()
        });
    write::WriteShareGroupStateRequest {
        group_id: group.into(),
        topics: topics.collect(),
        ..Default::default()
    }
}

fn delete_request<'a>(
    group: &'a str,
    topics: Topics<'_>,
) -> delete::DeleteShareGroupStateRequest<'a> {
    let topics = topics.into_iter().map(|(topic_id, partitions)| {
        let partitions = partitions.into_iter();
        delete::DeleteStateData {
            topic_id,
            partitions: partitions
                .map(|(partition, _)| delete::PartitionData {
                    partition,
                    ..Default::default()
                })
                .collect(),
            ..Default::default()
        }
    });
    delete::DeleteShareGroupStateRequest {
        group_id: group.into(),
        topics: topics.collect(),
        ..Default::default()
    }
}

fn initialized((partition, wanted): (i32, &Wanted)) -> initialize::PartitionData {
    let (state_epoch, start) = match wanted {
        Wanted::Initialize {
            state_epoch, start, ..
        } => (*state_epoch, *start),
        _ => (-1, None),
    };
    initialize::PartitionData {
        partition,
        state_epoch,
        start_offset: start.unwrap_or(-1),
        ..Default::default()
    }
}

fn to_load((partition, wanted): (i32, &Wanted)) -> load::PartitionData {
    let leader_epoch = match wanted {
        Wanted::Read { leader_epoch } => *leader_epoch,
        _ => -1,
    };
    load::PartitionData {
        partition,
        leader_epoch,
        ..Default::default()
    }
}

fn written((partition, wanted): (i32, &Wanted)) -> write::PartitionData {
    let Wanted::Write {
        state_epoch,
        leader_epoch,
        start,
        complete,
        batches,
    } = wanted
    else {
        unreachable!("the line of writes has nothing else");
    };
    let batches = batches.iter().map(|batch| write::StateBatch {
        first_offset: batch.first,
        last_offset: batch.last,
        delivery_state: batch.state,
        delivery_count: batch.deliveries,
        ..Default::default()
    });
    write::PartitionData {
        partition,
        state_epoch: *state_epoch,
        leader_epoch: *leader_epoch,
        start_offset: start.unwrap_or(-1),
        delivery_complete_count: complete.unwrap_or(-1),
        state_batches: batches.collect(),
        ..Default::default()
    }
}

/// What the answer says of each partition.
///
/// # Errors
/// It is none.
pub(super) fn read(
    kind: Kind,
    body: &[u8],
) -> Result<BTreeMap<(TopicId, i32), Answer>, DecodeError> {
    let mut reader = Reader::new(body);
    let reader = &mut reader;
    let done = |error: ErrorCode| match error.is_none() {
        true => Ok(None),
        false => Err(error),
    };
    let mut answers = BTreeMap::new();
    match kind {
        Kind::Initialize => {
            for topic in InitializeShareGroupStateResponse::decode(reader, 0)?.results {
                answers.extend(topic.partitions.iter().map(|partition| {
                    let place = (topic.topic_id, partition.partition);
                    (place, done(partition.error_code))
                }));
            }
        }
        Kind::Write => {
            for topic in WriteShareGroupStateResponse::decode(reader, 1)?.results {
                answers.extend(topic.partitions.iter().map(|partition| {
                    let place = (topic.topic_id, partition.partition);
                    (place, done(partition.error_code))
                }));
            }
        }
        Kind::Delete => {
            for topic in DeleteShareGroupStateResponse::decode(reader, 0)?.results {
                answers.extend(topic.partitions.iter().map(|partition| {
                    let place = (topic.topic_id, partition.partition);
                    (place, done(partition.error_code))
                }));
            }
        }
        Kind::Read => {
            for topic in ReadShareGroupStateResponse::decode(reader, 0)?.results {
                answers.extend(topic.partitions.iter().map(|partition| {
                    let place = (topic.topic_id, partition.partition);
                    (place, loaded_state(partition))
                }));
            }
        }
        Kind::ReadSummary => {
            for topic in ReadShareGroupStateSummaryResponse::decode(reader, 1)?.results {
                answers.extend(topic.partitions.iter().map(|partition| {
                    let place = (topic.topic_id, partition.partition);
                    (place, summed_state(partition))
                }));
            }
        }
    }
    Ok(answers)
}

fn loaded_state(partition: &loaded::PartitionResult<'_>) -> Answer {
    match partition.error_code {
        ErrorCode::NONE => {}
        // So a coordinator says that the state was never begun.
        ErrorCode::INVALID_REQUEST => return Ok(None),
        error => return Err(error),
    }
    let batches = partition.state_batches.iter().map(|batch| StateBatch {
        first: batch.first_offset,
        last: batch.last_offset,
        state: batch.delivery_state,
        deliveries: batch.delivery_count,
    });
    Ok(Some(Arc::new(ShareState {
        state_epoch: partition.state_epoch,
        start: Some(partition.start_offset).filter(|start| *start >= 0),
        batches: batches.collect(),
        ..unknown_state()
    })))
}

fn summed_state(partition: &summed::PartitionResult<'_>) -> Answer {
    if !partition.error_code.is_none() {
        return Err(partition.error_code);
    }
    let start = Some(partition.start_offset).filter(|start| *start >= 0);
    if start.is_none() && partition.state_epoch <= 0 {
        return Ok(None);
    }
    let complete = partition.delivery_complete_count;
    Ok(Some(Arc::new(ShareState {
        state_epoch: partition.state_epoch,
        leader_epoch: partition.leader_epoch,
        start,
        complete: Some(complete).filter(|count| *count >= 0),
        ..unknown_state()
    })))
}

/// A state of which nothing was told.
fn unknown_state() -> ShareState {
    ShareState {
        snapshot_epoch: 0,
        state_epoch: 0,
        leader_epoch: -1,
        start: None,
        complete: None,
        created_at: TimestampMs(-1),
        written_at: TimestampMs(-1),
        batches: Vec::new(),
    }
}
