//! Share groups' states that coordinators on other nodes keep (KIP-932): what is asked, in which order, and again where there
//! was no answer.
//!
//! ```text
//!   asked --> [first of its state] --> ready for a node and group --> in flight --+--> answered: the next of its state
//!                     ^                                                           |
//!                     +------- after a pause, and another look at the image ------+
//! ```
//!
//! What is asked about one state goes one after the other, whoever its coordinator becomes meanwhile: a write that is repeated
//! never overtakes a later one. To each node there are a few requests in flight, one for each API and group.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use model::{BrokerId, ErrorCode, Now};
use parking_lot::Mutex;
use share::{Key, Response};

use super::share_state_wire::{Kind, Wanted, framed, read};
use crate::asks::{Ask, AskToken, Errand, Lane, Unanswered};
use crate::broker::Broker;
use crate::effects::Effects;
use crate::share_coordinators::StateCoordinator;
use crate::share_waiter::ShareWaiter;

/// Requests in flight to one node.
const MAX_IN_FLIGHT: usize = 32;
/// States in one request.
const MAX_TOGETHER: usize = 1_000;
/// Questions that may wait; beyond, there is no coordinator for more.
const MAX_WAITING: usize = 100_000;
/// What could not be done is tried again after this.
const RETRY: Duration = Duration::from_millis(100);

/// What goes together: to whom, with which API, of which group.
type Line = (BrokerId, Kind, Arc<str>);

/// One question about one state.
#[derive(Debug)]
struct Question {
    waiter: ShareWaiter,
    wanted: Wanted,
    /// When it is given up, on the clock of `Now::mono`.
    until: Duration,
}

/// Questions to coordinators on other nodes.
#[derive(Debug, Default)]
pub(crate) struct ShareStateAsks {
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    by_key: BTreeMap<Key, VecDeque<Question>>,
    count: usize,
    ready: BTreeMap<Line, VecDeque<Key>>,
    in_flight: BTreeMap<u64, (Line, Vec<Key>)>,
    /// The lines with a request in flight.
    busy: BTreeSet<Line>,
    later: BTreeSet<(Duration, Key)>,
    next_number: u64,
}

impl ShareStateAsks {
    /// When something is to be tried again.
    pub fn next_deadline(&self) -> Option<Duration> {
        self.table.lock().later.first().map(|(at, _)| *at)
    }

    /// Whether something waits that is asked about a state: what comes after has to wait as well.
    pub fn waits_for(&self, key: &Key) -> bool {
        let table = self.table.lock();
        table.count > 0 && table.by_key.contains_key(key)
    }

    fn take_due(&self, now: Now) -> Vec<Key> {
        let mut table = self.table.lock();
        let mut due = Vec::new();
        while table.later.first().is_some_and(|(at, _)| *at <= now.mono) {
            due.extend(table.later.pop_first().map(|(_, key)| key));
        }
        due
    }
}

impl Table {
    /// The next request to a node, if one may be sent.
    fn begin(&mut self, node: BrokerId) -> Option<(u64, Line, Vec<Key>)> {
        let first = (node, Kind::Initialize, Arc::from(""));
        let of_node = |line: &Line| line.0 == node;
        let in_flight = self.busy.range(&first..).take_while(|line| of_node(line));
        if in_flight.count() >= MAX_IN_FLIGHT {
            return None;
        }
        let lines = self.ready.range(&first..).map(|(line, _)| line);
        let mut lines = lines.take_while(|line| of_node(line));
        let line = lines.find(|line| !self.busy.contains(line))?.clone();
        let keys = self.ready.get_mut(&line)?;
        let taken: Vec<Key> = keys.drain(..keys.len().min(MAX_TOGETHER)).collect();
        if keys.is_empty() {
            self.ready.remove(&line);
        }
        let number = self.next_number;
        self.next_number += 1;
        self.busy.insert(line.clone());
        self.in_flight.insert(number, (line.clone(), taken.clone()));
        Some((number, line, taken))
    }

    fn first(&self, key: &Key) -> Option<&Question> {
        self.by_key.get(key)?.front()
    }

