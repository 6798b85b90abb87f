//! librdkafka as a load: produces or consumes for some seconds and prints what it did.
//!
//! Arguments: the bootstrap address, the topic, `produce` or `consume`, seconds to warm up, seconds to measure. It prints `ready` when
//! it begins to warm up, as a consumer once it has its first record; then records and bytes of the measured time, and its own
//! processor seconds in it.

// The line is what the benchmark reads.
#![expect(clippy::print_stdout, reason = "a load reports on standard output")]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::topic_partition_list::Offset;

/// Bytes of a record's value.
const VALUE: usize = 1000;
/// How long a consumer waits for its first record.
const JOINING: Duration = Duration::from_secs(30);

#[derive(Clone, Copy)]
struct Plan<'a> {
    bootstrap: &'a str,
    topic: &'a str,
    warm_up: Duration,
    measured: Duration,
}

#[derive(Default)]
struct Seen {
    records: u64,
    bytes: u64,
    cpu: f64,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [bootstrap, topic, job, warm_up, measured] = &arguments[..] else {
        println!("usage: rdkafka-load BOOTSTRAP TOPIC produce|consume WARM_UP SECONDS");
        return ExitCode::from(2);
    };
    let seconds = |text: &String| Duration::from_secs_f64(text.parse().unwrap_or(1.0));
    let plan = Plan {
        bootstrap,
        topic,
        warm_up: seconds(warm_up),
        measured: seconds(measured),
    };
    let seen = match job.as_str() {
        "produce" => produce(plan),
        _ => consume(plan),
    };
    match seen {
        Ok(Seen {
            records,
            bytes,
            cpu,
        }) => {
            println!("{records} {bytes} {cpu}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn own_cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = |index| fields.split_whitespace().nth(index)?.parse::<u64>().ok();
    let both = ticks(11)
        .zip(ticks(12))
        .map_or(0, |(user, system)| user + system);
    both as f64 / rustix::param::clock_ticks_per_second() as f64
}

/// Calls `step` until the time is over; it gives the bytes of each record that it finished.
fn measure(
    plan: Plan<'_>,
    mut step: impl FnMut() -> Result<Option<u64>, KafkaError>,
) -> Result<Seen, KafkaError> {
    let began = Instant::now();
    let mut seen = Seen::default();
    while began.elapsed() < plan.warm_up {
        step()?;
    }
    let (before, from) = (own_cpu(), Instant::now());
    while from.elapsed() < plan.measured {
        if let Some(bytes) = step()? {
            seen.records += 1;
            seen.bytes += bytes;
        }
    }
    seen.cpu = own_cpu() - before;
    Ok(seen)
}

fn produce(plan: Plan<'_>) -> Result<Seen, KafkaError> {
    let producer: BaseProducer = ClientConfig::new()
        .set("bootstrap.servers", plan.bootstrap)
        .set("acks", "1")
        .set("linger.ms", "5")
        .set("batch.size", "65536")
        .set("batch.num.messages", "64")
        .set("queue.buffering.max.kbytes", "65536")
        .create()?;
    let value = vec![b'v'; VALUE];
    println!("ready");
    let mut partition = 0;
    let seen = measure(plan, || {
        // 64 records in a row go to a partition, so that each is worth a batch.
        partition = (partition + 1) % (6 * 64);
        let record: BaseRecord<'_, (), [u8]> = BaseRecord::to(plan.topic)
            .payload(&value[..])
            .partition(partition / 64);
        match producer.send(record) {
            Ok(()) => Ok(Some(VALUE as u64)),
            Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), _)) => {
                producer.poll(Duration::from_millis(10));
                Ok(None)
            }
            Err((error, _)) => Err(error),
        }
    })?;
    producer.flush(Duration::from_secs(30))?;
    Ok(seen)
}

fn consume(plan: Plan<'_>) -> Result<Seen, KafkaError> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", plan.bootstrap)
        .set("group.id", plan.topic)
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "false")
        .set("enable.partition.eof", "true")
        .create()?;
    consumer.subscribe(&[plan.topic])?;
    // The first group that a broker coordinates waits for the topic of offsets to be made.
    if let Some(first) = consumer.poll(JOINING) {
        first?;
    }
    println!("ready");
    measure(plan, || match consumer.poll(Duration::from_millis(50)) {
        None => Ok(None),
        Some(Ok(message)) => Ok(Some(message.payload_len() as u64)),
        // It reads over and over what there is.
        Some(Err(KafkaError::PartitionEOF(partition))) => {
            let beginning = Offset::Beginning;
            consumer.seek(plan.topic, partition, beginning, JOINING)?;
            Ok(None)
        }
        Some(Err(error)) => Err(error),
    })
}
