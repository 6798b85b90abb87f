//! Markers of transactions for partitions that other nodes lead: WriteTxnMarkers, version 2, or 1 where the node has no other.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use model::{BrokerId, ErrorCode, LeaderEpoch, Now, ProducerId};
use partition::TxnMarker;
use protocol::write_txn_markers_request::{
    WritableTxnMarker, WritableTxnMarkerTopic, WriteTxnMarkersRequest,
};
use protocol::write_txn_markers_response::WriteTxnMarkersResponse;
use protocol::{DecodeError, Message, Reader};
use transaction::{EPOCH_BUMPING, MarkerOutcome};

use super::channel::{Batch, Channels};
use crate::asks::{Ask, AskRequest, AskToken, Errand, Lane, Unanswered};
use crate::broker::Broker;
use crate::effects::Effects;

/// The version that says whether the epoch has to be greater (KIP-1228), and the one before.
const NEWEST: i16 = 2;
const OLDEST: i16 = 1;
/// Partitions in one request, one transaction apart.
const MAX_PARTITIONS: usize = 10_000;
/// Partitions of one transaction that go together.
const MAX_TOGETHER: usize = 1_000;

/// A partition, by its topic's name.
type Place = (Box<str>, i32);

/// Markers of one transaction for one node.
#[derive(Debug)]
pub(crate) struct MarkersOf {
    /// The coordinator that waits: the partition of `__transaction_state`, and the epoch.
    pub shard: i32,
    pub epoch: LeaderEpoch,
    /// The transactional id.
    pub id: Arc<str>,
    pub marker: TxnMarker,
    pub places: Vec<Place>,
}

/// Markers that are on their way to other nodes. They are as many as coordinators of this node lack.
#[derive(Debug, Default)]
pub(crate) struct MarkerAsks {
    channels: Channels<MarkersOf>,
}

impl MarkerAsks {
    /// The coordinator is none any more: what was not sent is not sent.
    pub fn forget(&self, shard: i32) {
        self.channels.retain(|markers| markers.shard != shard);
    }
}

impl Broker {
    /// Has other nodes write markers; the coordinators hear of each.
    pub(crate) fn send_markers(
        &self,
        now: Now,
        by_node: BTreeMap<BrokerId, Vec<MarkersOf>>,
        fx: &mut Effects,
    ) {
        for (node, markers) in by_node {
            let parts = markers.into_iter().flat_map(MarkersOf::in_parts);
            self.marker_asks.channels.push(node, parts);
            self.ask_for_markers(now, node, fx);
        }
    }

    /// Sends what waits for a node, if nothing is in flight to it.
    fn ask_for_markers(&self, now: Now, node: BrokerId, fx: &mut Effects) {
        while let Some(batch) = self.marker_asks.channels.begin(node, take) {
            let version = batch.version.unwrap_or(NEWEST);
            let request = request(&batch);
            let framed = AskRequest::new(&request, version, &format!("broker-{}", self.me));
            if let (Some(to), Ok(request)) = (self.peer(node), framed) {
                let timeout = self.effective.now().broker.network.request_timeout;
                return fx.asks.push(Ask {
                    to,
                    lane: Lane::Coordination(Errand::Markers),
                    token: AskToken::Coordination(Errand::Markers, node, batch.number),
                    deadline: now.mono + timeout,
                    request,
                });
            }
            self.marker_asks.channels.end(node, batch.number);
            self.tell_of_markers(now, &batch.items, |_, _| MarkerOutcome::Retry, fx);
        }
    }

    /// A node has written markers, or has not.
    pub(crate) fn on_markers_answer(
        &self,
        now: Now,
        (node, number): (BrokerId, u64),
        answer: Result<Bytes, Unanswered>,
        fx: &mut Effects,
    ) {
        let channels = &self.marker_asks.channels;
        let Some(markers) = channels.end(node, number) else {
            return;
        };
        if let Err(Unanswered::Version {
            known: Some((min, max)),
        }) = answer
            && (min..=max).contains(&OLDEST)
        {
            channels.set_version(node, OLDEST);
        }
        // Versions differ in the request only.
        let errors = answer.ok().and_then(|body| read(&body).ok());
        let outcome = |producer: ProducerId, place: &Place| {
            let errors = errors.as_ref().and_then(|errors| errors.get(&producer));
            let error = errors.and_then(|errors| errors.get(place));
            error.map_or(MarkerOutcome::Retry, |error| outcome_of(*error))
        };
        self.tell_of_markers(now, &markers, outcome, fx);
        self.ask_for_markers(now, node, fx);
    }

