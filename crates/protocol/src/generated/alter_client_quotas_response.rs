// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `AlterClientQuotasResponse`: API key 49, versions 0-1, flexible 1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `AlterClientQuotasResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlterClientQuotasResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `Entries`: versions 0+.
    pub entries: Vec<EntryData<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AlterClientQuotasResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let throttle_time_ms = r.i32()?;
        let entries = r.array(flexible, 5, |r| EntryData::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            entries,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        s.i32(self.throttle_time_ms);
        s.len32(flexible, Some(self.entries.len()))?;
        for x in &self.entries {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AlterClientQuotasResponse<'static> {
        AlterClientQuotasResponse {
            throttle_time_ms: self.throttle_time_ms,
            entries: owned_vec(self.entries, EntryData::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AlterClientQuotasResponse`, versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct EntryData<'a> {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// `Entity`: versions 0+.
    pub entity: Vec<EntityData<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for EntryData<'_> {
    fn default() -> Self {
        Self {
            error_code: ErrorCode::NONE,
            error_message: Some(Str::default()),
            entity: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> EntryData<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let entity = r.array(flexible, 3, |r| EntityData::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            error_code,
            error_message,
            entity,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        s.error_code(self.error_code);
        s.opt_string(
            flexible,
            true,
            self.error_message.as_deref(),
            "ErrorMessage",
        )?;
        s.len32(flexible, Some(self.entity.len()))?;
        for x in &self.entity {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> EntryData<'static> {
        EntryData {
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            entity: owned_vec(self.entity, EntityData::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AlterClientQuotasResponse`, versions 0-1.
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

crate::macros::message!(
    AlterClientQuotasResponse<'a>,
    "AlterClientQuotasResponse",
    0,
    1
);

impl<'a> crate::Response<'a> for AlterClientQuotasResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::AlterClientQuotas;
}
