//! Takes out of an observation what differs between any two runs: ids, times and ports. Nothing else.

use regex_lite::Regex;
use serde_json::Value;

/// What one broker's answers may contain that is its own.
#[derive(Debug)]
pub struct Own {
    literals: Vec<(String, &'static str)>,
    patterns: Vec<(Regex, &'static str)>,
}

/// What looks like an id or a time wherever it stands.
const PATTERNS: [(&str, &str); 11] = [
    // An admin client whose time is over was just asking, or about to ask.
    (
        r"Call\(callName=(\w+)\(api=(\w+)\), [^)]*\) timed out at \S+ after [0-9]+ attempt\(s\)",
        "Timed out waiting for a node assignment. Call: $1(api=$2)",
    ),
    // Topic, cluster and directory ids: 16 bytes in base64, which end in one of four letters.
    (r"\b[A-Za-z0-9_-]{21}[AQgw]\b", "<id>"),
    // Member ids end in a UUID.
    (
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "<id>",
    ),
    (r"\b1[789][0-9]{11}\b", "<time>"),
    (
        r"\b20[2-9][0-9]-[0-9]{2}-[0-9]{2}[T ][0-9:]{8}([.,:][0-9]+)?Z?",
        "<time>",
    ),
    (r"\b[0-9]+ ?ms\b", "<time>"),
    // How often a client asks until its time is over, which is how fast it is answered.
    (r"\btries=[0-9]+", "tries=<time>"),
    (r"\bafter [0-9]+ attempt", "after <time> attempt"),
    // The metadata offset at which features were finalized.
    (r"\bEpoch: [0-9]+", "Epoch: <id>"),
    (r"\bcorrelationId=[0-9]+", "correlationId=<id>"),
    // How librdkafka names a producer id, beside an epoch that stays.
    (r"\bPID\{Id:[0-9]+", "PID{Id:<id>"),
];

impl Own {
    /// The rules for a broker with these ports and this log directory.
    #[must_use]
    pub fn new(ports: [u16; 2], log_dir: &str) -> Self {
        let literals = vec![(log_dir.to_owned(), "<dir>")];
        let port = |number: u16| {
            Regex::new(&format!(r"\b{number}\b")).expect("a number is a valid pattern")
        };
        let ports = [
            (port(ports[0]), "<port>"),
            (port(ports[1]), "<controller port>"),
        ];
        let patterns = PATTERNS
            .map(|(pattern, with)| {
                (
                    Regex::new(pattern).expect("the pattern is fixed and valid"),
                    with,
                )
            })
            .into_iter()
            .chain(ports)
            .collect();
        Self { literals, patterns }
    }

    /// A text without ids, times and ports.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (literal, with) in &self.literals {
            text = text.replace(literal, with);
        }
        for (pattern, with) in &self.patterns {
            text = pattern.replace_all(&text, *with).into_owned();
        }
        text
    }

    /// A value whose texts are without ids, times and ports.
    #[must_use]
    pub fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => Value::Array(items.iter().map(|v| self.value(v)).collect()),
            Value::Object(map) => Value::Object(
                map.iter()
                    .map(|(k, v)| (self.text(k), self.value(v)))
                    .collect(),
            ),
            other => other.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, wanted: &str) {
        let own = Own::new([12_345, 12_346], "/tmp/x/data");
        assert_eq!(own.text(text), wanted);
    }

    #[test]
    fn ids_times_ports_and_the_directory_are_taken_out() {
        check(
            "TopicId: 8Ky1vRrqR3aNwXbA7nZk_A at 127.0.0.1:12345",
            "TopicId: <id> at 127.0.0.1:<port>",
        );
        check(
            "CreateTime:1795250000123 in 1001ms",
            "CreateTime:<time> in <time>",
        );
        check(
            "deadlineMs=1795250000123, tries=1970) timed out after 1970 attempt(s)",
            "deadlineMs=<time>, tries=<time>) timed out after <time> attempt(s)",
        );
        check(
            "Call(callName=list(api=METADATA), deadlineMs=1795250000123, tries=1970, nextAllowedTryMs=1) timed out at 1795250000124 after 1970 attempt(s)",
            "Timed out waiting for a node assignment. Call: list(api=METADATA)",
        );
        check("/tmp/x/data/t-0", "<dir>/t-0");
        check("localhost 12345 up", "localhost <port> up");
        check(
            "refused (PID{Id:49,Epoch:0}, base seq 1)",
            "refused (PID{Id:<id>,Epoch:0}, base seq 1)",
        );
        check("member-0fb9f4d6-0b7e-4a3c-9c1e-5f1f6a3d2b1c", "member-<id>");
    }

    #[test]
    fn offsets_sizes_and_names_stay() {
        check(
            "offset 123456 of topic-with-a-rather-long-name",
            "offset 123456 of topic-with-a-rather-long-name",
        );
        check("4611686018427387904", "4611686018427387904");
    }
}
