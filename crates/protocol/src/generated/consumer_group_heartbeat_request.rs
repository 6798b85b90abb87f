// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ConsumerGroupHeartbeatRequest`: API key 68, versions 0-1, flexible 0-1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::Uuid;

/// `ConsumerGroupHeartbeatRequest`, versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsumerGroupHeartbeatRequest<'a> {
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `MemberId`: versions 0+.
    pub member_id: Str<'a>,
    /// `MemberEpoch`: versions 0+.
    pub member_epoch: i32,
    /// `InstanceId`: versions 0+.
    pub instance_id: Option<Str<'a>>,
    /// `RackId`: versions 0+.
    pub rack_id: Option<Str<'a>>,
    /// `RebalanceTimeoutMs`: versions 0+, default -1.
    pub rebalance_timeout_ms: i32,
    /// `SubscribedTopicNames`: versions 0+.
    pub subscribed_topic_names: Option<Vec<Str<'a>>>,
    /// `SubscribedTopicRegex`: versions 1+.
    pub subscribed_topic_regex: Option<Str<'a>>,
    /// `ServerAssignor`: versions 0+.
    pub server_assignor: Option<Str<'a>>,
    /// `TopicPartitions`: versions 0+.
    pub topic_partitions: Option<Vec<TopicPartitions>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for ConsumerGroupHeartbeatRequest<'_> {
    fn default() -> Self {
        Self {
            group_id: Str::default(),
            member_id: Str::default(),
            member_epoch: 0,
            instance_id: None,
            rack_id: None,
            rebalance_timeout_ms: -1,
            subscribed_topic_names: None,
            subscribed_topic_regex: None,
            server_assignor: None,
            topic_partitions: None,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> ConsumerGroupHeartbeatRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let group_id = r.string(flexible)?;
        let member_id = r.string(flexible)?;
        let member_epoch = r.i32()?;
        let instance_id = r.opt_string(flexible, true)?;
        let rack_id = r.opt_string(flexible, true)?;
        let rebalance_timeout_ms = r.i32()?;
        let subscribed_topic_names = r.opt_array(flexible, true, 1, |r| r.string(flexible))?;
        let subscribed_topic_regex = if version >= 1 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let server_assignor = r.opt_string(flexible, true)?;
        let topic_partitions =
            r.opt_array(flexible, true, 18, |r| TopicPartitions::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            group_id,
            member_id,
            member_epoch,
            instance_id,
            rack_id,
            rebalance_timeout_ms,
            subscribed_topic_names,
            subscribed_topic_regex,
            server_assignor,
            topic_partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.group_id)?;
        s.string(flexible, &self.member_id)?;
        s.i32(self.member_epoch);
        s.opt_string(flexible, true, self.instance_id.as_deref(), "InstanceId")?;
        s.opt_string(flexible, true, self.rack_id.as_deref(), "RackId")?;
        s.i32(self.rebalance_timeout_ms);
        match &self.subscribed_topic_names {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    s.string(flexible, x)?;
                }
            }
            None => s.null(flexible, true, "SubscribedTopicNames")?,
        }
        if version >= 1 {
            s.opt_string(
                flexible,
                true,
                self.subscribed_topic_regex.as_deref(),
                "SubscribedTopicRegex",
            )?;
        } else if self.subscribed_topic_regex.is_some() {
            return Err(EncodeError::not_in_version("SubscribedTopicRegex", version));
        }
        s.opt_string(
            flexible,
            true,
            self.server_assignor.as_deref(),
            "ServerAssignor",
        )?;
        match &self.topic_partitions {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    x.write(s, version)?;
                }
            }
            None => s.null(flexible, true, "TopicPartitions")?,
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ConsumerGroupHeartbeatRequest<'static> {
        ConsumerGroupHeartbeatRequest {
            group_id: owned_str(self.group_id),
            member_id: owned_str(self.member_id),
            member_epoch: self.member_epoch,
            instance_id: self.instance_id.map(owned_str),
            rack_id: self.rack_id.map(owned_str),
            rebalance_timeout_ms: self.rebalance_timeout_ms,
            subscribed_topic_names: self
                .subscribed_topic_names
                .map(|items| owned_vec(items, owned_str)),
            subscribed_topic_regex: self.subscribed_topic_regex.map(owned_str),
            server_assignor: self.server_assignor.map(owned_str),
            topic_partitions: self.topic_partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ConsumerGroupHeartbeatRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicPartitions {
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl TopicPartitions {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_id = r.uuid()?;
        let partitions = r.array(flexible, 4, |r| r.i32())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_id,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.uuid(self.topic_id);
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            s.i32(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(
    ConsumerGroupHeartbeatRequest<'a>,
    "ConsumerGroupHeartbeatRequest",
    0,
    1
);

impl<'a> crate::Request<'a> for ConsumerGroupHeartbeatRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ConsumerGroupHeartbeat;
    type Response<'r> =
        crate::consumer_group_heartbeat_response::ConsumerGroupHeartbeatResponse<'r>;
}
