//! The offsets of share groups: DescribeShareGroupOffsets (key 90, versions 0 and 1), AlterShareGroupOffsets (91, version 0),
//! DeleteShareGroupOffsets (92, version 0).
//!
//! - A group's start offset of a partition is what its share coordinator keeps; -1 where the group has not begun. Without
//!   topics all are shown that the group has a state of. Version 1 tells the lag: records from the start on that are not done
//!   with (KIP-1226).
//! - Offsets are altered and deleted of groups without members, `NON_EMPTY_GROUP` otherwise; topics and partitions that do not
//!   exist, or that the group has no state of, are `UNKNOWN_TOPIC_OR_PARTITION`.
//! - Offsets that are altered of a group that is not there make it; other groups that are not there, or no share groups, are
//!   `GROUP_ID_NOT_FOUND`, but there is nothing to show of them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use group::{Response, ShareGroup, ShareStep, StateTopic};
use metadata::Image;
use model::{ErrorCode, TopicId};
use parking_lot::Mutex;
use protocol::alter_share_group_offsets_request::AlterShareGroupOffsetsRequest;
use protocol::alter_share_group_offsets_response::{
    AlterShareGroupOffsetsResponse, AlterShareGroupOffsetsResponsePartition,
    AlterShareGroupOffsetsResponseTopic,
};
use protocol::delete_share_group_offsets_request::DeleteShareGroupOffsetsRequest;
use protocol::delete_share_group_offsets_response::{
    DeleteShareGroupOffsetsResponse, DeleteShareGroupOffsetsResponseTopic,
};
use protocol::describe_share_group_offsets_request::{
    DescribeShareGroupOffsetsRequest, DescribeShareGroupOffsetsRequestGroup,
};
use protocol::describe_share_group_offsets_response::{
    DescribeShareGroupOffsetsResponse, DescribeShareGroupOffsetsResponseGroup,
    DescribeShareGroupOffsetsResponsePartition, DescribeShareGroupOffsetsResponseTopic,
};
use share::{Request, Response as StateResponse};

use super::distinct::distinct;
use super::share_job::{Part, ShareJob, Then};
use super::{Cx, Outgoing, group_requests};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::gather::{Finish, Gather};

/// Kafka's words for a topic of which the group has no state.
const NOTHING_TO_DELETE: &str = "There is no offset information to delete.";

/// A topic by the name that was asked for; without an id if there is none of that name.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    name: Box<str>,
    id: Option<TopicId>,
    partitions: Vec<i32>,
}

/// A group of a DescribeShareGroupOffsets.
#[derive(Debug)]
pub(crate) struct ShownGroup {
    id: Box<str>,
    topics: Vec<Named>,
    job: Option<Arc<Mutex<ShareJob>>>,
}

/// The topics of an AlterShareGroupOffsets or DeleteShareGroupOffsets.
#[derive(Debug)]
pub(crate) struct ChangedOffsets {
    topics: Vec<Named>,
    job: Option<Arc<Mutex<ShareJob>>>,
}

fn named(image: &Image, name: &str, partitions: Vec<i32>) -> Named {
    Named {
        name: Box::from(name),
        id: image.topics().id(name),
        partitions,
    }
}

/// The topics of a request with their partitions, each once: an answer about one that is named very often could be larger than
/// the memory of the node, and what is asked about it would be asked as often.
fn merged<'r>(
    image: &Image,
    topics: impl Iterator<Item = (&'r str, impl Iterator<Item = i32>)>,
) -> Vec<Named> {
    let mut merged: Vec<Named> = Vec::new();
    let mut known: BTreeMap<&str, (usize, BTreeSet<i32>)> = BTreeMap::new();
    for (name, partitions) in topics {
        let (at, seen) = known.entry(name).or_insert_with(|| {
            merged.push(named(image, name, Vec::new()));
            (merged.len() - 1, BTreeSet::new())
        });
        let new = partitions.filter(|index| seen.insert(*index));
        merged[*at].partitions.extend(new);
    }
    merged
}

