// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeConfigsResponse`: API key 32, versions 1-4, flexible 4.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `DescribeConfigsResponse`, versions 1-4.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeConfigsResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `Results`: versions 0+.
    pub results: Vec<DescribeConfigsResult<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribeConfigsResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let throttle_time_ms = r.i32()?;
        let results = r.array(flexible, 7, |r| DescribeConfigsResult::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            results,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        s.i32(self.throttle_time_ms);
        s.len32(flexible, Some(self.results.len()))?;
        for x in &self.results {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeConfigsResponse<'static> {
        DescribeConfigsResponse {
            throttle_time_ms: self.throttle_time_ms,
            results: owned_vec(self.results, DescribeConfigsResult::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeConfigsResponse`, versions 1-4.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeConfigsResult<'a> {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// `ResourceType`: versions 0+.
    pub resource_type: i8,
    /// `ResourceName`: versions 0+.
    pub resource_name: Str<'a>,
    /// `Configs`: versions 0+.
    pub configs: Vec<DescribeConfigsResourceResult<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DescribeConfigsResult<'_> {
    fn default() -> Self {
        Self {
            error_code: ErrorCode::NONE,
            error_message: Some(Str::default()),
            resource_type: 0,
            resource_name: Str::default(),
            configs: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DescribeConfigsResult<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let resource_type = r.i8()?;
        let resource_name = r.string(flexible)?;
        let configs = r.array(flexible, 9, |r| {
            DescribeConfigsResourceResult::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            error_code,
            error_message,
            resource_type,
            resource_name,
            configs,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        s.error_code(self.error_code);
        s.opt_string(
            flexible,
            true,
            self.error_message.as_deref(),
            "ErrorMessage",
        )?;
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
    pub fn into_owned(self) -> DescribeConfigsResult<'static> {
        DescribeConfigsResult {
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            resource_type: self.resource_type,
            resource_name: owned_str(self.resource_name),
            configs: owned_vec(self.configs, DescribeConfigsResourceResult::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeConfigsResponse`, versions 1-4.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeConfigsResourceResult<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Value`: versions 0+.
    pub value: Option<Str<'a>>,
    /// `ReadOnly`: versions 0+.
    pub read_only: bool,
    /// `ConfigSource`: versions 1+, default -1, ignorable.
    pub config_source: i8,
    /// `IsSensitive`: versions 0+.
    pub is_sensitive: bool,
    /// `Synonyms`: versions 1+, ignorable.
    pub synonyms: Vec<DescribeConfigsSynonym<'a>>,
    /// `ConfigType`: versions 3+, ignorable.
    pub config_type: i8,
    /// `Documentation`: versions 3+, null in 0+, ignorable.
    pub documentation: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DescribeConfigsResourceResult<'_> {
    fn default() -> Self {
        Self {
            name: Str::default(),
            value: Some(Str::default()),
            read_only: false,
            config_source: -1,
            is_sensitive: false,
            synonyms: Vec::new(),
            config_type: 0,
            documentation: Some(Str::default()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DescribeConfigsResourceResult<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let name = r.string(flexible)?;
        let value = r.opt_string(flexible, true)?;
        let read_only = r.bool()?;
        let config_source = r.i8()?;
        let is_sensitive = r.bool()?;
        let synonyms = r.array(flexible, 4, |r| DescribeConfigsSynonym::read(r, version))?;
        let config_type = if version >= 3 { r.i8()? } else { 0 };
        let documentation = if version >= 3 {
            r.opt_string(flexible, true)?
        } else {
            Some(Str::default())
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            value,
            read_only,
            config_source,
            is_sensitive,
            synonyms,
            config_type,
            documentation,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        s.string(flexible, &self.name)?;
        s.opt_string(flexible, true, self.value.as_deref(), "Value")?;
        s.bool(self.read_only);
        s.i8(self.config_source);
        s.bool(self.is_sensitive);
        s.len32(flexible, Some(self.synonyms.len()))?;
        for x in &self.synonyms {
            x.write(s, version)?;
        }
        if version >= 3 {
            s.i8(self.config_type);
        }
        if version >= 3 {
            s.opt_string(
                flexible,
                true,
                self.documentation.as_deref(),
                "Documentation",
            )?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeConfigsResourceResult<'static> {
        DescribeConfigsResourceResult {
            name: owned_str(self.name),
            value: self.value.map(owned_str),
            read_only: self.read_only,
            config_source: self.config_source,
            is_sensitive: self.is_sensitive,
            synonyms: owned_vec(self.synonyms, DescribeConfigsSynonym::into_owned),
            config_type: self.config_type,
            documentation: self.documentation.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeConfigsResponse`, versions 1-4.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeConfigsSynonym<'a> {
    /// `Name`: versions 1+.
    pub name: Str<'a>,
    /// `Value`: versions 1+, null in 0+.
    pub value: Option<Str<'a>>,
    /// `Source`: versions 1+.
    pub source: i8,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DescribeConfigsSynonym<'_> {
    fn default() -> Self {
        Self {
            name: Str::default(),
            value: Some(Str::default()),
            source: 0,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DescribeConfigsSynonym<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let name = r.string(flexible)?;
        let value = r.opt_string(flexible, true)?;
        let source = r.i8()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            value,
            source,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        s.string(flexible, &self.name)?;
        s.opt_string(flexible, true, self.value.as_deref(), "Value")?;
        s.i8(self.source);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeConfigsSynonym<'static> {
        DescribeConfigsSynonym {
            name: owned_str(self.name),
            value: self.value.map(owned_str),
            source: self.source,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(DescribeConfigsResponse<'a>, "DescribeConfigsResponse", 1, 4);

impl<'a> crate::Response<'a> for DescribeConfigsResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeConfigs;
}
