use super::*;

fn texts(pairs: &[(&str, &str)]) -> Texts {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

struct Place {
    given: Texts,
    all: Texts,
    one: Texts,
}

impl Place {
    fn new(given: &[(&str, &str)], all: &[(&str, &str)], one: &[(&str, &str)]) -> Self {
        let mut place = Self {
            given: texts(given),
            all: texts(all),
            one: texts(one),
        };
        place.given.extend(texts(&[
            ("node.id", "1"),
            ("process.roles", "broker,controller"),
            ("controller.listener.names", "CONTROLLER"),
            ("log.dirs", "/d"),
        ]));
        place
    }

    fn layers(&self) -> Layers<'_> {
        Layers {
            given: &self.given,
            dynamic_default: &self.all,
            dynamic_broker: &self.one,
        }
    }

    fn config(&self) -> BrokerConfig {
        BrokerConfig::resolve(self.layers()).expect("the test's broker is well configured")
    }
}

/// `value source [name=value source ...]`, with the numbers of the protocol.
fn shown(entries: &[Entry], name: &str) -> String {
    let entry = entries
        .iter()
        .find(|entry| entry.name == name)
        .expect("the entry is listed");
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "null".to_owned());
    let synonyms: Vec<_> = entry
        .synonyms
        .iter()
        .map(|synonym| {
            format!(
                "{}={} {}",
                synonym.name,
                value(&synonym.value),
                synonym.source.wire_id()
            )
        })
        .collect();
    format!(
        "{} {} [{}]",
        value(&entry.value),
        entry.source.wire_id(),
        synonyms.join(", ")
    )
}

#[test]
fn a_topics_synonyms_are_all_places_that_set_it() {
    let place = Place::new(
        &[("log.segment.bytes", "2000000")],
        &[("log.segment.bytes", "3000000")],
        &[],
    );
    let entries = topic(
        place.layers(),
        &place.config(),
        &texts(&[("segment.bytes", "4000000")]),
    );
    assert_eq!(
        shown(&entries, "segment.bytes"),
        "4000000 1 [segment.bytes=4000000 1, log.segment.bytes=3000000 3, log.segment.bytes=2000000 4, \
         log.segment.bytes=1073741824 5]"
    );
    let entries = topic(place.layers(), &place.config(), &Texts::new());
    assert_eq!(
        shown(&entries, "segment.bytes"),
        "3000000 3 [log.segment.bytes=3000000 3, log.segment.bytes=2000000 4, \
         log.segment.bytes=1073741824 5]"
    );
}

#[test]
fn synonyms_in_other_units_follow_the_first_name_only() {
    let place = Place::new(&[("log.retention.hours", "1")], &[], &[]);
    let entries = topic(place.layers(), &place.config(), &Texts::new());
    assert_eq!(shown(&entries, "retention.ms"), "3600000 5 []");
    let place = Place::new(
        &[("log.retention.hours", "1"), ("log.retention.ms", "9")],
        &[],
        &[],
    );
    let entries = topic(place.layers(), &place.config(), &Texts::new());
    assert_eq!(
        shown(&entries, "retention.ms"),
        "9 4 [log.retention.ms=9 4, log.retention.hours=1 4, log.retention.hours=168 5]"
    );
}

#[test]
fn internal_configurations_are_listed_only_where_they_are_set() {
    let place = Place::new(&[], &[], &[]);
    let entries = topic(place.layers(), &place.config(), &Texts::new());
    assert_eq!(entries.len(), 37);
    let set = texts(&[("internal.segment.bytes", "100")]);
    assert_eq!(topic(place.layers(), &place.config(), &set).len(), 38);
}

#[test]
fn a_broker_shows_values_but_no_secrets() {
    let place = Place::new(
        &[
            ("ssl.key.password", "hidden"),
            ("some.plugins.key", "hidden"),
        ],
        &[("max.connections", "10")],
        &[("max.connections", "20")],
    );
    let entries = broker(place.layers(), &place.config());
    assert_eq!(
        shown(&entries, "max.connections"),
        "20 2 [max.connections=20 2, max.connections=10 3, max.connections=2147483647 5]"
    );
    assert_eq!(
        shown(&entries, "ssl.key.password"),
        "null 4 [ssl.key.password=null 4]"
    );
    assert_eq!(
        shown(&entries, "some.plugins.key"),
        "null 4 [some.plugins.key=null 4]"
    );
    assert_eq!(shown(&entries, "node.id"), "1 4 [node.id=1 4]");
    assert_eq!(shown(&entries, "log.retention.minutes"), "null 5 []");
    assert_eq!(
        shown(&entries, "log.retention.hours"),
        "168 5 [log.retention.hours=168 5]"
    );
    let read_only = |name: &str| {
        entries
            .iter()
            .any(|entry| entry.name == name && entry.read_only)
    };
    assert!(read_only("node.id") && !read_only("max.connections"));
}

#[test]
fn all_brokers_together_show_what_is_set_for_all() {
    let place = Place::new(
        &[],
        &[("max.connections", "10")],
        &[("max.connections", "20")],
    );
    let entries = all_brokers(place.layers());
    assert_eq!(entries.len(), 1);
    assert_eq!(
        shown(&entries, "max.connections"),
        "10 3 [max.connections=10 3]"
    );
}

#[test]
fn a_groups_synonyms_end_at_the_brokers_default() {
    let place = Place::new(&[], &[], &[]);
    let overrides = texts(&[("consumer.session.timeout.ms", "50000")]);
    let entries = group(place.layers(), &place.config(), &overrides);
    assert_eq!(
        shown(&entries, "consumer.session.timeout.ms"),
        "50000 8 [consumer.session.timeout.ms=50000 8, group.consumer.session.timeout.ms=45000 5]"
    );
    assert_eq!(
        shown(&entries, "share.isolation.level"),
        "read_uncommitted 5 [share.isolation.level=read_uncommitted 5]"
    );
    assert_eq!(
        shown(&entries, "streams.assignor.name"),
        "sticky 5 [group.streams.assignors=sticky 5]"
    );
}

#[test]
fn a_subscription_shows_what_it_sets() {
    let entries = client_metrics(&texts(&[("interval.ms", "500")]));
    assert_eq!(shown(&entries, "interval.ms"), "500 7 [interval.ms=500 7]");
    assert_eq!(shown(&entries, "match"), " 5 []");
}
