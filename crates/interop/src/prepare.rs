//! Finds out which clients can be run, and fetches and builds them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::clients::{self, Client, Driver};

/// Why a client counts as skipped rather than failed: its runtime is not installed.
pub const NOT_INSTALLED: &str = "not installed:";

/// The drivers that were made ready, or the reason why one could not be.
#[derive(Debug, Default)]
pub struct Drivers(Mutex<BTreeMap<&'static str, Result<Driver, String>>>);

impl Drivers {
    /// Fetches and builds the driver of a client, or finds that its runtime is not installed.
    pub fn make(&self, client: Client) {
        let driver = driver(client);
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(client.name, driver);
    }

    /// The driver of a client; `None` when it was not asked for.
    pub fn get(&self, client: &str) -> Option<Result<Driver, String>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(client)
            .cloned()
    }
}

fn driver(client: Client) -> Result<Driver, String> {
    let missing = client.needs.missing();
    if !missing.is_empty() {
        return Err(format!("{NOT_INSTALLED} {}", missing.join(", ")));
    }
    let began = Instant::now();
    let made = clients::prepare(client).map_err(|e| e.to_string());
    let seconds = began.elapsed().as_secs_f32();
    if seconds > 1.0 {
        println!("made ready: {} in {seconds:.1} s", client.name);
    }
    made
}