fn places(topics: &[Named]) -> impl Iterator<Item = (TopicId, i32)> {
    let known = topics.iter().filter_map(|topic| Some((topic.id?, topic)));
    known.flat_map(|(id, topic)| topic.partitions.iter().map(move |p| (id, *p)))
}

impl Broker {
    /// Whether there is a group of any kind.
    fn knows_group(&self, group: &str) -> bool {
        let shard = self.group_shard(group);
        shard.is_none_or(|shard| shard.look(|logged| logged.knows_group(group)) != Some(false))
    }
}

/// Looks at a share group.
///
/// # Errors
/// Why that is not possible.
fn look<T>(
    broker: &Broker,
    group: &str,
    look: impl FnOnce(&ShareGroup) -> T,
) -> Result<T, ErrorCode> {
    let shard = broker
        .group_shard(group)
        .ok_or(ErrorCode::NOT_COORDINATOR)?;
    let found = shard.look(|logged| logged.share_group(group).map(look));
    let found = found.ok_or(ErrorCode::COORDINATOR_LOAD_IN_PROGRESS)?;
    found.ok_or(ErrorCode::GROUP_ID_NOT_FOUND)
}

pub(super) fn describe(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &DescribeShareGroupOffsetsRequest<'_>,
) -> Handled {
    let image = broker.image.load_full();
    let mut refused = Vec::new();
    let mut shown = Vec::with_capacity(request.groups.len());
    for (part, group) in (0..).zip(&request.groups) {
        let (topics, error) = match wanted(broker, &image, group) {
            Ok(topics) => (topics, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        refused.extend(error.map(|error| (part, Response::ShareStep(error))));
        shown.push((part, group, topics, error.is_none()));
    }
    if shown.is_empty() {
        return cx.reply(&DescribeShareGroupOffsetsResponse::default());
    }
    let (outgoing, count) = (cx.outgoing(), shown.len());
    group_requests::gathered_later(cx, refused, |cx| {
        let groups = shown.into_iter().map(|(part, group, topics, is_there)| {
            let job = is_there.then(|| {
                let then = Then::Shown(part);
                {
                    let job = ShareJob::new(cx.ticket, &group.group_id, places(&topics), then);
                    let keys = job.keys();
                    job.ask((broker, cx.now), cx.fx, &keys, |_, key| {
                        Request::ReadSummary { key }
                    })
                }
            });
            ShownGroup {
                id: Box::from(&*group.group_id),
                topics,
                job,
            }
        });
        let groups = groups.collect();
        Gather::new(outgoing, Finish::DescribeShareOffsets(groups), count)
    })
}

/// The topics that are to be shown of a group.
fn wanted(
    broker: &Broker,
    image: &Image,
    group: &DescribeShareGroupOffsetsRequestGroup<'_>,
) -> Result<Vec<Named>, ErrorCode> {
    if !broker.has_share_groups() {
        return Err(ErrorCode::UNSUPPORTED_VERSION);
    }
    let states = match look(broker, &group.group_id, |group| Arc::clone(group.states())) {
        // It has not begun with anything.
        Err(ErrorCode::GROUP_ID_NOT_FOUND) => Arc::default(),
        states => states?,
    };
    let Some(topics) = &group.topics else {
        let all = states.all().into_iter();
        return Ok(all
            .map(|(id, topic)| Named {
                name: topic.name,
                id: Some(id),
                partitions: topic.partitions.into_iter().collect(),
            })
            .collect());
    };
    let topics = topics.iter();
    Ok(merged(
        image,
        topics.map(|topic| (&*topic.topic_name, topic.partitions.iter().copied())),
    ))
}

/// The answer to a DescribeShareGroupOffsets.
pub(super) fn finish_describe(
    outgoing: Outgoing,
    groups: Vec<ShownGroup>,
    parts: Vec<Response>,
) -> Handled {
    let groups = groups.into_iter().zip(parts).map(|(group, part)| {
        let error = match part {
            Response::ShareStep(ErrorCode::GROUP_ID_NOT_FOUND) => ErrorCode::NONE,
            Response::ShareStep(error) => error,
            _ => ErrorCode::UNKNOWN_SERVER_ERROR,
        };
        DescribeShareGroupOffsetsResponseGroup {
            group_id: Cow::Owned(group.id.to_string()),
            error_code: error,
            topics: if error.is_none() {
                shown(&group)
            } else {
                Vec::new()
            },
            ..Default::default()
        }
    });
    outgoing.reply(&DescribeShareGroupOffsetsResponse {
        groups: groups.collect(),
        ..Default::default()
    })
}

fn shown(group: &ShownGroup) -> Vec<DescribeShareGroupOffsetsResponseTopic<'static>> {
    let job = group.job.as_ref().map(|job| job.lock());
    let parts = job.iter().flat_map(|job| job.parts());
    let known: BTreeMap<(TopicId, i32), &Part> = parts
        .map(|part| ((part.topic, part.partition), part))
        .collect();
    let topics = group.topics.iter().map(|topic| {
        let partitions = topic.partitions.iter().map(|index| {
            let part = topic.id.and_then(|id| known.get(&(id, *index)));
            shown_partition(*index, part.copied())
        });
        DescribeShareGroupOffsetsResponseTopic {
            topic_name: Cow::Owned(topic.name.to_string()),
            topic_id: topic.id.unwrap_or_default(),
            partitions: partitions.collect(),
            ..Default::default()
        }
    });
    topics.collect()
}

fn shown_partition(
    partition_index: i32,
    part: Option<&Part>,
) -> DescribeShareGroupOffsetsResponsePartition<'static> {
    let error = part.map_or(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, Part::error);
    let state = match part.and_then(|part| part.response.as_ref()) {
        Some(StateResponse::State(Ok(Some(state)))) => Some(state),
        _ => None,
    };
    let complete = state.and_then(|state| state.complete);
    // A leader that has found out where the group begins has delivered nothing yet.
    let start = state.and_then(|state| state.start.filter(|_| complete.is_some()));
    let end = part.and_then(|part| part.end);
    let lag = start
        .zip(complete)
        .zip(end)
        .map(|((start, complete), end)| end.saturating_sub(start).saturating_sub(complete.into()))
        .map(|lag| lag.max(0));
    DescribeShareGroupOffsetsResponsePartition {
        partition_index,
        start_offset: start.unwrap_or(-1),
        leader_epoch: state.map_or(0, |state| state.leader_epoch.max(0)),
        lag: lag.unwrap_or(-1),
        error_code: error,
        ..Default::default()
    }
}

