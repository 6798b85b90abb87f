// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `AlterUserScramCredentialsRequest`: API key 51, versions 0, flexible 0.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_bytes,
    owned_str, owned_vec,
};

/// `AlterUserScramCredentialsRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlterUserScramCredentialsRequest<'a> {
    /// `Deletions`: versions 0+.
    pub deletions: Vec<ScramCredentialDeletion<'a>>,
    /// `Upsertions`: versions 0+.
    pub upsertions: Vec<ScramCredentialUpsertion<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AlterUserScramCredentialsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let deletions = r.array(flexible, 3, |r| ScramCredentialDeletion::read(r, version))?;
        let upsertions = r.array(flexible, 9, |r| ScramCredentialUpsertion::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            deletions,
            upsertions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.len32(flexible, Some(self.deletions.len()))?;
        for x in &self.deletions {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.upsertions.len()))?;
        for x in &self.upsertions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AlterUserScramCredentialsRequest<'static> {
        AlterUserScramCredentialsRequest {
            deletions: owned_vec(self.deletions, ScramCredentialDeletion::into_owned),
            upsertions: owned_vec(self.upsertions, ScramCredentialUpsertion::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AlterUserScramCredentialsRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScramCredentialDeletion<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Mechanism`: versions 0+.
    pub mechanism: i8,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ScramCredentialDeletion<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let mechanism = r.i8()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            mechanism,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.i8(self.mechanism);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ScramCredentialDeletion<'static> {
        ScramCredentialDeletion {
            name: owned_str(self.name),
            mechanism: self.mechanism,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AlterUserScramCredentialsRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScramCredentialUpsertion<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Mechanism`: versions 0+.
    pub mechanism: i8,
    /// `Iterations`: versions 0+.
    pub iterations: i32,
    /// `Salt`: versions 0+.
    pub salt: Bytes<'a>,
    /// `SaltedPassword`: versions 0+.
    pub salted_password: Bytes<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ScramCredentialUpsertion<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let mechanism = r.i8()?;
        let iterations = r.i32()?;
        let salt = r.bytes(flexible)?;
        let salted_password = r.bytes(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            mechanism,
            iterations,
            salt,
            salted_password,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.i8(self.mechanism);
        s.i32(self.iterations);
        s.bytes(flexible, &self.salt)?;
        s.bytes(flexible, &self.salted_password)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ScramCredentialUpsertion<'static> {
        ScramCredentialUpsertion {
            name: owned_str(self.name),
            mechanism: self.mechanism,
            iterations: self.iterations,
            salt: owned_bytes(self.salt),
            salted_password: owned_bytes(self.salted_password),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    AlterUserScramCredentialsRequest<'a>,
    "AlterUserScramCredentialsRequest",
    0,
    0
);

impl<'a> crate::Request<'a> for AlterUserScramCredentialsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::AlterUserScramCredentials;
    type Response<'r> =
        crate::alter_user_scram_credentials_response::AlterUserScramCredentialsResponse<'r>;
}
