// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ProduceRequest`: API key 0, versions 3-13, flexible 9-13.

use crate::wire::{
    DecodeError, EncodeError, Reader, Records, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::Uuid;

/// `ProduceRequest`, versions 3-13.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProduceRequest<'a> {
    /// `TransactionalId`: versions 3+.
    pub transactional_id: Option<Str<'a>>,
    /// `Acks`: versions 0+.
    pub acks: i16,
    /// `TimeoutMs`: versions 0+.
    pub timeout_ms: i32,
    /// `TopicData`: versions 0+.
    pub topic_data: Vec<TopicProduceData<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ProduceRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let transactional_id = r.opt_string(flexible, true)?;
        let acks = r.i16()?;
        let timeout_ms = r.i32()?;
        let topic_data = r.array(flexible, 3, |r| TopicProduceData::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            transactional_id,
            acks,
            timeout_ms,
            topic_data,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        s.opt_string(
            flexible,
            true,
            self.transactional_id.as_deref(),
            "TransactionalId",
        )?;
        s.i16(self.acks);
        s.i32(self.timeout_ms);
        s.len32(flexible, Some(self.topic_data.len()))?;
        for x in &self.topic_data {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ProduceRequest<'static> {
        ProduceRequest {
            transactional_id: self.transactional_id.map(owned_str),
            acks: self.acks,
            timeout_ms: self.timeout_ms,
            topic_data: owned_vec(self.topic_data, TopicProduceData::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ProduceRequest`, versions 3-13.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicProduceData<'a> {
    /// `Name`: versions 0-12, ignorable.
    pub name: Str<'a>,
    /// `TopicId`: versions 13+, ignorable.
    pub topic_id: Uuid,
    /// `PartitionData`: versions 0+.
    pub partition_data: Vec<PartitionProduceData<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopicProduceData<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let name = if version <= 12 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let topic_id = if version >= 13 { r.uuid()? } else { Uuid::ZERO };
        let partition_data = r.array(flexible, 6, |r| PartitionProduceData::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            topic_id,
            partition_data,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        if version <= 12 {
            s.string(flexible, &self.name)?;
        }
        if version >= 13 {
            s.uuid(self.topic_id);
        }
        s.len32(flexible, Some(self.partition_data.len()))?;
        for x in &self.partition_data {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopicProduceData<'static> {
        TopicProduceData {
            name: owned_str(self.name),
            topic_id: self.topic_id,
            partition_data: owned_vec(self.partition_data, PartitionProduceData::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ProduceRequest`, versions 3-13.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartitionProduceData<'a> {
    /// `Index`: versions 0+.
    pub index: i32,
    /// `Records`: versions 0+.
    pub records: Option<Records<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> PartitionProduceData<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let index = r.i32()?;
        let records = r.opt_records(flexible, true)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            index,
            records,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        s.i32(self.index);
        s.opt_records(flexible, true, self.records.as_ref(), "Records")?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> PartitionProduceData<'static> {
        PartitionProduceData {
            index: self.index,
            records: self.records.map(Records::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(ProduceRequest<'a>, "ProduceRequest", 3, 13);

impl<'a> crate::Request<'a> for ProduceRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::Produce;
    type Response<'r> = crate::produce_response::ProduceResponse<'r>;
}
