//! Creates the lasting topics; then creates, writes to, deletes and lists others.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use model::ErrorCode;
use protocol::Records;
use protocol::create_topics_request::{CreatableTopic, CreatableTopicConfig, CreateTopicsRequest};
use protocol::create_topics_response::CreateTopicsResponse;
use protocol::delete_topics_request::DeleteTopicsRequest;
use protocol::delete_topics_response::DeleteTopicsResponse;
use protocol::metadata_request::MetadataRequest;
use protocol::metadata_response::MetadataResponse;
use protocol::produce_request::{PartitionProduceData, ProduceRequest, TopicProduceData};
use protocol::produce_response::ProduceResponse;
use records::{BatchBuilder, NewRecord};

use super::{Ask, Cx, Role, answer, call};
use crate::history::{Existence, PARTITIONS, TOPICS};
use crate::keyed_history::COMPACTED;
use crate::txn_history::{STATE, TRANSACTED};

const CREATE: i16 = 5;
const DELETE: i16 = 3;
const METADATA: i16 = 8;
const PRODUCE: i16 = 9;
/// How many passing topics there may be.
const PASSING: u64 = 4;

#[derive(Clone, Debug)]
enum Asked {
    Lasting(usize),
    Create(String),
    Delete(String),
    Write(String),
    List,
}

/// What a record must have reached before it is acknowledged, where there are three replicas.
const MIN_ISR: &str = "2";

/// The administrator: the only one who creates and deletes.
#[derive(Debug)]
pub(crate) struct Admin {
    /// Of every topic. Where there are several, it creates the lasting topics and does nothing else.
    replicas: i16,
    lasting: usize,
    asked: Asked,
    /// Passing topics that were created and not written to since.
    empty: BTreeSet<String>,
    /// Where the last record of a passing topic is, which is synced.
    ends: BTreeMap<String, i64>,
    waits: bool,
    is_done: bool,
}

impl Admin {
    pub(crate) fn new(replicas: i16) -> Self {
        Self {
            replicas,
            lasting: 0,
            asked: Asked::List,
            empty: BTreeSet::new(),
            ends: BTreeMap::new(),
            waits: false,
            is_done: false,
        }
    }

    /// The topics that live through the whole run, and whether they are synced.
    fn lasting(&self, index: usize) -> Option<(&'static str, bool)> {
        let others = [(TRANSACTED, true), (STATE, true), (COMPACTED, true)];
        let others = if self.replicas > 1 {
            &others[..2]
        } else {
            &others
        };
        TOPICS.iter().chain(others).nth(index).copied()
    }

    fn create(&self, name: &str, flush: &str, cx: &Cx<'_>) -> Ask {
        let policy = match name {
            COMPACTED | STATE => "compact",
            _ => "delete",
        };
        let configs = [
            ("flush.messages", flush),
            ("segment.ms", "4000"),
            ("index.interval.bytes", "200"),
            ("cleanup.policy", policy),
            (
                "min.insync.replicas",
                if self.replicas > 1 { MIN_ISR } else { "1" },
            ),
        ];
        let configs = configs.map(|(name, value)| CreatableTopicConfig {
            name: name.into(),
            value: Some(value.to_owned().into()),
            ..CreatableTopicConfig::default()
        });
        let request = CreateTopicsRequest {
            topics: vec![CreatableTopic {
                name: name.to_owned().into(),
                num_partitions: if name == COMPACTED { 1 } else { PARTITIONS },
                replication_factor: self.replicas,
                configs: configs.into(),
                ..CreatableTopic::default()
            }],
            timeout_ms: 5_000,
            ..CreateTopicsRequest::default()
        };
        call(cx, CREATE, &request)
    }

    fn write(&self, name: &str, cx: &Cx<'_>) -> Ask {
        let mut builder = BatchBuilder::new();
        builder.append(&NewRecord::new(cx.now.wall, None, Some(name.as_bytes())));
        let request = ProduceRequest {
            transactional_id: None,
            acks: -1,
            timeout_ms: 5_000,
            topic_data: vec![TopicProduceData {
                name: name.to_owned().into(),
                partition_data: vec![PartitionProduceData {
                    records: Some(Records::Bytes(Cow::Owned(builder.finish()))),
                    ..PartitionProduceData::default()
                }],
                ..TopicProduceData::default()
            }],
            ..ProduceRequest::default()
        };
        call(cx, PRODUCE, &request)
    }

    fn list(&mut self, cx: &Cx<'_>) -> Ask {
        self.asked = Asked::List;
        let request = MetadataRequest {
            topics: None,
            ..MetadataRequest::default()
        };
        call(cx, METADATA, &request)
    }

    fn on_passing(&mut self, name: &str, error: ErrorCode, target: Existence, cx: &mut Cx<'_>) {
        let existence = match error {
            ErrorCode::NONE => target,
            ErrorCode::TOPIC_ALREADY_EXISTS => Existence::There,
            ErrorCode::UNKNOWN_TOPIC_OR_PARTITION => Existence::Gone,
            _ => Existence::Unknown,
        };
        let expected = cx.history.topic(name);
        if error == ErrorCode::TOPIC_ALREADY_EXISTS && expected == Existence::Gone
            || error == ErrorCode::UNKNOWN_TOPIC_OR_PARTITION && expected == Existence::There
        {
            let what = format!("{name} should be {expected:?}, but: {error}");
            cx.history.violate("acked_topic_changes_survive", what);
        }
        self.empty.remove(name);
        self.ends.remove(name);
        if error.is_none() && target == Existence::There {
            self.empty.insert(name.to_owned());
        }
        cx.history.set_topic(name, existence);
    }

