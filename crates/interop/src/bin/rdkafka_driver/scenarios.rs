//! The scenarios by name.

use crate::adapter::Session;
use crate::report::{Outcome, Report};
use crate::{administration, groups, records, transactions};

/// Runs one scenario.
pub fn run(name: &str, s: &Session, r: &mut Report) -> Outcome<()> {
    let scenario: fn(&Session, &mut Report) -> Outcome<()> = match name {
        "create" => administration::create,
        "autocreate" => records::autocreate,
        "defaults" => administration::defaults,
        "compress" => records::compress,
        "snappy" => records::snappy,
        "keys" => records::keys,
        "headers" => records::headers,
        "tombstones" => records::tombstones,
        "large" => records::large,
        "acks" => records::acks,
        "idempotence" => records::idempotence,
        "group" => groups::group,
        "commit" => records::commit,
        "transactions" => transactions::transactions,
        "seektime" => records::seektime,
        "longpoll" => records::longpoll,
        "admin" => administration::admin,
        "node0" => administration::node0,
        "retention" => administration::retention,
        "badconfig" => administration::badconfig,
        "errors" => administration::errors,
        "flush" => records::flush,
        other => return Err(format!("no such scenario: {other}")),
    };
    scenario(s, r)
}
