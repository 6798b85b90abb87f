//! Reading records: alone, or as a member of a group.

mod assignor;
pub(crate) mod chunk;
mod fetcher;
mod membership;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use model::TimestampMs;

use crate::{Client, ClientError, OffsetSpec, TopicPartition};
pub use chunk::Unreadable;
use fetcher::Fetcher;
use membership::Membership;

/// A member of a group.
#[derive(Clone, Debug)]
pub struct GroupConfig {
    /// Its id, `group.id`.
    pub group: String,
    /// The name under which this member keeps its place over restarts, `group.instance.id` (KIP-345).
    pub instance_id: Option<String>,
    /// How long the member may be silent before it counts as gone, `session.timeout.ms`.
    pub session_timeout: Duration,
    /// How often it says that it is there, `heartbeat.interval.ms`.
    pub heartbeat_interval: Duration,
    /// How long the others wait for it when the group forms anew, `max.poll.interval.ms`.
    pub rebalance_timeout: Duration,
    /// How often offsets are committed without being told to; `None`: never.
    pub auto_commit: Option<Duration>,
}

impl GroupConfig {
    /// Kafka's defaults for a member of `group`.
    #[must_use]
    pub fn new(group: impl Into<String>) -> Self {
        Self {
            group: group.into(),
            instance_id: None,
            session_timeout: Duration::from_secs(45),
            heartbeat_interval: Duration::from_secs(3),
            rebalance_timeout: Duration::from_secs(300),
            auto_commit: Some(Duration::from_secs(5)),
        }
    }
}

/// How a consumer reads.
#[derive(Clone, Debug)]
pub struct ConsumerConfig {
    /// The group, for those who work in one or commit offsets.
    pub group: Option<GroupConfig>,
    /// Where a partition begins that has no committed offset, or whose offset is gone,
    /// `auto.offset.reset`; `None`: that is an error.
    pub reset: Option<OffsetSpec>,
    /// Whether records of open and aborted transactions are left out, `isolation.level`.
    pub read_committed: bool,
    /// The bytes that one fetch brings, `fetch.max.bytes`.
    pub fetch_bytes: i32,
    /// The bytes that one fetch brings of one partition, `max.partition.fetch.bytes`.
    pub partition_fetch_bytes: i32,
    /// How long a broker waits for records before it answers, `fetch.max.wait.ms`.
    pub fetch_wait: Duration,
    /// The most records of one poll, `max.poll.records`.
    pub poll_records: usize,
}

impl Default for ConsumerConfig {
    fn default() -> Self {
        Self {
            group: None,
            reset: Some(OffsetSpec::Latest),
            read_committed: false,
            fetch_bytes: 50 << 20,
            partition_fetch_bytes: 1 << 20,
            fetch_wait: Duration::from_millis(500),
            poll_records: 500,
        }
    }
}

/// A header of a record: its key, UTF-8 by convention, and its value.
pub type Header = (Bytes, Option<Bytes>);

/// A record that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumerRecord {
    /// Its partition.
    pub partition: TopicPartition,
    /// Its offset.
    pub offset: i64,
    /// When it was created or appended, as the topic's `message.timestamp.type` says.
    pub timestamp: Option<TimestampMs>,
    /// Whether that is the time of the append.
    pub is_append_time: bool,
    /// Its key.
    pub key: Option<Bytes>,
    /// Its value.
    pub value: Option<Bytes>,
    /// Its headers, in order.
    pub headers: Vec<Header>,
}

/// Where a partition is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// At what the group committed, or where [`ConsumerConfig::reset`] says.
    Committed,
    /// At this offset.
    At(i64),
    /// At a moment or an end.
    Spec(OffsetSpec),
}

/// How far a partition was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The offset of the next record.
    pub offset: i64,
    /// The leader epoch of the last one, -1 if unknown.
    pub leader_epoch: i32,
}

/// Wakes a poll that waits.
pub(crate) enum Event {
    /// A fetch was answered.
    Fetched(u64, Result<Vec<u8>, ClientError>),
    /// The group forms anew.
    Rejoin,
}

/// Reads records of the partitions that it was assigned, by hand or by its group.
pub struct Consumer {
    client: Client,
    config: ConsumerConfig,
    fetcher: Fetcher,
    events: mpsc::Receiver<Event>,
    sender: mpsc::Sender<Event>,
    membership: Option<Membership>,
    topics: BTreeSet<String>,
    unplaced: BTreeMap<TopicPartition, Start>,
    last_commit: Instant,
    committed: BTreeMap<TopicPartition, Position>,
}

