//! What an idle partition costs in memory: alone in its process, because it looks at the resident set.

use metadata::{Changes, Image};
use model::{PartitionIndex, Uuid};
use protocol::metadata_records::MetadataRecord;
use protocol::partition_change_record::PartitionChangeRecord;
use protocol::partition_record::PartitionRecord;
use protocol::topic_record::TopicRecord;

const PARTITIONS: u32 = 100_000;
/// The whole budget of an idle partition is 2 KB; this crate may take a quarter.
const MOST_BYTES: usize = 512;

fn resident_bytes() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: usize = statm
        .split(' ')
        .nth(1)
        .and_then(|field| field.parse().ok())
        .unwrap_or(0);
    pages * 4096
}

/// As uneven as random ids are.
fn id(nth: u32) -> Uuid {
    let spread = u128::from(nth).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    Uuid(spread.to_be_bytes())
}

fn replay(image: &mut Image, record: impl Into<MetadataRecord<'static>>) {
    image
        .replay(&record.into(), &mut Changes::default())
        .unwrap();
}

fn add_topic(image: &mut Image, nth: u32, partitions: u32, replicas: &[i32]) {
    let name = format!("orders-of-the-year-{nth}");
    let topic_id = id(nth);
    replay(
        image,
        TopicRecord {
            name: name.into(),
            topic_id,
            ..TopicRecord::default()
        },
    );
    for index in 0..partitions {
        replay(
            image,
            PartitionRecord {
                topic_id,
                partition_id: i32::try_from(index).unwrap(),
                replicas: replicas.to_vec(),
                isr: replicas.to_vec(),
                directories: vec![id(7); replicas.len()],
                leader: replicas[0],
                ..PartitionRecord::default()
            },
        );
    }
}

/// Gives back what it built, so that freed memory does not hide what comes next.
#[expect(
    clippy::print_stdout,
    reason = "the figure is worth seeing, not just its bound"
)]
#[track_caller]
fn check(name: &str, build: impl FnOnce(&mut Image)) -> Image {
    let before = resident_bytes();
    let mut image = Image::empty();
    build(&mut image);
    let each = (resident_bytes() - before) / PARTITIONS as usize;
    println!("{name}: {each} bytes per partition");
    assert!(each <= MOST_BYTES, "{name}: {each} bytes per partition");
    // One partition changes while an older image lives on.
    let older = image.clone();
    let first = image.topics().iter().next().unwrap().id;
    let change = PartitionChangeRecord {
        topic_id: first,
        partition_id: 0,
        leader: 1,
        ..Default::default()
    };
    replay(&mut image, change);
    let leader = |image: &Image| {
        image
            .topics()
            .partition(first, PartitionIndex(0))
            .unwrap()
            .leader
    };
    assert_ne!(leader(&older), None);
    assert_ne!(older, image);
    image
}

#[test]
fn an_idle_partition_takes_at_most_half_a_kilobyte() {
    let images = [
        check("100,000 topics of one partition, one replica", |image| {
            (0..PARTITIONS).for_each(|nth| add_topic(image, nth, 1, &[1]));
        }),
        check("100 topics of 1,000 partitions, three replicas", |image| {
            (0..100).for_each(|nth| add_topic(image, nth, 1_000, &[1, 2, 3]));
        }),
        check("one topic of 100,000 partitions, one replica", |image| {
            add_topic(image, 0, PARTITIONS, &[1]);
        }),
    ];
    assert_eq!(images.map(|image| image.topics().len()), [100_000, 100, 1]);
}
