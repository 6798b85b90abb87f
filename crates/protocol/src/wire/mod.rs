//! The primitives of Kafka's encoding, which the generated code is made of.
//!
//! Big-endian integers; strings, bytes and arrays with a length in front, `-1` (or, in flexible
//! versions, `0`) for null; tagged fields at the end of every struct of a flexible version
//! (KIP-482).

mod reader;
mod sink;
mod tags;

pub use reader::{DecodeError, DecodeErrorKind, DecodeFailure, Reader};
pub use sink::{EncodeError, RegionAt, Sink, Size, Writer};
pub use tags::UnknownTaggedFields;

use std::borrow::Cow;

/// A string of a message: borrowed from the frame, or owned.
pub type Str<'a> = Cow<'a, str>;

/// Bytes of a message: borrowed from the frame, or owned.
pub type Bytes<'a> = Cow<'a, [u8]>;

/// Record batches inside a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Records<'a> {
    /// The batches themselves.
    Bytes(Cow<'a, [u8]>),
    /// So many bytes that the sender takes from a file, at a place that [`Writer::regions`] tells.
    /// Decoding never yields it.
    Region {
        /// How many bytes.
        len: u32,
    },
}

impl<'a> Records<'a> {
    /// The batches; `None` for a region.
    #[must_use]
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Region { .. } => None,
        }
    }

    /// How many bytes of batches this stands for.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Region { len } => *len as usize,
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> Records<'static> {
        match self {
            Self::Bytes(bytes) => Records::Bytes(Cow::Owned(bytes.into_owned())),
            Self::Region { len } => Records::Region { len },
        }
    }
}

impl Default for Records<'_> {
    fn default() -> Self {
        Self::Bytes(Cow::Borrowed(&[]))
    }
}

impl<'a> From<&'a [u8]> for Records<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(Cow::Borrowed(bytes))
    }
}

impl From<Vec<u8>> for Records<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Cow::Owned(bytes))
    }
}

/// The longest string of any message, in bytes of UTF-8; Kafka has the same limit in flexible
/// versions, whose encoding could say more.
pub const MAX_STRING_LEN: usize = i16::MAX as usize;

/// A string as owned data.
#[doc(hidden)]
#[must_use]
pub fn owned_str(text: Str<'_>) -> Str<'static> {
    Cow::Owned(text.into_owned())
}

/// Bytes as owned data.
#[doc(hidden)]
#[must_use]
pub fn owned_bytes(bytes: Bytes<'_>) -> Bytes<'static> {
    Cow::Owned(bytes.into_owned())
}

/// An array as owned data. One plain loop for all element types keeps the crate quick to build.
#[doc(hidden)]
#[must_use]
pub fn owned_vec<T, U>(items: Vec<T>, own: fn(T) -> U) -> Vec<U> {
    let mut owned = Vec::with_capacity(items.len());
    for item in items {
        owned.push(own(item));
    }
    owned
}
