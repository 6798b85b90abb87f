// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `AlterReplicaLogDirsRequest`: API key 34, versions 1-2, flexible 2.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `AlterReplicaLogDirsRequest`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlterReplicaLogDirsRequest<'a> {
    /// `Dirs`: versions 0+.
    pub dirs: Vec<AlterReplicaLogDir<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AlterReplicaLogDirsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let dirs = r.array(flexible, 3, |r| AlterReplicaLogDir::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            dirs,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.len32(flexible, Some(self.dirs.len()))?;
        for x in &self.dirs {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AlterReplicaLogDirsRequest<'static> {
        AlterReplicaLogDirsRequest {
            dirs: owned_vec(self.dirs, AlterReplicaLogDir::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AlterReplicaLogDirsRequest`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlterReplicaLogDir<'a> {
    /// `Path`: versions 0+.
    pub path: Str<'a>,
    /// `Topics`: versions 0+.
    pub topics: Vec<AlterReplicaLogDirTopic<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AlterReplicaLogDir<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let path = r.string(flexible)?;
        let topics = r.array(flexible, 3, |r| AlterReplicaLogDirTopic::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            path,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.string(flexible, &self.path)?;
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AlterReplicaLogDir<'static> {
        AlterReplicaLogDir {
            path: owned_str(self.path),
            topics: owned_vec(self.topics, AlterReplicaLogDirTopic::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AlterReplicaLogDirsRequest`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlterReplicaLogDirTopic<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AlterReplicaLogDirTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let name = r.string(flexible)?;
        let partitions = r.array(flexible, 4, |r| r.i32())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.string(flexible, &self.name)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            s.i32(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AlterReplicaLogDirTopic<'static> {
        AlterReplicaLogDirTopic {
            name: owned_str(self.name),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    AlterReplicaLogDirsRequest<'a>,
    "AlterReplicaLogDirsRequest",
    1,
    2
);

impl<'a> crate::Request<'a> for AlterReplicaLogDirsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::AlterReplicaLogDirs;
    type Response<'r> = crate::alter_replica_log_dirs_response::AlterReplicaLogDirsResponse<'r>;
}
