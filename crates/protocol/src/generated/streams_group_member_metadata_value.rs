// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `StreamsGroupMemberMetadataValue`: record type 19, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `StreamsGroupMemberMetadataValue`, versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamsGroupMemberMetadataValue<'a> {
    /// `InstanceId`: versions 0+.
    pub instance_id: Option<Str<'a>>,
    /// `RackId`: versions 0+.
    pub rack_id: Option<Str<'a>>,
    /// `ClientId`: versions 0+.
    pub client_id: Str<'a>,
    /// `ClientHost`: versions 0+.
    pub client_host: Str<'a>,
    /// `RebalanceTimeoutMs`: versions 0+, default -1.
    pub rebalance_timeout_ms: i32,
    /// `TopologyEpoch`: versions 0+.
    pub topology_epoch: i32,
    /// `ProcessId`: versions 0+.
    pub process_id: Str<'a>,
    /// `UserEndpoint`: versions 0+.
    pub user_endpoint: Option<Endpoint<'a>>,
    /// `ClientTags`: versions 0+.
    pub client_tags: Vec<KeyValue<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for StreamsGroupMemberMetadataValue<'_> {
    fn default() -> Self {
        Self {
            instance_id: Some(Str::default()),
            rack_id: Some(Str::default()),
            client_id: Str::default(),
            client_host: Str::default(),
            rebalance_timeout_ms: -1,
            topology_epoch: 0,
            process_id: Str::default(),
            user_endpoint: None,
            client_tags: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> StreamsGroupMemberMetadataValue<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let instance_id = r.opt_string(flexible, true)?;
        let rack_id = r.opt_string(flexible, true)?;
        let client_id = r.string(flexible)?;
        let client_host = r.string(flexible)?;
        let rebalance_timeout_ms = r.i32()?;
        let topology_epoch = r.i32()?;
        let process_id = r.string(flexible)?;
        let user_endpoint = if r.struct_marker()? {
            Some(Endpoint::read(r, version)?)
        } else {
            None
        };
        let client_tags = r.array(flexible, 3, |r| KeyValue::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            instance_id,
            rack_id,
            client_id,
            client_host,
            rebalance_timeout_ms,
            topology_epoch,
            process_id,
            user_endpoint,
            client_tags,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.opt_string(flexible, true, self.instance_id.as_deref(), "InstanceId")?;
        s.opt_string(flexible, true, self.rack_id.as_deref(), "RackId")?;
        s.string(flexible, &self.client_id)?;
        s.string(flexible, &self.client_host)?;
        s.i32(self.rebalance_timeout_ms);
        s.i32(self.topology_epoch);
        s.string(flexible, &self.process_id)?;
        s.struct_marker(self.user_endpoint.is_some());
        if let Some(x) = &self.user_endpoint {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.client_tags.len()))?;
        for x in &self.client_tags {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> StreamsGroupMemberMetadataValue<'static> {
        StreamsGroupMemberMetadataValue {
            instance_id: self.instance_id.map(owned_str),
            rack_id: self.rack_id.map(owned_str),
            client_id: owned_str(self.client_id),
            client_host: owned_str(self.client_host),
            rebalance_timeout_ms: self.rebalance_timeout_ms,
            topology_epoch: self.topology_epoch,
            process_id: owned_str(self.process_id),
            user_endpoint: self.user_endpoint.map(Endpoint::into_owned),
            client_tags: owned_vec(self.client_tags, KeyValue::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupMemberMetadataValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Endpoint<'a> {
    /// `Host`: versions 0+.
    pub host: Str<'a>,
    /// `Port`: versions 0+.
    pub port: u16,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> Endpoint<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let host = r.string(flexible)?;
        let port = r.u16()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            host,
            port,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.host)?;
        s.u16(self.port);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> Endpoint<'static> {
        Endpoint {
            host: owned_str(self.host),
            port: self.port,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupMemberMetadataValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeyValue<'a> {
    /// `Key`: versions 0+.
    pub key: Str<'a>,
    /// `Value`: versions 0+.
    pub value: Str<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> KeyValue<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let key = r.string(flexible)?;
        let value = r.string(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            key,
            value,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.key)?;
        s.string(flexible, &self.value)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> KeyValue<'static> {
        KeyValue {
            key: owned_str(self.key),
            value: owned_str(self.value),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    StreamsGroupMemberMetadataValue<'a>,
    "StreamsGroupMemberMetadataValue",
    0,
    0
);