    /// The first question about a state is answered; `true` if another follows.
    fn pop(&mut self, key: &Key) -> (Option<Question>, bool) {
        let Some(questions) = self.by_key.get_mut(key) else {
            return (None, false);
        };
        let question = questions.pop_front();
        self.count -= usize::from(question.is_some());
        let has_more = !questions.is_empty();
        if !has_more {
            self.by_key.remove(key);
        }
        (question, has_more)
    }

    /// Tries the first question about a state again, unless its time is over.
    fn retry(&mut self, now: Now, key: &Key, was_sent: bool) -> bool {
        let question = self.by_key.get_mut(key).and_then(VecDeque::front_mut);
        let Some(question) = question.filter(|question| now.mono < question.until) else {
            return false;
        };
        if was_sent {
            question.wanted.may_be_done();
        }
        self.later.insert((now.mono + RETRY, key.clone()));
        true
    }
}

impl Broker {
    /// Asks about a state whose coordinator is elsewhere, or that something waits for already.
    pub(crate) fn ask_share_state_elsewhere(
        &self,
        now: Now,
        waiter: ShareWaiter,
        key: &Key,
        wanted: Wanted,
        fx: &mut Effects,
    ) {
        let mut table = self.share_state_asks.table.lock();
        if table.count >= MAX_WAITING {
            drop(table);
            let refused = wanted.failed(ErrorCode::COORDINATOR_NOT_AVAILABLE);
            return self.answer_share(now, waiter, refused, fx);
        }
        table.count += 1;
        let questions = table.by_key.entry(key.clone()).or_default();
        questions.push_back(Question {
            waiter,
            wanted,
            until: now.mono + self.effective.now().broker.network.request_timeout,
        });
        let is_first = questions.len() == 1;
        drop(table);
        if is_first {
            self.go_on_with_states(now, vec![key.clone()], fx);
        }
    }

    /// What could not be done is tried again.
    pub(crate) fn share_state_asks_on_time(&self, now: Now, fx: &mut Effects) {
        let due = self.share_state_asks.take_due(now);
        self.go_on_with_states(now, due, fx);
    }

    /// Sends the first questions about states to whoever their coordinators are.
    fn go_on_with_states(&self, now: Now, keys: Vec<Key>, fx: &mut Effects) {
        let mut nodes = BTreeSet::new();
        let mut keys = VecDeque::from(keys);
        while let Some(key) = keys.pop_front() {
            let has_more = match self.share_coordinator(&key, fx) {
                Ok(StateCoordinator::At(node)) => {
                    let mut table = self.share_state_asks.table.lock();
                    let kind = table.first(&key).map(|question| question.wanted.kind());
                    if let Some(kind) = kind {
                        let line = (node, kind, Arc::clone(&key.group));
                        table.ready.entry(line).or_default().push_back(key.clone());
                        nodes.insert(node);
                    }
                    false
                }
                Ok(StateCoordinator::Here(_)) => self.ask_here_after_all(now, &key, fx),
                Err(error) => self.retry_state(now, &key, error, false, fx),
            };
            if has_more {
                keys.push_front(key);
            }
        }
        for node in nodes {
            self.ask_for_states(now, node, fx);
        }
    }

    /// The coordinator has moved to this node; `true` if another question follows.
    fn ask_here_after_all(&self, now: Now, key: &Key, fx: &mut Effects) -> bool {
        let (question, has_more) = self.share_state_asks.table.lock().pop(key);
        if let Some(question) = question {
            let request = question.wanted.request(key);
            self.ask_share_state_here(now, question.waiter, key, &request, fx);
        }
        has_more
    }

    /// Asks again later, or answers if the time is over; `true` if another question follows.
    fn retry_state(
        &self,
        now: Now,
        key: &Key,
        error: ErrorCode,
        was_sent: bool,
        fx: &mut Effects,
    ) -> bool {
        let mut table = self.share_state_asks.table.lock();
        if table.retry(now, key, was_sent) {
            fx.wake_groups_by(table.later.first().map(|(at, _)| *at));
            return false;
        }
        let failed = table
            .first(key)
            .map(|question| question.wanted.failed(error));
        drop(table);
        failed.is_some_and(|failed| self.state_answered(now, key, failed, fx))
    }

