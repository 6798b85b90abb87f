// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `OffsetFetchRequest`: API key 9, versions 1-10, flexible 6-10.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::Uuid;

/// `OffsetFetchRequest`, versions 1-10.
#[derive(Clone, Debug, PartialEq)]
pub struct OffsetFetchRequest<'a> {
    /// `GroupId`: versions 0-7.
    pub group_id: Str<'a>,
    /// `Topics`: versions 0-7, null in 2-7.
    pub topics: Option<Vec<OffsetFetchRequestTopic<'a>>>,
    /// `Groups`: versions 8+.
    pub groups: Vec<OffsetFetchRequestGroup<'a>>,
    /// `RequireStable`: versions 7+.
    pub require_stable: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for OffsetFetchRequest<'_> {
    fn default() -> Self {
        Self {
            group_id: Str::default(),
            topics: Some(Vec::new()),
            groups: Vec::new(),
            require_stable: false,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> OffsetFetchRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let group_id = if version <= 7 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let topics = if version <= 7 {
            r.opt_array(flexible, version >= 2, 3, |r| {
                OffsetFetchRequestTopic::read(r, version)
            })?
        } else {
            Some(Vec::new())
        };
        let groups = if version >= 8 {
            r.array(flexible, 3, |r| OffsetFetchRequestGroup::read(r, version))?
        } else {
            Vec::new()
        };
        let require_stable = if version >= 7 { r.bool()? } else { false };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            group_id,
            topics,
            groups,
            require_stable,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        if version <= 7 {
            s.string(flexible, &self.group_id)?;
        } else if !self.group_id.is_empty() {
            return Err(EncodeError::not_in_version("GroupId", version));
        }
        if version <= 7 {
            match &self.topics {
                Some(items) => {
                    s.len32(flexible, Some(items.len()))?;
                    for x in items {
                        x.write(s, version)?;
                    }
                }
                None => s.null(flexible, version >= 2, "Topics")?,
            }
        } else if self.topics.as_ref().is_none_or(|x| !x.is_empty()) {
            return Err(EncodeError::not_in_version("Topics", version));
        }
        if version >= 8 {
            s.len32(flexible, Some(self.groups.len()))?;
            for x in &self.groups {
                x.write(s, version)?;
            }
        } else if !self.groups.is_empty() {
            return Err(EncodeError::not_in_version("Groups", version));
        }
        if version >= 7 {
            s.bool(self.require_stable);
        } else if self.require_stable {
            return Err(EncodeError::not_in_version("RequireStable", version));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OffsetFetchRequest<'static> {
        OffsetFetchRequest {
            group_id: owned_str(self.group_id),
            topics: self
                .topics
                .map(|items| owned_vec(items, OffsetFetchRequestTopic::into_owned)),
            groups: owned_vec(self.groups, OffsetFetchRequestGroup::into_owned),
            require_stable: self.require_stable,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `OffsetFetchRequest`, versions 1-7.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OffsetFetchRequestTopic<'a> {
    /// `Name`: versions 0-7.
    pub name: Str<'a>,
    /// `PartitionIndexes`: versions 0-7.
    pub partition_indexes: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> OffsetFetchRequestTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let name = r.string(flexible)?;
        let partition_indexes = r.array(flexible, 4, |r| r.i32())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            partition_indexes,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        s.string(flexible, &self.name)?;
        s.len32(flexible, Some(self.partition_indexes.len()))?;
        for x in &self.partition_indexes {
            s.i32(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OffsetFetchRequestTopic<'static> {
        OffsetFetchRequestTopic {
            name: owned_str(self.name),
            partition_indexes: self.partition_indexes,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `OffsetFetchRequest`, versions 8-10.
#[derive(Clone, Debug, PartialEq)]
pub struct OffsetFetchRequestGroup<'a> {
    /// `GroupId`: versions 8+.
    pub group_id: Str<'a>,
    /// `MemberId`: versions 9+, ignorable.
    pub member_id: Option<Str<'a>>,
    /// `MemberEpoch`: versions 9+, default -1, ignorable.
    pub member_epoch: i32,
    /// `Topics`: versions 8+.
    pub topics: Option<Vec<OffsetFetchRequestTopics<'a>>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for OffsetFetchRequestGroup<'_> {
    fn default() -> Self {
        Self {
            group_id: Str::default(),
            member_id: None,
            member_epoch: -1,
            topics: Some(Vec::new()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> OffsetFetchRequestGroup<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let group_id = r.string(flexible)?;
        let member_id = if version >= 9 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let member_epoch = if version >= 9 { r.i32()? } else { -1 };
        let topics = r.opt_array(flexible, true, 3, |r| {
            OffsetFetchRequestTopics::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            group_id,
            member_id,
            member_epoch,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.group_id)?;
        if version >= 9 {
            s.opt_string(flexible, true, self.member_id.as_deref(), "MemberId")?;
        }
        if version >= 9 {
            s.i32(self.member_epoch);
        }
        match &self.topics {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    x.write(s, version)?;
                }
            }
            None => s.null(flexible, true, "Topics")?,
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OffsetFetchRequestGroup<'static> {
        OffsetFetchRequestGroup {
            group_id: owned_str(self.group_id),
            member_id: self.member_id.map(owned_str),
            member_epoch: self.member_epoch,
            topics: self
                .topics
                .map(|items| owned_vec(items, OffsetFetchRequestTopics::into_owned)),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `OffsetFetchRequest`, versions 8-10.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OffsetFetchRequestTopics<'a> {
    /// `Name`: versions 8-9, ignorable.
    pub name: Str<'a>,
    /// `TopicId`: versions 10+, ignorable.
    pub topic_id: Uuid,
    /// `PartitionIndexes`: versions 8+.
    pub partition_indexes: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> OffsetFetchRequestTopics<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = if version <= 9 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let topic_id = if version >= 10 { r.uuid()? } else { Uuid::ZERO };
        let partition_indexes = r.array(flexible, 4, |r| r.i32())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            topic_id,
            partition_indexes,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        if version <= 9 {
            s.string(flexible, &self.name)?;
        }
        if version >= 10 {
            s.uuid(self.topic_id);
        }
        s.len32(flexible, Some(self.partition_indexes.len()))?;
        for x in &self.partition_indexes {
            s.i32(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OffsetFetchRequestTopics<'static> {
        OffsetFetchRequestTopics {
            name: owned_str(self.name),
            topic_id: self.topic_id,
            partition_indexes: self.partition_indexes,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(OffsetFetchRequest<'a>, "OffsetFetchRequest", 1, 10);

impl<'a> crate::Request<'a> for OffsetFetchRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::OffsetFetch;
    type Response<'r> = crate::offset_fetch_response::OffsetFetchResponse<'r>;
}
