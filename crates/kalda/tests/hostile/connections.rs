//! Connections by the thousand, and the limits on them.

use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use protocol::api_versions_request::ApiVersionsRequest;
use socket2::{Domain, SockRef, Socket, Type};
use testkit::wait;

use crate::node::Node;
use crate::wire::{Back, PATIENCE, Wire, encoded, expect_closed, framed};

/// The time within which a server that does nothing has done nothing.
const A_WHILE: Duration = Duration::from_millis(300);

fn ping() -> Vec<u8> {
    encoded(0, &ApiVersionsRequest::default())
}

/// Whether a request on this connection is answered.
pub fn is_served(wire: &mut Wire) -> bool {
    wire.send(&ping());
    matches!(wire.back(), Back::Frame(_))
}

/// A connection from another address of the loopback network.
fn connect_from(from: [u8; 4], to: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    let from = SocketAddr::from((Ipv4Addr::from(from), 0));
    socket
        .bind(&from.into())
        .expect("127.0.0.0/8 is this machine");
    socket.connect(&to.into()).expect("the server accepts");
    socket.into()
}

#[test]
fn two_thousand_idle_connections_cost_little() {
    // 2,000 connections: at most 8 KiB each, and what the bystander needs.
    Node::start(&[]).withstands(32, |node| {
        let mut open: Vec<Wire> = (0..2_000).map(|_| node.connect()).collect();
        for wire in open.iter_mut().step_by(100) {
            assert!(is_served(wire));
        }
    });
}

#[test]
fn a_storm_of_connections_leaves_nothing_behind() {
    Node::start(&[]).withstands(32, |node| {
        let address = node.address();
        let storm = |kind: usize| {
            move || {
                for number in 0..700 {
                    let stream = TcpStream::connect(address).expect("the server accepts");
                    if (number + kind).is_multiple_of(3) {
                        // A reset instead of an end.
                        SockRef::from(&stream)
                            .set_linger(Some(Duration::ZERO))
                            .expect("an open socket");
                    }
                    drop(stream);
                }
            }
        };
        let storms: Vec<_> = (0..4).map(|kind| std::thread::spawn(storm(kind))).collect();
        for storm in storms {
            storm.join().expect("a storm passes");
        }
        assert!(is_served(&mut node.connect()));
    });
}

#[test]
fn connections_beyond_max_connections_wait_for_a_place() {
    // Three and the bystander.
    let mut node = Node::start(&[("max.connections", "4")]);
    node.withstands(16, |node| {
        let mut first: Vec<Wire> = (0..3).map(|_| node.connect()).collect();
        assert!(first.iter_mut().all(is_served));
        let mut waiting = node.connect();
        waiting.send(&ping());
        assert_eq!(
            waiting.back_within(A_WHILE),
            Back::Nothing,
            "there is no place"
        );
        first.pop();
        assert!(matches!(waiting.back(), Back::Frame(_)), "there is a place");
    });
}

#[test]
fn connections_beyond_max_connections_per_ip_are_closed() {
    let mut node = Node::start(&[("max.connections.per.ip", "3")]);
    node.withstands(16, |node| {
        let mut two: Vec<Wire> = (0..2).map(|_| node.connect()).collect();
        assert!(two.iter_mut().all(is_served), "two and the bystander");
        expect_closed("one too many", &node.connect().back());
        let mut other = Wire::of(connect_from([127, 0, 0, 2], node.address()));
        assert!(
            is_served(&mut other),
            "another address has places of its own"
        );
        drop(two.pop());
        wait::until(
            "a place",
            PATIENCE,
            || is_open(node).then_some(()),
            String::new,
        )
        .expect("a place that was left is free");
    });
}

fn is_open(node: &Node) -> bool {
    let mut wire = node.connect();
    wire.send(&ping());
    matches!(wire.back(), Back::Frame(_))
}

#[test]
fn single_addresses_and_names_have_limits_of_their_own() {
    let properties = [
        ("max.connections.per.ip", "0"),
        (
            "max.connections.per.ip.overrides",
            "localhost:4,127.0.0.3:1",
        ),
    ];
    Node::start(&properties).withstands(16, |node| {
        let mut three: Vec<Wire> = (0..3).map(|_| node.connect()).collect();
        assert!(three.iter_mut().all(is_served), "localhost is 127.0.0.1");
        expect_closed("the fifth of localhost", &node.connect().back());
        let from = |last: u8| Wire::of(connect_from([127, 0, 0, last], node.address()));
        let mut one = from(3);
        assert!(is_served(&mut one));
        expect_closed("the second of 127.0.0.3", &from(3).back());
        expect_closed("the first of any other", &from(9).back());
    });
}

