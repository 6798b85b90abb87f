//! What the offset map knows of a key: 128 bits of SipHash-2-4, under a key of the node's own.
//!
//! Two keys with the same bits would be taken for one, and the older record lost. By chance that does not happen in 128 bits, and
//! on purpose nobody can make it happen who does not know the node's key.

/// The secret under which keys are hashed: random, drawn when the node starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashKey(pub u64, pub u64);

/// What stands for a record's key.
pub(super) type KeyHash = (u64, u64);

/// The 128 bits of a record's key.
pub(super) fn hash(secret: HashKey, bytes: &[u8]) -> KeyHash {
    let mut state = State::new(secret);
    let (words, rest) = bytes.as_chunks::<8>();
    words
        .iter()
        .for_each(|word| state.absorb(u64::from_le_bytes(*word)));
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    state.absorb(u64::from_le_bytes(last) | (bytes.len() as u64) << 56);
    state.finish()
}

/// The four words of SipHash.
struct State(u64, u64, u64, u64);

impl State {
    const fn new(HashKey(low, high): HashKey) -> Self {
        Self(
            low ^ 0x736f_6d65_7073_6575,
            high ^ 0x646f_7261_6e64_6f6d ^ 0xee,
            low ^ 0x6c79_6765_6e65_7261,
            high ^ 0x7465_6462_7974_6573,
        )
    }

    #[inline]
    const fn round(&mut self) {
        self.0 = self.0.wrapping_add(self.1);
        self.1 = self.1.rotate_left(13) ^ self.0;
        self.0 = self.0.rotate_left(32);
        self.2 = self.2.wrapping_add(self.3);
        self.3 = self.3.rotate_left(16) ^ self.2;
        self.0 = self.0.wrapping_add(self.3);
        self.3 = self.3.rotate_left(21) ^ self.0;
        self.2 = self.2.wrapping_add(self.1);
        self.1 = self.1.rotate_left(17) ^ self.2;
        self.2 = self.2.rotate_left(32);
    }

    #[inline]
    const fn absorb(&mut self, word: u64) {
        self.3 ^= word;
        self.round();
        self.round();
        self.0 ^= word;
    }

    fn finish(mut self) -> (u64, u64) {
        self.2 ^= 0xee;
        (0..4).for_each(|_| self.round());
        let first = self.0 ^ self.1 ^ self.2 ^ self.3;
        self.1 ^= 0xdd;
        (0..4).for_each(|_| self.round());
        (first, self.0 ^ self.1 ^ self.2 ^ self.3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the reference implementation: key 00 01 .. 0f, inputs empty and 00.
    #[test]
    fn the_hash_is_siphash() {
        let secret = HashKey(0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908);
        let bytes =
            |(first, second): (u64, u64)| [first.to_le_bytes(), second.to_le_bytes()].concat();
        assert_eq!(
            bytes(hash(secret, b"")),
            [
                0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25, 0xa8, 0xe6, 0x6d, 0xf6, 0x72, 0x14, 0xc7, 0x55,
                0x02, 0x93
            ]
        );
        assert_eq!(
            bytes(hash(secret, &[0])),
            [
                0xda, 0x87, 0xc1, 0xd8, 0x6b, 0x99, 0xaf, 0x44, 0x34, 0x76, 0x59, 0x11, 0x9b, 0x22,
                0xfc, 0x45
            ]
        );
    }

    #[test]
    fn keys_of_every_length_differ() {
        let bytes = [0; 40];
        let mut seen: Vec<_> = (0..40)
            .map(|len| hash(HashKey(1, 2), &bytes[..len]))
            .collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 40);
    }
}
