//! The soft half of a shard: what goes on in its groups, and ends with the leadership.
//!
//! Owns the live classic groups with the requests that wait in them, the deadlines, and nothing that
//! has to survive: [`Logged`] is the durable half. Handlers look at both and return records; whatever
//! they decide about durable state happens when the records are replayed. Between two calls every
//! live group is in the log.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use metadata::Image;
use model::{ErrorCode, Now};
use statemachine::Decision;

use crate::classic::{ClassicGroup, Replaced, sync_error};
use crate::consumer::{ConsumerGroup, Late, LiveGroups, Lookup};
use crate::kind::GroupKind;
use crate::logged::{Logged, LoggedGroup};
use crate::offsets::Forgetting;
use crate::record::Record;
use crate::settings::Settings;
use crate::share::{LateSharers, ShareWork};
use crate::timers::{Alarm, TimerId, Timers};
use crate::turn::{Completed, Decided, Reply, Turn, Waiter};

/// Most alarms that one call handles; the rest is due at once.
const MAX_ALARMS_PER_CALL: usize = 1_000;

/// Coordinates the groups of one partition of `__consumer_offsets`.
///
/// What a handler returns has to be appended and replayed before the next call; if the log refuses,
/// [`Self::on_append_refused`] comes next. [`crate::Shard`] sees to all of that.
#[derive(Debug)]
pub struct GroupCoordinator {
    pub(crate) settings: Settings,
    pub(crate) timers: Timers,
    classic: BTreeMap<Arc<str>, ClassicGroup>,
    /// Deadlines of consumer and share groups.
    pub(crate) live: LiveGroups,
    /// Expressions that are to be looked up, for the owner to take.
    pub(crate) lookups: Vec<Lookup>,
    /// What has to be asked of share coordinators.
    pub(crate) share_work: Vec<ShareWork>,
    completed: Vec<(Waiter, Completed)>,
    pub(crate) undo: Undo,
    pub(crate) expiry: TimerId,
    /// Where the round of expiry that is under way goes on.
    pub(crate) expired_up_to: Option<Arc<str>>,
    pub(crate) forgetting: Option<Forgetting>,
}

/// What has to be taken back if the records of the last call are refused.
#[derive(Debug)]
pub(crate) enum Undo {
    Nothing,
    /// A group that began with this request.
    Founded {
        group: Arc<str>,
    },
    /// The assignments that a leader gave.
    Assigned {
        group: Arc<str>,
        leader: Waiter,
    },
    /// A consumer group was compared with the cluster.
    Compared {
        group: Arc<str>,
    },
    /// A group that became one of another kind: it is as the log has it.
    Changed {
        group: Arc<str>,
    },
    /// A static member under a new id.
    Replaced {
        group: Arc<str>,
        replaced: Box<Replaced>,
    },
}

/// A group as a handler finds it.
pub(crate) enum Found<'c> {
    Missing,
    /// It has offsets and never had members.
    Simple,
    /// A group of a kind without offsets that others commit, or one that is not coordinated here.
    Foreign(GroupKind),
    Consumer(&'c ConsumerGroup),
    Classic(&'c mut ClassicGroup, Turn<'c>),
}

