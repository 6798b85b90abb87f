//! Starts and stops the threads around a node.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use broker::{Broker, ControllerHost, Effects, Node};
use parking_lot::Mutex;
use storage::disk::DiskDone;
use thiserror::Error;

use crate::carrier::Carrier;
use crate::clock::Clock;
use crate::controller_thread;
use crate::limits::ConnectionLimits;
use crate::listener::Listeners;
use crate::mailbox::{Alarm, Bell, Mailbox, Router, mailbox};
use crate::pressure::Pressure;
use crate::worker::{self, MAILBOX, Worker};

/// What keeps the server from starting.
#[derive(Debug, Error)]
pub enum ServerError {
    /// A listener's address is not to be had.
    #[error(
        "cannot listen on {address}: {error}; is another broker running there? Set `listeners` to another port"
    )]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// The system gave no descriptor or thread.
    #[error(
        "the system refuses a thread or descriptor: {0}; raise the limit of open files (ulimit -n)"
    )]
    System(#[from] io::Error),
}

/// Brings completions of disk operations, which may come before the server runs, to the broker.
#[derive(Clone, Debug, Default)]
pub struct DiskEvents {
    state: Arc<Mutex<EventState>>,
}

/// Completions that came before there was somebody to take them, or who that is.
#[derive(Debug)]
enum EventState {
    Early(Vec<DiskDone>),
    Running(Completions),
}

impl Default for EventState {
    fn default() -> Self {
        Self::Early(Vec::new())
    }
}

#[derive(Clone, Debug)]
struct Completions {
    broker: Arc<Broker>,
    router: Router,
    clock: Clock,
}

impl DiskEvents {
    /// Takes in a completion, on the IO thread that brings it.
    pub fn on_done(&self, done: DiskDone) {
        let target = match &mut *self.state.lock() {
            EventState::Early(early) => return early.push(done),
            EventState::Running(target) => target.clone(),
        };
        target.take(done);
    }

    fn run(&self, target: Completions) {
        let before =
            std::mem::replace(&mut *self.state.lock(), EventState::Running(target.clone()));
        if let EventState::Early(early) = before {
            early.into_iter().for_each(|done| target.take(done));
        }
    }
}

impl Completions {
    /// Goes on with what waited for the disk, on this IO thread.
    fn take(&self, done: DiskDone) {
        let (broker, router) = (Arc::clone(&self.broker), self.router.clone());
        let mut carrier = Carrier::new(broker, router, self.clock);
        let now = self.clock.now();
        self.broker.on_disk_done(now, done, &mut carrier.fx);
        carrier.run();
    }
}

/// The running threads of a node.
#[derive(Debug)]
pub struct Server {
    broker: Arc<Broker>,
    router: Router,
    bell: Arc<Bell>,
    stopping: Arc<AtomicBool>,
    alarm: Arc<Alarm>,
    workers: Vec<JoinHandle<()>>,
    controller: JoinHandle<ControllerHost>,
    housekeeper: JoinHandle<()>,
}

impl Server {
    /// Starts `threads` workers, the controller and the background around `node`.
    ///
    /// # Errors
    /// A system without resources.
    pub fn start(
        node: Node,
        mut listeners: Listeners,
        threads: usize,
        clock: Clock,
        disk_events: &DiskEvents,
        mut fx: Effects,
    ) -> Result<Self, ServerError> {
        let polls = (0..threads)
            .map(|_| mio::Poll::new())
            .collect::<io::Result<Vec<_>>>()?;
        listeners.register(&polls[0])?;
        let mailboxes = polls.iter().map(|poll| mailbox(poll, MAILBOX));
        let mailboxes = mailboxes.collect::<io::Result<Vec<_>>>()?;
        let bell = Arc::new(Bell::default());
        let alarm = Arc::new(Alarm::default());
        alarm.not_later_than(std::time::Duration::ZERO);
        let router = Router::new(mailboxes.clone(), Arc::clone(&bell), Arc::clone(&alarm));
        let (broker, host) = node.split();
        let completions = Completions {
            broker: Arc::clone(&broker),
            router: router.clone(),
            clock,
        };
        disk_events.run(completions);
        broker.end_turn(&mut fx);
        router.route(&mut fx);

        let stopping = Arc::new(AtomicBool::new(false));
        let workers = start_workers(polls, mailboxes, listeners, &router, &broker, clock)?;
        let controller = start_controller(host, clock, &router, &bell, &stopping)?;
        let housekeeper = start_housekeeper(&broker, clock, &router, &alarm)?;
        Ok(Self {
            broker,
            router,
            bell,
            stopping,
            alarm,
            workers,
            controller,
            housekeeper,
        })
    }

