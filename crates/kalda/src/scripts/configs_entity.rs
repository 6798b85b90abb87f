//! What kafka-configs is asked about: entity types and names, in either of its two ways to write them.

use super::faults::{Fault, Thrown};
use super::parse::Given;

/// The loggers of a broker.
pub const BROKER_LOGGERS: &str = "broker-loggers";
/// All that can be configured, in the order in which Kafka lists them.
const TYPES: [&str; 8] = [
    "topics",
    "clients",
    "users",
    "brokers",
    "ips",
    "client-metrics",
    "groups",
    BROKER_LOGGERS,
];
/// Options that name an entity, and its type.
const NAMES: [(&str, &str); 8] = [
    ("topic", "topics"),
    ("client", "clients"),
    ("user", "users"),
    ("broker", "brokers"),
    ("broker-logger", BROKER_LOGGERS),
    ("ip", "ips"),
    ("client-metrics", "client-metrics"),
    ("group", "groups"),
];
/// Options that name what counts for all of a type.
const DEFAULTS: [(&str, &str); 4] = [
    ("client-defaults", "clients"),
    ("user-defaults", "users"),
    ("broker-defaults", "brokers"),
    ("ip-defaults", "ips"),
];

/// What is asked about. An empty name is the default of all.
#[derive(Debug, PartialEq, Eq)]
pub struct Entities {
    /// Their types.
    pub types: Vec<String>,
    /// Their names, as far as they are given.
    pub names: Vec<String>,
}

fn refused(message: impl Into<String>) -> Fault {
    Thrown::illegal_argument(message).into()
}

impl Entities {
    /// Reads them.
    ///
    /// # Errors
    /// Where they make no sense, in Kafka's words.
    pub fn of(given: &Given) -> Result<Self, Fault> {
        let all = || NAMES.iter().chain(&DEFAULTS);
        let named = || all().filter(|(option, _)| given.has(option));
        let mut types: Vec<_> = given
            .texts("entity-type")
            .into_iter()
            .map(str::to_owned)
            .collect();
        types.extend(named().map(|(_, kind)| (*kind).to_owned()));
        let mut values = given.texts("entity-name").into_iter();
        let mut names: Vec<String> = given
            .order
            .iter()
            .filter_map(|option| match *option {
                "entity-name" => values.next().map(str::to_owned),
                "entity-default" => Some(String::new()),
                _ => None,
            })
            .collect();
        for (option, _) in named() {
            names.push(given.text(option)?.unwrap_or_default().to_owned());
        }
        let entities = Self { types, names };
        entities.check(given, named().next().is_some())?;
        Ok(entities)
    }

    /// The first type: the others are of clients beside users.
    pub fn kind(&self) -> &str {
        &self.types[0]
    }

    /// Its name for one of that type.
    pub fn singular(&self) -> &str {
        let kind = self.kind();
        &kind[..kind.len() - 1]
    }

    fn has(&self, kind: &str) -> bool {
        self.types.iter().any(|other| other == kind)
    }

    fn is_named(&self) -> bool {
        self.names.iter().any(|name| !name.is_empty())
    }

    fn check(&self, given: &Given, has_own_options: bool) -> Result<(), Fault> {
        let mut seen = Vec::new();
        for kind in &self.types {
            if seen.contains(&kind) {
                return Err(refused(format!(
                    "Duplicate entity type(s) specified: {kind}"
                )));
            }
            seen.push(kind);
        }
        if let Some(unknown) = self
            .types
            .iter()
            .find(|kind| !TYPES.contains(&kind.as_str()))
        {
            return Err(refused(format!(
                "Invalid entity type {unknown}, the entity type must be one of {} with a --bootstrap-server or \
                 --bootstrap-controller argument",
                TYPES.join(", ")
            )));
        }
        if self.types.is_empty() {
            return Err(refused("At least one entity type must be specified"));
        }
        if self.types.len() > 1
            && !(self.types.len() == 2 && self.has("users") && self.has("clients"))
        {
            return Err(refused(
                "Only 'users' and 'clients' entity types may be specified together",
            ));
        }
        let general = ["entity-name", "entity-type", "entity-default"];
        if has_own_options && general.iter().any(|option| given.has(option)) {
            return Err(refused(
                "--entity-{type,name,default} should not be used in conjunction with specific entity flags",
            ));
        }
        self.check_names(given)?;
        if given.has("describe") {
            self.check_describe(given)
        } else {
            self.check_alter()
        }
    }

    fn check_names(&self, given: &Given) -> Result<(), Fault> {
        if !self.is_named() || !(self.has("brokers") || self.has(BROKER_LOGGERS)) {
            return Ok(());
        }
        for option in ["entity-name", "broker", "broker-logger"] {
            match given.text(option)? {
                Some(id) if id.parse::<i32>().is_err() => {
                    return Err(refused(format!(
                        "The entity name for {} must be a valid integer broker id, but it is: {id}",
                        self.kind()
                    )));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn has_defaults(&self) -> bool {
        ["users", "clients", "brokers", "ips"]
            .iter()
            .any(|kind| self.has(kind))
    }

    fn check_describe(&self, given: &Given) -> Result<(), Fault> {
        let kinds = self.types.join(",");
        if !self.has_defaults() && given.has("entity-default") {
            return Err(refused(format!(
                "--entity-default must not be specified with --describe of {kinds}"
            )));
        }
        if self.has(BROKER_LOGGERS) && !self.is_named() {
            return Err(refused(format!(
                "An entity name must be specified with --describe of {kinds}"
            )));
        }
        Ok(())
    }

    fn check_alter(&self) -> Result<(), Fault> {
        if self.has_defaults() {
            if self.names.is_empty() {
                return Err(refused(
                    "An entity-name or default entity must be specified with --alter of users, clients, brokers or ips",
                ));
            }
        } else if !self.is_named() {
            return Err(refused(format!(
                "An entity name must be specified with --alter of {}",
                self.types.join(",")
            )));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str]) -> Result<Entities, String> {
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        let given = super::super::parse::parse(super::super::configs::OPTIONS, &words);
        Entities::of(&given.expect("well formed")).map_err(|fault| fault.message())
    }

    #[test]
    fn both_ways_to_name_an_entity_mean_the_same() {
        let one = of(&[
            "--describe",
            "--entity-type",
            "topics",
            "--entity-name",
            "t",
        ]);
        assert_eq!(one, of(&["--describe", "--topic", "t"]));
        let default = of(&["--describe", "--entity-type", "brokers", "--entity-default"]);
        assert_eq!(default, of(&["--describe", "--broker-defaults"]));
        assert_eq!(default.expect("well formed").names, [""]);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let check = |words: &[&str], message: &str| {
            assert_eq!(of(words), Err(message.to_owned()));
        };
        check(
            &["--describe"],
            "At least one entity type must be specified",
        );
        check(
            &[
                "--describe",
                "--entity-type",
                "topics",
                "--entity-type",
                "brokers",
            ],
            "Only 'users' and 'clients' entity types may be specified together",
        );
        check(
            &["--describe", "--broker", "x"],
            "The entity name for brokers must be a valid integer broker id, but it is: x",
        );
        check(
            &["--alter", "--entity-type", "topics"],
            "An entity name must be specified with --alter of topics",
        );
    }
}
