//! A member of a classic group that does nothing but beat.

use std::net::SocketAddr;

use hdrhistogram::Histogram;
use model::ErrorCode;
use protocol::heartbeat_request::HeartbeatRequest;
use protocol::join_group_request::{JoinGroupRequest, JoinGroupRequestProtocol};
use protocol::sync_group_request::{SyncGroupRequest, SyncGroupRequestAssignment};

use crate::call::{Caller, GROUP, await_coordinator};
use crate::load::{Window, histogram};

/// How often a coordinator that is not ready yet is asked again.
const ATTEMPTS: u32 = 200;

/// A member of a group of its own.
#[derive(Debug)]
pub struct Member {
    caller: Caller,
    group: &'static str,
    id: String,
    generation: i32,
}

impl Member {
    /// Joins, and becomes the leader of a group of one.
    ///
    /// # Errors
    /// The coordinator does not come, or refuses.
    pub fn join(address: SocketAddr, group: &'static str) -> Result<Self, String> {
        let mut member = Self {
            caller: Caller::connect(address)?,
            group,
            id: String::new(),
            generation: 0,
        };
        await_coordinator(&mut member.caller, GROUP, group)?;
        let mut last = ErrorCode::NONE;
        for _ in 0..ATTEMPTS {
            last = member.try_join()?;
            if last.is_none() {
                return Ok(member);
            }
            if last != ErrorCode::MEMBER_ID_REQUIRED {
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
        }
        Err(format!("the group cannot be joined: {last:?}"))
    }

    fn try_join(&mut self) -> Result<ErrorCode, String> {
        let protocol = JoinGroupRequestProtocol {
            name: "range".into(),
            metadata: Default::default(),
            ..Default::default()
        };
        let request = JoinGroupRequest {
            group_id: self.group.into(),
            session_timeout_ms: 30_000,
            rebalance_timeout_ms: 30_000,
            member_id: self.id.as_str().into(),
            protocol_type: "consumer".into(),
            protocols: vec![protocol],
            ..Default::default()
        };
        let (error, id, generation) = self.caller.call(7, &request, |r| {
            (r.error_code, r.member_id.into_owned(), r.generation_id)
        })?;
        self.id = id;
        self.generation = generation;
        if !error.is_none() {
            return Ok(error);
        }
        self.sync()
    }

    fn sync(&mut self) -> Result<ErrorCode, String> {
        let own = SyncGroupRequestAssignment {
            member_id: self.id.as_str().into(),
            ..Default::default()
        };
        let request = SyncGroupRequest {
            group_id: self.group.into(),
            generation_id: self.generation,
            member_id: self.id.as_str().into(),
            assignments: vec![own],
            ..Default::default()
        };
        self.caller.call(4, &request, |r| r.error_code)
    }

    /// Beats each `interval` nanoseconds to the end of the window; from the intended moment to the answer.
    ///
    /// # Errors
    /// The coordinator refuses, or the connection broke.
    pub fn beat(&mut self, window: Window, interval: u64) -> Result<Histogram<u64>, String> {
        let request = HeartbeatRequest {
            group_id: self.group.into(),
            generation_id: self.generation,
            member_id: self.id.as_str().into(),
            ..Default::default()
        };
        let mut latencies = histogram();
        let mut due = window.begin;
        while due < window.until {
            window.sleep_until(due);
            let error = self.caller.call(4, &request, |r| r.error_code)?;
            if !error.is_none() {
                return Err(format!("Heartbeat: {error:?}"));
            }
            if window.counts(due) {
                latencies.saturating_record(window.now().saturating_sub(due));
            }
            due += interval;
        }
        Ok(latencies)
    }
}
