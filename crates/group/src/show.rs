//! Records and answers as the lines of a story.

mod streams;

use model::ErrorCode;
use protocol::consumer_group_describe_response::ConsumerGroupDescribeResponse;
use protocol::consumer_protocol_assignment::ConsumerProtocolAssignment;
use protocol::delete_groups_response::DeleteGroupsResponse;
use protocol::describe_groups_response::DescribeGroupsResponse;
use protocol::list_groups_response::ListGroupsResponse;
use protocol::share_group_describe_response::ShareGroupDescribeResponse;
use protocol::streams_group_describe_response::StreamsGroupDescribeResponse;
use protocol::{Message, Reader};

use crate::{
    Assigned, ClassicValue, ConsumerChange, ConsumerHeartbeat, MemberState, Partitions, Record,
    Request, Response, ShareChange, StateTopic, offset_fetch_response,
};

fn short(text: &str) -> String {
    let mut short = text.to_owned();
    while let Some(at) = short.find("-00000000-0000-4000-8000-") {
        let digits = &short[at + 25..at + 37];
        let n = u64::from_str_radix(digits, 16).expect("stories count in small numbers");
        short.replace_range(at..at + 37, &format!("-{n}"));
    }
    short
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// An assignment: what consumers write is read, what tests write is text.
fn given(bytes: &[u8]) -> String {
    let [0, version @ 0..=3, body @ ..] = bytes else {
        return text(bytes);
    };
    let read = ConsumerProtocolAssignment::decode(&mut Reader::new(body), i16::from(*version));
    let Ok(read) = read else {
        return text(bytes);
    };
    let places = read.assigned_partitions.iter().flat_map(|topic| {
        let partitions = topic.partitions.iter();
        partitions.map(|partition| format!("{}-{partition}", topic.topic))
    });
    format!("[{}]", places.collect::<Vec<_>>().join(" "))
}

pub(crate) fn show_record(record: &Record) -> String {
    match record {
        Record::Offset {
            group,
            topic,
            partition,
            value,
            ..
        } => match value {
            None => format!("offset {group} {topic}-{partition} gone"),
            Some(value) => format!("offset {group} {topic}-{partition} at {}", value.offset),
        },
        Record::Classic { group, value: None } => format!("group {group} gone"),
        Record::Classic {
            group,
            value: Some(value),
        } => {
            format!("group {group} {}", show_group(value))
        }
        Record::Consumer { change, .. } => show_change(change),
        Record::Share { change, .. } => show_share_change(change),
        Record::Streams { change, .. } => streams::show_change(change),
        other => format!("{other:?}"),
    }
}

/// Topics of stories are called by one letter, which is the last byte of their id.
fn show_places(places: impl Iterator<Item = (model::TopicId, i32)>) -> String {
    let places =
        places.map(|(topic, partition)| format!(" {}-{partition}", char::from(topic.0[15])));
    places.collect()
}

fn show_target(target: &Partitions) -> String {
    show_places(
        target
            .iter()
            .flat_map(|(topic, set)| set.iter().map(|p| (*topic, *p))),
    )
}

fn show_assigned(assigned: &Assigned) -> String {
    show_places(
        assigned
            .iter()
            .flat_map(|(topic, map)| map.keys().map(|p| (*topic, *p))),
    )
}

fn show_change(change: &ConsumerChange) -> String {
    match change {
        ConsumerChange::Group(Some((epoch, _))) => format!("epoch {epoch}"),
        ConsumerChange::Member(id, Some(member)) => {
            let topics = member.topics.iter().map(|topic| format!(" {topic}"));
            let regex = member.regex.iter().map(|regex| format!(" /{regex}/"));
            let classic = member.classic.iter().map(|_| " classic".to_owned());
            let said = topics.chain(regex).chain(classic);
            format!("member {}{}", short(id), said.collect::<String>())
        }
        ConsumerChange::TargetEpoch(Some((epoch, _))) => format!("target epoch {epoch}"),
        ConsumerChange::Target(id, Some(target)) => {
            format!("target {}{}", short(id), show_target(target))
        }
        ConsumerChange::Current(id, Some(current)) => {
            let state = match current.state {
                MemberState::Stable => "has",
                MemberState::Unrevoked => "gives up",
                MemberState::Unreleased => "waits, has",
                MemberState::Unknown => "unknown",
            };
            let mut places = show_assigned(&current.assigned);
            if current.state == MemberState::Unrevoked {
                places = format!("{} of{places}", show_assigned(&current.revoking));
            }
            format!("current {}@{} {state}{places}", short(id), current.epoch)
        }
        ConsumerChange::Regex(regex, Some(resolved)) => {
            let topics = resolved.topics.iter().map(|topic| format!(" {topic}"));
            format!("regex /{regex}/{}", topics.collect::<String>())
        }
        ConsumerChange::Group(None) => "group gone".to_owned(),
        ConsumerChange::TopicsTold => "topics gone".to_owned(),
        ConsumerChange::Member(id, None) => format!("member {} gone", short(id)),
        ConsumerChange::TargetEpoch(None) => "target epoch gone".to_owned(),
        ConsumerChange::Target(id, None) => format!("target {} gone", short(id)),
        ConsumerChange::Current(id, None) => format!("current {} gone", short(id)),
        ConsumerChange::Regex(regex, None) => format!("regex /{regex}/ gone"),
    }
}

fn show_share_change(change: &ShareChange) -> String {
    match change {
        ShareChange::Group(Some((epoch, _))) => format!("epoch {epoch}"),
        ShareChange::Member(id, Some(member)) => {
            let topics = member.topics.iter().map(|topic| format!(" {topic}"));
            format!("member {id}{}", topics.collect::<String>())
        }
        ShareChange::TargetEpoch(Some((epoch, _))) => format!("target epoch {epoch}"),
        ShareChange::Target(id, Some(target)) => format!("target {id}{}", show_target(target)),
        ShareChange::Current(id, Some(current)) => {
            let places = show_target(&current.assigned);
            format!("current {id}@{} has{places}", current.epoch)
        }
        ShareChange::States(Some(states)) => {
            let show = |topics: &std::collections::BTreeMap<model::TopicId, StateTopic>| {
                let places = topics
                    .iter()
                    .flat_map(|(topic, known)| known.partitions.iter().map(|p| (*topic, *p)));
                show_places(places)
            };
            let deleting = states.deleting.values().map(|name| format!(" {name}"));
            format!(
                "states:{} begun:{} ending:{}",
                show(&states.initializing),
                show(&states.initialized),
                deleting.collect::<String>()
            )
        }
        ShareChange::Group(None) => "group gone".to_owned(),
        ShareChange::Member(id, None) => format!("member {id} gone"),
        ShareChange::TargetEpoch(None) => "target epoch gone".to_owned(),
        ShareChange::Target(id, None) => format!("target {id} gone"),
        ShareChange::Current(id, None) => format!("current {id} gone"),
        ShareChange::States(None) => "states gone".to_owned(),
    }
}

fn show_group(value: &ClassicValue) -> String {
    let members = value
        .members
        .iter()
        .map(|m| format!(" {}={}", short(&m.id), given(&m.assignment)));
    format!(
        "generation {} {} leader {}:{}",
        value.generation,
        value.protocol.as_deref().unwrap_or("-"),
        value.leader.as_deref().map_or("-".to_owned(), short),
        members.collect::<String>()
    )
}

pub(crate) fn show(response: &Response) -> String {
    match response {
        Response::JoinGroup(_) | Response::SyncGroup(_) | Response::Heartbeat(_) => {
            show_membership(response)
        }
        Response::LeaveGroup(r) => {
            let members = r.members.iter().map(|m| format!(" {}", m.error_code));
            format!("leave {}:{}", r.error_code, members.collect::<String>())
        }
        Response::OffsetCommit(r) => {
            let errors = r
                .topics
                .iter()
                .flat_map(|t| &t.partitions)
                .map(|p| p.error_code);
            format!(
                "commit{}",
                errors.map(|error| format!(" {error}")).collect::<String>()
            )
        }
        Response::OffsetFetch(r) => {
            let offsets = r
                .topics
                .iter()
                .flat_map(|t| t.partitions.iter().map(move |p| (t, p)));
            let offsets = offsets.map(|(t, p)| match p.error_code {
                ErrorCode::NONE => {
                    format!(" {}-{}@{}", t.name, p.partition_index, p.committed_offset)
                }
                error => format!(" {}-{} {error}", t.name, p.partition_index),
            });
            format!("fetch {}:{}", r.error_code, offsets.collect::<String>())
        }
        Response::OffsetDelete(r) => {
            let errors = r
                .topics
                .iter()
                .flat_map(|t| &t.partitions)
                .map(|p| p.error_code);
            let errors = errors.map(|error| format!(" {error}"));
            format!(
                "offset delete {}:{}",
                r.error_code,
                errors.collect::<String>()
            )
        }
        Response::ConsumerGroupHeartbeat(_) | Response::ConsumerGroupDescribe(_) => {
            show_consumer(response)
        }
        Response::ShareGroupHeartbeat(_)
        | Response::ShareGroupDescribe(_)
        | Response::ShareStep(_) => show_share(response),
        Response::StreamsGroupHeartbeat(r) => streams::show_heard(r),
        Response::StreamsGroupDescribe(r) => streams::show_described(r),
        Response::DescribeGroup(_) | Response::ListGroups(_) | Response::DeleteGroups(_) => {
            show_admin(response)
        }
    }
}

fn show_share(response: &Response) -> String {
    match response {
        Response::ShareGroupHeartbeat(r) if !r.error_code.is_none() => r.error_code.to_string(),
        Response::ShareGroupHeartbeat(r) => {
            let told = r.assignment.as_ref().map(|assignment| {
                let topics = assignment.topic_partitions.iter();
                let places = topics.flat_map(|t| t.partitions.iter().map(|p| (t.topic_id, *p)));
                format!(":{}", show_places(places))
            });
            format!("epoch {}{}", r.member_epoch, told.unwrap_or_default())
        }
        Response::ShareGroupDescribe(r) => {
            let members = r.members.iter().map(|m| {
                let topics = m.assignment.topic_partitions.iter();
                let named = topics.flat_map(|t| {
                    t.partitions
                        .iter()
                        .map(|p| format!(" {}-{p}", t.topic_name))
                });
                format!(
                    " {}@{}{};",
                    m.member_id,
                    m.member_epoch,
                    named.collect::<String>()
                )
            });
            format!(
                "describe {} {} {}/{} {}:{}",
                r.error_code,
                r.group_state,
                r.group_epoch,
                r.assignment_epoch,
                r.assignor_name,
                members.collect::<String>()
            )
        }
        Response::ShareStep(error) => format!("step {error}"),
        other => unreachable!("{other:?} is shown elsewhere"),
    }
}

fn show_membership(response: &Response) -> String {
    match response {
        Response::JoinGroup(r) if !r.error_code.is_none() => {
            format!("join {} {}", r.error_code, short(&r.member_id))
                .trim_end()
                .to_owned()
        }
        Response::JoinGroup(r) => {
            let members = r
                .members
                .iter()
                .map(|m| format!(" {}", short(&m.member_id)));
            format!(
                "join {} generation {} {} leader {}{}{}",
                short(&r.member_id),
                r.generation_id,
                r.protocol_name.as_deref().unwrap_or("-"),
                short(&r.leader),
                if r.skip_assignment { " skip" } else { "" },
                members.collect::<String>()
            )
        }
        Response::SyncGroup(r) if !r.error_code.is_none() => format!("sync {}", r.error_code),
        Response::SyncGroup(r) => format!("sync {}", given(&r.assignment))
            .trim_end()
            .to_owned(),
        Response::Heartbeat(r) => format!("heartbeat {}", r.error_code),
        other => unreachable!("{other:?} is shown elsewhere"),
    }
}

fn show_consumer(response: &Response) -> String {
    match response {
        Response::ConsumerGroupHeartbeat(r) if !r.error_code.is_none() => r.error_code.to_string(),
        Response::ConsumerGroupHeartbeat(r) => {
            let told = r.assignment.as_ref().map(|assignment| {
                let topics = assignment.topic_partitions.iter();
                let places = topics.flat_map(|t| t.partitions.iter().map(|p| (t.topic_id, *p)));
                format!(":{}", show_places(places))
            });
            format!("epoch {}{}", r.member_epoch, told.unwrap_or_default())
        }
        Response::ConsumerGroupDescribe(r) => {
            let members = r.members.iter().map(|m| {
                let of = |a: &protocol::consumer_group_describe_response::Assignment<'_>| {
                    let topics = a.topic_partitions.iter();
                    let named = topics.flat_map(|t| {
                        t.partitions
                            .iter()
                            .map(|p| format!(" {}-{p}", t.topic_name))
                    });
                    named.collect::<String>()
                };
                let (has, target) = (of(&m.assignment), of(&m.target_assignment));
                let kind = if m.member_type == 0 { " classic" } else { "" };
                format!(
                    " {}@{}{kind}{has} ->{target};",
                    short(&m.member_id),
                    m.member_epoch
                )
            });
            format!(
                "describe {} {} {}/{} {}:{}",
                r.error_code,
                r.group_state,
                r.group_epoch,
                r.assignment_epoch,
                r.assignor_name,
                members.collect::<String>()
            )
        }
        other => unreachable!("{other:?} is shown elsewhere"),
    }
}

