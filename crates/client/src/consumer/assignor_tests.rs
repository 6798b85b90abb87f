use super::*;

fn member(id: &str, instance_id: Option<&str>, topics: &[&str]) -> Member {
    Member {
        id: id.to_owned(),
        instance_id: instance_id.map(str::to_owned),
        topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
    }
}

fn check(members: &[Member], topics: &[(&str, i32)], expected: &[(&str, &str)]) {
    let counts = topics
        .iter()
        .map(|(topic, count)| ((*topic).to_owned(), *count));
    let assignment = assign_ranges(members, &counts.collect());
    let shown: Vec<_> = assignment
        .iter()
        .map(|(id, partitions)| {
            let partitions: Vec<_> = partitions.iter().map(ToString::to_string).collect();
            (id.as_str(), partitions.join(" "))
        })
        .collect();
    let shown: Vec<_> = shown
        .iter()
        .map(|(id, partitions)| (*id, partitions.as_str()))
        .collect();
    assert_eq!(shown, expected);
}

#[test]
fn the_first_members_get_one_more_where_it_does_not_come_out_even() {
    check(
        &[member("b", None, &["t"]), member("a", None, &["t"])],
        &[("t", 3)],
        &[("a", "t-0 t-1"), ("b", "t-2")],
    );
}

#[test]
fn each_topic_is_shared_out_on_its_own() {
    check(
        &[member("a", None, &["t", "u"]), member("b", None, &["t"])],
        &[("t", 2), ("u", 2)],
        &[("a", "t-0 u-0 u-1"), ("b", "t-1")],
    );
}

#[test]
fn more_members_than_partitions_leave_some_without() {
    check(
        &[member("a", None, &["t"]), member("b", None, &["t"])],
        &[("t", 1)],
        &[("a", "t-0"), ("b", "")],
    );
}

#[test]
fn static_members_come_first_by_their_instance_id() {
    check(
        &[
            member("a", None, &["t"]),
            member("z", Some("1"), &["t"]),
            member("y", Some("2"), &["t"]),
        ],
        &[("t", 5)],
        &[("a", "t-4"), ("y", "t-2 t-3"), ("z", "t-0 t-1")],
    );
}

#[test]
fn a_topic_that_nobody_subscribed_to_goes_to_nobody() {
    check(&[member("a", None, &["t"])], &[("u", 3)], &[("a", "")]);
}

#[test]
fn a_subscription_has_the_bytes_of_kafkas_consumer_protocol() {
    let bytes = subscription_bytes(&["t".to_owned()].into()).expect("writable");
    // Version 3, one topic "t", no user data, no owned partitions, generation -1, no rack.
    let expected = [
        &[0, 3][..],
        &[0, 0, 0, 1, 0, 1, b't'],
        &[255, 255, 255, 255],
        &[0, 0, 0, 0],
        &[255, 255, 255, 255],
        &[255, 255],
    ]
    .concat();
    assert_eq!(bytes, expected);
    assert_eq!(subscribed_topics(&bytes), Ok(["t".to_owned()].into()));
}

#[test]
fn an_assignment_has_the_bytes_of_kafkas_consumer_protocol() {
    let partitions = [TopicPartition::new("t", 0), TopicPartition::new("t", 2)].into();
    let bytes = assignment_bytes(&partitions).expect("writable");
    let expected = [
        &[0, 3][..],
        &[0, 0, 0, 1, 0, 1, b't'],
        &[0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2],
        &[255, 255, 255, 255],
    ]
    .concat();
    assert_eq!(bytes, expected);
    assert_eq!(read_assignment(&bytes), Ok(partitions));
}

#[test]
fn an_older_and_a_newer_version_are_understood() {
    let oldest = [0, 0, 0, 0, 0, 1, 0, 1, b't', 255, 255, 255, 255];
    assert_eq!(subscribed_topics(&oldest), Ok(["t".to_owned()].into()));
    let mut newer = subscription_bytes(&["t".to_owned()].into()).expect("writable");
    newer[1] = 9;
    newer.extend([1, 2, 3]);
    assert_eq!(subscribed_topics(&newer), Ok(["t".to_owned()].into()));
}

#[test]
fn no_bytes_assign_nothing_and_broken_bytes_are_an_error() {
    assert_eq!(read_assignment(&[]), Ok(BTreeSet::new()));
    assert!(read_assignment(&[0, 3, 0, 0, 0, 9]).is_err());
}
