//! Names of topics that the broker itself knows.

/// Where group coordinators keep offsets and groups.
pub const CONSUMER_OFFSETS: &str = "__consumer_offsets";
/// Where transaction coordinators keep transactions.
pub const TRANSACTION_STATE: &str = "__transaction_state";
/// Where share coordinators keep share groups' state.
pub const SHARE_GROUP_STATE: &str = "__share_group_state";

/// Whether clients are told that a topic is internal.
#[must_use]
pub fn is_internal(name: &str) -> bool {
    matches!(
        name,
        CONSUMER_OFFSETS | TRANSACTION_STATE | SHARE_GROUP_STATE
    )
}

/// Checks a topic's name: 1 to 249 of `a-z A-Z 0-9 . _ -`, but not `.` or `..`.
///
/// # Errors
/// What is wrong with it, in one sentence.
pub fn is_valid_topic_name(name: &str) -> Result<(), &'static str> {
    let legal = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_' | b'-');
    match name {
        "" => Err("a topic name cannot be empty"),
        "." | ".." => Err("a topic name cannot be . or .."),
        _ if name.len() > 249 => Err("a topic name has at most 249 characters"),
        _ if !name.bytes().all(legal) => Err("a topic name is made of a-z, A-Z, 0-9, ., _ and -"),
        _ => Ok(()),
    }
}
