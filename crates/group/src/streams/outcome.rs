//! What a heartbeat is answered besides the member's epoch.

use std::borrow::Cow;
use std::sync::Arc;

use protocol::streams_group_heartbeat_response::{EndpointToPartitions, Status};

use super::StreamsMember;
use super::draft::Draft;
use super::request::Beat;
use super::topology::{Configured, InternalTopic};

const STALE_TOPOLOGY: i8 = 0;
const SHUTDOWN_APPLICATION: i8 = 4;
pub(super) const ASSIGNMENT_DELAYED: i8 = 5;
const MISSING_CLIENT_TAGS: i8 = 6;

/// The first version whose members know of tags that they lack.
const KNOWS_TAGS: i16 = 1;

/// What came out of a heartbeat.
#[derive(Default)]
pub(super) struct Outcome {
    /// The member, before its heartbeat.
    pub(super) before: StreamsMember,
    pub(super) has_other_tasks: bool,
    pub(super) statuses: Vec<Status<'static>>,
    pub(super) endpoint_epoch: i32,
    pub(super) endpoints: Option<Vec<EndpointToPartitions<'static>>>,
    pub(super) topics: Vec<InternalTopic>,
}

impl Outcome {
    pub(super) fn push(&mut self, code: i8, detail: impl Into<String>) {
        self.statuses.push(Status {
            status_code: code,
            status_detail: Cow::Owned(detail.into()),
            ..Status::default()
        });
    }

    /// The member runs an older topology than the group.
    pub(super) fn note_stale(&mut self, draft: &Draft<'_>, id: &Arc<str>) {
        let Some(topology) = &draft.group.topology else {
            return;
        };
        let (has, newest) = (draft.member(id).metadata.topology_epoch, topology.epoch);
        if has < newest {
            self.push(
                STALE_TOPOLOGY,
                format!(
                    "The member's topology epoch {has} is behind the group's topology epoch {newest}."
                ),
            );
        }
    }

    /// How the topology fits the topics of the cluster.
    pub(super) fn note_topics(&mut self, configured: &Configured) {
        if let Some(problem) = &configured.problem {
            self.push(problem.code(), problem.detail());
            self.topics = configured.to_create.values().cloned().collect();
        }
    }

    /// A member asks all to end.
    pub(super) fn note_shutdown(&mut self, asked_by: Option<&Arc<str>>) {
        if let Some(id) = asked_by {
            self.push(
                SHUTDOWN_APPLICATION,
                format!(
                    "Streams group member {id} encountered a fatal error and requested a shutdown for the entire \
                     application."
                ),
            );
        }
    }

    /// The member lacks tags by which standby tasks are spread.
    pub(super) fn note_tags(&mut self, draft: &Draft<'_>, id: &Arc<str>, beat: &Beat<'_>) {
        if beat.caller.version < KNOWS_TAGS {
            return;
        }
        let member = draft.member(id);
        let tags = beat.limits.rack_aware_tags.iter();
        let missing = tags.filter(|tag| !member.metadata.client_tags.contains_key(tag.as_str()));
        let missing: Vec<&str> = missing.map(String::as_str).collect();
        if !missing.is_empty() {
            self.push(
                MISSING_CLIENT_TAGS,
                format!(
                    "Missing required client tags for rack-aware standby assignment: [{}]. Configure them via \
                     'client.tag.<tagKey>' in your Streams config.",
                    missing.join(", ")
                ),
            );
        }
    }
}
