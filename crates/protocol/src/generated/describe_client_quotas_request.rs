// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeClientQuotasRequest`: API key 48, versions 0-1, flexible 1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `DescribeClientQuotasRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeClientQuotasRequest<'a> {
    /// `Components`: versions 0+.
    pub components: Vec<ComponentData<'a>>,
    /// `Strict`: versions 0+.
    pub strict: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribeClientQuotasRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let components = r.array(flexible, 4, |r| ComponentData::read(r, version))?;
        let strict = r.bool()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            components,
            strict,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        s.len32(flexible, Some(self.components.len()))?;
        for x in &self.components {
            x.write(s, version)?;
        }
        s.bool(self.strict);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeClientQuotasRequest<'static> {
        DescribeClientQuotasRequest {
            components: owned_vec(self.components, ComponentData::into_owned),
            strict: self.strict,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeClientQuotasRequest`, versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct ComponentData<'a> {
    /// `EntityType`: versions 0+.
    pub entity_type: Str<'a>,
    /// `MatchType`: versions 0+.
    pub match_type: i8,
    /// `Match`: versions 0+.
    pub match_: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for ComponentData<'_> {
    fn default() -> Self {
        Self {
            entity_type: Str::default(),
            match_type: 0,
            match_: Some(Str::default()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> ComponentData<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let entity_type = r.string(flexible)?;
        let match_type = r.i8()?;
        let match_ = r.opt_string(flexible, true)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            entity_type,
            match_type,
            match_,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        s.string(flexible, &self.entity_type)?;
        s.i8(self.match_type);
        s.opt_string(flexible, true, self.match_.as_deref(), "Match")?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ComponentData<'static> {
        ComponentData {
            entity_type: owned_str(self.entity_type),
            match_type: self.match_type,
            match_: self.match_.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    DescribeClientQuotasRequest<'a>,
    "DescribeClientQuotasRequest",
    0,
    1
);

impl<'a> crate::Request<'a> for DescribeClientQuotasRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeClientQuotas;
    type Response<'r> = crate::describe_client_quotas_response::DescribeClientQuotasResponse<'r>;
}
