//! How kafka-console-consumer and kafka-console-share-consumer show a record.

use std::io::{self, Write};

use client::consumer::ConsumerRecord;

use super::connect::Properties;
use super::faults::{Fault, Thrown};

/// Kafka's formatters by the end of their class names, as releases old and new have them.
const DEFAULT: [&str; 3] = [
    "org.apache.kafka.tools.consumer.DefaultMessageFormatter",
    "kafka.tools.DefaultMessageFormatter",
    "kafka.tools.ConsoleConsumer$DefaultMessageFormatter",
];
const NOTHING: [&str; 2] = [
    "org.apache.kafka.tools.consumer.NoOpMessageFormatter",
    "kafka.tools.NoOpMessageFormatter",
];
const LOGGING: [&str; 2] = [
    "org.apache.kafka.tools.consumer.LoggingMessageFormatter",
    "kafka.tools.LoggingMessageFormatter",
];

/// What bytes are read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deserializer {
    Bytes,
    Text,
    Boolean,
    Short,
    Int,
    Long,
    Float,
    Double,
    Uuid,
}

impl Deserializer {
    fn of(class: &str) -> Option<Self> {
        let name = class.strip_prefix("org.apache.kafka.common.serialization.")?;
        Some(match name.strip_suffix("Deserializer")? {
            "String" => Self::Text,
            "Boolean" => Self::Boolean,
            "Short" => Self::Short,
            "Integer" => Self::Int,
            "Long" => Self::Long,
            "Float" => Self::Float,
            "Double" => Self::Double,
            "UUID" => Self::Uuid,
            _ => return None,
        })
    }

    fn show(self, bytes: &[u8]) -> Result<Vec<u8>, Fault> {
        let text = match self {
            Self::Bytes => return Ok(bytes.to_vec()),
            Self::Text => String::from_utf8_lossy(bytes).into_owned(),
            Self::Boolean => match sized::<1>(self, bytes)? {
                [0] => "false".to_owned(),
                _ => "true".to_owned(),
            },
            Self::Short => i16::from_be_bytes(sized(self, bytes)?).to_string(),
            Self::Int => i32::from_be_bytes(sized(self, bytes)?).to_string(),
            Self::Long => i64::from_be_bytes(sized(self, bytes)?).to_string(),
            Self::Float => format!("{:?}", f32::from_be_bytes(sized(self, bytes)?)),
            Self::Double => format!("{:?}", f64::from_be_bytes(sized(self, bytes)?)),
            Self::Uuid => String::from_utf8_lossy(bytes).into_owned(),
        };
        Ok(text.into_bytes())
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Bytes => "ByteArrayDeserializer",
            Self::Text => "StringDeserializer",
            Self::Boolean => "BooleanDeserializer",
            Self::Short => "ShortDeserializer",
            Self::Int => "IntegerDeserializer",
            Self::Long => "LongDeserializer",
            Self::Float => "FloatDeserializer",
            Self::Double => "DoubleDeserializer",
            Self::Uuid => "UUIDDeserializer",
        }
    }
}

fn sized<const N: usize>(of: Deserializer, bytes: &[u8]) -> Result<[u8; N], Fault> {
    bytes.try_into().map_err(|_| {
        let message = format!("Size of data received by {} is not {N}", of.name());
        Thrown::new(
            "org.apache.kafka.common.errors.SerializationException",
            message,
        )
        .into()
    })
}

/// What is shown of each record, in this order.
#[derive(Debug)]
struct Columns {
    timestamp: bool,
    partition: bool,
    offset: bool,
    delivery: bool,
    epoch: bool,
    headers: bool,
    key: bool,
    value: bool,
    key_separator: String,
    line_separator: String,
    headers_separator: String,
    null_literal: String,
    key_as: Deserializer,
    value_as: Deserializer,
    headers_as: Deserializer,
}

/// Shows records.
#[derive(Debug)]
pub struct Formatter(Kind);

#[derive(Debug)]
enum Kind {
    Columns(Box<Columns>),
    Nothing,
    Logging(Box<Columns>),
}

