// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ApiVersionsRequest`: API key 18, versions 0-5, flexible 3-5.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};

/// `ApiVersionsRequest`, versions 0-5.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiVersionsRequest<'a> {
    /// `ClientSoftwareName`: versions 3+, ignorable.
    pub client_software_name: Str<'a>,
    /// `ClientSoftwareVersion`: versions 3+, ignorable.
    pub client_software_version: Str<'a>,
    /// `ClusterId`: versions 5+, ignorable.
    pub cluster_id: Option<Str<'a>>,
    /// `NodeId`: versions 5+, default -1, ignorable.
    pub node_id: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for ApiVersionsRequest<'_> {
    fn default() -> Self {
        Self {
            client_software_name: Str::default(),
            client_software_version: Str::default(),
            cluster_id: None,
            node_id: -1,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> ApiVersionsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let client_software_name = if version >= 3 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let client_software_version = if version >= 3 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let cluster_id = if version >= 5 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let node_id = if version >= 5 { r.i32()? } else { -1 };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            client_software_name,
            client_software_version,
            cluster_id,
            node_id,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        if version >= 3 {
            s.string(flexible, &self.client_software_name)?;
        }
        if version >= 3 {
            s.string(flexible, &self.client_software_version)?;
        }
        if version >= 5 {
            s.opt_string(flexible, true, self.cluster_id.as_deref(), "ClusterId")?;
        }
        if version >= 5 {
            s.i32(self.node_id);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ApiVersionsRequest<'static> {
        ApiVersionsRequest {
            client_software_name: owned_str(self.client_software_name),
            client_software_version: owned_str(self.client_software_version),
            cluster_id: self.cluster_id.map(owned_str),
            node_id: self.node_id,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(ApiVersionsRequest<'a>, "ApiVersionsRequest", 0, 5);

impl<'a> crate::Request<'a> for ApiVersionsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ApiVersions;
    type Response<'r> = crate::api_versions_response::ApiVersionsResponse<'r>;
}
