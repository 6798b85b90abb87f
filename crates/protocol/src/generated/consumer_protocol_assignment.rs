// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ConsumerProtocolAssignment`: versions 0-3, never flexible.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, Str, owned_bytes, owned_str, owned_vec,
};

/// `ConsumerProtocolAssignment` with every field of versions 0-3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsumerProtocolAssignment<'a> {
    /// `AssignedPartitions`: versions 0+.
    pub assigned_partitions: Vec<TopicPartition<'a>>,
    /// `UserData`: versions 0+.
    pub user_data: Option<Bytes<'a>>,
}

impl<'a> ConsumerProtocolAssignment<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = false;
        let assigned_partitions = r.array(flexible, 6, |r| TopicPartition::read(r, version))?;
        let user_data = r.opt_bytes(flexible, true)?;
        Ok(Self {
            assigned_partitions,
            user_data,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = false;
        s.len32(flexible, Some(self.assigned_partitions.len()))?;
        for x in &self.assigned_partitions {
            x.write(s, version)?;
        }
        s.opt_bytes(flexible, true, self.user_data.as_deref(), "UserData")?;
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ConsumerProtocolAssignment<'static> {
        ConsumerProtocolAssignment {
            assigned_partitions: owned_vec(self.assigned_partitions, TopicPartition::into_owned),
            user_data: self.user_data.map(owned_bytes),
        }
    }
}

/// Part of `ConsumerProtocolAssignment`, versions 0-3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicPartition<'a> {
    /// `Topic`: versions 0+.
    pub topic: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<i32>,
}

impl<'a> TopicPartition<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = false;
        let topic = r.string(flexible)?;
        let partitions = r.array(flexible, 4, |r| r.i32())?;
        Ok(Self { topic, partitions })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, _version: i16) -> Result<(), EncodeError> {
        let flexible = false;
        s.string(flexible, &self.topic)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            s.i32(*x);
        }
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopicPartition<'static> {
        TopicPartition {
            topic: owned_str(self.topic),
            partitions: self.partitions,
        }
    }
}

crate::macros::message!(
    ConsumerProtocolAssignment<'a>,
    "ConsumerProtocolAssignment",
    0,
    3
);
