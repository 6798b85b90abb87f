//! The ranges of values, with Kafka's words for what lies outside.

use std::collections::BTreeSet;
use std::fmt;

use crate::error::ConfigError;
use crate::value::Value;

/// What values a configuration may take. `Display` is Kafka's notation of the range.
#[derive(Clone, Debug, PartialEq)]
pub enum Validator {
    /// Whatever its type holds.
    Any,
    /// Numbers from `min` to `max`, both included.
    Range {
        /// The smallest number.
        min: Bound,
        /// The largest, where there is one.
        max: Option<Bound>,
    },
    /// Numbers from `min` to `max`, or `alone`.
    RangeOr {
        /// The smallest number.
        min: i32,
        /// The largest number.
        max: i32,
        /// The number outside the range that means the default level.
        alone: i32,
    },
    /// One of these texts; every element of a list.
    OneOf(Vec<&'static str>),
    /// One of these texts in any case.
    OneOfAnyCase(Vec<&'static str>),
    /// A text of at least one character, where one is set.
    NonEmpty,
    /// Some text, which may be empty.
    NonNull,
    /// `*`, or partition and broker pairs as `0:1,1:2`.
    ThrottledReplicas,
    /// Voters as `1@host:9093` (KIP-595).
    Voters,
    /// Addresses as `host:9093` (KIP-853).
    Addresses,
    /// `latest`, `earliest` or `by_duration:` with an ISO 8601 duration (KIP-932).
    OffsetReset,
}

/// A bound as the table spells it, because Kafka prints it so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// The number.
    pub value: f64,
    /// Its spelling.
    pub text: &'static str,
}

impl Validator {
    /// Whether `value` is allowed.
    ///
    /// # Errors
    /// In Kafka's words, when it is not.
    pub fn check(&self, name: &str, value: &Value) -> Result<(), ConfigError> {
        match self.complaint(name, value) {
            None => Ok(()),
            Some(reason) => Err(reason),
        }
    }

    /// Lists of known words are sets: Kafka drops what is repeated (KIP-1161).
    pub(crate) fn without_duplicates(&self, value: Value) -> Value {
        match (self, value) {
            (Self::OneOf(_), Value::List(mut elements)) => {
                let mut seen = BTreeSet::new();
                elements.retain(|element| seen.insert(element.clone()));
                Value::List(elements)
            }
            (_, value) => value,
        }
    }

