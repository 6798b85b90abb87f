// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `VotersRecord`: versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::Uuid;

/// `VotersRecord` with every field of versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VotersRecord<'a> {
    /// `Version`: versions 0+.
    pub version: i16,
    /// `Voters`: versions 0+.
    pub voters: Vec<Voter<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> VotersRecord<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let version_ = r.i16()?;
        let voters = r.array(flexible, 27, |r| Voter::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            version: version_,
            voters,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i16(self.version);
        s.len32(flexible, Some(self.voters.len()))?;
        for x in &self.voters {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> VotersRecord<'static> {
        VotersRecord {
            version: self.version,
            voters: owned_vec(self.voters, Voter::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `VotersRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Voter<'a> {
    /// `VoterId`: versions 0+.
    pub voter_id: i32,
    /// `VoterDirectoryId`: versions 0+.
    pub voter_directory_id: Uuid,
    /// `Endpoints`: versions 0+.
    pub endpoints: Vec<Endpoint<'a>>,
    /// `KRaftVersionFeature`: versions 0+.
    pub kraft_version_feature: KRaftVersionFeature,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> Voter<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let voter_id = r.i32()?;
        let voter_directory_id = r.uuid()?;
        let endpoints = r.array(flexible, 5, |r| Endpoint::read(r, version))?;
        let kraft_version_feature = KRaftVersionFeature::read(r, version)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            voter_id,
            voter_directory_id,
            endpoints,
            kraft_version_feature,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.voter_id);
        s.uuid(self.voter_directory_id);
        s.len32(flexible, Some(self.endpoints.len()))?;
        for x in &self.endpoints {
            x.write(s, version)?;
        }
        self.kraft_version_feature.write(s, version)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> Voter<'static> {
        Voter {
            voter_id: self.voter_id,
            voter_directory_id: self.voter_directory_id,
            endpoints: owned_vec(self.endpoints, Endpoint::into_owned),
            kraft_version_feature: self.kraft_version_feature,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `VotersRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Endpoint<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Host`: versions 0+.
    pub host: Str<'a>,
    /// `Port`: versions 0+.
    pub port: u16,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> Endpoint<'a> {
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
    pub fn into_owned(self) -> Endpoint<'static> {
        Endpoint {
            name: owned_str(self.name),
            host: owned_str(self.host),
            port: self.port,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `VotersRecord`, versions 0.
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

crate::macros::message!(VotersRecord<'a>, "VotersRecord", 0, 0);
