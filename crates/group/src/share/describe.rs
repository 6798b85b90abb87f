//! How a share group is shown: ShareGroupDescribe (key 77).

use std::borrow::Cow;

use metadata::Image;
use model::ErrorCode;
use protocol::share_group_describe_response::{
    Assignment, DescribedGroup, Member, TopicPartitions,
};

use super::{ASSIGNOR, ShareGroup, ShareMember};
use crate::GroupCoordinator;
use crate::consumer::Partitions;
use crate::logged::{Logged, LoggedGroup};

/// A group that cannot be shown.
pub(crate) fn describe_error(
    group_id: &str,
    error: ErrorCode,
    message: Option<String>,
) -> DescribedGroup<'static> {
    DescribedGroup {
        group_id: owned(group_id),
        error_code: error,
        error_message: message.map(Cow::Owned),
        ..DescribedGroup::default()
    }
}

impl GroupCoordinator {
    /// ShareGroupDescribe (key 77, version 1), one group of it: epochs, state and members with what they have.
    ///
    /// - Topics are shown by their names in `image`; those that are not there any more are left out.
    /// - The caller adds the operations that the client may do.
    ///
    /// Errors: INVALID_GROUP_ID; GROUP_ID_NOT_FOUND, also for a group of another kind.
    #[must_use]
    pub fn share_group_describe(
        &self,
        logged: &Logged,
        image: &Image,
        group_id: &str,
    ) -> DescribedGroup<'static> {
        if group_id.is_empty() {
            return describe_error(group_id, ErrorCode::INVALID_GROUP_ID, None);
        }
        let message = match logged.group(group_id) {
            Some(LoggedGroup::Share(group)) => return described(image, group_id, group),
            Some(_) => format!("Group {group_id} is not a share group."),
            None => format!("Group {group_id} not found."),
        };
        describe_error(group_id, ErrorCode::GROUP_ID_NOT_FOUND, Some(message))
    }
}

fn described(image: &Image, group_id: &str, group: &ShareGroup) -> DescribedGroup<'static> {
    let members = group.members.iter();
    DescribedGroup {
        group_id: owned(group_id),
        group_state: Cow::Borrowed(group.state()),
        group_epoch: group.epoch,
        assignment_epoch: group.assignment_epoch,
        assignor_name: Cow::Borrowed(ASSIGNOR),
        members: members
            .map(|(id, member)| described_member(image, id, member))
            .collect(),
        ..DescribedGroup::default()
    }
}

fn described_member(image: &Image, id: &str, member: &ShareMember) -> Member<'static> {
    let (metadata, current) = (&member.metadata, &member.current);
    Member {
        member_id: owned(id),
        rack_id: metadata.rack_id.as_deref().map(owned),
        member_epoch: current.epoch,
        client_id: owned(&metadata.client_id),
        client_host: owned(&metadata.client_host),
        subscribed_topic_names: metadata.topics.iter().map(|topic| owned(topic)).collect(),
        assignment: named(image, &current.assigned),
        ..Member::default()
    }
}

fn named(image: &Image, assigned: &Partitions) -> Assignment<'static> {
    let named = assigned.iter().filter_map(|(id, partitions)| {
        Some(TopicPartitions {
            topic_id: *id,
            topic_name: owned(&image.topics().get(*id)?.name),
            partitions: partitions.iter().copied().collect(),
            ..TopicPartitions::default()
        })
    });
    Assignment {
        topic_partitions: named.collect(),
        ..Assignment::default()
    }
}

fn owned(text: &str) -> Cow<'static, str> {
    Cow::Owned(text.to_owned())
}
