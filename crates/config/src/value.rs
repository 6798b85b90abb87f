//! Typed values: parsed as Kafka parses them and printed as Kafka prints them.

use crate::definition::Kind;
use crate::error::ConfigError;

/// A value of a configuration.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// None was set and there is no default.
    Null,
    /// Of type `BOOLEAN`.
    Boolean(bool),
    /// Of type `INT`.
    Int(i32),
    /// Of type `SHORT`.
    Short(i16),
    /// Of type `LONG`.
    Long(i64),
    /// Of type `DOUBLE`.
    Double(f64),
    /// Of type `STRING`, `CLASS` or `PASSWORD`.
    Text(String),
    /// Of type `LIST`.
    List(Vec<String>),
}

impl Value {
    /// Reads `text` as a value of `kind`; white space around it does not count.
    ///
    /// # Errors
    /// In Kafka's words, when the text is not of this type.
    pub fn parse(name: &str, text: &str, kind: Kind) -> Result<Self, ConfigError> {
        let trimmed = text.trim();
        let not_a_number =
            || ConfigError::invalid(name, text, format!("Not a number of type {}", kind.name()));
        match kind {
            Kind::Boolean => parse_boolean(trimmed).map(Self::Boolean).ok_or_else(|| {
                ConfigError::invalid(name, text, "Expected value to be either true or false")
            }),
            Kind::Int => trimmed.parse().map(Self::Int).map_err(|_| not_a_number()),
            Kind::Short => trimmed.parse().map(Self::Short).map_err(|_| not_a_number()),
            Kind::Long => trimmed.parse().map(Self::Long).map_err(|_| not_a_number()),
            Kind::Double => parse_double(trimmed)
                .map(Self::Double)
                .ok_or_else(not_a_number),
            Kind::List => Ok(Self::List(parse_list(trimmed))),
            Kind::String | Kind::Class | Kind::Password => Ok(Self::Text(trimmed.to_owned())),
        }
    }

    /// The text that an API shows; `None` for [`Value::Null`].
    #[must_use]
    pub fn to_text(&self) -> Option<String> {
        Some(match self {
            Self::Null => return None,
            Self::Boolean(value) => value.to_string(),
            Self::Int(value) => value.to_string(),
            Self::Short(value) => value.to_string(),
            Self::Long(value) => value.to_string(),
            Self::Double(value) => double_as_java(*value),
            Self::Text(value) => value.clone(),
            Self::List(values) => values.join(","),
        })
    }

    /// The text inside Kafka's error messages, where lists stand in brackets.
    #[must_use]
    pub fn to_message(&self) -> String {
        match self {
            Self::List(values) => format!("[{}]", values.join(", ")),
            other => other.to_text().unwrap_or_else(|| "null".to_owned()),
        }
    }

    /// The number, for range checks.
    pub(crate) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Int(value) => Some(f64::from(*value)),
            Self::Short(value) => Some(f64::from(*value)),
            #[expect(
                clippy::cast_precision_loss,
                reason = "Kafka compares ranges as doubles, and every bound is exact as one"
            )]
            Self::Long(value) => Some(*value as f64),
            Self::Double(value) => Some(*value),
            _ => None,
        }
    }
}

fn parse_boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// Java knows `NaN` and `Infinity` in this spelling only, where Rust takes several.
fn parse_double(text: &str) -> Option<f64> {
    let unsigned = text.trim_start_matches(['+', '-']);
    let is_number = unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    let is_named = matches!(unsigned, "NaN" | "Infinity");
    if is_number || is_named {
        text.parse().ok()
    } else {
        None
    }
}

/// An empty text is an empty list; an empty place between commas is an empty element.
fn parse_list(text: &str) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    text.split(',')
        .map(|element| element.trim().to_owned())
        .collect()
}

/// The shortest decimal that reads back as `value`, laid out as `Double.toString` does it.
fn double_as_java(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let magnitude = value.abs();
    if magnitude == 0.0 || (1e-3..1e7).contains(&magnitude) {
        return format!("{value:?}");
    }
    let text = format!("{value:e}");
    let (digits, exponent) = text.split_once('e').expect("the format has an exponent");
    let point = if digits.contains('.') { "" } else { ".0" };
    format!("{digits}{point}E{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(kind: Kind, text: &str) -> Result<Option<String>, String> {
        Value::parse("k", text, kind)
            .map(|value| value.to_text())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn values_are_trimmed_and_shown_as_kafka_shows_them() {
        assert_eq!(shown(Kind::Boolean, " TRUE "), Ok(Some("true".to_owned())));
        assert_eq!(shown(Kind::Int, " +7"), Ok(Some("7".to_owned())));
        assert_eq!(shown(Kind::List, "a , b,c "), Ok(Some("a,b,c".to_owned())));
        assert_eq!(shown(Kind::List, "  "), Ok(Some(String::new())));
        assert_eq!(shown(Kind::String, " x y "), Ok(Some("x y".to_owned())));
    }

    #[test]
    fn doubles_are_laid_out_as_java_does_it() {
        for (text, expected) in [
            ("0.5", "0.5"),
            ("1", "1.0"),
            ("0", "0.0"),
            ("9999999", "9999999.0"),
            ("10000000", "1.0E7"),
            ("0.0001", "1.0E-4"),
            ("2147483647", "2.147483647E9"),
            ("1.7976931348623157E308", "1.7976931348623157E308"),
            ("-Infinity", "-Infinity"),
        ] {
            assert_eq!(
                shown(Kind::Double, text),
                Ok(Some(expected.to_owned())),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_not_of_the_type_is_refused_in_kafkas_words() {
        let number =
            |kind| format!("Invalid value x for configuration k: Not a number of type {kind}");
        assert_eq!(shown(Kind::Int, "x"), Err(number("INT")));
        assert_eq!(shown(Kind::Short, "x"), Err(number("SHORT")));
        assert_eq!(shown(Kind::Long, "x"), Err(number("LONG")));
        assert_eq!(shown(Kind::Double, "x"), Err(number("DOUBLE")));
        assert_eq!(
            shown(Kind::Boolean, "yes"),
            Err(
                "Invalid value yes for configuration k: Expected value to be either true or false"
                    .to_owned()
            )
        );
        assert!(shown(Kind::Int, "2147483648").is_err());
        assert!(shown(Kind::Short, "32768").is_err());
        assert!(shown(Kind::Double, "inf").is_err());
    }
}
