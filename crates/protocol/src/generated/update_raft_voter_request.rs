// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `UpdateRaftVoterRequest`: API key 82, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::Uuid;

/// `UpdateRaftVoterRequest`, versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateRaftVoterRequest<'a> {
    /// `ClusterId`: versions 0+.
    pub cluster_id: Option<Str<'a>>,
    /// `CurrentLeaderEpoch`: versions 0+.
    pub current_leader_epoch: i32,
    /// `VoterId`: versions 0+.
    pub voter_id: i32,
    /// `VoterDirectoryId`: versions 0+.
    pub voter_directory_id: Uuid,
    /// `Listeners`: versions 0+.
    pub listeners: Vec<Listener<'a>>,
    /// `KRaftVersionFeature`: versions 0+.
    pub kraft_version_feature: KRaftVersionFeature,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for UpdateRaftVoterRequest<'_> {
    fn default() -> Self {
        Self {
            cluster_id: Some(Str::default()),
            current_leader_epoch: 0,
            voter_id: 0,
            voter_directory_id: Uuid::ZERO,
            listeners: Vec::new(),
            kraft_version_feature: KRaftVersionFeature::default(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> UpdateRaftVoterRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let cluster_id = r.opt_string(flexible, true)?;
        let current_leader_epoch = r.i32()?;
        let voter_id = r.i32()?;
        let voter_directory_id = r.uuid()?;
        let listeners = r.array(flexible, 5, |r| Listener::read(r, version))?;
        let kraft_version_feature = KRaftVersionFeature::read(r, version)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            cluster_id,
            current_leader_epoch,
            voter_id,
            voter_directory_id,
            listeners,
            kraft_version_feature,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.opt_string(flexible, true, self.cluster_id.as_deref(), "ClusterId")?;
        s.i32(self.current_leader_epoch);
        s.i32(self.voter_id);
        s.uuid(self.voter_directory_id);
        s.len32(flexible, Some(self.listeners.len()))?;
        for x in &self.listeners {
            x.write(s, version)?;
        }
        self.kraft_version_feature.write(s, version)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> UpdateRaftVoterRequest<'static> {
        UpdateRaftVoterRequest {
            cluster_id: self.cluster_id.map(owned_str),
            current_leader_epoch: self.current_leader_epoch,
            voter_id: self.voter_id,
            voter_directory_id: self.voter_directory_id,
            listeners: owned_vec(self.listeners, Listener::into_owned),
            kraft_version_feature: self.kraft_version_feature,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `UpdateRaftVoterRequest`, versions 0.
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

/// Part of `UpdateRaftVoterRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KRaftVersionFeature {
    /// `MinSupportedVersion`: versions 0+.
    pub min_supported_version: i16,
    /// `MaxSupportedVersion`: versions 0+.
    pub max_supported_version: i16,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl KRaftVersionFeature {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let min_supported_version = r.i16()?;
        let max_supported_version = r.i16()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            min_supported_version,
            max_supported_version,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i16(self.min_supported_version);
        s.i16(self.max_supported_version);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(UpdateRaftVoterRequest<'a>, "UpdateRaftVoterRequest", 0, 0);

impl<'a> crate::Request<'a> for UpdateRaftVoterRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::UpdateRaftVoter;
    type Response<'r> = crate::update_raft_voter_response::UpdateRaftVoterResponse<'r>;
}
