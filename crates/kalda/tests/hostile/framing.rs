//! Streams that are no requests.

use std::time::Duration;

use codegen::sample::Random;
use protocol::ApiKey;
use protocol::api_versions_request::ApiVersionsRequest;

use crate::node::{Node, batch, produce_request};
use crate::wire::{Back, encoded, expect_closed, framed, request_frame};

/// `socket.request.max.bytes` of these servers.
const MAX_REQUEST: i32 = 1 << 20;
/// The most that memory may grow, in MiB, where no whole request arrives.
const SMALL: u64 = 16;

fn node() -> Node {
    Node::start(&[("socket.request.max.bytes", &MAX_REQUEST.to_string())])
}

#[test]
fn a_size_that_no_request_has_closes_the_connection() {
    node().withstands(SMALL, |node| {
        for size in [-1, i32::MIN, MAX_REQUEST + 1, i32::MAX] {
            let mut wire = node.connect();
            wire.send(&size.to_be_bytes());
            expect_closed(&format!("size {size}"), &wire.back());
        }
    });
}

#[test]
fn a_frame_too_short_for_a_header_closes_the_connection() {
    node().withstands(SMALL, |node| {
        let header = request_frame(ApiKey::ApiVersions.as_i16(), 0, &[]);
        for size in 0..8 {
            let mut wire = node.connect();
            wire.send_frame(&header[..size]);
            expect_closed(&format!("{size} bytes"), &wire.back());
        }
    });
}

#[test]
fn a_request_of_the_largest_size_is_answered() {
    node().withstands(SMALL, |node| {
        let overhead =
            encoded(12, &produce_request("none", 0, -1, &[0; 1 << 19])).len() - (1 << 19);
        let mut records = vec![0; MAX_REQUEST as usize - overhead + 4];
        let request = |records: &[u8]| encoded(12, &produce_request("none", 0, -1, records));
        let mut wire = node.connect();
        assert_eq!(request(&records).len() - 4, MAX_REQUEST as usize);
        wire.send(&request(&records));
        assert!(matches!(wire.back(), Back::Frame(_)), "at the limit");
        records.push(0);
        wire.send(&request(&records));
        expect_closed("one byte more", &wire.back());
    });
}

#[test]
fn other_protocols_are_hung_up_on() {
    let hello = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3];
    let texts: [&[u8]; 5] = [
        &hello,
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x80\x2e\x01\x00\x02\x00\x15\x00\x00",
    ];
    node().withstands(SMALL, |node| {
        for text in texts {
            let mut wire = node.connect();
            wire.send(text);
            expect_closed(&String::from_utf8_lossy(text), &wire.back());
        }
    });
}

#[test]
fn random_bytes_are_answered_by_nothing_but_the_end() {
    node().withstands(SMALL, |node| {
        let mut random = Random(11);
        for _ in 0..300 {
            let noise: Vec<u8> = (0..16 + random.below(400))
                .map(|_| random.next() as u8)
                .collect();
            // As they are, and as the content of a frame.
            for bytes in [noise.clone(), framed(&noise)] {
                let mut wire = node.connect();
                wire.send(&bytes);
                // The size may promise more than was sent: then the sender is waited for.
                wire.stream().shutdown(std::net::Shutdown::Write).ok();
                assert_eq!(wire.back(), Back::Closed);
            }
        }
    });
}

#[test]
fn a_whole_request_is_answered_before_the_rubbish_behind_it_ends_the_connection() {
    node().withstands(SMALL, |node| {
        let valid = encoded(0, &ApiVersionsRequest::default());
        let mut wire = node.connect();
        wire.send(&[&valid[..], &valid, &valid, b"\xff\xff\xff\xff", &valid].concat());
        for _ in 0..3 {
            assert!(matches!(wire.back(), Back::Frame(_)));
        }
        expect_closed("behind rubbish", &wire.back());
    });
}

#[test]
fn a_promised_size_costs_no_memory_before_its_bytes_come() {
    Node::start(&[]).withstands(SMALL, |node| {
        let mut open = Vec::new();
        for _ in 0..200 {
            let mut wire = node.connect();
            // 100 MB are allowed, and promised; a hundred bytes come.
            wire.send(&[&(100_i32 << 20).to_be_bytes()[..], &[0; 100]].concat());
            open.push(wire);
        }
        for mut wire in open {
            assert_eq!(wire.back_within(Duration::from_millis(1)), Back::Nothing);
        }
    });
}

#[test]
fn requests_that_come_byte_by_byte_are_answered() {
    node().withstands(SMALL, |node| {
        let request = encoded(3, &api_versions());
        let mut slow: Vec<_> = (0..50).map(|_| node.connect()).collect();
        for byte in &request {
            for wire in &mut slow {
                wire.send(&[*byte]);
            }
        }
        for wire in &mut slow {
            assert!(matches!(wire.back(), Back::Frame(_)));
        }
    });
}

fn api_versions() -> ApiVersionsRequest<'static> {
    ApiVersionsRequest {
        client_software_name: "hostile".into(),
        client_software_version: "1".into(),
        ..Default::default()
    }
}

#[test]
fn a_client_that_never_reads_is_not_read_any_more() {
    // What waits for a client is bounded: 4 MiB and one answer; the kernel's buffers are not the server's memory.
    node().withstands(32, |node| {
        let mut deaf: Vec<_> = (0..4).map(|_| node.connect()).collect();
        let request = encoded(3, &api_versions());
        let requests = request.repeat(5_000);
        let mut asked = Vec::new();
        for wire in &mut deaf {
            let mut taken = 0;
            for _ in 0..200 {
                let sent = wire.send_while_taken(&requests, Duration::from_millis(200));
                taken += sent;
                if sent < requests.len() {
                    break;
                }
            }
            assert!(taken < requests.len() * 200, "the client is told to wait");
            asked.push(taken / request.len());
        }
        // It is not given up either: once it reads, it gets its answers.
        for _ in 0..asked[0].min(10_000) {
            assert!(matches!(deaf[0].back(), Back::Frame(_)));
        }
    });
}

#[test]
fn a_client_that_never_reads_what_it_fetches_holds_no_memory() {
    Node::start(&[]).withstands(32, |node| {
        let mut wire = node.connect();
        crate::node::create_topic(&mut wire, "large", 1, &[("max.message.bytes", "8388608")]);
        for _ in 0..4 {
            let (error, _) =
                crate::node::produce(&mut wire, "large", 0, -1, &batch(&vec![7; 4 << 20]));
            assert!(error.is_none(), "{error:?}");
        }
        let fetches = encoded(12, &crate::node::fetch_request("large", 0, 0)).repeat(1_000);
        let mut deaf: Vec<_> = (0..8).map(|_| node.connect()).collect();
        for wire in &mut deaf {
            wire.send_while_taken(&fetches, Duration::from_millis(100));
        }
    });
}
