// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `StreamsGroupMetadataValue`: record type 17, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Size, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `StreamsGroupMetadataValue`, versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamsGroupMetadataValue<'a> {
    /// `Epoch`: versions 0+.
    pub epoch: i32,
    /// `MetadataHash`: versions 0+.
    pub metadata_hash: i64,
    /// `ValidatedTopologyEpoch`: versions 0+, tag 0, default -1.
    pub validated_topology_epoch: i32,
    /// `LastAssignmentConfigs`: versions 0+, tag 1.
    pub last_assignment_configs: Option<Vec<LastAssignmentConfig<'a>>>,
    /// `StoredDescriptionTopologyEpoch`: versions 0+, tag 2, default -1.
    pub stored_description_topology_epoch: i32,
    /// `FailedDescriptionTopologyEpoch`: versions 0+, tag 3, default -1.
    pub failed_description_topology_epoch: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for StreamsGroupMetadataValue<'_> {
    fn default() -> Self {
        Self {
            epoch: 0,
            metadata_hash: 0,
            validated_topology_epoch: -1,
            last_assignment_configs: Some(Vec::new()),
            stored_description_topology_epoch: -1,
            failed_description_topology_epoch: -1,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> StreamsGroupMetadataValue<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let epoch = r.i32()?;
        let metadata_hash = r.i64()?;
        let mut validated_topology_epoch = -1;
        let mut last_assignment_configs = Some(Vec::new());
        let mut stored_description_topology_epoch = -1;
        let mut failed_description_topology_epoch = -1;
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        for _ in 0..r.uvarint()? {
            let (tag, mut field) = r.tagged_field()?;
            match tag {
                0 => validated_topology_epoch = field.i32()?,
                1 => {
                    last_assignment_configs = field.opt_array(flexible, true, 3, |r| {
                        LastAssignmentConfig::read(r, version)
                    })?
                }
                2 => stored_description_topology_epoch = field.i32()?,
                3 => failed_description_topology_epoch = field.i32()?,

                _ => unknown_tagged_fields.push(tag, field.take_rest()),
            }
            field.finish()?;
        }
        Ok(Self {
            epoch,
            metadata_hash,
            validated_topology_epoch,
            last_assignment_configs,
            stored_description_topology_epoch,
            failed_description_topology_epoch,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.epoch);
        s.i64(self.metadata_hash);
        let has_0 = self.validated_topology_epoch != -1;
        let has_1 = self
            .last_assignment_configs
            .as_ref()
            .is_none_or(|x| !x.is_empty());
        let has_2 = self.stored_description_topology_epoch != -1;
        let has_3 = self.failed_description_topology_epoch != -1;
        s.uvarint(
            self.unknown_tagged_fields.len()
                + u32::from(has_0)
                + u32::from(has_1)
                + u32::from(has_2)
                + u32::from(has_3),
        );
        self.unknown_tagged_fields.write_between(s, None, Some(0))?;
        if has_0 {
            s.tagged_field(0, 4)?;
            s.i32(self.validated_topology_epoch);
        }
        self.unknown_tagged_fields
            .write_between(s, Some(0), Some(1))?;
        if has_1 {
            let mut size = Size::default();
            match &self.last_assignment_configs {
                Some(items) => {
                    size.len32(flexible, Some(items.len()))?;
                    for x in items {
                        x.write(&mut size, version)?;
                    }
                }
                None => size.null(flexible, true, "LastAssignmentConfigs")?,
            }
            s.tagged_field(1, size.total())?;
            match &self.last_assignment_configs {
                Some(items) => {
                    s.len32(flexible, Some(items.len()))?;
                    for x in items {
                        x.write(s, version)?;
                    }
                }
                None => s.null(flexible, true, "LastAssignmentConfigs")?,
            }
        }
        self.unknown_tagged_fields
            .write_between(s, Some(1), Some(2))?;
        if has_2 {
            s.tagged_field(2, 4)?;
            s.i32(self.stored_description_topology_epoch);
        }
        self.unknown_tagged_fields
            .write_between(s, Some(2), Some(3))?;
        if has_3 {
            s.tagged_field(3, 4)?;
            s.i32(self.failed_description_topology_epoch);
        }
        self.unknown_tagged_fields.write_between(s, Some(3), None)?;
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> StreamsGroupMetadataValue<'static> {
        StreamsGroupMetadataValue {
            epoch: self.epoch,
            metadata_hash: self.metadata_hash,
            validated_topology_epoch: self.validated_topology_epoch,
            last_assignment_configs: self
                .last_assignment_configs
                .map(|items| owned_vec(items, LastAssignmentConfig::into_owned)),
            stored_description_topology_epoch: self.stored_description_topology_epoch,
            failed_description_topology_epoch: self.failed_description_topology_epoch,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupMetadataValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LastAssignmentConfig<'a> {
    /// `Key`: versions 0+.
    pub key: Str<'a>,
    /// `Value`: versions 0+.
    pub value: Str<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> LastAssignmentConfig<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let key = r.string(flexible)?;
        let value = r.string(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            key,
            value,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.key)?;
        s.string(flexible, &self.value)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> LastAssignmentConfig<'static> {
        LastAssignmentConfig {
            key: owned_str(self.key),
            value: owned_str(self.value),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    StreamsGroupMetadataValue<'a>,
    "StreamsGroupMetadataValue",
    0,
    0
);
