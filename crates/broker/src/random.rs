//! Random numbers from a seed that the shell gives: member ids, topic ids, placement.

use parking_lot::Mutex;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream of random bits that threads share.
pub struct Random {
    stream: Mutex<ChaCha12Rng>,
}

impl std::fmt::Debug for Random {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Random")
    }
}

impl Random {
    /// The stream of `seed`: equal seeds give equal streams.
    #[must_use]
    pub fn new(seed: [u8; 32]) -> Self {
        Self {
            stream: Mutex::new(ChaCha12Rng::from_seed(seed)),
        }
    }

    /// The next 128 bits.
    #[must_use]
    pub fn bits(&self) -> u128 {
        let mut stream = self.stream.lock();
        u128::from(stream.next_u64()) << 64 | u128::from(stream.next_u64())
    }

    /// The next 64 bits.
    #[must_use]
    pub fn bits64(&self) -> u64 {
        self.stream.lock().next_u64()
    }
}
