//! What a schema says, as data.

use std::fmt;

/// An inclusive range of versions; empty where `first > last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    /// The first version.
    pub first: i16,
    /// The last version; `i16::MAX` for an open end.
    pub last: i16,
}

impl Versions {
    /// No version at all.
    pub const NONE: Self = Self { first: 0, last: -1 };

    /// Whether `version` lies inside.
    #[must_use]
    pub fn contains(self, version: i16) -> bool {
        self.first <= version && version <= self.last
    }

    /// Whether no version lies inside.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.first > self.last
    }

    /// The versions in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            first: self.first.max(other.first),
            last: self.last.min(other.last),
        }
    }

    /// Whether every version of `other` lies inside.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        other.is_empty() || (self.first <= other.first && other.last <= self.last)
    }
}

impl fmt::Display for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.first, self.last) {
            _ if self.is_empty() => f.write_str("none"),
            (first, i16::MAX) => write!(f, "{first}+"),
            (first, last) if first == last => write!(f, "{first}"),
            (first, last) => write!(f, "{first}-{last}"),
        }
    }
}

/// A type without parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the notation")]
pub enum Prim {
    Bool,
    Int8,
    Int16,
    /// An int16 that holds an error code.
    Error,
    Uint16,
    Int32,
    Uint32,
    Int64,
    Float64,
    Uuid,
    String,
    Bytes,
    Records,
}

/// The type of a field or of an array's elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// A type without parts.
    Prim(Prim),
    /// A struct of the same message, by name.
    Struct(String),
    /// An array; never of arrays.
    Array(Box<Type>),
}

/// The value of a field that a version does not carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Default {
    /// Zero, false, empty, or a struct of defaults.
    Zero,
    /// Null.
    Null,
    /// A number.
    Int(i64),
    /// True.
    True,
}

/// One field of a struct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Kafka's name, as in its documentation.
    pub name: String,
    /// The type, null aside.
    pub ty: Type,
    /// The versions that have this field.
    pub versions: Versions,
    /// The versions in which it may be null.
    pub nullable: Versions,
    /// Its tag, where it is a tagged field (KIP-482).
    pub tag: Option<u32>,
    /// What it is where it is absent.
    pub default: Default,
    /// Whether a value may be dropped when the version has no place for it.
    pub ignorable: bool,
    /// Whether it is (part of) the key of the collection that its struct is in.
    pub key: bool,
    /// Whether the classic encoding is used in flexible versions too.
    pub inflexible: bool,
    /// Whether Kafka hands the bytes out without a copy.
    pub zero_copy: bool,
    /// The kind of thing that the value names, such as `topicName`.
    pub entity: Option<String>,
}

impl Field {
    /// Whether any version allows null.
    #[must_use]
    pub fn is_nullable(&self) -> bool {
        !self.nullable.is_empty()
    }
}

/// A struct inside a message, or the message itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Struct {
    /// Its name, unique within the message.
    pub name: String,
    /// The versions in which it can occur.
    pub versions: Versions,
    /// Its fields, in the order of the wire.
    pub fields: Vec<Field>,
}

/// The versions and structs of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The valid versions.
    pub versions: Versions,
    /// The versions with compact lengths and tagged fields (KIP-482).
    pub flexible: Versions,
    /// The structs; the message itself is the first.
    pub structs: Vec<Struct>,
}

impl Layout {
    /// The struct called `name`.
    ///
    /// # Panics
    /// If there is none; the parser has checked every reference.
    #[must_use]
    pub fn find(&self, name: &str) -> &Struct {
        self.structs
            .iter()
            .find(|s| s.name == name)
            .expect("references were checked")
    }
}

/// What a message is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A request.
    Request {
        /// Its API key.
        key: i16,
    },
    /// A response.
    Response {
        /// Its API key.
        key: i16,
    },
    /// The key of a record that a coordinator writes; `group` is its directory.
    Key {
        /// The record type.
        key: i16,
    },
    /// The value of a record that a coordinator writes.
    Value {
        /// The record type.
        key: i16,
    },
    /// A framed record, of the metadata log or of remote storage.
    Record {
        /// The record type.
        key: i16,
    },
    /// A request or response header, or a layout that stands alone.
    Data,
}

/// A message that occurs: one with at least one valid version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Kafka's name.
    pub name: String,
    /// The schema directory: `api`, `metadata`, `group` ...
    pub group: String,
    /// What it is for.
    pub kind: Kind,
    /// Its versions and structs.
    pub layout: Layout,
}

/// Who answers an API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are Kafka's roles")]
pub enum Listener {
    Broker,
    Controller,
}

/// One line of the API table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    /// Kafka's name.
    pub name: String,
    /// Its key.
    pub key: i16,
    /// Who answers it.
    pub listeners: Vec<Listener>,
    /// Whether the last version is only for tests of the next release.
    pub latest_version_unstable: bool,
    /// The valid versions of the request; none for an API that Kafka 4 removed.
    pub versions: Versions,
    /// The flexible versions.
    pub flexible: Versions,
}

/// One kind of record that a coordinator writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Kafka's name, without `Key` and `Value`.
    pub name: String,
    /// The schema directory.
    pub group: String,
    /// The record type.
    pub key: i16,
}

/// All schemas of a directory, in a fixed order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schemas {
    /// The API table, by key.
    pub apis: Vec<Api>,
    /// The records of coordinators, by directory and key.
    pub entries: Vec<Entry>,
    /// Every message, by name.
    pub messages: Vec<Message>,
}
