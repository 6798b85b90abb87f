//! The streams of every codec.

use std::cell::RefCell;

use records::codec::Framing;
use records::{Codecs, Compression};

use crate::fingerprint::Fingerprint;

/// The most that a stream may yield here.
pub(crate) const LIMIT: usize = 1 << 20;

/// Every codec that the format has.
pub(crate) const ALL: [Compression; 5] = [
    Compression::None,
    Compression::Gzip,
    Compression::Snappy,
    Compression::Lz4,
    Compression::Zstd,
];

thread_local! {
    static CODECS: RefCell<Codecs> = RefCell::new(Codecs::new());
}

/// Lends the contexts of this thread, which are costly to make.
pub(crate) fn with<T>(work: impl FnOnce(&mut Codecs) -> T) -> T {
    CODECS.with_borrow_mut(work)
}

/// The input: the codec, then the stream.
pub(crate) fn run(data: &[u8]) -> Fingerprint {
    let mut fingerprint = Fingerprint::default();
    let Some((codec, stream)) = data.split_first() else {
        return fingerprint;
    };
    let codec = ALL[usize::from(*codec) % ALL.len()];
    for framing in [Framing::Standard, Framing::MagicZero] {
        with(|codecs| {
            let output = codecs.decompress(codec, framing, stream, LIMIT);
            fingerprint.text(codec);
            fingerprint.result(&output);
            if let Ok(bytes) = output {
                assert!(
                    bytes.len() <= LIMIT || codec == Compression::None,
                    "{codec} yields more than allowed"
                );
                fingerprint.count(bytes.len());
            }
        });
    }
    fingerprint
}
