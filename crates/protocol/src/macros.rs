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

/// An enum over messages of one kind, told apart by a key.
macro_rules! message_enum {
    (
        $(#[$doc:meta])*
        $enum:ident$(<$lt:lifetime>)?, $self:ty, $owned:ty, by $key_type:ty { $($key:path => $variant:ident($type:ty),)* }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $enum$(<$lt>)? {
            $(
                #[doc = concat!("A `", stringify!($variant), "`.")]
                $variant($type),
            )*
        }

        impl<'a> $self {
            /// What tells this message apart.
            #[must_use]
            pub fn key(&self) -> $key_type {
                match self {
                    $(Self::$variant(_) => $key,)*
                }
            }

            /// Reads the fields of the message with this key; bytes after it are left.
            ///
            /// # Errors
            /// When the key or the version is not known, or the bytes are not such a message.
            pub fn decode_fields(
                key: $key_type,
                reader: &mut crate::wire::Reader<'a>,
                version: i16,
            ) -> Result<Self, crate::wire::DecodeError> {
                match key {
                    $($key => crate::Message::decode(reader, version).map(Self::$variant),)*
                    #[allow(unreachable_patterns, reason = "some keys are a closed set")]
                    _ => Err(reader.error(crate::wire::DecodeErrorKind::UnknownType(key as i64))),
                }
            }

            /// The exact bytes that the fields take.
            ///
            /// # Errors
            /// As [`Self::encode_fields`].
            pub fn fields_size(
                &self,
                version: i16,
            ) -> Result<crate::wire::Size, crate::wire::EncodeError> {
                match self {
                    $(Self::$variant(message) => crate::Message::size(message, version),)*
                }
            }

            /// Writes the fields.
            ///
            /// # Errors
            /// When the version is not known or cannot carry what the message holds.
            pub fn encode_fields(
                &self,
                writer: &mut crate::wire::Writer,
                version: i16,
            ) -> Result<(), crate::wire::EncodeError> {
                match self {
                    $(Self::$variant(message) => crate::Message::encode(message, writer, version),)*
                }
            }

            /// The highest version of this message.
            #[must_use]
            pub fn max_version(&self) -> i16 {
                match self {
                    $(Self::$variant(_) => <$type as crate::Message<'_>>::MAX_VERSION,)*
                }
            }

            /// A copy that outlives the frame.
            #[must_use]
            pub fn into_owned(self) -> $owned {
                match self {
                    $(Self::$variant(message) => $enum::$variant(message.into_owned()),)*
                }
            }
        }

        $(
            impl<'a> From<$type> for $self {
                fn from(message: $type) -> Self {
                    Self::$variant(message)
                }
            }
        )*
    };
}
pub(crate) use message_enum;
