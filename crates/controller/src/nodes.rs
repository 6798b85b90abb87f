//! When the controller last heard of each broker, and how far that broker follows the metadata.

use std::collections::BTreeMap;
use std::time::Duration;

use metadata::BrokerRegistration;
use model::{BrokerEpoch, BrokerId, ErrorCode, Offset};

use crate::answer::Refused;
use crate::controller::Controller;

/// Soft state: not replicated, lost with the leadership.
#[derive(Debug)]
pub(crate) struct Contacts {
    /// When this controller became active: brokers that it has not heard of count from there.
    since: Duration,
    brokers: BTreeMap<BrokerId, Contact>,
}

/// What is known of one incarnation of a broker.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contact {
    epoch: BrokerEpoch,
    at: Duration,
    /// The last record that the broker has applied.
    pub(crate) metadata_offset: Option<Offset>,
    /// The broker may stop once all others have applied this.
    pub(crate) shutdown_offset: Option<Offset>,
}

impl Contacts {
    pub(crate) const fn new(since: Duration) -> Self {
        Self {
            since,
            brokers: BTreeMap::new(),
        }
    }

    /// What is known of a broker; an older incarnation's is forgotten.
    pub(crate) fn of(&mut self, broker: BrokerId, epoch: BrokerEpoch) -> &mut Contact {
        let (at, metadata_offset, shutdown_offset) = (self.since, None, None);
        let fresh = Contact {
            epoch,
            at,
            metadata_offset,
            shutdown_offset,
        };
        let contact = self.brokers.entry(broker).or_insert(fresh);
        if contact.epoch != epoch {
            *contact = fresh;
        }
        contact
    }

    /// The broker has just been heard.
    pub(crate) fn heard(
        &mut self,
        broker: BrokerId,
        epoch: BrokerEpoch,
        now: Duration,
    ) -> &mut Contact {
        let contact = self.of(broker, epoch);
        contact.at = contact.at.max(now);
        contact
    }

    /// When this incarnation of a broker was last heard.
    pub(crate) fn last_heard(&self, broker: &BrokerRegistration) -> Duration {
        self.known(broker).map_or(self.since, |contact| contact.at)
    }

    fn known(&self, broker: &BrokerRegistration) -> Option<&Contact> {
        self.brokers
            .get(&broker.id)
            .filter(|contact| contact.epoch == broker.epoch)
    }

    fn metadata_offset(&self, broker: &BrokerRegistration) -> Option<Offset> {
        self.known(broker)
            .and_then(|contact| contact.metadata_offset)
    }
}

impl Controller {
    /// Whether a broker was heard of within its session.
    pub(crate) fn has_session(&self, broker: &BrokerRegistration, now: Duration) -> bool {
        self.contacts.lock().last_heard(broker) + self.settings.session_timeout >= now
    }

    /// Whether a registered incarnation may still be alive, so that no other may take its place.
    ///
    /// One of this very node that this controller has not heard of is the one before a restart: its
    /// session need not run out, which Apache Kafka waits for.
    pub(crate) fn may_be_alive(&self, broker: &BrokerRegistration, now: Duration) -> bool {
        let own = broker.id == self.settings.node_id;
        let heard = self.contacts.lock().known(broker).is_some();
        !broker.fenced && (heard || !own) && self.has_session(broker, now)
    }

    /// When the first session of an unfenced broker ends unless it is heard of.
    pub(crate) fn next_session_end(&self) -> Option<Duration> {
        let contacts = self.contacts.lock();
        let unfenced = self.image.brokers().filter(|broker| !broker.fenced);
        let heard = unfenced.map(|broker| contacts.last_heard(broker)).min()?;
        // One more, because a session is over after its time-out, not at it.
        Some(heard + self.settings.session_timeout + Duration::from_nanos(1))
    }

    /// An unfenced broker whose session is over; the one with the smallest id.
    pub(crate) fn stale_broker(&self, now: Duration) -> Option<&BrokerRegistration> {
        let mut unfenced = self.image.brokers().filter(|broker| !broker.fenced);
        unfenced.find(|broker| !self.has_session(broker, now))
    }

    /// The offset that every active broker has applied.
    pub(crate) fn lowest_active_offset(&self) -> LowestOffset {
        let contacts = self.contacts.lock();
        let active = self.image.brokers().filter(|broker| broker.is_active());
        let mut lowest = LowestOffset::NoneActive;
        for broker in active {
            lowest = match (lowest, contacts.metadata_offset(broker)) {
                (_, None) => return LowestOffset::Unknown,
                (LowestOffset::At(lowest), Some(offset)) => LowestOffset::At(lowest.min(offset)),
                (_, Some(offset)) => LowestOffset::At(offset),
            };
        }
        lowest
    }

    /// Refuses a request of an incarnation of a broker that is not the registered one.
    pub(crate) fn check_broker_epoch(
        &self,
        broker: i32,
        epoch: i64,
    ) -> Result<&BrokerRegistration, Refused> {
        let stale = |message| Refused::new(ErrorCode::STALE_BROKER_EPOCH, message);
        let registered = self.image.broker(BrokerId(broker)).ok_or_else(|| {
            stale(format!(
                "No broker registration found for broker id {broker}"
            ))
        })?;
        if registered.epoch.0 != epoch {
            let expected = registered.epoch;
            return Err(stale(format!(
                "Expected broker epoch {expected}, but got broker epoch {epoch}"
            )));
        }
        Ok(registered)
    }
}

/// How far the slowest active broker follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LowestOffset {
    /// Nobody has to follow.
    NoneActive,
    /// One of them has not said yet.
    Unknown,
    /// All have applied this record.
    At(Offset),
}
