//! Fixtures for suites that start real processes.
//!
//! Owns: free ports, directories below `target/`, processes with a deadline and captured output, brokers (Kalda and Apache Kafka)
//! and what is fetched from package registries. Never kills what it did not start. Called by `interop` and `bench`.

pub mod artifacts;
pub mod broker;
pub mod directory;
pub mod error;
pub mod ports;
pub mod process;
pub mod wait;
