//! How a consumer group is shown: ConsumerGroupDescribe (key 69).

use std::borrow::Cow;

use metadata::Image;
use model::{ErrorCode, TopicId};
use protocol::consumer_group_describe_response::{
    Assignment, DescribedGroup, Member as DescribedMember, TopicPartitions,
};

use super::{ConsumerGroup, Member, Partitions};
use crate::GroupCoordinator;
use crate::logged::{Logged, LoggedGroup};

/// Of a member that speaks the consumer protocol, and of one that speaks the classic one.
const CONSUMER_MEMBER: i8 = 1;
const CLASSIC_MEMBER: i8 = 0;

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
    /// ConsumerGroupDescribe (key 69, versions 0-1), one group of it: epochs, state and members with
    /// what they have and are to have.
    ///
    /// - Topics are shown by their names in `image`; those that are not there any more are left out.
    /// - Version 1 says which protocol a member speaks.
    /// - The caller adds the operations that the client may do.
    ///
    /// Errors: INVALID_GROUP_ID; GROUP_ID_NOT_FOUND, also for a group of another kind.
    #[must_use]
    pub fn consumer_group_describe(
        &self,
        logged: &Logged,
        image: &Image,
        group_id: &str,
    ) -> DescribedGroup<'static> {
        if group_id.is_empty() {
            return describe_error(group_id, ErrorCode::INVALID_GROUP_ID, None);
        }
        let message = match logged.group(group_id) {
            Some(LoggedGroup::Consumer(group)) => {
                let default = self.settings.default_assignor();
                return DescribedGroup {
                    group_id: owned(group_id),
                    group_state: Cow::Borrowed(group.state()),
                    group_epoch: group.epoch,
                    assignment_epoch: group.assignment_epoch,
                    assignor_name: Cow::Borrowed(group.preferred_assignor(default).name()),
                    members: group.described_members(image),
                    ..DescribedGroup::default()
                };
            }
            Some(_) => format!("Group {group_id} is not a consumer group."),
            None => format!("Group {group_id} not found."),
        };
        describe_error(group_id, ErrorCode::GROUP_ID_NOT_FOUND, Some(message))
    }
}

impl ConsumerGroup {
    fn described_members(&self, image: &Image) -> Vec<DescribedMember<'static>> {
        let nothing = Partitions::new();
        let members = self.members.iter().map(|(id, member)| {
            let target = self.targets.get(id).unwrap_or(&nothing);
            describe(image, id, member, target)
        });
        members.collect()
    }
}

fn describe(
    image: &Image,
    id: &str,
    member: &Member,
    target: &Partitions,
) -> DescribedMember<'static> {
    let (metadata, current) = (&member.metadata, &member.current);
    let assigned = current.assigned.iter();
    let topics = metadata.topics.iter().map(|topic| owned(topic));
    DescribedMember {
        member_id: owned(id),
        instance_id: metadata.instance_id.as_deref().map(owned),
        rack_id: metadata.rack_id.as_deref().map(owned),
        member_epoch: current.epoch,
        client_id: owned(&metadata.client_id),
        client_host: owned(&metadata.client_host),
        subscribed_topic_names: topics.collect(),
        subscribed_topic_regex: metadata.regex.as_deref().map(owned),
        assignment: named(
            image,
            assigned.map(|(topic, partitions)| (*topic, partitions.keys().copied().collect())),
        ),
        target_assignment: named(
            image,
            target
                .iter()
                .map(|(topic, partitions)| (*topic, partitions.iter().copied().collect())),
        ),
        member_type: if metadata.classic.is_some() {
            CLASSIC_MEMBER
        } else {
            CONSUMER_MEMBER
        },
        ..DescribedMember::default()
    }
}

fn named(image: &Image, topics: impl Iterator<Item = (TopicId, Vec<i32>)>) -> Assignment<'static> {
    let named = topics.filter_map(|(id, partitions)| {
        Some(TopicPartitions {
            topic_id: id,
            topic_name: owned(&image.topics().get(id)?.name),
            partitions,
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
