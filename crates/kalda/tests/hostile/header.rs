//! Headers that name no request, or hold what no header holds.

use model::ErrorCode;
use protocol::api_versions_response::ApiVersionsResponse;
use protocol::{ApiKey, Message, Reader};

use crate::node::Node;
use crate::wire::{Back, expect_closed, request_frame};

/// The most that memory may grow, in MiB.
const BOUND: u64 = 16;

/// Metadata at its first flexible version, whose header has tagged fields.
const METADATA: i16 = 3;
const FLEXIBLE: i16 = 12;

#[track_caller]
fn closes(node: &Node, what: &str, frame: &[u8]) {
    let mut wire = node.connect();
    wire.send_frame(frame);
    expect_closed(what, &wire.back());
}

#[test]
fn apis_that_are_not_there_close_the_connection() {
    Node::start(&[]).withstands(BOUND, |node| {
        // Removed in 4.0, between brokers only, of the controller, unknown, negative.
        for key in [4, 5, 6, 7, 26, 52, 56, 62, 95, 200, i16::MAX, -1, i16::MIN] {
            closes(node, &format!("key {key}"), &request_frame(key, 0, &[]));
        }
    });
}

#[test]
fn versions_that_are_not_there_close_the_connection() {
    Node::start(&[]).withstands(BOUND, |node| {
        for key in ApiKey::ALL {
            let Some(versions) = key.versions() else {
                continue;
            };
            for version in [versions.start() - 1, versions.end() + 1, i16::MAX, i16::MIN] {
                if key != ApiKey::ApiVersions {
                    let what = format!("{} version {version}", key.name());
                    closes(node, &what, &request_frame(key.as_i16(), version, &[]));
                }
            }
        }
    });
}

#[test]
fn unknown_versions_of_api_versions_are_told_which_are_known() {
    Node::start(&[]).withstands(BOUND, |node| {
        for version in [6, 99, i16::MAX, -1, i16::MIN] {
            let mut wire = node.connect();
            wire.send_frame(&request_frame(ApiKey::ApiVersions.as_i16(), version, &[]));
            let Back::Frame(frame) = wire.back() else {
                panic!("version {version} is answered");
            };
            let mut reader = Reader::new(&frame);
            assert_eq!(
                reader.i32().unwrap(),
                7,
                "the correlation id, and no tagged fields"
            );
            let answer = ApiVersionsResponse::decode(&mut reader, 0).unwrap();
            assert_eq!(answer.error_code, ErrorCode::UNSUPPORTED_VERSION);
            let [range] = &answer.api_keys[..] else {
                panic!("one range, not {:?}", answer.api_keys);
            };
            assert_eq!(
                (range.api_key, range.min_version, range.max_version),
                (18, 0, 5)
            );
        }
    });
}

/// A header of Metadata whose client id is `client_id`, with `tags` and an empty body behind it.
fn metadata(version: i16, client_id: &[u8], tags: &[u8]) -> Vec<u8> {
    let mut frame = METADATA.to_be_bytes().to_vec();
    frame.extend(version.to_be_bytes());
    frame.extend([0, 0, 0, 7]);
    frame.extend(client_id);
    frame.extend(tags);
    // Null topics, no creation, no authorized operations, no tagged fields; version 1 reads the first four.
    frame.extend(if version == FLEXIBLE {
        &[0, 0, 0, 0][..]
    } else {
        &[0xff, 0xff, 0xff, 0xff]
    });
    frame
}

const CLIENT: [u8; 3] = [0, 1, b'c'];
const NO_CLIENT: [u8; 2] = [0xff, 0xff];

#[test]
fn client_ids_may_be_null_or_long_but_not_longer_than_the_frame() {
    Node::start(&[]).withstands(BOUND, |node| {
        let longest = [&i16::MAX.to_be_bytes()[..], &vec![b'c'; i16::MAX as usize]].concat();
        for client_id in [&NO_CLIENT[..], &[0, 0], &longest] {
            let mut wire = node.connect();
            wire.send_frame(&metadata(1, client_id, &[]));
            assert!(matches!(wire.back(), Back::Frame(_)));
        }
        closes(
            node,
            "a client id beyond the end",
            &metadata(1, &[0x7f, 0xff, b'c'], &[]),
        );
        closes(
            node,
            "a client id that is not UTF-8",
            &metadata(1, &[0, 2, 0xc3, 0x28], &[]),
        );
        // Java takes any negative length for null; here only -1 is.
        closes(
            node,
            "a client id of length -2",
            &metadata(1, &[0xff, 0xfe], &[]),
        );
    });
}

#[test]
fn tagged_fields_of_a_header_are_read_or_end_the_connection() {
    Node::start(&[]).withstands(BOUND, |node| {
        let fields: [(&str, &[u8]); 3] = [
            ("an unknown field", &[1, 5, 2, 9, 9]),
            ("fields out of order", &[2, 9, 1, 0, 5, 1, 0]),
            ("a field twice", &[2, 5, 1, 0, 5, 1, 1]),
        ];
        for (what, tags) in fields {
            let mut wire = node.connect();
            wire.send_frame(&metadata(FLEXIBLE, &CLIENT, tags));
            assert!(matches!(wire.back(), Back::Frame(_)), "{what}");
        }
        let broken: [(&str, &[u8]); 6] = [
            ("2^32-1 fields", &[0xff, 0xff, 0xff, 0xff, 0x0f]),
            ("2^28 fields", &[0x80, 0x80, 0x80, 0x80, 0x01]),
            (
                "a count of more than 32 bits",
                &[0xff, 0xff, 0xff, 0xff, 0x7f],
            ),
            (
                "a count of six bytes",
                &[0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
            ),
            ("a field beyond the end", &[1, 5, 0xff, 0xff, 0x7f]),
            (
                "a size of more than 32 bits",
                &[1, 5, 0xff, 0xff, 0xff, 0xff, 0x1f],
            ),
        ];
        for (what, tags) in broken {
            closes(node, what, &metadata(FLEXIBLE, &CLIENT, tags));
        }
    });
}
