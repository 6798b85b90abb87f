// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `QuorumStateData`: versions 0-1, flexible 0-1.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};
use model::Uuid;

/// `QuorumStateData` with every field of versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct QuorumStateData<'a> {
    /// `ClusterId`: versions 0.
    pub cluster_id: Str<'a>,
    /// `LeaderId`: versions 0+, default -1.
    pub leader_id: i32,
    /// `LeaderEpoch`: versions 0+, default -1.
    pub leader_epoch: i32,
    /// `VotedId`: versions 0+, default -1.
    pub voted_id: i32,
    /// `VotedDirectoryId`: versions 1+.
    pub voted_directory_id: Uuid,
    /// `AppliedOffset`: versions 0.
    pub applied_offset: i64,
    /// `CurrentVoters`: versions 0.
    pub current_voters: Option<Vec<Voter>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for QuorumStateData<'_> {
    fn default() -> Self {
        Self {
            cluster_id: Str::default(),
            leader_id: -1,
            leader_epoch: -1,
            voted_id: -1,
            voted_directory_id: Uuid::ZERO,
            applied_offset: 0,
            current_voters: Some(Vec::new()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> QuorumStateData<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let cluster_id = if version <= 0 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let leader_id = r.i32()?;
        let leader_epoch = r.i32()?;
        let voted_id = r.i32()?;
        let voted_directory_id = if version >= 1 { r.uuid()? } else { Uuid::ZERO };
        let applied_offset = if version <= 0 { r.i64()? } else { 0 };
        let current_voters = if version <= 0 {
            r.opt_array(flexible, true, 5, |r| Voter::read(r, version))?
        } else {
            Some(Vec::new())
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            cluster_id,
            leader_id,
            leader_epoch,
            voted_id,
            voted_directory_id,
            applied_offset,
            current_voters,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        if version <= 0 {
            s.string(flexible, &self.cluster_id)?;
        } else if !self.cluster_id.is_empty() {
            return Err(EncodeError::not_in_version("ClusterId", version));
        }
        s.i32(self.leader_id);
        s.i32(self.leader_epoch);
        s.i32(self.voted_id);
        if version >= 1 {
            s.uuid(self.voted_directory_id);
        } else if self.voted_directory_id != Uuid::ZERO {
            return Err(EncodeError::not_in_version("VotedDirectoryId", version));
        }
        if version <= 0 {
            s.i64(self.applied_offset);
        } else if self.applied_offset != 0 {
            return Err(EncodeError::not_in_version("AppliedOffset", version));
        }
        if version <= 0 {
            match &self.current_voters {
                Some(items) => {
                    s.len32(flexible, Some(items.len()))?;
                    for x in items {
                        x.write(s, version)?;
                    }
                }
                None => s.null(flexible, true, "CurrentVoters")?,
            }
        } else if self.current_voters.as_ref().is_none_or(|x| !x.is_empty()) {
            return Err(EncodeError::not_in_version("CurrentVoters", version));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> QuorumStateData<'static> {
        QuorumStateData {
            cluster_id: owned_str(self.cluster_id),
            leader_id: self.leader_id,
            leader_epoch: self.leader_epoch,
            voted_id: self.voted_id,
            voted_directory_id: self.voted_directory_id,
            applied_offset: self.applied_offset,
            current_voters: self.current_voters,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `QuorumStateData`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Voter {
    /// `VoterId`: versions 0.
    pub voter_id: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Voter {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let voter_id = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            voter_id,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.voter_id);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(QuorumStateData<'a>, "QuorumStateData", 0, 1);