    /// Tells coordinators what came of their markers; they go on with what is due then.
    fn tell_of_markers(
        &self,
        now: Now,
        markers: &[MarkersOf],
        outcome: impl Fn(ProducerId, &Place) -> MarkerOutcome,
        fx: &mut Effects,
    ) {
        let mut shards = BTreeMap::new();
        for of in markers {
            let Some(shard) = self.transactions.shard(of.shard) else {
                continue;
            };
            let outcomes = of.places.iter().map(|place| {
                let outcome = outcome(of.marker.producer_id, place);
                (place, outcome)
            });
            shard.on_markers(now, (of.epoch, &of.id), outcomes);
            shards.insert(of.shard, shard);
        }
        for shard in shards.values() {
            self.write_markers(now, shard, fx);
        }
    }
}

impl MarkersOf {
    /// A transaction of very many partitions does not go at once.
    fn in_parts(self) -> impl Iterator<Item = Self> {
        let Self {
            shard,
            epoch,
            id,
            marker,
            mut places,
        } = self;
        std::iter::from_fn(move || {
            if places.is_empty() {
                return None;
            }
            let rest = places.split_off(places.len().min(MAX_TOGETHER));
            Some(Self {
                shard,
                epoch,
                id: Arc::clone(&id),
                marker,
                places: std::mem::replace(&mut places, rest),
            })
        })
    }
}

/// What goes with the next request.
fn take(waiting: &mut VecDeque<MarkersOf>) -> Vec<MarkersOf> {
    let mut partitions = 0;
    let fits = |markers: &&MarkersOf| {
        partitions += markers.places.len();
        partitions <= MAX_PARTITIONS
    };
    let count = waiting.iter().take_while(fits).count().max(1);
    waiting.drain(..count.min(waiting.len())).collect()
}

fn request(batch: &Batch<MarkersOf>) -> WriteTxnMarkersRequest<'_> {
    let markers = batch.items.iter().map(|of| {
        let marker = &of.marker;
        WritableTxnMarker {
            producer_id: marker.producer_id.0,
            producer_epoch: marker.producer_epoch.0,
            transaction_result: marker.is_committed,
            topics: topics(&of.places),
            coordinator_epoch: marker.coordinator_epoch,
            transaction_version: match marker.strict_epoch {
                true => EPOCH_BUMPING as i8,
                false => 0,
            },
            ..Default::default()
        }
    });
    WriteTxnMarkersRequest {
        markers: markers.collect(),
        ..Default::default()
    }
}

fn topics(places: &[Place]) -> Vec<WritableTxnMarkerTopic<'_>> {
    let topics = places.chunk_by(|(a, _), (b, _)| a == b);
    let topics = topics.map(|places| WritableTxnMarkerTopic {
        name: (*places[0].0).into(),
        partition_indexes: places.iter().map(|(_, index)| *index).collect(),
        ..Default::default()
    });
    topics.collect()
}

/// What the answer says of each producer's partitions.
type Errors = BTreeMap<ProducerId, BTreeMap<Place, ErrorCode>>;

fn read(body: &[u8]) -> Result<Errors, DecodeError> {
    let response = WriteTxnMarkersResponse::decode(&mut Reader::new(body), NEWEST)?;
    let mut errors = Errors::new();
    for marker in &response.markers {
        let of = errors.entry(ProducerId(marker.producer_id)).or_default();
        for topic in &marker.topics {
            let partitions = topic.partitions.iter();
            of.extend(partitions.map(|partition| {
                let place = (Box::from(&*topic.name), partition.partition_index);
                (place, partition.error_code)
            }));
        }
    }
    Ok(errors)
}

/// What another node's error comes to. That it does not know the topic says little: its image may be older than this node's,
/// which is looked at before the marker is sent again.
fn outcome_of(error: ErrorCode) -> MarkerOutcome {
    match error {
        ErrorCode::NONE
        | ErrorCode::INVALID_PRODUCER_EPOCH
        | ErrorCode::TRANSACTION_COORDINATOR_FENCED
        | ErrorCode::UNSUPPORTED_VERSION
        | ErrorCode::UNSUPPORTED_FOR_MESSAGE_FORMAT => MarkerOutcome::Done,
        _ => MarkerOutcome::Retry,
    }
}