pub(super) fn alter(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &AlterShareGroupOffsetsRequest<'_>,
) -> Handled {
    let group = &*request.group_id;
    let is_refused = check_empty(broker, group).or_else(|error| match error {
        // The group is made.
        ErrorCode::GROUP_ID_NOT_FOUND if !broker.knows_group(group) => Ok(()),
        error => Err(error),
    });
    if let Err(error) = is_refused {
        return cx.reply(&AlterShareGroupOffsetsResponse {
            error_code: error,
            ..Default::default()
        });
    }
    let Altering {
        topics,
        begin,
        starts,
    } = altering(&broker.image.load_full(), request);
    if begin.is_empty() {
        return finish_alter(
            cx.outgoing(),
            ChangedOffsets { topics, job: None },
            ErrorCode::NONE,
        );
    }
    tell(broker, cx, group, &ShareStep::Begin(&begin));
    let epoch = match look(broker, group, ShareGroup::epoch) {
        Ok(epoch) => epoch,
        Err(error) => {
            return finish_alter(cx.outgoing(), ChangedOffsets { topics, job: None }, error);
        }
    };
    let outgoing = cx.outgoing();
    group_requests::gathered_later(cx, Vec::new(), |cx| {
        let job = ShareJob::new(cx.ticket, group, places(&topics), Then::Begun(0));
        let asked: Vec<(TopicId, i32)> = places(&topics).collect();
        let keys = job.keys();
        let job = job.ask((broker, cx.now), cx.fx, &keys, |at, key| {
            Request::Initialize {
                key,
                state_epoch: epoch,
                start: starts.get(&asked[at]).copied().filter(|start| *start >= 0),
                keeps: false,
            }
        });
        let job = Some(job);
        let finish = Finish::AlterShareOffsets(ChangedOffsets { topics, job });
        Gather::new(outgoing, finish, 1)
    })
}

