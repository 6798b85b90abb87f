//! What is known of one configuration: its type, default, range, and whether it can change at run time.

use crate::error::ConfigError;
use crate::validator::Validator;
use crate::value::Value;

/// The type of a value, with the names and numbers of Kafka's DescribeConfigs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`, in any case.
    Boolean,
    /// Any text, trimmed.
    String,
    /// A 32-bit integer.
    Int,
    /// A 16-bit integer.
    Short,
    /// A 64-bit integer.
    Long,
    /// A 64-bit floating point number.
    Double,
    /// Texts separated by commas.
    List,
    /// The name of a Java class. Kalda loads none; it keeps the name.
    Class,
    /// A text that is never shown.
    Password,
}

impl Kind {
    pub(crate) const ALL: [Self; 9] = [
        Self::Boolean,
        Self::String,
        Self::Int,
        Self::Short,
        Self::Long,
        Self::Double,
        Self::List,
        Self::Class,
        Self::Password,
    ];

    /// Kafka's name in capitals, as its error messages spell it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Boolean => "BOOLEAN",
            Self::String => "STRING",
            Self::Int => "INT",
            Self::Short => "SHORT",
            Self::Long => "LONG",
            Self::Double => "DOUBLE",
            Self::List => "LIST",
            Self::Class => "CLASS",
            Self::Password => "PASSWORD",
        }
    }

    /// The number of this type in DescribeConfigs responses (KIP-569).
    #[must_use]
    pub const fn wire_id(self) -> i8 {
        match self {
            Self::Boolean => 1,
            Self::String => 2,
            Self::Int => 3,
            Self::Short => 4,
            Self::Long => 5,
            Self::Double => 6,
            Self::List => 7,
            Self::Class => 8,
            Self::Password => 9,
        }
    }
}

/// What a configuration belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// A node: its properties file, or the dynamic configuration of one broker or of all.
    Broker,
    /// A topic.
    Topic,
    /// A group (KIP-848, KIP-932, KIP-1071).
    Group,
    /// A client metrics subscription (KIP-714).
    ClientMetrics,
    /// A quota of a user or client id.
    ClientQuota,
    /// A quota of an IP address (KIP-612).
    IpQuota,
}

/// Whether a broker's configuration can change while it runs (KIP-226).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DynamicMode {
    /// Only in the properties file.
    ReadOnly,
    /// At run time, for one broker or for all.
    ClusterWide,
    /// At run time, for one broker only.
    PerBroker,
}

/// How likely it is that somebody has to set it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Importance {
    /// Most installations care.
    High,
    /// Some do.
    Medium,
    /// Few do.
    Low,
}

/// Whether setting a configuration changes what Kalda does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It does what its documentation says.
    Effective,
    /// The feature behind it is not there yet: a given value is named at start.
    NotYet,
    /// It tunes a mechanism that Kalda does not have and does not need.
    ByDesign,
}

/// The value of a configuration that nobody set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultValue {
    /// There is none: somebody has to set it.
    Required,
    /// None, which means something of its own (often that another key decides).
    Null,
    /// This text.
    Text(&'static str),
}

/// One row of the table of configurations.
#[derive(Clone, Debug)]
pub struct ConfigDef {
    /// Kafka's name.
    pub name: &'static str,
    /// What it belongs to.
    pub scope: Scope,
    /// The type of its values.
    pub kind: Kind,
    /// The value where none is set.
    pub default: DefaultValue,
    /// What values it may take.
    pub validator: Validator,
    /// Whether it can change at run time; meaningful for brokers, other scopes are always dynamic.
    pub mode: DynamicMode,
    /// It exists only as a dynamic configuration and has no place in a properties file.
    pub dynamic_only: bool,
    /// How likely it is that somebody has to set it.
    pub importance: Importance,
    /// Kafka neither documents it nor lists it unless it is set.
    pub internal: bool,
    /// Whether Kalda acts on it.
    pub effect: Effect,
    /// What it does, in one paragraph.
    pub doc: String,
}

impl ConfigDef {
    /// Whether its value must never be shown or logged.
    #[must_use]
    pub fn is_sensitive(&self) -> bool {
        self.kind == Kind::Password
    }

    /// The value of `text`, trimmed, typed and within range.
    ///
    /// # Errors
    /// In Kafka's words, when the text is not of this type or out of range.
    pub fn parse(&self, text: &str) -> Result<Value, ConfigError> {
        let value = Value::parse(self.name, text, self.kind)?;
        let value = self.validator.without_duplicates(value);
        self.validator.check(self.name, &value)?;
        Ok(value)
    }

    /// The value where none is set; `Value::Null` where there is none.
    ///
    /// # Panics
    /// Never: a test parses the default of every row.
    #[must_use]
    pub fn default_value(&self) -> Value {
        match self.default {
            DefaultValue::Required | DefaultValue::Null => Value::Null,
            DefaultValue::Text(text) => Value::parse(self.name, text, self.kind)
                .expect("a test parses the default of every row of the table"),
        }
    }
}
