// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ClientQuotaRecord`: record type 14, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `ClientQuotaRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClientQuotaRecord<'a> {
    /// `Entity`: versions 0+.
    pub entity: Vec<EntityData<'a>>,
    /// `Key`: versions 0+.
    pub key: Str<'a>,
    /// `Value`: versions 0+.
    pub value: f64,
    /// `Remove`: versions 0+.
    pub remove: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ClientQuotaRecord<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let entity = r.array(flexible, 3, |r| EntityData::read(r, version))?;
        let key = r.string(flexible)?;
        let value = r.f64()?;
        let remove = r.bool()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            entity,
            key,
            value,
            remove,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.len32(flexible, Some(self.entity.len()))?;
        for x in &self.entity {
            x.write(s, version)?;
        }
        s.string(flexible, &self.key)?;
        s.f64(self.value);
        s.bool(self.remove);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ClientQuotaRecord<'static> {
        ClientQuotaRecord {
            entity: owned_vec(self.entity, EntityData::into_owned),
            key: owned_str(self.key),
            value: self.value,
            remove: self.remove,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ClientQuotaRecord`, versions 0.
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
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
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
        let flexible = true;
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

crate::macros::message!(ClientQuotaRecord<'a>, "ClientQuotaRecord", 0, 0);
