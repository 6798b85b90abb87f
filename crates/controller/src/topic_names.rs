//! Which names a topic may have.

use model::ErrorCode;

use crate::answer::Refused;

/// The longest name: with the partition and a suffix it has to fit into a file name.
const MAX_LEN: usize = 249;

/// Refuses names that Kafka refuses.
pub(crate) fn check(name: &str) -> Result<(), Refused> {
    let reason = match name {
        "" => "the empty string is not allowed".to_owned(),
        "." => "'.' is not allowed".to_owned(),
        ".." => "'..' is not allowed".to_owned(),
        // Java counts UTF-16 units.
        _ if name.encode_utf16().count() > MAX_LEN => {
            format!("the length of '{name}' is longer than the max allowed length {MAX_LEN}")
        }
        _ if !name.bytes().all(is_allowed) => format!(
            "'{name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"
        ),
        _ => return Ok(()),
    };
    let message = format!("Topic name is invalid: {reason}");
    Err(Refused::new(ErrorCode::INVALID_TOPIC_EXCEPTION, message))
}

/// Whether a name could collide with another one in the names of metrics.
pub(crate) fn has_collision_chars(name: &str) -> bool {
    name.contains(['.', '_'])
}

const fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(name: &str, reason: &str) {
        let message = check(name).unwrap_err().message.unwrap();
        assert_eq!(message, format!("Topic name is invalid: {reason}"));
    }

    #[test]
    fn names_of_allowed_characters_are_allowed() {
        for name in ["a", "...", "a.b_c-D9", &"x".repeat(249)] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn other_names_are_refused_in_kafkas_words() {
        refused("", "the empty string is not allowed");
        refused(".", "'.' is not allowed");
        refused("..", "'..' is not allowed");
        let chars =
            "contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'";
        for name in ["../x", "a b", "ä", "a\0"] {
            refused(name, &format!("'{name}' {chars}"));
        }
        let long = "x".repeat(250);
        refused(
            &long,
            &format!("the length of '{long}' is longer than the max allowed length 249"),
        );
    }
}
