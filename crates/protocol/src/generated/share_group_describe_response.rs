// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ShareGroupDescribeResponse`: API key 77, versions 1, flexible 1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::{ErrorCode, Uuid};

/// `ShareGroupDescribeResponse`, versions 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShareGroupDescribeResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `Groups`: versions 0+.
    pub groups: Vec<DescribedGroup<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ShareGroupDescribeResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let throttle_time_ms = r.i32()?;
        let groups = r.array(flexible, 20, |r| DescribedGroup::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            groups,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.throttle_time_ms);
        s.len32(flexible, Some(self.groups.len()))?;
        for x in &self.groups {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ShareGroupDescribeResponse<'static> {
        ShareGroupDescribeResponse {
            throttle_time_ms: self.throttle_time_ms,
            groups: owned_vec(self.groups, DescribedGroup::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ShareGroupDescribeResponse`, versions 1.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribedGroup<'a> {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `GroupState`: versions 0+.
    pub group_state: Str<'a>,
    /// `GroupEpoch`: versions 0+.
    pub group_epoch: i32,
    /// `AssignmentEpoch`: versions 0+.
    pub assignment_epoch: i32,
    /// `AssignorName`: versions 0+.
    pub assignor_name: Str<'a>,
    /// `Members`: versions 0+.
    pub members: Vec<Member<'a>>,
    /// `AuthorizedOperations`: versions 0+, default -2147483648.
    pub authorized_operations: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DescribedGroup<'_> {
    fn default() -> Self {
        Self {
            error_code: ErrorCode::NONE,
            error_message: None,
            group_id: Str::default(),
            group_state: Str::default(),
            group_epoch: 0,
            assignment_epoch: 0,
            assignor_name: Str::default(),
            members: Vec::new(),
            authorized_operations: -2147483648,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DescribedGroup<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let group_id = r.string(flexible)?;
        let group_state = r.string(flexible)?;
        let group_epoch = r.i32()?;
        let assignment_epoch = r.i32()?;
        let assignor_name = r.string(flexible)?;
        let members = r.array(flexible, 12, |r| Member::read(r, version))?;
        let authorized_operations = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            error_code,
            error_message,
            group_id,
            group_state,
            group_epoch,
            assignment_epoch,
            assignor_name,
            members,
            authorized_operations,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.error_code(self.error_code);
        s.opt_string(
            flexible,
            true,
            self.error_message.as_deref(),
            "ErrorMessage",
        )?;
        s.string(flexible, &self.group_id)?;
        s.string(flexible, &self.group_state)?;
        s.i32(self.group_epoch);
        s.i32(self.assignment_epoch);
        s.string(flexible, &self.assignor_name)?;
        s.len32(flexible, Some(self.members.len()))?;
        for x in &self.members {
            x.write(s, version)?;
        }
        s.i32(self.authorized_operations);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribedGroup<'static> {
        DescribedGroup {
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            group_id: owned_str(self.group_id),
            group_state: owned_str(self.group_state),
            group_epoch: self.group_epoch,
            assignment_epoch: self.assignment_epoch,
            assignor_name: owned_str(self.assignor_name),
            members: owned_vec(self.members, Member::into_owned),
            authorized_operations: self.authorized_operations,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ShareGroupDescribeResponse`, versions 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Member<'a> {
    /// `MemberId`: versions 0+.
    pub member_id: Str<'a>,
    /// `RackId`: versions 0+.
    pub rack_id: Option<Str<'a>>,
    /// `MemberEpoch`: versions 0+.
    pub member_epoch: i32,
    /// `ClientId`: versions 0+.
    pub client_id: Str<'a>,
    /// `ClientHost`: versions 0+.
    pub client_host: Str<'a>,
    /// `SubscribedTopicNames`: versions 0+.
    pub subscribed_topic_names: Vec<Str<'a>>,
    /// `Assignment`: versions 0+.
    pub assignment: Assignment<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> Member<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let member_id = r.string(flexible)?;
        let rack_id = r.opt_string(flexible, true)?;
        let member_epoch = r.i32()?;
        let client_id = r.string(flexible)?;
        let client_host = r.string(flexible)?;
        let subscribed_topic_names = r.array(flexible, 1, |r| r.string(flexible))?;
        let assignment = Assignment::read(r, version)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            member_id,
            rack_id,
            member_epoch,
            client_id,
            client_host,
            subscribed_topic_names,
            assignment,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.member_id)?;
        s.opt_string(flexible, true, self.rack_id.as_deref(), "RackId")?;
        s.i32(self.member_epoch);
        s.string(flexible, &self.client_id)?;
        s.string(flexible, &self.client_host)?;
        s.len32(flexible, Some(self.subscribed_topic_names.len()))?;
        for x in &self.subscribed_topic_names {
            s.string(flexible, x)?;
        }
        self.assignment.write(s, version)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> Member<'static> {
        Member {
            member_id: owned_str(self.member_id),
            rack_id: self.rack_id.map(owned_str),
            member_epoch: self.member_epoch,
            client_id: owned_str(self.client_id),
            client_host: owned_str(self.client_host),
            subscribed_topic_names: owned_vec(self.subscribed_topic_names, owned_str),
            assignment: self.assignment.into_owned(),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ShareGroupDescribeResponse`, versions 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicPartitions<'a> {
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `TopicName`: versions 0+.
    pub topic_name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopicPartitions<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_id = r.uuid()?;
        let topic_name = r.string(flexible)?;
        let partitions = r.array(flexible, 4, |r| r.i32())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_id,
            topic_name,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.uuid(self.topic_id);
        s.string(flexible, &self.topic_name)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            s.i32(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopicPartitions<'static> {
        TopicPartitions {
            topic_id: self.topic_id,
            topic_name: owned_str(self.topic_name),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ShareGroupDescribeResponse`, versions 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assignment<'a> {
    /// `TopicPartitions`: versions 0+.
    pub topic_partitions: Vec<TopicPartitions<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> Assignment<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_partitions = r.array(flexible, 19, |r| TopicPartitions::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.len32(flexible, Some(self.topic_partitions.len()))?;
        for x in &self.topic_partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> Assignment<'static> {
        Assignment {
            topic_partitions: owned_vec(self.topic_partitions, TopicPartitions::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    ShareGroupDescribeResponse<'a>,
    "ShareGroupDescribeResponse",
    1,
    1
);

impl<'a> crate::Response<'a> for ShareGroupDescribeResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ShareGroupDescribe;
}
