//! Why a configuration is refused.

use model::ErrorCode;

/// A configuration that is refused; its text is Kafka's where Kafka has one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A value of the wrong type or out of range.
    #[error("Invalid value {value} for configuration {name}: {reason}")]
    Invalid {
        /// The configuration.
        name: String,
        /// What was given.
        value: String,
        /// What would do.
        reason: String,
    },
    /// Values that do not fit together, or a name that does not exist.
    #[error("{0}")]
    Conflict(String),
    /// The request itself makes no sense, whatever the values.
    #[error("{0}")]
    Request(String),
    /// A configuration without default was not given.
    #[error("Missing required configuration \"{0}\" which has no default value.")]
    Missing(&'static str),
}

impl ConfigError {
    pub(crate) fn invalid(name: &str, value: &str, reason: impl Into<String>) -> Self {
        Self::Invalid {
            name: name.to_owned(),
            value: value.to_owned(),
            reason: reason.into(),
        }
    }

    /// The code with which an API refuses it: INVALID_CONFIG, or INVALID_REQUEST.
    #[must_use]
    pub const fn error_code(&self) -> ErrorCode {
        match self {
            Self::Invalid { .. } | Self::Conflict(_) | Self::Missing(_) => {
                ErrorCode::INVALID_CONFIG
            }
            Self::Request(_) => ErrorCode::INVALID_REQUEST,
        }
    }
}