impl Formatter {
    /// The formatter of this class with these properties.
    ///
    /// # Errors
    /// When there is no such class, or no such deserializer, here.
    pub fn new(class: &str, properties: &Properties) -> Result<Self, Fault> {
        let columns = || Columns::new(properties).map(Box::new);
        if DEFAULT.contains(&class) {
            return Ok(Self(Kind::Columns(columns()?)));
        }
        if NOTHING.contains(&class) {
            return Ok(Self(Kind::Nothing));
        }
        if LOGGING.contains(&class) {
            return Ok(Self(Kind::Logging(columns()?)));
        }
        if class.starts_with("org.apache.kafka.") || class.starts_with("kafka.") {
            return Err(Fault::Message(format!(
                "the formatter {class} is not here yet: kafka-dump-log of Apache Kafka shows such records"
            )));
        }
        Err(Fault::Usage(class.to_owned()))
    }

    /// Writes a record; members of share groups are told how often it was delivered.
    ///
    /// # Errors
    /// When bytes are not what they are to be read as, or cannot be written.
    pub fn write(
        &self,
        out: &mut impl Write,
        record: &ConsumerRecord,
        delivery: Option<i16>,
    ) -> Result<(), Fault> {
        match &self.0 {
            Kind::Nothing => Ok(()),
            Kind::Columns(columns) => {
                let mut line = Vec::new();
                columns.fill(&mut line, record, delivery)?;
                out.write_all(&line).map_err(Fault::Output)
            }
            Kind::Logging(columns) => {
                let mut line = Vec::new();
                columns.fill(&mut line, record, delivery)?;
                out.write_all(&line).map_err(Fault::Output)?;
                log(record).map_err(Fault::Output)
            }
        }
    }
}

