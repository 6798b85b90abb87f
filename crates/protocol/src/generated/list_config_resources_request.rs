// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ListConfigResourcesRequest`: API key 74, versions 0-1, flexible 0-1.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};

/// `ListConfigResourcesRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListConfigResourcesRequest {
    /// `ResourceTypes`: versions 1+.
    pub resource_types: Vec<i8>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl ListConfigResourcesRequest {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let resource_types = if version >= 1 {
            r.array(flexible, 1, |r| r.i8())?
        } else {
            Vec::new()
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            resource_types,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        if version >= 1 {
            s.len32(flexible, Some(self.resource_types.len()))?;
            for x in &self.resource_types {
                s.i8(*x);
            }
        } else if !self.resource_types.is_empty() {
            return Err(EncodeError::not_in_version("ResourceTypes", version));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(
    ListConfigResourcesRequest,
    "ListConfigResourcesRequest",
    0,
    1
);

impl<'a> crate::Request<'a> for ListConfigResourcesRequest {
    const KEY: crate::ApiKey = crate::ApiKey::ListConfigResources;
    type Response<'r> = crate::list_config_resources_response::ListConfigResourcesResponse<'r>;
}
