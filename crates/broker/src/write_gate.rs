//! Keeps producers that outrun the disk from holding up everybody.
//!
//! When more is written than the devices take, the kernel lets whoever writes wait, and with it all connections of its
//! thread. So the broker looks before it comes to that, and lets large produce requests wait in their connections, which are
//! not read meanwhile, until the devices have caught up. Who has waited for [`LONGEST`] writes on an IO thread, where the kernel
//! may hold it up: others on the machine may keep the devices busy for ever. Small requests are never held: they add little, and
//! the kernel too lets them pass.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use model::{Now, Ticket};
use parking_lot::Mutex;
use storage::disk::Disk;

use crate::effects::Effects;

/// Requests below are never held.
const SMALL: usize = 16 << 10;
/// So many bytes are written between two looks at the disk, as long as it takes everything.
const LOOK_BYTES: usize = 4 << 20;
/// How often the disk is looked at while requests wait.
const LOOK_INTERVAL: Duration = Duration::from_millis(10);
/// How long a request waits at most.
const LONGEST: Duration = Duration::from_millis(200);

/// What becomes of a request that writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passage {
    /// It writes.
    Open,
    /// It waits; its ticket is woken.
    Wait,
    /// It writes on an IO thread.
    Elsewhere,
}

/// The gate before the log.
#[derive(Debug)]
pub(crate) struct WriteGate {
    disk: Arc<dyn Disk>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    is_shut: bool,
    /// Bytes written since the last look.
    written: usize,
    waiting: VecDeque<(Duration, Ticket)>,
    /// Those that have waited long enough.
    patient: BTreeSet<(u64, u64)>,
    next_look: Option<Duration>,
}

impl WriteGate {
    /// An open gate.
    pub fn new(disk: Arc<dyn Disk>) -> Self {
        Self {
            disk,
            state: Mutex::default(),
        }
    }

    /// Whether a request of `bytes` may write.
    pub fn pass(&self, now: Now, bytes: usize, ticket: Ticket, fx: &mut Effects) -> Passage {
        if bytes < SMALL {
            return Passage::Open;
        }
        let mut state = self.state.lock();
        state.written += bytes;
        if state.written >= LOOK_BYTES {
            state.written = 0;
            state.is_shut = self.disk.is_throttling();
        }
        if !state.is_shut {
            return Passage::Open;
        }
        if state.patient.remove(&(ticket.connection, ticket.request)) {
            return Passage::Elsewhere;
        }
        state.waiting.push_back((now.mono, ticket));
        let look = *state.next_look.get_or_insert(now.mono + LOOK_INTERVAL);
        fx.wake_by(Some(look));
        Passage::Wait
    }

    /// Looks whether those who wait may go on; gives the time of the next look.
    pub fn look(&self, now: Now, fx: &mut Effects) -> Option<Duration> {
        let mut state = self.state.lock();
        let due = state.next_look?;
        if due > now.mono {
            return Some(due);
        }
        state.is_shut = self.disk.is_throttling();
        while let Some((since, ticket)) = state.waiting.front().copied() {
            let is_patient = since + LONGEST <= now.mono;
            if state.is_shut && !is_patient {
                break;
            }
            if state.is_shut {
                state.patient.insert((ticket.connection, ticket.request));
            }
            fx.wakes.push(ticket);
            state.waiting.pop_front();
        }
        if state.waiting.is_empty() && !state.is_shut {
            state.patient.clear();
        }
        state.next_look = (!state.waiting.is_empty()).then_some(now.mono + LOOK_INTERVAL);
        state.next_look
    }
}

#[cfg(test)]
mod tests {
    use model::TimestampMs;
    use storage::disk::{MemDisk, MemFaults};

    use super::*;

    const LARGE: usize = LOOK_BYTES;

    fn at(ms: u64) -> Now {
        Now {
            mono: Duration::from_millis(ms),
            wall: TimestampMs(0),
        }
    }

    fn ticket(request: u64) -> Ticket {
        Ticket {
            connection: 1,
            request,
        }
    }

    #[test]
    fn large_requests_wait_for_a_disk_that_does_not_keep_up_and_small_ones_do_not() {
        let disk = MemDisk::new(0);
        let gate = WriteGate::new(Arc::new(disk.clone()));
        let mut fx = Effects::default();
        assert_eq!(gate.pass(at(0), LARGE, ticket(1), &mut fx), Passage::Open);
        let busy = MemFaults {
            is_throttling: true,
            ..MemFaults::default()
        };
        disk.set_faults(busy);
        assert_eq!(gate.pass(at(0), LARGE, ticket(2), &mut fx), Passage::Wait);
        assert_eq!(gate.pass(at(0), 100, ticket(3), &mut fx), Passage::Open);
        assert_eq!(fx.background_by, Some(LOOK_INTERVAL));
        assert!(gate.look(at(10), &mut fx).is_some());
        assert_eq!(fx.wakes, []);
        disk.set_faults(MemFaults::default());
        assert_eq!(gate.look(at(20), &mut fx), None);
        assert_eq!(fx.wakes, [ticket(2)]);
        assert_eq!(gate.pass(at(20), LARGE, ticket(2), &mut fx), Passage::Open);
    }

    #[test]
    fn who_has_waited_long_writes_elsewhere() {
        let disk = MemDisk::new(0);
        disk.set_faults(MemFaults {
            is_throttling: true,
            ..MemFaults::default()
        });
        let gate = WriteGate::new(Arc::new(disk));
        let mut fx = Effects::default();
        assert_eq!(gate.pass(at(0), LARGE, ticket(1), &mut fx), Passage::Wait);
        gate.look(at(210), &mut fx);
        assert_eq!(fx.wakes, [ticket(1)]);
        let passage = gate.pass(at(210), LARGE, ticket(1), &mut fx);
        assert_eq!(passage, Passage::Elsewhere);
    }
}
