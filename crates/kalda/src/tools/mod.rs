//! The tools: they speak to a cluster through the protocol only.
//!
//! Exit codes: 0 for success, 1 for failure with a message on standard error, 2 for wrong usage.

mod cluster;
mod connect;
mod consume;
mod formats;
mod group;
mod output;
mod produce;
pub mod stop;
mod storage;
mod topic;

use std::process::ExitCode;

use clap::Subcommand;
use thiserror::Error;

/// The tools by name.
#[derive(Debug, Subcommand)]
pub enum Tool {
    /// Make, list, describe and delete topics.
    Topic(topic::TopicArgs),
    /// Write lines of standard input, or of a file, to a topic.
    Produce(Box<produce::ProduceArgs>),
    /// Read records of a topic.
    Consume(Box<consume::ConsumeArgs>),
    /// List, describe and delete groups.
    Group(group::GroupArgs),
    /// Describe the cluster and its brokers; start and stop one of several nodes.
    Cluster(cluster::ClusterArgs),
    /// Format the directories of a node, and show what they are.
    Storage(storage::StorageArgs),
}

/// Why a tool failed.
#[derive(Debug, Error)]
pub enum ToolError {
    /// The cluster could not be asked, or refused.
    #[error(transparent)]
    Client(#[from] client::ClientError),
    /// Standard output, or what it is piped into, is gone.
    #[error("cannot write the output: {0}")]
    Output(std::io::Error),
    /// A file, or standard input, cannot be read.
    #[error("cannot read {name}: {source}")]
    Input {
        /// The file's name, or what stands for standard input.
        name: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line that is longer than a record can be.
    #[error("line {line} of {name} exceeds {limit} bytes")]
    LongLine {
        /// The file's name, or what stands for standard input.
        name: String,
        /// Which, from 1.
        line: u64,
        /// The limit.
        limit: u64,
    },
    /// A line without the separator that was named.
    #[error(
        "line {line} of {name} has no '{separator}' between key and value: leave --key-separator \
         away to write lines without keys"
    )]
    NoKey {
        /// The file's name, or what stands for standard input.
        name: String,
        /// Which, from 1.
        line: u64,
        /// What was to separate key and value.
        separator: String,
    },
    /// A topic that is to be deleted and is not there.
    #[error("topic '{0}' does not exist: 'kalda topic list' shows those that do")]
    NoTopic(String),
    /// A group that is to be deleted and has members.
    #[error("group '{0}' has members: end them first, 'kalda group describe {0}' shows which")]
    GroupInUse(String),
    /// Records that were not acknowledged.
    #[error("{failed} of {sent} records were not acknowledged; the first: {first}")]
    NotAcknowledged {
        /// How many.
        failed: u64,
        /// Of how many.
        sent: u64,
        /// Why the first was not.
        first: client::ClientError,
    },
    /// A node's configuration cannot be read, or does not fit.
    #[error(transparent)]
    Config(#[from] crate::configuration::LoadError),
    /// Directories cannot be formatted.
    #[error(transparent)]
    Format(#[from] broker::FormatError),
    /// Some of the directories are not what a node needs.
    #[error("{0} of the directories cannot be used by a node; 'kalda storage format' formats them")]
    Directories(usize),
    /// The nodes of a cluster cannot be started, stopped or found.
    #[error("{0}")]
    Cluster(String),
    /// Nothing random can be made.
    #[error("the system gives no randomness: {0}")]
    Random(getrandom::Error),
}

impl Tool {
    /// Runs the tool, and says on standard error why it failed.
    pub fn run(self) -> ExitCode {
        let result = match self {
            Self::Topic(args) => args.run(),
            Self::Produce(args) => args.run(),
            Self::Consume(args) => args.run(),
            Self::Group(args) => args.run(),
            Self::Cluster(args) => args.run(),
            Self::Storage(args) => args.run(),
        };
        match result {
            Ok(()) => ExitCode::SUCCESS,
            // `kalda consume ... | head` ends well.
            Err(ToolError::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
                ExitCode::SUCCESS
            }
            Err(error) => {
                output::complain(&error.to_string());
                ExitCode::FAILURE
            }
        }
    }
}
