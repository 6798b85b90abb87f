//! A streams group under random members, against what members must be able to rely on.
//!
//! - No task is active at two members, nor given to one while another has not given it up.
//! - No two members of one process have the same task, in whatever role.
//! - Once everybody is heard of, every task is active at exactly one member, and standby at another process if there is one.
//! - When everybody is gone, no timer is left behind.

use std::collections::{BTreeMap, BTreeSet};

use model::ErrorCode;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use protocol::streams_group_heartbeat_response::{StreamsGroupHeartbeatResponse, TaskIds};

use crate::story::{Part, Story, StreamsBeat, lives, runs};
use crate::{HeldTasks, Response, StreamsAssignment};

const MEMBERS: [&str; 5] = ["a", "b", "c", "d", "e"];
/// Some share a process, and so its disk.
const PROCESSES: [&str; 5] = ["p", "p", "q", "q", "r"];
const PARTS: &[Part<'_>] = &[("0", &["t"], &["c"]), ("1", &["u"], &[])];

#[derive(Clone, Debug)]
enum Op {
    Beat(usize),
    /// A heartbeat whose answer is lost.
    Lose(usize),
    Leave(usize),
    Wait(u64),
    /// The log refuses the records of a heartbeat.
    Refuse(usize),
    /// The topics have so many partitions.
    Topics(i32, i32),
    Standbys(usize),
    Restart,
}

fn op() -> impl Strategy<Value = Op> {
    let member = || 0..MEMBERS.len();
    prop_oneof![
        20 => member().prop_map(Op::Beat),
        2 => member().prop_map(Op::Lose),
        2 => member().prop_map(Op::Leave),
        2 => (1..20_000_u64).prop_map(Op::Wait),
        1 => member().prop_map(Op::Refuse),
        1 => (1..5_i32, 1..4_i32).prop_map(|(t, u)| Op::Topics(t, u)),
        1 => (0..2_usize).prop_map(Op::Standbys),
        1 => Just(Op::Restart),
    ]
}

/// What a member knows.
#[derive(Clone, Debug, Default)]
struct Member {
    /// 0 until it has joined.
    epoch: i32,
    /// What it has, as the story writes it.
    owned: BTreeSet<String>,
}

struct Model {
    story: Story,
    members: Vec<Member>,
    /// Partitions of the topics.
    counts: (i32, i32),
}

impl Model {
    fn new() -> Self {
        let mut model = Self {
            story: Story::new(),
            members: vec![Member::default(); MEMBERS.len()],
            counts: (3, 2),
        };
        model.set_topics();
        model
    }

    fn set_topics(&mut self) {
        let (t, u) = self.counts;
        self.story.topics(&[("t", t), ("u", u), ("c", t)]);
    }

    fn apply(&mut self, op: &Op) {
        match op {
            Op::Beat(at) => self.beat(*at, true),
            Op::Lose(at) => self.beat(*at, false),
            Op::Leave(at) => {
                self.story.run(&lives(MEMBERS[*at], -1));
                self.members[*at] = Member::default();
            }
            Op::Wait(ms) => self.story.wait(*ms),
            Op::Refuse(at) => {
                self.story.refusal = Some(ErrorCode::NOT_ENOUGH_REPLICAS);
                self.beat(*at, false);
                self.story.refusal = None;
            }
            Op::Topics(t, u) => {
                // Partitions do not become fewer.
                self.counts = (self.counts.0.max(*t), self.counts.1.max(*u));
                self.set_topics();
            }
            Op::Standbys(replicas) => self.story.streams_limits.standby_replicas = *replicas,
            Op::Restart => self.story.restart(),
        }
        drop(self.story.take_answers());
        self.check();
    }

    fn beat(&mut self, at: usize, hears: bool) {
        let member = self.members[at].clone();
        let owned: Vec<&str> = member.owned.iter().map(String::as_str).collect();
        let beat = match member.epoch {
            0 => StreamsBeat {
                process: Some(PROCESSES[at]),
                ..runs(MEMBERS[at], PARTS)
            },
            epoch => StreamsBeat {
                owned: Some(&owned),
                ..lives(MEMBERS[at], epoch)
            },
        };
        drop(self.story.take_answers());
        self.story.run(&beat);
        let answers = self.story.take_answers();
        let answered = answers.iter().rev().find(|(name, _)| name == MEMBERS[at]);
        let Some((_, Response::StreamsGroupHeartbeat(heard))) = answered else {
            panic!("a heartbeat is answered at once: {answers:?}")
        };
        if hears {
            self.hear(at, heard);
        }
    }

    fn hear(&mut self, at: usize, heard: &StreamsGroupHeartbeatResponse<'_>) {
        let member = &mut self.members[at];
        match heard.error_code {
            ErrorCode::NONE => {
                member.epoch = heard.member_epoch;
                if let Some(active) = &heard.active_tasks {
                    member.owned = names("", active);
                    let standby = heard.standby_tasks.as_deref().unwrap_or(&[]);
                    member.owned.extend(names("~", standby));
                }
            }
            ErrorCode::FENCED_MEMBER_EPOCH | ErrorCode::UNKNOWN_MEMBER_ID => {
                *member = Member::default();
            }
            ErrorCode::GROUP_ID_NOT_FOUND => *member = Member::default(),
            other => panic!("{other}"),
        }
    }

    fn check(&self) {
        let group = self
            .story
            .shard
            .logged()
            .expect("active")
            .streams_group("g");
        let mut active = BTreeSet::new();
        let mut held: BTreeMap<(&str, String), &str> = BTreeMap::new();
        for (id, current) in group.into_iter().flat_map(|group| group.assignments()) {
            let at = MEMBERS.iter().position(|known| **known == **id);
            let process = PROCESSES[at.expect("a known member")];
            for task in tasks_of(current, true) {
                assert!(
                    active.insert(task.clone()),
                    "{task} is active twice: {group:?}"
                );
            }
            let all = tasks_of(current, true).into_iter();
            for task in all.chain(tasks_of(current, false)) {
                let other = held.insert((process, task.clone()), MEMBERS[at.expect("known")]);
                assert!(
                    other.is_none_or(|other| *other == **id),
                    "{task} is twice in {process}: {group:?}"
                );
            }
        }
    }

    /// Everybody is heard of until nothing changes any more.
    fn heal(&mut self) {
        for _ in 0..12 {
            for at in 0..MEMBERS.len() {
                self.beat(at, true);
                self.check();
            }
        }
        let (t, u) = self.counts;
        let wanted: BTreeSet<String> = (0..t)
            .map(|p| format!("0_{p}"))
            .chain((0..u).map(|p| format!("1_{p}")))
            .collect();
        let owned: Vec<&String> = self
            .members
            .iter()
            .flat_map(|member| &member.owned)
            .collect();
        let (standby, active): (Vec<&String>, Vec<&String>) =
            owned.into_iter().partition(|task| task.starts_with('~'));
        assert_eq!(active.len(), wanted.len(), "{active:?}");
        assert_eq!(active.into_iter().cloned().collect::<BTreeSet<_>>(), wanted);
        let replicas = self.story.streams_limits.standby_replicas;
        let stateful = usize::try_from(t).expect("few");
        assert_eq!(standby.len(), stateful * replicas, "{standby:?}");
    }

    fn end(&mut self) {
        for member in MEMBERS {
            self.story.run(&lives(member, -1));
        }
        self.story.wait(45_000);
        self.story.wait(45_000);
        assert_eq!(self.story.shard.coordinator().timer_count(), 1);
    }
}

fn tasks_of(current: &StreamsAssignment, is_active: bool) -> Vec<String> {
    let names = |held: &HeldTasks| -> Vec<String> {
        if is_active {
            let all = held.active.iter();
            let all = all.flat_map(|(id, set)| set.keys().map(move |p| format!("{id}_{p}")));
            return all.collect();
        }
        let all = held.standby.iter().chain(&held.warmup);
        let all = all.flat_map(|(id, set)| set.iter().map(move |p| format!("{id}_{p}")));
        all.collect()
    };
    let mut all = names(&current.assigned);
    all.extend(names(&current.revoking));
    all
}

fn names(role: &str, tasks: &[TaskIds<'_>]) -> BTreeSet<String> {
    let tasks = tasks.iter().flat_map(|ids| {
        let partitions = ids.partitions.iter();
        partitions.map(move |p| format!("{role}{}_{p}", ids.subtopology_id))
    });
    tasks.collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150,
        rng_seed: RngSeed::Fixed(2_026),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn members_can_rely_on_a_streams_group(ops in prop::collection::vec(op(), 1..60)) {
        let mut model = Model::new();
        for op in &ops {
            model.apply(op);
        }
        model.heal();
        model.end();
    }
}
