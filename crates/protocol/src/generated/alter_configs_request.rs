// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `AlterConfigsRequest`: API key 33, versions 0-2, flexible 2.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `AlterConfigsRequest`, versions 0-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlterConfigsRequest<'a> {
    /// `Resources`: versions 0+.
    pub resources: Vec<AlterConfigsResource<'a>>,
    /// `ValidateOnly`: versions 0+.
    pub validate_only: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AlterConfigsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let resources = r.array(flexible, 4, |r| AlterConfigsResource::read(r, version))?;
        let validate_only = r.bool()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            resources,
            validate_only,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.len32(flexible, Some(self.resources.len()))?;
        for x in &self.resources {
            x.write(s, version)?;
        }
        s.bool(self.validate_only);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AlterConfigsRequest<'static> {
        AlterConfigsRequest {
            resources: owned_vec(self.resources, AlterConfigsResource::into_owned),
            validate_only: self.validate_only,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AlterConfigsRequest`, versions 0-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlterConfigsResource<'a> {
    /// `ResourceType`: versions 0+.
    pub resource_type: i8,
    /// `ResourceName`: versions 0+.
    pub resource_name: Str<'a>,
    /// `Configs`: versions 0+.
    pub configs: Vec<AlterableConfig<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AlterConfigsResource<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let resource_type = r.i8()?;
        let resource_name = r.string(flexible)?;
        let configs = r.array(flexible, 3, |r| AlterableConfig::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            resource_type,
            resource_name,
            configs,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.i8(self.resource_type);
        s.string(flexible, &self.resource_name)?;
        s.len32(flexible, Some(self.configs.len()))?;
        for x in &self.configs {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AlterConfigsResource<'static> {
        AlterConfigsResource {
            resource_type: self.resource_type,
            resource_name: owned_str(self.resource_name),
            configs: owned_vec(self.configs, AlterableConfig::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AlterConfigsRequest`, versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterableConfig<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Value`: versions 0+.
    pub value: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for AlterableConfig<'_> {
    fn default() -> Self {
        Self {
            name: Str::default(),
            value: Some(Str::default()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> AlterableConfig<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let name = r.string(flexible)?;
        let value = r.opt_string(flexible, true)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            value,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.string(flexible, &self.name)?;
        s.opt_string(flexible, true, self.value.as_deref(), "Value")?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AlterableConfig<'static> {
        AlterableConfig {
            name: owned_str(self.name),
            value: self.value.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(AlterConfigsRequest<'a>, "AlterConfigsRequest", 0, 2);

impl<'a> crate::Request<'a> for AlterConfigsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::AlterConfigs;
    type Response<'r> = crate::alter_configs_response::AlterConfigsResponse<'r>;
}
