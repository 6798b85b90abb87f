// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ShareGroupMemberMetadataValue`: record type 10, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `ShareGroupMemberMetadataValue`, versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct ShareGroupMemberMetadataValue<'a> {
    /// `RackId`: versions 0+.
    pub rack_id: Option<Str<'a>>,
    /// `ClientId`: versions 0+.
    pub client_id: Str<'a>,
    /// `ClientHost`: versions 0+.
    pub client_host: Str<'a>,
    /// `SubscribedTopicNames`: versions 0+.
    pub subscribed_topic_names: Vec<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for ShareGroupMemberMetadataValue<'_> {
    fn default() -> Self {
        Self {
            rack_id: Some(Str::default()),
            client_id: Str::default(),
            client_host: Str::default(),
            subscribed_topic_names: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> ShareGroupMemberMetadataValue<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let rack_id = r.opt_string(flexible, true)?;
        let client_id = r.string(flexible)?;
        let client_host = r.string(flexible)?;
        let subscribed_topic_names = r.array(flexible, 1, |r| r.string(flexible))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            rack_id,
            client_id,
            client_host,
            subscribed_topic_names,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.opt_string(flexible, true, self.rack_id.as_deref(), "RackId")?;
        s.string(flexible, &self.client_id)?;
        s.string(flexible, &self.client_host)?;
        s.len32(flexible, Some(self.subscribed_topic_names.len()))?;
        for x in &self.subscribed_topic_names {
            s.string(flexible, x)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ShareGroupMemberMetadataValue<'static> {
        ShareGroupMemberMetadataValue {
            rack_id: self.rack_id.map(owned_str),
            client_id: owned_str(self.client_id),
            client_host: owned_str(self.client_host),
            subscribed_topic_names: owned_vec(self.subscribed_topic_names, owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    ShareGroupMemberMetadataValue<'a>,
    "ShareGroupMemberMetadataValue",
    0,
    0
);
