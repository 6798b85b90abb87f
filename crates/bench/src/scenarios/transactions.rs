//! One transactional producer: how long a transaction takes it, and what it costs the broker.

use std::net::SocketAddr;
use std::thread::sleep;
use std::time::Duration;

use hdrhistogram::Histogram;
use model::{ErrorCode, ProducerEpoch, ProducerId, TimestampMs};
use protocol::end_txn_request::EndTxnRequest;
use protocol::init_producer_id_request::InitProducerIdRequest;
use protocol::produce_request::{PartitionProduceData, ProduceRequest, TopicProduceData};
use protocol::wire::Records;
use records::{BatchBuilder, NewRecord};

use crate::call::{Caller, TRANSACTION, Topic, await_coordinator};
use crate::load::{Window, histogram};
use crate::scenario::Limit::AtMost;
use crate::scenario::{Context, Measure, Sample, Scenario, held, measure, note, observe};
use crate::systems::System;
use crate::template::PRODUCE_VERSION;

const TWO: &[System] = &[System::Kalda, System::KafkaTuned];

/// The first version of EndTxn whose transactions end with a new epoch, and to which a partition is added by writing to it.
const END_VERSION: i16 = 5;
/// Between two attempts while the markers of the transaction before are still being written.
const LOOK_AGAIN: Duration = Duration::from_micros(200);
/// Bytes of a record's value.
const VALUE: usize = 1_000;

const SINGLE: &[Measure] = &[
    held("p50", "us", AtMost(1_500.0)),
    measure("p99", "us"),
    measure("transactions", "/s"),
    measure("per CPU s", ""),
    measure("broker CPU", "us/txn"),
    measure("told to wait", "%"),
];
const SEVERAL: &[Measure] = &[
    measure("p50", "us"),
    measure("p99", "us"),
    measure("transactions", "/s"),
    measure("per CPU s", ""),
    measure("broker CPU", "us/txn"),
    measure("told to wait", "%"),
];

const fn scenario(
    name: &'static str,
    about: &'static str,
    measures: &'static [Measure],
    run: fn(&mut Context, System) -> Result<Sample, String>,
) -> Scenario {
    Scenario {
        name,
        about,
        measures,
        systems: TWO,
        most_reps: usize::MAX,
        by_default: false,
        run,
    }
}

/// Transactions of different sizes.
pub const SCENARIOS: &[Scenario] = &[
    scenario(
        "transactions-1",
        "one producer, one record of 1 KB to one partition a transaction, one after the other",
        SINGLE,
        |c, s| transactions(c, s, 1, 1),
    ),
    scenario(
        "transactions-10",
        "the same with 10 records a transaction",
        SEVERAL,
        |c, s| transactions(c, s, 10, 1),
    ),
    scenario(
        "transactions-100",
        "the same with 100 records a transaction",
        SEVERAL,
        |c, s| transactions(c, s, 100, 1),
    ),
    scenario(
        "transactions-wide",
        "the same with 10 partitions, 10 records to each",
        SEVERAL,
        |c, s| transactions(c, s, 10, 10),
    ),
];

/// Transactions of `records` to each of so many partitions, one after the other.
fn transactions(
    context: &mut Context,
    system: System,
    records: usize,
    partitions: i32,
) -> Result<Sample, String> {
    let target = context.target(system)?;
    let topic = context.topic(&target, partitions, &[])?;
    let mut producer = Transactional::begin(target.address, &topic, records)?;
    let window = context.window(system, context.seconds);
    let (done, observed) = std::thread::scope(|scope| {
        let done = scope.spawn(|| producer.run(&window));
        let observed = observe(target.pid, &window);
        (done.join(), observed)
    });
    let done = done.map_err(|_| "a load thread panicked".to_owned())??;
    let count = done.latencies.len().max(1) as f64;
    let mut sample = Sample::default();
    sample.set_latencies(&done.latencies);
    sample.set("transactions", count / window.seconds());
    sample.set("per CPU s", count / observed.cpu);
    sample.set("broker CPU", observed.cpu * 1e6 / count);
    sample.set("told to wait", done.delayed as f64 / count * 100.0);
    note(&mut sample, &target, &observed);
    context.done_with(&target, &topic)?;
    Ok(sample)
}

/// What one producer did in the measured time.
struct Done {
    latencies: Histogram<u64>,
    /// Requests that came before the markers of the transaction before.
    delayed: u64,
}

/// A transactional producer with a connection of its own.
struct Transactional<'a> {
    caller: Caller,
    topic: &'a Topic,
    id: String,
    records: usize,
    producer: (ProducerId, ProducerEpoch),
    delayed: u64,
}

