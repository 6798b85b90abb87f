// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `RemoveRaftVoterRequest`: API key 81, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};
use model::Uuid;

/// `RemoveRaftVoterRequest`, versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct RemoveRaftVoterRequest<'a> {
    /// `ClusterId`: versions 0+.
    pub cluster_id: Option<Str<'a>>,
    /// `VoterId`: versions 0+.
    pub voter_id: i32,
    /// `VoterDirectoryId`: versions 0+.
    pub voter_directory_id: Uuid,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for RemoveRaftVoterRequest<'_> {
    fn default() -> Self {
        Self {
            cluster_id: Some(Str::default()),
            voter_id: 0,
            voter_directory_id: Uuid::ZERO,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> RemoveRaftVoterRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let cluster_id = r.opt_string(flexible, true)?;
        let voter_id = r.i32()?;
        let voter_directory_id = r.uuid()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            cluster_id,
            voter_id,
            voter_directory_id,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.opt_string(flexible, true, self.cluster_id.as_deref(), "ClusterId")?;
        s.i32(self.voter_id);
        s.uuid(self.voter_directory_id);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> RemoveRaftVoterRequest<'static> {
        RemoveRaftVoterRequest {
            cluster_id: self.cluster_id.map(owned_str),
            voter_id: self.voter_id,
            voter_directory_id: self.voter_directory_id,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(RemoveRaftVoterRequest<'a>, "RemoveRaftVoterRequest", 0, 0);

impl<'a> crate::Request<'a> for RemoveRaftVoterRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::RemoveRaftVoter;
    type Response<'r> = crate::remove_raft_voter_response::RemoveRaftVoterResponse<'r>;
}
