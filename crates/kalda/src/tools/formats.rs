//! How records and options are written.

use std::io::{self, Write};

use client::consumer::ConsumerRecord;
use serde_json::{Map, Value, json};

/// Reads `name=value`.
pub fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write name=value".to_owned()),
    }
}

/// What of a record is shown as text, in this order, separated by tabs; the value always is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Columns {
    /// Partition and offset.
    pub place: bool,
    /// The timestamp, in milliseconds since 1970.
    pub timestamp: bool,
    /// The headers.
    pub headers: bool,
    /// The key.
    pub key: bool,
}

/// Writes a record as a line of text, bytes as they are, `null` for what is absent.
pub fn write_text(
    out: &mut impl Write,
    columns: Columns,
    record: &ConsumerRecord,
) -> io::Result<()> {
    if columns.place {
        write!(out, "{}\t{}\t", record.partition.partition, record.offset)?;
    }
    if columns.timestamp {
        match record.timestamp {
            Some(timestamp) => write!(out, "{timestamp}\t")?,
            None => out.write_all(b"null\t")?,
        }
    }
    if columns.headers {
        for (place, (key, value)) in record.headers.iter().enumerate() {
            out.write_all(if place > 0 { b"," } else { b"" })?;
            out.write_all(key)?;
            out.write_all(b"=")?;
            out.write_all(value.as_deref().unwrap_or(b"null"))?;
        }
        out.write_all(b"\t")?;
    }
    if columns.key {
        out.write_all(record.key.as_deref().unwrap_or(b"null"))?;
        out.write_all(b"\t")?;
    }
    out.write_all(record.value.as_deref().unwrap_or(b"null"))?;
    out.write_all(b"\n")
}

/// Writes a record as a line of JSON. What is not UTF-8 goes to `key_base64` or `value_base64`.
pub fn write_json(out: &mut impl Write, record: &ConsumerRecord) -> io::Result<()> {
    let mut object = Map::new();
    object.insert("topic".to_owned(), json!(&*record.partition.topic));
    object.insert("partition".to_owned(), json!(record.partition.partition));
    object.insert("offset".to_owned(), json!(record.offset));
    object.insert(
        "timestamp".to_owned(),
        json!(record.timestamp.map(|timestamp| timestamp.0)),
    );
    insert_bytes(&mut object, "key", record.key.as_deref());
    insert_bytes(&mut object, "value", record.value.as_deref());
    let headers = record.headers.iter().map(|(key, value)| {
        let mut header = Map::new();
        header.insert("key".to_owned(), json!(String::from_utf8_lossy(key)));
        insert_bytes(&mut header, "value", value.as_deref());
        Value::Object(header)
    });
    object.insert("headers".to_owned(), headers.collect());
    writeln!(out, "{}", Value::Object(object))
}

fn insert_bytes(object: &mut Map<String, Value>, name: &str, bytes: Option<&[u8]>) {
    match bytes.map(|bytes| std::str::from_utf8(bytes).map_err(|_| bytes)) {
        None => object.insert(name.to_owned(), Value::Null),
        Some(Ok(text)) => object.insert(name.to_owned(), json!(text)),
        Some(Err(bytes)) => object.insert(format!("{name}_base64"), json!(base64(bytes))),
    };
}

/// Base64 with padding (RFC 4648).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let mut group = [0; 4];
        group[1..=three.len()].copy_from_slice(three);
        let bits = u32::from_be_bytes(group);
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place)) as usize & 63];
            text.push(if place <= three.len() {
                char::from(digit)
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use client::TopicPartition;
    use model::TimestampMs;

    use super::*;

    fn record(key: Option<&'static [u8]>, value: Option<&'static [u8]>) -> ConsumerRecord {
        ConsumerRecord {
            partition: TopicPartition::new("t", 2),
            offset: 7,
            timestamp: Some(TimestampMs(99)),
            is_append_time: false,
            key: key.map(Into::into),
            value: value.map(Into::into),
            headers: vec![
                (b"h"[..].into(), Some(b"1"[..].into())),
                (b"n"[..].into(), None),
            ],
        }
    }

    fn text(columns: Columns, record: &ConsumerRecord) -> String {
        let mut out = Vec::new();
        write_text(&mut out, columns, record).expect("a vector takes all");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn text_is_the_value_alone_unless_more_is_asked_for() {
        let all = Columns {
            place: true,
            timestamp: true,
            headers: true,
            key: true,
        };
        assert_eq!(
            text(Columns::default(), &record(Some(b"k"), Some(b"v"))),
            "v\n"
        );
        assert_eq!(
            text(all, &record(None, None)),
            "2\t7\t99\th=1,n=null\tnull\tnull\n"
        );
    }

    #[test]
    fn json_is_one_line_and_what_is_not_utf_8_is_base64() {
        let mut out = Vec::new();
        write_json(&mut out, &record(Some(b"k"), Some(b"\xff\x00"))).expect("a vector takes all");
        let line = String::from_utf8(out).expect("text");
        assert_eq!(line.matches('\n').count(), 1);
        let value: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(
            value,
            json!({
                "topic": "t", "partition": 2, "offset": 7, "timestamp": 99,
                "key": "k", "value_base64": "/wA=",
                "headers": [{"key": "h", "value": "1"}, {"key": "n", "value": null}],
            })
        );
    }

    #[test]
    fn base64_is_padded() {
        let check = |bytes: &[u8], expected| assert_eq!(base64(bytes), expected);
        check(b"", "");
        check(b"f", "Zg==");
        check(b"fo", "Zm8=");
        check(b"foo", "Zm9v");
        check(b"foobar", "Zm9vYmFy");
    }

    #[test]
    fn an_option_without_a_name_is_refused() {
        assert_eq!(key_value("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert!(key_value("=b").is_err() && key_value("ab").is_err());
    }
}
