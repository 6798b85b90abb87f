//! The buffer that decompression fills: grown by what is really written, capped by the caller's limit.

use super::CodecError;

/// Bytes written so far, and initialised room behind them that later calls reuse without clearing it.
#[derive(Debug, Default)]
pub(super) struct Output {
    bytes: Vec<u8>,
    filled: usize,
    limit: usize,
}

impl Output {
    /// Begins anew under `limit`; a buffer above `retained` bytes is given back.
    pub(super) fn restart(&mut self, limit: usize, retained: usize) {
        self.filled = 0;
        self.limit = limit;
        if self.bytes.len() > retained {
            self.bytes = Vec::new();
        }
    }

    pub(super) fn filled(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }

    pub(super) const fn len(&self) -> usize {
        self.filled
    }

    /// Bytes that may still be written.
    pub(super) const fn left(&self) -> usize {
        self.limit - self.filled
    }

    pub(super) const fn too_large(&self) -> CodecError {
        CodecError::TooLarge { limit: self.limit }
    }

    /// Room of `wanted` bytes, fewer where the limit comes first; what it holds is arbitrary.
    pub(super) fn room(&mut self, wanted: usize) -> &mut [u8] {
        let end = self.filled + wanted.min(self.left());
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        &mut self.bytes[self.filled..end]
    }

    /// All the room there is without growing, up to the limit, and at least `least` where the limit allows.
    pub(super) fn all_room(&mut self, least: usize) -> &mut [u8] {
        let present = self.bytes.len() - self.filled;
        self.room(present.max(least))
    }

    /// `written` bytes of the last room are output.
    pub(super) fn advance(&mut self, written: usize) {
        self.filled += written;
        assert!(
            self.filled <= self.bytes.len(),
            "a codec wrote within the room it was given"
        );
    }

    /// Appends bytes that needed no decompression.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), CodecError> {
        if bytes.len() > self.left() {
            return Err(self.too_large());
        }
        self.room(bytes.len()).copy_from_slice(bytes);
        self.advance(bytes.len());
        Ok(())
    }
}
