//! Regular expressions that name topics, in the syntax of RE2, matched in linear time.

use std::collections::BTreeSet;
use std::sync::Arc;

use ::regex::{Regex, RegexBuilder};
use metadata::Image;
use model::TimestampMs;

use super::ResolvedRegex;

/// The most bytes that a compiled expression may take. One that repeats a repetition can be made to
/// want gigabytes; it is refused with INVALID_REGULAR_EXPRESSION instead.
const MAX_COMPILED_BYTES: usize = 1 << 20;

/// The longest expression, in bytes.
const MAX_LENGTH: usize = 4_096;

/// Compiles an expression that has to match a whole name.
///
/// # Errors
/// What is wrong with it, for the user.
pub(crate) fn compile(text: &str) -> Result<Regex, String> {
    let refused = |reason: &str| {
        format!("SubscribedTopicRegex `{text}` is not a valid regular expression: {reason}.")
    };
    if text.len() > MAX_LENGTH {
        return Err(format!(
            "SubscribedTopicRegex has {} bytes; at most {MAX_LENGTH} are possible.",
            text.len()
        ));
    }
    let expression = unquoted(text);
    // What cannot stand alone must not become valid by what is put around it.
    RegexBuilder::new(&expression)
        .size_limit(MAX_COMPILED_BYTES)
        .build()
        .and_then(|_| {
            RegexBuilder::new(&format!("^(?:{expression})$"))
                .size_limit(MAX_COMPILED_BYTES)
                .build()
        })
        .map_err(|error| match error {
            ::regex::Error::CompiledTooBig(limit) => refused(&format!(
                "compiled it takes more than {limit} bytes; repeat less"
            )),
            error => refused(&error.to_string()),
        })
}

/// RE2 takes what lies between `\Q` and `\E` as it stands, as Java's `Pattern.quote` writes it.
fn unquoted(text: &str) -> String {
    let (mut plain, mut rest) = (String::new(), text);
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(quoted) = rest.strip_prefix("\\Q") {
            let (literal, after) = quoted.split_once("\\E").unwrap_or((quoted, ""));
            plain.push_str(&::regex::escape(literal));
            rest = after;
        } else {
            // The backslash, and what it escapes.
            let end = rest
                .char_indices()
                .nth(2)
                .map_or(rest.len(), |(end, _)| end);
            plain.push_str(&rest[..end]);
            rest = &rest[end..];
        }
    }
    plain.push_str(rest);
    plain
}

/// The topics that `regex` names.
pub(crate) fn resolve(image: &Image, regex: &Regex, at: TimestampMs) -> ResolvedRegex {
    let topics = image.topics().iter();
    let topics = topics.filter(|topic| regex.is_match(&topic.name));
    let topics: BTreeSet<Arc<str>> = topics.map(|topic| Arc::clone(&topic.name)).collect();
    ResolvedRegex {
        topics,
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
        assert_eq!(compiled.is_match(name), matches, "{regex} and {name}");
    }

    #[test]
    fn a_whole_name_has_to_match() {
        check("to|a", "to", true);
        check("to|a", "topic", false);
        check("^t.*c$", "topic", true);
        check("", "t", false);
    }

    #[test]
    fn what_is_quoted_stands_for_itself() {
        check(r"\Qa.b\E.*", "a.bc", true);
        check(r"\Qa.b\E.*", "axbc", false);
        check(r"\Qa.b", "a.b", true);
        check(r"\.\w\\Q", r".a\Q", true);
    }
}
