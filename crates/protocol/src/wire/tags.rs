//! Tagged fields that the schemas do not know.

use super::sink::uvarint_into;
use super::{EncodeError, Reader, Sink};

/// Tagged fields of a struct that the schemas do not know, kept so that they can be written again.
///
/// Takes one word where there are none, and otherwise about the bytes that it had on the wire.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnknownTaggedFields(Option<Box<Fields>>);

#[derive(Clone, Debug, Default, PartialEq)]
struct Fields {
    count: u32,
    /// Each field as on the wire: tag, length, bytes.
    encoded: Vec<u8>,
}

impl UnknownTaggedFields {
    /// Adds a field. Tags must ascend, or the struct cannot be encoded.
    pub fn push(&mut self, tag: u32, bytes: &[u8]) {
        let fields = self.0.get_or_insert_default();
        let mut varint = [0; 5];
        let len = u32::try_from(bytes.len()).expect("a field is part of a frame, below 2 GiB");
        let tag_len = uvarint_into(tag, &mut varint);
        fields.encoded.extend_from_slice(&varint[..tag_len]);
        let len_len = uvarint_into(len, &mut varint);
        fields.encoded.extend_from_slice(&varint[..len_len]);
        fields.encoded.extend_from_slice(bytes);
        fields.count += 1;
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.0.as_ref().map_or(0, |fields| fields.count)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Each field's tag and bytes, in order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &[u8])> {
        let mut reader = Reader::new(self.0.as_ref().map_or(&[], |fields| &fields.encoded));
        std::iter::from_fn(move || {
            let (tag, mut field) = reader.tagged_field().ok()?;
            Some((tag, field.take_rest()))
        })
    }

    /// Writes all of them, in a struct without tagged fields of its own.
    ///
    /// # Errors
    /// When the tags do not ascend, or the version has no tagged fields.
    #[inline]
    pub fn write_only<S: Sink>(
        &self,
        sink: &mut S,
        flexible: bool,
        version: i16,
    ) -> Result<(), EncodeError> {
        if flexible {
            sink.uvarint(self.len());
            self.write_between(sink, None, None)
        } else {
            self.refuse(version)
        }
    }

    /// Refuses to be written in a version without tagged fields.
    ///
    /// # Errors
    /// When there are any.
    #[inline]
    pub fn refuse(&self, version: i16) -> Result<(), EncodeError> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(EncodeError::NoTaggedFields(version))
        }
    }

    /// Writes those with tags above `after` and below `before`, which are known tags.
    ///
    /// # Errors
    /// When the tags do not ascend or are known ones.
    #[inline]
    pub fn write_between<S: Sink>(
        &self,
        sink: &mut S,
        after: Option<u32>,
        before: Option<u32>,
    ) -> Result<(), EncodeError> {
        if self.is_empty() {
            Ok(())
        } else {
            self.write_some(sink, after, before)
        }
    }

    #[cold]
    fn write_some<S: Sink>(
        &self,
        sink: &mut S,
        after: Option<u32>,
        before: Option<u32>,
    ) -> Result<(), EncodeError> {
        let mut previous = None;
        for (tag, bytes) in self.iter() {
            if previous >= Some(tag) || before == Some(tag) {
                return Err(EncodeError::TagOrder(tag));
            }
            previous = Some(tag);
            if after < Some(tag) && before.is_none_or(|before| tag < before) {
                sink.tagged_field(tag, bytes.len())?;
                sink.put(bytes);
            }
        }
        Ok(())
    }
}