/// What the logging formatter says beside the record.
fn log(record: &ConsumerRecord) -> io::Result<()> {
    let text = |bytes: Option<&[u8]>| match bytes {
        Some(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        None => "null".to_owned(),
    };
    let (key, value) = (text(record.key.as_deref()), text(record.value.as_deref()));
    writeln!(io::stderr(), "{} key:{key}, value:{value}", time(record))
}

fn time(record: &ConsumerRecord) -> String {
    match record.timestamp {
        None => "NO_TIMESTAMP".to_owned(),
        Some(time) if record.is_append_time => format!("LogAppendTime:{}", time.0),
        Some(time) => format!("CreateTime:{}", time.0),
    }
}

impl Columns {
    fn new(properties: &Properties) -> Result<Self, Fault> {
        let shows = |name: &str, default| {
            properties
                .get(name)
                .map_or(default, |value| value.trim().eq_ignore_ascii_case("true"))
        };
        let text = |name: &str, default: &str| {
            properties
                .get(name)
                .map_or_else(|| default.to_owned(), Clone::clone)
        };
        let reads = |name: &str| {
            match properties.get(name) {
            None => Ok(Deserializer::Bytes),
            Some(class) => Deserializer::of(class).ok_or_else(|| {
                Fault::Message(format!(
                    "the deserializer {class} is not here: String, Boolean, Short, Integer, Long, Float, Double and UUID are"
                ))
            }),
        }
        };
        Ok(Self {
            timestamp: shows("print.timestamp", false),
            partition: shows("print.partition", false),
            offset: shows("print.offset", false),
            delivery: shows("print.delivery", false),
            epoch: shows("print.epoch", false),
            headers: shows("print.headers", false),
            key: shows("print.key", false),
            value: shows("print.value", true),
            key_separator: text("key.separator", "\t"),
            line_separator: text("line.separator", "\n"),
            headers_separator: text("headers.separator", ","),
            null_literal: text("null.literal", "null"),
            key_as: reads("key.deserializer")?,
            value_as: reads("value.deserializer")?,
            headers_as: reads("headers.deserializer")?,
        })
    }

    /// A part of the line, with what follows it: the separator of parts, or where it is the last that of lines.
    fn part(&self, line: &mut Vec<u8>, bytes: &[u8], is_last: bool) {
        line.extend_from_slice(bytes);
        let end = if is_last {
            &self.line_separator
        } else {
            &self.key_separator
        };
        line.extend_from_slice(end.as_bytes());
    }

    fn fill(
        &self,
        line: &mut Vec<u8>,
        record: &ConsumerRecord,
        delivery: Option<i16>,
    ) -> Result<(), Fault> {
        let shown = [
            self.timestamp,
            self.partition,
            self.offset,
            self.delivery,
            self.epoch,
            self.headers,
            self.key,
            self.value,
        ];
        let last = shown.iter().rposition(|shown| *shown);
        for (at, _) in shown.iter().enumerate().filter(|(_, shown)| **shown) {
            let bytes = self.cell(at, record, delivery)?;
            self.part(line, &bytes, last == Some(at));
        }
        Ok(())
    }

    /// The part of a record with this number, in the order of [`Columns`].
    fn cell(
        &self,
        at: usize,
        record: &ConsumerRecord,
        delivery: Option<i16>,
    ) -> Result<Vec<u8>, Fault> {
        let null = self.null_literal.as_bytes();
        Ok(match at {
            0 => time(record).into_bytes(),
            1 => format!("Partition:{}", record.partition.partition).into_bytes(),
            2 => format!("Offset:{}", record.offset).into_bytes(),
            3 => match delivery {
                Some(count) => format!("Delivery:{count}").into_bytes(),
                None => b"Delivery:NOT_PRESENT".to_vec(),
            },
            4 => b"Epoch:NOT_PRESENT".to_vec(),
            5 => self.header_bytes(record)?,
            6 => self.key_as.show(record.key.as_deref().unwrap_or(null))?,
            _ => self
                .value_as
                .show(record.value.as_deref().unwrap_or(null))?,
        })
    }

    fn header_bytes(&self, record: &ConsumerRecord) -> Result<Vec<u8>, Fault> {
        if record.headers.is_empty() {
            return Ok(b"NO_HEADERS".to_vec());
        }
        let mut bytes = Vec::new();
        for (at, (key, value)) in record.headers.iter().enumerate() {
            if at > 0 {
                bytes.extend_from_slice(self.headers_separator.as_bytes());
            }
            bytes.extend_from_slice(key);
            bytes.push(b':');
            let value = value.as_deref().unwrap_or(self.null_literal.as_bytes());
            bytes.extend(self.headers_as.show(value)?);
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use client::TopicPartition;
    use model::TimestampMs;

    use super::super::client_properties::pairs;
    use super::*;

    fn record() -> ConsumerRecord {
        ConsumerRecord {
            partition: TopicPartition::new("t", 2),
            offset: 7,
            timestamp: Some(TimestampMs(99)),
            is_append_time: false,
            key: None,
            value: Some(vec![0, 0, 1, 0].into()),
            headers: vec![("h".into(), Some("1".into())), ("n".into(), None)],
        }
    }

    fn show(properties: &[&str]) -> Result<String, String> {
        let mut out = Vec::new();
        Formatter::new(DEFAULT[0], &pairs(properties))
            .and_then(|formatter| formatter.write(&mut out, &record(), None))
            .map_err(|fault| fault.message())?;
        Ok(String::from_utf8(out).expect("text"))
    }

    #[test]
    fn parts_stand_in_kafkas_order() {
        let all = [
            "print.timestamp=true",
            "print.partition=true",
            "print.offset=true",
            "print.headers=true",
            "print.key=true",
            "print.value=false",
            "key.separator= ",
        ];
        let expected = "CreateTime:99 Partition:2 Offset:7 h:1,n:null null\n";
        assert_eq!(show(&all), Ok(expected.to_owned()));
    }

    #[test]
    fn bytes_are_read_as_what_they_are_said_to_be() {
        let of = |name: &str| {
            let class = format!(
                "value.deserializer=org.apache.kafka.common.serialization.{name}Deserializer"
            );
            show(&[&class])
        };
        assert_eq!(of("Integer"), Ok("256\n".to_owned()));
        let message = "Size of data received by LongDeserializer is not 8";
        assert_eq!(of("Long"), Err(message.to_owned()));
        assert!(of("Nobody").is_err());
    }
}
