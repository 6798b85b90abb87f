//! Requests that take long to compute, handled on an IO thread so that the other connections of a thread do not wait.
//!
//! The connection takes no later request before the answer is there, so what a client sends is handled in its order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use storage::disk::{Disk, DiskOp};

use crate::api::{self, Cx, Origin};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::effects::Effects;

/// Tokens of long work have this bit, so that the ends of other operations are told apart.
const WORK_TOKEN: u64 = 1 << 59;

/// The requests that are being handled elsewhere.
#[derive(Debug)]
pub(crate) struct LongWork {
    disk: Arc<dyn Disk>,
    broker: Weak<Broker>,
    next_token: AtomicU64,
    in_flight: Mutex<BTreeMap<u64, Arc<Mutex<Option<Effects>>>>>,
}

impl LongWork {
    /// None yet; `broker` is whose requests they are.
    pub fn new(disk: Arc<dyn Disk>, broker: Weak<Broker>) -> Self {
        Self {
            disk,
            broker,
            next_token: AtomicU64::new(WORK_TOKEN),
            in_flight: Mutex::default(),
        }
    }

    /// Whether `token` is that of long work.
    pub fn is_work(token: u64) -> bool {
        token & WORK_TOKEN != 0
    }

    /// Handles the request of `cx` on an IO thread.
    pub fn start(&self, cx: &Cx<'_>) -> Handled {
        let token = self.next_token.fetch_add(1, Ordering::Relaxed);
        let outcome = Arc::new(Mutex::new(None));
        self.in_flight.lock().insert(token, Arc::clone(&outcome));
        let broker = Weak::clone(&self.broker);
        let (now, ticket, frame) = (cx.now, cx.ticket, Box::<[u8]>::from(cx.frame));
        let mut session = cx.session.clone();
        let job = move || {
            if let Some(broker) = broker.upgrade() {
                let mut fx = Effects::default();
                let origin = Origin {
                    now,
                    ticket,
                    session: &mut session,
                    is_elsewhere: true,
                };
                let handled = api::handle(&broker, origin, &frame, &mut fx);
                fx.handled.push((ticket, handled));
                *outcome.lock() = Some(fx);
            }
            Ok(())
        };
        self.disk.submit(DiskOp::Job(Box::new(job)), token);
        Handled::Elsewhere
    }

    /// Takes in the end of a job: its effects are added to `fx`.
    pub fn on_done(&self, token: u64, fx: &mut Effects) {
        let ended = self.in_flight.lock().remove(&token);
        if let Some(effects) = ended.and_then(|outcome| outcome.lock().take()) {
            fx.append(effects);
        }
    }
}
