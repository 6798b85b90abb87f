// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `MetadataRequest`: API key 3, versions 0-13, flexible 9-13.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::Uuid;

/// `MetadataRequest`, versions 0-13.
#[derive(Clone, Debug, PartialEq)]
pub struct MetadataRequest<'a> {
    /// `Topics`: versions 0+, null in 1+.
    pub topics: Option<Vec<MetadataRequestTopic<'a>>>,
    /// `AllowAutoTopicCreation`: versions 4+, default true.
    pub allow_auto_topic_creation: bool,
    /// `IncludeClusterAuthorizedOperations`: versions 8-10.
    pub include_cluster_authorized_operations: bool,
    /// `IncludeTopicAuthorizedOperations`: versions 8+.
    pub include_topic_authorized_operations: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for MetadataRequest<'_> {
    fn default() -> Self {
        Self {
            topics: Some(Vec::new()),
            allow_auto_topic_creation: true,
            include_cluster_authorized_operations: false,
            include_topic_authorized_operations: false,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> MetadataRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let topics = r.opt_array(flexible, version >= 1, 2, |r| {
            MetadataRequestTopic::read(r, version)
        })?;
        let allow_auto_topic_creation = if version >= 4 { r.bool()? } else { true };
        let include_cluster_authorized_operations = if (8..=10).contains(&version) {
            r.bool()?
        } else {
            false
        };
        let include_topic_authorized_operations = if version >= 8 { r.bool()? } else { false };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topics,
            allow_auto_topic_creation,
            include_cluster_authorized_operations,
            include_topic_authorized_operations,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        match &self.topics {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    x.write(s, version)?;
                }
            }
            None => s.null(flexible, version >= 1, "Topics")?,
        }
        if version >= 4 {
            s.bool(self.allow_auto_topic_creation);
        } else if !self.allow_auto_topic_creation {
            return Err(EncodeError::not_in_version(
                "AllowAutoTopicCreation",
                version,
            ));
        }
        if (8..=10).contains(&version) {
            s.bool(self.include_cluster_authorized_operations);
        } else if self.include_cluster_authorized_operations {
            return Err(EncodeError::not_in_version(
                "IncludeClusterAuthorizedOperations",
                version,
            ));
        }
        if version >= 8 {
            s.bool(self.include_topic_authorized_operations);
        } else if self.include_topic_authorized_operations {
            return Err(EncodeError::not_in_version(
                "IncludeTopicAuthorizedOperations",
                version,
            ));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> MetadataRequest<'static> {
        MetadataRequest {
            topics: self
                .topics
                .map(|items| owned_vec(items, MetadataRequestTopic::into_owned)),
            allow_auto_topic_creation: self.allow_auto_topic_creation,
            include_cluster_authorized_operations: self.include_cluster_authorized_operations,
            include_topic_authorized_operations: self.include_topic_authorized_operations,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `MetadataRequest`, versions 0-13.
#[derive(Clone, Debug, PartialEq)]
pub struct MetadataRequestTopic<'a> {
    /// `TopicId`: versions 10+, ignorable.
    pub topic_id: Uuid,
    /// `Name`: versions 0+, null in 10+.
    pub name: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for MetadataRequestTopic<'_> {
    fn default() -> Self {
        Self {
            topic_id: Uuid::ZERO,
            name: Some(Str::default()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> MetadataRequestTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let topic_id = if version >= 10 { r.uuid()? } else { Uuid::ZERO };
        let name = r.opt_string(flexible, version >= 10)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_id,
            name,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        if version >= 10 {
            s.uuid(self.topic_id);
        }
        s.opt_string(flexible, version >= 10, self.name.as_deref(), "Name")?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> MetadataRequestTopic<'static> {
        MetadataRequestTopic {
            topic_id: self.topic_id,
            name: self.name.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(MetadataRequest<'a>, "MetadataRequest", 0, 13);

impl<'a> crate::Request<'a> for MetadataRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::Metadata;
    type Response<'r> = crate::metadata_response::MetadataResponse<'r>;
}
