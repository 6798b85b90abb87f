//! What Apache Kafka 4.4.0 wrote into a metadata log, record by record in hexadecimal: formatting, a
//! broker that registers, topics that come, change and go, a controlled shutdown.

use metadata::{Image, Loader, Provenance, decode_record, encode_record};
use model::{BrokerId, LeaderEpoch, Offset, TimestampMs};
use protocol::metadata_records::MetadataRecord;

const LOG: &str = include_str!("data/kafka-4.4.0.hex");
const LAST: Provenance = Provenance {
    offset: Offset(3_915),
    epoch: LeaderEpoch(1),
    timestamp: TimestampMs(0),
};

fn values() -> Vec<Vec<u8>> {
    let byte = |digits: &[u8]| {
        let digits = std::str::from_utf8(digits).unwrap();
        u8::from_str_radix(digits, 16).unwrap()
    };
    LOG.lines()
        .map(|line| line.as_bytes().chunks(2).map(byte).collect())
        .collect()
}

fn image(values: &[Vec<u8>]) -> Image {
    let decode = |value| decode_record(Offset(0), value).unwrap();
    let records: Vec<MetadataRecord<'_>> = values.iter().map(|value| decode(value)).collect();
    let mut loader = Loader::default();
    loader
        .on_batch(&records, LAST)
        .unwrap()
        .expect("no transaction is open")
        .image
}

#[test]
fn each_record_is_written_byte_for_byte_as_kafka_writes_it() {
    for (line, value) in values().iter().enumerate() {
        let record = decode_record(Offset(0), value).unwrap();
        assert_eq!(
            encode_record(&record, 33).unwrap(),
            *value,
            "line {}: {record:?}",
            line + 1
        );
    }
}

#[test]
fn the_image_is_the_cluster_that_kafka_left() {
    let image = image(&values());
    assert_eq!(image.metadata_version(), 33);
    assert!(image.features().is_elr_enabled());
    let broker = image.broker(BrokerId(0)).unwrap();
    assert!(broker.fenced && broker.in_controlled_shutdown);
    assert_eq!(broker.cordoned_log_dirs.as_deref(), Some(&[][..]));
    assert_eq!(image.next_producer_id().0, 1_000);
    assert_eq!(image.topics().len(), 19);
    for topic in image.topics().iter() {
        for (_, partition) in topic.partitions.iter() {
            assert_eq!(partition.leader, None, "the only broker has stopped");
            assert_eq!(partition.last_known_elr(), [BrokerId(0)]);
        }
    }
}

#[test]
fn a_snapshot_of_it_gives_an_equal_image() {
    let image = image(&values());
    let mut records = Vec::new();
    image.write(|record| records.push(record));
    let published = Loader::default().on_snapshot(&records, LAST).unwrap();
    assert_eq!(published.image, image);
}
