// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `FindCoordinatorResponse`: API key 10, versions 0-6, flexible 3-6.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `FindCoordinatorResponse`, versions 0-6.
#[derive(Clone, Debug, PartialEq)]
pub struct FindCoordinatorResponse<'a> {
    /// `ThrottleTimeMs`: versions 1+, ignorable.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0-3.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 1-3, ignorable.
    pub error_message: Option<Str<'a>>,
    /// `NodeId`: versions 0-3.
    pub node_id: i32,
    /// `Host`: versions 0-3.
    pub host: Str<'a>,
    /// `Port`: versions 0-3.
    pub port: i32,
    /// `Coordinators`: versions 4+.
    pub coordinators: Vec<Coordinator<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for FindCoordinatorResponse<'_> {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: ErrorCode::NONE,
            error_message: Some(Str::default()),
            node_id: 0,
            host: Str::default(),
            port: 0,
            coordinators: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> FindCoordinatorResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let throttle_time_ms = if version >= 1 { r.i32()? } else { 0 };
        let error_code = if version <= 3 {
            r.error_code()?
        } else {
            ErrorCode::NONE
        };
        let error_message = if (1..=3).contains(&version) {
            r.opt_string(flexible, true)?
        } else {
            Some(Str::default())
        };
        let node_id = if version <= 3 { r.i32()? } else { 0 };
        let host = if version <= 3 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let port = if version <= 3 { r.i32()? } else { 0 };
        let coordinators = if version >= 4 {
            r.array(flexible, 14, |r| Coordinator::read(r, version))?
        } else {
            Vec::new()
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            error_message,
            node_id,
            host,
            port,
            coordinators,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        if version >= 1 {
            s.i32(self.throttle_time_ms);
        }
        if version <= 3 {
            s.error_code(self.error_code);
        } else if self.error_code != ErrorCode::NONE {
            return Err(EncodeError::not_in_version("ErrorCode", version));
        }
        if (1..=3).contains(&version) {
            s.opt_string(
                flexible,
                true,
                self.error_message.as_deref(),
                "ErrorMessage",
            )?;
        }
        if version <= 3 {
            s.i32(self.node_id);
        } else if self.node_id != 0 {
            return Err(EncodeError::not_in_version("NodeId", version));
        }
        if version <= 3 {
            s.string(flexible, &self.host)?;
        } else if !self.host.is_empty() {
            return Err(EncodeError::not_in_version("Host", version));
        }
        if version <= 3 {
            s.i32(self.port);
        } else if self.port != 0 {
            return Err(EncodeError::not_in_version("Port", version));
        }
        if version >= 4 {
            s.len32(flexible, Some(self.coordinators.len()))?;
            for x in &self.coordinators {
                x.write(s, version)?;
            }
        } else if !self.coordinators.is_empty() {
            return Err(EncodeError::not_in_version("Coordinators", version));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> FindCoordinatorResponse<'static> {
        FindCoordinatorResponse {
            throttle_time_ms: self.throttle_time_ms,
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            node_id: self.node_id,
            host: owned_str(self.host),
            port: self.port,
            coordinators: owned_vec(self.coordinators, Coordinator::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `FindCoordinatorResponse`, versions 4-6.
#[derive(Clone, Debug, PartialEq)]
pub struct Coordinator<'a> {
    /// `Key`: versions 4+.
    pub key: Str<'a>,
    /// `NodeId`: versions 4+.
    pub node_id: i32,
    /// `Host`: versions 4+.
    pub host: Str<'a>,
    /// `Port`: versions 4+.
    pub port: i32,
    /// `ErrorCode`: versions 4+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 4+, ignorable.
    pub error_message: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for Coordinator<'_> {
    fn default() -> Self {
        Self {
            key: Str::default(),
            node_id: 0,
            host: Str::default(),
            port: 0,
            error_code: ErrorCode::NONE,
            error_message: Some(Str::default()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> Coordinator<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let key = r.string(flexible)?;
        let node_id = r.i32()?;
        let host = r.string(flexible)?;
        let port = r.i32()?;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            key,
            node_id,
            host,
            port,
            error_code,
            error_message,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.key)?;
        s.i32(self.node_id);
        s.string(flexible, &self.host)?;
        s.i32(self.port);
        s.error_code(self.error_code);
        s.opt_string(
            flexible,
            true,
            self.error_message.as_deref(),
            "ErrorMessage",
        )?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> Coordinator<'static> {
        Coordinator {
            key: owned_str(self.key),
            node_id: self.node_id,
            host: owned_str(self.host),
            port: self.port,
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(FindCoordinatorResponse<'a>, "FindCoordinatorResponse", 0, 6);

impl<'a> crate::Response<'a> for FindCoordinatorResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::FindCoordinator;
}
