//! Which topics the expressions of a group name: looked up aside, where it may take its time.
//!
//! ```text
//!   heartbeat          Shard::take_lookups        a thread that may be busy
//!  -----------> due ------------------------> Lookup::run(image) ------> LookedUp
//!                ^                                                          |
//!                |   records: what each expression names, a new epoch       |  Shard::on_looked_up
//!                +----------------------------------------------------------+
//! ```
//!
//! A group has one lookup under way at most, of all its expressions. They are due when one of them was
//! never looked up, or when the cluster has changed and the last time is some seconds ago. A lookup that
//! comes to nothing is due again with the next heartbeat.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use metadata::Image;
use model::{Now, Offset, TimestampMs};
use statemachine::Decision;

use super::draft::{Draft, Moment};
use super::{ConsumerChange, ConsumerGroup, ResolvedRegex, regex};
use crate::GroupCoordinator;
use crate::coordinator::Undo;
use crate::logged::{Logged, LoggedGroup};
use crate::turn::{Decided, Reply};

/// How long expressions are not looked up again, although the cluster may have changed.
const REFRESH: Duration = Duration::from_secs(10);

/// The expressions of one group, to be looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    group: Arc<str>,
    regexes: Vec<Arc<str>>,
}

/// What the expressions of one group name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookedUp {
    group: Arc<str>,
    /// The image that was looked at.
    at: Option<Offset>,
    /// `None` if the lookup has failed.
    resolved: Option<BTreeMap<Arc<str>, Arc<ResolvedRegex>>>,
}

impl Lookup {
    /// Looks at the names of all topics, once for each expression.
    #[must_use]
    pub fn run(&self, image: &Image, at: TimestampMs) -> LookedUp {
        let resolved = self.regexes.iter().map(|text| {
            let resolved = match regex::compile(text) {
                Ok(compiled) => regex::resolve(image, &compiled, at),
                // Another coordinator has let it in.
                Err(_) => regex::nothing(image, at),
            };
            (Arc::clone(text), Arc::new(resolved))
        });
        LookedUp {
            group: Arc::clone(&self.group),
            at: image.provenance().map(|moment| moment.offset),
            resolved: Some(resolved.collect()),
        }
    }

    /// The lookup came to nothing.
    #[must_use]
    pub fn failed(&self) -> LookedUp {
        LookedUp {
            group: Arc::clone(&self.group),
            at: None,
            resolved: None,
        }
    }
}

impl GroupCoordinator {
    /// What is to be looked up; the results come back through [`Self::on_looked_up`].
    pub fn take_lookups(&mut self) -> Vec<Lookup> {
        std::mem::take(&mut self.lookups)
    }

    pub(super) fn maybe_look_up(&mut self, group: &ConsumerGroup, group_id: &str, at: &Moment<'_>) {
        let live = self.live.group(group_id);
        if group.regex_subscribers.is_empty() || live.is_looking_up {
            return;
        }
        let moment = at.image.provenance().map(|moment| moment.offset);
        let may_have_changed = live
            .looked_up
            .is_none_or(|(looked_at, when)| looked_at != moment && at.now.mono >= when + REFRESH);
        if !may_have_changed && !group.has_unresolved() {
            return;
        }
        live.is_looking_up = true;
        self.lookups.push(Lookup {
            group: Arc::from(group_id),
            regexes: group.regex_subscribers.keys().cloned().collect(),
        });
    }

    /// The lookup is over; another one may begin, whether or not its result is taken over.
    pub(crate) fn on_lookup_ended(&mut self, looked_up: &LookedUp) {
        self.live.group(&looked_up.group).is_looking_up = false;
    }

    /// Takes over what was looked up: a group whose topics are others than before has a new epoch.
    pub fn on_looked_up(
        &mut self,
        now: Now,
        image: &Image,
        logged: &Logged,
        looked_up: &LookedUp,
    ) -> Decided<()> {
        self.undo = Undo::Nothing;
        let group_id = &*looked_up.group;
        let (Some(LoggedGroup::Consumer(group)), Some(resolved)) =
            (logged.group(group_id), &looked_up.resolved)
        else {
            return Decision::read(Reply::Now(()));
        };
        let mut draft = Draft::new(group_id, Cow::Borrowed(group));
        let mut is_other = false;
        for (text, resolved) in resolved {
            let known = draft.group.regexes.get(text);
            let is_older = known.is_some_and(|known| known.version > resolved.version);
            if is_older || !draft.group.regex_subscribers.contains_key(text) {
                continue;
            }
            is_other |= known.is_none_or(|known| known.topics != resolved.topics);
            draft.push(ConsumerChange::Regex(
                Arc::clone(text),
                Some(Arc::clone(resolved)),
            ));
        }
        let live = self.live.group(group_id);
        live.looked_up = Some((looked_up.at, now.mono));
        live.seen = image.provenance().map(|moment| moment.offset);
        draft.renew_epoch(image, is_other);
        self.undo = Undo::Compared {
            group: Arc::clone(&looked_up.group),
        };
        Decision::atomically(draft.records, Reply::Now(()))
    }
}

impl ConsumerGroup {
    fn has_unresolved(&self) -> bool {
        self.regex_subscribers.len() != self.regexes.len()
            && self
                .regex_subscribers
                .keys()
                .any(|regex| !self.regexes.contains_key(regex))
    }
}
