//! Carrying out what raft has ready: write, have synced, send, apply.
//!
//! Raft numbers what it gives out. A ready with writes is dirty until a sync that began later has
//! ended; messages that promise what was written wait for that. One sync is under way at a time, so
//! that whatever comes meanwhile shares the next.

use std::collections::VecDeque;

use bytes::Bytes;
use model::Offset;
use raft::eraftpb::{Entry, HardState, Message, Snapshot};
use raft::{Ready, StateRole};
use records::RecordBatch;

use crate::batch;
use crate::entry_log::epoch;
use crate::error::Failure;
use crate::frame::{Base, Frame};
use crate::identity::Voters;
use crate::output::{CommittedBatch, Event, SyncRequest};
use crate::quorum::{Quorum, Role};
use crate::wire::{Body, Offer};

/// What is written and not synced, and what waits for it.
#[derive(Debug, Default)]
pub(crate) struct Persist {
    /// The number of raft's last ready.
    newest: u64,
    /// Readies with writes, and the journal's end after each.
    dirty: VecDeque<(u64, u64)>,
    /// The sync that is under way serves the readies up to this number.
    under_way: Option<u64>,
    /// Messages that may go once their ready is synced.
    held: VecDeque<(u64, Vec<Message>)>,
}

impl Persist {
    /// Everything up to this ready is synced.
    fn synced(&self) -> u64 {
        self.dirty
            .front()
            .map_or(self.newest, |(number, _)| number - 1)
    }
}

impl Quorum {
    /// Carries out what raft has ready until it has nothing more.
    pub(crate) fn drive(&mut self) -> Result<(), Failure> {
        while self.node.has_ready() {
            let ready = self.node.ready();
            self.carry_out(ready)?;
        }
        Ok(())
    }

    fn carry_out(&mut self, mut ready: Ready) -> Result<(), Failure> {
        let number = ready.number();
        self.persist.newest = number;
        self.send_all(ready.take_messages());
        if !ready.snapshot().is_empty() {
            self.install(&ready)?;
        } else {
            self.write(&ready)?;
        }
        let held = ready.take_persisted_messages();
        if !held.is_empty() {
            self.persist.held.push_back((number, held));
        }
        for entry in ready.take_committed_entries() {
            self.apply(&entry)?;
        }
        self.node.advance_append_async(ready);
        self.on_persisted();
        self.node.advance_apply_to(self.applied.index);
        Ok(())
    }

    fn write(&mut self, ready: &Ready) -> Result<(), Failure> {
        if let Some(state) = ready.hs() {
            self.node.mut_store().set_hard_state(state.clone());
        }
        // A commit index alone is not worth a write: it is learned again from the leader.
        if !ready.must_sync() {
            return Ok(());
        }
        let state = self.node.store().hard_state().clone();
        let mut frames = vec![Frame::HardState(state)];
        frames.extend(ready.entries().iter().cloned().map(Frame::Entry));
        self.journal.append(&frames)?;
        self.node.mut_store().append(ready.entries());
        self.persist
            .dirty
            .push_back((ready.number(), self.journal.end()));
        Ok(())
    }

    pub(crate) fn request_sync(&mut self) {
        if self.persist.under_way.is_some() {
            return;
        }
        if let Some((upto, _)) = self.persist.dirty.back() {
            let (file, dir) = self.journal.to_sync();
            let (files, dirs) = (vec![file], dir.into_iter().collect());
            self.persist.under_way = Some(*upto);
            self.out.sync = Some(SyncRequest {
                files,
                dirs,
                upto: *upto,
            });
        }
    }

    /// A sync has ended well.
    pub(crate) fn synced(&mut self, upto: u64) {
        if self.persist.under_way != Some(upto) {
            return;
        }
        self.persist.under_way = None;
        while let Some((_, end)) = self
            .persist
            .dirty
            .pop_front_if(|(number, _)| *number <= upto)
        {
            self.journal.on_synced(end);
        }
        self.on_persisted();
    }

    /// Everything that was written is synced. A sync that is under way ends for nothing.
    pub(crate) fn all_synced(&mut self) {
        self.persist.dirty.clear();
        self.on_persisted();
    }

    fn on_persisted(&mut self) {
        let synced = self.persist.synced();
        self.node.on_persist_ready(synced);
        while let Some((_, held)) = self
            .persist
            .held
            .pop_front_if(|(number, _)| *number <= synced)
        {
            self.send_all(held);
        }
        self.settle();
    }

    fn send_all(&mut self, messages: Vec<Message>) {
        for message in messages {
            if message.has_snapshot() {
                self.outgoing.on_offered(message.to);
            }
            self.send(message.to, Body::Raft(Box::new(message)));
        }
    }

    fn apply(&mut self, entry: &Entry) -> Result<(), Failure> {
        assert_eq!(
            entry.index,
            self.applied.index + 1,
            "entries are applied one after the other"
        );
        self.applied.index = entry.index;
        let batch = batch::placed(&entry.data, self.applied.end, epoch(entry.term));
        self.log.append(self.now, &batch)?;
        self.deliver(Bytes::from(batch));
        self.begin_to_lead(entry.index);
        Ok(())
    }

