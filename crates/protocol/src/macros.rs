//! What the generated modules have in common.

/// Implements [`Message`](crate::Message) on top of a struct's `read` and `write`.
macro_rules! message {
    ($type:ty, $name:literal, $min:literal, $max:literal) => {
        impl<'a> crate::Message<'a> for $type {
            const NAME: &'static str = $name;
            const MIN_VERSION: i16 = $min;
            const MAX_VERSION: i16 = $max;

            fn decode(
                reader: &mut crate::wire::Reader<'a>,
                version: i16,
            ) -> Result<Self, crate::wire::DecodeError> {
                if !($min..=$max).contains(&version) {
                    let kind = crate::wire::DecodeErrorKind::UnsupportedVersion(version);
                    return Err(reader.error(kind));
                }
                Self::read(reader, version)
            }

            fn size(&self, version: i16) -> Result<crate::wire::Size, crate::wire::EncodeError> {
                let mut size = crate::wire::Size::default();
                if !($min..=$max).contains(&version) {
                    return Err(crate::wire::EncodeError::UnsupportedVersion {
                        message: $name,
                        version,
                    });
                }
                self.write(&mut size, version)?;
                Ok(size)
            }

            fn encode(
                &self,
                writer: &mut crate::wire::Writer,
                version: i16,
            ) -> Result<(), crate::wire::EncodeError> {
                if !($min..=$max).contains(&version) {
                    return Err(crate::wire::EncodeError::UnsupportedVersion {
                        message: $name,
                        version,
                    });
                }
                self.write(writer, version)
            }
        }
    };
}
pub(crate) use message;
