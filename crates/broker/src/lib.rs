//! The synchronous node: what a Kafka broker does, without sockets, threads or clocks.
//!
//! [`Connection`] is one client connection; [`Broker`] answers its requests; [`ControllerHost`] runs
//! the metadata quorum and the controller. The shell (`net`) and the simulator call the same code
//! and differ in who supplies disk, network, time and randomness.

mod api;
mod asks;
mod broker;
mod care;
mod checkpoints;
mod compaction;
mod connection;
mod controller_host;
mod controller_inbox;
mod coordination;
mod coordinator_loading;
mod coordinator_log;
mod coordinators;
mod dead_letter_records;
mod dead_letters;
mod directories;
mod effective;
mod effects;
mod features;
mod fetch_session;
mod format;
mod gather;
mod groups;
mod homes;
mod housekeeping;
mod internal_topics;
mod isr_changes;
mod lookups;
mod node;
mod openings;
mod parked;
mod partitions;
mod peers;
mod producer_ids;
mod random;
mod reads;
mod recovery;
mod replica_fetchers;
mod replicas;
mod reply;
mod request_memory;
mod session;
mod settings;
mod share_coordinators;
mod share_delivery;
mod share_fetched;
mod share_partitions;
mod share_session;
mod share_terms;
mod share_waiter;
mod syncs;
mod taking_part;
mod topics;
mod transactions;
#[cfg(test)]
mod trio;
mod txn_waiter;
mod view;
mod voter_messages;

pub use asks::{Ask, AskRequest, AskToken, Destination, Errand, Lane, Unanswered};
pub use broker::{Broker, Endpoint};
pub use connection::{Aside, CloseReason, Connection, FrameError, Handled, MAX_IN_FLIGHT};
pub use controller_host::ControllerHost;
pub use effects::Effects;
pub use format::{
    Format, FormatError, Formatted, InitialController, InitialControllers, format_directories,
};
pub use group::Answer as GroupAnswer;
pub use node::{Node, NodeParams, OpenError, StartSummary};
pub use peers::{Peers, PeersOutput};
pub use reply::{Chunk, Outbox, Reply};
pub use session::{ClientSoftware, Door, Principal, Session};
pub use settings::SocketLimits;
