//! Brings this node's replicas in line with the cluster's image.
//!
//! Called on the controller's thread with each new image. Nothing here writes partition data: a
//! replica's log is opened when it is first used, and removed on an IO thread.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use group::DeletedTopic;
use metadata::{Changes, ConfigResourceType, Image, Partition as Registered, Topic};
use model::{ErrorCode, LeaderEpoch, Now, PartitionIndex, TopicId, TopicIdPartition};
use partition::{LeaderState, Partition, TopicSettings};
use storage::disk::DiskOp;
use storage::file_names::TopicPartition;
use storage::log_manager::PartitionError;

use crate::broker::Broker;
use crate::effects::Effects;
use crate::topics::{CONSUMER_OFFSETS, SHARE_GROUP_STATE, TRANSACTION_STATE};
use crate::txn_waiter::TxnWaiter;

impl Broker {
    /// Publishes `image`, which differs from the one before by `changes`.
    pub fn on_image(&self, now: Now, image: &Image, changes: &Changes, fx: &mut Effects) {
        let deleted = self.remove_deleted(now, changes, fx);
        let shared = Arc::new(image.clone());
        self.image.store(Arc::clone(&shared));
        self.effective.on_image(&shared, &mut fx.reports);
        self.apply_partitions(now, &shared, changes, fx);
        self.think_about_isrs(now, &changes.brokers, fx);
        self.apply_configs(now, &shared, changes, fx);
        self.forget_offsets(now, &deleted, fx);
        self.settle_in(now, fx);
        self.go_on_fetching(now, fx);
    }

    fn apply_partitions(&self, now: Now, image: &Image, changes: &Changes, fx: &mut Effects) {
        let mut last: Option<(TopicId, Arc<TopicSettings>)> = None;
        for id in &changes.partitions {
            let Some(topic) = image.topics().get(id.topic_id) else {
                continue;
            };
            let settings = match &last {
                Some((topic_id, settings)) if *topic_id == id.topic_id => Arc::clone(settings),
                _ => self.effective.topic(image, &topic.name),
            };
            last = Some((id.topic_id, Arc::clone(&settings)));
            self.apply_partition(now, image, topic, id.partition, &settings, fx);
        }
    }

    fn apply_partition(
        &self,
        now: Now,
        image: &Image,
        topic: &Topic,
        index: PartitionIndex,
        settings: &Arc<TopicSettings>,
        fx: &mut Effects,
    ) {
        let id = TopicIdPartition {
            topic_id: topic.id,
            partition: index,
        };
        let Some(registered) = topic.partition(index) else {
            return;
        };
        if !registered.replicas.contains(&self.me) {
            return match self.is_settled() {
                true => self.drop_replica(now, id, fx),
                // It may have been given back since; what was not is set aside.
                false => self.forget_replica(id),
            };
        }
        let replica = self.partitions.get(topic.id, index).unwrap_or_else(|| {
            let name = Arc::clone(&topic.name);
            let directory = TopicPartition::new(&name, index.0);
            let high_watermark = self.store.high_watermark(&directory);
            let settings = Arc::clone(settings);
            let replica = Partition::new(id, name, self.me, settings, high_watermark);
            let replica = Arc::new(replica);
            self.partitions.insert(id, Arc::clone(&replica));
            self.look_after_compaction(now, &replica, fx);
            replica
        });
        self.settle_home(image, topic, index, registered);
        if self.is_settled() {
            self.apply_role(now, &replica, registered, fx);
        }
    }

    /// Lets a replica lead or follow, as the metadata say.
    fn apply_role(
        &self,
        now: Now,
        replica: &Arc<Partition>,
        registered: &Registered,
        fx: &mut Effects,
    ) {
        if registered.leader == Some(self.me) {
            let leader = LeaderState::new(
                registered.leader_epoch,
                registered.partition_epoch,
                registered.replicas.iter().copied(),
                registered.isr.iter().copied(),
            );
            self.fetchers.leave(replica.id());
            replica.lead(now, leader, &mut fx.wakes);
            self.on_due(now, replica, replica.take_due(), fx);
            self.lead_coordinator_of(now, replica, registered.leader_epoch, fx);
        } else {
            replica.follow(registered.leader, registered.leader_epoch, &mut fx.wakes);
            self.resign_coordinator(now, replica, fx);
            self.copy_from_leader(replica, registered);
        }
    }

    /// The metadata are known up to this broker's own registration: from here on its replicas do what they say. What is older
    /// tells of an earlier life, in which it may have led what others lead by now.
    pub(crate) fn apply_roles(&self, now: Now, fx: &mut Effects) {
        let image = self.image();
        for replica in self.partitions.all() {
            let id = replica.id();
            if let Some(registered) = image.topics().partition(id.topic_id, id.partition) {
                self.apply_role(now, &replica, registered, fx);
            }
        }
    }

