//! What a heartbeat is answered besides the member's epoch.

use std::borrow::Cow;
use std::sync::Arc;

use protocol::streams_group_heartbeat_response::{EndpointToPartitions, Status};

use super::StreamsMember;
use super::draft::Draft;
use super::heartbeat::TopicCreation;
use super::request::Beat;
use super::topology::{Configured, InternalTopic};

const STALE_TOPOLOGY: i8 = 0;
const SHUTDOWN_APPLICATION: i8 = 4;
pub(super) const ASSIGNMENT_DELAYED: i8 = 5;
const MISSING_CLIENT_TAGS: i8 = 6;

/// The first version whose members know of tags that they lack.
const KNOWS_TAGS: i16 = 1;

/// How many topics that were refused a status lists.
const MAX_REFUSED_NAMED: usize = 3;

/// What came out of a heartbeat.
#[derive(Default)]
pub(super) struct Outcome {
    /// The member, before its heartbeat.
    pub(super) before: Arc<StreamsMember>,
    pub(super) has_other_tasks: bool,
    pub(super) statuses: Vec<Status<'static>>,
    pub(super) endpoint_epoch: i32,
    pub(super) endpoints: Option<Vec<EndpointToPartitions<'static>>>,
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

    /// How the topology fits the topics of the cluster; the topics that are to be created.
    pub(super) fn note_topics<'c>(
        &mut self,
        configured: &'c Configured,
        creation: &'c TopicCreation<'_>,
    ) -> impl Iterator<Item = InternalTopic> + use<'c> {
        let missing = &configured.to_create;
        if let Some(problem) = &configured.problem {
            let mut detail = problem.detail().to_owned();
            if !creation.is_allowed && !missing.is_empty() {
                let names: Vec<&str> = missing.keys().map(|name| &**name).collect();
                let names = names.join(", ");
                detail = format!("{detail}; Unauthorized to CREATE on topics {names}.");
            } else if let Some(why) = refused(configured, creation) {
                detail = format!("{detail}; Creation failed: {why}.");
            }
            self.push(problem.code(), detail);
        }
        let is_due = |name: &str| creation.is_allowed && !creation.refused.contains_key(name);
        let due = missing.values().filter(move |topic| is_due(&topic.name));
        due.cloned()
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

/// Why topics that the group lacks were refused.
fn refused(configured: &Configured, creation: &TopicCreation<'_>) -> Option<String> {
    let missing = configured.to_create.keys();
    let refused = missing.filter_map(|name| Some((name, creation.refused.get(&**name)?)));
    let named: Vec<String> = refused
        .map(|(name, why)| format!("{name} ({why})"))
        .collect();
    let more = named.len().saturating_sub(MAX_REFUSED_NAMED);
    let listed = named[..named.len() - more].join(", ");
    match (named.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(listed),
        (false, more) => Some(format!("{listed} and {more} more")),
    }
}
