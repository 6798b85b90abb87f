use super::*;

const DEFAULT_MAP: &str =
    "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT";

fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::to_owned).collect()
}

fn parse(
    listeners: &str,
    advertised: Option<&str>,
    map: Option<&str>,
) -> Result<Listeners, ConfigError> {
    Listeners::parse(ListenerTexts {
        listeners: &list(listeners),
        advertised: advertised.map(list).as_deref(),
        protocol_map: map.unwrap_or(DEFAULT_MAP),
        protocol_map_is_given: map.is_some(),
        controller_names: &list("CONTROLLER"),
        inter_broker_name: None,
        inter_broker_protocol: "PLAINTEXT",
    })
}

#[track_caller]
fn check_hosts(listeners: &str, expected: &[(&str, Option<&str>, u16)]) {
    let parsed = parse(listeners, None, None).expect("the listeners are well formed");
    let seen: Vec<_> = parsed
        .bound
        .iter()
        .map(|listener| {
            (
                listener.name.as_str(),
                listener.host.as_deref(),
                listener.port,
            )
        })
        .collect();
    assert_eq!(seen, expected);
}

#[track_caller]
fn check_refused(listeners: &str, advertised: Option<&str>, part: &str) {
    let error = parse(listeners, advertised, None)
        .expect_err("refused")
        .to_string();
    assert!(error.contains(part), "{error}");
}

#[test]
fn hosts_may_be_names_addresses_or_nothing() {
    check_hosts(
        "PLAINTEXT://localhost:9092",
        &[("PLAINTEXT", Some("localhost"), 9092)],
    );
    check_hosts("plaintext://:9092", &[("PLAINTEXT", None, 9092)]);
    check_hosts("PLAINTEXT://[::1]:0", &[("PLAINTEXT", Some("::1"), 0)]);
    check_hosts(
        "PLAINTEXT://10.0.0.1:9092,CONTROLLER://:9093",
        &[
            ("PLAINTEXT", Some("10.0.0.1"), 9092),
            ("CONTROLLER", None, 9093),
        ],
    );
}

#[test]
fn the_controllers_listener_is_not_advertised_to_clients() {
    let parsed = parse("PLAINTEXT://a:9092,CONTROLLER://a:9093", None, None).expect("well formed");
    let advertised: Vec<_> = parsed.advertised.iter().map(Listener::to_string).collect();
    assert_eq!(advertised, ["PLAINTEXT://a:9092"]);
    assert!(parsed.bound[1].is_controller);
}

#[test]
fn the_map_names_the_protocol_of_a_listener() {
    let map = Some("INSIDE:PLAINTEXT,OUTSIDE:SSL,CONTROLLER:PLAINTEXT");
    let parsed = parse("INSIDE://:9092,OUTSIDE://:9094", None, map).expect("well formed");
    assert_eq!(parsed.bound[1].protocol, SecurityProtocol::Ssl);
    let error = parsed
        .check_protocols_exist()
        .expect_err("there is no TLS yet")
        .to_string();
    assert!(
        error.starts_with("listener OUTSIDE://:9094 speaks SSL"),
        "{error}"
    );
    let error = parse("X://:1", None, map)
        .expect_err("X is not in the map")
        .to_string();
    assert!(
        error.starts_with("No security protocol defined for listener X"),
        "{error}"
    );
}

#[test]
fn what_is_not_a_listener_is_refused_with_an_example() {
    for text in [
        "localhost:9092",
        "PLAINTEXT://a",
        "PLAINTEXT://a:99999",
        "://a:1",
        "PLAINTEXT://a b:1",
    ] {
        check_refused(text, None, "PLAINTEXT://localhost:9092");
    }
}

#[test]
fn names_and_ports_are_distinct() {
    check_refused("PLAINTEXT://a:1,PLAINTEXT://a:2", None, "different name");
    check_refused("PLAINTEXT://a:1,CONTROLLER://a:1", None, "different port");
    assert!(parse("PLAINTEXT://127.0.0.1:1,CONTROLLER://[::1]:1", None, None).is_ok());
    assert!(parse("PLAINTEXT://a:0,CONTROLLER://a:0", None, None).is_ok());
}

#[test]
fn what_is_advertised_is_routable_and_bound() {
    check_refused(
        "PLAINTEXT://0.0.0.0:9092",
        None,
        "nonroutable meta-address 0.0.0.0",
    );
    assert!(
        parse(
            "PLAINTEXT://0.0.0.0:9092",
            Some("PLAINTEXT://me:9092"),
            None
        )
        .is_ok()
    );
    check_refused(
        "PLAINTEXT://:9092",
        Some("SSL://me:9092"),
        "subset of the ones defined in listeners",
    );
}
