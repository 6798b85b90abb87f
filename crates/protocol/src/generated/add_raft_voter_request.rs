// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `AddRaftVoterRequest`: API key 80, versions 0-1, flexible 0-1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::Uuid;

/// `AddRaftVoterRequest`, versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct AddRaftVoterRequest<'a> {
    /// `ClusterId`: versions 0+.
    pub cluster_id: Option<Str<'a>>,
    /// `TimeoutMs`: versions 0+.
    pub timeout_ms: i32,
    /// `VoterId`: versions 0+.
    pub voter_id: i32,
    /// `VoterDirectoryId`: versions 0+.
    pub voter_directory_id: Uuid,
    /// `Listeners`: versions 0+.
    pub listeners: Vec<Listener<'a>>,
    /// `AckWhenCommitted`: versions 1+, default true.
    pub ack_when_committed: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for AddRaftVoterRequest<'_> {
    fn default() -> Self {
        Self {
            cluster_id: Some(Str::default()),
            timeout_ms: 0,
            voter_id: 0,
            voter_directory_id: Uuid::ZERO,
            listeners: Vec::new(),
            ack_when_committed: true,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> AddRaftVoterRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let cluster_id = r.opt_string(flexible, true)?;
        let timeout_ms = r.i32()?;
        let voter_id = r.i32()?;
        let voter_directory_id = r.uuid()?;
        let listeners = r.array(flexible, 5, |r| Listener::read(r, version))?;
        let ack_when_committed = if version >= 1 { r.bool()? } else { true };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            cluster_id,
            timeout_ms,
            voter_id,
            voter_directory_id,
            listeners,
            ack_when_committed,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.opt_string(flexible, true, self.cluster_id.as_deref(), "ClusterId")?;
        s.i32(self.timeout_ms);
        s.i32(self.voter_id);
        s.uuid(self.voter_directory_id);
        s.len32(flexible, Some(self.listeners.len()))?;
        for x in &self.listeners {
            x.write(s, version)?;
        }
        if version >= 1 {
            s.bool(self.ack_when_committed);
        } else if !self.ack_when_committed {
            return Err(EncodeError::not_in_version("AckWhenCommitted", version));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AddRaftVoterRequest<'static> {
        AddRaftVoterRequest {
            cluster_id: self.cluster_id.map(owned_str),
            timeout_ms: self.timeout_ms,
            voter_id: self.voter_id,
            voter_directory_id: self.voter_directory_id,
            listeners: owned_vec(self.listeners, Listener::into_owned),
            ack_when_committed: self.ack_when_committed,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AddRaftVoterRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listener<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Host`: versions 0+.
    pub host: Str<'a>,
    /// `Port`: versions 0+.
    pub port: u16,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> Listener<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let host = r.string(flexible)?;
        let port = r.u16()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            host,
            port,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.string(flexible, &self.host)?;
        s.u16(self.port);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> Listener<'static> {
        Listener {
            name: owned_str(self.name),
            host: owned_str(self.host),
            port: self.port,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(AddRaftVoterRequest<'a>, "AddRaftVoterRequest", 0, 1);

impl<'a> crate::Request<'a> for AddRaftVoterRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::AddRaftVoter;
    type Response<'r> = crate::add_raft_voter_response::AddRaftVoterResponse<'r>;
}
