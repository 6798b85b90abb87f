//! The differences from Apache Kafka that are known and meant, each with its reason: `accepted.txt`.

/// The list that comes with the suite.
const ACCEPTED: &str = include_str!("../accepted.txt");

/// One line of the list.
#[derive(Clone, Debug)]
struct Accepted {
    client: String,
    scenario: String,
    name: String,
}

/// All accepted differences.
#[derive(Clone, Debug, Default)]
pub struct Differences(Vec<Accepted>);

impl Differences {
    /// The list that comes with the suite.
    ///
    /// # Errors
    /// The line that cannot be read.
    pub fn shipped() -> Result<Self, String> {
        Self::parse(ACCEPTED)
    }

    /// Reads lines of `client | scenario | observation | reason`; `*` at the end of a field stands for any rest.
    ///
    /// # Errors
    /// The line that has no four fields, or no reason.
    pub fn parse(text: &str) -> Result<Self, String> {
        let lines = text
            .lines()
            .filter(|l| !l.trim().is_empty() && !l.starts_with('#'));
        lines.map(parse_line).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a difference in this observation is accepted.
    #[must_use]
    pub fn covers(&self, client: &str, scenario: &str, name: &str) -> bool {
        self.0.iter().any(|a| {
            matches(&a.client, client) && matches(&a.scenario, scenario) && matches(&a.name, name)
        })
    }
}

fn parse_line(line: &str) -> Result<Accepted, String> {
    let fields: Vec<_> = line.split('|').map(str::trim).collect();
    match fields[..] {
        [client, scenario, name, reason] if !reason.is_empty() => Ok(Accepted {
            client: client.to_owned(),
            scenario: scenario.to_owned(),
            name: name.to_owned(),
        }),
        _ => Err(format!(
            "accepted.txt: not `client | scenario | observation | reason`: {line}"
        )),
    }
}

fn matches(pattern: &str, text: &str) -> bool {
    pattern
        .strip_suffix('*')
        .map_or(pattern == text, |start| text.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_list_can_be_read() {
        assert!(Differences::shipped().is_ok());
    }

    #[test]
    fn a_line_without_a_reason_is_refused() {
        assert!(Differences::parse("java | admin | features | ").is_err());
    }

    #[test]
    fn a_star_stands_for_any_rest_and_nothing_else_does() {
        let list = Differences::parse("* | admin | doc of * | not ours").unwrap();
        assert!(list.covers("java", "admin", "doc of x"));
        assert!(!list.covers("java", "admin", "value of x"));
        assert!(!list.covers("java", "create", "doc of x"));
    }
}