impl Consumer {
    /// A consumer of nothing yet.
    #[must_use]
    pub fn new(client: Client, config: ConsumerConfig) -> Self {
        let (sender, events) = mpsc::channel();
        Self {
            fetcher: Fetcher::new(client.clone(), config.clone(), sender.clone()),
            client,
            config,
            events,
            sender,
            membership: None,
            topics: BTreeSet::new(),
            unplaced: BTreeMap::new(),
            last_commit: Instant::now(),
            committed: BTreeMap::new(),
        }
    }

    /// Reads these partitions, and no others.
    pub fn assign(&mut self, partitions: impl IntoIterator<Item = (TopicPartition, Start)>) {
        self.fetcher.clear();
        self.unplaced = partitions.into_iter().collect();
    }

    /// Reads what the group gives to this member of `topics`.
    ///
    /// # Panics
    /// When the consumer was configured without a group.
    pub fn subscribe(&mut self, topics: impl IntoIterator<Item = String>) {
        let config = self.config.group.clone();
        let config = config.expect("who subscribes has a group");
        self.topics = topics.into_iter().collect();
        let sender = self.sender.clone();
        // The receiver is gone only when the consumer is.
        let on_rejoin = Box::new(move || drop(sender.send(Event::Rejoin)));
        self.membership = Some(Membership::new(self.client.clone(), config, on_rejoin));
    }

    /// The next records, in the order of their partitions; none when `timeout` is over. The records of the
    /// polls before count as processed: their offsets may be committed by this call.
    ///
    /// Joining a group takes as long as its other members take, whatever `timeout` says.
    ///
    /// # Errors
    /// When the group, a topic or a position is lost for good, or records cannot be read.
    pub fn poll(&mut self, timeout: Duration) -> Result<Vec<ConsumerRecord>, ClientError> {
        let deadline = Instant::now() + timeout;
        loop {
            self.maybe_join()?;
            self.maybe_auto_commit()?;
            self.place()?;
            let records = self.fetcher.take(self.config.poll_records)?;
            self.unplaced.extend(self.fetcher.take_lost());
            self.fetcher.send_fetches()?;
            let left = deadline.saturating_duration_since(Instant::now());
            if !records.is_empty() || left.is_zero() {
                return Ok(records);
            }
            self.wait(left);
        }
    }

    /// The most records that the polls to come hand out.
    pub fn limit_poll(&mut self, records: usize) {
        self.config.poll_records = records;
    }

    /// How far each partition was read. Those whose place is not known yet are missing.
    #[must_use]
    pub fn positions(&self) -> BTreeMap<TopicPartition, Position> {
        self.fetcher.positions()
    }

    /// Commits how far each partition was read.
    ///
    /// # Errors
    /// The coordinator's refusal, when the partitions belong to others by now for instance.
    pub fn commit(&mut self) -> Result<(), ClientError> {
        self.last_commit = Instant::now();
        let mut news = self.positions();
        news.retain(|tp, position| self.committed.get(tp) != Some(position));
        if let (Some(membership), false) = (&self.membership, news.is_empty()) {
            membership.commit(&news)?;
            self.committed.extend(news);
        }
        Ok(())
    }

    /// Commits, where that is automatic, and leaves the group.
    ///
    /// # Errors
    /// As [`Self::commit`]; the group is left anyhow.
    pub fn close(mut self) -> Result<(), ClientError> {
        let committed = if self.auto_commit().is_some() {
            self.commit()
        } else {
            Ok(())
        };
        if let Some(mut membership) = self.membership.take() {
            membership.leave();
        }
        committed
    }

    fn auto_commit(&self) -> Option<Duration> {
        self.config
            .group
            .as_ref()
            .and_then(|group| group.auto_commit)
    }

    fn maybe_auto_commit(&mut self) -> Result<(), ClientError> {
        match self.auto_commit() {
            Some(interval) if self.last_commit.elapsed() >= interval => match self.commit() {
                Err(error) if is_rebalance(&error) => Ok(()),
                result => result,
            },
            _ => Ok(()),
        }
    }