#[test]
fn connections_that_are_idle_for_long_are_closed_and_others_are_not() {
    let mut node = Node::start(&[("connections.max.idle.ms", "1500")]);
    node.withstands(16, |node| {
        let mut idle = node.connect();
        let mut half = node.connect();
        half.send(&ping()[..6]);
        let mut busy = node.connect();
        let start = Instant::now();
        let mut ended = [false, false];
        while !ended.iter().all(|ended| *ended) {
            assert!(start.elapsed() < PATIENCE, "idle connections are closed");
            assert!(is_served(&mut busy), "a busy one is not");
            for (wire, ended) in [&mut idle, &mut half].into_iter().zip(&mut ended) {
                *ended |= wire.back_within(Duration::from_millis(50)) == Back::Closed;
            }
        }
        assert!(
            start.elapsed() >= Duration::from_millis(1400),
            "not before their time"
        );
    });
}

#[test]
fn half_open_connections_are_no_harm() {
    Node::start(&[]).withstands(16, |node| {
        let mut halves = Vec::new();
        for _ in 0..200 {
            let wire = node.connect();
            wire.stream()
                .shutdown(std::net::Shutdown::Write)
                .expect("an open socket");
            halves.push(wire);
        }
        for wire in &mut halves {
            let mut byte = [0];
            let ended = wire.stream().read(&mut byte);
            assert!(matches!(ended, Ok(0)), "{ended:?}");
        }
    });
}

#[test]
fn who_half_closes_a_connection_still_gets_the_answer() {
    let node = Node::start(&[]);
    for _ in 0..20 {
        let mut wire = node.connect();
        wire.send(&ping());
        wire.stream()
            .shutdown(std::net::Shutdown::Write)
            .expect("an open socket");
        assert!(matches!(wire.back(), Back::Frame(_)), "the answer first");
        expect_closed("then the end", &wire.back());
    }
}

#[test]
fn who_goes_in_the_middle_of_a_request_leaves_a_place() {
    let node = Node::start(&[("max.connections.per.ip", "2")]);
    for _ in 0..50 {
        node.connect().send(&ping()[..6]);
    }
    let place = || is_open(&node).then_some(());
    wait::until("a place", PATIENCE, place, String::new).expect("nobody is there any more");
}

#[test]
fn requests_that_do_not_arrive_whole_hold_no_more_than_they_may_together() {
    const SIZE: usize = 4 << 20;
    let limit = SIZE.to_string();
    let node = Node::start(&[
        ("socket.request.max.bytes", &limit),
        ("queued.max.request.bytes", &limit),
    ]);
    assert!(is_served(&mut node.connect()));
    let before = node.resident_kib();
    let mut frame = framed(&vec![0; SIZE]);
    frame.pop();
    let mut crowd: Vec<Wire> = (0..30).map(|_| node.connect()).collect();
    // The first finds all that there is; the machine may be busy.
    let mut limit = Duration::from_secs(10);
    let taken = |wire: &mut Wire| {
        let limit = std::mem::replace(&mut limit, Duration::from_millis(50));
        wire.send_while_taken(&frame, limit)
    };
    let whole = crowd
        .iter_mut()
        .map(taken)
        .filter(|sent| *sent == frame.len());
    // One takes what there is, or as many as there are threads that read at the same time.
    let whole = whole.count();
    assert!(
        (1..8).contains(&whole),
        "{whole} of 30 were read to their end"
    );
    let grown = node.resident_kib().saturating_sub(before);
    assert!(grown < 48 << 10, "{grown} KiB for 120 MiB of requests");
    let mut waiting = node.connect();
    waiting.send(&ping());
    assert_eq!(
        waiting.back_within(A_WHILE),
        Back::Nothing,
        "there is no memory"
    );
    drop(crowd);
    assert!(
        matches!(waiting.back(), Back::Frame(_)),
        "there is memory again"
    );
}