    fn on_created(&mut self, body: &[u8], cx: &mut Cx<'_>) -> Option<ErrorCode> {
        let response = answer::<CreateTopicsResponse<'_>>(body, CREATE, cx)?;
        response.topics.first().map(|topic| topic.error_code)
    }

    fn on_written(&mut self, name: &str, body: &[u8], cx: &mut Cx<'_>) {
        let Some(response) = answer::<ProduceResponse<'_>>(body, PRODUCE, cx) else {
            return;
        };
        let part = &response.responses[0].partition_responses[0];
        if self.empty.remove(name) && part.error_code.is_none() && part.base_offset != 0 {
            let what = format!("{name}: the first record is at {}", part.base_offset);
            cx.history.violate("a_recreated_topic_starts_empty", what);
        }
        if !part.error_code.is_none() {
            return;
        }
        match self.ends.insert(name.to_owned(), part.base_offset) {
            Some(end) if part.base_offset <= end => {
                let what = format!("{name}: a record at {} after {end}", part.base_offset);
                cx.history.violate("acked_records_survive", what);
            }
            _ => {}
        }
    }

    fn on_listed(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        let Some(response) = answer::<MetadataResponse<'_>>(body, METADATA, cx) else {
            return;
        };
        let names = response
            .topics
            .iter()
            .filter_map(|topic| topic.name.as_deref());
        let names: BTreeSet<String> = names.map(str::to_owned).collect();
        cx.history.saw_topics(&names);
        self.is_done |= cx.is_healed;
    }
}

impl Role for Admin {
    fn next(&mut self, cx: &mut Cx<'_>) -> Ask {
        if std::mem::take(&mut self.waits) {
            return Ask::Wait(Duration::from_millis(100));
        }
        if let Some((name, is_synced)) = self.lasting(self.lasting) {
            self.asked = Asked::Lasting(self.lasting);
            return self.create(name, if is_synced { "1" } else { "1000000" }, cx);
        }
        self.is_done |= self.replicas > 1;
        if self.is_done {
            return Ask::Wait(Duration::from_secs(1));
        }
        if cx.is_healed {
            return self.list(cx);
        }
        let name = format!("passing-{}", cx.chance.below(PASSING));
        match (cx.history.topic(&name), cx.chance.below(6)) {
            (_, 0) => self.list(cx),
            (Existence::There, 1..=3) => {
                self.asked = Asked::Write(name.clone());
                self.write(&name, cx)
            }
            (Existence::There, _) | (Existence::Unknown, 1..=2) => {
                self.asked = Asked::Delete(name.clone());
                let request = DeleteTopicsRequest {
                    topic_names: vec![name.into()],
                    timeout_ms: 5_000,
                    ..DeleteTopicsRequest::default()
                };
                call(cx, DELETE, &request)
            }
            _ => {
                self.asked = Asked::Create(name.clone());
                self.create(&name, "1", cx)
            }
        }
    }

    fn on_answer(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        match self.asked.clone() {
            Asked::Lasting(index) => match self.on_created(body, cx) {
                Some(ErrorCode::NONE | ErrorCode::TOPIC_ALREADY_EXISTS) => {
                    self.lasting = index + 1;
                    if let Some((name, _)) = self.lasting(index) {
                        cx.history.set_topic(name, Existence::There);
                    }
                    // An administrator that begins anew makes sure of them once more.
                    cx.history.is_ready |= self.lasting(self.lasting).is_none();
                }
                _ => self.waits = true,
            },
            Asked::Create(name) => {
                if let Some(error) = self.on_created(body, cx) {
                    self.on_passing(&name, error, Existence::There, cx);
                }
            }
            Asked::Delete(name) => {
                let response = answer::<DeleteTopicsResponse<'_>>(body, DELETE, cx);
                let error =
                    response.and_then(|response| Some(response.responses.first()?.error_code));
                if let Some(error) = error {
                    self.on_passing(&name, error, Existence::Gone, cx);
                }
            }
            Asked::Write(name) => self.on_written(&name, body, cx),
            Asked::List => self.on_listed(body, cx),
        }
    }

    fn on_lost(&mut self, was_asked: bool, cx: &mut Cx<'_>) {
        match &self.asked {
            Asked::Create(name) | Asked::Delete(name) if was_asked => {
                cx.history.set_topic(name, Existence::Unknown);
                self.empty.remove(name);
                self.ends.remove(name);
            }
            Asked::Write(name) if was_asked => {
                self.empty.remove(name);
            }
            _ => {}
        }
    }

    fn restart(&mut self) {
        *self = Self::new(self.replicas);
    }

    fn is_done(&self) -> bool {
        self.is_done
    }
}