/// What an AlterShareGroupOffsets changes.
struct Altering {
    topics: Vec<Named>,
    /// What exists of it.
    begin: Vec<(TopicId, StateTopic)>,
    starts: BTreeMap<(TopicId, i32), i64>,
}

fn altering(image: &Image, request: &AlterShareGroupOffsetsRequest<'_>) -> Altering {
    let asked = request.topics.iter().map(|topic| {
        let partitions = topic.partitions.iter();
        (&*topic.topic_name, partitions.map(|p| p.partition_index))
    });
    let topics = merged(image, asked);
    let begin = topics.iter().filter_map(|topic| {
        let id = topic.id?;
        let count = image.topics().get(id)?.partitions.len();
        let exists = |index: &i32| usize::try_from(*index).is_ok_and(|index| index < count);
        let partitions = topic.partitions.iter().copied().filter(exists);
        let known = StateTopic {
            name: topic.name.clone(),
            partitions: partitions.collect(),
        };
        Some((id, known))
    });
    let begin = begin.collect();
    let mut starts = BTreeMap::new();
    for topic in &request.topics {
        if let Some(id) = image.topics().id(&topic.topic_name) {
            let offsets = topic.partitions.iter();
            starts.extend(offsets.map(|p| ((id, p.partition_index), p.start_offset)));
        }
    }
    Altering {
        topics,
        begin,
        starts,
    }
}

/// The answer to an AlterShareGroupOffsets.
pub(super) fn finish_alter(
    outgoing: Outgoing,
    changed: ChangedOffsets,
    error: ErrorCode,
) -> Handled {
    let job = changed.job.as_ref().map(|job| job.lock());
    let parts = job.iter().flat_map(|job| job.parts());
    let errors: BTreeMap<(TopicId, i32), ErrorCode> = parts
        .map(|part| ((part.topic, part.partition), part.error()))
        .collect();
    let topics = changed.topics.iter().map(|topic| {
        let partitions = topic.partitions.iter().map(|index| {
            let known = topic.id.and_then(|id| errors.get(&(id, *index)));
            let error = known
                .copied()
                .unwrap_or(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION);
            AlterShareGroupOffsetsResponsePartition {
                partition_index: *index,
                error_code: error,
                ..Default::default()
            }
        });
        AlterShareGroupOffsetsResponseTopic {
            topic_name: Cow::Owned(topic.name.to_string()),
            topic_id: topic.id.unwrap_or_default(),
            partitions: partitions.collect(),
            ..Default::default()
        }
    });
    outgoing.reply(&AlterShareGroupOffsetsResponse {
        error_code: error,
        responses: topics.collect(),
        ..Default::default()
    })
}

