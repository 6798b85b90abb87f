//! Stories of one lane to one node.

use model::TimestampMs;
use protocol::api_versions_response::{ApiVersion, ApiVersionsResponse};
use protocol::broker_heartbeat_request::BrokerHeartbeatRequest;
use protocol::broker_heartbeat_response::BrokerHeartbeatResponse;
use protocol::request_header::RequestHeader;
use protocol::voter_message_data::VoterMessageData;
use protocol::{ApiKey, Message, Reader, Response, Writer, encode_response};

use super::connection::MAX_ASKS_PER_LANE;
use super::*;
use crate::asks::AskRequest;

const VERSION: i16 = 1;
const DEADLINE: Duration = Duration::from_secs(5);

fn at(ms: u64) -> Now {
    Now {
        mono: Duration::from_millis(ms),
        wall: TimestampMs(0),
    }
}

fn ask(number: u64) -> Ask {
    let request = BrokerHeartbeatRequest {
        broker_id: number as i32,
        ..Default::default()
    };
    Ask {
        to: destination(9093),
        lane: Lane::Controller,
        token: AskToken::Controller(number),
        deadline: DEADLINE,
        request: AskRequest::new(&request, VERSION, "1").unwrap(),
    }
}

fn message() -> Ask {
    Ask {
        lane: Lane::Voters,
        token: AskToken::Nobody,
        request: AskRequest::one_way(
            crate::voter_messages::KEY,
            &VoterMessageData::default(),
            "1",
        ),
        ..ask(0)
    }
}

fn destination(port: u16) -> Destination {
    Destination {
        node: BrokerId(2),
        host: "two".into(),
        port,
    }
}

fn answer<'a, R: Response<'a>>(version: i16, correlation_id: i32, response: &R) -> Vec<u8> {
    let mut writer = Writer::new();
    encode_response(&mut writer, version, correlation_id, response).unwrap();
    writer.into_parts().0
}

fn versions(max: i16) -> Vec<u8> {
    let api = ApiVersion {
        api_key: ApiKey::BrokerHeartbeat.as_i16(),
        min_version: 0,
        max_version: max,
        ..Default::default()
    };
    let response = ApiVersionsResponse {
        api_keys: vec![api],
        ..Default::default()
    };
    answer(3, 0, &response)
}

/// The brokers that the heartbeats in `bytes` are of.
fn asked(mut bytes: &[u8]) -> Vec<i32> {
    let mut found = Vec::new();
    while let Some((size, rest)) = bytes.split_first_chunk::<4>() {
        let (frame, rest) = rest.split_at(i32::from_be_bytes(*size) as usize);
        let mut reader = Reader::new(frame);
        RequestHeader::decode(&mut reader, 2).unwrap();
        let request = BrokerHeartbeatRequest::decode(&mut reader, VERSION).unwrap();
        found.push(request.broker_id);
        bytes = rest;
    }
    found
}

struct Story {
    peers: Peers,
    socket: u64,
}

impl Story {
    fn new() -> Self {
        let peers = Peers::new(BrokerId(1), [7; 32]);
        Self { peers, socket: 0 }
    }

    /// Asks `numbers`, and connects as far as the greeting.
    fn connect(&mut self, ms: u64, numbers: &[u64]) {
        for number in numbers {
            self.peers.ask(at(ms), ask(*number));
        }
        let out = self.peers.take_output();
        let [(socket, to)] = &out.connect[..] else {
            panic!("{out:?}");
        };
        assert_eq!(*to, destination(9093));
        self.socket = *socket;
        self.peers.on_connected(at(ms), self.socket);
        let out = self.peers.take_output();
        assert_eq!(
            out.send.len(),
            1,
            "the versions are asked for, and nothing else"
        );
    }

    fn open(&mut self, ms: u64, numbers: &[u64]) -> PeersOutput {
        self.connect(ms, numbers);
        self.receive(ms, &versions(VERSION))
    }

    fn receive(&mut self, ms: u64, bytes: &[u8]) -> PeersOutput {
        self.peers.on_received(at(ms), self.socket, bytes);
        self.peers.take_output()
    }

    fn tokens(out: &PeersOutput) -> Vec<(u64, Option<Unanswered>)> {
        let of = |(token, answer): &(AskToken, Result<Bytes, Unanswered>)| match token {
            AskToken::Controller(number) => (*number, answer.as_ref().err().copied()),
            other => panic!("nobody is told of {other:?}"),
        };
        out.answers.iter().map(of).collect()
    }
}

#[test]
fn asks_wait_for_the_greeting_and_are_answered_in_order() {
    let mut story = Story::new();
    let out = story.open(0, &[1, 2]);
    assert_eq!(asked(&out.send[0].1), [1, 2]);
    let response = BrokerHeartbeatResponse {
        is_caught_up: true,
        ..Default::default()
    };
    let mut bytes = answer(VERSION, 1, &response);
    bytes.extend(answer(VERSION, 2, &response));
    let (first, second) = bytes.split_at(7);
    assert!(story.receive(1, first).is_empty());
    let out = story.receive(2, second);
    assert_eq!(Story::tokens(&out), [(1, None), (2, None)]);
    let body = out.answers[0].1.clone().unwrap();
    assert_eq!(
        BrokerHeartbeatResponse::from_bytes(&body, VERSION),
        Ok(response)
    );
}

