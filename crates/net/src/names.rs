//! The overrides of `max.connections.per.ip` that name hosts instead of addresses.

use std::collections::BTreeMap;
use std::net::{IpAddr, ToSocketAddrs};

/// What names were looked up, and the addresses that were found.
#[derive(Debug, Default)]
pub struct NamedLimits {
    of_names: BTreeMap<String, usize>,
    of_addresses: BTreeMap<IpAddr, usize>,
}

impl NamedLimits {
    /// Looks the names of `limits` up unless they are those of the last call: once at the start, and once when the
    /// configuration changes.
    pub fn look_up(&mut self, limits: &BTreeMap<String, usize>) {
        if self.of_names == *limits {
            return;
        }
        self.of_names.clone_from(limits);
        self.of_addresses.clear();
        for (name, limit) in limits {
            // The port is needed by the call and by nobody else.
            match (name.as_str(), 0).to_socket_addrs() {
                Ok(found) => {
                    let found = found.map(|address| address.ip().to_canonical());
                    self.of_addresses
                        .extend(found.map(|address| (address, *limit)));
                }
                Err(error) => {
                    tracing::warn!(%error, name, "max.connections.per.ip.overrides: no such host");
                }
            }
        }
    }

    /// The limit of an address that one of the names has.
    pub fn limit(&self, address: IpAddr) -> Option<usize> {
        self.of_addresses.get(&address).copied()
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
