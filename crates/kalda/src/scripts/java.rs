//! Where Apache Kafka's tools show how Java does things: the order of its hash maps, and its numbers.

/// `String.hashCode`.
fn hash(text: &str) -> u32 {
    text.encode_utf16().fold(0u32, |hash, unit| {
        hash.wrapping_mul(31).wrapping_add(u32::from(unit))
    })
}

/// Items in the order in which a `java.util.HashMap` that grew to hold them goes through them, by the text that is the key of each.
pub fn hash_order_by<T>(items: Vec<T>, key: impl Fn(&T) -> &str) -> Vec<T> {
    in_table(items, key, 16)
}

/// The same, for a map that was made for just so many.
pub fn sized_hash_order_by<T>(items: Vec<T>, key: impl Fn(&T) -> &str) -> Vec<T> {
    let size = items.len().next_power_of_two();
    in_table(items, key, size)
}

/// `size` is that of the table before it grows.
fn in_table<T>(mut items: Vec<T>, key: impl Fn(&T) -> &str, mut size: usize) -> Vec<T> {
    while items.len() * 4 > size * 3 {
        size *= 2;
    }
    items.sort_by_cached_key(|item| {
        let hash = hash(key(item));
        (hash ^ (hash >> 16)) as usize & (size - 1)
    });
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_java() {
        assert_eq!(hash(""), 0);
        assert_eq!(hash("hello"), 99_162_322);
        assert_eq!(hash("retention.ms").cast_signed(), -1_339_220_362);
    }

    #[test]
    fn texts_come_in_the_order_of_a_hash_map() {
        assert_eq!(
            hash_order_by(vec!["b", "a", "q"], |text| text),
            ["a", "q", "b"]
        );
    }
}
