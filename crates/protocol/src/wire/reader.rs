//! Reading, with every length checked against the bytes that remain.

use std::borrow::Cow;
use std::ops::Deref;

use model::Uuid;
use thiserror::Error;

use super::{Bytes, MAX_STRING_LEN, Records, Str, UnknownTaggedFields};

/// The elements for which an array reserves room before it has seen them.
const MAX_RESERVED_ELEMENTS: usize = 1024;

/// What is wrong with the bytes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DecodeErrorKind {
    /// The bytes end inside a value, or a length says more than there are.
    #[error("{needed} bytes are needed and {remaining} remain")]
    Truncated {
        /// The bytes that the value takes.
        needed: usize,
        /// The bytes that there are.
        remaining: usize,
    },
    /// A length below -1, or null where the version does not allow it.
    #[error("the length {0} is not allowed here")]
    InvalidLength(i64),
    /// An array that cannot fit into the bytes that remain.
    #[error("{count} elements cannot fit into {remaining} bytes")]
    TooManyElements {
        /// The elements that it says it has.
        count: usize,
        /// The bytes that there are.
        remaining: usize,
    },
    /// A variable-length integer of more than 32 bits.
    #[error("a variable-length integer exceeds 32 bits")]
    VarintOverflow,
    /// A string that is not UTF-8.
    #[error("a string is not UTF-8")]
    InvalidUtf8,
    /// A tagged field that this version does not have as one.
    #[error("tag {0} is not valid in this version")]
    TagNotInVersion(u32),
    /// A version that the message does not have.
    #[error("version {0} is not known")]
    UnsupportedVersion(i16),
    /// A type, frame or API key that is not known.
    #[error("type {0} is not known")]
    UnknownType(i64),
    /// Bytes after the end.
    #[error("{0} bytes follow the end")]
    TrailingBytes(usize),
}

/// A message that cannot be decoded: a [`DecodeFailure`], in one word so that success costs little.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("at byte {}: {}", .0.at, .0.kind)]
pub struct DecodeError(Box<DecodeFailure>);

/// Where a message cannot be decoded, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeFailure {
    /// The offset in the bytes given to [`Reader::new`].
    pub at: usize,
    /// What is wrong there.
    pub kind: DecodeErrorKind,
}

impl Deref for DecodeError {
    type Target = DecodeFailure;

    fn deref(&self) -> &DecodeFailure {
        &self.0
    }
}

/// A position in the bytes of a message.
///
/// Nothing that it returns copies, and no length that it reads makes it reserve more memory than the
/// remaining bytes justify.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    /// The offset at which `rest` ends.
    end: usize,
}

