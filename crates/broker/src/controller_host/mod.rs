//! The controller's side of a node: the metadata quorum, the controller while this node leads it, and
//! the broker's own conversation with the active controller (registration, heartbeats, producer ids), wherever that is.
//!
//! ```text
//!  inbox -> decide (Controller) -> batch -> Quorum -> committed -> Loader -> image -> Broker::on_image
//!                                              |                                        |
//!                                              +--> high watermark -> parked answers <--+
//! ```
//!
//! It runs on one thread, which never writes partition data, so that a full disk queue does not
//! stall elections and heartbeats. Everything is an input with a time; [`ControllerHost::turn`] is
//! the only way in.

mod channel;
mod describe_quorum;
mod forwarding;
mod lifecycle;
mod member;
mod observing;
mod own;
mod refusals;
mod requests;
mod serving;
mod shutdown;
mod voters;

use std::sync::Arc;
use std::time::Duration;

use controller::{Controller, Record};
use metadata::{Loader, Provenance};
use model::{BrokerId, ErrorCode, LeaderEpoch, Now, Offset, Ticket, TimestampMs};
use quorum::{CommittedBatch, Event, QuorumInfo, SnapshotId, SnapshotReader, SyncRequest};
use records::{BatchBuilder, Codecs, NewRecord, RecordBatch};
use statemachine::{Append, Refusal, Released, Runtime};
use storage::disk::{DirLock, Disk};

use crate::broker::Broker;
use crate::effects::Effects;
use crate::reply::Reply;

use channel::Channel;
pub(crate) use lifecycle::Lifecycle;
pub(crate) use member::Member;
use observing::Observing;
use own::{OwnAnswer, Wish};
use serving::Followers;
use shutdown::Shutdown;

use crate::api::Outgoing;

/// The topic of the metadata log.
const METADATA_TOPIC: &str = "__cluster_metadata";

/// The most that the records of one metadata batch may decompress to.
const MAX_METADATA_BATCH_BYTES: usize = 256 << 20;

/// Records of one metadata batch: as many as a decision that may only take effect whole has at most.
const MAX_BATCH_RECORDS: usize = controller::MAX_RECORDS_PER_OPERATION;

/// In the metadata directory of a node that was formatted by a storage tool before 4.4.
pub(crate) const BOOTSTRAP_FILE: &str = "bootstrap.checkpoint";

/// Who waits for a decision of the controller.
#[derive(Debug)]
enum Waiter {
    Client(Ticket),
    /// A client of another broker, which has handed its request on; the answer goes into the answer to that envelope.
    Envelope(Ticket, Outgoing),
    /// This node's own broker, or nobody.
    Own(Wish),
}

/// What the controller answers.
#[derive(Debug)]
enum Answer {
    Reply(Reply),
    /// An answer that its version cannot carry.
    Unwritable,
    Own(OwnAnswer),
}

/// The metadata quorum and the controller of this node.
pub struct ControllerHost {
    broker: Arc<Broker>,
    disk: Arc<dyn Disk>,
    quorum: Member,
    runtime: Runtime<Controller, Waiter, Answer>,
    settings: controller::Settings,
    loader: Loader,
    lifecycle: Lifecycle,
    /// The leader of the quorum, as it was last told.
    leader: Option<BrokerId>,
    channel: Channel,
    /// Whom an observer asks.
    observing: Observing,
    /// Those who follow this node's log.
    followers: Followers,
    /// How far the node has come with its stop, if it stops.
    shutdown: Option<Shutdown>,
    /// What the controller writes into an empty log; a directory that Kafka's tools formatted has its
    /// own.
    bootstrap: Vec<Record>,
    codecs: Codecs,
    /// Why it cannot go on, if so.
    failure: Option<String>,
    /// Of the metadata directory, where it is none of the log directories.
    _lock: Option<DirLock>,
}

impl std::fmt::Debug for ControllerHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ControllerHost")
            .field("quorum", &self.quorum.info())
            .finish_non_exhaustive()
    }
}

