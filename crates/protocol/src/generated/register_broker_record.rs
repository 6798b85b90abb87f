// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `RegisterBrokerRecord`: record type 0, versions 0-4, flexible 0-4.

use crate::wire::{
    DecodeError, DecodeErrorKind, EncodeError, Reader, Sink, Size, Str, UnknownTaggedFields,
    owned_str, owned_vec,
};
use model::Uuid;

/// `RegisterBrokerRecord`, versions 0-4.
#[derive(Clone, Debug, PartialEq)]
pub struct RegisterBrokerRecord<'a> {
    /// `BrokerId`: versions 0+.
    pub broker_id: i32,
    /// `IsMigratingZkBroker`: versions 2+.
    pub is_migrating_zk_broker: bool,
    /// `IncarnationId`: versions 0+.
    pub incarnation_id: Uuid,
    /// `BrokerEpoch`: versions 0+.
    pub broker_epoch: i64,
    /// `EndPoints`: versions 0+.
    pub end_points: Vec<BrokerEndpoint<'a>>,
    /// `Features`: versions 0+.
    pub features: Vec<BrokerFeature<'a>>,
    /// `Rack`: versions 0+.
    pub rack: Option<Str<'a>>,
    /// `Fenced`: versions 0+, default true.
    pub fenced: bool,
    /// `InControlledShutdown`: versions 1+.
    pub in_controlled_shutdown: bool,
    /// `LogDirs`: versions 3+, tag 0.
    pub log_dirs: Vec<Uuid>,
    /// `CordonedLogDirs`: versions 4+, tag 1.
    pub cordoned_log_dirs: Option<Vec<Uuid>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for RegisterBrokerRecord<'_> {
    fn default() -> Self {
        Self {
            broker_id: 0,
            is_migrating_zk_broker: false,
            incarnation_id: Uuid::ZERO,
            broker_epoch: 0,
            end_points: Vec::new(),
            features: Vec::new(),
            rack: Some(Str::default()),
            fenced: true,
            in_controlled_shutdown: false,
            log_dirs: Vec::new(),
            cordoned_log_dirs: None,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> RegisterBrokerRecord<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let broker_id = r.i32()?;
        let is_migrating_zk_broker = if version >= 2 { r.bool()? } else { false };
        let incarnation_id = r.uuid()?;
        let broker_epoch = r.i64()?;
        let end_points = r.array(flexible, 7, |r| BrokerEndpoint::read(r, version))?;
        let features = r.array(flexible, 6, |r| BrokerFeature::read(r, version))?;
        let rack = r.opt_string(flexible, true)?;
        let fenced = r.bool()?;
        let in_controlled_shutdown = if version >= 1 { r.bool()? } else { false };
        let mut log_dirs = Vec::new();
        let mut cordoned_log_dirs = None;
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        for _ in 0..r.uvarint()? {
            let (tag, mut field) = r.tagged_field()?;
            match tag {
                0 if version >= 3 => log_dirs = field.array(flexible, 16, |r| r.uuid())?,
                0 => return Err(field.error(DecodeErrorKind::TagNotInVersion(tag))),
                1 if version >= 4 => {
                    cordoned_log_dirs = field.opt_array(flexible, true, 16, |r| r.uuid())?
                }
                1 => return Err(field.error(DecodeErrorKind::TagNotInVersion(tag))),

                _ => unknown_tagged_fields.push(tag, field.take_rest()),
            }
            field.finish()?;
        }
        Ok(Self {
            broker_id,
            is_migrating_zk_broker,
            incarnation_id,
            broker_epoch,
            end_points,
            features,
            rack,
            fenced,
            in_controlled_shutdown,
            log_dirs,
            cordoned_log_dirs,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.broker_id);
        if version >= 2 {
            s.bool(self.is_migrating_zk_broker);
        } else if self.is_migrating_zk_broker {
            return Err(EncodeError::not_in_version("IsMigratingZkBroker", version));
        }
        s.uuid(self.incarnation_id);
        s.i64(self.broker_epoch);
        s.len32(flexible, Some(self.end_points.len()))?;
        for x in &self.end_points {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.features.len()))?;
        for x in &self.features {
            x.write(s, version)?;
        }
        s.opt_string(flexible, true, self.rack.as_deref(), "Rack")?;
        s.bool(self.fenced);
        if version >= 1 {
            s.bool(self.in_controlled_shutdown);
        } else if self.in_controlled_shutdown {
            return Err(EncodeError::not_in_version("InControlledShutdown", version));
        }
        if version <= 2 && !self.log_dirs.is_empty() {
            return Err(EncodeError::not_in_version("LogDirs", version));
        }
        if version <= 3 && self.cordoned_log_dirs.is_some() {
            return Err(EncodeError::not_in_version("CordonedLogDirs", version));
        }
        let has_0 = version >= 3 && !self.log_dirs.is_empty();
        let has_1 = version >= 4 && self.cordoned_log_dirs.is_some();
        s.uvarint(self.unknown_tagged_fields.len() + u32::from(has_0) + u32::from(has_1));
        self.unknown_tagged_fields.write_between(s, None, Some(0))?;
        if has_0 {
            let mut size = Size::default();
            size.len32(flexible, Some(self.log_dirs.len()))?;
            for x in &self.log_dirs {
                size.uuid(*x);
            }
            s.tagged_field(0, size.total())?;
            s.len32(flexible, Some(self.log_dirs.len()))?;
            for x in &self.log_dirs {
                s.uuid(*x);
            }
        }
        self.unknown_tagged_fields
            .write_between(s, Some(0), Some(1))?;
        if has_1 {
            let mut size = Size::default();
            match &self.cordoned_log_dirs {
                Some(items) => {
                    size.len32(flexible, Some(items.len()))?;
                    for x in items {
                        size.uuid(*x);
                    }
                }
                None => size.null(flexible, true, "CordonedLogDirs")?,
            }
            s.tagged_field(1, size.total())?;
            match &self.cordoned_log_dirs {
                Some(items) => {
                    s.len32(flexible, Some(items.len()))?;
                    for x in items {
                        s.uuid(*x);
                    }
                }
                None => s.null(flexible, true, "CordonedLogDirs")?,
            }
        }
        self.unknown_tagged_fields.write_between(s, Some(1), None)?;
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> RegisterBrokerRecord<'static> {
        RegisterBrokerRecord {
            broker_id: self.broker_id,
            is_migrating_zk_broker: self.is_migrating_zk_broker,
            incarnation_id: self.incarnation_id,
            broker_epoch: self.broker_epoch,
            end_points: owned_vec(self.end_points, BrokerEndpoint::into_owned),
            features: owned_vec(self.features, BrokerFeature::into_owned),
            rack: self.rack.map(owned_str),
            fenced: self.fenced,
            in_controlled_shutdown: self.in_controlled_shutdown,
            log_dirs: self.log_dirs,
            cordoned_log_dirs: self.cordoned_log_dirs,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `RegisterBrokerRecord`, versions 0-4.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BrokerEndpoint<'a> {
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

impl<'a> BrokerEndpoint<'a> {
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
    pub fn into_owned(self) -> BrokerEndpoint<'static> {
        BrokerEndpoint {
            name: owned_str(self.name),
            host: owned_str(self.host),
            port: self.port,
            security_protocol: self.security_protocol,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `RegisterBrokerRecord`, versions 0-4.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BrokerFeature<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `MinSupportedVersion`: versions 0+.
    pub min_supported_version: i16,
    /// `MaxSupportedVersion`: versions 0+.
    pub max_supported_version: i16,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> BrokerFeature<'a> {
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
    pub fn into_owned(self) -> BrokerFeature<'static> {
        BrokerFeature {
            name: owned_str(self.name),
            min_supported_version: self.min_supported_version,
            max_supported_version: self.max_supported_version,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(RegisterBrokerRecord<'a>, "RegisterBrokerRecord", 0, 4);
