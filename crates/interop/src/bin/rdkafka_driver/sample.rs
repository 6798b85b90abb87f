//! Records and topics that scenarios use, and how records are shown.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

use crate::adapter::{Got, Out, Topic};

/// The same bytes at every run, half of them alike.
pub fn payload(seed: u32, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    let mut bytes = vec![b'k'; length];
    for byte in &mut bytes[length / 2..] {
        state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        *byte = (state >> 16) as u8;
    }
    bytes
}

/// Bytes as text, long ones by their length and a sum.
pub fn text(bytes: Option<&[u8]>) -> String {
    match bytes {
        None => "null".to_owned(),
        Some(long) if long.len() > 64 => {
            let sum = long
                .iter()
                .fold(0u32, |h, b| h.wrapping_mul(31).wrapping_add(u32::from(*b)));
            format!("{} bytes #{sum}", long.len())
        }
        Some(short) => String::from_utf8_lossy(short).into_owned(),
    }
}

/// Records by partition, in their order.
pub fn show(mut records: Vec<Got>) -> Value {
    records.sort_by_key(|r| (r.partition, r.offset));
    let mut shown = Map::new();
    for r in records {
        let line = format!(
            "{} {}={}",
            r.offset,
            text(r.key.as_deref()),
            text(r.value.as_deref())
        );
        let rows = shown
            .entry(format!("p{}", r.partition))
            .or_insert_with(|| json!([]));
        rows.as_array_mut()
            .into_iter()
            .for_each(|rows| rows.push(json!(line)));
    }
    Value::Object(shown)
}

/// A record of partition 0.
pub fn value(bytes: impl Into<Vec<u8>>) -> Out {
    Out {
        value: Some(bytes.into()),
        partition: Some(0),
        ..Out::default()
    }
}

/// So many records of partition 0.
pub fn values(count: usize) -> Vec<Out> {
    (0..count).map(|i| value(format!("v{i}"))).collect()
}

/// The time in ms.
pub fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A topic of one partition.
pub fn plain(name: &str) -> Topic<'_> {
    Topic {
        name,
        partitions: 1,
        replicas: 1,
        configs: &[],
        assignment: None,
        validate: false,
    }
}
