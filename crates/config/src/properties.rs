//! Java's properties files, as `java.util.Properties.load` reads them.
//!
//! A line holds a key and a value, separated by `=`, `:` or white space. `#` and `!` begin comments. A
//! line that ends in an odd number of backslashes goes on in the next. `\t \n \r \f \uXXXX` are escapes; any
//! other escaped character stands for itself. Of a key that stands twice the last counts. The text is
//! UTF-8, or Latin-1 where it is not valid UTF-8 (Java always takes Latin-1).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;

/// The largest properties file that is read.
pub const MAX_FILE_BYTES: usize = 1024 * 1024;

/// What a key was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The text behind the key.
    pub value: String,
    /// The line on which the key stands, from 1.
    pub line: usize,
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PropertiesError {
    /// It has more than [`MAX_FILE_BYTES`].
    #[error(
        "{file}: is larger than {MAX_FILE_BYTES} bytes, which is more than a properties file needs"
    )]
    TooLarge {
        /// The file.
        file: String,
    },
    /// An escape is not four hexadecimal digits.
    #[error("{file}:{line}: \\u must be followed by four hexadecimal digits")]
    Escape {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
    },
}

/// Reads the properties in `bytes`; `file` is named in errors.
///
/// # Errors
/// When the file is too large or an escape is malformed.
pub fn parse(file: &str, bytes: &[u8]) -> Result<BTreeMap<String, Given>, PropertiesError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(PropertiesError::TooLarge {
            file: file.to_owned(),
        });
    }
    let text = decode(bytes);
    let mut properties = BTreeMap::new();
    for (line, logical) in logical_lines(&text) {
        let escape = || PropertiesError::Escape {
            file: file.to_owned(),
            line,
        };
        let (key, value) = split(&logical);
        let key = unescape(key).ok_or_else(escape)?;
        let value = unescape(value).ok_or_else(escape)?;
        properties.insert(key, Given { value, line });
    }
    Ok(properties)
}

fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()),
    }
}

/// Lines joined where a backslash says so, with the number of the first, without comments.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut logical = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (at, line) in natural_lines(text).enumerate() {
        let line = line.trim_start_matches(is_space);
        if open.is_none() && (line.is_empty() || line.starts_with(['#', '!'])) {
            continue;
        }
        let goes_on = line.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
        let part = if goes_on {
            &line[..line.len() - 1]
        } else {
            line
        };
        let (_, joined) = open.get_or_insert_with(|| (at + 1, String::new()));
        joined.push_str(part);
        if !goes_on {
            logical.extend(open.take());
        }
    }
    logical.extend(open.filter(|(_, joined)| !joined.is_empty()));
    logical
}

/// Lines end in a line feed, a carriage return, or both.
fn natural_lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n')
        .flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

fn is_space(symbol: char) -> bool {
    matches!(symbol, ' ' | '\t' | '\u{c}')
}

/// Key and value of a line, both still escaped.
fn split(line: &str) -> (&str, &str) {
    let mut escaped = false;
    let end = line
        .find(|symbol: char| {
            let ends = !escaped && (is_space(symbol) || symbol == '=' || symbol == ':');
            escaped = symbol == '\\' && !escaped;
            ends
        })
        .unwrap_or(line.len());
    let (key, rest) = line.split_at(end);
    let rest = rest.trim_start_matches(is_space);
    let value = rest.strip_prefix(['=', ':']).unwrap_or(rest);
    (key, value.trim_start_matches(is_space))
}

/// The text without its escapes; `None` where `\u` is malformed.
fn unescape(text: &str) -> Option<String> {
    let mut symbols = text.chars().peekable();
    let mut units = Vec::new();
    let mut plain = String::with_capacity(text.len());
    while let Some(symbol) = symbols.next() {
        if symbol == '\\' && symbols.peek() == Some(&'u') {
            symbols.next();
            units.push(read_unit(&mut symbols)?);
            continue;
        }
        flush(&mut units, &mut plain);
        match symbol {
            '\\' => plain.extend(symbols.next().map(escaped)),
            other => plain.push(other),
        }
    }
    flush(&mut units, &mut plain);
    Some(plain)
}

