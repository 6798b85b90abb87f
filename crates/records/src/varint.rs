//! Zigzag variable-length integers, as records use them (Protocol Buffers' `sint32` and `sint64`).

use crate::{Malformed, Problem};

/// Reads forward through bytes; every read is bounded by them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    pub(crate) const fn position(&self) -> usize {
        self.position
    }

    #[inline]
    pub(crate) const fn remaining(&self) -> usize {
        self.bytes.len() - self.position
    }

    #[inline]
    pub(crate) fn byte(&mut self) -> Result<u8, Malformed> {
        let byte = *self
            .bytes
            .get(self.position)
            .ok_or(Problem::Varint.at(self.position))?;
        self.position += 1;
        Ok(byte)
    }

    /// The next `len` bytes; the caller has checked nothing.
    #[inline]
    pub(crate) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let end = self.position.checked_add(len)?;
        let taken = self.bytes.get(self.position..end)?;
        self.position = end;
        Some(taken)
    }

    /// A zigzag int32 of at most five bytes. Bits beyond the 32nd are dropped, as Kafka drops them.
    #[inline]
    pub(crate) fn varint(&mut self) -> Result<i32, Malformed> {
        let first = self.byte()?;
        if first < 0x80 {
            return Ok(unzigzag32(u32::from(first)));
        }
        self.long_varint(u32::from(first & 0x7f))
    }

    fn long_varint(&mut self, mut value: u32) -> Result<i32, Malformed> {
        for shift in [7, 14, 21, 28] {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(unzigzag32(value));
            }
        }
        Err(Problem::Varint.at(self.position))
    }

    /// A zigzag int64 of at most ten bytes.
    #[inline]
    pub(crate) fn varlong(&mut self) -> Result<i64, Malformed> {
        let mut value = 0_u64;
        for shift in (0..=63).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(unzigzag64(value));
            }
        }
        Err(Problem::Varint.at(self.position))
    }
}

const fn unzigzag32(value: u32) -> i32 {
    (value >> 1).cast_signed() ^ -((value & 1).cast_signed())
}

const fn unzigzag64(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -((value & 1).cast_signed())
}

const fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

/// Appends `value`, zigzag; an int32 and an int64 of the same value are written alike.
pub(crate) fn put_varint(out: &mut Vec<u8>, value: i64) {
    let mut left = zigzag(value);
    while left >= 0x80 {
        out.push((left as u8 & 0x7f) | 0x80);
        left >>= 7;
    }
    out.push(left as u8);
}

/// Bytes that [`put_varint`] takes for `value`.
pub(crate) const fn varint_size(value: i64) -> usize {
    let bits = 64 - (zigzag(value) | 1).leading_zeros() as usize;
    bits.div_ceil(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: i64, bytes: &[u8]) {
        let mut out = Vec::new();
        put_varint(&mut out, value);
        assert_eq!(out, bytes, "{value}");
        assert_eq!(varint_size(value), bytes.len(), "{value}");
        assert_eq!(Cursor::new(bytes).varlong(), Ok(value));
        if let Ok(narrow) = i32::try_from(value) {
            assert_eq!(Cursor::new(bytes).varint(), Ok(narrow));
        }
    }

    #[test]
    fn integers_take_the_bytes_that_kafka_gives_them() {
        check(0, &[0]);
        check(-1, &[1]);
        check(1, &[2]);
        check(63, &[0x7e]);
        check(-64, &[0x7f]);
        check(64, &[0x80, 1]);
        check(8191, &[0xfe, 0x7f]);
        check(8192, &[0x80, 0x80, 1]);
        check(i64::from(i32::MAX), &[0xfe, 0xff, 0xff, 0xff, 0x0f]);
        check(i64::from(i32::MIN), &[0xff, 0xff, 0xff, 0xff, 0x0f]);
        check(
            i64::MAX,
            &[0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
        );
        check(
            i64::MIN,
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
        );
    }

    #[test]
    fn an_integer_that_never_ends_or_is_cut_off_is_malformed() {
        assert_eq!(
            Cursor::new(&[0x80; 12]).varint(),
            Err(Problem::Varint.at(5))
        );
        assert_eq!(
            Cursor::new(&[0x80; 12]).varlong(),
            Err(Problem::Varint.at(10))
        );
        assert_eq!(
            Cursor::new(&[0x80, 0x80]).varint(),
            Err(Problem::Varint.at(2))
        );
        assert_eq!(Cursor::new(&[]).varlong(), Err(Problem::Varint.at(0)));
    }
}
