//! The bytes of a response, and what they say.

use std::marker::PhantomData;

use protocol::response_header::ResponseHeader;
use protocol::{DecodeError, Message, Reader, Request};

use crate::ClientError;

/// The answer to a request of type `R`, whose message borrows from it.
pub struct Answer<R> {
    frame: Vec<u8>,
    version: i16,
    address: String,
    request: PhantomData<fn() -> R>,
}

impl<R> Answer<R> {
    pub(crate) const fn new(frame: Vec<u8>, version: i16, address: String) -> Self {
        Self {
            frame,
            version,
            address,
            request: PhantomData,
        }
    }
}

impl<'a, R: Request<'a>> Answer<R> {
    /// The message.
    ///
    /// # Errors
    /// [`ClientError::Malformed`] when the bytes are not such a response.
    pub fn message(&self) -> Result<R::Response<'_>, ClientError> {
        self.decode().map_err(|source| ClientError::Malformed {
            address: self.address.clone(),
            api: R::KEY.name(),
            source,
        })
    }

    fn decode(&self) -> Result<R::Response<'_>, DecodeError> {
        let mut reader = Reader::new(&self.frame);
        ResponseHeader::decode(&mut reader, R::KEY.response_header_version(self.version))?;
        let message = R::Response::decode(&mut reader, self.version)?;
        reader.finish()?;
        Ok(message)
    }
}
