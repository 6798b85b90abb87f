//! Writing: the same code counts the bytes and then writes them.

use model::{ErrorCode, Uuid};
use thiserror::Error;

use super::{MAX_STRING_LEN, Records};

/// A message that cannot be written at the version asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EncodeError {
    /// The message does not have this version.
    #[error("version {version} of {message} is not known")]
    UnsupportedVersion {
        /// The message.
        message: &'static str,
        /// The version.
        version: i16,
    },
    /// A field holds something that the version cannot carry and the receiver could not do without.
    #[error("version {version} cannot carry a value of {field} other than its default")]
    FieldNotInVersion {
        /// The field.
        field: &'static str,
        /// The version.
        version: i16,
    },
    /// A field is null, and the version does not allow that.
    #[error("{0} may not be null")]
    Null(&'static str),
    /// A string of more than 32,767 bytes, or anything of more than 2 GiB.
    #[error("{0} bytes or elements are more than the protocol can say")]
    TooLong(usize),
    /// Unknown tagged fields are not in ascending order, or one of them has a tag that is known.
    #[error("the unknown tagged field {0} is out of order or not unknown")]
    TagOrder(u32),
    /// Unknown tagged fields in a version without tagged fields.
    #[error("version {0} has no tagged fields")]
    NoTaggedFields(i16),
}

impl EncodeError {
    /// A field that `version` lacks holds something else than its default.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn not_in_version(field: &'static str, version: i16) -> Self {
        Self::FieldNotInVersion { field, version }
    }
}

/// Where bytes go: counted or written.
pub trait Sink {
    /// Takes bytes.
    fn put(&mut self, bytes: &[u8]);

    /// Takes note of bytes that come from elsewhere.
    fn put_region(&mut self, len: u32);

    /// A byte: 1 or 0.
    #[inline]
    fn bool(&mut self, value: bool) {
        self.put(&[u8::from(value)]);
    }

    /// A signed byte.
    #[inline]
    fn i8(&mut self, value: i8) {
        self.put(&value.to_be_bytes());
    }

    /// Two bytes, signed.
    #[inline]
    fn i16(&mut self, value: i16) {
        self.put(&value.to_be_bytes());
    }

    /// Two bytes, unsigned.
    #[inline]
    fn u16(&mut self, value: u16) {
        self.put(&value.to_be_bytes());
    }

    /// Four bytes, signed.
    #[inline]
    fn i32(&mut self, value: i32) {
        self.put(&value.to_be_bytes());
    }

    /// Four bytes, unsigned.
    #[inline]
    fn u32(&mut self, value: u32) {
        self.put(&value.to_be_bytes());
    }

    /// Eight bytes, signed.
    #[inline]
    fn i64(&mut self, value: i64) {
        self.put(&value.to_be_bytes());
    }

    /// A double.
    #[inline]
    fn f64(&mut self, value: f64) {
        self.put(&value.to_be_bytes());
    }

    /// Sixteen bytes of an id.
    #[inline]
    fn uuid(&mut self, value: Uuid) {
        self.put(&value.0);
    }

    /// Two bytes of an error code.
    #[inline]
    fn error_code(&mut self, value: ErrorCode) {
        self.i16(value.0);
    }

    /// An unsigned variable-length integer (KIP-482).
    #[inline]
    fn uvarint(&mut self, value: u32) {
        if value < 0x80 {
            self.put(&[value as u8]);
        } else {
            let mut bytes = [0; 5];
            let len = uvarint_into(value, &mut bytes);
            self.put(&bytes[..len]);
        }
    }

    /// The length of bytes or of an array; `None` for null.
    ///
    /// # Errors
    /// When it is too long.
    #[inline(never)]
    fn len32(&mut self, flexible: bool, len: Option<usize>) -> Result<(), EncodeError> {
        let value = match len {
            None => -1,
            Some(len) if len >= i32::MAX as usize => return Err(EncodeError::TooLong(len)),
            Some(len) => len as i32,
        };
        if flexible {
            self.uvarint((value + 1) as u32);
        } else {
            self.i32(value);
        }
        Ok(())
    }

    /// A string.
    ///
    /// # Errors
    /// When it is too long.
    #[inline(never)]
    fn string(&mut self, flexible: bool, text: &str) -> Result<(), EncodeError> {
        if text.len() > MAX_STRING_LEN {
            return Err(EncodeError::TooLong(text.len()));
        }
        if flexible {
            self.uvarint(text.len() as u32 + 1);
        } else {
            self.i16(text.len() as i16);
        }
        self.put(text.as_bytes());
        Ok(())
    }

    /// A string or null; null is an error unless `allowed`.
    ///
    /// # Errors
    /// When it is too long, or null and not allowed.
    #[inline(never)]
    fn opt_string(
        &mut self,
        flexible: bool,
        allowed: bool,
        text: Option<&str>,
        field: &'static str,
    ) -> Result<(), EncodeError> {
        match text {
            Some(text) => self.string(flexible, text)?,
            None if !allowed => return Err(EncodeError::Null(field)),
            None if flexible => self.uvarint(0),
            None => self.i16(-1),
        }
        Ok(())
    }

