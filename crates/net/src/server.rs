//! Starts and stops the threads around a node.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use broker::{Broker, ControllerHost, Effects, Node};
use model::Now;
use parking_lot::Mutex;
use storage::disk::DiskDone;
use thiserror::Error;

use crate::carrier::Carrier;
use crate::clock::Clock;
use crate::controller_thread::{self, Parts};
use crate::limits::ConnectionLimits;
use crate::listener::Listeners;
use crate::mailbox::{Alarm, Alarms, AskBox, Asking, Bell, Mailbox, Router, mailbox};
use crate::outbound::{BELL, Outbound};
use crate::peers_thread;
use crate::pressure::Pressure;
use crate::worker::{self, MAILBOX, Worker};

/// How often a node that stops looks whether it may.
const HAND_OVER_CHECK: Duration = Duration::from_millis(5);

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

/// What the process gives a server.
pub struct Shell {
    /// Worker threads.
    pub threads: usize,
    /// The clock of all threads.
    pub clock: Clock,
    /// How many connections there may be whatever `max.connections` says, so that the files of logs find descriptors.
    pub max_sockets: usize,
    /// Called, on the controller's thread, when the node's metadata cannot be written or read any more: whoever runs
    /// the server has to stop it.
    pub on_failure: Box<dyn FnOnce() + Send>,
}

impl std::fmt::Debug for Shell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shell")
            .field("threads", &self.threads)
            .field("max_sockets", &self.max_sockets)
            .finish_non_exhaustive()
    }
}

/// The running threads of a node.
#[derive(Debug)]
pub struct Server {
    broker: Arc<Broker>,
    router: Router,
    clock: Clock,
    asking: Asking,
    stopping: Arc<AtomicBool>,
    alarms: Alarms,
    workers: Vec<JoinHandle<()>>,
    peers: JoinHandle<()>,
    controller: JoinHandle<ControllerHost>,
    timers: [JoinHandle<()>; 2],
}

impl Server {
    /// Starts `threads` workers, the controller and the background around `node`.
    ///
    /// # Errors
    /// A system without resources.
    pub fn start(
        node: Node,
        mut listeners: Listeners,
        Shell {
            threads,
            clock,
            max_sockets,
            on_failure,
        }: Shell,
        disk_events: &DiskEvents,
        mut fx: Effects,
    ) -> Result<Self, ServerError> {
        let polls = (0..threads)
            .map(|_| mio::Poll::new())
            .collect::<io::Result<Vec<_>>>()?;
        listeners.register(&polls[0])?;
        let mailboxes = polls.iter().map(|poll| mailbox(poll, MAILBOX));
        let mailboxes = mailboxes.collect::<io::Result<Vec<_>>>()?;
        let (broker, host) = node.split();
        let of_controller = Asker::new(&broker, clock)?;
        let of_peers = Asker::new(&broker, clock)?;
        let asking = Asking {
            controller: Arc::clone(&of_controller.asks),
            peers: Arc::clone(&of_peers.asks),
        };
        let alarms = Alarms::default();
        alarms.background.not_later_than(Duration::ZERO);
        alarms.groups.not_later_than(Duration::ZERO);
        let router = Router::new(mailboxes.clone(), asking.clone(), alarms.clone());
        let completions = Completions {
            broker: Arc::clone(&broker),
            router: router.clone(),
            clock,
        };
        disk_events.run(completions);
        broker.end_turn(clock.now(), &mut fx);
        router.route(&mut fx);

        let stopping = Arc::new(AtomicBool::new(false));
        let limits = Arc::new(ConnectionLimits::new(max_sockets));
        let workers = start_workers(
            polls, mailboxes, listeners, &router, &broker, clock, &limits,
        )?;
        let parts = Parts {
            broker: Arc::clone(&broker),
            clock,
            router: router.clone(),
            outbound: of_controller.outbound,
            asks: of_controller.asks,
            stopping: Arc::clone(&stopping),
        };
        let controller = start_controller(host, parts, on_failure)?;
        let carrier = Carrier::new(Arc::clone(&broker), router.clone(), clock);
        let peers = start_peers(of_peers, carrier, &stopping)?;
        let timers = start_timers(&broker, clock, &router, &alarms)?;
        Ok(Self {
            broker,
            router,
            clock,
            asking,
            stopping,
            alarms,
            workers,
            peers,
            controller,
            timers,
        })
    }

