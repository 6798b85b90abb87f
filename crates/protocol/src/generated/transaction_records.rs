// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! The records of `__transaction_state`.

/// The type of a `TransactionLogKey`.
pub const TRANSACTION_LOG_KEY: i16 = 0;

crate::macros::message_enum! {
    /// The key of a record of `__transaction_state`.
    TransactionRecordKey<'a>, TransactionRecordKey<'a>, TransactionRecordKey<'static>, by i16 {
    TRANSACTION_LOG_KEY => TransactionLog(crate::transaction_log_key::TransactionLogKey<'a>),
    }
}

/// The type of a `TransactionLogValue`.
pub const TRANSACTION_LOG_VALUE: i16 = 0;

crate::macros::message_enum! {
    /// The value of a record of `__transaction_state`.
    TransactionRecordValue<'a>, TransactionRecordValue<'a>, TransactionRecordValue<'static>, by i16 {
    TRANSACTION_LOG_VALUE => TransactionLog(crate::transaction_log_value::TransactionLogValue<'a>),
    }
}
