// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `CreateTopicsResponse`: API key 19, versions 2-7, flexible 5-7.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::{ErrorCode, Uuid};

/// `CreateTopicsResponse`, versions 2-7.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CreateTopicsResponse<'a> {
    /// `ThrottleTimeMs`: versions 2+, ignorable.
    pub throttle_time_ms: i32,
    /// `Topics`: versions 0+.
    pub topics: Vec<CreatableTopicResult<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> CreateTopicsResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        let throttle_time_ms = r.i32()?;
        let topics = r.array(flexible, 6, |r| CreatableTopicResult::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        s.i32(self.throttle_time_ms);
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> CreateTopicsResponse<'static> {
        CreateTopicsResponse {
            throttle_time_ms: self.throttle_time_ms,
            topics: owned_vec(self.topics, CreatableTopicResult::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `CreateTopicsResponse`, versions 2-7.
#[derive(Clone, Debug, PartialEq)]
pub struct CreatableTopicResult<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `TopicId`: versions 7+, ignorable.
    pub topic_id: Uuid,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 1+, null in 0+, ignorable.
    pub error_message: Option<Str<'a>>,
    /// `TopicConfigErrorCode`: versions 5+, tag 0, ignorable.
    pub topic_config_error_code: ErrorCode,
    /// `NumPartitions`: versions 5+, default -1, ignorable.
    pub num_partitions: i32,
    /// `ReplicationFactor`: versions 5+, default -1, ignorable.
    pub replication_factor: i16,
    /// `Configs`: versions 5+, ignorable.
    pub configs: Option<Vec<CreatableTopicConfigs<'a>>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for CreatableTopicResult<'_> {
    fn default() -> Self {
        Self {
            name: Str::default(),
            topic_id: Uuid::ZERO,
            error_code: ErrorCode::NONE,
            error_message: Some(Str::default()),
            topic_config_error_code: ErrorCode::NONE,
            num_partitions: -1,
            replication_factor: -1,
            configs: Some(Vec::new()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> CreatableTopicResult<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        let name = r.string(flexible)?;
        let topic_id = if version >= 7 { r.uuid()? } else { Uuid::ZERO };
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let mut topic_config_error_code = ErrorCode::NONE;
        let num_partitions = if version >= 5 { r.i32()? } else { -1 };
        let replication_factor = if version >= 5 { r.i16()? } else { -1 };
        let configs = if version >= 5 {
            r.opt_array(flexible, true, 6, |r| {
                CreatableTopicConfigs::read(r, version)
            })?
        } else {
            Some(Vec::new())
        };
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        if flexible {
            for _ in 0..r.uvarint()? {
                let (tag, mut field) = r.tagged_field()?;
                match tag {
                    0 => topic_config_error_code = field.error_code()?,

                    _ => unknown_tagged_fields.push(tag, field.take_rest()),
                }
                field.finish()?;
            }
        }
        Ok(Self {
            name,
            topic_id,
            error_code,
            error_message,
            topic_config_error_code,
            num_partitions,
            replication_factor,
            configs,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        s.string(flexible, &self.name)?;
        if version >= 7 {
            s.uuid(self.topic_id);
        }
        s.error_code(self.error_code);
        s.opt_string(
            flexible,
            true,
            self.error_message.as_deref(),
            "ErrorMessage",
        )?;
        if version >= 5 {
            s.i32(self.num_partitions);
        }
        if version >= 5 {
            s.i16(self.replication_factor);
        }
        if version >= 5 {
            match &self.configs {
                Some(items) => {
                    s.len32(flexible, Some(items.len()))?;
                    for x in items {
                        x.write(s, version)?;
                    }
                }
                None => s.null(flexible, true, "Configs")?,
            }
        }
        if flexible {
            let has_0 = self.topic_config_error_code != ErrorCode::NONE;
            s.uvarint(self.unknown_tagged_fields.len() + u32::from(has_0));
            self.unknown_tagged_fields.write_between(s, None, Some(0))?;
            if has_0 {
                s.tagged_field(0, 2)?;
                s.error_code(self.topic_config_error_code);
            }
            self.unknown_tagged_fields.write_between(s, Some(0), None)?;
        } else {
            self.unknown_tagged_fields.refuse(version)?;
        }
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> CreatableTopicResult<'static> {
        CreatableTopicResult {
            name: owned_str(self.name),
            topic_id: self.topic_id,
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            topic_config_error_code: self.topic_config_error_code,
            num_partitions: self.num_partitions,
            replication_factor: self.replication_factor,
            configs: self
                .configs
                .map(|items| owned_vec(items, CreatableTopicConfigs::into_owned)),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `CreateTopicsResponse`, versions 5-7.
#[derive(Clone, Debug, PartialEq)]
pub struct CreatableTopicConfigs<'a> {
    /// `Name`: versions 5+.
    pub name: Str<'a>,
    /// `Value`: versions 5+.
    pub value: Option<Str<'a>>,
    /// `ReadOnly`: versions 5+.
    pub read_only: bool,
    /// `ConfigSource`: versions 5+, default -1, ignorable.
    pub config_source: i8,
    /// `IsSensitive`: versions 5+.
    pub is_sensitive: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for CreatableTopicConfigs<'_> {
    fn default() -> Self {
        Self {
            name: Str::default(),
            value: Some(Str::default()),
            read_only: false,
            config_source: -1,
            is_sensitive: false,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> CreatableTopicConfigs<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let value = r.opt_string(flexible, true)?;
        let read_only = r.bool()?;
        let config_source = r.i8()?;
        let is_sensitive = r.bool()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            value,
            read_only,
            config_source,
            is_sensitive,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.opt_string(flexible, true, self.value.as_deref(), "Value")?;
        s.bool(self.read_only);
        s.i8(self.config_source);
        s.bool(self.is_sensitive);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> CreatableTopicConfigs<'static> {
        CreatableTopicConfigs {
            name: owned_str(self.name),
            value: self.value.map(owned_str),
            read_only: self.read_only,
            config_source: self.config_source,
            is_sensitive: self.is_sensitive,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(CreateTopicsResponse<'a>, "CreateTopicsResponse", 2, 7);

impl<'a> crate::Response<'a> for CreateTopicsResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::CreateTopics;
}