fn escaped(symbol: char) -> char {
    match symbol {
        't' => '\t',
        'n' => '\n',
        'r' => '\r',
        'f' => '\u{c}',
        other => other,
    }
}

fn read_unit(symbols: &mut Peekable<Chars<'_>>) -> Option<u16> {
    (0..4).try_fold(0, |unit, _| {
        let digit = symbols.next()?.to_digit(16)?;
        Some(unit * 16 + u16::try_from(digit).expect("a digit is below 16"))
    })
}

/// Adjacent `\u` escapes are units of UTF-16, of which two may make one character.
fn flush(units: &mut Vec<u16>, plain: &mut String) {
    if !units.is_empty() {
        plain.push_str(&String::from_utf16_lossy(units));
        units.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let read = parse("f", text.as_bytes()).expect("the file is well formed");
        let read: Vec<_> = read
            .iter()
            .map(|(key, given)| (key.as_str(), given.value.as_str()))
            .collect();
        assert_eq!(read, expected);
    }

    #[test]
    fn keys_end_at_an_equals_sign_a_colon_or_white_space() {
        check(
            "a=1\nb:2\nc 3\nd = 4\ne\t:\t5\nf",
            &[
                ("a", "1"),
                ("b", "2"),
                ("c", "3"),
                ("d", "4"),
                ("e", "5"),
                ("f", ""),
            ],
        );
    }

    #[test]
    fn only_the_first_separator_counts() {
        check(
            "a==1\nb= =2\nlisteners=PLAINTEXT://:9092",
            &[("a", "=1"), ("b", "=2"), ("listeners", "PLAINTEXT://:9092")],
        );
    }

    #[test]
    fn comments_and_blank_lines_are_skipped() {
        check(
            "# a=1\n  ! b=2\n\n   \nc=3 # no comment\n",
            &[("c", "3 # no comment")],
        );
    }

    #[test]
    fn a_backslash_at_the_end_joins_lines() {
        check(
            "a=1,\\\n   2,\\\r\n\t3\nb=x\\\\\nc=4",
            &[("a", "1,2,3"), ("b", "x\\"), ("c", "4")],
        );
        check("a=1\\\n# not a comment", &[("a", "1# not a comment")]);
        check("a=1\\", &[("a", "1")]);
    }

    #[test]
    fn escapes_stand_for_their_characters() {
        check("a\\ b\\=c\\:d=\\t\\n\\q\\\\", &[("a b=c:d", "\t\nq\\")]);
        check("k=\\u00e9\\uD83D\\uDE00\\u0041", &[("k", "é😀A")]);
    }

    #[test]
    fn the_last_of_a_repeated_key_counts() {
        check("a=1\na=2", &[("a", "2")]);
    }

    #[test]
    fn trailing_space_belongs_to_the_value() {
        check("a=1  ", &[("a", "1  ")]);
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_latin_1() {
        let read = parse("f", b"a=\xe9").expect("any bytes are text");
        assert_eq!(read["a"].value, "é");
    }

    #[test]
    fn errors_name_file_and_line() {
        let error = parse("server.properties", b"a=1\n\nb=\\u12x4").expect_err("malformed");
        assert_eq!(
            error.to_string(),
            "server.properties:3: \\u must be followed by four hexadecimal digits"
        );
        assert!(parse("f", &vec![b'a'; MAX_FILE_BYTES]).is_ok());
        let error = parse("f", &vec![b'a'; MAX_FILE_BYTES + 1]).expect_err("too large");
        assert_eq!(
            error,
            PropertiesError::TooLarge {
                file: "f".to_owned()
            }
        );
    }
}