    /// Bytes.
    ///
    /// # Errors
    /// When they are too long.
    #[inline(never)]
    fn bytes(&mut self, flexible: bool, bytes: &[u8]) -> Result<(), EncodeError> {
        self.len32(flexible, Some(bytes.len()))?;
        self.put(bytes);
        Ok(())
    }

    /// Null in place of bytes or an array; an error unless `allowed`.
    ///
    /// # Errors
    /// When it is not allowed.
    #[inline(never)]
    fn null(
        &mut self,
        flexible: bool,
        allowed: bool,
        field: &'static str,
    ) -> Result<(), EncodeError> {
        if allowed {
            self.len32(flexible, None)
        } else {
            Err(EncodeError::Null(field))
        }
    }

    /// Bytes or null; null is an error unless `allowed`.
    ///
    /// # Errors
    /// When they are too long, or null and not allowed.
    #[inline(never)]
    fn opt_bytes(
        &mut self,
        flexible: bool,
        allowed: bool,
        bytes: Option<&[u8]>,
        field: &'static str,
    ) -> Result<(), EncodeError> {
        match bytes {
            Some(bytes) => self.bytes(flexible, bytes),
            None => self.null(flexible, allowed, field),
        }
    }

    /// Record batches or null; null is an error unless `allowed`.
    ///
    /// # Errors
    /// When they are too long, or null and not allowed.
    #[inline(never)]
    fn opt_records(
        &mut self,
        flexible: bool,
        allowed: bool,
        records: Option<&Records<'_>>,
        field: &'static str,
    ) -> Result<(), EncodeError> {
        match records {
            Some(Records::Bytes(bytes)) => self.bytes(flexible, bytes),
            Some(Records::Region { len }) => {
                self.len32(flexible, Some(*len as usize))?;
                self.put_region(*len);
                Ok(())
            }
            None => self.null(flexible, allowed, field),
        }
    }

    /// The marker in front of a struct that may be null.
    #[inline]
    fn struct_marker(&mut self, present: bool) {
        self.i8(if present { 1 } else { -1 });
    }

    /// The marker in front of a struct in a tagged field that may be null.
    #[inline]
    fn tagged_struct_marker(&mut self, present: bool) {
        self.uvarint(u32::from(present));
    }

    /// What stands in front of a tagged field of `len` bytes.
    ///
    /// # Errors
    /// When it is too long.
    #[inline(never)]
    fn tagged_field(&mut self, tag: u32, len: usize) -> Result<(), EncodeError> {
        let Ok(len) = u32::try_from(len) else {
            return Err(EncodeError::TooLong(len));
        };
        self.uvarint(tag);
        self.uvarint(len);
        Ok(())
    }
}

/// Writes a variable-length integer to the front of `bytes` and returns its length.
pub(super) fn uvarint_into(mut value: u32, bytes: &mut [u8; 5]) -> usize {
    let mut len = 0;
    while value >= 0x80 {
        bytes[len] = value as u8 | 0x80;
        value >>= 7;
        len += 1;
    }
    bytes[len] = value as u8;
    len + 1
}

/// The bytes that a message takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Bytes that are written.
    pub bytes: usize,
    /// Bytes of regions, which the sender supplies from elsewhere.
    pub regions: usize,
}

impl Size {
    /// The bytes that go over the wire.
    #[must_use]
    pub fn total(self) -> usize {
        self.bytes + self.regions
    }
}

impl Sink for Size {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len();
    }

    #[inline]
    fn put_region(&mut self, len: u32) {
        self.regions += len as usize;
    }
}

/// The place of a region among the written bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegionAt {
    /// The number of written bytes that go out before the region.
    pub position: usize,
    /// The length of the region.
    pub len: u32,
}

/// Writes messages to the end of a buffer.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    buf: Vec<u8>,
    regions: Vec<RegionAt>,
}

impl Writer {
    /// Writes to a new buffer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes to the end of `buf`, whose memory is used again.
    #[must_use]
    pub fn reusing(buf: Vec<u8>) -> Self {
        Self {
            buf,
            regions: Vec::new(),
        }
    }

    /// Makes room for `size`, exactly.
    pub fn reserve(&mut self, size: Size) {
        self.buf.reserve_exact(size.bytes);
    }

    /// What was written.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.buf
    }

    /// Where regions go, in ascending order; positions count from the start of [`Self::bytes`].
    #[must_use]
    pub fn regions(&self) -> &[RegionAt] {
        &self.regions
    }

    /// The bytes that go over the wire: those written and those of regions.
    #[must_use]
    pub fn wire_len(&self) -> usize {
        self.buf.len()
            + self
                .regions
                .iter()
                .map(|region| region.len as usize)
                .sum::<usize>()
    }

    /// What was written, and where regions go.
    #[must_use]
    pub fn into_parts(self) -> (Vec<u8>, Vec<RegionAt>) {
        (self.buf, self.regions)
    }
}

impl Sink for Writer {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.buf.extend_from_slice(bytes);
    }

    #[inline]
    fn put_region(&mut self, len: u32) {
        self.regions.push(RegionAt {
            position: self.buf.len(),
            len,
        });
    }
}

#[cfg(test)]
#[path = "sink_tests.rs"]
mod tests;
