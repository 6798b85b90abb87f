//! Kafka's names as Rust names, and versions as Rust conditions.

use crate::schema::Versions;

/// `MaxWaitMs` becomes `max_wait_ms`.
pub fn snake(name: &str) -> String {
    let chars: Vec<char> = name.replace("KRaft", "Kraft").chars().collect();
    let mut out = String::new();
    for (i, c) in chars.iter().enumerate() {
        let after_lower = i > 0 && !chars[i - 1].is_ascii_uppercase();
        let before_lower = chars.get(i + 1).is_some_and(char::is_ascii_lowercase);
        if c.is_ascii_uppercase() && i > 0 && (after_lower || before_lower) {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    match &*out {
        "type" | "match" => out + "_",
        _ => out,
    }
}

/// Whether a field is there, as code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// In every version of its struct.
    Always,
    /// In none of them.
    Never,
    /// Where this expression holds.
    If(String),
}

impl When {
    /// The condition under which a version of `context` lies in `versions`.
    pub fn new(versions: Versions, context: Versions) -> Self {
        let both = versions.and(context);
        if both.is_empty() {
            return Self::Never;
        }
        Self::If(
            match (both.first > context.first, both.last < context.last) {
                (false, false) => return Self::Always,
                (true, false) => format!("version >= {}", both.first),
                (false, true) => format!("version <= {}", both.last),
                (true, true) if both.first == both.last => format!("version == {}", both.first),
                (true, true) => format!("({}..={}).contains(&version)", both.first, both.last),
            },
        )
    }

    /// The condition as an expression.
    pub fn expr(&self) -> &str {
        match self {
            Self::Always => "true",
            Self::Never => "false",
            Self::If(condition) => condition,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_snake_case() {
        for (name, expected) in [
            ("MaxWaitMs", "max_wait_ms"),
            ("KRaftVersionFeature", "kraft_version_feature"),
            ("V3AndBelowTopics", "v3_and_below_topics"),
            ("Enable2Pc", "enable2_pc"),
            ("group", "group"),
            ("Type", "type_"),
        ] {
            assert_eq!(snake(name), expected);
        }
    }

    #[test]
    fn a_condition_tests_only_what_its_struct_leaves_open() {
        let context = Versions { first: 3, last: 13 };
        let when = |first, last| When::new(Versions { first, last }, context);
        assert_eq!(when(0, i16::MAX), When::Always);
        assert_eq!(when(3, 13), When::Always);
        assert_eq!(when(14, i16::MAX), When::Never);
        assert_eq!(when(9, i16::MAX), When::If("version >= 9".into()));
        assert_eq!(when(0, 12), When::If("version <= 12".into()));
        assert_eq!(when(5, 5), When::If("version == 5".into()));
        assert_eq!(when(5, 7), When::If("(5..=7).contains(&version)".into()));
    }
}
