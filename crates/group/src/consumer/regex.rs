//! Regular expressions that name topics, in the syntax of RE2, matched in linear time.

use std::collections::BTreeSet;
use std::sync::Arc;

use ::regex::{Regex, RegexBuilder};
use metadata::Image;
use model::TimestampMs;

use super::{ResolvedRegex, re2};

/// The most bytes that a compiled expression may take. One that repeats a repetition can be made to
/// want gigabytes; it is refused with INVALID_REGULAR_EXPRESSION instead.
const MAX_COMPILED_BYTES: usize = 256 << 10;

/// The longest expression, in bytes.
const MAX_LENGTH: usize = 4_096;

/// An expression that has to match a whole name.
#[derive(Clone, Debug)]
pub struct NamePattern(Regex);

impl NamePattern {
    /// Reads and compiles an expression.
    ///
    /// # Errors
    /// What is wrong with it, for the user.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() > MAX_LENGTH {
            return Err(too_long(text));
        }
        let translated = re2::translate(text).map_err(str::to_owned)?;
        let compiled = RegexBuilder::new(&format!(r"\A(?:{translated})\z"))
            .size_limit(MAX_COMPILED_BYTES)
            .build();
        compiled.map(Self).map_err(|error| match error {
            ::regex::Error::CompiledTooBig(limit) => {
                format!("compiled it takes more than {limit} bytes; repeat less")
            }
            _ => re2::UNKNOWN_CLASS.to_owned(),
        })
    }

    /// Whether it matches the whole of `name`.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        self.0.is_match(name)
    }
}

fn too_long(text: &str) -> String {
    format!(
        "it has {} bytes; at most {MAX_LENGTH} are possible",
        text.len()
    )
}

/// Compiles an expression to which a member subscribes.
///
/// # Errors
/// What is wrong with it, for the user.
pub(crate) fn compile(text: &str) -> Result<NamePattern, String> {
    if text.len() > MAX_LENGTH {
        return Err(format!(
            "SubscribedTopicRegex is refused: {}.",
            too_long(text)
        ));
    }
    NamePattern::parse(text).map_err(|reason| {
        format!("SubscribedTopicRegex `{text}` is not a valid regular expression: {reason}.")
    })
}

/// The topics that `regex` names.
pub(crate) fn resolve(image: &Image, regex: &NamePattern, at: TimestampMs) -> ResolvedRegex {
    let topics = image.topics().iter();
    let topics = topics.filter(|topic| regex.matches(&topic.name));
    ResolvedRegex {
        topics: topics.map(|topic| Arc::clone(&topic.name)).collect(),
        ..nothing(image, at)
    }
}

/// An expression that names no topic.
pub(crate) fn nothing(image: &Image, at: TimestampMs) -> ResolvedRegex {
    ResolvedRegex {
        topics: BTreeSet::new(),
        version: image.provenance().map_or(-1, |moment| moment.offset.0),
        at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(regex: &str, name: &str, matches: bool) {
        let compiled = compile(regex).expect("a valid expression");
        assert_eq!(compiled.matches(name), matches, "{regex} and {name}");
    }

    #[test]
    fn a_whole_name_has_to_match() {
        check("to|a", "to", true);
        check("to|a", "topic", false);
        check("^t.*c$", "topic", true);
        check("", "t", false);
    }

    #[track_caller]
    fn check_refused(regex: &str, reason: &str) {
        let message = compile(regex).expect_err("an expression that is refused");
        let expected =
            format!("SubscribedTopicRegex `{regex}` is not a valid regular expression: {reason}.");
        assert_eq!(message, expected);
    }

    #[test]
    fn what_is_wrong_is_said_in_the_words_of_re2() {
        check_refused("(a", "missing closing )");
        check_refused("a)(b", "unexpected )");
        check_refused("[a", "missing closing ]");
        check_refused("a**", "invalid nested repetition operator");
        check_refused("a|*", "missing argument to repetition operator");
        check_refused("a{1001}", "invalid repeat count");
        check_refused(r"(a)\1", "invalid escape sequence");
        check_refused("a\\", "trailing backslash at end of expression");
        check_refused("[b-a]", "invalid character class range");
        check_refused(r"\p{Nowhere}", "invalid character class range");
        check_refused("(?x)a", "invalid or unsupported Perl syntax");
        check_refused("(?=a)", "invalid or unsupported Perl syntax");
        check_refused("(?P<é>a)", "invalid named capture");
        check_refused("(?<n>a)(?<n>b)", "duplicate capture group name");
        let size = "compiled it takes more than 262144 bytes; repeat less";
        check_refused("(((a{1000}){1000}){1000})", size);
    }

    #[test]
    fn what_rust_writes_otherwise_means_what_re2_means() {
        check("a{", "a{", true);
        check("a{,2}", "a{,2}", true);
        check("a{01}", "a", false);
        check("[a&&b]", "&", true);
        check("[a[b]]", "a]", true);
        check("(?i)a.(?-i)b", "A-b", true);
        check("(?i:a)b", "AB", false);
        check("(a(?i)b|c)d", "aBD", false);
        check(r"\101\x42\x{43}", "ABC", true);
        check(r"[\d\pL[:punct:]-]+", "a1-.", true);
        check(r"\p{^Lu}\P{Lu}\P{^Lu}", "aaA", true);
        check("[]a]+", "]a", true);
        check("a(?i)*", "aaa", true);
    }

    #[test]
    fn what_is_quoted_stands_for_itself() {
        check(r"\Qa.b\E.*", "a.bc", true);
        check(r"\Qa.b\E.*", "axbc", false);
        check(r"\Qa.b", "a.b", true);
        check(r"\.\w\\Q", r".a\Q", true);
    }
}
