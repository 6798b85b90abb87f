// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ControllerRegistrationRequest`: API key 70, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::Uuid;

/// `ControllerRegistrationRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ControllerRegistrationRequest<'a> {
    /// `ControllerId`: versions 0+.
    pub controller_id: i32,
    /// `IncarnationId`: versions 0+.
    pub incarnation_id: Uuid,
    /// `ZkMigrationReady`: versions 0+.
    pub zk_migration_ready: bool,
    /// `Listeners`: versions 0+.
    pub listeners: Vec<Listener<'a>>,
    /// `Features`: versions 0+.
    pub features: Vec<Feature<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ControllerRegistrationRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let controller_id = r.i32()?;
        let incarnation_id = r.uuid()?;
        let zk_migration_ready = r.bool()?;
        let listeners = r.array(flexible, 7, |r| Listener::read(r, version))?;
        let features = r.array(flexible, 6, |r| Feature::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            controller_id,
            incarnation_id,
            zk_migration_ready,
            listeners,
            features,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.controller_id);
        s.uuid(self.incarnation_id);
        s.bool(self.zk_migration_ready);
        s.len32(flexible, Some(self.listeners.len()))?;
        for x in &self.listeners {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.features.len()))?;
        for x in &self.features {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ControllerRegistrationRequest<'static> {
        ControllerRegistrationRequest {
            controller_id: self.controller_id,
            incarnation_id: self.incarnation_id,
            zk_migration_ready: self.zk_migration_ready,
            listeners: owned_vec(self.listeners, Listener::into_owned),
            features: owned_vec(self.features, Feature::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ControllerRegistrationRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listener<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Host`: versions 0+.
    pub host: Str<'a>,
    /// `Port`: versions 0+.
    pub port: u16,
    /// `SecurityProtocol`: versions 0+.
    pub security_protocol: i16,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> Listener<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let host = r.string(flexible)?;
        let port = r.u16()?;
        let security_protocol = r.i16()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            host,
            port,
            security_protocol,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.string(flexible, &self.host)?;
        s.u16(self.port);
        s.i16(self.security_protocol);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> Listener<'static> {
        Listener {
            name: owned_str(self.name),
            host: owned_str(self.host),
            port: self.port,
            security_protocol: self.security_protocol,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ControllerRegistrationRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Feature<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `MinSupportedVersion`: versions 0+.
    pub min_supported_version: i16,
    /// `MaxSupportedVersion`: versions 0+.
    pub max_supported_version: i16,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> Feature<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let min_supported_version = r.i16()?;
        let max_supported_version = r.i16()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            min_supported_version,
            max_supported_version,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.i16(self.min_supported_version);
        s.i16(self.max_supported_version);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> Feature<'static> {
        Feature {
            name: owned_str(self.name),
            min_supported_version: self.min_supported_version,
            max_supported_version: self.max_supported_version,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    ControllerRegistrationRequest<'a>,
    "ControllerRegistrationRequest",
    0,
    0
);

impl<'a> crate::Request<'a> for ControllerRegistrationRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ControllerRegistration;
    type Response<'r> = crate::controller_registration_response::ControllerRegistrationResponse<'r>;
}
