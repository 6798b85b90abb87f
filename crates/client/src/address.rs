//! Where brokers are.

use std::fmt;
use std::str::FromStr;

use crate::ClientError;

/// Kafka's port where none is written.
const DEFAULT_PORT: u16 = 9092;

/// A host and a port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    /// A name or an IP address, without brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
}

impl Address {
    /// Reads a list as `bootstrap.servers` has it; blanks around its commas are allowed.
    ///
    /// # Errors
    /// [`ClientError::Address`] for the first entry that is none, and for an empty list.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, ClientError> {
        let entries = text
            .split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty());
        let addresses = entries.map(str::parse).collect::<Result<Vec<Self>, _>>()?;
        if addresses.is_empty() {
            return Err(ClientError::Address(text.to_owned()));
        }
        Ok(addresses)
    }
}

impl FromStr for Address {
    type Err = ClientError;

    fn from_str(text: &str) -> Result<Self, ClientError> {
        let bad = || ClientError::Address(text.to_owned());
        let (host, port) = match text.rsplit_once(':') {
            Some((host, _)) if host.contains(':') && !host.ends_with(']') => (text, None),
            Some((_, port)) if port.ends_with(']') => (text, None),
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        };
        let port = port.map_or(Ok(DEFAULT_PORT), |port| port.parse().map_err(|_| bad()))?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c == '/') {
            return Err(bad());
        }
        Ok(Self {
            host: host.to_owned(),
            port,
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let addresses = Address::parse_list(text).expect("well formed");
        let shown: Vec<_> = addresses.iter().map(ToString::to_string).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_list_is_split_at_commas_and_blanks_are_allowed() {
        check("a:1,b:2", &["a:1", "b:2"]);
        check(" a:1 , b:2, ", &["a:1", "b:2"]);
    }

    #[test]
    fn a_port_may_be_left_out() {
        check("broker", &["broker:9092"]);
    }

    #[test]
    fn an_ip_address_of_version_6_is_read_with_and_without_brackets() {
        check(
            "[::1]:19092,::1,[::1]",
            &["[::1]:19092", "[::1]:9092", "[::1]:9092"],
        );
    }

    #[test]
    fn what_is_no_address_is_refused_by_name() {
        for text in ["", ",", "a:b", "a:70000", ":9092", "http://a:1", "a b:1"] {
            let error = Address::parse_list(text).expect_err(text).to_string();
            assert!(error.contains("host:port"), "{error}");
        }
    }
}
