//! A shard under random clients, against what such clients must be able to rely on.
//!
//! - No partition is given to two clients in one generation.
//! - A commit that was acknowledged is what everybody fetches, also after a restart; one that was
//!   refused left no trace.
//! - Every request is answered once, at the latest when the leadership ends.
//! - When everybody is gone, no timer is left behind.

use std::borrow::Cow;
use std::collections::BTreeMap;

use model::ErrorCode;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use protocol::join_group_response::JoinGroupResponse;
use protocol::sync_group_request::{SyncGroupRequest, SyncGroupRequestAssignment};

use crate::story::{Join, Story, commit_request, join};
use crate::{Request, Response, Settings};

const CLIENTS: [&str; 4] = ["a", "b", "c", "d"];
const PARTITIONS: u8 = 6;

#[derive(Clone, Debug)]
enum Op {
    Join(usize),
    Sync(usize),
    Heartbeat(usize),
    Leave(usize),
    Commit(usize, i64),
    /// The client does not wait for its answer any longer, and will not see it.
    GiveUp(usize),
    Wait(u64),
    /// The log refuses records while this client asks for something.
    Refused(Box<Op>),
    Restart,
    Lag,
    CatchUp,
}

fn op() -> impl Strategy<Value = Op> {
    let client = || 0..CLIENTS.len();
    let request = prop_oneof![
        6 => client().prop_map(Op::Join),
        6 => client().prop_map(Op::Sync),
        4 => client().prop_map(Op::Heartbeat),
        1 => client().prop_map(Op::Leave),
        3 => (client(), 0..1_000_i64).prop_map(|(client, offset)| Op::Commit(client, offset)),
    ];
    prop_oneof![
        20 => request.clone(),
        2 => client().prop_map(Op::GiveUp),
        4 => (1..4_000_u64).prop_map(Op::Wait),
        1 => (8_000..70_000_u64).prop_map(Op::Wait),
        1 => request.prop_map(|op| Op::Refused(Box::new(op))),
        1 => Just(Op::Restart),
        1 => Just(Op::Lag),
        2 => Just(Op::CatchUp),
    ]
}

/// What a client knows.
#[derive(Clone, Debug, Default)]
struct Client {
    member: String,
    generation: i32,
    /// Those to whom it has to assign, if it leads.
    members: Vec<String>,
    /// Whether it waits for an answer, as real clients do before they go on.
    busy: bool,
    /// Counts the answers for which it did not wait.
    given_up: usize,
}

struct World {
    story: Story,
    clients: Vec<Client>,
    /// Which member a partition was given to in a generation.
    owners: BTreeMap<(i32, u8), String>,
    /// The offset that was acknowledged last, -1 for none.
    committed: i64,
    /// Offsets of which only the next coordinator can say whether they were committed.
    unknown: Vec<i64>,
}

impl World {
    fn new() -> Self {
        Self {
            story: Story::with(Settings {
                max_group_size: 3,
                ..Settings::default()
            }),
            clients: vec![Client::default(); CLIENTS.len()],
            owners: BTreeMap::new(),
            committed: -1,
            unknown: Vec::new(),
        }
    }

    fn apply(&mut self, op: &Op) {
        match op {
            Op::Join(c) => self.ask(*c, |story, name, client| {
                story.join(
                    name,
                    Join {
                        member: client.member.clone(),
                        ..join(CLIENTS[*c], "")
                    },
                );
            }),
            Op::Sync(c) => self.ask(*c, sync),
            Op::Heartbeat(c) => self.ask(*c, |story, name, client| {
                story.heartbeat_of(name, client.generation, &client.member);
            }),
            Op::Leave(c) => self.ask(*c, |story, name, client| {
                story.leave_of(name, std::mem::take(&mut client.member));
            }),
            Op::Commit(c, offset) => self.ask(*c, |story, name, client| {
                let mut request = commit_request(client.generation, "", &[("t", *offset)]);
                request.member_id = Cow::Owned(client.member.clone());
                let name = format!("{name} {offset}");
                story.request(
                    &name,
                    &Request::OffsetCommit {
                        version: 9,
                        request: &request,
                    },
                );
            }),
            Op::GiveUp(c) => {
                let client = &mut self.clients[*c];
                client.given_up += usize::from(std::mem::take(&mut client.busy));
            }
            Op::Wait(ms) => self.story.wait(*ms),
            Op::Refused(op) => {
                self.story.refusal = Some(ErrorCode::NOT_ENOUGH_REPLICAS);
                self.apply(op);
                self.story.refusal = None;
            }
            Op::Restart => {
                self.story.stop();
                self.listen();
                assert_eq!(self.story.unanswered(), 0);
                self.story.restart();
                self.check_committed();
            }
            Op::Lag => self.story.replicas_lag = true,
            Op::CatchUp => self.story.catch_up(),
        }
        self.listen();
    }

