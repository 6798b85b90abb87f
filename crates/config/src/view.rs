//! Typed structs over a broker's values: a field is declared once, with its configuration.

use std::time::Duration;

use crate::error::ConfigError;
use crate::value::Value;

/// What a field of a view can be made of.
pub(crate) trait FromValue: Sized {
    /// The value as the field's type. The unit of a time is the end of the configuration's name.
    fn from_value(name: &str, value: &Value) -> Result<Self, ConfigError>;
}

/// Declares a struct whose fields are configurations of the broker.
macro_rules! view {
    ($(#[$doc:meta])* $view:ident { $($key:literal => $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $view {
            $(
                #[doc = concat!("`", $key, "`")]
                pub $field: $type,
            )*
        }

        impl $view {
            /// The configurations that this reads.
            #[cfg(test)]
            pub(crate) const KEYS: &[&str] = &[$($key),*];

            pub(crate) fn of(values: &$crate::layers::Values) -> Result<Self, $crate::ConfigError> {
                Ok(Self {
                    $($field: $crate::view::FromValue::from_value($key, values.get($key))?,)*
                })
            }
        }
    };
}
pub(crate) use view;

fn mismatch(name: &str, value: &Value) -> ConfigError {
    ConfigError::invalid(name, &value.to_message(), "Value must be at least 0")
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(i64::from(*number)),
        Value::Short(number) => Some(i64::from(*number)),
        Value::Long(number) => Some(*number),
        _ => None,
    }
}

macro_rules! integers {
    ($($type:ty)*) => {
        $(
            impl FromValue for $type {
                fn from_value(name: &str, value: &Value) -> Result<Self, ConfigError> {
                    integer(value)
                        .and_then(|number| Self::try_from(number).ok())
                        .ok_or_else(|| mismatch(name, value))
                }
            }
        )*
    };
}
integers!(i16 i32 i64 u16 u32 u64 usize);

impl FromValue for bool {
    fn from_value(name: &str, value: &Value) -> Result<Self, ConfigError> {
        match value {
            Value::Boolean(value) => Ok(*value),
            other => Err(mismatch(name, other)),
        }
    }
}

impl FromValue for f64 {
    fn from_value(name: &str, value: &Value) -> Result<Self, ConfigError> {
        match value {
            Value::Double(value) => Ok(*value),
            other => Err(mismatch(name, other)),
        }
    }
}

impl FromValue for String {
    fn from_value(name: &str, value: &Value) -> Result<Self, ConfigError> {
        match value {
            Value::Text(value) => Ok(value.clone()),
            other => Err(mismatch(name, other)),
        }
    }
}

impl FromValue for Vec<String> {
    fn from_value(name: &str, value: &Value) -> Result<Self, ConfigError> {
        match value {
            Value::List(value) => Ok(value.clone()),
            other => Err(mismatch(name, other)),
        }
    }
}

impl FromValue for Duration {
    fn from_value(name: &str, value: &Value) -> Result<Self, ConfigError> {
        let count = u64::from_value(name, value)?;
        Ok(match name.rsplit_once('.').map(|(_, unit)| unit) {
            Some("seconds" | "secs") => Self::from_secs(count),
            Some("minutes") => Self::from_secs(count.saturating_mul(60)),
            Some("hours") => Self::from_secs(count.saturating_mul(3600)),
            _ => Self::from_millis(count),
        })
    }
}

/// A number below zero, and the largest there is, are Kafka's ways to say "without limit".
impl<T: FromValue> FromValue for Option<T> {
    fn from_value(name: &str, value: &Value) -> Result<Self, ConfigError> {
        let is_absent = match value {
            Value::Null => true,
            Value::Int(number) => *number < 0 || *number == i32::MAX,
            other => integer(other).is_some_and(|number| number < 0 || number == i64::MAX),
        };
        if is_absent {
            Ok(None)
        } else {
            T::from_value(name, value).map(Some)
        }
    }
}
