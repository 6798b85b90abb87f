//! Tests of the log on a disk in memory.

mod appending;
mod cleaning;
mod cleaning_crashes;
mod cleaning_transactions;
mod crashes;
mod fixture;
mod lives;
mod producers;
mod reading;
mod removing;
mod syncing;