    fn ask(&mut self, c: usize, ask: impl FnOnce(&mut Story, &str, &mut Client)) {
        if !std::mem::replace(&mut self.clients[c].busy, true) {
            let name = format!("{c} {}", self.clients[c].given_up);
            ask(&mut self.story, &name, &mut self.clients[c]);
        }
    }

    fn listen(&mut self) {
        for (name, response) in self.story.take_answers() {
            // Who asked, how often it had given up then, and the offset that it commits.
            let parts: Vec<_> = name
                .split(' ')
                .map(|part| part.parse::<usize>().expect("a number"))
                .collect();
            if let Response::OffsetCommit(answer) = &response {
                self.hear_commit(parts[2] as i64, answer.topics[0].partitions[0].error_code);
            }
            if self.clients[parts[0]].given_up == parts[1] {
                self.clients[parts[0]].busy = false;
                self.hear(parts[0], response);
            }
        }
    }

    fn hear_commit(&mut self, offset: i64, error: ErrorCode) {
        match error {
            ErrorCode::NONE => self.committed = offset,
            ErrorCode::NOT_COORDINATOR => self.unknown.push(offset),
            _ => {}
        }
    }

    fn hear(&mut self, c: usize, response: Response) {
        let client = &mut self.clients[c];
        match response {
            Response::JoinGroup(answer) => client.hear_join(answer),
            Response::SyncGroup(answer) if answer.error_code.is_none() => {
                for partition in answer.assignment.iter() {
                    let place = (client.generation, *partition);
                    let owner = self.owners.entry(place).or_insert(client.member.clone());
                    assert_eq!(*owner, client.member, "two owners of {place:?}");
                }
            }
            Response::SyncGroup(answer) => client.hear_error(answer.error_code),
            Response::Heartbeat(answer) => client.hear_error(answer.error_code),
            Response::OffsetCommit(answer) => {
                client.hear_error(answer.topics[0].partitions[0].error_code);
            }
            _ => {}
        }
    }

    fn check_committed(&mut self) {
        self.story.fetch("reader", Some(&["t"]));
        for (name, response) in self.story.take_answers() {
            assert_eq!(name, "reader");
            let Response::OffsetFetch(fetched) = response else {
                panic!("it fetched")
            };
            let offset = fetched.topics[0].partitions[0].committed_offset;
            assert!(
                offset == self.committed || self.unknown.contains(&offset),
                "{offset}"
            );
            self.committed = offset;
            self.unknown.clear();
        }
    }

    /// All members go; what remains is what an empty group needs.
    fn end(&mut self) {
        self.story.catch_up();
        self.listen();
        self.story.wait(400_000);
        self.listen();
        assert_eq!(self.story.unanswered(), 0, "a join waits for ever");
        self.check_committed();
        self.story.request("reader", &Request::DeleteGroups(&["g"]));
        self.story.take_answers();
        let coordinator = self.story.shard.coordinator();
        assert_eq!(coordinator.timer_count(), 1, "only that of expiry is left");
    }
}

impl Client {
    fn hear_join(&mut self, answer: JoinGroupResponse<'static>) {
        match answer.error_code {
            ErrorCode::NONE => {
                self.generation = answer.generation_id;
                self.members = answer
                    .members
                    .iter()
                    .map(|m| m.member_id.to_string())
                    .collect();
                assert_eq!(answer.leader == answer.member_id, !self.members.is_empty());
                assert!(self.members.len() <= 3, "the group is full with three");
            }
            ErrorCode::MEMBER_ID_REQUIRED => {}
            error => return self.hear_error(error),
        }
        self.member = answer.member_id.into_owned();
    }

    fn hear_error(&mut self, error: ErrorCode) {
        if error == ErrorCode::UNKNOWN_MEMBER_ID {
            self.member.clear();
        }
    }
}

/// The leader deals all partitions out, one by one.
fn sync(story: &mut Story, name: &str, client: &mut Client) {
    let mut dealt = vec![Vec::new(); client.members.len()];
    for partition in 0..PARTITIONS {
        let hands = dealt.len().max(1);
        if let Some(hand) = dealt.get_mut(usize::from(partition) % hands) {
            hand.push(partition);
        }
    }
    let assignments = client
        .members
        .iter()
        .zip(dealt)
        .map(|(member, partitions)| SyncGroupRequestAssignment {
            member_id: Cow::Owned(member.clone()),
            assignment: Cow::Owned(partitions),
            ..SyncGroupRequestAssignment::default()
        });
    let request = SyncGroupRequest {
        group_id: Cow::Borrowed("g"),
        generation_id: client.generation,
        member_id: Cow::Owned(client.member.clone()),
        assignments: assignments.collect(),
        ..SyncGroupRequest::default()
    };
    let image = story.image.clone();
    story.request(
        name,
        &Request::SyncGroup {
            version: 3,
            image: &image,
            request: &request,
        },
    );
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        rng_seed: RngSeed::Fixed(848),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn random_clients_can_rely_on_the_group(ops in prop::collection::vec(op(), 1..150)) {
        let mut world = World::new();
        for op in &ops {
            world.apply(op);
        }
        world.end();
    }
}
