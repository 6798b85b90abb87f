//! The network between nodes, and between clients and nodes, with its faults.
//!
//! Every node is reached through a [`proxy`] alone, which knows by [`origin`] who has called. What flows in one direction,
//! from one party to another, has a [`Weather`] of its own: held back, delayed, or as it comes. The harness's own
//! questions go to the nodes directly and meet no faults.

pub mod origin;
pub mod proxy;

use std::collections::BTreeMap;
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a held connection waits before it looks whether it was closed.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Who sends or receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// All clients.
    Clients,
    /// The node with this id.
    Node(usize),
}

/// What happens to bytes in one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weather {
    /// Nothing arrives; what was sent arrives when this ends, as by a retransmission.
    pub is_held: bool,
    /// How much later each piece arrives.
    pub delay: Duration,
}

/// A connection between two parties.
#[derive(Debug)]
pub struct Live {
    from: Party,
    to: Party,
    near: TcpStream,
    far: TcpStream,
    /// The next piece arrives by half, and nothing after it.
    is_torn: AtomicBool,
    is_closed: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    weather: BTreeMap<(Party, Party), Weather>,
    live: Vec<Arc<Live>>,
}

/// All directions and connections.
#[derive(Debug, Default)]
pub struct Links {
    state: Mutex<State>,
    changed: Condvar,
}

impl Live {
    /// Ends it in both directions.
    fn close(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
        for end in [&self.near, &self.far] {
            // An end that is gone already is closed as well.
            let _ = end.shutdown(Shutdown::Both);
        }
    }
}

impl Links {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what happens to bytes from one party to another.
    pub fn set(&self, from: Party, to: Party, weather: Weather) {
        self.state().weather.insert((from, to), weather);
        self.changed.notify_all();
    }

    /// Everything flows as it comes again.
    pub fn clear(&self) {
        self.state().weather.clear();
        self.changed.notify_all();
    }

    /// Cuts the connections that `chooses` names, half of them within a piece; gives how many.
    pub fn cut(&self, mut chooses: impl FnMut(Party, Party) -> bool) -> usize {
        let mut cut = 0;
        for live in &self.state().live {
            if chooses(live.from, live.to) {
                cut += 1;
                match cut % 2 {
                    0 => live.is_torn.store(true, Ordering::Relaxed),
                    _ => live.close(),
                }
            }
        }
        self.changed.notify_all();
        cut
    }

    fn add(&self, live: &Arc<Live>) {
        self.state().live.push(Arc::clone(live));
    }

    fn remove(&self, live: &Arc<Live>) {
        self.state().live.retain(|one| !Arc::ptr_eq(one, live));
    }

    /// Waits while the direction is held; then gives how much later the next piece arrives.
    fn wait_for_passage(&self, from: Party, to: Party, live: &Live) -> Duration {
        let mut state = self.state();
        loop {
            let weather = state.weather.get(&(from, to)).copied().unwrap_or_default();
            if !weather.is_held || live.is_closed.load(Ordering::Relaxed) {
                return weather.delay;
            }
            let waited = self.changed.wait_timeout(state, LOOK_AGAIN);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
