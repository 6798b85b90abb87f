//! What a broker holds, as lines `name TAB value`, and how two brokers' answers differ.

use std::collections::BTreeMap;

/// How many differences are shown unless everything is asked for.
const SHOWN: usize = 12;
/// How much of a value is shown, in characters.
const SHOWN_OF_VALUE: usize = 240;

/// The answers of one broker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts(BTreeMap<String, String>);

impl Facts {
    /// Reads what a program printed.
    pub(super) fn parse(text: &str) -> Self {
        let pairs = text.lines().filter_map(|line| line.split_once('\t'));
        Self(
            pairs
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        )
    }

    /// The facts whose names do not begin so.
    pub(super) fn without(mut self, prefix: &str) -> Self {
        self.0.retain(|name, _| !name.starts_with(prefix));
        self
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The facts that differ, one a line; empty when none does.
    pub(super) fn differences(&self, after: &Self, all: bool) -> String {
        let names: std::collections::BTreeSet<_> = self.0.keys().chain(after.0.keys()).collect();
        let differing = names
            .into_iter()
            .filter(|name| self.0.get(*name) != after.0.get(*name));
        let lines: Vec<String> = differing
            .map(|name| {
                let (before, after) = (shown(self.0.get(name)), shown(after.0.get(name)));
                format!("      {name}\n        before: {before}\n        after:  {after}\n")
            })
            .collect();
        let most = if all { lines.len() } else { SHOWN };
        let mut text = lines.iter().take(most).cloned().collect::<String>();
        if lines.len() > most {
            text.push_str(&format!("      and {} more\n", lines.len() - most));
        }
        text
    }
}

fn shown(value: Option<&String>) -> String {
    value.map_or_else(
        || "nothing".to_owned(),
        |v| v.chars().take(SHOWN_OF_VALUE).collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_answers_have_no_differences_in_any_order() {
        let (a, b) = (Facts::parse("x\t1\ny\t2\n"), Facts::parse("y\t2\nx\t1\n"));
        assert_eq!(a.differences(&b, true), "");
    }

    #[test]
    fn a_lost_a_new_and_a_changed_fact_are_each_named() {
        let (before, after) = (Facts::parse("a\t1\nb\t2\n"), Facts::parse("b\t3\nc\t4\n"));
        let differences = before.differences(&after, true);
        for name in ["      a\n", "      b\n", "      c\n"] {
            assert!(differences.contains(name), "{differences}");
        }
    }
}