    /// The node's broker.
    #[must_use]
    pub fn broker(&self) -> &Arc<Broker> {
        &self.broker
    }

    /// Stops taking requests, sends the answers that are due, ends the threads, and gives the
    /// node back, to be closed.
    ///
    /// # Panics
    /// When a thread of the server panicked.
    pub fn stop(self) -> Node {
        self.router.broadcast(|| crate::mailbox::Mail::Stop);
        for thread in self.workers {
            thread.join().expect("a worker thread ends without a panic");
        }
        self.stopping.store(true, Ordering::Release);
        self.bell.ring();
        self.alarm.end();
        self.housekeeper
            .join()
            .expect("the housekeeping thread ends without a panic");
        let host = self
            .controller
            .join()
            .expect("the controller thread ends without a panic");
        Node::join(self.broker, host)
    }
}

fn start_workers(
    polls: Vec<mio::Poll>,
    mailboxes: Vec<Arc<Mailbox>>,
    listeners: Listeners,
    router: &Router,
    broker: &Arc<Broker>,
    clock: Clock,
) -> io::Result<Vec<JoinHandle<()>>> {
    let limits = Arc::new(ConnectionLimits::default());
    let pressure = Arc::new(Pressure::default());
    let mut listeners = Some(listeners);
    let parts = polls.into_iter().zip(mailboxes).enumerate();
    let start = |(index, (poll, mailbox))| {
        let worker = Worker {
            index,
            poll,
            mailbox,
            router: router.clone(),
            broker: Arc::clone(broker),
            limits: Arc::clone(&limits),
            pressure: Arc::clone(&pressure),
            clock,
            listeners: listeners.take(),
        };
        std::thread::Builder::new()
            .name(format!("net-{index}"))
            .spawn(move || {
                if let Err(error) = worker::run(worker) {
                    tracing::error!(%error, "a worker thread cannot go on: poll failed");
                }
            })
    };
    parts.map(start).collect()
}

fn start_controller(
    host: ControllerHost,
    clock: Clock,
    router: &Router,
    bell: &Arc<Bell>,
    stopping: &Arc<AtomicBool>,
) -> io::Result<JoinHandle<ControllerHost>> {
    let (router, bell, stopping) = (router.clone(), Arc::clone(bell), Arc::clone(stopping));
    std::thread::Builder::new()
        .name("controller".into())
        .spawn(move || controller_thread::run(host, clock, &router, &bell, &stopping))
}

fn start_housekeeper(
    broker: &Arc<Broker>,
    clock: Clock,
    router: &Router,
    alarm: &Arc<Alarm>,
) -> io::Result<JoinHandle<()>> {
    let (broker, router, alarm) = (Arc::clone(broker), router.clone(), Arc::clone(alarm));
    std::thread::Builder::new()
        .name("background".into())
        .spawn(move || {
            let mut fx = Effects::default();
            while alarm.wait(|| clock.now().mono) {
                let next = broker.housekeeping(clock.now(), &mut fx);
                fx.wake_by(Some(next));
                router.route(&mut fx);
            }
        })
}
