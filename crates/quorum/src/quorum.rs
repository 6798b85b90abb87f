//! The quorum as one voter sees it.
//!
//! The owner tells it what happens ([`Quorum::on_time`], [`Quorum::on_message`], [`Quorum::propose`],
//! [`Quorum::on_synced`]) and then, once per turn, asks what is to be done ([`Quorum::poll`]).

use std::collections::BTreeMap;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use model::{BrokerId, DirectoryId, LeaderEpoch, Now, Offset, TimestampMs};
use raft::eraftpb::{Message, MessageType};
use raft::{ProgressState, RawNode, SnapshotStatus, StateRole};
use storage::disk::Disk;
use storage::log::Log;

use crate::batch;
use crate::config::{Config, Endpoint};
use crate::entry_log::{EntryLog, epoch};
use crate::error::{Failure, NotProposed};
use crate::identity::{PeerId, Voters};
use crate::jitter::Jitter;
use crate::journal::Journal;
use crate::metadata_log::MetadataLog;
use crate::output::{Event, Output, Proposed};
use crate::quorum_state::QuorumState;
use crate::ready::Persist;
use crate::snapshot_files::SnapshotFiles;
use crate::transfer::{self, Incoming, Next, Outgoing};
use crate::wire::{Body, Envelope, Offer};

/// An election timeout has so many ticks.
pub(crate) const ELECTION_TICKS: usize = 20;
/// A leader is heard of each time so many ticks have passed.
pub(crate) const HEARTBEAT_TICKS: usize = 2;

/// One voter of the metadata quorum.
pub struct Quorum {
    pub(crate) config: Config,
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) dir: PathBuf,
    pub(crate) me: PeerId,
    pub(crate) voters: Voters,
    pub(crate) node: RawNode<EntryLog>,
    pub(crate) journal: Journal,
    pub(crate) log: MetadataLog,
    pub(crate) snapshots: SnapshotFiles,
    pub(crate) incoming: Option<Incoming>,
    pub(crate) outgoing: Outgoing,
    pub(crate) jitter: Jitter,
    /// What a leader has heard of the others.
    pub(crate) heard: BTreeMap<u64, Heard>,
    pub(crate) now: Now,
    pub(crate) next_tick: Duration,
    pub(crate) role: Role,
    /// As it was last told and written to `quorum-state`.
    pub(crate) known: Option<QuorumState>,
    pub(crate) persist: Persist,
    pub(crate) applied: Applied,
    pub(crate) out: Output,
    pub(crate) has_failed: bool,
}

/// What this voter is to its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Follower,
    /// Raft's leader, whose first entry is not committed yet.
    Elected {
        epoch: LeaderEpoch,
        first: u64,
    },
    /// The next proposal begins at `next`.
    Leading {
        epoch: LeaderEpoch,
        next: Offset,
    },
}

/// When a leader heard of another voter.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Heard {
    at: TimestampMs,
    /// When it had all that was committed.
    caught_up_at: Option<TimestampMs>,
}

/// How far the owner has been told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Applied {
    /// The raft index of the last entry.
    pub(crate) index: u64,
    /// The offset after it: the high watermark.
    pub(crate) end: Offset,
    /// The latest timestamp in the log.
    pub(crate) timestamp: TimestampMs,
    /// Bytes of batches since the newest snapshot.
    pub(crate) bytes: u64,
    /// When the newest snapshot was taken, or the quorum started.
    pub(crate) snapshot_at: Duration,
}

/// The quorum as DescribeQuorum shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuorumInfo {
    /// The leader, if one is known.
    pub leader: Option<BrokerId>,
    /// The current epoch.
    pub epoch: LeaderEpoch,
    /// Every record below is committed, as far as this voter knows.
    pub high_watermark: Offset,
    /// Every voter; progress is known on the leader only.
    pub voters: Vec<VoterProgress>,
}

/// One voter in a [`QuorumInfo`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoterProgress {
    /// The voter.
    pub id: BrokerId,
    /// Its metadata directory.
    pub directory_id: DirectoryId,
    /// The offset up to which it has the log; `None` on a voter that does not lead.
    pub log_end_offset: Option<Offset>,
    /// When the leader heard of it last.
    pub heard_at: Option<TimestampMs>,
    /// When it had, as the leader knows, all that was committed.
    pub caught_up_at: Option<TimestampMs>,
}

impl Quorum {
    /// Time has passed. Call it no later than [`Quorum::next_deadline`].
    pub fn on_time(&mut self, now: Now) {
        self.now = now;
        if self.has_failed || !self.has_ticks() || now.mono < self.next_tick {
            return;
        }
        // Time in which this node did not run is nobody's silence: a late tick is one tick.
        self.next_tick = now.mono + self.tick();
        self.node.tick();
        self.settle();
        let ticked = self.tick_transfers();
        self.note(ticked);
    }

