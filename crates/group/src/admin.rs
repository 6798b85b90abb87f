//! Looking at groups and removing them: DescribeGroups (15), ListGroups (16), DeleteGroups (42).

use std::borrow::Cow;
use std::collections::BTreeSet;

use model::{ErrorCode, Now};
use protocol::delete_groups_response::DeletableGroupResult;
use protocol::describe_groups_response::DescribedGroup;
use protocol::list_groups_request::ListGroupsRequest;
use protocol::list_groups_response::ListedGroup;
use statemachine::Decision;

use crate::GroupCoordinator;
use crate::coordinator::{Found, Undo};
use crate::kind::GroupKind;
use crate::logged::{Logged, LoggedGroup};
use crate::record::Record;
use crate::turn::{Decided, Reply};

/// State of a group that is not there.
const DEAD: &str = "Dead";
/// State of a group without members.
const EMPTY: &str = "Empty";

/// The first DescribeGroups that says of a missing group that it is missing (KIP-1043).
const KNOWS_GROUP_NOT_FOUND: i16 = 6;

impl GroupCoordinator {
    /// DescribeGroups (key 15, versions 0-6), one group of it: state, protocol and members.
    ///
    /// - A group that is not there, or no classic one, is Dead; from version 6 on with
    ///   GROUP_ID_NOT_FOUND.
    /// - The caller adds the operations that the client may do.
    pub fn describe_group(
        &mut self,
        now: Now,
        logged: &Logged,
        version: i16,
        group_id: &str,
    ) -> DescribedGroup<'static> {
        let missing = match self.find(now, logged, group_id) {
            Found::Classic(group, _) => return group.describe(),
            Found::Simple => {
                return DescribedGroup {
                    group_id: Cow::Owned(group_id.to_owned()),
                    group_state: Cow::Borrowed(EMPTY),
                    ..DescribedGroup::default()
                };
            }
            Found::Missing => format!("Group {group_id} not found."),
            Found::Consumer(_) | Found::Share(_) | Found::Streams(_) => {
                format!("Group {group_id} is not a classic group.")
            }
        };
        let mut dead = DescribedGroup {
            group_id: Cow::Owned(group_id.to_owned()),
            group_state: Cow::Borrowed(DEAD),
            ..DescribedGroup::default()
        };
        if version >= KNOWS_GROUP_NOT_FOUND {
            dead.error_code = ErrorCode::GROUP_ID_NOT_FOUND;
            dead.error_message = Some(Cow::Owned(missing));
        }
        dead
    }

    /// ListGroups (key 16, versions 0-5), the groups of this shard.
    ///
    /// - Filters by state (version 4, KIP-518) and kind (version 5, KIP-848) ignore case; an empty
    ///   filter lets everything through, one that names nothing known lets nothing through.
    pub fn list_groups(
        &mut self,
        now: Now,
        logged: &Logged,
        request: &ListGroupsRequest<'_>,
    ) -> Vec<ListedGroup<'static>> {
        let lower = |texts: &[Cow<'_, str>]| -> BTreeSet<String> {
            texts
                .iter()
                .map(|text| text.trim().to_lowercase())
                .collect()
        };
        let (states, kinds) = (lower(&request.states_filter), lower(&request.types_filter));
        let passes = |filter: &BTreeSet<String>, name: &str| {
            filter.is_empty() || filter.contains(&name.to_lowercase())
        };
        let mut listed = Vec::new();
        for (id, group) in logged.groups() {
            let kind = group.kind();
            if !passes(&kinds, kind.name()) {
                continue;
            }
            let (state, protocol_type) = match self.find(now, logged, id) {
                Found::Classic(group, _) => {
                    (group.phase().name(), group.protocol_type().to_owned())
                }
                Found::Consumer(group) => (group.state(), kind.protocol_type().to_owned()),
                Found::Share(group) => (group.state(), kind.protocol_type().to_owned()),
                Found::Streams(group) => (group.state(), kind.protocol_type().to_owned()),
                Found::Simple | Found::Missing => (EMPTY, String::new()),
            };
            if passes(&states, state) {
                listed.push(ListedGroup {
                    group_id: Cow::Owned(id.to_string()),
                    protocol_type: Cow::Owned(protocol_type),
                    group_state: Cow::Borrowed(state),
                    group_type: Cow::Borrowed(kind.name()),
                    ..ListedGroup::default()
                });
            }
        }
        listed
    }

    /// DeleteGroups (key 42, versions 0-3), the groups of this shard: forgets groups that have no
    /// members, with their offsets. The records may lie in several batches.
    ///
    /// Errors of a group: GROUP_ID_NOT_FOUND, NON_EMPTY_GROUP.
    pub fn delete_groups<'r>(
        &mut self,
        now: Now,
        logged: &Logged,
        group_ids: impl Iterator<Item = &'r str>,
    ) -> Decided<Vec<DeletableGroupResult<'static>>> {
        self.undo = Undo::Nothing;
        let (mut records, mut seen, mut results) = (Vec::new(), BTreeSet::new(), Vec::new());
        for id in group_ids.filter(|id| seen.insert(*id)) {
            let result = self.delete_group(now, logged, id, &mut records);
            results.push(DeletableGroupResult {
                group_id: Cow::Owned(id.to_owned()),
                error_code: result.err().unwrap_or(ErrorCode::NONE),
                ..DeletableGroupResult::default()
            });
        }
        Decision::write(records, Reply::Now(results))
    }

    fn delete_group(
        &mut self,
        now: Now,
        logged: &Logged,
        id: &str,
        records: &mut Vec<Record>,
    ) -> Result<(), ErrorCode> {
        if let Some(group) = logged.share_group(id).filter(|group| group.is_empty()) {
            self.delete_share_states(id, group);
            let tombstones = group.tombstones().into_iter();
            records.extend(tombstones.map(|change| Record::share(id, change)));
            return Ok(());
        }
        match self.find(now, logged, id) {
            Found::Missing => return Err(ErrorCode::GROUP_ID_NOT_FOUND),
            // It has members.
            Found::Share(_) => return Err(ErrorCode::NON_EMPTY_GROUP),
            Found::Classic(group, _) if !group.is_empty() => {
                return Err(ErrorCode::NON_EMPTY_GROUP);
            }
            Found::Consumer(group) if !group.is_empty() => {
                return Err(ErrorCode::NON_EMPTY_GROUP);
            }
            Found::Streams(group) if !group.is_empty() => {
                return Err(ErrorCode::NON_EMPTY_GROUP);
            }
            Found::Streams(group) => {
                logged.offsets().forget_group(id, records);
                let tombstones = group.tombstones().into_iter();
                records.extend(tombstones.map(|change| Record::streams(id, change)));
                return Ok(());
            }
            Found::Consumer(group) => {
                logged.offsets().forget_group(id, records);
                let tombstones = group.tombstones().into_iter();
                records.extend(tombstones.map(|change| Record::consumer(id, change)));
                return Ok(());
            }
            Found::Classic(..) | Found::Simple => {}
        }
        logged.offsets().forget_group(id, records);
        records.push(Record::classic_tombstone(id));
        self.drop_classic(id);
        Ok(())
    }
}

impl LoggedGroup {
    fn kind(&self) -> GroupKind {
        match self {
            Self::Simple | Self::Classic(_) => GroupKind::Classic,
            Self::Consumer(_) => GroupKind::Consumer,
            Self::Share(_) => GroupKind::Share,
            Self::Streams(_) => GroupKind::Streams,
        }
    }
}
