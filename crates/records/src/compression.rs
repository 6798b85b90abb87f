//! Which codec a batch's records are compressed with.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A compression codec of the record format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Compression {
    /// As they are.
    #[default]
    None = 0,
    /// RFC 1952.
    Gzip = 1,
    /// Snappy in the framing of the Java library by Xerial.
    Snappy = 2,
    /// LZ4 frames with independent blocks.
    Lz4 = 3,
    /// Zstandard (KIP-110).
    Zstd = 4,
}

/// A codec id or name that the format does not have.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown compression codec '{0}'")]
pub struct UnknownCodec(String);

impl Compression {
    /// Every codec.
    pub const ALL: [Self; 5] = [Self::None, Self::Gzip, Self::Snappy, Self::Lz4, Self::Zstd];

    /// The codec with this id, which attribute bits 0-2 carry; `None` for 5, 6 and 7.
    #[must_use]
    pub const fn from_id(id: u8) -> Option<Self> {
        match id {
            0 => Some(Self::None),
            1 => Some(Self::Gzip),
            2 => Some(Self::Snappy),
            3 => Some(Self::Lz4),
            4 => Some(Self::Zstd),
            _ => None,
        }
    }

    /// The id that attributes carry.
    #[must_use]
    pub const fn id(self) -> u8 {
        self as u8
    }

    /// Kafka's name, as `compression.type` takes it (where [`None`](Self::None) is `uncompressed`).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Snappy => "snappy",
            Self::Lz4 => "lz4",
            Self::Zstd => "zstd",
        }
    }

    /// The level when none is configured (KIP-390).
    #[must_use]
    pub const fn default_level(self) -> i32 {
        match self {
            Self::None | Self::Snappy => 0,
            Self::Gzip => -1,
            Self::Lz4 => 9,
            Self::Zstd => 3,
        }
    }

    /// Whether `compression.<codec>.level` may be `level` (KIP-390): gzip -1 or 1 to 9, lz4 1 to 17, zstd
    /// -131072 to 22; the others have no levels.
    ///
    /// LZ4 is always compressed by its one fast method, whatever level was asked for: the format that a
    /// reader sees is the same.
    #[must_use]
    pub const fn has_level(self, level: i32) -> bool {
        match self {
            Self::None | Self::Snappy => level == 0,
            Self::Gzip => level == -1 || (1 <= level && level <= 9),
            Self::Lz4 => 1 <= level && level <= 17,
            Self::Zstd => -131_072 <= level && level <= 22,
        }
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Compression {
    type Err = UnknownCodec;

    /// Kafka's names; `uncompressed` is `none`, as topics say it.
    fn from_str(name: &str) -> Result<Self, UnknownCodec> {
        if name == "uncompressed" {
            return Ok(Self::None);
        }
        Self::ALL
            .into_iter()
            .find(|codec| codec.name() == name)
            .ok_or_else(|| UnknownCodec(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_names_lead_back_to_the_codec() {
        for codec in Compression::ALL {
            assert_eq!(Compression::from_id(codec.id()), Some(codec));
            assert_eq!(codec.name().parse(), Ok(codec));
            assert!(codec.has_level(codec.default_level()), "{codec}");
        }
        assert_eq!(Compression::from_id(5), None);
        assert_eq!("uncompressed".parse(), Ok(Compression::None));
        assert!("producer".parse::<Compression>().is_err());
    }

    #[test]
    fn levels_beyond_kafkas_are_refused() {
        assert!(!Compression::Gzip.has_level(0));
        assert!(!Compression::Gzip.has_level(10));
        assert!(!Compression::Lz4.has_level(18));
        assert!(!Compression::Zstd.has_level(23));
        assert!(!Compression::Zstd.has_level(-131_073));
    }
}
