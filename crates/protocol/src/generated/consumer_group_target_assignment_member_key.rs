// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ConsumerGroupTargetAssignmentMemberKey`: record type 7, versions 0, never flexible.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, owned_str};

/// `ConsumerGroupTargetAssignmentMemberKey`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsumerGroupTargetAssignmentMemberKey<'a> {
    /// `GroupId`: versions 0.
    pub group_id: Str<'a>,
    /// `MemberId`: versions 0.
    pub member_id: Str<'a>,
}

impl<'a> ConsumerGroupTargetAssignmentMemberKey<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = false;
        let group_id = r.string(flexible)?;
        let member_id = r.string(flexible)?;
        Ok(Self {
            group_id,
            member_id,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, _version: i16) -> Result<(), EncodeError> {
        let flexible = false;
        s.string(flexible, &self.group_id)?;
        s.string(flexible, &self.member_id)?;
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ConsumerGroupTargetAssignmentMemberKey<'static> {
        ConsumerGroupTargetAssignmentMemberKey {
            group_id: owned_str(self.group_id),
            member_id: owned_str(self.member_id),
        }
    }
}

crate::macros::message!(
    ConsumerGroupTargetAssignmentMemberKey<'a>,
    "ConsumerGroupTargetAssignmentMemberKey",
    0,
    0
);
