// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `AccessControlEntryRecord`: record type 18, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};
use model::Uuid;

/// `AccessControlEntryRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccessControlEntryRecord<'a> {
    /// `Id`: versions 0+.
    pub id: Uuid,
    /// `ResourceType`: versions 0+.
    pub resource_type: i8,
    /// `ResourceName`: versions 0+.
    pub resource_name: Str<'a>,
    /// `PatternType`: versions 0+.
    pub pattern_type: i8,
    /// `Principal`: versions 0+.
    pub principal: Str<'a>,
    /// `Host`: versions 0+.
    pub host: Str<'a>,
    /// `Operation`: versions 0+.
    pub operation: i8,
    /// `PermissionType`: versions 0+.
    pub permission_type: i8,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AccessControlEntryRecord<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let id = r.uuid()?;
        let resource_type = r.i8()?;
        let resource_name = r.string(flexible)?;
        let pattern_type = r.i8()?;
        let principal = r.string(flexible)?;
        let host = r.string(flexible)?;
        let operation = r.i8()?;
        let permission_type = r.i8()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            id,
            resource_type,
            resource_name,
            pattern_type,
            principal,
            host,
            operation,
            permission_type,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.uuid(self.id);
        s.i8(self.resource_type);
        s.string(flexible, &self.resource_name)?;
        s.i8(self.pattern_type);
        s.string(flexible, &self.principal)?;
        s.string(flexible, &self.host)?;
        s.i8(self.operation);
        s.i8(self.permission_type);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AccessControlEntryRecord<'static> {
        AccessControlEntryRecord {
            id: self.id,
            resource_type: self.resource_type,
            resource_name: owned_str(self.resource_name),
            pattern_type: self.pattern_type,
            principal: owned_str(self.principal),
            host: owned_str(self.host),
            operation: self.operation,
            permission_type: self.permission_type,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    AccessControlEntryRecord<'a>,
    "AccessControlEntryRecord",
    0,
    0
);