#[test]
fn what_the_other_node_does_not_know_is_not_sent() {
    let mut story = Story::new();
    story.connect(0, &[1]);
    let out = story.receive(0, &versions(0));
    let known = Some((0, 0));
    assert_eq!(
        Story::tokens(&out),
        [(1, Some(Unanswered::Version { known }))]
    );
    assert!(out.send.is_empty());
}

#[test]
fn a_lost_connection_is_told_to_all_that_asked_and_is_not_made_again_at_once() {
    let mut story = Story::new();
    story.open(0, &[1, 2]);
    story.peers.on_closed(at(10), story.socket, "reset");
    let out = story.peers.take_output();
    let lost = Some(Unanswered::Lost);
    assert_eq!(Story::tokens(&out), [(1, lost), (2, lost)]);
    story.peers.ask(at(10), ask(3));
    assert!(story.peers.take_output().is_empty(), "it waits for a while");
    let due = story.peers.next_deadline().unwrap();
    assert!(due > at(10).mono && due <= at(110).mono, "{due:?}");
    story.peers.on_time(Now { mono: due, ..at(0) });
    let out = story.peers.take_output();
    assert_eq!(out.connect.len(), 1);
    story.peers.on_closed(at(200), out.connect[0].0, "refused");
    let out = story.peers.take_output();
    assert_eq!(Story::tokens(&out), [(3, Some(Unanswered::Unreachable))]);
}

#[test]
fn pauses_grow_up_to_a_second_and_the_operator_is_told_once() {
    let mut story = Story::new();
    let (mut now, mut reports) = (0, 0);
    for attempt in 0..20 {
        let patient = Ask {
            deadline: Duration::from_secs(3_600),
            ..ask(attempt)
        };
        story.peers.ask(at(now), patient);
        let began = now;
        while story.peers.take_output().connect.is_empty() {
            now = story.peers.next_deadline().unwrap().as_millis() as u64 + 1;
            story.peers.on_time(at(now));
        }
        assert!(now - began <= 1_201, "{}", now - began);
        assert!(attempt < 10 || now - began >= 799, "{}", now - began);
        story.peers.on_closed(at(now), attempt + 1, "refused");
        reports += story.peers.take_output().reports.len();
    }
    assert_eq!(reports, 1);
}

#[test]
fn a_node_that_does_not_answer_in_time_is_given_up() {
    let mut story = Story::new();
    story.open(0, &[1, 2]);
    story.peers.on_time(at(4_999));
    assert!(story.peers.take_output().is_empty());
    let late = Ask {
        deadline: Duration::from_secs(60),
        ..ask(3)
    };
    story.peers.ask(at(4_999), late);
    story.peers.take_output();
    story.peers.on_time(at(5_000));
    let out = story.peers.take_output();
    let late = Some(Unanswered::TimedOut);
    let expected = [(1, late), (2, late), (3, Some(Unanswered::Lost))];
    assert_eq!(Story::tokens(&out), expected);
    assert_eq!(out.close, [story.socket]);
    assert!(
        story
            .receive(
                5_001,
                &answer(VERSION, 1, &BrokerHeartbeatResponse::default())
            )
            .is_empty()
    );
}

#[test]
fn a_peer_that_never_greets_is_given_up() {
    let mut story = Story::new();
    story.connect(0, &[1]);
    story.peers.on_time(at(5_000));
    assert_eq!(
        Story::tokens(&story.peers.take_output()),
        [(1, Some(Unanswered::TimedOut))]
    );
    story.peers.on_time(at(10_000));
    assert_eq!(story.peers.take_output().close, [story.socket]);
}

#[test]
fn an_answer_to_another_question_closes_the_connection() {
    let mut story = Story::new();
    story.open(0, &[1]);
    let out = story.receive(1, &answer(VERSION, 9, &BrokerHeartbeatResponse::default()));
    assert_eq!(Story::tokens(&out), [(1, Some(Unanswered::Lost))]);
    assert_eq!(out.close, [story.socket]);
}

#[test]
fn a_node_that_listens_elsewhere_is_asked_there() {
    let mut story = Story::new();
    story.open(0, &[1]);
    let moved = Ask {
        to: destination(9999),
        ..ask(2)
    };
    story.peers.ask(at(1), moved);
    let out = story.peers.take_output();
    assert_eq!(Story::tokens(&out), [(1, Some(Unanswered::Lost))]);
    assert_eq!(out.close, [story.socket]);
    assert_eq!(out.connect[0].1, destination(9999));
}

#[test]
fn too_many_asks_are_refused() {
    let mut story = Story::new();
    for number in 0..=MAX_ASKS_PER_LANE as u64 {
        story.peers.ask(at(0), ask(number));
    }
    let refused = (MAX_ASKS_PER_LANE as u64, Some(Unanswered::Unreachable));
    assert_eq!(Story::tokens(&story.peers.take_output()), [refused]);
}

#[test]
fn voters_messages_are_sent_without_a_greeting_and_a_refusal_is_told() {
    let mut story = Story::new();
    story.peers.ask(at(0), message());
    let socket = story.peers.take_output().connect[0].0;
    story.peers.on_connected(at(0), socket);
    assert_eq!(story.peers.take_output().send.len(), 1);
    story
        .peers
        .on_received(at(1), socket, &[0, 0, 0, 5, 0, 0, 0, 0, 0]);
    let out = story.peers.take_output();
    assert_eq!(out.close, [socket]);
    assert!(
        out.reports[0].contains("node 2 at two:9093 refuses"),
        "{out:?}"
    );
    assert!(out.answers.is_empty());
}
