//! Finds out which clients can be run, and fetches and builds them.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Instant;

use crate::clients::{self, CLIENTS, Client, Driver};
use crate::options::Options;

/// A client library that takes part, or the reason why it does not.
pub type Drivers = BTreeMap<&'static str, Result<Driver, String>>;

/// Why a client counts as skipped rather than failed: its runtime is not installed.
pub const NOT_INSTALLED: &str = "not installed:";

/// Fetches and builds the drivers of all clients that are asked for, two at a time.
pub fn drivers(options: &Options) -> Drivers {
    let wanted = CLIENTS.into_iter().filter(|c| options.wants_client(c.name));
    let queue: Mutex<Vec<Client>> = Mutex::new(wanted.collect());
    let ready = Mutex::new(Drivers::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(client) = take(&queue) {
                    let driver = driver(client);
                    ready
                        .lock()
                        .expect("no holder panics")
                        .insert(client.name, driver);
                }
            });
        }
    });
    ready.into_inner().expect("no holder panics")
}

fn take(queue: &Mutex<Vec<Client>>) -> Option<Client> {
    queue.lock().expect("no holder panics").pop()
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
