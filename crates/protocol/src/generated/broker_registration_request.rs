// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `BrokerRegistrationRequest`: API key 62, versions 0-4, flexible 0-4.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::Uuid;

/// `BrokerRegistrationRequest`, versions 0-4.
#[derive(Clone, Debug, PartialEq)]
pub struct BrokerRegistrationRequest<'a> {
    /// `BrokerId`: versions 0+.
    pub broker_id: i32,
    /// `ClusterId`: versions 0+.
    pub cluster_id: Str<'a>,
    /// `IncarnationId`: versions 0+.
    pub incarnation_id: Uuid,
    /// `Listeners`: versions 0+.
    pub listeners: Vec<Listener<'a>>,
    /// `Features`: versions 0+.
    pub features: Vec<Feature<'a>>,
    /// `Rack`: versions 0+.
    pub rack: Option<Str<'a>>,
    /// `IsMigratingZkBroker`: versions 1+.
    pub is_migrating_zk_broker: bool,
    /// `LogDirs`: versions 2+, ignorable.
    pub log_dirs: Vec<Uuid>,
    /// `PreviousBrokerEpoch`: versions 3+, default -1, ignorable.
    pub previous_broker_epoch: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for BrokerRegistrationRequest<'_> {
    fn default() -> Self {
        Self {
            broker_id: 0,
            cluster_id: Str::default(),
            incarnation_id: Uuid::ZERO,
            listeners: Vec::new(),
            features: Vec::new(),
            rack: Some(Str::default()),
            is_migrating_zk_broker: false,
            log_dirs: Vec::new(),
            previous_broker_epoch: -1,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> BrokerRegistrationRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let broker_id = r.i32()?;
        let cluster_id = r.string(flexible)?;
        let incarnation_id = r.uuid()?;
        let listeners = r.array(flexible, 7, |r| Listener::read(r, version))?;
        let features = r.array(flexible, 6, |r| Feature::read(r, version))?;
        let rack = r.opt_string(flexible, true)?;
        let is_migrating_zk_broker = if version >= 1 { r.bool()? } else { false };
        let log_dirs = if version >= 2 {
            r.array(flexible, 16, |r| r.uuid())?
        } else {
            Vec::new()
        };
        let previous_broker_epoch = if version >= 3 { r.i64()? } else { -1 };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            broker_id,
            cluster_id,
            incarnation_id,
            listeners,
            features,
            rack,
            is_migrating_zk_broker,
            log_dirs,
            previous_broker_epoch,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.broker_id);
        s.string(flexible, &self.cluster_id)?;
        s.uuid(self.incarnation_id);
        s.len32(flexible, Some(self.listeners.len()))?;
        for x in &self.listeners {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.features.len()))?;
        for x in &self.features {
            x.write(s, version)?;
        }
        s.opt_string(flexible, true, self.rack.as_deref(), "Rack")?;
        if version >= 1 {
            s.bool(self.is_migrating_zk_broker);
        } else if self.is_migrating_zk_broker {
            return Err(EncodeError::not_in_version("IsMigratingZkBroker", version));
        }
        if version >= 2 {
            s.len32(flexible, Some(self.log_dirs.len()))?;
            for x in &self.log_dirs {
                s.uuid(*x);
            }
        }
        if version >= 3 {
            s.i64(self.previous_broker_epoch);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> BrokerRegistrationRequest<'static> {
        BrokerRegistrationRequest {
            broker_id: self.broker_id,
            cluster_id: owned_str(self.cluster_id),
            incarnation_id: self.incarnation_id,
            listeners: owned_vec(self.listeners, Listener::into_owned),
            features: owned_vec(self.features, Feature::into_owned),
            rack: self.rack.map(owned_str),
            is_migrating_zk_broker: self.is_migrating_zk_broker,
            log_dirs: self.log_dirs,
            previous_broker_epoch: self.previous_broker_epoch,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `BrokerRegistrationRequest`, versions 0-4.
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

/// Part of `BrokerRegistrationRequest`, versions 0-4.
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
    BrokerRegistrationRequest<'a>,
    "BrokerRegistrationRequest",
    0,
    4
);

impl<'a> crate::Request<'a> for BrokerRegistrationRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::BrokerRegistration;
    type Response<'r> = crate::broker_registration_response::BrokerRegistrationResponse;
}
