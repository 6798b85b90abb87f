//! The partition log on disk.
//!
//! What is here: segments, offset, time and transaction indexes, leader epochs, producer state,
//! retention, recovery, the checkpoints of a log directory; and the [`disk`] itself behind a trait,
//! with a real and an in-memory implementation. Files are Kafka's, byte for byte.
//!
//! What is not: replication (`partition`), the wire (`protocol`), clocks and threads (but for the IO
//! threads of the real disk).

mod batch_header;
pub mod checkpoint;
pub mod clean_shutdown;
pub mod cleaner;
mod directory;
pub mod disk;
pub mod errors;
pub mod file_names;
pub mod fuzzing;
mod index;
pub mod leader_epochs;
pub mod log;
pub mod log_config;
pub mod log_manager;
pub mod meta_properties;
pub mod open_files;
pub mod partition_metadata;
pub mod planted;
pub mod producer_state;
mod scan;
mod segment;
pub mod txn_index;
