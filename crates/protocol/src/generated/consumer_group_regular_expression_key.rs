// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ConsumerGroupRegularExpressionKey`: record type 16, versions 0, never flexible.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, owned_str};

/// `ConsumerGroupRegularExpressionKey`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsumerGroupRegularExpressionKey<'a> {
    /// `GroupId`: versions 0.
    pub group_id: Str<'a>,
    /// `RegularExpression`: versions 0.
    pub regular_expression: Str<'a>,
}

impl<'a> ConsumerGroupRegularExpressionKey<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = false;
        let group_id = r.string(flexible)?;
        let regular_expression = r.string(flexible)?;
        Ok(Self {
            group_id,
            regular_expression,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, _version: i16) -> Result<(), EncodeError> {
        let flexible = false;
        s.string(flexible, &self.group_id)?;
        s.string(flexible, &self.regular_expression)?;
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ConsumerGroupRegularExpressionKey<'static> {
        ConsumerGroupRegularExpressionKey {
            group_id: owned_str(self.group_id),
            regular_expression: owned_str(self.regular_expression),
        }
    }
}

crate::macros::message!(
    ConsumerGroupRegularExpressionKey<'a>,
    "ConsumerGroupRegularExpressionKey",
    0,
    0
);
