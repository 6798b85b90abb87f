// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeUserScramCredentialsRequest`: API key 50, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `DescribeUserScramCredentialsRequest`, versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeUserScramCredentialsRequest<'a> {
    /// `Users`: versions 0+.
    pub users: Option<Vec<UserName<'a>>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DescribeUserScramCredentialsRequest<'_> {
    fn default() -> Self {
        Self {
            users: Some(Vec::new()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DescribeUserScramCredentialsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let users = r.opt_array(flexible, true, 2, |r| UserName::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            users,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        match &self.users {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    x.write(s, version)?;
                }
            }
            None => s.null(flexible, true, "Users")?,
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeUserScramCredentialsRequest<'static> {
        DescribeUserScramCredentialsRequest {
            users: self
                .users
                .map(|items| owned_vec(items, UserName::into_owned)),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeUserScramCredentialsRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserName<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> UserName<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> UserName<'static> {
        UserName {
            name: owned_str(self.name),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    DescribeUserScramCredentialsRequest<'a>,
    "DescribeUserScramCredentialsRequest",
    0,
    0
);

impl<'a> crate::Request<'a> for DescribeUserScramCredentialsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeUserScramCredentials;
    type Response<'r> =
        crate::describe_user_scram_credentials_response::DescribeUserScramCredentialsResponse<'r>;
}
