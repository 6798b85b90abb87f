//! What the members of a consumer group are subscribed to, as far as the coordinator looks: offsets
//! of these topics are kept while the group lives.

use std::collections::BTreeSet;

use protocol::consumer_protocol_subscription::ConsumerProtocolSubscription;
use protocol::{Message, Reader};

use super::{CONSUMER_PROTOCOL_TYPE, ClassicGroup};

impl ClassicGroup {
    pub(crate) fn uses_consumer_protocol(&self) -> bool {
        self.protocol_type.as_deref() == Some(CONSUMER_PROTOCOL_TYPE)
    }

    /// Whether the offsets of a topic are in use. A consumer group whose subscriptions cannot be
    /// read uses all of them.
    pub(crate) fn is_subscribed_to(&self, topic: &str) -> bool {
        match &self.subscribed {
            Some(topics) => topics.contains(topic),
            None => self.uses_consumer_protocol(),
        }
    }

    pub(super) fn subscriptions_are_known(&self) -> bool {
        self.subscribed.is_some()
    }

    /// The topics of all members, `None` if this is no consumer group or one of them is unreadable.
    pub(super) fn subscribed_topics(&self) -> Option<BTreeSet<Box<str>>> {
        if !self.uses_consumer_protocol() {
            return None;
        }
        let Some(protocol) = self.protocol.as_deref() else {
            return self.members.is_empty().then(BTreeSet::new);
        };
        let mut topics = BTreeSet::new();
        for member in self.members.iter() {
            topics.extend(topics_of(&member.metadata(protocol))?);
        }
        Some(topics)
    }
}

/// Every version of a subscription begins with the fields of version 0, so that this reads the
/// versions to come as well.
fn topics_of(subscription: &[u8]) -> Option<Vec<Box<str>>> {
    let (version, body) = subscription.split_first_chunk::<2>()?;
    if i16::from_be_bytes(*version) < 0 {
        return None;
    }
    let subscription = ConsumerProtocolSubscription::decode(&mut Reader::new(body), 0).ok()?;
    Some(
        subscription
            .topics
            .iter()
            .map(|topic| Box::from(&**topic))
            .collect(),
    )
}
