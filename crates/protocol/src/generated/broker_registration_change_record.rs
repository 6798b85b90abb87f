// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `BrokerRegistrationChangeRecord`: record type 17, versions 0-3, flexible 0-3.

use crate::wire::{
    DecodeError, DecodeErrorKind, EncodeError, Reader, Sink, Size, UnknownTaggedFields,
};
use model::Uuid;

/// `BrokerRegistrationChangeRecord`, versions 0-3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BrokerRegistrationChangeRecord {
    /// `BrokerId`: versions 0+.
    pub broker_id: i32,
    /// `BrokerEpoch`: versions 0+.
    pub broker_epoch: i64,
    /// `Fenced`: versions 0+, tag 0.
    pub fenced: i8,
    /// `InControlledShutdown`: versions 1+, tag 1.
    pub in_controlled_shutdown: i8,
    /// `LogDirs`: versions 2+, tag 2.
    pub log_dirs: Vec<Uuid>,
    /// `CordonedLogDirs`: versions 3+, tag 3.
    pub cordoned_log_dirs: Option<Vec<Uuid>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl BrokerRegistrationChangeRecord {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let broker_id = r.i32()?;
        let broker_epoch = r.i64()?;
        let mut fenced = 0;
        let mut in_controlled_shutdown = 0;
        let mut log_dirs = Vec::new();
        let mut cordoned_log_dirs = None;
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        for _ in 0..r.uvarint()? {
            let (tag, mut field) = r.tagged_field()?;
            match tag {
                0 => fenced = field.i8()?,
                1 if version >= 1 => in_controlled_shutdown = field.i8()?,
                1 => return Err(field.error(DecodeErrorKind::TagNotInVersion(tag))),
                2 if version >= 2 => log_dirs = field.array(flexible, 16, |r| r.uuid())?,
                2 => return Err(field.error(DecodeErrorKind::TagNotInVersion(tag))),
                3 if version >= 3 => {
                    cordoned_log_dirs = field.opt_array(flexible, true, 16, |r| r.uuid())?
                }
                3 => return Err(field.error(DecodeErrorKind::TagNotInVersion(tag))),

                _ => unknown_tagged_fields.push(tag, field.take_rest()),
            }
            field.finish()?;
        }
        Ok(Self {
            broker_id,
            broker_epoch,
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
        s.i64(self.broker_epoch);
        if version <= 0 && self.in_controlled_shutdown != 0 {
            return Err(EncodeError::not_in_version("InControlledShutdown", version));
        }
        if version <= 1 && !self.log_dirs.is_empty() {
            return Err(EncodeError::not_in_version("LogDirs", version));
        }
        if version <= 2 && self.cordoned_log_dirs.is_some() {
            return Err(EncodeError::not_in_version("CordonedLogDirs", version));
        }
        let has_0 = self.fenced != 0;
        let has_1 = version >= 1 && self.in_controlled_shutdown != 0;
        let has_2 = version >= 2 && !self.log_dirs.is_empty();
        let has_3 = version >= 3 && self.cordoned_log_dirs.is_some();
        s.uvarint(
            self.unknown_tagged_fields.len()
                + u32::from(has_0)
                + u32::from(has_1)
                + u32::from(has_2)
                + u32::from(has_3),
        );
        self.unknown_tagged_fields.write_between(s, None, Some(0))?;
        if has_0 {
            s.tagged_field(0, 1)?;
            s.i8(self.fenced);
        }
        self.unknown_tagged_fields
            .write_between(s, Some(0), Some(1))?;
        if has_1 {
            s.tagged_field(1, 1)?;
            s.i8(self.in_controlled_shutdown);
        }
        self.unknown_tagged_fields
            .write_between(s, Some(1), Some(2))?;
        if has_2 {
            let mut size = Size::default();
            size.len32(flexible, Some(self.log_dirs.len()))?;
            for x in &self.log_dirs {
                size.uuid(*x);
            }
            s.tagged_field(2, size.total())?;
            s.len32(flexible, Some(self.log_dirs.len()))?;
            for x in &self.log_dirs {
                s.uuid(*x);
            }
        }
        self.unknown_tagged_fields
            .write_between(s, Some(2), Some(3))?;
        if has_3 {
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
            s.tagged_field(3, size.total())?;
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
        self.unknown_tagged_fields.write_between(s, Some(3), None)?;
        Ok(())
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(
    BrokerRegistrationChangeRecord,
    "BrokerRegistrationChangeRecord",
    0,
    3
);
