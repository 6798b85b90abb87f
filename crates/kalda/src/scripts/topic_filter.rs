//! The topics that an expression names, as Kafka's tools read it: commas separate what may match.

use regex::Regex;

use super::faults::{Fault, Thrown};

/// Topics that Kafka keeps for itself.
const INTERNAL: [&str; 3] = [
    "__consumer_offsets",
    "__transaction_state",
    "__share_group_state",
];
/// How large an expression may become when it is made ready.
const MAX_EXPRESSION_BYTES: usize = 10 << 20;

/// Whether Kafka keeps a topic for itself.
pub fn is_internal(topic: &str) -> bool {
    INTERNAL.contains(&topic)
}

/// An expression that names topics.
#[derive(Debug)]
pub struct TopicFilter(Regex);

impl TopicFilter {
    /// Reads an expression; blanks and quotes around it do not count.
    ///
    /// # Errors
    /// When it is none.
    pub fn new(raw: &str) -> Result<Self, Fault> {
        let text = raw.trim().replace(',', "|").replace(' ', "");
        let text = text.trim_matches(['"', '\'']);
        let expression = format!("^(?:{text})$");
        regex::RegexBuilder::new(&expression)
            .size_limit(MAX_EXPRESSION_BYTES)
            .build()
            .map(Self)
            .map_err(|_| Thrown::runtime(format!("{text} is an invalid regex.")).into())
    }

    /// Whether a topic is named.
    pub fn allows(&self, topic: &str, exclude_internal: bool) -> bool {
        self.0.is_match(topic) && !(exclude_internal && is_internal(topic))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expression: &str, topic: &str, expected: bool) {
        let filter = TopicFilter::new(expression).expect("an expression");
        assert_eq!(
            filter.allows(topic, false),
            expected,
            "{expression} {topic}"
        );
    }

    #[test]
    fn an_expression_names_whole_topics_and_commas_separate() {
        check("a.*", "abc", true);
        check("a", "abc", false);
        check("x, abc", "abc", true);
        check("'abc'", "abc", true);
    }

    #[test]
    fn internal_topics_can_be_left_out() {
        let filter = TopicFilter::new(".*").expect("an expression");
        assert!(!filter.allows("__consumer_offsets", true) && filter.allows("a", true));
        assert!(filter.allows("__consumer_offsets", false));
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        let fault = TopicFilter::new("a[").expect_err("it is open");
        assert_eq!(fault.message(), "a[ is an invalid regex.");
    }
}
