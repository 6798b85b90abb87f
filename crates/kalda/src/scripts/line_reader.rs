//! How the lines of kafka-console-producer become records: `headers<delimiter>key<separator>value`.

use super::connect::{KAFKA_EXCEPTION, Properties};
use super::faults::{Fault, Thrown};

/// Names and values, in the order of the record.
type Headers = Vec<(String, Option<Vec<u8>>)>;

/// A record in a line.
#[derive(Debug, PartialEq, Eq)]
pub struct Parsed {
    /// Its key.
    pub key: Option<Vec<u8>>,
    /// Its value.
    pub value: Option<Vec<u8>>,
    /// Its headers.
    pub headers: Headers,
}

/// Reads lines.
#[derive(Debug)]
pub struct LineReader {
    parse_key: bool,
    parse_headers: bool,
    key_separator: String,
    headers_delimiter: String,
    headers_separator: String,
    headers_key_separator: String,
    null_marker: Option<String>,
    ignore_error: bool,
    line: u64,
}

fn fault(message: impl Into<String>) -> Fault {
    Thrown::new(KAFKA_EXCEPTION, message).into()
}

/// Where `part` begins in `bytes`.
fn find(bytes: &[u8], part: &str) -> Option<usize> {
    if part.is_empty() {
        return Some(0);
    }
    bytes
        .windows(part.len())
        .position(|window| window == part.as_bytes())
}

impl LineReader {
    /// A reader with these properties.
    ///
    /// # Errors
    /// When two separators are the same.
    pub fn new(properties: &Properties) -> Result<Self, Fault> {
        let is_true = |name: &str| {
            let value = properties.get(name);
            value.is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
        };
        let text = |name: &str, default: &str| {
            properties
                .get(name)
                .map_or_else(|| default.to_owned(), Clone::clone)
        };
        let reader = Self {
            parse_key: is_true("parse.key"),
            parse_headers: is_true("parse.headers"),
            key_separator: text("key.separator", "\t"),
            headers_delimiter: text("headers.delimiter", "\t"),
            headers_separator: text("headers.separator", ","),
            headers_key_separator: text("headers.key.separator", ":"),
            null_marker: properties.get("null.marker").cloned(),
            ignore_error: is_true("ignore.error"),
            line: 0,
        };
        reader.check()?;
        Ok(reader)
    }

    fn check(&self) -> Result<(), Fault> {
        let delimiter = ("headers.delimiter", Some(&self.headers_delimiter));
        let separator = ("headers.separator", Some(&self.headers_separator));
        let keys = ("headers.key.separator", Some(&self.headers_key_separator));
        let key = ("key.separator", Some(&self.key_separator));
        let null = ("null.marker", self.null_marker.as_ref());
        for (one, other) in [
            (delimiter, separator),
            (delimiter, keys),
            (separator, keys),
            (null, key),
            (null, separator),
            (null, delimiter),
            (null, keys),
        ] {
            if one.1 == other.1 {
                return Err(fault(format!("{} and {} may not be equal", one.0, other.0)));
            }
        }
        Ok(())
    }

    /// The record in a line.
    ///
    /// # Errors
    /// When a separator is missing.
    pub fn read(&mut self, line: &[u8]) -> Result<Parsed, Fault> {
        self.line += 1;
        let (headers, rest) = self.split(
            self.parse_headers,
            line,
            line,
            &self.headers_delimiter,
            "headers delimiter",
        )?;
        let (key, value) = self.split(
            self.parse_key,
            line,
            rest,
            &self.key_separator,
            "key separator",
        )?;
        let headers = match headers.filter(|headers| !self.is_null(headers)) {
            Some(headers) => self.headers(&String::from_utf8_lossy(headers))?,
            None => Vec::new(),
        };
        let keep = |bytes: &[u8]| (!self.is_null(bytes)).then(|| bytes.to_vec());
        Ok(Parsed {
            key: key.and_then(keep),
            value: keep(value),
            headers,
        })
    }

    fn is_null(&self, bytes: &[u8]) -> bool {
        self.null_marker
            .as_ref()
            .is_some_and(|null| null.as_bytes() == bytes)
    }

