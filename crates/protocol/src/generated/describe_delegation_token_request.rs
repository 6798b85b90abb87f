// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeDelegationTokenRequest`: API key 41, versions 1-3, flexible 2-3.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `DescribeDelegationTokenRequest`, versions 1-3.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeDelegationTokenRequest<'a> {
    /// `Owners`: versions 0+.
    pub owners: Option<Vec<DescribeDelegationTokenOwner<'a>>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DescribeDelegationTokenRequest<'_> {
    fn default() -> Self {
        Self {
            owners: Some(Vec::new()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DescribeDelegationTokenRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let owners = r.opt_array(flexible, true, 3, |r| {
            DescribeDelegationTokenOwner::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            owners,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        match &self.owners {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    x.write(s, version)?;
                }
            }
            None => s.null(flexible, true, "Owners")?,
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeDelegationTokenRequest<'static> {
        DescribeDelegationTokenRequest {
            owners: self
                .owners
                .map(|items| owned_vec(items, DescribeDelegationTokenOwner::into_owned)),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeDelegationTokenRequest`, versions 1-3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeDelegationTokenOwner<'a> {
    /// `PrincipalType`: versions 0+.
    pub principal_type: Str<'a>,
    /// `PrincipalName`: versions 0+.
    pub principal_name: Str<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribeDelegationTokenOwner<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let principal_type = r.string(flexible)?;
        let principal_name = r.string(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            principal_type,
            principal_name,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.string(flexible, &self.principal_type)?;
        s.string(flexible, &self.principal_name)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeDelegationTokenOwner<'static> {
        DescribeDelegationTokenOwner {
            principal_type: owned_str(self.principal_type),
            principal_name: owned_str(self.principal_name),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    DescribeDelegationTokenRequest<'a>,
    "DescribeDelegationTokenRequest",
    1,
    3
);

impl<'a> crate::Request<'a> for DescribeDelegationTokenRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeDelegationToken;
    type Response<'r> =
        crate::describe_delegation_token_response::DescribeDelegationTokenResponse<'r>;
}
