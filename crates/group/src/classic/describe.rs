//! How a classic group is shown to administrators.

use std::borrow::Cow;

use protocol::describe_groups_response::{DescribedGroup, DescribedGroupMember};

use super::{ClassicGroup, Member, Phase};

fn owned(text: &str) -> Cow<'static, str> {
    Cow::Owned(text.to_owned())
}

impl ClassicGroup {
    /// The group with its members; what they subscribe to is shown of a stable group only.
    pub(crate) fn describe(&self) -> DescribedGroup<'static> {
        let protocol = match self.phase {
            Phase::Stable { .. } => self.protocol.as_deref(),
            _ => None,
        };
        DescribedGroup {
            group_id: owned(&self.id),
            group_state: Cow::Borrowed(self.phase.name()),
            protocol_type: owned(self.protocol_type()),
            protocol_data: owned(protocol.unwrap_or("")),
            members: self
                .members
                .iter()
                .map(|member| describe(member, protocol))
                .collect(),
            ..DescribedGroup::default()
        }
    }
}

fn describe(member: &Member, protocol: Option<&str>) -> DescribedGroupMember<'static> {
    DescribedGroupMember {
        member_id: owned(&member.id),
        group_instance_id: member.instance_id.as_deref().map(owned),
        client_id: owned(&member.client_id),
        client_host: owned(&member.client_host),
        member_metadata: protocol.map_or(Cow::Borrowed(&[][..]), |name| {
            Cow::Owned(member.metadata(name).to_vec())
        }),
        member_assignment: Cow::Owned(member.assignment.to_vec()),
        ..DescribedGroupMember::default()
    }
}
