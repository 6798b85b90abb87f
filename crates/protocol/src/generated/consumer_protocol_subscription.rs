// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ConsumerProtocolSubscription`: versions 0-3, never flexible.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, Str, owned_bytes, owned_str, owned_vec,
};

/// `ConsumerProtocolSubscription` with every field of versions 0-3.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsumerProtocolSubscription<'a> {
    /// `Topics`: versions 0+.
    pub topics: Vec<Str<'a>>,
    /// `UserData`: versions 0+.
    pub user_data: Option<Bytes<'a>>,
    /// `OwnedPartitions`: versions 1+, ignorable.
    pub owned_partitions: Vec<TopicPartition<'a>>,
    /// `GenerationId`: versions 2+, default -1, ignorable.
    pub generation_id: i32,
    /// `RackId`: versions 3+, ignorable.
    pub rack_id: Option<Str<'a>>,
}

impl Default for ConsumerProtocolSubscription<'_> {
    fn default() -> Self {
        Self {
            topics: Vec::new(),
            user_data: None,
            owned_partitions: Vec::new(),
            generation_id: -1,
            rack_id: None,
        }
    }
}

impl<'a> ConsumerProtocolSubscription<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = false;
        let topics = r.array(flexible, 2, |r| r.string(flexible))?;
        let user_data = r.opt_bytes(flexible, true)?;
        let owned_partitions = if version >= 1 {
            r.array(flexible, 6, |r| TopicPartition::read(r, version))?
        } else {
            Vec::new()
        };
        let generation_id = if version >= 2 { r.i32()? } else { -1 };
        let rack_id = if version >= 3 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        Ok(Self {
            topics,
            user_data,
            owned_partitions,
            generation_id,
            rack_id,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = false;
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            s.string(flexible, x)?;
        }
        s.opt_bytes(flexible, true, self.user_data.as_deref(), "UserData")?;
        if version >= 1 {
            s.len32(flexible, Some(self.owned_partitions.len()))?;
            for x in &self.owned_partitions {
                x.write(s, version)?;
            }
        }
        if version >= 2 {
            s.i32(self.generation_id);
        }
        if version >= 3 {
            s.opt_string(flexible, true, self.rack_id.as_deref(), "RackId")?;
        }
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ConsumerProtocolSubscription<'static> {
        ConsumerProtocolSubscription {
            topics: owned_vec(self.topics, owned_str),
            user_data: self.user_data.map(owned_bytes),
            owned_partitions: owned_vec(self.owned_partitions, TopicPartition::into_owned),
            generation_id: self.generation_id,
            rack_id: self.rack_id.map(owned_str),
        }
    }
}

/// Part of `ConsumerProtocolSubscription`, versions 1-3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicPartition<'a> {
    /// `Topic`: versions 1+.
    pub topic: Str<'a>,
    /// `Partitions`: versions 1+.
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
    ConsumerProtocolSubscription<'a>,
    "ConsumerProtocolSubscription",
    0,
    3
);
