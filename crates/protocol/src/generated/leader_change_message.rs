// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `LeaderChangeMessage`: versions 0-1, flexible 0-1.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};
use model::Uuid;

/// `LeaderChangeMessage` with every field of versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LeaderChangeMessage {
    /// `Version`: versions 0+.
    pub version: i16,
    /// `LeaderId`: versions 0+.
    pub leader_id: i32,
    /// `Voters`: versions 0+.
    pub voters: Vec<Voter>,
    /// `GrantingVoters`: versions 0+.
    pub granting_voters: Vec<Voter>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl LeaderChangeMessage {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let version_ = r.i16()?;
        let leader_id = r.i32()?;
        let voters = r.array(flexible, 5, |r| Voter::read(r, version))?;
        let granting_voters = r.array(flexible, 5, |r| Voter::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            version: version_,
            leader_id,
            voters,
            granting_voters,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i16(self.version);
        s.i32(self.leader_id);
        s.len32(flexible, Some(self.voters.len()))?;
        for x in &self.voters {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.granting_voters.len()))?;
        for x in &self.granting_voters {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

/// Part of `LeaderChangeMessage`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Voter {
    /// `VoterId`: versions 0+.
    pub voter_id: i32,
    /// `VoterDirectoryId`: versions 1+.
    pub voter_directory_id: Uuid,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Voter {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let voter_id = r.i32()?;
        let voter_directory_id = if version >= 1 { r.uuid()? } else { Uuid::ZERO };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            voter_id,
            voter_directory_id,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.voter_id);
        if version >= 1 {
            s.uuid(self.voter_directory_id);
        } else if self.voter_directory_id != Uuid::ZERO {
            return Err(EncodeError::not_in_version("VoterDirectoryId", version));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(LeaderChangeMessage, "LeaderChangeMessage", 0, 1);
