// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeConfigsRequest`: API key 32, versions 1-4, flexible 4.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `DescribeConfigsRequest`, versions 1-4.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeConfigsRequest<'a> {
    /// `Resources`: versions 0+.
    pub resources: Vec<DescribeConfigsResource<'a>>,
    /// `IncludeSynonyms`: versions 1+.
    pub include_synonyms: bool,
    /// `IncludeDocumentation`: versions 3+.
    pub include_documentation: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribeConfigsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let resources = r.array(flexible, 4, |r| DescribeConfigsResource::read(r, version))?;
        let include_synonyms = r.bool()?;
        let include_documentation = if version >= 3 { r.bool()? } else { false };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            resources,
            include_synonyms,
            include_documentation,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        s.len32(flexible, Some(self.resources.len()))?;
        for x in &self.resources {
            x.write(s, version)?;
        }
        s.bool(self.include_synonyms);
        if version >= 3 {
            s.bool(self.include_documentation);
        } else if self.include_documentation {
            return Err(EncodeError::not_in_version("IncludeDocumentation", version));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeConfigsRequest<'static> {
        DescribeConfigsRequest {
            resources: owned_vec(self.resources, DescribeConfigsResource::into_owned),
            include_synonyms: self.include_synonyms,
            include_documentation: self.include_documentation,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeConfigsRequest`, versions 1-4.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeConfigsResource<'a> {
    /// `ResourceType`: versions 0+.
    pub resource_type: i8,
    /// `ResourceName`: versions 0+.
    pub resource_name: Str<'a>,
    /// `ConfigurationKeys`: versions 0+.
    pub configuration_keys: Option<Vec<Str<'a>>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DescribeConfigsResource<'_> {
    fn default() -> Self {
        Self {
            resource_type: 0,
            resource_name: Str::default(),
            configuration_keys: Some(Vec::new()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DescribeConfigsResource<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let resource_type = r.i8()?;
        let resource_name = r.string(flexible)?;
        let configuration_keys = r.opt_array(flexible, true, 1, |r| r.string(flexible))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            resource_type,
            resource_name,
            configuration_keys,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        s.i8(self.resource_type);
        s.string(flexible, &self.resource_name)?;
        match &self.configuration_keys {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    s.string(flexible, x)?;
                }
            }
            None => s.null(flexible, true, "ConfigurationKeys")?,
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeConfigsResource<'static> {
        DescribeConfigsResource {
            resource_type: self.resource_type,
            resource_name: owned_str(self.resource_name),
            configuration_keys: self
                .configuration_keys
                .map(|items| owned_vec(items, owned_str)),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(DescribeConfigsRequest<'a>, "DescribeConfigsRequest", 1, 4);

impl<'a> crate::Request<'a> for DescribeConfigsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeConfigs;
    type Response<'r> = crate::describe_configs_response::DescribeConfigsResponse<'r>;
}
