//! What holds of every assignment, and what becomes of groups that change.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::tasks::{MemberId, Tasks, count};
use super::{GroupSpec, MemberSpec, SubtopologySpec, TaskOffsets, assign};

/// Members with their processes, subtopologies with their tasks and whether they have state.
struct Application {
    members: Vec<(&'static str, &'static str)>,
    subtopologies: Vec<(&'static str, i32, bool)>,
    standbys: usize,
}

impl Application {
    fn assign(&self, before: &BTreeMap<MemberId, Tasks>) -> BTreeMap<MemberId, Tasks> {
        self.assign_with(before, &BTreeMap::new())
    }

    fn assign_with(
        &self,
        before: &BTreeMap<MemberId, Tasks>,
        offsets: &BTreeMap<&str, TaskOffsets>,
    ) -> BTreeMap<MemberId, Tasks> {
        let (nothing, none) = (Tasks::default(), TaskOffsets::new());
        let members = self.members.iter().map(|(id, process_id)| {
            let had = before.get(*id).unwrap_or(&nothing);
            let spec = MemberSpec {
                process_id,
                active: &had.active,
                standby: &had.standby,
                offsets: offsets.get(id).unwrap_or(&none),
            };
            (Arc::from(*id), spec)
        });
        let specs = self.subtopologies.iter().map(|(id, tasks, is_stateful)| {
            let spec = SubtopologySpec {
                tasks: *tasks,
                is_stateful: *is_stateful,
            };
            (Arc::from(*id), spec)
        });
        assign(&GroupSpec {
            members: members.collect(),
            subtopologies: specs.collect(),
            standby_replicas: self.standbys,
        })
    }
}

fn show(targets: &BTreeMap<MemberId, Tasks>) -> String {
    let lines = targets.iter().map(|(id, tasks)| {
        let list = |tasks: &BTreeMap<Arc<str>, BTreeSet<i32>>| {
            let all = tasks.iter();
            let all = all.flat_map(|(id, set)| set.iter().map(move |p| format!("{id}_{p}")));
            all.collect::<Vec<_>>().join(" ")
        };
        let (active, standby) = (list(&tasks.active), list(&tasks.standby));
        format!("{id}: {active} / {standby}\n")
    });
    lines.collect()
}

#[test]
fn a_new_group_has_neighbouring_partitions_of_each_subtopology() {
    let application = Application {
        members: vec![("a", "p"), ("b", "q")],
        subtopologies: vec![("0", 4, false), ("1", 2, true)],
        standbys: 1,
    };
    let targets = application.assign(&BTreeMap::new());
    assert_eq!(
        show(&targets),
        "a: 0_0 0_2 1_0 / 1_1\nb: 0_1 0_3 1_1 / 1_0\n"
    );
    assert_eq!(application.assign(&targets), targets, "nothing moves");
}

#[test]
fn the_standby_takes_over_from_a_member_that_has_left() {
    let mut application = Application {
        members: vec![("a", "p"), ("b", "q"), ("c", "r")],
        subtopologies: vec![("0", 3, true)],
        standbys: 1,
    };
    let before = application.assign(&BTreeMap::new());
    let lost: Vec<i32> = before["c"].active["0"].iter().copied().collect();
    application.members.pop();
    let after = application.assign(&before);
    for partition in lost {
        let stood_by = before.iter().find(|(_, tasks)| {
            tasks
                .standby
                .get("0")
                .is_some_and(|set| set.contains(&partition))
        });
        let (heir, _) = stood_by.expect("a task with state is on standby");
        assert!(
            after[heir].active["0"].contains(&partition),
            "{}",
            show(&after)
        );
    }
}

#[test]
fn who_has_most_of_the_state_on_its_disk_gets_the_task() {
    let application = Application {
        members: vec![("a", "p"), ("b", "q")],
        subtopologies: vec![("0", 2, true)],
        standbys: 0,
    };
    let offsets = |of: &[(i32, i64)]| {
        let offsets: BTreeMap<i32, i64> = of.iter().copied().collect();
        TaskOffsets::from([(Arc::from("0"), offsets)])
    };
    let reported = BTreeMap::from([
        ("a", offsets(&[(0, 5), (1, 100), (7, 1), (-1, 1)])),
        ("b", offsets(&[(0, 90), (1, 6)])),
    ]);
    let targets = application.assign_with(&BTreeMap::new(), &reported);
    assert_eq!(show(&targets), "a: 0_1 / \nb: 0_0 / \n");
}

#[test]
fn members_of_one_process_do_not_stand_by_for_each_other() {
    let application = Application {
        members: vec![("a", "p"), ("b", "p")],
        subtopologies: vec![("0", 4, true)],
        standbys: 2,
    };
    let targets = application.assign(&BTreeMap::new());
    assert_eq!(
        targets
            .values()
            .map(|tasks| count(&tasks.standby))
            .sum::<usize>(),
        0
    );
    assert_eq!(count(&targets["a"].active), 2);
}

#[test]
fn a_group_without_members_has_no_target() {
    let application = Application {
        members: Vec::new(),
        subtopologies: vec![("0", 4, true)],
        standbys: 1,
    };
    assert!(application.assign(&BTreeMap::new()).is_empty());
}