    /// Tells the owner of a batch that is in the log.
    pub(crate) fn deliver(&mut self, bytes: Bytes) {
        let batch = RecordBatch::parse(&bytes).expect("the log holds whole batches");
        let (base_offset, end_offset) = (batch.base_offset(), batch.last_offset().next());
        let epoch = batch
            .leader_epoch()
            .expect("a batch in the log has its leader's epoch");
        let timestamp = batch.max_timestamp().unwrap_or_default();
        self.applied.end = end_offset;
        self.applied.bytes += bytes.len() as u64;
        self.applied.timestamp = self.applied.timestamp.max(timestamp);
        let batch = CommittedBatch {
            base_offset,
            end_offset,
            epoch,
            bytes,
        };
        self.out.events.push(Event::Committed(batch));
    }

    /// The first entry of our own term is committed, and with it all before.
    fn begin_to_lead(&mut self, index: u64) {
        if let Role::Elected { epoch, first } = self.role
            && index >= first
            && self.node.raft.state == StateRole::Leader
        {
            let end = self.applied.end;
            self.role = Role::Leading { epoch, next: end };
            self.out.events.push(Event::Leading { epoch, end });
        }
    }

    /// All chunks of a snapshot have come: raft decides whether it is still of use.
    pub(crate) fn take_snapshot(&mut self) -> Result<(), Failure> {
        // What raft has been told before may come with a snapshot's ready only if it is older.
        self.drive()?;
        let Some(incoming) = &self.incoming else {
            return Ok(());
        };
        if incoming.verify(&*self.disk)?.is_none() {
            self.forget_incoming();
            return Ok(());
        }
        let mut message = incoming.message.clone();
        let voters = batch::read_voters(&incoming.offer.voters).unwrap_or_default();
        if let Ok(voters) = Voters::new(&voters) {
            message
                .mut_snapshot()
                .mut_metadata()
                .set_conf_state(voters.conf_state());
            // Raft refuses what it cannot use; that is no failure.
            let _ = self.node.step(message);
            self.settle();
        }
        self.drive()?;
        self.forget_incoming();
        Ok(())
    }

    pub(crate) fn forget_incoming(&mut self) {
        if let Some(incoming) = self.incoming.take() {
            self.snapshots.discard_part(incoming.offer.id);
        }
    }

    /// Puts a snapshot in the place of everything up to it.
    ///
    /// The order matters: a snapshot that the journal does not know is ignored at a start; a log that
    /// ends before the journal's base is begun anew at its snapshot.
    fn install(&mut self, ready: &Ready) -> Result<(), Failure> {
        let incoming = self
            .incoming
            .take()
            .expect("raft gets a snapshot only from here");
        let whole = incoming
            .verify(&*self.disk)?
            .expect("it was verified before raft was told");
        let base = base_of(ready.snapshot(), &incoming.offer);
        let voters = batch::read_voters(&incoming.offer.voters).unwrap_or_default();
        self.snapshots.publish(whole)?;
        self.voters = Voters::new(&voters)?;
        let state = ready
            .hs()
            .cloned()
            .unwrap_or_else(|| self.node.store().hard_state().clone());
        let store = self.node.mut_store();
        store.set_hard_state(HardState {
            commit: state.commit.max(base.index),
            ..state
        });
        store.reset(base.clone(), self.voters.conf_state());
        store.append(ready.entries());
        self.journal.rewrite(&self.node.store().contents())?;
        self.persist.dirty.clear();
        self.log.reset(self.now, base.end)?;
        let id = incoming.offer.id;
        self.snapshots.retain(|old| old == id)?;
        self.applied.index = base.index;
        self.applied.end = base.end;
        self.applied.timestamp = whole.timestamp;
        self.applied.bytes = 0;
        self.applied.snapshot_at = self.now.mono;
        self.note_newest_snapshot(base.index, base.term);
        self.out.events.push(Event::SnapshotInstalled(id));
        Ok(())
    }

    /// Raft may offer the newest snapshot, which ends with entry `index`.
    pub(crate) fn note_newest_snapshot(&mut self, index: u64, term: u64) {
        let Some(newest) = self.snapshots.newest() else {
            return;
        };
        let voters = batch::voters_record(&self.voters.to_vec());
        let offer = Offer {
            id: newest.id,
            size: newest.size,
            voters,
        };
        debug_assert_eq!(newest.id.end_offset, self.node.store().end_of(index));
        self.node
            .mut_store()
            .set_snapshot(index, term, offer.encode());
    }
}

fn base_of(snapshot: &Snapshot, offer: &Offer) -> Base {
    Base {
        index: snapshot.get_metadata().index,
        term: snapshot.get_metadata().term,
        end: offer.id.end_offset,
        epoch: offer.id.epoch,
        // The log that this base replaces was not synced for it.
        log_durable: Offset::ZERO,
        voters: offer.voters.clone(),
    }
}
