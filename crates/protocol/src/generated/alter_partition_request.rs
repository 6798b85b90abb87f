// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `AlterPartitionRequest`: API key 56, versions 2-3, flexible 2-3.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};
use model::Uuid;

/// `AlterPartitionRequest`, versions 2-3.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterPartitionRequest {
    /// `BrokerId`: versions 0+.
    pub broker_id: i32,
    /// `BrokerEpoch`: versions 0+, default -1.
    pub broker_epoch: i64,
    /// `Topics`: versions 0+.
    pub topics: Vec<TopicData>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for AlterPartitionRequest {
    fn default() -> Self {
        Self {
            broker_id: 0,
            broker_epoch: -1,
            topics: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl AlterPartitionRequest {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let broker_id = r.i32()?;
        let broker_epoch = r.i64()?;
        let topics = r.array(flexible, 18, |r| TopicData::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            broker_id,
            broker_epoch,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.broker_id);
        s.i64(self.broker_epoch);
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

/// Part of `AlterPartitionRequest`, versions 2-3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicData {
    /// `TopicId`: versions 2+, ignorable.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<PartitionData>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl TopicData {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_id = r.uuid()?;
        let partitions = r.array(flexible, 15, |r| PartitionData::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_id,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.uuid(self.topic_id);
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `AlterPartitionRequest`, versions 2-3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartitionData {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `LeaderEpoch`: versions 0+.
    pub leader_epoch: i32,
    /// `NewIsr`: versions 0-2.
    pub new_isr: Vec<i32>,
    /// `NewIsrWithEpochs`: versions 3+.
    pub new_isr_with_epochs: Vec<BrokerState>,
    /// `LeaderRecoveryState`: versions 1+.
    pub leader_recovery_state: i8,
    /// `PartitionEpoch`: versions 0+.
    pub partition_epoch: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl PartitionData {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let partition_index = r.i32()?;
        let leader_epoch = r.i32()?;
        let new_isr = if version <= 2 {
            r.array(flexible, 4, |r| r.i32())?
        } else {
            Vec::new()
        };
        let new_isr_with_epochs = if version >= 3 {
            r.array(flexible, 13, |r| BrokerState::read(r, version))?
        } else {
            Vec::new()
        };
        let leader_recovery_state = r.i8()?;
        let partition_epoch = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            leader_epoch,
            new_isr,
            new_isr_with_epochs,
            leader_recovery_state,
            partition_epoch,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.partition_index);
        s.i32(self.leader_epoch);
        if version <= 2 {
            s.len32(flexible, Some(self.new_isr.len()))?;
            for x in &self.new_isr {
                s.i32(*x);
            }
        } else if !self.new_isr.is_empty() {
            return Err(EncodeError::not_in_version("NewIsr", version));
        }
        if version >= 3 {
            s.len32(flexible, Some(self.new_isr_with_epochs.len()))?;
            for x in &self.new_isr_with_epochs {
                x.write(s, version)?;
            }
        } else if !self.new_isr_with_epochs.is_empty() {
            return Err(EncodeError::not_in_version("NewIsrWithEpochs", version));
        }
        s.i8(self.leader_recovery_state);
        s.i32(self.partition_epoch);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `AlterPartitionRequest`, versions 3.
#[derive(Clone, Debug, PartialEq)]
pub struct BrokerState {
    /// `BrokerId`: versions 3+.
    pub broker_id: i32,
    /// `BrokerEpoch`: versions 3+, default -1.
    pub broker_epoch: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for BrokerState {
    fn default() -> Self {
        Self {
            broker_id: 0,
            broker_epoch: -1,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl BrokerState {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let broker_id = r.i32()?;
        let broker_epoch = r.i64()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            broker_id,
            broker_epoch,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.broker_id);
        s.i64(self.broker_epoch);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(AlterPartitionRequest, "AlterPartitionRequest", 2, 3);

impl<'a> crate::Request<'a> for AlterPartitionRequest {
    const KEY: crate::ApiKey = crate::ApiKey::AlterPartition;
    type Response<'r> = crate::alter_partition_response::AlterPartitionResponse;
}
