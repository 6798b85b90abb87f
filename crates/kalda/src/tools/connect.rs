//! Where the cluster is: the options that every tool has.

use std::time::Duration;

use clap::Args;
use client::{Client, ClientConfig, ClientError};

use super::output::Format;

/// The cluster, and how answers are shown.
#[derive(Args, Clone, Debug)]
pub struct ConnectArgs {
    /// Brokers to ask first: host:port, several separated by commas.
    #[arg(
        long,
        short = 'b',
        global = true,
        value_name = "HOST:PORT",
        env = "KALDA_BOOTSTRAP_SERVER",
        default_value = "localhost:9092"
    )]
    bootstrap_server: String,
    /// How long an answer of the cluster is waited for, in milliseconds.
    #[arg(
        long,
        global = true,
        value_name = "MS",
        default_value_t = 10_000,
        value_parser = clap::value_parser!(u64).range(1..=3_600_000)
    )]
    request_timeout_ms: u64,
    /// How the output looks: for people, or for programs.
    #[arg(
        long,
        short = 'o',
        global = true,
        value_name = "FORMAT",
        default_value = "table"
    )]
    pub output: Format,
}

impl ConnectArgs {
    /// A client of that cluster.
    pub fn client(&self) -> Result<Client, ClientError> {
        let timeout = Duration::from_millis(self.request_timeout_ms);
        Ok(Client::new(ClientConfig {
            client_id: "kalda-tool".to_owned(),
            request_timeout: timeout,
            api_timeout: timeout,
            ..ClientConfig::bootstrap(&self.bootstrap_server)?
        }))
    }

    /// How long an answer is waited for.
    pub const fn timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }
}
