//! Changes of a broker's configurations while it runs (KIP-226).

use crate::definition::{ConfigDef, DynamicMode, Scope};
use crate::error::ConfigError;
use crate::layers::Texts;
use crate::synonyms::listener_override;
use crate::table::table;

/// Whether a broker (`is_per_broker`), or all brokers, may have exactly the dynamic configurations `new`.
/// Names that the table does not know are kept, as Kafka keeps them for plugins.
///
/// # Errors
/// INVALID_REQUEST in Kafka's words: for what cannot change at run time, not for all brokers at once, or
/// not without naming a listener; and for values out of range.
pub fn validate_broker_change(new: &Texts, is_per_broker: bool) -> Result<(), ConfigError> {
    let rows = || new.keys().filter_map(|name| table(Scope::Broker).get(name));
    refuse(
        "Cannot update these configs dynamically",
        rows()
            .filter(|row| row.mode == DynamicMode::ReadOnly)
            .map(|row| row.name),
    )?;
    refuse(
        "These security configs can be dynamically updated only per-listener using the listener prefix",
        rows()
            .filter(|row| row.name.starts_with("ssl."))
            .map(|row| row.name),
    )?;
    for (name, text) in new {
        let base = listener_override(name).unwrap_or(name);
        if let Some(row) = table(Scope::Broker).get(base) {
            row.parse(text)
                .map_err(|error| ConfigError::Request(error.to_string()))?;
        }
    }
    if is_per_broker {
        return Ok(());
    }
    refuse(
        "Cannot update these configs at default cluster level, broker id must be specified",
        new.keys()
            .map(String::as_str)
            .filter(|name| is_for_one_broker(name)),
    )
}

fn is_for_one_broker(name: &str) -> bool {
    const OF_ALL_LISTENERS: [&str; 3] = [
        "max.connections",
        "max.connection.creation.rate",
        "num.network.threads",
    ];
    let is_per_broker = |row: &ConfigDef| row.mode == DynamicMode::PerBroker;
    match listener_override(name) {
        Some(base) => !OF_ALL_LISTENERS.contains(&base),
        None => table(Scope::Broker).get(name).is_some_and(is_per_broker),
    }
}

fn refuse<'a>(reason: &str, names: impl Iterator<Item = &'a str>) -> Result<(), ConfigError> {
    let names: Vec<_> = names.collect();
    if names.is_empty() {
        return Ok(());
    }
    Err(ConfigError::Request(format!(
        "{reason}: [{}]",
        names.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, text: &str, is_per_broker: bool, expected: Result<(), &str>) {
        let new = Texts::from([(name.to_owned(), text.to_owned())]);
        let seen = validate_broker_change(&new, is_per_broker).map_err(|error| error.to_string());
        assert_eq!(seen, expected.map_err(str::to_owned));
    }

    #[test]
    fn only_dynamic_configurations_change_at_run_time() {
        check("log.retention.ms", "1000", false, Ok(()));
        check(
            "log.dirs",
            "/d",
            true,
            Err("Cannot update these configs dynamically: [log.dirs]"),
        );
        check("some.plugins.key", "x", false, Ok(()));
    }

    #[test]
    fn values_are_checked() {
        check(
            "log.segment.bytes",
            "1",
            false,
            Err(
                "Invalid value 1 for configuration log.segment.bytes: Value must be at least 1048576",
            ),
        );
    }

    #[test]
    fn what_belongs_to_one_broker_cannot_change_for_all() {
        let reason =
            "Cannot update these configs at default cluster level, broker id must be specified";
        check(
            "listeners",
            "PLAINTEXT://:1",
            false,
            Err(&format!("{reason}: [listeners]")),
        );
        check("listeners", "PLAINTEXT://:1", true, Ok(()));
        check("listener.name.a.max.connections", "5", false, Ok(()));
        check(
            "listener.name.a.ssl.keystore.type",
            "PEM",
            false,
            Err(&format!("{reason}: [listener.name.a.ssl.keystore.type]")),
        );
    }

    #[test]
    fn keys_of_tls_change_for_a_named_listener_only() {
        check(
            "ssl.keystore.type",
            "PEM",
            true,
            Err(
                "These security configs can be dynamically updated only per-listener using the \
                 listener prefix: [ssl.keystore.type]",
            ),
        );
    }
}
