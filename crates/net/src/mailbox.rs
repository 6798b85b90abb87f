//! How threads reach each other: one mailbox per worker, one bell for the controller.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use broker::{Effects, Handled, Reply};
use mio::Waker;
use mio::net::TcpStream;
use model::Ticket;
use parking_lot::{Condvar, Mutex};

use crate::peers::{Peer, Table, home_of};

/// What one thread tells a worker.
#[derive(Debug)]
pub enum Mail {
    /// A connection to serve.
    Accepted(TcpStream, broker::Session),
    /// A parked request has to be looked at again.
    Wake(Ticket),
    /// The answer of a parked request.
    Deliver(Ticket, Reply),
    /// A part of the answer of a request to group coordinators.
    GroupAnswer(broker::GroupAnswer),
    /// Nobody will answer a parked request.
    Abandon(Ticket),
    /// The outcome of a request that was handled aside, and whether it took long.
    Done(Ticket, Handled, bool),
    /// A connection has something left to do that only its home can.
    Look(u64),
    /// A connection was closed somewhere: there is room for another.
    SlotFreed,
    /// Take no further requests, send what is ready, and end.
    Stop,
}

/// The mailbox of one worker.
#[derive(Debug)]
pub struct Mailbox {
    mail: Mutex<Vec<Mail>>,
    waker: Waker,
}

impl Mailbox {
    /// A mailbox that rings `waker`.
    #[must_use]
    pub fn new(waker: Waker) -> Self {
        Self {
            mail: Mutex::new(Vec::new()),
            waker,
        }
    }

    /// Leaves mail; the worker is woken only if it had none.
    pub fn send(&self, mail: Mail) {
        self.send_all([mail]);
    }

    /// Leaves several pieces of mail with one wake-up.
    pub fn send_all(&self, mail: impl IntoIterator<Item = Mail>) {
        let mut waiting = self.mail.lock();
        let was_empty = waiting.is_empty();
        waiting.extend(mail);
        let ring = was_empty && !waiting.is_empty();
        drop(waiting);
        if ring && let Err(error) = self.waker.wake() {
            tracing::error!(%error, "a worker thread cannot be woken");
        }
    }

    /// Takes all mail.
    pub fn take(&self) -> Vec<Mail> {
        std::mem::take(&mut *self.mail.lock())
    }
}

/// Rings when the controller's thread has input.
#[derive(Debug, Default)]
pub struct Bell {
    rung: Mutex<bool>,
    condition: Condvar,
}

impl Bell {
    /// Wakes the controller's thread.
    pub fn ring(&self) {
        *self.rung.lock() = true;
        self.condition.notify_one();
    }

    /// Waits until the bell rings or `timeout` has passed.
    pub fn wait(&self, timeout: Option<Duration>) {
        let mut rung = self.rung.lock();
        if !*rung {
            match timeout {
                Some(timeout) => {
                    self.condition.wait_for(&mut rung, timeout);
                }
                None => self.condition.wait(&mut rung),
            }
        }
        *rung = false;
    }
}

/// Wakes the background thread when it is time to.
#[derive(Debug, Default)]
pub struct Alarm {
    state: Mutex<AlarmState>,
    condition: Condvar,
}

#[derive(Debug, Default)]
struct AlarmState {
    due: Option<Duration>,
    is_over: bool,
}

impl Alarm {
    /// The background has work at `due`, if not earlier.
    pub fn not_later_than(&self, due: Duration) {
        let mut state = self.state.lock();
        if state.due.is_none_or(|planned| due < planned) {
            state.due = Some(due);
            self.condition.notify_one();
        }
    }

    /// There will be no more work.
    pub fn end(&self) {
        self.state.lock().is_over = true;
        self.condition.notify_one();
    }

    /// Waits until there is work; `false` when there will be no more.
    pub fn wait(&self, now: impl Fn() -> Duration) -> bool {
        let mut state = self.state.lock();
        loop {
            if state.is_over {
                return false;
            }
            let due = state.due.unwrap_or(Duration::MAX);
            let left = due.saturating_sub(now());
            if left.is_zero() {
                state.due = None;
                return true;
            }
            self.condition.wait_for(&mut state, left);
        }
    }
}

/// Carries effects to the threads that they concern.
#[derive(Clone, Debug)]
pub struct Router {
    mailboxes: Arc<[Arc<Mailbox>]>,
    tables: Arc<[Table]>,
    controller: Arc<Bell>,
    background: Arc<Alarm>,
    turns: Arc<AtomicU64>,
}

impl Router {
    /// A router over all workers and the controller.
    #[must_use]
    pub fn new(
        mailboxes: Vec<Arc<Mailbox>>,
        controller: Arc<Bell>,
        background: Arc<Alarm>,
    ) -> Self {
        Self {
            tables: mailboxes.iter().map(|_| Table::default()).collect(),
            mailboxes: mailboxes.into(),
            controller,
            background,
            turns: Arc::default(),
        }
    }

    /// A number that no turn of any thread had before.
    #[must_use]
    pub fn next_turn(&self) -> u64 {
        self.turns.fetch_add(1, Ordering::Relaxed)
    }

    /// Number of workers.
    #[must_use]
    pub fn workers(&self) -> usize {
        self.mailboxes.len()
    }

    /// The connections of a worker.
    #[must_use]
    pub fn table(&self, worker: usize) -> &Table {
        &self.tables[worker]
    }

    /// The connection with a number, if it is still there.
    #[must_use]
    pub fn find(&self, connection: u64) -> Option<Arc<Peer>> {
        self.tables.get(home_of(connection))?.find(connection)
    }

    /// Leaves mail for one worker.
    pub fn send(&self, worker: usize, mail: Mail) {
        self.mailboxes[worker].send(mail);
    }

    /// Leaves mail for every worker.
    pub fn broadcast(&self, mail: impl Fn() -> Mail) {
        for mailbox in self.mailboxes.iter() {
            mailbox.send(mail());
        }
    }

    /// Carries out effects, on a thread that may not work for connections: what concerns one goes to its home.
    pub fn route(&self, fx: &mut Effects) {
        let mut post = Vec::new();
        self.carry(fx, &mut post);
        for (connection, mail) in post {
            self.send(home_of(connection), mail);
        }
    }

    /// Carries out effects but those that concern connections, which are put into `post`.
    pub fn carry(&self, fx: &mut Effects, post: &mut Vec<(u64, Mail)>) {
        if std::mem::take(&mut fx.controller) {
            self.controller.ring();
        }
        if let Some(deadline) = fx.background_by.take() {
            self.background.not_later_than(deadline);
        }
        for report in fx.reports.drain(..) {
            tracing::warn!("{report}");
        }
        let wakes = fx.wakes.drain(..);
        post.extend(wakes.map(|ticket| (ticket.connection, Mail::Wake(ticket))));
        let abandoned = fx.abandoned.drain(..);
        post.extend(abandoned.map(|ticket| (ticket.connection, Mail::Abandon(ticket))));
        let answers = fx.group_answers.drain(..);
        post.extend(answers.map(|a| (a.waiter.ticket.connection, Mail::GroupAnswer(a))));
        let replies = fx.replies.drain(..);
        post.extend(replies.map(|(ticket, r)| (ticket.connection, Mail::Deliver(ticket, r))));
    }
}

/// Creates the mailbox of a worker whose poll is `poll`.
///
/// # Errors
/// The system refused an event descriptor: the limit of open files is reached.
pub fn mailbox(poll: &mio::Poll, token: mio::Token) -> io::Result<Arc<Mailbox>> {
    Ok(Arc::new(Mailbox::new(Waker::new(poll.registry(), token)?)))
}
