//! The overrides of `max.connections.per.ip` that name hosts instead of addresses.

use std::collections::BTreeMap;
use std::net::{IpAddr, ToSocketAddrs};
use std::sync::{Arc, mpsc};
use std::thread::Builder;
use std::time::Duration;

use parking_lot::Mutex;

/// How long a look-up may hold up whoever asks for it.
const PATIENCE: Duration = Duration::from_secs(1);

/// What names were looked up, and the addresses that were found.
#[derive(Debug, Default)]
pub struct NamedLimits {
    of_names: BTreeMap<String, usize>,
    /// Of those names. A look-up under way fills the map that it was begun for.
    of_addresses: Arc<Mutex<BTreeMap<IpAddr, usize>>>,
}

impl NamedLimits {
    /// Looks the names of `limits` up unless they are those of the last call: once at the start, and once when the
    /// configuration changes. A name server may be slow, and whoever accepts connections serves others too: names that are not
    /// found within [`PATIENCE`] have no limit of their own until the answer comes.
    pub fn look_up(&mut self, limits: &BTreeMap<String, usize>) {
        if self.of_names == *limits {
            return;
        }
        self.of_names.clone_from(limits);
        self.of_addresses = Arc::default();
        let (limits, found) = (limits.clone(), Arc::clone(&self.of_addresses));
        let (done, is_done) = mpsc::channel();
        let thread = Builder::new().name("host names".to_owned()).spawn(move || {
            look_up(&limits, &found);
            // Nobody waits any more where it took long.
            let _ = done.send(());
        });
        match thread {
            Ok(_) => drop(is_done.recv_timeout(PATIENCE)),
            Err(error) => {
                tracing::warn!(%error, "max.connections.per.ip.overrides: host names are not looked up");
            }
        }
    }

    /// The limit of an address that one of the names has.
    pub fn limit(&self, address: IpAddr) -> Option<usize> {
        self.of_addresses.lock().get(&address).copied()
    }
}

fn look_up(limits: &BTreeMap<String, usize>, of_addresses: &Mutex<BTreeMap<IpAddr, usize>>) {
    for (name, limit) in limits {
        // The port is needed by the call and by nobody else.
        match (name.as_str(), 0).to_socket_addrs() {
            Ok(found) => {
                let found = found.map(|address| (address.ip().to_canonical(), *limit));
                of_addresses.lock().extend(found);
            }
            Err(error) => {
                tracing::warn!(%error, name, "max.connections.per.ip.overrides: no such host");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_its_addresses_and_an_unknown_one_for_none() {
        let limits = [
            ("localhost".to_owned(), 3),
            ("no.such.host.invalid".to_owned(), 1),
        ];
        let mut names = NamedLimits::default();
        names.look_up(&limits.into());
        assert_eq!(names.limit("127.0.0.1".parse().unwrap()), Some(3));
        assert_eq!(names.limit("127.0.0.2".parse().unwrap()), None);
        names.look_up(&BTreeMap::new());
        assert_eq!(names.limit("127.0.0.1".parse().unwrap()), None);
    }
}
