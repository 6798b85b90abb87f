//! Records and answers of streams groups.

use std::fmt::Write as _;

use protocol::streams_group_describe_response::{Assignment, DescribedGroup};
use protocol::streams_group_heartbeat_response::StreamsGroupHeartbeatResponse;

use crate::{HeldTasks, StreamsChange, StreamsMemberState, TaskSet, Tasks};

fn show_set(role: &str, tasks: &TaskSet) -> String {
    let tasks = tasks
        .iter()
        .flat_map(|(id, partitions)| partitions.iter().map(move |p| format!(" {role}{id}_{p}")));
    tasks.collect()
}

fn show_tasks(tasks: &Tasks) -> String {
    show_set("", &tasks.active) + &show_set("~", &tasks.standby) + &show_set("^", &tasks.warmup)
}

fn show_held(held: &HeldTasks) -> String {
    let active = held.active.iter().flat_map(|(id, partitions)| {
        let partitions = partitions.iter();
        partitions.map(move |(partition, epoch)| format!(" {id}_{partition}@{epoch}"))
    });
    active.collect::<String>() + &show_set("~", &held.standby) + &show_set("^", &held.warmup)
}

pub(crate) fn show_change(change: &StreamsChange) -> String {
    match change {
        StreamsChange::Group(Some(group)) => format!(
            "epoch {} topology {}",
            group.epoch, group.validated_topology_epoch
        ),
        StreamsChange::Member(id, Some(member)) => format!("member {id} in {}", member.process_id),
        StreamsChange::TargetEpoch(Some((epoch, _))) => format!("target epoch {epoch}"),
        StreamsChange::Target(id, Some(target)) => format!("target {id}{}", show_tasks(target)),
        StreamsChange::Current(id, Some(current)) => {
            let held = show_held(&current.assigned);
            let how = match current.state {
                StreamsMemberState::Stable => "has".to_owned(),
                StreamsMemberState::Unrevoked => {
                    format!("gives up{}, has", show_held(&current.revoking))
                }
                StreamsMemberState::Unreleased => "waits, has".to_owned(),
                StreamsMemberState::Unknown => "unknown".to_owned(),
            };
            format!("current {id}@{} {how}{held}", current.epoch)
        }
        StreamsChange::Topology(Some(topology)) => format!("topology {}", topology.epoch),
        StreamsChange::Group(None) => "group gone".to_owned(),
        StreamsChange::Member(id, None) => format!("member {id} gone"),
        StreamsChange::TargetEpoch(None) => "target epoch gone".to_owned(),
        StreamsChange::Target(id, None) => format!("target {id} gone"),
        StreamsChange::Current(id, None) => format!("current {id} gone"),
        StreamsChange::Topology(None) => "topology gone".to_owned(),
    }
}

pub(crate) fn show_heard(r: &StreamsGroupHeartbeatResponse<'_>) -> String {
    if !r.error_code.is_none() {
        return r.error_code.to_string();
    }
    let mut line = format!("epoch {}", r.member_epoch);
    if let Some(active) = &r.active_tasks {
        line.push(':');
        let roles = [
            ("", Some(active)),
            ("~", r.standby_tasks.as_ref()),
            ("^", r.warmup_tasks.as_ref()),
        ];
        for (role, tasks) in roles {
            for ids in tasks.into_iter().flatten() {
                for partition in &ids.partitions {
                    write!(line, " {role}{}_{partition}", ids.subtopology_id).expect("text");
                }
            }
        }
    }
    for status in r.status.iter().flatten() {
        write!(line, " [{}]", status.status_code).expect("text");
    }
    for behind in r.partitions_by_user_endpoint.iter().flatten() {
        let endpoint = &behind.user_endpoint;
        write!(line, " {}:{}", endpoint.host, endpoint.port).expect("text");
        for (role, read) in [
            ("", &behind.active_partitions),
            ("~", &behind.standby_partitions),
        ] {
            for read in read {
                for partition in &read.partitions {
                    write!(line, " {role}{}-{partition}", read.topic).expect("text");
                }
            }
        }
    }
    line
}

pub(crate) fn show_described(r: &DescribedGroup<'_>) -> String {
    let of = |assignment: &Assignment<'_>| {
        let roles = [
            ("", &assignment.active_tasks),
            ("~", &assignment.standby_tasks),
            ("^", &assignment.warmup_tasks),
        ];
        let tasks = roles.into_iter().flat_map(|(role, tasks)| {
            tasks.iter().flat_map(move |ids| {
                let partitions = ids.partitions.iter();
                partitions.map(move |p| format!(" {role}{}_{p}", ids.subtopology_id))
            })
        });
        tasks.collect::<String>()
    };
    let members = r.members.iter().map(|m| {
        let (has, target) = (of(&m.assignment), of(&m.target_assignment));
        format!(" {}@{}{has} ->{target};", m.member_id, m.member_epoch)
    });
    let topology = r.topology.as_ref().map_or(-1, |topology| topology.epoch);
    format!(
        "describe {} {} {}/{} topology {topology}:{}",
        r.error_code,
        r.group_state,
        r.group_epoch,
        r.assignment_epoch,
        members.collect::<String>()
    )
}
