//! What every message can do.

use thiserror::Error;

use crate::ApiKey;
use crate::wire::{DecodeError, EncodeError, Reader, Size, Writer};

/// A request, response, header or internal record with its versions.
pub trait Message<'a>: Sized {
    /// Kafka's name of it.
    const NAME: &'static str;
    /// The lowest version.
    const MIN_VERSION: i16;
    /// The highest version.
    const MAX_VERSION: i16;

    /// Reads one; bytes after its end are left to the caller.
    ///
    /// # Errors
    /// When the bytes are not a message of this version, or the version is not known.
    fn decode(reader: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError>;

    /// The exact bytes that [`Self::encode`] takes.
    ///
    /// # Errors
    /// The same as those of [`Self::encode`]; after success, that succeeds too.
    fn size(&self, version: i16) -> Result<Size, EncodeError>;

    /// Writes it.
    ///
    /// # Errors
    /// When the version is not known or cannot carry what the message holds.
    fn encode(&self, writer: &mut Writer, version: i16) -> Result<(), EncodeError>;

    /// Writes it to a new buffer of the exact size. Bytes of regions are left out.
    ///
    /// # Errors
    /// As [`Self::encode`].
    fn to_bytes(&self, version: i16) -> Result<Vec<u8>, EncodeError> {
        let mut writer = Writer::new();
        writer.reserve(self.size(version)?);
        self.encode(&mut writer, version)?;
        Ok(writer.into_parts().0)
    }

    /// Reads one that takes all of `bytes`.
    ///
    /// # Errors
    /// As [`Self::decode`], and when bytes are left.
    fn from_bytes(bytes: &'a [u8], version: i16) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let message = Self::decode(&mut reader, version)?;
        reader.finish()?;
        Ok(message)
    }
}

/// A message that a client sends.
pub trait Request<'a>: Message<'a> {
    /// Its API.
    const KEY: ApiKey;
    /// What answers it.
    type Response<'r>: Response<'r>;
}

/// A message that answers a request.
pub trait Response<'a>: Message<'a> {
    /// Its API.
    const KEY: ApiKey;
}

/// One message, for those who treat all alike: fuzzers, judges of the codec and dump tools.
#[derive(Clone, Copy, Debug)]
pub struct CatalogueEntry {
    /// Kafka's name.
    pub name: &'static str,
    /// The lowest version.
    pub min_version: i16,
    /// The highest version.
    pub max_version: i16,
    /// Decodes bytes of a version, all of them.
    pub decode: fn(&[u8], i16) -> Result<(), DecodeError>,
    /// Decodes bytes of one version and encodes what they say at another.
    pub recode: Recode,
}

/// Takes bytes, their version, and the version to write.
pub type Recode = fn(&[u8], i16, i16) -> Result<Vec<u8>, RecodeError>;

/// Why a message could not be decoded and encoded again.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RecodeError {
    /// The bytes are not such a message.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The message cannot be written at the other version, or its unknown tagged fields are out of
    /// order.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// Decodes `bytes` of version `from` and encodes what they say at version `to`.
///
/// # Panics
/// If the size that was counted is not the size that was written.
pub(crate) fn recode<'a, M: Message<'a>>(
    bytes: &'a [u8],
    from: i16,
    to: i16,
) -> Result<Vec<u8>, RecodeError> {
    let message = M::from_bytes(bytes, from)?;
    let size = message.size(to)?;
    let mut writer = Writer::new();
    message.encode(&mut writer, to)?;
    assert_eq!(
        size.total(),
        writer.wire_len(),
        "{} counts what it writes",
        M::NAME
    );
    Ok(writer.into_parts().0)
}