    fn copy_from_leader(&self, replica: &Arc<Partition>, registered: &Registered) {
        match registered.leader {
            Some(leader) => {
                let lanes = self.effective.now().broker.replication.fetchers;
                self.fetchers
                    .follow(replica, leader, registered.leader_epoch, lanes);
            }
            None => self.fetchers.leave(replica.id()),
        }
    }

    /// Removes the replicas of topics that are gone; gives those topics' ids and names.
    fn remove_deleted(
        &self,
        now: Now,
        changes: &Changes,
        fx: &mut Effects,
    ) -> Vec<(TopicId, Box<str>)> {
        for topic_id in changes.topics_deleted.keys() {
            for replica in self.partitions.of_topic(*topic_id) {
                self.drop_replica(now, replica.id(), fx);
            }
        }
        changes
            .topics_deleted
            .iter()
            .map(|(id, name)| (*id, name.clone()))
            .collect()
    }

    fn forget_replica(&self, id: TopicIdPartition) {
        self.partitions.remove(id);
        self.cleaner.forget(id);
        self.assignments.forget(id);
        self.fetchers.leave(id);
    }

    fn drop_replica(&self, now: Now, id: TopicIdPartition, fx: &mut Effects) {
        let Some(replica) = self.partitions.get(id.topic_id, id.partition) else {
            return;
        };
        self.forget_replica(id);
        self.close_replica(now, &replica, ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, fx);
        let mark = self.random.bits();
        let name = replica.name();
        let mut manager = self.store.manager();
        if !manager.is_matched() {
            return manager.delete_once_matched(name, id.topic_id);
        }
        manager.forget_home(&name, id.topic_id);
        let renamed = manager.delete_partition(&name, id.topic_id, mark);
        drop(manager);
        match renamed {
            Ok(path) => self.submit(DiskOp::Delete(vec![path])),
            // Nothing was ever written to it, or what lies there is a later topic's of the same name.
            Err(PartitionError::Unknown(_) | PartitionError::OtherIncarnation { .. }) => {}
            Err(error) => fx
                .reports
                .push(format!("a deleted partition stays on disk: {error}")),
        }
    }

    /// Gives a replica up; whoever waits for it hears of that, also at the coordinator that writes it.
    fn close_replica(&self, now: Now, replica: &Partition, error: ErrorCode, fx: &mut Effects) {
        replica.close(error, &mut fx.wakes);
        self.resign_coordinator(now, replica, fx);
    }

    fn lead_coordinator_of(
        &self,
        now: Now,
        replica: &Arc<Partition>,
        epoch: LeaderEpoch,
        fx: &mut Effects,
    ) {
        let place = (replica.id().partition, replica);
        match &**replica.topic() {
            CONSUMER_OFFSETS => self.lead_coordinator(now, &self.groups, place, epoch, fx),
            TRANSACTION_STATE => self.lead_coordinator(now, &self.transactions, place, epoch, fx),
            SHARE_GROUP_STATE => {
                self.lead_coordinator(now, &self.share_coordinators, place, epoch, fx);
            }
            _ => {}
        }
    }

    fn resign_coordinator(&self, now: Now, replica: &Partition, fx: &mut Effects) {
        let index = replica.id().partition.0;
        match &**replica.topic() {
            CONSUMER_OFFSETS => {
                let answers = self.groups.resign(now, index);
                fx.group_answers.extend(answers);
            }
            TRANSACTION_STATE => {
                let answers = self.transactions.resign(now, index);
                self.marker_asks.forget(index);
                TxnWaiter::answer_all(answers, fx);
            }
            SHARE_GROUP_STATE => {
                let answers = self.share_coordinators.resign(now, index);
                self.answer_shares(now, answers, fx);
            }
            _ => {}
        }
    }

    /// Brings what lies in the log directories in line with the image: of two logs of one partition that of the topic's id is
    /// kept, what was deleted is taken away, and what may lie in a directory that is offline is not begun anew.
    pub(crate) fn match_directories(&self, fx: &mut Effects) {
        let mut ours = BTreeMap::new();
        if !self.store.manager().is_whole() {
            let replicas = self.partitions.all().into_iter();
            ours.extend(replicas.map(|replica| (replica.name(), replica.id().topic_id)));
        }
        let mark = self.random.bits();
        let mut manager = self.store.manager();
        let is_online: Vec<bool> = manager.dirs().iter().map(|dir| dir.is_online()).collect();
        let removed = manager.match_partitions(&ours, mark);
        for (dir, was_online) in manager.dirs().iter().zip(is_online) {
            if was_online && !dir.is_online() {
                let path = dir.path().display();
                (fx.reports).push(format!(
                    "log directory {path} is offline: a read failed. Restart"
                ));
            }
        }
        drop(manager);
        for path in removed {
            self.submit(DiskOp::Delete(vec![path]));
        }
        self.set_strays_aside(fx);
        self.settle_homes(fx);
    }