fn show_admin(response: &Response) -> String {
    match response {
        Response::DescribeGroup(r) => {
            let members = r.members.iter();
            let members =
                members.map(|m| format!(" {}={}", short(&m.member_id), text(&m.member_assignment)));
            format!(
                "describe {} {} {}/{}:{}",
                r.error_code,
                r.group_state,
                r.protocol_type,
                r.protocol_data,
                members.collect::<String>()
            )
        }
        Response::ListGroups(Err(error)) => format!("list {error}"),
        Response::ListGroups(Ok(groups)) => {
            let groups = groups.iter().map(|g| {
                format!(
                    " {}={}/{}/{}",
                    g.group_id, g.group_state, g.group_type, g.protocol_type
                )
            });
            format!("list{}", groups.collect::<String>())
        }
        Response::DeleteGroups(results) => {
            let results = results
                .iter()
                .map(|r| format!(" {}={}", r.group_id, r.error_code));
            format!("delete{}", results.collect::<String>())
        }
        other => unreachable!("{other:?} is shown elsewhere"),
    }
}

/// The version in which a request is asked.
pub(crate) fn version_of(request: &Request<'_>) -> i16 {
    match request {
        Request::JoinGroup { caller, .. }
        | Request::ConsumerGroupHeartbeat(ConsumerHeartbeat { caller, .. }) => caller.version,
        Request::SyncGroup { version, .. }
        | Request::LeaveGroup { version, .. }
        | Request::OffsetCommit { version, .. }
        | Request::OffsetFetch { version, .. }
        | Request::ConsumerGroupDescribe { version, .. }
        | Request::DescribeGroup { version, .. } => *version,
        Request::ShareGroupHeartbeat(_)
        | Request::ShareGroupDescribe { .. }
        | Request::StreamsGroupHeartbeat(_)
        | Request::StreamsGroupDescribe { .. } => 1,
        Request::ShareStep { .. } => 0,
        Request::Heartbeat(_) => 4,
        Request::TxnOffsetCommit { .. } => 9,
        Request::OffsetDelete(_) => 0,
        Request::ListGroups(_) => 5,
        Request::DeleteGroups(_) => 3,
    }
}

