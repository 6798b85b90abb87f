//! The API table: which versions there are, who answers, which headers go with them.

use std::ops::RangeInclusive;

use crate::ApiKey;
use crate::api_key::TABLE;

/// What the schemas say of one API.
pub(crate) struct ApiRow {
    pub(crate) name: &'static str,
    pub(crate) versions: Option<(i16, i16)>,
    pub(crate) flexible_from: Option<i16>,
    pub(crate) broker: bool,
    pub(crate) controller: bool,
    pub(crate) latest_version_unstable: bool,
}

/// Who answers an API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listener {
    /// A broker, on any of its listeners.
    Broker,
    /// A controller, on the controller listener.
    Controller,
}

impl ApiKey {
    /// The API with this key, or `None` for a key that Kafka 4.4 does not have.
    #[must_use]
    pub fn from_i16(key: i16) -> Option<Self> {
        Self::ALL.get(usize::try_from(key).ok()?).copied()
    }

    /// The key as the wire has it.
    #[must_use]
    pub const fn as_i16(self) -> i16 {
        self as i16
    }

    const fn row(self) -> &'static ApiRow {
        &TABLE[self as usize]
    }

    /// Kafka's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The valid versions; `None` for the four APIs that Kafka 4.0 removed.
    #[must_use]
    pub fn versions(self) -> Option<RangeInclusive<i16>> {
        self.row().versions.map(|(first, last)| first..=last)
    }

    /// Whether there is such a version.
    #[must_use]
    pub fn has_version(self, version: i16) -> bool {
        self.versions()
            .is_some_and(|versions| versions.contains(&version))
    }

    /// The first version with compact lengths and tagged fields (KIP-482), if any has them.
    #[must_use]
    pub const fn flexible_from(self) -> Option<i16> {
        self.row().flexible_from
    }

    /// Whether `version` has compact lengths and tagged fields.
    #[must_use]
    pub fn is_flexible(self, version: i16) -> bool {
        self.flexible_from().is_some_and(|first| version >= first)
    }

    /// Whether `listener` answers this API in Apache Kafka.
    #[must_use]
    pub const fn is_on(self, listener: Listener) -> bool {
        match listener {
            Listener::Broker => self.row().broker,
            Listener::Controller => self.row().controller,
        }
    }

    /// Whether the last version is only for tests of Kafka's next release, so that a node offers it
    /// only where the configuration enables unstable versions.
    #[must_use]
    pub const fn latest_version_unstable(self) -> bool {
        self.row().latest_version_unstable
    }

    /// The version of the header in front of a request.
    #[must_use]
    pub fn request_header_version(self, version: i16) -> i16 {
        if self.is_flexible(version) { 2 } else { 1 }
    }

    /// The version of the header in front of a response. That of ApiVersions has no tagged fields
    /// at any version: the client may not know yet what the broker speaks (KIP-511).
    #[must_use]
    pub fn response_header_version(self, version: i16) -> i16 {
        i16::from(self.is_flexible(version) && self != Self::ApiVersions)
    }
}
