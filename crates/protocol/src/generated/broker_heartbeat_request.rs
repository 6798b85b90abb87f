// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `BrokerHeartbeatRequest`: API key 63, versions 0-2, flexible 0-2.

use crate::wire::{
    DecodeError, DecodeErrorKind, EncodeError, Reader, Sink, Size, UnknownTaggedFields,
};
use model::Uuid;

/// `BrokerHeartbeatRequest`, versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct BrokerHeartbeatRequest {
    /// `BrokerId`: versions 0+.
    pub broker_id: i32,
    /// `BrokerEpoch`: versions 0+, default -1.
    pub broker_epoch: i64,
    /// `CurrentMetadataOffset`: versions 0+.
    pub current_metadata_offset: i64,
    /// `WantFence`: versions 0+.
    pub want_fence: bool,
    /// `WantShutDown`: versions 0+.
    pub want_shut_down: bool,
    /// `OfflineLogDirs`: versions 1+, tag 0.
    pub offline_log_dirs: Vec<Uuid>,
    /// `CordonedLogDirs`: versions 2+, tag 1.
    pub cordoned_log_dirs: Option<Vec<Uuid>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for BrokerHeartbeatRequest {
    fn default() -> Self {
        Self {
            broker_id: 0,
            broker_epoch: -1,
            current_metadata_offset: 0,
            want_fence: false,
            want_shut_down: false,
            offline_log_dirs: Vec::new(),
            cordoned_log_dirs: None,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl BrokerHeartbeatRequest {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let broker_id = r.i32()?;
        let broker_epoch = r.i64()?;
        let current_metadata_offset = r.i64()?;
        let want_fence = r.bool()?;
        let want_shut_down = r.bool()?;
        let mut offline_log_dirs = Vec::new();
        let mut cordoned_log_dirs = None;
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        for _ in 0..r.uvarint()? {
            let (tag, mut field) = r.tagged_field()?;
            match tag {
                0 if version >= 1 => offline_log_dirs = field.array(flexible, 16, |r| r.uuid())?,
                0 => return Err(field.error(DecodeErrorKind::TagNotInVersion(tag))),
                1 if version >= 2 => {
                    cordoned_log_dirs = field.opt_array(flexible, true, 16, |r| r.uuid())?
                }
                1 => return Err(field.error(DecodeErrorKind::TagNotInVersion(tag))),

                _ => unknown_tagged_fields.push(tag, field.take_rest()),
            }
            field.finish()?;
        }
        Ok(Self {
            broker_id,
            broker_epoch,
            current_metadata_offset,
            want_fence,
            want_shut_down,
            offline_log_dirs,
            cordoned_log_dirs,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.broker_id);
        s.i64(self.broker_epoch);
        s.i64(self.current_metadata_offset);
        s.bool(self.want_fence);
        s.bool(self.want_shut_down);
        if version <= 0 && !self.offline_log_dirs.is_empty() {
            return Err(EncodeError::not_in_version("OfflineLogDirs", version));
        }
        if version <= 1 && self.cordoned_log_dirs.is_some() {
            return Err(EncodeError::not_in_version("CordonedLogDirs", version));
        }
        let has_0 = version >= 1 && !self.offline_log_dirs.is_empty();
        let has_1 = version >= 2 && self.cordoned_log_dirs.is_some();
        s.uvarint(self.unknown_tagged_fields.len() + u32::from(has_0) + u32::from(has_1));
        self.unknown_tagged_fields.write_between(s, None, Some(0))?;
        if has_0 {
            let mut size = Size::default();
            size.len32(flexible, Some(self.offline_log_dirs.len()))?;
            for x in &self.offline_log_dirs {
                size.uuid(*x);
            }
            s.tagged_field(0, size.total())?;
            s.len32(flexible, Some(self.offline_log_dirs.len()))?;
            for x in &self.offline_log_dirs {
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

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(BrokerHeartbeatRequest, "BrokerHeartbeatRequest", 0, 2);

impl<'a> crate::Request<'a> for BrokerHeartbeatRequest {
    const KEY: crate::ApiKey = crate::ApiKey::BrokerHeartbeat;
    type Response<'r> = crate::broker_heartbeat_response::BrokerHeartbeatResponse;
}