    /// What stands before a separator, where one is looked for, and what follows.
    fn split<'a>(
        &self,
        enabled: bool,
        line: &[u8],
        rest: &'a [u8],
        separator: &str,
        name: &str,
    ) -> Result<(Option<&'a [u8]>, &'a [u8]), Fault> {
        if !enabled {
            return Ok((None, rest));
        }
        match find(rest, separator) {
            Some(at) => Ok((Some(&rest[..at]), &rest[at + separator.len()..])),
            None if self.ignore_error => Ok((None, rest)),
            None => Err(fault(format!(
                "No {name} found on line number {}: '{}'",
                self.line,
                String::from_utf8_lossy(line)
            ))),
        }
    }

    fn headers(&self, text: &str) -> Result<Headers, Fault> {
        let mut pairs: Vec<_> = text.split(&self.headers_separator).collect();
        // As Java splits: nothing at the end is no header.
        while pairs.len() > 1 && pairs.last().is_some_and(|last| last.is_empty()) {
            pairs.pop();
        }
        let header = |pair: &str| match pair.split_once(&self.headers_key_separator) {
            None if self.ignore_error => Ok((pair.to_owned(), None)),
            None => Err(fault(format!(
                "No header key separator found in pair '{pair}' on line number {}",
                self.line
            ))),
            Some((key, _)) if self.is_null(key.as_bytes()) => Err(fault(format!(
                "Header keys should not be equal to the null marker '{key}' as they can't be null"
            ))),
            Some((key, value)) => {
                let value = (!self.is_null(value.as_bytes())).then(|| value.as_bytes().to_vec());
                Ok((key.to_owned(), value))
            }
        };
        pairs.into_iter().map(header).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::client_properties::pairs;
    use super::*;

    fn read(properties: &[&str], line: &str) -> Result<Parsed, String> {
        let reader = LineReader::new(&pairs(properties));
        let read = reader.and_then(|mut reader| reader.read(line.as_bytes()));
        read.map_err(|fault| fault.message())
    }

    fn parsed(key: Option<&str>, value: Option<&str>) -> Parsed {
        let bytes = |text: &str| text.as_bytes().to_vec();
        Parsed {
            key: key.map(bytes),
            value: value.map(bytes),
            headers: Vec::new(),
        }
    }

    #[test]
    fn a_line_is_a_value_unless_more_is_looked_for() {
        assert_eq!(read(&[], "a:b"), Ok(parsed(None, Some("a:b"))));
        let keyed = ["parse.key=true", "key.separator=:"];
        assert_eq!(read(&keyed, "a:b:c"), Ok(parsed(Some("a"), Some("b:c"))));
        let null = ["parse.key=true", "key.separator=:", "null.marker=N"];
        assert_eq!(read(&null, "N:N"), Ok(parsed(None, None)));
    }

    #[test]
    fn headers_stand_before_the_key() {
        let read =
            read(&["parse.headers=true", "parse.key=true"], "a:1,b:2\tk\tv").expect("a record");
        let headers = [("a", "1"), ("b", "2")];
        let expected =
            headers.map(|(key, value)| (key.to_owned(), Some(value.as_bytes().to_vec())));
        assert_eq!(read.headers, expected);
        assert_eq!(
            (read.key, read.value),
            (Some(b"k".to_vec()), Some(b"v".to_vec()))
        );
    }

    #[test]
    fn what_is_missing_is_said_with_the_line() {
        let keyed = ["parse.key=true", "key.separator=:"];
        let message = "No key separator found on line number 1: 'x'";
        assert_eq!(read(&keyed, "x"), Err(message.to_owned()));
        let lenient = ["parse.key=true", "key.separator=:", "ignore.error=true"];
        assert_eq!(read(&lenient, "x"), Ok(parsed(None, Some("x"))));
        let same = ["headers.separator=:"];
        let message = "headers.separator and headers.key.separator may not be equal";
        assert_eq!(read(&same, "x"), Err(message.to_owned()));
    }
}
