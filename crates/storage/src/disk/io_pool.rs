//! The IO threads behind the real disk: the one place of this crate that has threads, because a sync, an unlink or a
//! read from the device blocks its caller and the kernel offers no other way that serves all of them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::thread::JoinHandle;

use parking_lot::{Condvar, Mutex};

use super::{DiskDone, DiskOp, RealDisk, Token, run_op};

type OnDone = dyn Fn(DiskDone) + Send + Sync;

/// Threads that carry out submitted operations.
///
/// Somebody waits for a sync, a read or what is urgent, and nobody for a deletion or a job; so the former go first,
/// and the latter never occupy the last thread. The queues have no bound of their own: a log has at most one
/// sync, one deletion and one job under way, a connection one read.
pub(super) struct IoPool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    queues: Mutex<Queues>,
    wake: Condvar,
    on_done: Box<OnDone>,
    /// How many threads may run slow operations at once.
    slow_limit: usize,
}

#[derive(Default)]
struct Queues {
    quick: VecDeque<(Token, DiskOp)>,
    slow: VecDeque<(Token, DiskOp)>,
    slow_running: usize,
    closed: bool,
}

impl IoPool {
    /// # Panics
    /// Where the system cannot create a thread.
    #[expect(
        clippy::disallowed_methods,
        reason = "blocking calls to the device need threads; the simulator has none of these"
    )]
    pub(super) fn new(threads: usize, on_done: Box<OnDone>) -> Self {
        let count = threads.max(1);
        let slow_limit = (count - 1).max(1);
        let shared = Arc::new(Shared {
            queues: Mutex::default(),
            wake: Condvar::new(),
            on_done,
            slow_limit,
        });
        let spawn = |_| {
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || shared.serve())
        };
        Self {
            threads: (0..count).map(spawn).collect(),
            shared,
        }
    }

    pub(super) fn submit(&self, op: DiskOp, token: Token) {
        let mut queues = self.shared.queues.lock();
        match op {
            DiskOp::Sync { .. }
            | DiskOp::Checkpoint(_)
            | DiskOp::ReadCold(_)
            | DiskOp::Urgent(_) => {
                queues.quick.push_back((token, op));
            }
            DiskOp::Delete(_) | DiskOp::Job(_) => queues.slow.push_back((token, op)),
        }
        drop(queues);
        self.shared.wake.notify_one();
    }
}

impl Drop for IoPool {
    /// Finishes what was submitted, then ends the threads.
    fn drop(&mut self) {
        self.shared.queues.lock().closed = true;
        self.shared.wake.notify_all();
        for thread in self.threads.drain(..) {
            // The last owner may be an IO thread itself (inside `on_done`): it cannot wait for its own end.
            if thread.thread().id() != std::thread::current().id() {
                // A thread that panicked has already said so, and there is nothing left to undo.
                let _ = thread.join();
            }
        }
    }
}

impl Shared {
    fn serve(&self) {
        let disk = RealDisk::at_once();
        while let Some((token, op, slow)) = self.next() {
            let result = run_op(&disk, op);
            if slow {
                self.queues.lock().slow_running -= 1;
                self.wake.notify_one();
            }
            (self.on_done)(DiskDone { token, result });
        }
    }

    fn next(&self) -> Option<(Token, DiskOp, bool)> {
        let mut queues = self.queues.lock();
        loop {
            if let Some((token, op)) = queues.quick.pop_front() {
                return Some((token, op, false));
            }
            if queues.slow_running < self.slow_limit
                && let Some((token, op)) = queues.slow.pop_front()
            {
                queues.slow_running += 1;
                return Some((token, op, true));
            }
            if queues.closed && queues.slow.is_empty() {
                return None;
            }
            self.wake.wait(&mut queues);
        }
    }
}
