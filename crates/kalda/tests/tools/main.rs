//! The tools, as processes against a running node.
//!
//! Each test starts a `kalda server` of its own. With `KALDA_TEST_BOOTSTRAP_SERVER` set they run against
//! that cluster instead, Apache Kafka for instance: the tools are for both.

mod consuming;
mod groups;
mod kalda;
mod producing;
mod topics;
