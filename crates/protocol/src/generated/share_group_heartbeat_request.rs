// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ShareGroupHeartbeatRequest`: API key 76, versions 1, flexible 1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `ShareGroupHeartbeatRequest`, versions 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShareGroupHeartbeatRequest<'a> {
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `MemberId`: versions 0+.
    pub member_id: Str<'a>,
    /// `MemberEpoch`: versions 0+.
    pub member_epoch: i32,
    /// `RackId`: versions 0+.
    pub rack_id: Option<Str<'a>>,
    /// `SubscribedTopicNames`: versions 0+.
    pub subscribed_topic_names: Option<Vec<Str<'a>>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ShareGroupHeartbeatRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let group_id = r.string(flexible)?;
        let member_id = r.string(flexible)?;
        let member_epoch = r.i32()?;
        let rack_id = r.opt_string(flexible, true)?;
        let subscribed_topic_names = r.opt_array(flexible, true, 1, |r| r.string(flexible))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            group_id,
            member_id,
            member_epoch,
            rack_id,
            subscribed_topic_names,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.group_id)?;
        s.string(flexible, &self.member_id)?;
        s.i32(self.member_epoch);
        s.opt_string(flexible, true, self.rack_id.as_deref(), "RackId")?;
        match &self.subscribed_topic_names {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    s.string(flexible, x)?;
                }
            }
            None => s.null(flexible, true, "SubscribedTopicNames")?,
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ShareGroupHeartbeatRequest<'static> {
        ShareGroupHeartbeatRequest {
            group_id: owned_str(self.group_id),
            member_id: owned_str(self.member_id),
            member_epoch: self.member_epoch,
            rack_id: self.rack_id.map(owned_str),
            subscribed_topic_names: self
                .subscribed_topic_names
                .map(|items| owned_vec(items, owned_str)),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    ShareGroupHeartbeatRequest<'a>,
    "ShareGroupHeartbeatRequest",
    1,
    1
);

impl<'a> crate::Request<'a> for ShareGroupHeartbeatRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ShareGroupHeartbeat;
    type Response<'r> = crate::share_group_heartbeat_response::ShareGroupHeartbeatResponse<'r>;
}