impl ControllerHost {
    pub(crate) fn new(
        broker: Arc<Broker>,
        disk: Arc<dyn Disk>,
        quorum: Member,
        settings: controller::Settings,
        lifecycle: Lifecycle,
        lock: Option<DirLock>,
    ) -> Self {
        Self {
            broker,
            disk,
            quorum,
            runtime: Runtime::new(),
            settings,
            loader: Loader::default(),
            lifecycle,
            leader: None,
            channel: Channel::default(),
            observing: Observing::default(),
            followers: Followers::default(),
            shutdown: None,
            bootstrap: controller::bootstrap_records(),
            codecs: Codecs::new(),
            failure: None,
            _lock: lock,
        }
    }

    /// Handles what has come and what is due; gives the time of the next call.
    pub fn turn(&mut self, now: Now, fx: &mut Effects) -> Option<Duration> {
        for (from, message) in self.broker.inbox.take_voter_messages() {
            self.quorum.on_message(now, from, &message);
        }
        self.quorum.on_time(now);
        self.drive(now, fx);
        // Before all else: however late this turn is, the broker beside the controller lives.
        self.live(now, fx);
        for input in self.broker.inbox.take() {
            self.on_input(now, input, fx);
        }
        if self.channel.retry_at().is_some_and(|at| at <= now.mono) {
            self.retry_held(now, fx);
        }
        self.decide_what_is_due(now);
        self.live(now, fx);
        self.drive(now, fx);
        if self.assign_directories(now, fx) {
            self.drive(now, fx);
        }
        self.take_snapshot_if_due(now, fx);
        self.answer_waiting(now, fx);
        self.observe(now, fx);
        self.go_on_with_shutdown(now);
        self.broker.end_turn(now, fx);
        // What did not fit into this turn is the next one's, which is due at once.
        fx.controller = !self.broker.inbox.is_empty();
        let deadline = self.next_deadline();
        if fx.controller {
            Some(now.mono)
        } else {
            deadline
        }
    }

    /// The quorum as this node sees it.
    #[must_use]
    pub fn quorum_info(&self) -> QuorumInfo {
        self.quorum.info()
    }

    /// Whether this node's broker is registered, not fenced, and knows that it is.
    #[must_use]
    pub fn is_serving(&self) -> bool {
        crate::view::is_live(&self.broker.image(), self.broker.node_id())
    }