    /// The node's broker.
    #[must_use]
    pub fn broker(&self) -> &Arc<Broker> {
        &self.broker
    }

    /// Waits until other nodes lead what this one leads, for as long as `patience`; whether they do.
    #[must_use]
    pub fn hand_over(&self, patience: Duration) -> bool {
        let mut fx = Effects::default();
        self.broker.prepare_stop(&mut fx);
        self.router.route(&mut fx);
        let until = self.clock.mono() + patience;
        while !self.broker.may_stop() {
            if self.clock.mono() >= until {
                return false;
            }
            std::thread::sleep(HAND_OVER_CHECK);
        }
        true
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
        self.asking.controller.ring();
        self.asking.peers.ring();
        self.peers
            .join()
            .expect("the thread of the peers ends without a panic");
        self.alarms.background.end();
        self.alarms.groups.end();
        for thread in self.timers {
            thread.join().expect("a timer thread ends without a panic");
        }
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
    limits: &Arc<ConnectionLimits>,
) -> io::Result<Vec<JoinHandle<()>>> {
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
            limits: Arc::clone(limits),
            pressure: Arc::clone(&pressure),
            clock,
            listeners: listeners.take(),
        };
        std::thread::Builder::new()
            .name(format!("net-{index}"))
            .spawn(move || {
                // Its connections would hang for ever, unnoticed: a panic ends the process.
                worker::run(worker).expect("a poll that was made can be asked");
            })
    };
    parts.map(start).collect()
}

/// What a thread that asks other nodes begins with.
struct Asker {
    outbound: Outbound,
    asks: Arc<AskBox>,
}

impl Asker {
    fn new(broker: &Broker, clock: Clock) -> io::Result<Self> {
        let poll = mio::Poll::new()?;
        let bell = Arc::new(Bell::new(mio::Waker::new(poll.registry(), BELL)?));
        let asks = Arc::new(AskBox::new(Arc::clone(&bell)));
        let outbound = Outbound::new(broker.new_peers(), poll, bell, clock);
        Ok(Self { outbound, asks })
    }
}

fn start_controller(
    host: ControllerHost,
    parts: Parts,
    on_failure: Box<dyn FnOnce() + Send>,
) -> io::Result<JoinHandle<ControllerHost>> {
    std::thread::Builder::new()
        .name("controller".into())
        .spawn(move || controller_thread::run(host, parts, on_failure))
}

fn start_peers(
    asker: Asker,
    carrier: Carrier,
    stopping: &Arc<AtomicBool>,
) -> io::Result<JoinHandle<()>> {
    let stopping = Arc::clone(stopping);
    std::thread::Builder::new()
        .name("peers".into())
        .spawn(move || {
            // Nobody would be asked any more, unnoticed: a panic ends the process.
            peers_thread::run(asker.outbound, &asker.asks, carrier, &stopping)
                .expect("a poll that was made can be asked");
        })
}

fn start_timers(
    broker: &Arc<Broker>,
    clock: Clock,
    router: &Router,
    alarms: &Alarms,
) -> io::Result<[JoinHandle<()>; 2]> {
    let logs = |broker: &Broker, now, fx: &mut Effects| broker.housekeeping(now, fx);
    let background = start_timer(
        "background",
        broker,
        clock,
        router,
        &alarms.background,
        logs,
    )?;
    let groups = |broker: &Broker, now, fx: &mut Effects| broker.group_timers(now, fx);
    let groups = start_timer("groups", broker, clock, router, &alarms.groups, groups)?;
    Ok([background, groups])
}

/// A thread that calls `work` when the alarm rings, which gives the time of the next call.
fn start_timer(
    name: &str,
    broker: &Arc<Broker>,
    clock: Clock,
    router: &Router,
    alarm: &Arc<Alarm>,
    work: impl Fn(&Broker, Now, &mut Effects) -> Option<Duration> + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    let (broker, router, alarm) = (Arc::clone(broker), router.clone(), Arc::clone(alarm));
    std::thread::Builder::new()
        .name(name.into())
        .spawn(move || {
            let mut fx = Effects::default();
            while alarm.wait(|| clock.now().mono) {
                if let Some(next) = work(&broker, clock.now(), &mut fx) {
                    alarm.not_later_than(next);
                }
                router.route(&mut fx);
            }
        })
}
