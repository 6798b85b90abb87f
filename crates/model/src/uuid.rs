//! 128-bit ids in Kafka's text form: unpadded base64url, 22 characters.

use std::fmt;
use std::str::FromStr;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const TEXT_LEN: usize = 22;

/// A 128-bit id: topics, directories, clusters, incarnations. All zeroes means "none" on the wire.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Uuid(pub [u8; 16]);

/// Tells incarnations of a topic of one name apart (KIP-516).
pub type TopicId = Uuid;

/// Names one log directory of one broker (KIP-858).
pub type DirectoryId = Uuid;

/// A text that is not 22 characters of base64url.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UuidParseError;

impl fmt::Display for UuidParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id is 22 characters of A-Z, a-z, 0-9, - and _")
    }
}

impl std::error::Error for UuidParseError {}

impl Uuid {
    /// "None" on the wire.
    pub const ZERO: Self = Self([0; 16]);
    /// The topic id of `__cluster_metadata`.
    pub const METADATA_TOPIC: Self = Self::reserved(1);
    /// The directory of a replica that moves between directories (KIP-858).
    pub const MIGRATING: Self = Self::reserved(0);
    /// The directory of a replica that has not been assigned one (KIP-858).
    pub const UNASSIGNED: Self = Self::reserved(1);
    /// The directory of a replica whose directory is offline (KIP-858).
    pub const LOST: Self = Self::reserved(2);

    /// One of the ids that Kafka never gives out: the numbers 0 to 99.
    #[must_use]
    pub const fn reserved(low: u8) -> Self {
        let mut bytes = [0; 16];
        bytes[15] = low;
        Self(bytes)
    }

    /// A version 4 id made of 128 random bits, or `None` where Kafka would draw again: the 100
    /// reserved ids, and those whose text begins with a dash, which command lines mistake for flags.
    #[must_use]
    pub fn from_random(bits: u128) -> Option<Self> {
        let mut bytes = bits.to_be_bytes();
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        let starts_with_dash = bytes[0] >> 2 == 62;
        if starts_with_dash {
            None
        } else {
            Some(Self(bytes))
        }
    }

    /// Whether this is the wire's "none".
    #[must_use]
    pub fn is_zero(self) -> bool {
        self == Self::ZERO
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = u128::from_be_bytes(self.0);
        let mut text = [0u8; TEXT_LEN];
        for (i, slot) in text.iter_mut().enumerate() {
            // 22 digits of 6 bits hold 132 bits; the last digit's low 4 bits are zero.
            let shift = 122 - 6 * i as i32;
            let digit = if shift >= 0 {
                value >> shift
            } else {
                value << -shift
            };
            *slot = ALPHABET[(digit & 63) as usize];
        }
        f.write_str(std::str::from_utf8(&text).expect("the alphabet is ASCII"))
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Uuid {
    type Err = UuidParseError;

    fn from_str(text: &str) -> Result<Self, UuidParseError> {
        if text.len() != TEXT_LEN {
            return Err(UuidParseError);
        }
        let mut value: u128 = 0;
        for (i, c) in text.bytes().enumerate() {
            let digit = ALPHABET
                .iter()
                .position(|a| *a == c)
                .ok_or(UuidParseError)? as u128;
            let shift = 122 - 6 * i as i32;
            value |= if shift >= 0 {
                digit << shift
            } else {
                digit >> -shift
            };
        }
        Ok(Self(value.to_be_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(id: Uuid, text: &str) {
        assert_eq!(id.to_string(), text);
        assert_eq!(text.parse(), Ok(id));
    }

    #[test]
    fn text_is_kafkas_base64url() {
        check(Uuid::ZERO, "AAAAAAAAAAAAAAAAAAAAAA");
        check(Uuid::METADATA_TOPIC, "AAAAAAAAAAAAAAAAAAAAAQ");
        check(Uuid([0xff; 16]), "_____________________w");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "AAAA",
            "AAAAAAAAAAAAAAAAAAAAA+",
            "AAAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert_eq!(text.parse::<Uuid>(), Err(UuidParseError), "{text}");
        }
    }
}
