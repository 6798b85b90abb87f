//! Words that must not stand in code, and why.

use super::source::Source;

/// The layer of `net`: below it everything is synchronous and deterministic.
const NET: u32 = 5;
/// The layers of the product; above are suites and developers' commands.
const BINARY: u32 = 7;

const TOLD: &str = "a core is told the time: take a model::Now";
const SEEDED: &str =
    "randomness comes in as a value or a seeded source, so that a run can be repeated";
const OWN_THREAD: &str = "a core runs on its caller's thread";
const NEVER_WAITS: &str =
    "a core never waits; a test that sleeps is slow, and wrong on a slow machine";
const ORDERED: &str = "iterates in a random order: use BTreeMap or BTreeSet";
const SILENT: &str = "a core does not log: what happened is its return value";
const SYNCHRONOUS: &str = "nothing below net is asynchronous: the caller is the event loop";

/// Word, reason, and the lint whose `#[expect]` at the item excuses it.
const BELOW_NET: [(&str, &str, &str); 22] = [
    ("Instant::now", TOLD, "disallowed_methods"),
    ("SystemTime::now", TOLD, "disallowed_methods"),
    ("UNIX_EPOCH", TOLD, "disallowed_methods"),
    ("rand::", SEEDED, "disallowed_methods"),
    ("thread_rng", SEEDED, "disallowed_methods"),
    ("getrandom", SEEDED, "disallowed_methods"),
    ("RandomState", SEEDED, "disallowed_types"),
    ("thread::spawn", OWN_THREAD, "disallowed_methods"),
    ("thread::Builder", OWN_THREAD, "disallowed_methods"),
    ("thread::scope", OWN_THREAD, "disallowed_methods"),
    ("thread::sleep", NEVER_WAITS, "disallowed_methods"),
    ("thread::park", NEVER_WAITS, "disallowed_methods"),
    ("HashMap", ORDERED, "disallowed_types"),
    ("HashSet", ORDERED, "disallowed_types"),
    ("tracing::", SILENT, ""),
    ("log::info!", SILENT, ""),
    ("println!", SILENT, "print_stdout"),
    ("eprintln!", SILENT, "print_stderr"),
    ("async fn", SYNCHRONOUS, ""),
    (".await", SYNCHRONOUS, ""),
    ("tokio::", SYNCHRONOUS, ""),
    (
        "Box<dyn Error",
        "an error of a core is a small enum that says what to do next",
        "",
    ),
];

const EVERYWHERE: [(&str, &str); 4] = [
    ("todo!", "a stub is not a feature"),
    ("unimplemented!", "a stub is not a feature"),
    ("#[ignore", "a test that does not run proves nothing"),
    (
        "Other(String)",
        "an error says what went wrong by its variant",
    ),
];

/// Clippy sees to the reasons of the others.
const BLANKET: &str = "an exception stands at its item: #[expect(lint, reason = \"...\")]";

const IN_TESTS: [(&str, &str); 2] = [("thread::sleep", NEVER_WAITS), ("time::sleep", NEVER_WAITS)];

pub(super) fn findings(source: &Source) -> Vec<String> {
    let mut findings = Vec::new();
    for (at, line) in source.code_lines() {
        let is_test = source.is_test(at);
        let mut find = |word: &str, reason: &str| {
            if has_word(line, word) {
                findings.push(source.finding(at, &format!("`{word}`: {reason}")));
            }
        };
        EVERYWHERE
            .iter()
            .for_each(|(word, reason)| find(word, reason));
        if is_test && source.layer >= NET {
            IN_TESTS
                .iter()
                .for_each(|(word, reason)| find(word, reason));
        }
        if !is_test {
            find("#![allow(", BLANKET);
        }
        if !is_test && source.layer <= BINARY {
            find(
                ".unwrap()",
                "an error has a way to its handler, and a bug an expect(\"why it cannot be\")",
            );
        }
    }
    if source.layer < NET {
        findings.extend(below_net(source));
    }
    findings
}

fn below_net(source: &Source) -> Vec<String> {
    let mut findings = Vec::new();
    for (word, reason, lint) in BELOW_NET {
        let excused = if lint.is_empty() {
            Vec::new()
        } else {
            source.excused(lint)
        };
        for (at, line) in source.code_lines() {
            // A test may try from several threads what is behind a lock.
            let is_excused = excused.iter().any(|lines| lines.contains(&at))
                || (reason == OWN_THREAD && source.is_test(at));
            if has_word(line, word) && !is_excused {
                findings.push(source.finding(at, &format!("`{word}`: {reason}")));
            }
        }
    }
    findings
}

/// Whether `word` stands in `line`, not as a part of a longer name.
fn has_word(line: &str, word: &str) -> bool {
    let joins = |symbol: char| symbol.is_alphanumeric() || symbol == '_';
    line.match_indices(word).any(|(at, _)| {
        let goes_back = word.starts_with(joins) && line[..at].ends_with(joins);
        let goes_on = word.ends_with(joins) && line[at + word.len()..].starts_with(joins);
        !goes_back && !goes_on
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_not_a_part_of_a_longer_name() {
        assert!(has_word("let now = Instant::now();", "Instant::now"));
        assert!(has_word("x.unwrap()", ".unwrap()"));
        assert!(!has_word("MyInstant::now()", "Instant::now"));
        assert!(!has_word("operand::f()", "rand::"));
        assert!(!has_word("HashMapLike", "HashMap"));
        assert!(has_word("#[ignore = \"x\"]", "#[ignore"));
    }
}