    /// Bytes from the voter `from` on an authenticated connection. What is not a message of it is ignored.
    pub fn on_message(&mut self, now: Now, from: BrokerId, bytes: &[u8]) {
        self.now = now;
        let Some(envelope) = Envelope::decode(bytes).filter(|_| !self.has_failed) else {
            return;
        };
        let is_for_me = envelope.to == self.me.0;
        let is_from_there =
            envelope.from != self.me.0 && self.voters.node(envelope.from) == Some(from);
        if !is_for_me || !is_from_there {
            return;
        }
        let done = match envelope.body {
            Body::Raft(message) if message.has_snapshot() => self.on_offer(*message),
            Body::Raft(message) => {
                self.step(*message);
                Ok(())
            }
            Body::ChunkRequest { id, position } => {
                self.outgoing.on_request(envelope.from);
                transfer::chunk(&*self.disk, &self.dir, id, position)
                    .map(|body| self.send(envelope.from, body))
            }
            Body::Chunk {
                id,
                position,
                size,
                content,
            } => {
                let offered = self
                    .incoming
                    .as_mut()
                    .filter(|it| it.message.from == envelope.from);
                match offered.map(|it| it.on_chunk(id, position, size, &content)) {
                    Some(next) => next.and_then(|next| self.go_on(next)),
                    None => Ok(()),
                }
            }
            Body::Gone { id } if self.incoming.as_ref().is_some_and(|it| it.offer.id == id) => {
                self.go_on(Next::GiveUp)
            }
            Body::Gone { .. } => Ok(()),
        };
        self.note(done);
    }

    /// Proposes one batch of magic 2 with any base offset and epoch. It is written and sent with the
    /// next [`Quorum::poll`], together with the other proposals of the turn.
    ///
    /// # Errors
    /// Says why not; nothing has changed then.
    pub fn propose(&mut self, now: Now, batch: Vec<u8>) -> Result<Proposed, NotProposed> {
        self.now = now;
        let Role::Leading { epoch, next } = self.role else {
            return Err(NotProposed::NotLeader);
        };
        if self.has_failed || self.node.raft.lead_transferee.is_some() {
            return Err(NotProposed::NotLeader);
        }
        let fits = batch.len() <= self.config.segment_bytes as usize;
        let shape = batch::shape(&batch)
            .filter(|_| fits)
            .ok_or(NotProposed::InvalidBatch)?;
        self.node
            .propose(Vec::new(), batch)
            .map_err(|_| NotProposed::Overloaded)?;
        let end_offset = next.plus(shape.offsets);
        self.role = Role::Leading {
            epoch,
            next: end_offset,
        };
        Ok(Proposed {
            base_offset: next,
            end_offset,
            epoch,
        })
    }

    /// The sync that [`Output::sync`] asked for has ended.
    pub fn on_synced(&mut self, now: Now, upto: u64, result: std::io::Result<()>) {
        self.now = now;
        match result {
            Ok(()) if !self.has_failed => self.synced(upto),
            Ok(()) => {}
            Err(source) => self.note(Err(Failure::Disk {
                path: self.journal.path(),
                source,
            })),
        }
    }

    /// What is to be done. Call it after the turn's inputs, and until it is empty if syncs are carried
    /// out at once.
    pub fn poll(&mut self) -> Output {
        if !self.has_failed {
            let driven = self.drive();
            self.note(driven);
        }
        if !self.has_failed {
            self.request_sync();
        }
        mem::take(&mut self.out)
    }

