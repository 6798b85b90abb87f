//! Which partition of `__consumer_offsets` keeps a group.

/// The partition, out of `partitions`, whose leader coordinates `group_id`.
///
/// This is Kafka's rule, `abs(hashCode) % partitions` with Java's hash of the UTF-16 text and
/// `abs(i32::MIN) = 0`, so that a data directory and its clients agree with Apache Kafka.
///
/// # Panics
/// When `partitions` is not positive: the topic has at least one.
#[must_use]
pub fn coordinator_partition(group_id: &str, partitions: i32) -> i32 {
    assert!(
        partitions > 0,
        "__consumer_offsets has at least one partition"
    );
    java_hash(group_id).checked_abs().unwrap_or(0) % partitions
}

/// `String.hashCode` of Java: over UTF-16 code units, wrapping.
fn java_hash(text: &str) -> i32 {
    text.encode_utf16().fold(0_i32, |hash, unit| {
        hash.wrapping_mul(31).wrapping_add(i32::from(unit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(group_id: &str, hash: i32, partition_of_50: i32) {
        assert_eq!(java_hash(group_id), hash, "hash of {group_id:?}");
        assert_eq!(
            coordinator_partition(group_id, 50),
            partition_of_50,
            "of {group_id:?}"
        );
    }

    #[test]
    fn a_group_lies_where_java_puts_it() {
        check("", 0, 0);
        check("a", 97, 47);
        check("group", 98_629_247, 47);
        check("my-consumer-group", 1_513_705_513, 13);
        check("grüppe-\u{1F600}", -1_039_948_164, 14);
    }

    #[test]
    fn the_smallest_hash_has_no_absolute_value_and_goes_to_partition_0() {
        check("polygenelubricants", i32::MIN, 0);
    }
}
