//! What options a script has: each is declared once, as data, so that parsing, help and docs/scripts.md follow from it.

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// A value, in the next word or behind `=`.
    Value(Kind),
    /// A value, unless the next word looks like an option.
    Maybe(Kind),
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A number of 32 bits.
    Int,
    /// A number of 64 bits.
    Long,
}

impl Kind {
    /// Java's name of it, which the help shows.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "String",
            Self::Int => "Integer",
            Self::Long => "Long",
        }
    }

    /// Whether a text can be read as such a value.
    pub fn takes(self, text: &str) -> bool {
        match self {
            Self::Text => true,
            Self::Int => text.parse::<i32>().is_ok(),
            Self::Long => text.parse::<i64>().is_ok(),
        }
    }
}

/// Which release has an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// It is one of 4.4's.
    Current,
    /// An older release had it: it is accepted, and one line on standard error says what is used instead.
    Old(&'static str),
}

/// An option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opt {
    /// Its name, without dashes.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// What the value is called in the help.
    pub value: &'static str,
    /// What it does, for the help.
    pub about: &'static str,
    /// The value where it is not given.
    pub default: Option<&'static str>,
    /// Whether it asks for help, so that nothing else is refused.
    pub is_help: bool,
    /// Options of which one must be given for this one to be allowed.
    pub only_with: &'static [&'static str],
    /// Which release has it.
    pub age: Age,
}

/// An option without a value.
pub const fn flag(name: &'static str, about: &'static str) -> Opt {
    Opt {
        name,
        takes: Takes::Nothing,
        value: "",
        about,
        default: None,
        is_help: false,
        only_with: &[],
        age: Age::Current,
    }
}

/// An option with a text.
pub const fn text(name: &'static str, value: &'static str, about: &'static str) -> Opt {
    let mut option = flag(name, about);
    option.takes = Takes::Value(Kind::Text);
    option.value = value;
    option
}

/// An option with a number of 32 bits.
pub const fn int(name: &'static str, value: &'static str, about: &'static str) -> Opt {
    let mut option = text(name, value, about);
    option.takes = Takes::Value(Kind::Int);
    option
}

/// An option with a number of 64 bits.
pub const fn long(name: &'static str, value: &'static str, about: &'static str) -> Opt {
    let mut option = text(name, value, about);
    option.takes = Takes::Value(Kind::Long);
    option
}

/// An option of older releases; `instead` follows its name in what is said.
pub const fn old(name: &'static str, takes: Takes, instead: &'static str) -> Opt {
    let mut option = flag(name, instead);
    option.takes = takes;
    option.age = Age::Old(instead);
    option
}

impl Opt {
    /// With a value where none is given.
    pub const fn or(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    /// One that is allowed beside one of these only.
    pub const fn only_with(mut self, others: &'static [&'static str]) -> Self {
        self.only_with = others;
        self
    }

    /// One whose value may be left away.
    pub const fn maybe(mut self) -> Self {
        if let Takes::Value(kind) = self.takes {
            self.takes = Takes::Maybe(kind);
        }
        self
    }

    const fn help(mut self) -> Self {
        self.is_help = true;
        self
    }

    /// What kind of value it takes, if any.
    pub const fn kind(&self) -> Option<Kind> {
        match self.takes {
            Takes::Nothing => None,
            Takes::Value(kind) | Takes::Maybe(kind) => Some(kind),
        }
    }
}

/// The options that every script has.
pub const COMMON: [Opt; 2] = [
    flag("help", "Print what the options are.").help(),
    flag(
        "version",
        "Print the version of Apache Kafka that this stands for.",
    )
    .help(),
];

/// The brokers to ask first.
pub const BOOTSTRAP_SERVER: Opt = text(
    "bootstrap-server",
    "server to connect to",
    "Brokers to ask first: host:port, several separated by commas. Without it, KALDA_BOOTSTRAP_SERVER or localhost:9092.",
);

/// A file of client configurations.
pub const COMMAND_CONFIG: Opt = text(
    "command-config",
    "command config property file",
    "A properties file with configurations of the client.",
);

/// Old releases asked ZooKeeper.
pub const ZOOKEEPER: Opt = old(
    "zookeeper",
    Takes::Value(Kind::Text),
    "clusters keep their metadata without ZooKeeper: use --bootstrap-server HOST:PORT",
);

/// Old releases had another name for the brokers to ask.
pub const BROKER_LIST: Opt = old(
    "broker-list",
    Takes::Value(Kind::Text),
    "it is called --bootstrap-server",
);
