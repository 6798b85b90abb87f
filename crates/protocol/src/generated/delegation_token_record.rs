// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DelegationTokenRecord`: record type 10, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `DelegationTokenRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DelegationTokenRecord<'a> {
    /// `Owner`: versions 0+.
    pub owner: Str<'a>,
    /// `Requester`: versions 0+.
    pub requester: Str<'a>,
    /// `Renewers`: versions 0+.
    pub renewers: Vec<Str<'a>>,
    /// `IssueTimestamp`: versions 0+.
    pub issue_timestamp: i64,
    /// `MaxTimestamp`: versions 0+.
    pub max_timestamp: i64,
    /// `ExpirationTimestamp`: versions 0+.
    pub expiration_timestamp: i64,
    /// `TokenId`: versions 0+.
    pub token_id: Str<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DelegationTokenRecord<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let owner = r.string(flexible)?;
        let requester = r.string(flexible)?;
        let renewers = r.array(flexible, 1, |r| r.string(flexible))?;
        let issue_timestamp = r.i64()?;
        let max_timestamp = r.i64()?;
        let expiration_timestamp = r.i64()?;
        let token_id = r.string(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            owner,
            requester,
            renewers,
            issue_timestamp,
            max_timestamp,
            expiration_timestamp,
            token_id,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.owner)?;
        s.string(flexible, &self.requester)?;
        s.len32(flexible, Some(self.renewers.len()))?;
        for x in &self.renewers {
            s.string(flexible, x)?;
        }
        s.i64(self.issue_timestamp);
        s.i64(self.max_timestamp);
        s.i64(self.expiration_timestamp);
        s.string(flexible, &self.token_id)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DelegationTokenRecord<'static> {
        DelegationTokenRecord {
            owner: owned_str(self.owner),
            requester: owned_str(self.requester),
            renewers: owned_vec(self.renewers, owned_str),
            issue_timestamp: self.issue_timestamp,
            max_timestamp: self.max_timestamp,
            expiration_timestamp: self.expiration_timestamp,
            token_id: owned_str(self.token_id),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(DelegationTokenRecord<'a>, "DelegationTokenRecord", 0, 0);
