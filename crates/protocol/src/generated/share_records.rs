// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! The records of `__share_group_state`.

/// The type of a `ShareSnapshotKey`.
pub const SHARE_SNAPSHOT_KEY: i16 = 0;
/// The type of a `ShareUpdateKey`.
pub const SHARE_UPDATE_KEY: i16 = 1;

crate::macros::message_enum! {
    /// The key of a record of `__share_group_state`.
    ShareRecordKey<'a>, ShareRecordKey<'a>, ShareRecordKey<'static>, by i16 {
    SHARE_SNAPSHOT_KEY => ShareSnapshot(crate::share_snapshot_key::ShareSnapshotKey<'a>),
    SHARE_UPDATE_KEY => ShareUpdate(crate::share_update_key::ShareUpdateKey<'a>),
    }
}

/// The type of a `ShareSnapshotValue`.
pub const SHARE_SNAPSHOT_VALUE: i16 = 0;
/// The type of a `ShareUpdateValue`.
pub const SHARE_UPDATE_VALUE: i16 = 1;

crate::macros::message_enum! {
    /// The value of a record of `__share_group_state`.
    ShareRecordValue, ShareRecordValue, ShareRecordValue, by i16 {
    SHARE_SNAPSHOT_VALUE => ShareSnapshot(crate::share_snapshot_value::ShareSnapshotValue),
    SHARE_UPDATE_VALUE => ShareUpdate(crate::share_update_value::ShareUpdateValue),
    }
}
