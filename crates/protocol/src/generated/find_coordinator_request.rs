// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `FindCoordinatorRequest`: API key 10, versions 0-6, flexible 3-6.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `FindCoordinatorRequest`, versions 0-6.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FindCoordinatorRequest<'a> {
    /// `Key`: versions 0-3.
    pub key: Str<'a>,
    /// `KeyType`: versions 1+.
    pub key_type: i8,
    /// `CoordinatorKeys`: versions 4+.
    pub coordinator_keys: Vec<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> FindCoordinatorRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let key = if version <= 3 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let key_type = if version >= 1 { r.i8()? } else { 0 };
        let coordinator_keys = if version >= 4 {
            r.array(flexible, 1, |r| r.string(flexible))?
        } else {
            Vec::new()
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            key,
            key_type,
            coordinator_keys,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        if version <= 3 {
            s.string(flexible, &self.key)?;
        } else if !self.key.is_empty() {
            return Err(EncodeError::not_in_version("Key", version));
        }
        if version >= 1 {
            s.i8(self.key_type);
        } else if self.key_type != 0 {
            return Err(EncodeError::not_in_version("KeyType", version));
        }
        if version >= 4 {
            s.len32(flexible, Some(self.coordinator_keys.len()))?;
            for x in &self.coordinator_keys {
                s.string(flexible, x)?;
            }
        } else if !self.coordinator_keys.is_empty() {
            return Err(EncodeError::not_in_version("CoordinatorKeys", version));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> FindCoordinatorRequest<'static> {
        FindCoordinatorRequest {
            key: owned_str(self.key),
            key_type: self.key_type,
            coordinator_keys: owned_vec(self.coordinator_keys, owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(FindCoordinatorRequest<'a>, "FindCoordinatorRequest", 0, 6);

impl<'a> crate::Request<'a> for FindCoordinatorRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::FindCoordinator;
    type Response<'r> = crate::find_coordinator_response::FindCoordinatorResponse<'r>;
}
