//! The internal topics of streams groups: created through the controller, which may refuse them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use group::InternalTopic;
use model::{ErrorCode, Now};
use parking_lot::Mutex;
use protocol::create_topics_request::{CreatableTopic, CreatableTopicConfig};
use protocol::create_topics_response::CreateTopicsResponse;

use crate::broker::Broker;
use crate::effects::Effects;

/// Topics whose refusal is kept in mind; beyond, they are asked for again with the next heartbeat.
const MAX_REFUSED: usize = 1_000;
/// After how many intervals of heartbeats a topic that was refused is asked for again.
const REFUSED_FOR: u32 = 2;

/// Topics that the controller refused, so that members hear of it and the controller is not asked with every heartbeat.
#[derive(Debug, Default)]
pub(crate) struct RefusedTopics {
    refused: Mutex<Refused>,
}

#[derive(Debug, Default)]
struct Refused {
    /// Until when, on the clock of `Now::mono`.
    until: BTreeMap<String, Duration>,
    why: Arc<BTreeMap<String, String>>,
}

impl Refused {
    fn forget_old(&mut self, now: Now) {
        if self.until.values().all(|until| now.mono < *until) {
            return;
        }
        self.until.retain(|_, until| now.mono < *until);
        let until = &self.until;
        Arc::make_mut(&mut self.why).retain(|name, _| until.contains_key(name));
    }
}

impl RefusedTopics {
    /// What is refused at this time, and why.
    pub fn at(&self, now: Now) -> Arc<BTreeMap<String, String>> {
        let mut refused = self.refused.lock();
        refused.forget_old(now);
        Arc::clone(&refused.why)
    }

    /// The controller has answered.
    pub fn note(&self, now: Now, response: &CreateTopicsResponse<'_>, until: Duration) {
        let mut refused = self.refused.lock();
        refused.forget_old(now);
        // A topic that another member has asked for before is there.
        let expected = [ErrorCode::NONE, ErrorCode::TOPIC_ALREADY_EXISTS];
        let topics = response.topics.iter();
        for topic in topics.filter(|topic| !expected.contains(&topic.error_code)) {
            if refused.until.len() >= MAX_REFUSED {
                break;
            }
            let message = topic.error_message.as_deref().unwrap_or("");
            let why = match message {
                "" => topic.error_code.to_string(),
                message => message.to_owned(),
            };
            refused.until.insert(topic.name.to_string(), until);
            Arc::make_mut(&mut refused.why).insert(topic.name.to_string(), why);
        }
    }
}

impl Broker {
    /// Asks for what streams groups lack.
    pub(crate) fn create_internal_topics(&self, fx: &mut Effects) {
        let mut topics = Vec::new();
        let mut retry_after = Duration::ZERO;
        for (topic, interval) in std::mem::take(&mut fx.internal_topics) {
            retry_after = retry_after.max(interval * REFUSED_FOR);
            topics.push(creatable(topic));
        }
        if !topics.is_empty() {
            self.inbox.create_internal_topics(topics, retry_after, fx);
        }
    }
}

fn creatable(topic: InternalTopic) -> CreatableTopic<'static> {
    let configs = topic.configs.into_iter();
    let configs = configs.map(|(name, value)| CreatableTopicConfig {
        name: name.into_string().into(),
        value: Some(value.into_string().into()),
        ..Default::default()
    });
    CreatableTopic {
        name: topic.name.to_string().into(),
        num_partitions: topic.partitions,
        replication_factor: topic.replication_factor.unwrap_or(-1),
        configs: configs.collect(),
        ..Default::default()
    }
}
