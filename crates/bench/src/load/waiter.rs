//! Sleeps until a socket is ready or a moment has come, with the precision of the kernel's timers.
//!
//! epoll counts its timeout in milliseconds; ppoll on the epoll's own descriptor counts nanoseconds.

use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use rustix::event::epoll::{CreateFlags, Event, EventData, EventFlags};
use rustix::event::{PollFd, PollFlags, Timespec, epoll, poll};

use crate::link::Link;

/// Sockets looked at in one go.
const EVENTS: usize = 256;
/// The kernel may be so much late with a timer.
const SLACK_NS: u64 = 1_000;

fn make_timers_precise() -> std::io::Result<()> {
    // The link reads PID/task/TID; the file is found below the thread's own number only.
    let thread = std::fs::read_link("/proc/thread-self")?;
    let number = thread.file_name().unwrap_or_default();
    let slack = std::path::Path::new("/proc")
        .join(number)
        .join("timerslack_ns");
    std::fs::write(slack, SLACK_NS.to_string())
}

/// The sockets of one thread.
pub struct Waiter {
    epoll: OwnedFd,
    events: Vec<Event>,
}

impl Waiter {
    /// Watches nothing yet. The calling thread's timers become precise.
    ///
    /// # Errors
    /// The system gives no descriptor.
    pub fn new() -> Result<Self, String> {
        make_timers_precise().map_err(|e| format!("timer slack: {e}"))?;
        let epoll = epoll::create(CreateFlags::CLOEXEC).map_err(|e| e.to_string())?;
        let empty = Event {
            flags: EventFlags::empty(),
            data: EventData::new_u64(0),
        };
        Ok(Self {
            epoll,
            events: vec![empty; EVENTS],
        })
    }

    /// Watches a connection, whose readiness is told as `key`.
    ///
    /// # Errors
    /// The system refuses.
    pub fn add(&self, link: &Link, key: usize) -> Result<(), String> {
        let flags = EventFlags::IN | EventFlags::OUT | EventFlags::ET;
        epoll::add(
            &self.epoll,
            link.fd(),
            EventData::new_u64(key as u64),
            flags,
        )
        .map_err(|e| e.to_string())
    }

    /// Sleeps for `timeout` at most and gives the keys that are ready.
    ///
    /// # Errors
    /// The system refuses.
    pub fn wait(&mut self, timeout: Duration, ready: &mut Vec<usize>) -> Result<(), String> {
        ready.clear();
        if !timeout.is_zero() {
            let timeout = Timespec::try_from(timeout).map_err(|e| e.to_string())?;
            let mut fds = [PollFd::from_borrowed_fd(self.epoll.as_fd(), PollFlags::IN)];
            match poll(&mut fds, Some(&timeout)) {
                Ok(0) => return Ok(()),
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(e) => return Err(e.to_string()),
            }
        }
        let now = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        let count = epoll::wait(&self.epoll, &mut self.events[..], Some(&now))
            .map_err(|e| e.to_string())?;
        let keys = self.events[..count].iter().map(|event| event.data.u64());
        ready.extend(keys.map(|key| usize::try_from(key).unwrap_or(usize::MAX)));
        Ok(())
    }
}
