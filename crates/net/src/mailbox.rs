//! How threads reach each other: one mailbox per worker, a bell and a box of asks for each thread that asks other nodes.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use broker::{Ask, Effects, Handled, Reply};
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
    /// The cold read of a connection has ended; whether it succeeded.
    ReadEnded(u64, bool),
    /// There may be memory for the requests of a connection again.
    Readable(u64),
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

/// Wakes a thread that waits in a poll.
#[derive(Debug)]
pub struct Bell {
    rung: AtomicBool,
    waker: Waker,
}

impl Bell {
    /// A bell that rings `waker`.
    #[must_use]
    pub fn new(waker: Waker) -> Self {
        Self {
            rung: AtomicBool::new(false),
            waker,
        }
    }

    /// Wakes the thread, unless it was woken and has not come yet.
    pub fn ring(&self) {
        let was_rung = self.rung.swap(true, Ordering::AcqRel);
        if !was_rung && let Err(error) = self.waker.wake() {
            tracing::error!(%error, "a thread cannot be woken");
        }
    }

    /// The thread has come, and looks now for what is to be done.
    pub fn on_heard(&self) {
        self.rung.store(false, Ordering::Release);
    }
}

/// What a thread is to ask other nodes. The connections refuse what is too much.
#[derive(Debug)]
pub struct AskBox {
    asks: Mutex<Vec<Ask>>,
    bell: Arc<Bell>,
}

impl AskBox {
    /// An empty box of the thread that `bell` wakes.
    #[must_use]
    pub fn new(bell: Arc<Bell>) -> Self {
        Self {
            asks: Mutex::default(),
            bell,
        }
    }

    /// Leaves something to ask.
    pub fn push(&self, ask: Ask) {
        self.asks.lock().push(ask);
        self.bell.ring();
    }

    /// Takes all that is to be asked.
    pub fn take(&self) -> Vec<Ask> {
        std::mem::take(&mut *self.asks.lock())
    }

    /// Wakes the thread for another reason.
    pub fn ring(&self) {
        self.bell.ring();
    }
}

/// Wakes a thread when it is time to.
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
    /// There is work at `due`, if not earlier.
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
    asking: Asking,
    alarms: Alarms,
    turns: Arc<AtomicU64>,
}

/// The two threads that ask other nodes.
#[derive(Clone, Debug)]
pub struct Asking {
    /// The controller's, whose bell says that it has input of any kind.
    pub controller: Arc<AskBox>,
    /// The one for all else.
    pub peers: Arc<AskBox>,
}

/// What wakes the threads that wait for the time to pass.
#[derive(Clone, Debug, Default)]
pub struct Alarms {
    /// Of the thread that cares for logs.
    pub background: Arc<Alarm>,
    /// Of the thread that handles the deadlines of groups: no log holds it up.
    pub groups: Arc<Alarm>,
}

impl Router {
    /// A router over all workers, the controller and the threads that wait for time to pass.
    #[must_use]
    pub fn new(mailboxes: Vec<Arc<Mailbox>>, asking: Asking, alarms: Alarms) -> Self {
        Self {
            tables: mailboxes.iter().map(|_| Table::default()).collect(),
            mailboxes: mailboxes.into(),
            asking,
            alarms,
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
            self.asking.controller.ring();
        }
        for ask in fx.asks.drain(..) {
            match ask.lane.is_of_controller() {
                true => self.asking.controller.push(ask),
                false => self.asking.peers.push(ask),
            }
        }
        if let Some(deadline) = fx.background_by.take() {
            self.alarms.background.not_later_than(deadline);
        }
        if let Some(deadline) = fx.groups_by.take() {
            self.alarms.groups.not_later_than(deadline);
        }
        for report in fx.reports.drain(..) {
            tracing::warn!("{report}");
        }
        let wakes = fx.wakes.drain(..);
        post.extend(wakes.map(|ticket| (ticket.connection, Mail::Wake(ticket))));
        let abandoned = fx.abandoned.drain(..);
        post.extend(abandoned.map(|ticket| (ticket.connection, Mail::Abandon(ticket))));
        let reads = fx.reads_ended.drain(..);
        post.extend(reads.map(|(id, is_ok)| (id, Mail::ReadEnded(id, is_ok))));
        let readable = fx.readable.drain(..);
        post.extend(readable.map(|id| (id, Mail::Readable(id))));
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