impl GroupCoordinator {
    /// A coordinator that has not loaded anything.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let mut timers = Timers::default();
        let expiry = timers.create(Alarm::Expiry);
        Self {
            settings,
            timers,
            classic: BTreeMap::new(),
            live: LiveGroups::default(),
            lookups: Vec::new(),
            share_work: Vec::new(),
            completed: Vec::new(),
            undo: Undo::Nothing,
            expiry,
            expired_up_to: None,
            forgetting: None,
        }
    }

    /// Changed configurations hold from the next call on.
    pub fn set_settings(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// The log was replayed: groups come to life, and their members have a whole session timeout to
    /// be heard of.
    pub fn on_loaded(&mut self, now: Now, logged: &Logged) {
        let interval = self.settings.retention_check_interval;
        self.timers.set(self.expiry, now.mono + interval);
        for id in logged.groups().keys() {
            self.begin(now, logged, id);
        }
    }

    /// A group comes to life as the log has it.
    fn begin(&mut self, now: Now, logged: &Logged, id: &str) {
        if let Some(LoggedGroup::Consumer(group)) = logged.group(id) {
            self.on_consumer_group_loaded(now, id, group);
        } else if let Some(LoggedGroup::Share(group)) = logged.group(id) {
            self.on_share_group_loaded(now, id, group);
        } else if let Found::Classic(group, mut turn) = self.find(now, logged, id) {
            group.on_loaded(&mut turn);
        }
    }

    /// A group begins to live whose record, which is given, is not in the log yet.
    pub(crate) fn begin_classic(
        &mut self,
        now: Now,
        group: ClassicGroup,
        rebalances: bool,
    ) -> Record {
        let id = Arc::clone(group.id());
        self.drop_classic(&id);
        let Self {
            classic,
            timers,
            settings,
            completed,
            ..
        } = self;
        let mut turn = turn(now, settings, timers, completed);
        let group = classic.entry(id).or_insert(group);
        group.on_immigrated(rebalances, &mut turn)
    }

    /// The leadership is over: all that wait are to look for the new coordinator.
    pub fn on_unloaded(&mut self, now: Now) {
        let Self {
            classic,
            timers,
            settings,
            completed,
            ..
        } = self;
        let mut turn = turn(now, settings, timers, completed);
        for group in classic.values_mut() {
            group.fail_parked(ErrorCode::NOT_COORDINATOR, &mut turn);
        }
    }

    /// When to call [`Self::on_time`] next, on the clock of `Now::mono`.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Duration> {
        self.timers.next_deadline()
    }

    /// Handles deadlines that have passed: sessions, rebalances, expiry.
    pub fn on_time(&mut self, now: Now, image: &Image, logged: &Logged) -> Decided<()> {
        let (mut records, mut late) = (Vec::new(), Late::new());
        let mut late_sharers = LateSharers::new();
        for _ in 0..MAX_ALARMS_PER_CALL {
            let Some(alarm) = self.timers.pop_due(now.mono) else {
                break;
            };
            let (id, member) = match alarm {
                Alarm::Session { group, member } => (group, Some(member)),
                Alarm::Rebalance { group } => (group, None),
                Alarm::ConsumerMember {
                    group,
                    member,
                    overdue,
                } => {
                    if let Some(LoggedGroup::Share(_)) = logged.group(&group) {
                        late_sharers.entry(group).or_default().push(member);
                    } else if self.is_late(now, logged, (&group, &member), overdue) {
                        late.entry(group).or_default().insert(member, overdue);
                    }
                    continue;
                }
                Alarm::Expiry => {
                    self.expire(now, logged, &mut records);
                    continue;
                }
                Alarm::DeletedTopics => {
                    self.forget(now, logged, &mut records);
                    continue;
                }
            };
            if let Found::Classic(group, mut turn) = self.find(now, logged, &id) {
                match member {
                    Some(member) => group.on_session_alarm(&member, &mut turn),
                    None => group.on_rebalance_alarm(&mut turn),
                }
                records.append(&mut turn.records);
            }
        }
        records.extend(self.on_share_session_alarms((now, image), logged, late_sharers));
        self.undo = Undo::Nothing;
        if self.remove_late((now, image), logged, late, &mut records) {
            return Decision::atomically(records, Reply::Now(()));
        }
        Decision::write(records, Reply::Now(()))
    }

    /// Answers to requests that waited, in the order in which they were decided. Each holds when all
    /// that was in the log is committed.
    pub fn take_completed(&mut self) -> Vec<(Waiter, Completed)> {
        std::mem::take(&mut self.completed)
    }

    /// The log did not take the records of the last call. Its own answer is the caller's; what other
    /// requests were told in that call is changed.
    pub fn on_append_refused(&mut self, now: Now, logged: &Logged, error: ErrorCode) {
        self.share_work.clear();
        let undo = std::mem::replace(&mut self.undo, Undo::Nothing);
        let group_id = match &undo {
            Undo::Nothing => return,
            Undo::Compared { group } => {
                let live = self.live.group(group);
                (live.seen, live.looked_up, live.asked_at) = (None, None, None);
                return;
            }
            Undo::Changed { group } => {
                self.drop_classic(group);
                self.live.forget_group(&mut self.timers, group);
                self.begin(now, logged, group);
                return;
            }
            Undo::Founded { group } => {
                let group = Arc::clone(group);
                self.drop_classic(&group);
                // Only the founder can have been answered.
                self.completed.clear();
                return;
            }
            Undo::Assigned { group, .. } | Undo::Replaced { group, .. } => Arc::clone(group),
        };
        let Self {
            classic,
            timers,
            settings,
            completed,
            ..
        } = self;
        if let Undo::Assigned { leader, .. } = &undo {
            completed.retain(|(waiter, _)| waiter != leader);
            completed
                .iter_mut()
                .for_each(|(_, answer)| *answer = Completed::Sync(sync_error(error)));
        }
        let group = classic
            .get_mut(&group_id)
            .expect("what is undone happened in a live group");
        let mut turn = turn(now, settings, timers, completed);
        match undo {
            Undo::Assigned { .. } => group.on_assignment_refused(&mut turn),
            Undo::Replaced { replaced, .. } => group.on_replacement_refused(*replaced, &mut turn),
            Undo::Nothing | Undo::Founded { .. } | Undo::Compared { .. } | Undo::Changed { .. } => {
            }
        }
    }

    /// The group, alive if it is a classic one.
    pub(crate) fn find<'c>(&'c mut self, now: Now, logged: &'c Logged, id: &str) -> Found<'c> {
        let Self {
            classic,
            timers,
            settings,
            completed,
            ..
        } = self;
        let value = match logged.group(id) {
            None => return Found::Missing,
            Some(LoggedGroup::Simple) => return Found::Simple,
            Some(LoggedGroup::Foreign(kind)) => return Found::Foreign(*kind),
            Some(LoggedGroup::Consumer(group)) => return Found::Consumer(group),
            Some(LoggedGroup::Share(_)) => return Found::Foreign(GroupKind::Share),
            Some(LoggedGroup::Classic(value)) => value,
        };
        if !classic.contains_key(id) {
            let id: Arc<str> = Arc::from(id);
            let group = ClassicGroup::load(Arc::clone(&id), value, timers);
            classic.insert(id, group);
        }
        let group = classic
            .get_mut(id)
            .expect("it was there or has just been added");
        Found::Classic(group, turn(now, settings, timers, completed))
    }

    /// A group that is not in the log yet; the caller writes it.
    pub(crate) fn found(&mut self, now: Now, id: &Arc<str>) -> (&mut ClassicGroup, Turn<'_>) {
        let Self {
            classic,
            timers,
            settings,
            completed,
            ..
        } = self;
        let group = classic
            .entry(Arc::clone(id))
            .or_insert_with(|| ClassicGroup::new(Arc::clone(id), Some(now.wall), timers));
        (group, turn(now, settings, timers, completed))
    }

    /// Ends a live group.
    pub(crate) fn drop_classic(&mut self, id: &str) {
        if let Some(group) = self.classic.remove(id) {
            group.drop_timers(&mut self.timers);
        }
    }

    /// How many timers there are, to be seen not to leak.
    #[must_use]
    pub fn timer_count(&self) -> usize {
        self.timers.len()
    }
}

fn turn<'a>(
    now: Now,
    settings: &'a Settings,
    timers: &'a mut Timers,
    completed: &'a mut Vec<(Waiter, Completed)>,
) -> Turn<'a> {
    Turn {
        now,
        settings,
        timers,
        records: Vec::<Record>::new(),
        completed,
        replaced: None,
    }
}