impl<'a> Reader<'a> {
    /// Reads from the start of `bytes`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            end: bytes.len(),
        }
    }

    /// How many bytes are left.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// How many bytes were read.
    #[must_use]
    pub fn position(&self) -> usize {
        self.end - self.rest.len()
    }

    /// The bytes that are left, leaving none.
    pub fn take_rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.rest)
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// When bytes are left.
    pub fn finish(self) -> Result<(), DecodeError> {
        match self.rest.len() {
            0 => Ok(()),
            left => Err(self.error(DecodeErrorKind::TrailingBytes(left))),
        }
    }

    /// An error at this position.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn error(&self, kind: DecodeErrorKind) -> DecodeError {
        let at = self.position();
        DecodeError(Box::new(DecodeFailure { at, kind }))
    }

    #[cold]
    #[inline(never)]
    fn truncated(&self, needed: usize) -> DecodeError {
        self.error(DecodeErrorKind::Truncated {
            needed,
            remaining: self.rest.len(),
        })
    }

    #[inline]
    fn chunk<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        match self.rest.split_first_chunk::<N>() {
            Some((chunk, rest)) => {
                self.rest = rest;
                Ok(*chunk)
            }
            None => Err(self.truncated(N)),
        }
    }

    /// The next `len` bytes.
    ///
    /// # Errors
    /// When there are not so many.
    #[inline]
    pub fn take(&mut self, len: usize) -> Result<&'a [u8], DecodeError> {
        match self.rest.split_at_checked(len) {
            Some((taken, rest)) => {
                self.rest = rest;
                Ok(taken)
            }
            None => Err(self.truncated(len)),
        }
    }

    /// A byte that is false when it is zero.
    ///
    /// # Errors
    /// At the end of the bytes, as all of these.
    #[inline]
    pub fn bool(&mut self) -> Result<bool, DecodeError> {
        Ok(self.i8()? != 0)
    }

    /// An unsigned variable-length integer (KIP-482).
    ///
    /// # Errors
    /// When it has more than 32 bits.
    #[inline]
    pub fn uvarint(&mut self) -> Result<u32, DecodeError> {
        match self.rest {
            [byte, rest @ ..] if *byte < 0x80 => {
                self.rest = rest;
                Ok(u32::from(*byte))
            }
            _ => self.long_uvarint(),
        }
    }

    fn long_uvarint(&mut self) -> Result<u32, DecodeError> {
        let mut value = 0;
        for shift in [0, 7, 14, 21, 28] {
            let [byte] = self.chunk()?;
            if shift == 28 && byte > 0x0f {
                return Err(self.error(DecodeErrorKind::VarintOverflow));
            }
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        unreachable!("the fifth byte ends the integer or is refused")
    }

    /// A compact length: one more than the length, zero for null.
    #[inline]
    fn compact_len(&mut self) -> Result<Option<usize>, DecodeError> {
        match self.uvarint()? {
            0 => Ok(None),
            more if more > i32::MAX as u32 => {
                Err(self.error(DecodeErrorKind::InvalidLength(i64::from(more) - 1)))
            }
            more => Ok(Some(more as usize - 1)),
        }
    }

    #[inline]
    fn classic_len(&mut self, len: i32) -> Result<Option<usize>, DecodeError> {
        match usize::try_from(len) {
            Ok(len) => Ok(Some(len)),
            Err(_) if len == -1 => Ok(None),
            Err(_) => Err(self.error(DecodeErrorKind::InvalidLength(i64::from(len)))),
        }
    }

    #[inline]
    fn len32(&mut self, flexible: bool) -> Result<Option<usize>, DecodeError> {
        if flexible {
            self.compact_len()
        } else {
            let len = self.i32()?;
            self.classic_len(len)
        }
    }

    #[cold]
    fn null(&self) -> DecodeError {
        self.error(DecodeErrorKind::InvalidLength(-1))
    }

    /// A string or null; null is an error unless `allowed`.
    ///
    /// # Errors
    /// When it is too long, cut off, or not UTF-8.
    pub fn opt_string(
        &mut self,
        flexible: bool,
        allowed: bool,
    ) -> Result<Option<Str<'a>>, DecodeError> {
        let len = if flexible {
            self.compact_len()?
        } else {
            let len = self.i16()?;
            self.classic_len(i32::from(len))?
        };
        match len {
            Some(len) if len > MAX_STRING_LEN => {
                Err(self.error(DecodeErrorKind::InvalidLength(len as i64)))
            }
            Some(len) => match std::str::from_utf8(self.take(len)?) {
                Ok(text) => Ok(Some(Cow::Borrowed(text))),
                Err(_) => Err(self.error(DecodeErrorKind::InvalidUtf8)),
            },
            None if allowed => Ok(None),
            None => Err(self.null()),
        }
    }

    /// A string.
    ///
    /// # Errors
    /// As [`Self::opt_string`], and for null.
    pub fn string(&mut self, flexible: bool) -> Result<Str<'a>, DecodeError> {
        Ok(self.opt_string(flexible, false)?.unwrap_or_default())
    }

    /// Bytes or null; null is an error unless `allowed`.
    ///
    /// # Errors
    /// When they are cut off.
    pub fn opt_bytes(
        &mut self,
        flexible: bool,
        allowed: bool,
    ) -> Result<Option<Bytes<'a>>, DecodeError> {
        match self.len32(flexible)? {
            Some(len) => Ok(Some(Cow::Borrowed(self.take(len)?))),
            None if allowed => Ok(None),
            None => Err(self.null()),
        }
    }

    /// Bytes.
    ///
    /// # Errors
    /// As [`Self::opt_bytes`], and for null.
    pub fn bytes(&mut self, flexible: bool) -> Result<Bytes<'a>, DecodeError> {
        Ok(self.opt_bytes(flexible, false)?.unwrap_or_default())
    }

    /// Record batches or null.
    ///
    /// # Errors
    /// As [`Self::opt_bytes`].
    pub fn opt_records(
        &mut self,
        flexible: bool,
        allowed: bool,
    ) -> Result<Option<Records<'a>>, DecodeError> {
        Ok(self.opt_bytes(flexible, allowed)?.map(Records::Bytes))
    }

    /// Record batches.
    ///
    /// # Errors
    /// As [`Self::opt_bytes`], and for null.
    pub fn records(&mut self, flexible: bool) -> Result<Records<'a>, DecodeError> {
        Ok(Records::Bytes(self.bytes(flexible)?))
    }

    /// The number of elements of an array or null; null is an error unless `allowed`.
    ///
    /// # Errors
    /// When so many elements of at least `min_size` bytes do not fit into what remains.
    pub fn opt_array_len(
        &mut self,
        flexible: bool,
        allowed: bool,
        min_size: usize,
    ) -> Result<Option<usize>, DecodeError> {
        let Some(count) = self.len32(flexible)? else {
            return if allowed { Ok(None) } else { Err(self.null()) };
        };
        let remaining = self.rest.len();
        if count > remaining / min_size {
            return Err(self.error(DecodeErrorKind::TooManyElements { count, remaining }));
        }
        Ok(Some(count))
    }

    /// An array or null; null is an error unless `allowed`.
    ///
    /// # Errors
    /// As [`Self::opt_array_len`], and those of the elements.
    #[inline]
    pub fn opt_array<T>(
        &mut self,
        flexible: bool,
        allowed: bool,
        min_size: usize,
        element: impl Fn(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Option<Vec<T>>, DecodeError> {
        let Some(count) = self.opt_array_len(flexible, allowed, min_size)? else {
            return Ok(None);
        };
        let mut items = Vec::new();
        while items.len() < count {
            // At most doubles, and never exceeds what was promised.
            let step = (count - items.len()).min(items.len().max(MAX_RESERVED_ELEMENTS));
            items.reserve_exact(step);
            for _ in 0..step {
                items.push(element(self)?);
            }
        }
        Ok(Some(items))
    }

    /// An array.
    ///
    /// # Errors
    /// As [`Self::opt_array`], and for null.
    #[inline]
    pub fn array<T>(
        &mut self,
        flexible: bool,
        min_size: usize,
        element: impl Fn(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        Ok(self
            .opt_array(flexible, false, min_size, element)?
            .unwrap_or_default())
    }

    /// The marker in front of a struct that may be null: whether it is there. It is when the marker
    /// is not negative, though 1 and -1 are all that is ever written.
    ///
    /// # Errors
    /// At the end of the bytes.
    #[inline]
    pub fn struct_marker(&mut self) -> Result<bool, DecodeError> {
        Ok(self.i8()? >= 0)
    }

    /// The marker in front of a struct in a tagged field that may be null: whether it is there.
    ///
    /// # Errors
    /// At the end of the bytes.
    #[inline]
    pub fn tagged_struct_marker(&mut self) -> Result<bool, DecodeError> {
        Ok(self.uvarint()? > 0)
    }

    /// The next tagged field: its tag, and a reader of its bytes alone.
    ///
    /// # Errors
    /// When it says more bytes than there are.
    pub fn tagged_field(&mut self) -> Result<(u32, Self), DecodeError> {
        let tag = self.uvarint()?;
        let len = self.uvarint()?;
        let rest = self.take(len as usize)?;
        Ok((
            tag,
            Self {
                rest,
                end: self.position(),
            },
        ))
    }

    /// The tagged fields of a struct that has none of its own.
    ///
    /// # Errors
    /// As [`Self::tagged_field`].
    pub fn unknown_tagged_fields(
        &mut self,
        flexible: bool,
    ) -> Result<UnknownTaggedFields, DecodeError> {
        let mut fields = UnknownTaggedFields::default();
        if flexible {
            for _ in 0..self.uvarint()? {
                let (tag, mut field) = self.tagged_field()?;
                fields.push(tag, field.take_rest());
            }
        }
        Ok(fields)
    }
}

macro_rules! integers {
    ($($(#[$doc:meta])* $name:ident: $type:ty;)*) => {
        impl Reader<'_> {
            $(
                $(#[$doc])*
                ///
                /// # Errors
                /// At the end of the bytes.
                #[inline]
                pub fn $name(&mut self) -> Result<$type, DecodeError> {
                    Ok(<$type>::from_be_bytes(self.chunk()?))
                }
            )*
        }
    };
}

integers! {
    /// A signed byte.
    i8: i8;
    /// Two bytes, signed.
    i16: i16;
    /// Two bytes, unsigned.
    u16: u16;
    /// Four bytes, signed.
    i32: i32;
    /// Four bytes, unsigned.
    u32: u32;
    /// Eight bytes, signed.
    i64: i64;
    /// A double.
    f64: f64;
}

impl Reader<'_> {
    /// Sixteen bytes of an id.
    ///
    /// # Errors
    /// At the end of the bytes.
    #[inline]
    pub fn uuid(&mut self) -> Result<Uuid, DecodeError> {
        Ok(Uuid(self.chunk()?))
    }

    /// Two bytes of an error code.
    ///
    /// # Errors
    /// At the end of the bytes.
    #[inline]
    pub fn error_code(&mut self) -> Result<model::ErrorCode, DecodeError> {
        Ok(model::ErrorCode(self.i16()?))
    }
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