/// An answer can be written in the version of its request.
#[track_caller]
pub(crate) fn check_fits(response: &Response, version: i16) {
    let size = match response.clone() {
        Response::JoinGroup(r) => r.size(version),
        Response::SyncGroup(r) => r.size(version),
        Response::Heartbeat(r) => r.size(version),
        Response::LeaveGroup(r) => r.size(version),
        Response::OffsetCommit(r) => r.size(version),
        Response::OffsetFetch(r) => offset_fetch_response(version, vec![r]).size(version),
        Response::OffsetDelete(r) => r.size(version),
        Response::ConsumerGroupHeartbeat(r) => r.size(version),
        Response::ConsumerGroupDescribe(r) => ConsumerGroupDescribeResponse {
            groups: vec![r],
            ..Default::default()
        }
        .size(version),
        Response::ShareGroupHeartbeat(r) => r.size(version),
        Response::ShareGroupDescribe(r) => ShareGroupDescribeResponse {
            groups: vec![r],
            ..Default::default()
        }
        .size(version),
        Response::StreamsGroupHeartbeat(r) => r.size(version),
        Response::StreamsGroupDescribe(r) => StreamsGroupDescribeResponse {
            groups: vec![r],
            ..Default::default()
        }
        .size(version),
        Response::ShareStep(_) => return,
        Response::DescribeGroup(r) => DescribeGroupsResponse {
            groups: vec![r],
            ..Default::default()
        }
        .size(version),
        Response::ListGroups(r) => {
            let groups = r.unwrap_or_default();
            ListGroupsResponse {
                groups,
                ..Default::default()
            }
            .size(version)
        }
        Response::DeleteGroups(results) => DeleteGroupsResponse {
            results,
            ..Default::default()
        }
        .size(version),
    };
    assert!(size.is_ok(), "version {version} of {response:?}: {size:?}");
}
