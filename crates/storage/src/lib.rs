//! The partition log on disk.
//!
//! What is here: segments, offset, time and transaction indexes, leader epochs, producer state,
//! retention, recovery, the checkpoints of a log directory; and the [`disk`] itself behind a trait,
//! with a real and an in-memory implementation. Files are Kafka's, byte for byte.
//!
//! What is not: replication (`partition`), the wire (`protocol`), clocks and threads (but for the IO
//! threads of the real disk).

pub mod disk;
