//! What faults are let loose on, and the steps that they are made of.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use testkit::error::FixtureError;

use crate::chance::Chance;
use crate::cluster::Cluster;
use crate::drivers::Driver;
use crate::history::{Event, Heard, History, Outcome};
use crate::links::{Links, Party};

/// How long to wait between two looks.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Why a run cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// A fixture failed.
    #[error(transparent)]
    Fixture(#[from] FixtureError),
    /// A node or a client has ended, though nobody asked it to.
    #[error("{0}")]
    Ended(String),
    /// Something did not come about in its time.
    #[error("{what} within {seconds} s: {detail}")]
    Late {
        /// What was waited for.
        what: String,
        /// How long.
        seconds: u64,
        /// What was seen instead.
        detail: String,
    },
    /// The run was interrupted.
    #[error("interrupted")]
    Interrupted,
}

/// A cluster, its clients, and the network between them.
pub struct Ground {
    /// The topic that clients use.
    pub topic: &'static str,
    /// How many partitions it has.
    pub partitions: i32,
    /// The nodes.
    pub cluster: Cluster,
    /// The clients.
    pub drivers: Vec<Driver>,
    /// Names of clients that were killed: their readers read no further.
    pub retired: Vec<String>,
    /// The network.
    pub links: Arc<Links>,
    /// What was heard.
    pub history: Arc<History>,
    /// Where faults are drawn from.
    pub chance: Chance,
    /// Set when somebody wants the end of it all.
    pub is_interrupted: Arc<AtomicBool>,
    /// When nodes were restarted in turn.
    pub rolling: Vec<(Duration, Duration)>,
}

impl Ground {
    /// Whether everything that is to run does.
    ///
    /// # Errors
    /// [`Stop`].
    pub fn look(&mut self) -> Result<(), Stop> {
        if self.is_interrupted.load(Ordering::Relaxed) {
            return Err(Stop::Interrupted);
        }
        let clients = self.drivers.iter_mut().find_map(Driver::ended);
        match self.cluster.ended().or(clients) {
            Some(what) => Err(Stop::Ended(what)),
            None => Ok(()),
        }
    }

    /// Lets time pass.
    ///
    /// # Errors
    /// As [`Self::look`].
    pub fn pass(&mut self, time: Duration) -> Result<(), Stop> {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.look()?;
            let left = end.saturating_duration_since(Instant::now());
            thread::sleep(left.min(LOOK_AGAIN));
        }
        Ok(())
    }

    /// Waits until `complaint` has none.
    ///
    /// # Errors
    /// [`Stop::Late`], or as [`Self::look`].
    pub fn until(
        &mut self,
        what: &str,
        limit: Duration,
        mut complaint: impl FnMut(&Self) -> Option<String>,
    ) -> Result<Duration, Stop> {
        let began = Instant::now();
        loop {
            self.look()?;
            let Some(detail) = complaint(self) else {
                return Ok(began.elapsed());
            };
            if began.elapsed() >= limit {
                let seconds = limit.as_secs();
                let what = what.to_owned();
                return Err(Stop::Late {
                    what,
                    seconds,
                    detail,
                });
            }
            thread::sleep(LOOK_AGAIN);
        }
    }

    /// Waits until all nodes answer and all replicas are in sync.
    ///
    /// # Errors
    /// As [`Self::until`].
    pub fn until_in_sync(&mut self, limit: Duration) -> Result<Duration, Stop> {
        let what = "all nodes were not there, and all replicas not in sync,";
        self.until(what, limit, |ground| ground.cluster.complaint())
    }

    /// Waits until every producer has written something from now on, and committed a transaction.
    ///
    /// # Errors
    /// As [`Self::until`].
    pub fn until_all_write(&mut self, limit: Duration) -> Result<Duration, Stop> {
        let from = self.history.with(<[_]>::len);
        let writes = |ground: &Self, from: usize| {
            ground.history.with(|history| {
                let since = &history[from..];
                let mut names = ground.drivers.iter().map(|driver| driver.name.as_str());
                names.find_map(|name| idle(since, name))
            })
        };
        self.until("not every producer wrote", limit, |ground| {
            writes(ground, from)
        })
    }

    /// Says what happens, in the history's file and to whoever looks on.
    pub fn say(&self, text: &str) {
        self.history.remark(text);
        crate::report::line(self.history.now(), text);
    }

    /// Any node.
    pub fn any_node(&mut self) -> usize {
        let ids = self.cluster.ids();
        self.chance.one_of(&ids)
    }

    /// The leader of a partition that chance chooses, or any node where none is known.
    pub fn any_leader(&mut self) -> usize {
        let count = usize::try_from(self.partitions).unwrap_or(1);
        let partition = i32::try_from(self.chance.below(count)).unwrap_or(0);
        let any = self.any_node();
        let views = self.cluster.ids().into_iter();
        let leader = views
            .filter_map(|id| self.cluster.view(id))
            .find_map(|view| {
                let topic = view.topics.get(self.topic)?;
                topic.partitions.get(&partition)?.leader
            });
        leader
            .and_then(|leader| usize::try_from(leader.0).ok())
            .unwrap_or(any)
    }

    /// The active controller, or any node where none is known.
    pub fn controller(&mut self) -> usize {
        let any = self.any_node();
        self.cluster.controller().unwrap_or(any)
    }

    /// Everybody but one node: the others, and the clients if they are meant too.
    pub fn others(&self, node: usize, with_clients: bool) -> Vec<Party> {
        let others = self.cluster.ids().into_iter().filter(|id| *id != node);
        let clients = with_clients.then_some(Party::Clients);
        others.map(Party::Node).chain(clients).collect()
    }
}

/// What a client has not done since: to write, or to commit a transaction.
fn idle(since: &[Heard], name: &str) -> Option<String> {
    let (appends, transacts) = (format!("{name}.i"), format!("{name}.t"));
    let is_of = |heard: &&Heard, by: &str, what: fn(&Event) -> Option<&str>| {
        what(&heard.event).is_some_and(|of| of.starts_with(by))
    };
    let sent = since
        .iter()
        .position(|heard| is_of(&heard, &appends, sent_by));
    let acked = sent.is_some_and(|sent| {
        since[sent..]
            .iter()
            .any(|heard| is_of(&heard, &appends, acked))
    });
    if !acked {
        return Some(format!("nothing of {appends} was acknowledged"));
    }
    let committed = since
        .iter()
        .any(|heard| is_of(&heard, &transacts, committed_by));
    (!committed).then(|| format!("{transacts} has committed nothing"))
}

fn sent_by(event: &Event) -> Option<&str> {
    match event {
        Event::Send { writer, .. } => Some(writer),
        _ => None,
    }
}

fn acked(event: &Event) -> Option<&str> {
    match event {
        Event::Acked { value, .. } => Some(value),
        _ => None,
    }
}

fn committed_by(event: &Event) -> Option<&str> {
    match event {
        Event::Ended {
            transaction,
            outcome: Outcome::Committed,
        } => Some(&transaction.0),
        _ => None,
    }
}
