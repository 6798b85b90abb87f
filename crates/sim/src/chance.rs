//! A seeded stream of numbers.

use std::time::Duration;

/// A stream of numbers (splitmix64): equal seeds and purposes give equal streams.
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    /// The stream of `seed` for one purpose, independent of the streams of others.
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        let mix = |state: u64, byte: u8| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let mut chance = Self(purpose.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, mix));
        chance.next();
        chance
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub(crate) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// A time from `low` to below `high`, both in microseconds.
    pub(crate) fn micros(&mut self, low: u64, high: u64) -> Duration {
        Duration::from_micros(low + self.below(high - low))
    }

    /// A time from `low` to below `high`, both in milliseconds.
    pub(crate) fn millis(&mut self, low: u64, high: u64) -> Duration {
        self.micros(low * 1000, high * 1000)
    }

    /// 256 bits.
    pub(crate) fn bits256(&mut self) -> [u8; 32] {
        let mut bits = [0; 32];
        for part in bits.chunks_mut(8) {
            part.copy_from_slice(&self.next().to_le_bytes());
        }
        bits
    }
}
