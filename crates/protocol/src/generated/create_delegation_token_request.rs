// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `CreateDelegationTokenRequest`: API key 38, versions 1-3, flexible 2-3.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `CreateDelegationTokenRequest`, versions 1-3.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateDelegationTokenRequest<'a> {
    /// `OwnerPrincipalType`: versions 3+.
    pub owner_principal_type: Option<Str<'a>>,
    /// `OwnerPrincipalName`: versions 3+.
    pub owner_principal_name: Option<Str<'a>>,
    /// `Renewers`: versions 0+.
    pub renewers: Vec<CreatableRenewers<'a>>,
    /// `MaxLifetimeMs`: versions 0+.
    pub max_lifetime_ms: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for CreateDelegationTokenRequest<'_> {
    fn default() -> Self {
        Self {
            owner_principal_type: Some(Str::default()),
            owner_principal_name: Some(Str::default()),
            renewers: Vec::new(),
            max_lifetime_ms: 0,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> CreateDelegationTokenRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let owner_principal_type = if version >= 3 {
            r.opt_string(flexible, true)?
        } else {
            Some(Str::default())
        };
        let owner_principal_name = if version >= 3 {
            r.opt_string(flexible, true)?
        } else {
            Some(Str::default())
        };
        let renewers = r.array(flexible, 3, |r| CreatableRenewers::read(r, version))?;
        let max_lifetime_ms = r.i64()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            owner_principal_type,
            owner_principal_name,
            renewers,
            max_lifetime_ms,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        if version >= 3 {
            s.opt_string(
                flexible,
                true,
                self.owner_principal_type.as_deref(),
                "OwnerPrincipalType",
            )?;
        } else if self
            .owner_principal_type
            .as_ref()
            .is_none_or(|x| !x.is_empty())
        {
            return Err(EncodeError::not_in_version("OwnerPrincipalType", version));
        }
        if version >= 3 {
            s.opt_string(
                flexible,
                true,
                self.owner_principal_name.as_deref(),
                "OwnerPrincipalName",
            )?;
        } else if self
            .owner_principal_name
            .as_ref()
            .is_none_or(|x| !x.is_empty())
        {
            return Err(EncodeError::not_in_version("OwnerPrincipalName", version));
        }
        s.len32(flexible, Some(self.renewers.len()))?;
        for x in &self.renewers {
            x.write(s, version)?;
        }
        s.i64(self.max_lifetime_ms);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> CreateDelegationTokenRequest<'static> {
        CreateDelegationTokenRequest {
            owner_principal_type: self.owner_principal_type.map(owned_str),
            owner_principal_name: self.owner_principal_name.map(owned_str),
            renewers: owned_vec(self.renewers, CreatableRenewers::into_owned),
            max_lifetime_ms: self.max_lifetime_ms,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `CreateDelegationTokenRequest`, versions 1-3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CreatableRenewers<'a> {
    /// `PrincipalType`: versions 0+.
    pub principal_type: Str<'a>,
    /// `PrincipalName`: versions 0+.
    pub principal_name: Str<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> CreatableRenewers<'a> {
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
    pub fn into_owned(self) -> CreatableRenewers<'static> {
        CreatableRenewers {
            principal_type: owned_str(self.principal_type),
            principal_name: owned_str(self.principal_name),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    CreateDelegationTokenRequest<'a>,
    "CreateDelegationTokenRequest",
    1,
    3
);

impl<'a> crate::Request<'a> for CreateDelegationTokenRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::CreateDelegationToken;
    type Response<'r> = crate::create_delegation_token_response::CreateDelegationTokenResponse<'r>;
}
