// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `AlterClientQuotasRequest`: API key 49, versions 0-1, flexible 1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `AlterClientQuotasRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlterClientQuotasRequest<'a> {
    /// `Entries`: versions 0+.
    pub entries: Vec<EntryData<'a>>,
    /// `ValidateOnly`: versions 0+.
    pub validate_only: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AlterClientQuotasRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let entries = r.array(flexible, 3, |r| EntryData::read(r, version))?;
        let validate_only = r.bool()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            entries,
            validate_only,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        s.len32(flexible, Some(self.entries.len()))?;
        for x in &self.entries {
            x.write(s, version)?;
        }
        s.bool(self.validate_only);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AlterClientQuotasRequest<'static> {
        AlterClientQuotasRequest {
            entries: owned_vec(self.entries, EntryData::into_owned),
            validate_only: self.validate_only,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AlterClientQuotasRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EntryData<'a> {
    /// `Entity`: versions 0+.
    pub entity: Vec<EntityData<'a>>,
    /// `Ops`: versions 0+.
    pub ops: Vec<OpData<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> EntryData<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let entity = r.array(flexible, 3, |r| EntityData::read(r, version))?;
        let ops = r.array(flexible, 11, |r| OpData::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            entity,
            ops,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        s.len32(flexible, Some(self.entity.len()))?;
        for x in &self.entity {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.ops.len()))?;
        for x in &self.ops {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> EntryData<'static> {
        EntryData {
            entity: owned_vec(self.entity, EntityData::into_owned),
            ops: owned_vec(self.ops, OpData::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AlterClientQuotasRequest`, versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct EntityData<'a> {
    /// `EntityType`: versions 0+.
    pub entity_type: Str<'a>,
    /// `EntityName`: versions 0+.
    pub entity_name: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for EntityData<'_> {
    fn default() -> Self {
        Self {
            entity_type: Str::default(),
            entity_name: Some(Str::default()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> EntityData<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let entity_type = r.string(flexible)?;
        let entity_name = r.opt_string(flexible, true)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            entity_type,
            entity_name,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        s.string(flexible, &self.entity_type)?;
        s.opt_string(flexible, true, self.entity_name.as_deref(), "EntityName")?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> EntityData<'static> {
        EntityData {
            entity_type: owned_str(self.entity_type),
            entity_name: self.entity_name.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AlterClientQuotasRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OpData<'a> {
    /// `Key`: versions 0+.
    pub key: Str<'a>,
    /// `Value`: versions 0+.
    pub value: f64,
    /// `Remove`: versions 0+.
    pub remove: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> OpData<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let key = r.string(flexible)?;
        let value = r.f64()?;
        let remove = r.bool()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            key,
            value,
            remove,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        s.string(flexible, &self.key)?;
        s.f64(self.value);
        s.bool(self.remove);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OpData<'static> {
        OpData {
            key: owned_str(self.key),
            value: self.value,
            remove: self.remove,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    AlterClientQuotasRequest<'a>,
    "AlterClientQuotasRequest",
    0,
    1
);

impl<'a> crate::Request<'a> for AlterClientQuotasRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::AlterClientQuotas;
    type Response<'r> = crate::alter_client_quotas_response::AlterClientQuotasResponse<'r>;
}