    /// Whether the quorum's files failed: the node cannot go on.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.failure.is_some()
    }

    /// Why the node cannot go on, if so.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    fn fail(&mut self, message: String, fx: &mut Effects) {
        self.failure.get_or_insert_with(|| message.clone());
        fx.reports.push(message);
    }

    /// The broker's epoch, for the clean-shutdown file.
    #[must_use]
    pub fn broker_epoch(&self) -> Option<model::BrokerEpoch> {
        self.lifecycle.epoch()
    }

    /// Ends it: what is written is synced, so that the next start has nothing to repair.
    ///
    /// # Errors
    /// What failed; the next start repairs.
    pub fn close(self) -> Result<(), quorum::Failure> {
        self.quorum.close()
    }

    fn next_deadline(&self) -> Option<Duration> {
        // The broker has nobody to talk to while no controller is known.
        let lifecycle = self.lifecycle.next_deadline();
        let deadlines = [
            self.quorum.next_deadline(),
            self.runtime.next_deadline(),
            lifecycle.filter(|_| self.has_controller()),
            self.quorum.snapshot_deadline(),
            self.channel.retry_at(),
            self.shutdown_deadline(),
            self.observing_deadline(),
            self.waiting_deadline(),
        ];
        deadlines.into_iter().flatten().min()
    }

    /// Lets the quorum work until it has nothing left to do. Decisions without records are answered though it
    /// has nothing to do.
    fn drive(&mut self, now: Now, fx: &mut Effects) {
        loop {
            self.release(now, fx);
            let output = self.quorum.poll();
            if output.is_empty() {
                return;
            }
            if let Some(failure) = &output.failure {
                self.runtime.stop();
                self.fail(format!("the metadata quorum cannot go on: {failure}"), fx);
            }
            for event in output.events {
                self.on_event(now, event, fx);
            }
            self.send_to_voters(now, output.send, fx);
            if let Some(request) = output.sync {
                let result = self.sync(&request);
                self.quorum.on_synced(now, request.upto, result);
            }
        }
    }

    fn sync(&self, request: &SyncRequest) -> std::io::Result<()> {
        request.files.iter().try_for_each(|file| file.sync())?;
        request
            .dirs
            .iter()
            .try_for_each(|dir| self.disk.sync_dir(dir))
    }

    fn on_event(&mut self, now: Now, event: Event, fx: &mut Effects) {
        match event {
            Event::Committed(batch) => self.on_committed(now, &batch, fx),
            Event::SnapshotInstalled(id) => self.on_snapshot(now, id, fx),
            Event::Leading { epoch, end } => self.lead(now, epoch, end, fx),
            Event::Resigned { .. } => self.runtime.stop(),
            Event::LeaderChanged { leader, .. } => self.on_leader(now, leader, fx),
        }
    }

    /// Builds the controller from what is committed, and lets it make a cluster of an empty log.
    fn lead(&mut self, now: Now, epoch: LeaderEpoch, end: Offset, fx: &mut Effects) {
        let image = self.loader.image().clone();
        if image.features().metadata_version().is_none() {
            let read = self.read_bootstrap_file();
            read.unwrap_or_else(|message| self.fail(message, fx));
        }
        let controller = Controller::from_image(self.settings.clone(), image, end, now.mono);
        self.runtime.start_loading(epoch, controller);
        self.runtime.activate(epoch, end, end);
        let bootstrap = self.bootstrap.clone();
        self.decide(now, Waiter::Own(Wish::Nothing), |controller| {
            let decided = controller.activate(bootstrap);
            decided.map(|()| Answer::Own(OwnAnswer::Nothing))
        });
        self.lifecycle.on_controller(now);
        self.retry_held(now, fx);
    }

    fn on_committed(&mut self, now: Now, batch: &CommittedBatch, fx: &mut Effects) {
        let published = self.load(batch);
        match published {
            Ok(Some(published)) => {
                // Who does not lead hears of what was decided long ago.
                if self.runtime.machine().is_ok() {
                    report_fencing(&self.broker.image(), &published, fx);
                }
                self.broker
                    .on_image(now, &published.image, &published.changes, fx);
                self.share_image(batch.end_offset);
            }
            Ok(None) => {}
            Err(message) => self.fail(message, fx),
        }
        self.runtime.on_high_watermark(batch.end_offset);
    }

    fn load(&mut self, batch: &CommittedBatch) -> Result<Option<metadata::Published>, String> {
        let damaged = |error: String| {
            format!(
                "the metadata log holds an unreadable batch at offset {}: {error}",
                batch.base_offset
            )
        };
        let parsed =
            RecordBatch::parse(&batch.bytes).map_err(|error| damaged(error.to_string()))?;
        let timestamp = parsed.max_timestamp().unwrap_or(TimestampMs(0));
        let last = Provenance {
            offset: Offset(batch.end_offset.0 - 1),
            epoch: batch.epoch,
            timestamp,
        };
        let records = decode_records(&parsed, &mut self.codecs).map_err(damaged)?;
        self.loader
            .on_batch(&records, last)
            .map_err(|error| damaged(error.to_string()))
    }

    /// On the active controller broker and controller share one copy of the image.
    fn share_image(&mut self, committed: Offset) {
        if let Ok(controller) = self.runtime.machine()
            && controller.next_offset() == committed
        {
            self.loader.share(controller.image());
        }
    }

    fn on_snapshot(&mut self, now: Now, id: SnapshotId, fx: &mut Effects) {
        if let Err(message) = self.try_snapshot(now, id, fx) {
            let message = format!("the metadata snapshot {id} cannot be read: {message}");
            self.fail(message, fx);
        }
    }

    fn try_snapshot(&mut self, now: Now, id: SnapshotId, fx: &mut Effects) -> Result<(), String> {
        let (records, timestamp) = self.read_snapshot(id)?;
        if id.end_offset == Offset::ZERO {
            // What Kafka's tools format a directory with is no state, but what is to be written first.
            self.bootstrap = records;
            return Ok(());
        }
        let last = Provenance {
            offset: Offset(id.end_offset.0 - 1),
            epoch: id.epoch,
            timestamp,
        };
        let published = self
            .loader
            .on_snapshot(&records, last)
            .map_err(|error| error.to_string())?;
        self.broker
            .on_image(now, &published.image, &published.changes, fx);
        Ok(())
    }

    /// Storage tools before 4.4 leave what the first controller is to write in a file of its own (KIP-778).
    fn read_bootstrap_file(&mut self) -> Result<(), String> {
        let parent = self.quorum.dir().parent();
        let path = parent.unwrap_or(self.quorum.dir()).join(BOOTSTRAP_FILE);
        let fail = |error: String| format!("{} cannot be read: {error}", path.display());
        let is_there = self.disk.exists(&path);
        if !is_there.map_err(|error| fail(error.to_string()))? {
            return Ok(());
        }
        let reader = SnapshotReader::open_path(&*self.disk, path.clone());
        let reader = reader.map_err(|error| fail(error.to_string()))?;
        (self.bootstrap, _) = self.read_records(reader).map_err(fail)?;
        Ok(())
    }

    fn read_snapshot(&mut self, id: SnapshotId) -> Result<(Vec<Record>, TimestampMs), String> {
        let reader = SnapshotReader::open(&*self.disk, self.quorum.dir(), id);
        self.read_records(reader.map_err(|error| error.to_string())?)
    }

    fn read_records(
        &mut self,
        mut reader: SnapshotReader,
    ) -> Result<(Vec<Record>, TimestampMs), String> {
        let mut records: Vec<Record> = Vec::new();
        let mut timestamp = TimestampMs(0);
        while let Some(bytes) = reader.next_batch().map_err(|error| error.to_string())? {
            let batch = RecordBatch::parse(&bytes).map_err(|error| error.to_string())?;
            timestamp = timestamp.max(batch.max_timestamp().unwrap_or(timestamp));
            records.extend(decode_records(&batch, &mut self.codecs)?);
        }
        Ok((records, timestamp))
    }

    fn take_snapshot_if_due(&mut self, now: Now, fx: &mut Effects) {
        if self.has_failed() || !self.quorum.snapshot_due(now) {
            return;
        }
        if let Err(failure) = self.take_snapshot(now) {
            fx.reports.push(format!(
                "a metadata snapshot could not be written: {failure}"
            ));
        }
    }

    fn take_snapshot(&mut self, now: Now) -> Result<(), quorum::Failure> {
        let image = self.loader.image();
        let Some(last) = image.provenance() else {
            return Ok(());
        };
        let Some(mut writer) = self.quorum.begin_snapshot(last.offset.next())? else {
            return Ok(());
        };
        let version = image.metadata_version();
        let mut outcome = Ok(());
        image.write(|record| {
            if outcome.is_ok() {
                outcome = writer.add(&encode(&record, version));
            }
        });
        outcome?;
        let finished = writer.finish()?;
        self.quorum.finish_snapshot(now, finished);
        Ok(())
    }

    /// Lets the controller decide, proposes its records, and parks its answer.
    fn decide(
        &mut self,
        now: Now,
        waiter: Waiter,
        decide: impl FnOnce(&Controller) -> statemachine::Decision<Record, Answer>,
    ) {
        let Self {
            runtime, quorum, ..
        } = self;
        // What is decided on is what was proposed before, committed or not.
        let machine = runtime.machine().ok();
        let version = machine.map_or(0, |controller| controller.image().metadata_version());
        runtime.decide(waiter, decide, |append: Append<'_, Record>| {
            let mut first = None;
            for records in append.records.chunks(MAX_BATCH_RECORDS) {
                let proposed = quorum.propose(now, batch(now, records, version));
                let base = proposed.ok().map(|proposed| proposed.base_offset);
                assert!(
                    base.is_some() || first.is_none(),
                    "a decision is proposed whole or not at all"
                );
                first = first.or(base);
                base?;
            }
            first
        });
    }

    fn decide_what_is_due(&mut self, now: Now) {
        while self
            .runtime
            .next_deadline()
            .is_some_and(|deadline| deadline <= now.mono)
        {
            self.decide(now, Waiter::Own(Wish::Nothing), |controller| {
                controller
                    .on_time(now)
                    .map(|()| Answer::Own(OwnAnswer::Nothing))
            });
        }
    }

    fn release(&mut self, now: Now, fx: &mut Effects) {
        for Released { waiter, outcome } in self.runtime.take_released() {
            match (waiter, outcome) {
                (Waiter::Client(ticket), Ok(Answer::Reply(reply))) => {
                    fx.replies.push((ticket, reply))
                }
                (Waiter::Client(ticket), _) => fx.abandoned.push(ticket),
                (Waiter::Envelope(ticket, outer), outcome) => {
                    release_envelope(ticket, outer, outcome, fx);
                }
                (Waiter::Own(_), Ok(Answer::Own(answer))) => self.on_own_answer(now, answer, fx),
                (Waiter::Own(wish), _) => self.on_own_refused(now, wish, fx),
            }
        }
    }
}