    /// Sets aside what lies in the log directories and is none of this node's replicas any more.
    fn set_strays_aside(&self, fx: &mut Effects) {
        let image = self.image();
        let is_ours = |name: &TopicPartition| {
            let topic = image.topics().by_name(&name.topic);
            let partition = topic.and_then(|topic| topic.partition(name.partition));
            partition.is_some_and(|partition| partition.replicas.contains(&self.me))
        };
        let mut manager = self.store.manager();
        let strays = manager
            .partitions()
            .map(|(name, _)| name)
            .filter(|name| !is_ours(name));
        let strays: Vec<TopicPartition> = strays.cloned().collect();
        for stray in strays {
            match manager.set_aside(&stray, self.random.bits()) {
                Ok(path) => fx.reports.push(format!(
                    "{stray} does not belong to this node any more: its log is kept in {}",
                    path.display()
                )),
                Err(error) => fx
                    .reports
                    .push(format!("{stray} cannot be set aside: {error}")),
            }
        }
    }

    /// A sync failed: the log directory of `partition` is given up, with all that is in it.
    pub(crate) fn take_directory_of_partition_offline(
        &self,
        now: Now,
        partition: &Partition,
        fx: &mut Effects,
    ) {
        let manager = self.store.manager();
        let dir = manager.get(&partition.name()).map(|known| known.dir);
        let path = dir.map(|dir| manager.dirs()[dir].path().to_owned());
        drop(manager);
        if let Some(path) = path {
            let why = "a sync failed, so what it holds cannot be trusted";
            self.take_directory_offline(now, &path, why, fx);
        }
    }

    /// The disk failed at `path`: its log directory is given up, with all that is in it.
    pub(crate) fn take_directory_offline(
        &self,
        now: Now,
        path: &Path,
        why: &str,
        fx: &mut Effects,
    ) {
        let mut manager = self.store.manager();
        let Some(dir) = manager
            .dir_of(path)
            .filter(|dir| manager.dirs()[*dir].is_online())
        else {
            return;
        };
        let path = manager.dirs()[dir].path().to_owned();
        let lost: BTreeSet<_> = manager.set_offline(dir).into_iter().collect();
        drop(manager);
        fx.reports.push(format!(
            "log directory {} is offline: {why}; {} partitions are unavailable. Replace the disk, or restart \
             to recover what is there",
            path.display(),
            lost.len()
        ));
        fx.controller = true;
        for replica in self.partitions.all() {
            if lost.contains(&replica.name()) {
                // Its leader is not to take it for one that has everything and is silent.
                self.fetchers.leave(replica.id());
                self.close_replica(now, &replica, ErrorCode::KAFKA_STORAGE_ERROR, fx);
            }
        }
        self.go_on_fetching(now, fx);
    }

    fn apply_configs(&self, now: Now, image: &Image, changes: &Changes, fx: &mut Effects) {
        if changes
            .configs
            .iter()
            .any(|resource| resource.kind == ConfigResourceType::BROKER)
        {
            image
                .topics()
                .iter()
                .for_each(|topic| self.apply_config(now, image, topic, fx));
            return;
        }
        let changed = changes
            .configs
            .iter()
            .filter(|c| c.kind == ConfigResourceType::TOPIC);
        for topic in changed.filter_map(|resource| image.topics().by_name(&resource.name)) {
            self.apply_config(now, image, topic, fx);
        }
    }

    fn apply_config(&self, now: Now, image: &Image, topic: &Topic, fx: &mut Effects) {
        let settings = self.effective.topic(image, &topic.name);
        for replica in self.partitions.of_topic(topic.id) {
            replica.set_settings(Arc::clone(&settings));
            self.look_after_compaction(now, &replica, fx);
            // Retention may let go of something that it kept so far.
            self.on_due(now, &replica, replica.plan_now(now), fx);
        }
    }

    fn look_after_compaction(&self, now: Now, replica: &Arc<Partition>, fx: &mut Effects) {
        let backoff = self.effective.now().broker.log.cleaner_backoff;
        fx.wake_by(self.cleaner.on_config(replica, now.mono + backoff));
    }

    fn forget_offsets(&self, now: Now, deleted: &[(TopicId, Box<str>)], fx: &mut Effects) {
        if deleted.is_empty() {
            return;
        }
        let topics: Vec<_> = deleted
            .iter()
            .map(|(id, name)| DeletedTopic { id: *id, name })
            .collect();
        for shard in self.groups.all() {
            shard.on_topics_deleted(self.logs(now), &topics, fx);
        }
        let ids: BTreeSet<TopicId> = deleted.iter().map(|(id, _)| *id).collect();
        self.share_partitions.forget_topics(&ids, fx);
        self.forget_share_states(now, &ids, fx);
    }
}
