// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ConsumerGroupMemberMetadataValue`: record type 5, versions 0, flexible 0.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, Size, Str, UnknownTaggedFields, owned_bytes,
    owned_str, owned_vec,
};

/// `ConsumerGroupMemberMetadataValue`, versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsumerGroupMemberMetadataValue<'a> {
    /// `InstanceId`: versions 0+.
    pub instance_id: Option<Str<'a>>,
    /// `RackId`: versions 0+.
    pub rack_id: Option<Str<'a>>,
    /// `ClientId`: versions 0+.
    pub client_id: Str<'a>,
    /// `ClientHost`: versions 0+.
    pub client_host: Str<'a>,
    /// `SubscribedTopicNames`: versions 0+.
    pub subscribed_topic_names: Vec<Str<'a>>,
    /// `SubscribedTopicRegex`: versions 0+.
    pub subscribed_topic_regex: Option<Str<'a>>,
    /// `RebalanceTimeoutMs`: versions 0+, default -1.
    pub rebalance_timeout_ms: i32,
    /// `ServerAssignor`: versions 0+.
    pub server_assignor: Option<Str<'a>>,
    /// `ClassicMemberMetadata`: versions 0+, tag 0.
    pub classic_member_metadata: Option<ClassicMemberMetadata<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for ConsumerGroupMemberMetadataValue<'_> {
    fn default() -> Self {
        Self {
            instance_id: Some(Str::default()),
            rack_id: Some(Str::default()),
            client_id: Str::default(),
            client_host: Str::default(),
            subscribed_topic_names: Vec::new(),
            subscribed_topic_regex: Some(Str::default()),
            rebalance_timeout_ms: -1,
            server_assignor: Some(Str::default()),
            classic_member_metadata: Some(ClassicMemberMetadata::default()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> ConsumerGroupMemberMetadataValue<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let instance_id = r.opt_string(flexible, true)?;
        let rack_id = r.opt_string(flexible, true)?;
        let client_id = r.string(flexible)?;
        let client_host = r.string(flexible)?;
        let subscribed_topic_names = r.array(flexible, 1, |r| r.string(flexible))?;
        let subscribed_topic_regex = r.opt_string(flexible, true)?;
        let rebalance_timeout_ms = r.i32()?;
        let server_assignor = r.opt_string(flexible, true)?;
        let mut classic_member_metadata = Some(ClassicMemberMetadata::default());
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        for _ in 0..r.uvarint()? {
            let (tag, mut field) = r.tagged_field()?;
            match tag {
                0 => {
                    classic_member_metadata = if field.tagged_struct_marker()? {
                        Some(ClassicMemberMetadata::read(&mut field, version)?)
                    } else {
                        None
                    }
                }

                _ => unknown_tagged_fields.push(tag, field.take_rest()),
            }
            field.finish()?;
        }
        Ok(Self {
            instance_id,
            rack_id,
            client_id,
            client_host,
            subscribed_topic_names,
            subscribed_topic_regex,
            rebalance_timeout_ms,
            server_assignor,
            classic_member_metadata,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.opt_string(flexible, true, self.instance_id.as_deref(), "InstanceId")?;
        s.opt_string(flexible, true, self.rack_id.as_deref(), "RackId")?;
        s.string(flexible, &self.client_id)?;
        s.string(flexible, &self.client_host)?;
        s.len32(flexible, Some(self.subscribed_topic_names.len()))?;
        for x in &self.subscribed_topic_names {
            s.string(flexible, x)?;
        }
        s.opt_string(
            flexible,
            true,
            self.subscribed_topic_regex.as_deref(),
            "SubscribedTopicRegex",
        )?;
        s.i32(self.rebalance_timeout_ms);
        s.opt_string(
            flexible,
            true,
            self.server_assignor.as_deref(),
            "ServerAssignor",
        )?;
        let has_0 = self.classic_member_metadata != Some(ClassicMemberMetadata::default());
        s.uvarint(self.unknown_tagged_fields.len() + u32::from(has_0));
        self.unknown_tagged_fields.write_between(s, None, Some(0))?;
        if has_0 {
            let mut size = Size::default();
            size.tagged_struct_marker(self.classic_member_metadata.is_some());
            if let Some(x) = &self.classic_member_metadata {
                x.write(&mut size, version)?;
            }
            s.tagged_field(0, size.total())?;
            s.tagged_struct_marker(self.classic_member_metadata.is_some());
            if let Some(x) = &self.classic_member_metadata {
                x.write(s, version)?;
            }
        }
        self.unknown_tagged_fields.write_between(s, Some(0), None)?;
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ConsumerGroupMemberMetadataValue<'static> {
        ConsumerGroupMemberMetadataValue {
            instance_id: self.instance_id.map(owned_str),
            rack_id: self.rack_id.map(owned_str),
            client_id: owned_str(self.client_id),
            client_host: owned_str(self.client_host),
            subscribed_topic_names: owned_vec(self.subscribed_topic_names, owned_str),
            subscribed_topic_regex: self.subscribed_topic_regex.map(owned_str),
            rebalance_timeout_ms: self.rebalance_timeout_ms,
            server_assignor: self.server_assignor.map(owned_str),
            classic_member_metadata: self
                .classic_member_metadata
                .map(ClassicMemberMetadata::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ConsumerGroupMemberMetadataValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClassicMemberMetadata<'a> {
    /// `SessionTimeoutMs`: versions 0+.
    pub session_timeout_ms: i32,
    /// `SupportedProtocols`: versions 0+.
    pub supported_protocols: Vec<ClassicProtocol<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ClassicMemberMetadata<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let session_timeout_ms = r.i32()?;
        let supported_protocols = r.array(flexible, 3, |r| ClassicProtocol::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            session_timeout_ms,
            supported_protocols,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.session_timeout_ms);
        s.len32(flexible, Some(self.supported_protocols.len()))?;
        for x in &self.supported_protocols {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ClassicMemberMetadata<'static> {
        ClassicMemberMetadata {
            session_timeout_ms: self.session_timeout_ms,
            supported_protocols: owned_vec(self.supported_protocols, ClassicProtocol::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ConsumerGroupMemberMetadataValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClassicProtocol<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Metadata`: versions 0+.
    pub metadata: Bytes<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ClassicProtocol<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let metadata = r.bytes(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            metadata,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.bytes(flexible, &self.metadata)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ClassicProtocol<'static> {
        ClassicProtocol {
            name: owned_str(self.name),
            metadata: owned_bytes(self.metadata),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    ConsumerGroupMemberMetadataValue<'a>,
    "ConsumerGroupMemberMetadataValue",
    0,
    0
);