/// Answers the broker that has handed a request on. It may ask the next controller only where this one has decided nothing: what
/// was decided and not committed when the leadership was lost may be committed yet.
fn release_envelope(
    ticket: Ticket,
    outer: Outgoing,
    outcome: Result<Answer, Refusal>,
    fx: &mut Effects,
) {
    let reply = match outcome {
        Ok(Answer::Reply(reply)) => requests::enclose(outer, reply),
        Ok(_) => None,
        Err(Refusal::NotLeader) => requests::envelope_error(outer, ErrorCode::REQUEST_TIMED_OUT),
        Err(_) => requests::envelope_error(outer, ErrorCode::NOT_CONTROLLER),
    };
    match reply {
        Some(reply) => fx.replies.push((ticket, reply)),
        None => fx.abandoned.push(ticket),
    }
}

/// Tells of brokers that are taken out of service: clients do not see them any more.
fn report_fencing(before: &metadata::Image, published: &metadata::Published, fx: &mut Effects) {
    for id in &published.changes.brokers {
        let was = before.broker(*id).filter(|broker| !broker.fenced);
        let is = (published.image.broker(*id))
            .filter(|broker| broker.fenced && !broker.in_controlled_shutdown);
        if was.zip(is).is_some_and(|(was, is)| was.epoch == is.epoch) {
            fx.reports.push(format!(
                "broker {id} is fenced: the controller heard nothing of it for broker.session.timeout.ms; clients are \
                 sent elsewhere until it is heard of again"
            ));
        }
    }
}

