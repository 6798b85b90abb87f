//! Client metrics subscriptions (KIP-714).

use crate::definition::Scope;
use crate::error::ConfigError;
use crate::table::table;
use crate::value::Value;

/// The properties of a client that a subscription can select by.
const SELECTORS: [&str; 6] = [
    "client_id",
    "client_instance_id",
    "client_software_name",
    "client_software_version",
    "client_source_address",
    "client_source_port",
];

/// Whether the subscription `name` may have exactly the configurations `new`.
///
/// # Errors
/// INVALID_REQUEST for an empty name, an unknown key, an interval out of range or a selector that does
/// not exist; INVALID_CONFIG for a value of the wrong type.
pub fn validate_client_metrics<'a>(
    name: &str,
    new: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<(), ConfigError> {
    if name.is_empty() {
        return Err(ConfigError::Request(
            "Subscription name can't be empty".to_owned(),
        ));
    }
    for (key, text) in new {
        let row = table(Scope::ClientMetrics).get(key).ok_or_else(|| {
            ConfigError::Request(format!("Unknown client metrics configuration: {key}"))
        })?;
        check_value(key, &row.parse(text)?)?;
    }
    Ok(())
}

fn check_value(key: &str, value: &Value) -> Result<(), ConfigError> {
    match (key, value) {
        ("interval.ms", Value::Int(interval)) if !(100..=3_600_000).contains(interval) => {
            Err(ConfigError::Request(format!(
                "Invalid value {interval} for interval.ms, interval must be between 100 and 3600000 (1 hour)"
            )))
        }
        ("match", Value::List(patterns)) => patterns
            .iter()
            .try_for_each(|pattern| check_pattern(pattern)),
        _ => Ok(()),
    }
}

fn check_pattern(pattern: &str) -> Result<(), ConfigError> {
    let selects = pattern
        .split_once('=')
        .is_some_and(|(selector, expression)| {
            SELECTORS.contains(&selector.trim()) && !expression.trim().is_empty()
        });
    if selects {
        return Ok(());
    }
    Err(ConfigError::Request(format!(
        "Illegal client matching pattern: {pattern}"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, key: &str, text: &str, expected: Result<(), &str>) {
        let seen = validate_client_metrics(name, [(key, text)]).map_err(|error| error.to_string());
        assert_eq!(seen, expected.map_err(str::to_owned));
    }

    #[test]
    fn a_subscription_has_a_name_and_known_keys() {
        check("s", "metrics", "org.apache.kafka.producer.", Ok(()));
        check("", "metrics", "*", Err("Subscription name can't be empty"));
        check(
            "s",
            "foo",
            "1",
            Err("Unknown client metrics configuration: foo"),
        );
    }

    #[test]
    fn an_interval_lies_between_100_ms_and_an_hour() {
        check("s", "interval.ms", "100", Ok(()));
        check("s", "interval.ms", "3600000", Ok(()));
        for (text, number) in [("99", 99), ("3600001", 3_600_001)] {
            let reason = format!(
                "Invalid value {number} for interval.ms, interval must be between 100 and 3600000 (1 hour)"
            );
            check("s", "interval.ms", text, Err(&reason));
        }
    }

    #[test]
    fn a_pattern_selects_by_a_property_of_the_client() {
        check("s", "match", "client_id=a.*,client_source_port=9.*", Ok(()));
        check(
            "s",
            "match",
            "host=a",
            Err("Illegal client matching pattern: host=a"),
        );
        check(
            "s",
            "match",
            "client_id",
            Err("Illegal client matching pattern: client_id"),
        );
    }
}