    /// Joins, when the group forms anew, and takes over what it is given.
    fn maybe_join(&mut self) -> Result<(), ClientError> {
        let Some(membership) = &self.membership else {
            return Ok(());
        };
        if !membership.must_join()? {
            return Ok(());
        }
        if self.auto_commit().is_some()
            && let Err(error) = self.commit()
            && !is_rebalance(&error)
        {
            return Err(error);
        }
        let membership = self.membership.as_ref().expect("it was there a moment ago");
        let topics: Vec<_> = self.topics.iter().map(String::as_str).collect();
        self.client.topics(&topics, false)?;
        let partitions = membership.join(&self.topics)?;
        let positions = self.positions();
        self.committed.retain(|tp, _| partitions.contains(tp));
        self.fetcher.retain(&partitions);
        self.unplaced.clear();
        let gained = partitions
            .into_iter()
            .filter(|tp| !positions.contains_key(tp));
        self.unplaced
            .extend(gained.map(|tp| (tp, Start::Committed)));
        Ok(())
    }

    /// Finds out where partitions begin that have no place yet.
    fn place(&mut self) -> Result<(), ClientError> {
        if self.unplaced.is_empty() {
            return Ok(());
        }
        let unplaced = std::mem::take(&mut self.unplaced);
        let committed = self.committed_offsets(&unplaced)?;
        let mut specs = Vec::new();
        for (tp, start) in unplaced {
            let reset = self.config.reset;
            let spec = match (start, committed.get(&tp)) {
                (Start::At(offset), _) => {
                    self.known_partition(&tp)?;
                    self.fetcher.assign(
                        tp,
                        Position {
                            offset,
                            leader_epoch: -1,
                        },
                    );
                    continue;
                }
                (Start::Committed, Some(position)) => {
                    self.committed.insert(tp.clone(), *position);
                    self.known_partition(&tp)?;
                    self.fetcher.assign(tp, *position);
                    continue;
                }
                (Start::Spec(spec), _) => Some(spec),
                (Start::Committed, None) => reset,
            };
            specs.push((tp.clone(), spec.ok_or_else(|| fetcher::out_of_range(&tp))?));
        }
        for (tp, offset) in self.client.offsets(&specs)? {
            self.fetcher.assign(
                tp,
                Position {
                    offset,
                    leader_epoch: -1,
                },
            );
        }
        Ok(())
    }

    fn known_partition(&self, tp: &TopicPartition) -> Result<(), ClientError> {
        let cluster = self.client.with_topic(&tp.topic, false)?;
        let partitions = &cluster.topics[&tp.topic].partitions;
        if partitions.contains_key(&tp.partition) {
            return Ok(());
        }
        Err(ClientError::UnknownPartition {
            topic: tp.topic.to_string(),
            partition: tp.partition,
            count: partitions.len(),
        })
    }

    fn committed_offsets(
        &self,
        unplaced: &BTreeMap<TopicPartition, Start>,
    ) -> Result<BTreeMap<TopicPartition, Position>, ClientError> {
        let wanted = unplaced
            .iter()
            .filter(|(_, start)| **start == Start::Committed);
        let wanted: Vec<_> = wanted.map(|(tp, _)| tp.clone()).collect();
        let (Some(group), false) = (&self.config.group, wanted.is_empty()) else {
            return Ok(BTreeMap::new());
        };
        let found = self.client.committed(&group.group, Some(&wanted))?;
        let positions = found.into_iter().map(|(tp, committed)| {
            let position = Position {
                offset: committed.offset,
                leader_epoch: committed.leader_epoch,
            };
            (tp, position)
        });
        Ok(positions.collect())
    }

    /// Waits for an event, and takes in all that there are.
    fn wait(&mut self, left: Duration) {
        let rest = left.min(self.fetcher.rest());
        let mut next = self.events.recv_timeout(rest).ok();
        while let Some(event) = next {
            if let Event::Fetched(request, answer) = event {
                self.fetcher.on_answer(request, answer);
            }
            next = self.events.try_recv().ok();
        }
    }
}

/// Whether a commit came too late, which the next join mends.
fn is_rebalance(error: &ClientError) -> bool {
    use model::ErrorCode;
    matches!(
        error.code(),
        Some(
            ErrorCode::REBALANCE_IN_PROGRESS
                | ErrorCode::ILLEGAL_GENERATION
                | ErrorCode::UNKNOWN_MEMBER_ID
        )
    )
}

/// The partitions that a member's assignment names; none where the bytes are not those of a consumer.
pub(crate) fn assigned_partitions(bytes: &[u8]) -> BTreeSet<TopicPartition> {
    assignor::read_assignment(bytes).unwrap_or_default()
}