    /// Answers the first question about a state; `true` if another follows.
    fn state_answered(&self, now: Now, key: &Key, response: Response, fx: &mut Effects) -> bool {
        let (question, has_more) = self.share_state_asks.table.lock().pop(key);
        if let Some(question) = question {
            self.answer_share(now, question.waiter, response, fx);
        }
        has_more
    }

    /// Sends what is ready for a node.
    fn ask_for_states(&self, now: Now, node: BrokerId, fx: &mut Effects) {
        loop {
            let mut table = self.share_state_asks.table.lock();
            let Some((number, (_, kind, group), keys)) = table.begin(node) else {
                return;
            };
            let wanted = keys.iter().filter_map(|key| {
                let question = table.first(key)?;
                Some((key, &question.wanted))
            });
            let client = format!("broker-{}", self.me);
            let request = framed(kind, &group, wanted, &client);
            drop(table);
            let (Some(to), Ok(request)) = (self.peer(node), request) else {
                self.states_unanswered(now, number, false, fx);
                continue;
            };
            fx.asks.push(Ask {
                to,
                lane: Lane::Coordination(Errand::ShareStates),
                token: AskToken::Coordination(Errand::ShareStates, node, number),
                deadline: now.mono + self.effective.now().broker.network.request_timeout,
                request,
            });
        }
    }

    /// Takes a request out that is in flight no more.
    fn end_states(&self, number: u64) -> Option<(Kind, Vec<Key>)> {
        let mut table = self.share_state_asks.table.lock();
        let (line, keys) = table.in_flight.remove(&number)?;
        table.busy.remove(&line);
        Some((line.1, keys))
    }

    fn states_unanswered(&self, now: Now, number: u64, was_sent: bool, fx: &mut Effects) {
        let Some((_, keys)) = self.end_states(number) else {
            return;
        };
        let error = ErrorCode::COORDINATOR_NOT_AVAILABLE;
        let mut next = keys;
        next.retain(|key| self.retry_state(now, key, error, was_sent, fx));
        self.go_on_with_states(now, next, fx);
    }

    /// A coordinator has answered, or has not.
    pub(crate) fn on_share_states_answer(
        &self,
        now: Now,
        (node, number): (BrokerId, u64),
        answer: Result<Bytes, Unanswered>,
        fx: &mut Effects,
    ) {
        match answer {
            Ok(body) => self.on_states_answered(now, number, &body, fx),
            Err(_) => self.states_unanswered(now, number, true, fx),
        }
        self.ask_for_states(now, node, fx);
    }

    fn on_states_answered(&self, now: Now, number: u64, body: &[u8], fx: &mut Effects) {
        let Some((kind, keys)) = self.end_states(number) else {
            return;
        };
        let mut answers = read(kind, body).unwrap_or_default();
        let mut next = Vec::new();
        for key in &keys {
            let answer = answers.remove(&(key.topic, key.partition));
            let answer = answer.unwrap_or(Err(ErrorCode::COORDINATOR_NOT_AVAILABLE));
            let goes_on = match answer {
                Err(error) if may_pass(error) => self.retry_state(now, key, error, true, fx),
                answer => self.take_state_answer(now, key, answer, fx),
            };
            next.extend(goes_on.then(|| key.clone()));
        }
        self.go_on_with_states(now, next, fx);
    }

    /// `true` if there is something to ask about the state.
    fn take_state_answer(
        &self,
        now: Now,
        key: &Key,
        answer: Result<Option<Arc<share::ShareState>>, ErrorCode>,
        fx: &mut Effects,
    ) -> bool {
        let mut table = self.share_state_asks.table.lock();
        let question = table.by_key.get_mut(key).and_then(VecDeque::front_mut);
        let Some(response) = question.map(|question| question.wanted.answered(answer)) else {
            return false;
        };
        drop(table);
        match response {
            Some(response) => self.state_answered(now, key, response, fx),
            // It was looked first whether it is done already.
            None => true,
        }
    }
}

/// Whether another coordinator, or the same one later, may say something else.
fn may_pass(error: ErrorCode) -> bool {
    matches!(
        error,
        ErrorCode::NOT_COORDINATOR
            | ErrorCode::COORDINATOR_NOT_AVAILABLE
            | ErrorCode::COORDINATOR_LOAD_IN_PROGRESS
    )
}