    fn complaint(&self, name: &str, value: &Value) -> Option<ConfigError> {
        let reason = match self {
            Self::Any => None,
            Self::Range { min, max } => out_of_range(value, *min, *max),
            Self::RangeOr { min, max, alone } => out_of_range_or(value, *min, *max, *alone),
            Self::OneOf(words) => return not_one_of(name, value, words),
            Self::OneOfAnyCase(words) => not_one_of_any_case(value, words),
            Self::NonEmpty => matches!(value, Value::Text(text) if text.is_empty())
                .then(|| "String must be non-empty".to_owned()),
            Self::NonNull => (*value == Value::Null).then(|| "entry must be non null".to_owned()),
            Self::ThrottledReplicas => not_throttled_replicas(name, value),
            Self::Voters => elements(value).iter().find_map(|voter| not_a_voter(voter)),
            Self::Addresses => elements(value)
                .iter()
                .find_map(|address| not_an_address(address)),
            Self::OffsetReset => not_an_offset_reset(name, value),
        };
        reason.map(|reason| ConfigError::invalid(name, &value.to_message(), reason))
    }
}

fn elements(value: &Value) -> &[String] {
    match value {
        Value::List(elements) => elements,
        _ => &[],
    }
}

fn out_of_range(value: &Value, min: Bound, max: Option<Bound>) -> Option<String> {
    let Some(number) = value.as_number() else {
        return Some("Value must be non-null".to_owned());
    };
    if number < min.value {
        return Some(format!("Value must be at least {}", min.text));
    }
    let max = max.filter(|max| number > max.value)?;
    Some(format!("Value must be no more than {}", max.text))
}

fn out_of_range_or(value: &Value, min: i32, max: i32, alone: i32) -> Option<String> {
    let number = value.as_number()?;
    let inside = (f64::from(min)..=f64::from(max)).contains(&number);
    (!inside && number != f64::from(alone))
        .then(|| format!("Value must be between {min} and {max} or equal to {alone}"))
}

fn not_one_of(name: &str, value: &Value, words: &[&str]) -> Option<ConfigError> {
    let refuse = |text: &str| {
        let reason = format!("String must be one of: {}", words.join(", "));
        Some(ConfigError::invalid(name, text, reason))
    };
    match value {
        Value::Text(text) if !words.contains(&text.as_str()) => refuse(text),
        Value::List(elements) if elements.iter().any(String::is_empty) => Some(
            ConfigError::Conflict(format!("Configuration '{name}' values must not be empty.")),
        ),
        Value::List(elements) => refuse(
            elements
                .iter()
                .find(|element| !words.contains(&element.as_str()))?,
        ),
        _ => None,
    }
}

fn not_one_of_any_case(value: &Value, words: &[&str]) -> Option<String> {
    let Value::Text(text) = value else {
        return None;
    };
    let known = words.iter().any(|word| word.eq_ignore_ascii_case(text));
    (!known).then(|| {
        format!(
            "String must be one of (case insensitive): {}",
            words.join(", ")
        )
    })
}

fn not_throttled_replicas(name: &str, value: &Value) -> Option<String> {
    let elements = elements(value);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_pair = |text: &String| {
        text.is_empty()
            || text
                .split_once(':')
                .is_some_and(|(left, right)| is_number(left) && is_number(right))
    };
    let fine = elements.iter().all(is_pair) || elements.concat() == "*";
    (!fine).then(|| {
        format!(
            "{name} must be the literal '*' or a list of replicas in the following format: \
             [partitionId]:[brokerId],[partitionId]:[brokerId],..."
        )
    })
}

fn not_a_voter(voter: &str) -> Option<String> {
    let fine = voter.split_once('@').is_some_and(|(id, address)| {
        id.parse::<i32>().is_ok() && not_an_address(address).is_none()
    });
    (!fine).then(|| {
        format!("Each voter must be written as {{id}}@{{host}}:{{port}}, for example 1@localhost:9093, not `{voter}`")
    })
}

fn not_an_address(address: &str) -> Option<String> {
    let fine = address
        .rsplit_once(':')
        .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
    (!fine).then(|| format!("Each address must be written as host:port, not `{address}`"))
}

fn not_an_offset_reset(name: &str, value: &Value) -> Option<String> {
    let Value::Text(text) = value else {
        return None;
    };
    let lower = text.to_ascii_lowercase();
    let fine = matches!(lower.as_str(), "latest" | "earliest")
        || lower.strip_prefix("by_duration:").is_some_and(is_duration);
    (!fine).then(|| {
        format!(
            "Invalid value `{text}` for configuration {name}. The value must be either 'earliest', \
             'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'."
        )
    })
}

/// Whether `text` (in lower case) is an ISO 8601 duration of days, hours, minutes and seconds that
/// is not negative.
fn is_duration(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('p') else {
        return false;
    };
    let (days, time) = match rest.split_once('t') {
        Some((_, "")) => return false,
        Some((days, time)) => (days, time),
        None => (rest, ""),
    };
    !rest.is_empty() && is_amounts(days, "d") && is_amounts(time, "hms")
}

/// Whether `text` is a sequence of numbers, each followed by one of `units`, in their order.
fn is_amounts(text: &str, units: &str) -> bool {
    let mut units = units.chars();
    let mut digits = 0;
    for symbol in text.chars() {
        if symbol.is_ascii_digit() || (symbol == '.' && digits > 0) {
            digits += 1;
        } else if digits > 0 && units.any(|unit| unit == symbol) {
            digits = 0;
        } else {
            return false;
        }
    }
    digits == 0
}

impl fmt::Display for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => Ok(()),
            Self::Range { min, max: None } => write!(f, "[{},...]", min.text),
            Self::Range {
                min,
                max: Some(max),
            } => write!(f, "[{},...,{}]", min.text, max.text),
            Self::RangeOr { min, max, alone } => write!(f, "[{min},...,{max}] or {alone}"),
            Self::OneOf(words) => write!(f, "[{}]", words.join(", ")),
            Self::OneOfAnyCase(words) => write!(f, "(case insensitive) [{}]", words.join(", ")),
            Self::NonEmpty => f.write_str("non-empty string"),
            Self::NonNull => f.write_str("non-null string"),
            Self::ThrottledReplicas => {
                f.write_str("[partitionId]:[brokerId],[partitionId]:[brokerId],...")
            }
            Self::Voters => f.write_str("[id]@[host]:[port],..."),
            Self::Addresses => f.write_str("[host]:[port],..."),
            Self::OffsetReset => f.write_str("[latest, earliest, by_duration:PnDTnHnMn.nS]"),
        }
    }
}
