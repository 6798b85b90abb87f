//! What stands in front of messages: sizes and headers on the wire, types and versions in records.
//!
//! ```text
//! request, response    size int32 | header | fields
//! framed record        frame version uvarint (1) | type uvarint | version uvarint | fields
//! coordinator's key    type int16 | fields
//! coordinator's value  version int16 | fields
//! ```

use crate::group_records::{GroupRecordKey, GroupRecordValue};
use crate::metadata_records::MetadataRecord;
use crate::remote_log_records::RemoteLogRecord;
use crate::request_header::RequestHeader;
use crate::response_header::ResponseHeader;
use crate::share_records::{ShareRecordKey, ShareRecordValue};
use crate::transaction_records::{TransactionRecordKey, TransactionRecordValue};
use crate::wire::{DecodeError, DecodeErrorKind, EncodeError, Reader, Sink, Size, Writer};
use crate::{ApiKey, Message, Request, Response};

/// The frame version of metadata records and of remote log records.
const FRAME_VERSION: u32 = 1;

/// The version of every coordinator record's key.
const KEY_VERSION: i16 = 0;

impl<'a> RequestHeader<'a> {
    /// Reads the header of whatever request follows.
    ///
    /// Its version depends on the API and the version of the request. Whether that version exists is
    /// not looked at: an unknown version of ApiVersions is answered, not refused (KIP-511).
    ///
    /// # Errors
    /// [`DecodeErrorKind::UnknownType`] with the key of an API that Kafka 4.4 does not have, or when
    /// the bytes are not a header.
    pub fn decode_any(reader: &mut Reader<'a>) -> Result<(ApiKey, Self), DecodeError> {
        let mut ahead = reader.clone();
        let (key, version) = (ahead.i16()?, ahead.i16()?);
        let Some(api) = ApiKey::from_i16(key) else {
            return Err(reader.error(DecodeErrorKind::UnknownType(i64::from(key))));
        };
        let header = Self::decode(reader, api.request_header_version(version))?;
        Ok((api, header))
    }
}

/// Writes size, header and fields of a request.
///
/// # Errors
/// As [`Message::encode`]; then nothing was written.
pub fn encode_request<'a, R: Request<'a>>(
    writer: &mut Writer,
    version: i16,
    correlation_id: i32,
    client_id: Option<&str>,
    request: &R,
) -> Result<(), EncodeError> {
    let header = RequestHeader {
        request_api_key: R::KEY.as_i16(),
        request_api_version: version,
        correlation_id,
        client_id: client_id.map(Into::into),
        ..RequestHeader::default()
    };
    let header_version = R::KEY.request_header_version(version);
    encode_frame(writer, &header, header_version, request, version)
}

/// Writes size, header and fields of a response. The size counts the bytes of regions, whose places
/// [`Writer::regions`] tells.
///
/// # Errors
/// As [`Message::encode`]; then nothing was written.
pub fn encode_response<'a, R: Response<'a>>(
    writer: &mut Writer,
    version: i16,
    correlation_id: i32,
    response: &R,
) -> Result<(), EncodeError> {
    let header = ResponseHeader {
        correlation_id,
        ..ResponseHeader::default()
    };
    let header_version = R::KEY.response_header_version(version);
    encode_frame(writer, &header, header_version, response, version)
}

fn encode_frame<'h, 'm>(
    writer: &mut Writer,
    header: &impl Message<'h>,
    header_version: i16,
    message: &impl Message<'m>,
    version: i16,
) -> Result<(), EncodeError> {
    let (head, body) = (header.size(header_version)?, message.size(version)?);
    let total = head.total() + body.total();
    let Ok(prefix) = i32::try_from(total) else {
        return Err(EncodeError::TooLong(total));
    };
    writer.reserve(Size {
        bytes: 4 + head.bytes + body.bytes,
        regions: 0,
    });
    writer.i32(prefix);
    header.encode(writer, header_version)?;
    message.encode(writer, version)
}