fn decode_records(batch: &RecordBatch<'_>, codecs: &mut Codecs) -> Result<Vec<Record>, String> {
    if batch.is_control() {
        return Ok(Vec::new());
    }
    let records = batch
        .records(codecs, MAX_METADATA_BATCH_BYTES)
        .map_err(|error| error.to_string())?;
    let mut decoded = Vec::new();
    for record in records {
        let record = record.map_err(|error| error.to_string())?;
        let value = record
            .value
            .ok_or_else(|| format!("the record at {} is null", record.offset))?;
        let message = metadata::decode_record(record.offset, value);
        decoded.push(message.map_err(|error| error.to_string())?.into_owned());
    }
    Ok(decoded)
}

fn encode(record: &protocol::metadata_records::MetadataRecord<'_>, version: i16) -> Vec<u8> {
    metadata::encode_record(record, version).expect("the controller writes what its version has")
}

/// One batch of `records`, as the metadata version has them.
///
/// The records that set the metadata version of a new cluster are in the same form at all versions.
fn batch(now: Now, records: &[Record], version: i16) -> Vec<u8> {
    let mut builder = BatchBuilder::new();
    for record in records {
        let value = encode(record, version);
        builder.append(&NewRecord {
            timestamp: Some(now.wall),
            key: None,
            value: Some(&value),
            headers: &[],
        });
    }
    builder.finish()
}