pub(super) fn delete(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &DeleteShareGroupOffsetsRequest<'_>,
) -> Handled {
    let group = &*request.group_id;
    let states = check_empty(broker, group)
        .and_then(|()| look(broker, group, |group| Arc::clone(group.states())));
    let states = match states {
        Ok(states) => states.all(),
        Err(error) => {
            return cx.reply(&DeleteShareGroupOffsetsResponse {
                error_code: error,
                ..Default::default()
            });
        }
    };
    let image = broker.image.load_full();
    let asked = distinct(&request.topics, |topic| &*topic.topic_name);
    let topics = asked.map(|topic| {
        let mut topic = named(&image, &topic.topic_name, Vec::new());
        let known = topic.id.and_then(|id| states.get(&id));
        topic.partitions = known.map_or(Vec::new(), |known| {
            known.partitions.iter().copied().collect()
        });
        topic
    });
    let topics: Vec<Named> = topics.collect();
    let ids: Vec<TopicId> = topics
        .iter()
        .filter(|topic| !topic.partitions.is_empty())
        .filter_map(|topic| topic.id)
        .collect();
    if ids.is_empty() {
        return finish_delete(
            cx.outgoing(),
            ChangedOffsets { topics, job: None },
            ErrorCode::NONE,
        );
    }
    tell(broker, cx, group, &ShareStep::End(&ids));
    let outgoing = cx.outgoing();
    group_requests::gathered_later(cx, Vec::new(), |cx| {
        let job = ShareJob::new(cx.ticket, group, places(&topics), Then::Ended(0));
        let keys = job.keys();
        let job = job.ask((broker, cx.now), cx.fx, &keys, |_, key| Request::Delete {
            key,
        });
        let job = Some(job);
        let finish = Finish::DeleteShareOffsets(ChangedOffsets { topics, job });
        Gather::new(outgoing, finish, 1)
    })
}

/// The answer to a DeleteShareGroupOffsets.
pub(super) fn finish_delete(
    outgoing: Outgoing,
    changed: ChangedOffsets,
    error: ErrorCode,
) -> Handled {
    let job = changed.job.as_ref().map(|job| job.lock());
    let parts = job.iter().flat_map(|job| job.parts());
    let failed = parts.filter(|part| !part.error().is_none());
    let failed: BTreeMap<TopicId, ErrorCode> =
        failed.map(|part| (part.topic, part.error())).collect();
    let topics = changed.topics.iter().map(|topic| {
        let failed = topic.id.and_then(|id| failed.get(&id)).copied();
        let has_none = topic.id.is_some() && topic.partitions.is_empty();
        let error = match failed {
            Some(error) => error,
            None if topic.partitions.is_empty() => ErrorCode::UNKNOWN_TOPIC_OR_PARTITION,
            None => ErrorCode::NONE,
        };
        DeleteShareGroupOffsetsResponseTopic {
            error_message: has_none.then_some(Cow::Borrowed(NOTHING_TO_DELETE)),
            topic_name: Cow::Owned(topic.name.to_string()),
            topic_id: topic.id.unwrap_or_default(),
            error_code: error,
            ..Default::default()
        }
    });
    outgoing.reply(&DeleteShareGroupOffsetsResponse {
        error_code: error,
        responses: topics.collect(),
        ..Default::default()
    })
}

fn check_empty(broker: &Broker, group: &str) -> Result<(), ErrorCode> {
    if !broker.has_share_groups() {
        return Err(ErrorCode::UNSUPPORTED_VERSION);
    }
    match look(broker, group, ShareGroup::is_empty)? {
        true => Ok(()),
        false => Err(ErrorCode::NON_EMPTY_GROUP),
    }
}

fn tell(broker: &Broker, cx: &mut Cx<'_>, group: &str, step: &ShareStep<'_>) {
    if let Some(shard) = broker.group_shard(group) {
        shard.share_step(broker.logs(cx.now), group, step, cx.fx);
    }
}

/// The error of a group that answered that it had nothing more to say.
pub(super) fn group_error(parts: &[Response]) -> ErrorCode {
    match parts.first() {
        Some(Response::ShareStep(error)) => *error,
        _ => ErrorCode::UNKNOWN_SERVER_ERROR,
    }
}