/// Refuses a version or type that does not fit into the 16 bits of its kind.
fn narrow(reader: &Reader<'_>, value: u32) -> Result<i16, DecodeError> {
    i16::try_from(value).map_err(|_| reader.error(DecodeErrorKind::UnknownType(i64::from(value))))
}

macro_rules! framed {
    ($enum:ident) => {
        impl<'a> $enum<'a> {
            /// Reads one with its frame, which takes all of `bytes`.
            ///
            /// # Errors
            /// When the frame, the type or the version is not known, or the bytes are not such a
            /// record.
            pub fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
                let mut reader = Reader::new(bytes);
                let frame = reader.uvarint()?;
                if frame != FRAME_VERSION {
                    return Err(reader.error(DecodeErrorKind::UnknownType(i64::from(frame))));
                }
                let key = reader.uvarint()?;
                let key = narrow(&reader, key)?;
                let version = reader.uvarint()?;
                let version = narrow(&reader, version)?;
                let record = Self::decode_fields(key, &mut reader, version)?;
                reader.finish()?;
                Ok(record)
            }

            /// Its bytes at a version, with the frame.
            ///
            /// # Errors
            /// When the version is not known or cannot carry what the record holds.
            pub fn to_bytes(&self, version: i16) -> Result<Vec<u8>, EncodeError> {
                let mut writer = Writer::new();
                let mut size = self.fields_size(version)?;
                size.uvarint(FRAME_VERSION);
                size.uvarint(self.key() as u32);
                size.uvarint(version as u32);
                writer.reserve(size);
                writer.uvarint(FRAME_VERSION);
                writer.uvarint(self.key() as u32);
                writer.uvarint(version as u32);
                self.encode_fields(&mut writer, version)?;
                Ok(writer.into_parts().0)
            }
        }
    };
}

framed!(MetadataRecord);
framed!(RemoteLogRecord);

macro_rules! keyed {
    ($key:ident, $value:ty) => {
        impl<'a> $key<'a> {
            /// Reads the key of a record, all of `bytes`.
            ///
            /// # Errors
            /// [`DecodeErrorKind::UnknownType`] for a type that Kafka 4.4 does not have, or when the
            /// bytes are not such a key.
            pub fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
                let mut reader = Reader::new(bytes);
                let key = reader.i16()?;
                let decoded = Self::decode_fields(key, &mut reader, KEY_VERSION)?;
                reader.finish()?;
                Ok(decoded)
            }

            /// Its bytes, with the type in front.
            ///
            /// # Errors
            /// When a string is too long.
            pub fn to_bytes(&self) -> Result<Vec<u8>, EncodeError> {
                let mut writer = Writer::new();
                let mut size = self.fields_size(KEY_VERSION)?;
                size.i16(self.key());
                writer.reserve(size);
                writer.i16(self.key());
                self.encode_fields(&mut writer, KEY_VERSION)?;
                Ok(writer.into_parts().0)
            }
        }

        impl<'a> $value {
            /// Reads the value of a record, all of `bytes`, whose key has the type `key`.
            ///
            /// # Errors
            /// When the type or the version is not known, or the bytes are not such a value.
            pub fn decode(key: i16, bytes: &'a [u8]) -> Result<Self, DecodeError> {
                let mut reader = Reader::new(bytes);
                let version = reader.i16()?;
                let decoded = Self::decode_fields(key, &mut reader, version)?;
                reader.finish()?;
                Ok(decoded)
            }

            /// Its bytes at a version, with that in front.
            ///
            /// # Errors
            /// When the version is not known or cannot carry what the value holds.
            pub fn to_bytes(&self, version: i16) -> Result<Vec<u8>, EncodeError> {
                let mut writer = Writer::new();
                let mut size = self.fields_size(version)?;
                size.i16(version);
                writer.reserve(size);
                writer.i16(version);
                self.encode_fields(&mut writer, version)?;
                Ok(writer.into_parts().0)
            }
        }
    };
}

keyed!(GroupRecordKey, GroupRecordValue<'a>);
keyed!(TransactionRecordKey, TransactionRecordValue<'a>);
keyed!(ShareRecordKey, ShareRecordValue);

#[cfg(test)]
#[path = "frames_tests.rs"]
mod tests;