    /// When [`Quorum::on_time`] wants to be called; `None` for a quorum of one, which waits for nothing.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Duration> {
        self.has_ticks().then_some(self.next_tick)
    }

    /// Hands the leadership to the follower that is furthest: before a shutdown. Without one that is
    /// alive, or on a follower, nothing happens. It takes effect with later messages.
    pub fn resign(&mut self, now: Now) {
        self.now = now;
        if self.has_failed || self.node.raft.state != StateRole::Leader {
            return;
        }
        let me = self.me.0;
        let others = self
            .node
            .raft
            .prs()
            .iter()
            .filter(|(id, it)| **id != me && it.recent_active);
        let furthest = others
            .max_by_key(|(id, it)| (it.matched, **id))
            .map(|(id, _)| *id);
        if let Some(peer) = furthest {
            self.node.transfer_leader(peer);
            self.settle();
        }
    }

    /// The leader, the epoch, the voters and how far they are.
    #[must_use]
    pub fn info(&self) -> QuorumInfo {
        let raft = &self.node.raft;
        let is_leader = raft.state == StateRole::Leader;
        let end_of = |peer: PeerId| raft.prs().get(peer.0).map(|it| it.matched);
        let progress = |voter: &crate::config::Voter| {
            let matched = end_of(PeerId::new(voter.id, voter.directory_id));
            let kept = matched.map(|index| {
                self.node
                    .store()
                    .end_of(index.min(self.node.store().last()))
            });
            let peer = PeerId::new(voter.id, voter.directory_id);
            let heard = self.heard.get(&peer.0).filter(|_| is_leader);
            VoterProgress {
                id: voter.id,
                directory_id: voter.directory_id,
                log_end_offset: kept.filter(|_| is_leader),
                heard_at: heard.map(|heard| heard.at),
                caught_up_at: heard.and_then(|heard| heard.caught_up_at),
            }
        };
        QuorumInfo {
            leader: self.voters.node(raft.leader_id),
            epoch: epoch(raft.term),
            high_watermark: self.applied.end,
            voters: self.voters.to_vec().iter().map(progress).collect(),
        }
    }

    /// Where a voter listens, as the record of the voters says; static voters say nothing there.
    #[must_use]
    pub fn endpoint_of(&self, id: BrokerId) -> Option<Endpoint> {
        let voters = self.voters.to_vec();
        let voter = voters.into_iter().find(|voter| voter.id == id)?;
        voter.endpoints.into_iter().next()
    }

    /// The log of the committed batches: its end is the high watermark. For brokers that follow by Fetch.
    pub const fn log_mut(&mut self) -> &mut Log {
        self.log.inner_mut()
    }

    /// Where the quorum's files are.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    fn tick(&self) -> Duration {
        (self.config.election_timeout / ELECTION_TICKS as u32).max(Duration::from_millis(1))
    }

    fn has_ticks(&self) -> bool {
        self.voters.len() > 1
    }

    /// Keeps a failure for the owner and stops.
    pub(crate) fn note(&mut self, result: Result<(), Failure>) {
        if let Err(failure) = result {
            self.has_failed = true;
            self.out.failure.get_or_insert(failure);
        }
    }

    pub(crate) fn send(&mut self, to: u64, body: Body) {
        if let Some(node) = self.voters.node(to) {
            let envelope = Envelope {
                to,
                from: self.me.0,
                body,
            };
            self.out.send.push((node, envelope.encode()));
        }
    }

    fn step(&mut self, mut message: Message) {
        if !self.is_plausible(&message) {
            return;
        }
        self.drop_stale_rejection(&mut message);
        let from = message.from;
        // Raft refuses what it cannot use; that is no failure.
        let _ = self.node.step(message);
        self.note_heard(from);
        self.settle();
    }

    /// A leader has heard of another voter.
    fn note_heard(&mut self, from: u64) {
        let raft = &self.node.raft;
        let Some(progress) = raft
            .prs()
            .get(from)
            .filter(|_| raft.state == StateRole::Leader)
        else {
            return;
        };
        let has_all = progress.matched >= raft.raft_log.committed;
        let heard = self.heard.entry(from).or_default();
        heard.at = self.now.wall;
        if has_all {
            heard.caught_up_at = Some(self.now.wall);
        }
    }

    /// Raft panics where a message speaks of entries that cannot be.
    fn is_plausible(&self, message: &Message) -> bool {
        let last = self.node.raft.raft_log.last_index();
        match message.get_msg_type() {
            MessageType::MsgHeartbeat => message.commit <= last,
            MessageType::MsgAppendResponse => {
                message.term != self.node.raft.term || message.reject || message.index <= last
            }
            _ => true,
        }
    }

    /// A follower that has acknowledged an entry cannot lack one before it: a rejection that says so
    /// was overtaken. Raft 0.7 would probe from there again (its fix #557 is not released).
    fn drop_stale_rejection(&self, message: &mut Message) {
        if message.get_msg_type() != MessageType::MsgAppendResponse || !message.reject {
            return;
        }
        if let Some(progress) = self.node.raft.prs().get(message.from)
            && message.request_snapshot == 0
            && message.index <= progress.matched
        {
            // An acknowledgement of what is known already says "still alive" and nothing else.
            (message.reject, message.index) = (false, progress.matched);
        }
    }

    /// What must follow every step of raft: our timeout, our first entry, the rules, the owner's view.
    pub(crate) fn settle(&mut self) {
        self.jitter.overwrite(&mut self.node.raft);
        self.keep_next_above_matched();
        self.follow_role();
        let waits = |peer| {
            let progress = self.node.raft.prs().get(peer);
            progress.is_some_and(|it| it.state == ProgressState::Snapshot)
        };
        self.outgoing.retain(waits);
        let told = self.tell_leader();
        self.note(told);
    }

    fn keep_next_above_matched(&mut self) {
        if self.node.raft.state != StateRole::Leader {
            return;
        }
        for (_, progress) in self.node.raft.mut_prs().iter_mut() {
            progress.next_idx = progress.next_idx.max(progress.matched + 1);
            assert!(
                progress.next_idx > progress.matched,
                "next is above what is known to match"
            );
        }
    }

    fn follow_role(&mut self) {
        let current = epoch(self.node.raft.term);
        let is_leader = self.node.raft.state == StateRole::Leader;
        match self.role {
            Role::Elected { epoch, .. } | Role::Leading { epoch, .. }
                if is_leader && epoch == current => {}
            Role::Leading { epoch, .. } => {
                self.out.events.push(Event::Resigned { epoch });
                self.role = Role::Follower;
                self.follow_role();
            }
            _ if is_leader => {
                let first = self.fill_first_entry();
                self.heard.clear();
                self.role = Role::Elected {
                    epoch: current,
                    first,
                };
            }
            _ => self.role = Role::Follower,
        }
    }

    /// Raft begins a term with an empty entry, which has not left this voter yet: it becomes the
    /// LeaderChange batch, here and in the messages that carry it.
    fn fill_first_entry(&mut self) -> u64 {
        let voters = self.voters.to_vec();
        let me = self.voters.get(self.me).expect("a leader is a voter");
        let data = Bytes::from(batch::leader_change(me, &voters, self.now.wall));
        let raft = &mut self.node.raft;
        let first = raft.raft_log.last_index();
        let unstable = &mut raft.r.raft_log.unstable;
        let entry = unstable
            .entries
            .last_mut()
            .expect("a new leader has just appended");
        assert!(
            entry.index == first && entry.data.is_empty(),
            "a term begins with an empty entry"
        );
        entry.data = data.clone();
        unstable.entries_size += data.len();
        let sent = raft
            .msgs
            .iter_mut()
            .flat_map(|message| message.entries.iter_mut());
        sent.filter(|entry| entry.index == first)
            .for_each(|entry| entry.data = data.clone());
        first
    }

    fn tell_leader(&mut self) -> Result<(), Failure> {
        let raft = &self.node.raft;
        let voter = self.voters.get(PeerId(raft.vote));
        let state = QuorumState {
            leader: self.voters.node(raft.leader_id),
            epoch: epoch(raft.term),
            voted: voter.map(|voter| (voter.id, voter.directory_id)),
        };
        if self.known.as_ref() == Some(&state) {
            return Ok(());
        }
        let told = self.known.as_ref().map(|known| (known.leader, known.epoch));
        if told != Some((state.leader, state.epoch)) {
            let (leader, epoch) = (state.leader, state.epoch);
            self.out.events.push(Event::LeaderChanged { leader, epoch });
        }
        state.write(
            &*self.disk,
            &self.dir,
            self.config.kraft_version,
            &self.voters.to_vec(),
        )?;
        self.known = Some(state);
        Ok(())
    }

    fn tick_transfers(&mut self) -> Result<(), Failure> {
        for peer in self.outgoing.on_tick() {
            self.node.report_snapshot(peer, SnapshotStatus::Failure);
        }
        self.settle();
        match self.incoming.as_mut().map(Incoming::on_tick) {
            Some(next) => self.go_on(next),
            None => Ok(()),
        }
    }

    /// A leader has dropped the entries that this voter needs.
    fn on_offer(&mut self, message: Message) -> Result<(), Failure> {
        let snapshot = message.get_snapshot();
        let metadata = snapshot.get_metadata();
        let Some(offer) = Offer::decode(&snapshot.data) else {
            return Ok(());
        };
        let is_new = metadata.index > self.node.raft.raft_log.committed
            && message.term >= self.node.raft.term;
        let is_known = self.incoming.as_ref().is_some_and(|it| it.offer == offer);
        if !is_new {
            self.step_without_snapshot(message);
            return Ok(());
        }
        if is_known {
            // The same again, perhaps of a newer term: what has come already stays.
            self.incoming
                .iter_mut()
                .for_each(|it| it.message = message.clone());
            return Ok(());
        }
        let mut incoming = Incoming::start(&*self.disk, &self.dir, offer, message)?;
        self.send(incoming.message.from, incoming.ask());
        self.incoming = Some(incoming);
        Ok(())
    }

    /// Raft answers an offer that is not needed with what it has.
    fn step_without_snapshot(&mut self, message: Message) {
        if message.get_snapshot().get_metadata().index <= self.node.raft.raft_log.committed {
            let _ = self.node.step(message);
            self.settle();
        }
    }

    fn go_on(&mut self, next: Next) -> Result<(), Failure> {
        match next {
            Next::Wait => Ok(()),
            Next::Ask(body) => {
                if let Some(from) = self.incoming.as_ref().map(|it| it.message.from) {
                    self.send(from, body);
                }
                Ok(())
            }
            Next::GiveUp => {
                self.forget_incoming();
                Ok(())
            }
            Next::Complete => self.take_snapshot(),
        }
    }
}
