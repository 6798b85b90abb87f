//! Kafka's configurations: what exists, what a value may be, and which of several counts.
//!
//! Owns the table of all configurations of Apache Kafka 4.4 (`table/*.txt`), the properties file, the
//! addresses of a node, and the precedence
//!
//! ```text
//! topic override > dynamic of the broker > dynamic of all brokers > properties file > default
//! ```
//!
//! It reads no file, no clock and no environment: the binary hands it the bytes of the file, the
//! metadata image hands it the dynamic configurations. [`NodeConfig`] is what a node starts with;
//! [`BrokerConfig`] is what counts on it at a moment; [`TopicConfig`] is what counts for one topic;
//! [`describe`] answers DescribeConfigs.

mod broker;
mod client_metrics;
mod definition;
pub mod describe;
mod dynamic;
mod error;
mod group;
mod layers;
mod listeners;
mod node;
pub mod properties;
pub mod reference;
mod removed;
mod rules;
mod selector;
mod synonyms;
mod table;
mod topic;
mod validator;
mod value;
mod view;
mod views;

pub use broker::{BrokerConfig, Misfit, Roles, Voter};
pub use client_metrics::validate_client_metrics;
pub use definition::{ConfigDef, DefaultValue, DynamicMode, Effect, Importance, Kind, Scope};
pub use dynamic::validate_broker_change;
pub use error::ConfigError;
pub use group::{GroupConfig, OffsetReset, validate_group};
pub use layers::{Layers, Source, Synonym, Texts, Values};
pub use listeners::{Listener, Listeners, SecurityProtocol};
pub use node::{Input, NodeConfig, Note, Origin, Problem, Refusal, default_data_directory};
pub use selector::ReplicaSelector;
pub use synonyms::{BrokerDefault, broker_default_of_group, broker_defaults_of, broker_synonyms};
pub use table::{Table, table};
pub use topic::{CompressionType, TimestampType, TopicConfig, validate_topic};
pub use validator::{Bound, Validator};
pub use value::Value;
pub use views::{
    GroupCoordinatorConfig, LogConfig, NetworkConfig, OffsetsConfig, QuorumConfig,
    ReplicationConfig, ShareConfig, TopicCreationConfig, TransactionConfig,
};
