//! Where a broker's value comes from when several places set it.

use std::collections::BTreeMap;

use crate::definition::{ConfigDef, DefaultValue, Scope};
use crate::error::ConfigError;
use crate::table::table;
use crate::value::Value;

/// Configurations as texts, by name.
pub type Texts = BTreeMap<String, String>;

/// The places that set a broker's configurations, lowest precedence first.
#[derive(Clone, Copy, Debug)]
pub struct Layers<'a> {
    /// The properties file and `--override`.
    pub given: &'a Texts,
    /// The dynamic configurations of all brokers (resource BROKER with an empty name).
    pub dynamic_default: &'a Texts,
    /// The dynamic configurations of this broker (resource BROKER with its id).
    pub dynamic_broker: &'a Texts,
}

static NONE: Texts = Texts::new();

/// The place that a value comes from, with the numbers of DescribeConfigs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The topic itself.
    Topic,
    /// The dynamic configuration of this broker.
    DynamicBroker,
    /// The dynamic configuration of all brokers.
    DynamicDefaultBroker,
    /// The properties file or `--override`.
    StaticBroker,
    /// Nobody set it.
    Default,
    /// The client metrics subscription itself.
    ClientMetrics,
    /// The group itself.
    Group,
}

impl Source {
    /// The number in DescribeConfigs responses (KIP-226).
    #[must_use]
    pub const fn wire_id(self) -> i8 {
        match self {
            Self::Topic => 1,
            Self::DynamicBroker => 2,
            Self::DynamicDefaultBroker => 3,
            Self::StaticBroker => 4,
            Self::Default => 5,
            Self::ClientMetrics => 7,
            Self::Group => 8,
        }
    }
}

/// One of the places that set a configuration, under the name that it has there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Synonym {
    /// The configuration's name in that place.
    pub name: String,
    /// Its text there; `None` for a secret.
    pub value: Option<String>,
    /// The place.
    pub source: Source,
}

impl<'a> Layers<'a> {
    /// Without dynamic configurations.
    #[must_use]
    pub fn of_given(given: &'a Texts) -> Self {
        Self {
            given,
            dynamic_default: &NONE,
            dynamic_broker: &NONE,
        }
    }

    /// The text of the highest place that sets `name`.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.places()
            .into_iter()
            .find_map(|(place, _)| place.get(name))
            .map(String::as_str)
    }

    /// Whether some place sets `name`.
    #[must_use]
    pub fn is_set(&self, name: &str) -> bool {
        self.text(name).is_some()
    }

    /// Every place that sets one of `names`, highest first and within a place in the order of
    /// `names`; leading ones under other names than `wanted` are left out, as Kafka does it.
    #[must_use]
    pub fn synonyms(&self, wanted: &str, names: &[&str], is_sensitive: bool) -> Vec<Synonym> {
        let shown = |text: &str| (!is_sensitive).then(|| text.to_owned());
        let mut synonyms = Vec::new();
        for (place, source) in self.places() {
            for name in names {
                synonyms.extend(place.get(*name).map(|text| Synonym {
                    name: (*name).to_owned(),
                    value: shown(text),
                    source,
                }));
            }
        }
        for name in names {
            let default = table(Scope::Broker)
                .get(name)
                .filter(|row| !row.dynamic_only);
            let text = default.and_then(|row| row.default_value().to_text());
            synonyms.extend(text.map(|text| Synonym {
                name: (*name).to_owned(),
                value: shown(&text),
                source: Source::Default,
            }));
        }
        let first = synonyms.iter().position(|synonym| synonym.name == wanted);
        synonyms.split_off(first.unwrap_or(synonyms.len()))
    }

    fn places(&self) -> [(&'a Texts, Source); 3] {
        [
            (self.dynamic_broker, Source::DynamicBroker),
            (self.dynamic_default, Source::DynamicDefaultBroker),
            (self.given, Source::StaticBroker),
        ]
    }

    /// A dynamic value that does not parse is passed over: it was valid for whoever wrote it, and a
    /// broker that refuses to run over it helps nobody.
    fn value(&self, row: &ConfigDef) -> Result<Value, ConfigError> {
        for place in [self.dynamic_broker, self.dynamic_default] {
            if let Some(Ok(value)) = place.get(row.name).map(|text| row.parse(text)) {
                return Ok(value);
            }
        }
        match self.given.get(row.name) {
            Some(text) => row.parse(text),
            None if row.default == DefaultValue::Required => Err(ConfigError::Missing(row.name)),
            None => Ok(row.default_value()),
        }
    }
}

/// The value that counts of each of a broker's configurations.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    by_name: BTreeMap<&'static str, Value>,
}

impl Values {
    /// The values that count, given `layers`.
    ///
    /// # Errors
    /// Every configuration whose static value is refused, or that is missing.
    pub fn resolve(layers: Layers<'_>) -> Result<Self, Vec<ConfigError>> {
        let mut by_name = BTreeMap::new();
        let mut errors = Vec::new();
        for row in table(Scope::Broker).iter() {
            match layers.value(row) {
                Ok(value) => drop(by_name.insert(row.name, value)),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() {
            Ok(Self { by_name })
        } else {
            Err(errors)
        }
    }

    /// The value of `name`.
    ///
    /// # Panics
    /// When the table has no such configuration, which is a bug of the caller.
    #[must_use]
    pub fn get(&self, name: &str) -> &Value {
        self.by_name
            .get(name)
            .unwrap_or_else(|| panic!("no configuration is called {name}"))
    }

    /// All values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.by_name.iter().map(|(name, value)| (*name, value))
    }
}
