// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ListConfigResourcesResponse`: API key 74, versions 0-1, flexible 0-1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `ListConfigResourcesResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListConfigResourcesResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ConfigResources`: versions 0+.
    pub config_resources: Vec<ConfigResource<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ListConfigResourcesResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let throttle_time_ms = r.i32()?;
        let error_code = r.error_code()?;
        let config_resources = r.array(flexible, 2, |r| ConfigResource::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            config_resources,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.throttle_time_ms);
        s.error_code(self.error_code);
        s.len32(flexible, Some(self.config_resources.len()))?;
        for x in &self.config_resources {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ListConfigResourcesResponse<'static> {
        ListConfigResourcesResponse {
            throttle_time_ms: self.throttle_time_ms,
            error_code: self.error_code,
            config_resources: owned_vec(self.config_resources, ConfigResource::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ListConfigResourcesResponse`, versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfigResource<'a> {
    /// `ResourceName`: versions 0+.
    pub resource_name: Str<'a>,
    /// `ResourceType`: versions 1+, default 16, ignorable.
    pub resource_type: i8,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for ConfigResource<'_> {
    fn default() -> Self {
        Self {
            resource_name: Str::default(),
            resource_type: 16,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> ConfigResource<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let resource_name = r.string(flexible)?;
        let resource_type = if version >= 1 { r.i8()? } else { 16 };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            resource_name,
            resource_type,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.resource_name)?;
        if version >= 1 {
            s.i8(self.resource_type);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ConfigResource<'static> {
        ConfigResource {
            resource_name: owned_str(self.resource_name),
            resource_type: self.resource_type,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    ListConfigResourcesResponse<'a>,
    "ListConfigResourcesResponse",
    0,
    1
);

impl<'a> crate::Response<'a> for ListConfigResourcesResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ListConfigResources;
}