impl<'a> Transactional<'a> {
    /// Takes a transactional id that is the topic's own.
    fn begin(address: SocketAddr, topic: &'a Topic, records: usize) -> Result<Self, String> {
        let mut caller = Caller::connect(address)?;
        let id = format!("{}-producer", topic.name);
        await_coordinator(&mut caller, TRANSACTION, &id)?;
        let request = InitProducerIdRequest {
            transactional_id: Some(id.as_str().into()),
            transaction_timeout_ms: 60_000,
            producer_id: -1,
            producer_epoch: -1,
            ..Default::default()
        };
        let (given, epoch) = loop {
            let (error, given, epoch) = caller.call(5, &request, |r| {
                (r.error_code, r.producer_id, r.producer_epoch)
            })?;
            match error {
                ErrorCode::NONE => break (given, epoch),
                // The coordinator loads its partition, or has to be given ids first.
                ErrorCode::COORDINATOR_LOAD_IN_PROGRESS | ErrorCode::NOT_COORDINATOR => {
                    sleep(LOOK_AGAIN);
                }
                error => return Err(format!("InitProducerId: {error:?}")),
            }
        };
        Ok(Self {
            caller,
            topic,
            id,
            records,
            producer: (ProducerId(given), ProducerEpoch(epoch)),
            delayed: 0,
        })
    }

    /// One transaction after the other to the end of the window.
    fn run(&mut self, window: &Window) -> Result<Done, String> {
        let mut latencies = histogram();
        window.sleep_until(window.begin);
        loop {
            let began = window.now();
            if began >= window.until {
                break;
            }
            if began < window.from {
                self.delayed = 0;
            }
            self.again_while_it_ends(Self::write)?;
            self.again_while_it_ends(Self::commit)?;
            if window.counts(began) {
                latencies.saturating_record(window.now() - began);
            }
        }
        Ok(Done {
            latencies,
            delayed: self.delayed,
        })
    }

    /// Asks until the transaction before has ended, as clients do, but without their pause.
    fn again_while_it_ends(
        &mut self,
        ask: fn(&mut Self) -> Result<ErrorCode, String>,
    ) -> Result<(), String> {
        loop {
            match ask(self)? {
                ErrorCode::NONE => return Ok(()),
                ErrorCode::CONCURRENT_TRANSACTIONS => {
                    self.delayed += 1;
                    sleep(LOOK_AGAIN);
                }
                error => return Err(format!("a transaction of {}: {error:?}", self.id)),
            }
        }
    }

    fn write(&mut self) -> Result<ErrorCode, String> {
        let batch = self.batch();
        let data = |index| PartitionProduceData {
            index,
            records: Some(Records::Bytes(batch.as_slice().into())),
            ..Default::default()
        };
        let topic = TopicProduceData {
            topic_id: self.topic.id,
            partition_data: (0..self.topic.partitions).map(data).collect(),
            ..Default::default()
        };
        let request = ProduceRequest {
            transactional_id: Some(self.id.as_str().into()),
            acks: -1,
            timeout_ms: 30_000,
            topic_data: vec![topic],
            ..Default::default()
        };
        self.caller.call(PRODUCE_VERSION, &request, |response| {
            let partitions = response
                .responses
                .iter()
                .flat_map(|t| &t.partition_responses);
            let mut errors = partitions.map(|p| p.error_code);
            errors.find(|e| !e.is_none()).unwrap_or(ErrorCode::NONE)
        })
    }

    /// The epoch is new in each transaction, so that each begins with sequence 0.
    fn batch(&self) -> Vec<u8> {
        let (id, epoch) = self.producer;
        let mut builder = BatchBuilder::new().producer(id, epoch, 0).transactional();
        let now = TimestampMs(crate::template::now_ms());
        for _ in 0..self.records {
            builder.append(&NewRecord::new(now, None, Some(&[b'v'; VALUE])));
        }
        builder.finish()
    }

    fn commit(&mut self) -> Result<ErrorCode, String> {
        let (id, epoch) = self.producer;
        let request = EndTxnRequest {
            transactional_id: self.id.as_str().into(),
            producer_id: id.0,
            producer_epoch: epoch.0,
            committed: true,
            ..Default::default()
        };
        let (error, id, epoch) = self.caller.call(END_VERSION, &request, |r| {
            (r.error_code, r.producer_id, r.producer_epoch)
        })?;
        if error.is_none() {
            self.producer = (ProducerId(id), ProducerEpoch(epoch));
        }
        Ok(error)
    }
}
