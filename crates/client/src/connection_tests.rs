use std::net::TcpListener;
use std::thread::JoinHandle;

use protocol::api_versions_response::{ApiVersion, ApiVersionsResponse};
use protocol::heartbeat_request::HeartbeatRequest;
use protocol::heartbeat_response::HeartbeatResponse;
use protocol::request_header::RequestHeader;
use protocol::{ApiKey, Reader, Response, encode_response};

use super::*;

const PATIENCE: Duration = Duration::from_secs(10);

/// Starts a broker that does what `script` says with the one connection it gets.
fn broker(script: impl FnOnce(TcpStream) + Send + 'static) -> (Address, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let thread = std::thread::spawn(move || {
        let (stream, _) = listener.accept().expect("a connection");
        script(stream);
    });
    let address = Address {
        host: "127.0.0.1".to_owned(),
        port,
    };
    (address, thread)
}

/// The key, version and correlation id of the next request.
fn request(stream: &mut TcpStream) -> (ApiKey, i16, i32) {
    let mut size = [0; 4];
    stream.read_exact(&mut size).expect("a size");
    let mut frame = vec![0; u32::from_be_bytes(size) as usize];
    stream.read_exact(&mut frame).expect("a request");
    let (api, header) = RequestHeader::decode_any(&mut Reader::new(&frame)).expect("a header");
    (api, header.request_api_version, header.correlation_id)
}

fn answer<'a>(stream: &mut TcpStream, version: i16, id: i32, response: &impl Response<'a>) {
    let mut writer = Writer::new();
    encode_response(&mut writer, version, id, response).expect("a response");
    stream.write_all(writer.bytes()).expect("it is read");
}

/// Says that Heartbeat is offered in versions 0 to 4.
fn versions(error_code: ErrorCode) -> ApiVersionsResponse<'static> {
    ApiVersionsResponse {
        error_code,
        api_keys: vec![ApiVersion {
            api_key: ApiKey::Heartbeat.as_i16(),
            min_version: 0,
            max_version: 4,
            ..ApiVersion::default()
        }],
        ..ApiVersionsResponse::default()
    }
}

fn greet(stream: &mut TcpStream) {
    let (_, version, id) = request(stream);
    answer(stream, version, id, &versions(ErrorCode::NONE));
}

fn heartbeat(code: i16) -> HeartbeatResponse {
    HeartbeatResponse {
        error_code: ErrorCode(code),
        ..HeartbeatResponse::default()
    }
}

#[test]
fn answers_out_of_order_find_their_askers() {
    let (address, thread) = broker(|mut stream| {
        greet(&mut stream);
        let (first, second) = (request(&mut stream), request(&mut stream));
        answer(&mut stream, second.1, second.2, &heartbeat(2));
        answer(&mut stream, first.1, first.2, &heartbeat(1));
    });
    let connection = Connection::open(&address, "test", PATIENCE).expect("open");
    let version = connection
        .version::<HeartbeatRequest<'_>>(&(0..=9))
        .expect("offered");
    assert_eq!(version, 4);
    let (sender, receiver) = mpsc::channel();
    for number in [1, 2] {
        let sender = sender.clone();
        let reply: Reply = Box::new(move |frame| sender.send((number, frame)).expect("awaited"));
        connection
            .submit(version, &HeartbeatRequest::default(), reply)
            .expect("sent");
    }
    for _ in 0..2 {
        let (number, frame) = receiver.recv_timeout(PATIENCE).expect("answered");
        let frame = frame.expect("an answer");
        let answer = connection.answer::<HeartbeatRequest<'_>>(frame, version);
        assert_eq!(
            answer.message().expect("a heartbeat").error_code,
            ErrorCode(number)
        );
    }
    thread.join().expect("the broker saw what it expected");
}

#[test]
fn an_older_broker_is_asked_again_in_version_0() {
    let (address, thread) = broker(|mut stream| {
        for _ in 0..2 {
            let (_, version, id) = request(&mut stream);
            assert_ne!(version, 0);
            answer(
                &mut stream,
                0,
                id,
                &versions(ErrorCode::UNSUPPORTED_VERSION),
            );
        }
        let (_, version, id) = request(&mut stream);
        assert_eq!(version, 0);
        answer(&mut stream, 0, id, &versions(ErrorCode::NONE));
    });
    let connection = Connection::open(&address, "test", PATIENCE).expect("open");
    assert_eq!(
        connection
            .version::<HeartbeatRequest<'_>>(&(0..=2))
            .expect("offered"),
        2
    );
    thread.join().expect("the broker saw what it expected");
}

#[test]
fn an_api_that_is_not_offered_is_named() {
    let (address, thread) = broker(|mut stream| greet(&mut stream));
    let connection = Connection::open(&address, "test", PATIENCE).expect("open");
    let error = connection
        .version::<HeartbeatRequest<'_>>(&(7..=9))
        .expect_err("too new");
    assert!(
        error.to_string().contains("does not offer Heartbeat"),
        "{error}"
    );
    thread.join().expect("the broker saw what it expected");
}

#[test]
fn whoever_waits_learns_that_the_connection_is_lost() {
    let (address, thread) = broker(|mut stream| {
        greet(&mut stream);
        request(&mut stream);
    });
    let connection = Connection::open(&address, "test", PATIENCE).expect("open");
    let error = connection
        .call(4, &HeartbeatRequest::default(), PATIENCE)
        .err()
        .expect("lost");
    assert!(matches!(error, ClientError::ConnectionLost { .. }) && error.is_retriable());
    assert!(!connection.is_open());
    thread.join().expect("the broker saw what it expected");
}

#[test]
fn a_request_that_is_not_answered_in_time_closes_the_connection() {
    let (address, thread) = broker(|mut stream| {
        greet(&mut stream);
        request(&mut stream);
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).expect("the client closes");
    });
    let connection = Connection::open(&address, "test", PATIENCE).expect("open");
    let patience = Duration::from_millis(50);
    let error = connection
        .call(4, &HeartbeatRequest::default(), patience)
        .err()
        .expect("late");
    let text = error.to_string();
    assert!(
        text.contains("did not answer Heartbeat within 50 ms"),
        "{text}"
    );
    assert!(!connection.is_open());
    thread.join().expect("the broker saw what it expected");
}

#[test]
fn what_is_no_broker_is_told_from_one() {
    for greeting in [
        &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
        b"\x15\x03\x03\x00\x02\x02\x50",
    ] {
        let (address, thread) = broker(move |mut stream| {
            request(&mut stream);
            stream.write_all(greeting).expect("it is read");
        });
        let error = Connection::open(&address, "test", PATIENCE)
            .err()
            .expect("no broker");
        assert!(matches!(error, ClientError::NotKafka(_)), "{error}");
        assert!(error.to_string().contains("no Kafka broker"), "{error}");
        thread.join().expect("the broker saw what it expected");
    }
}

#[test]
fn a_size_that_the_peer_does_not_back_reserves_little() {
    let mut claims = &[0x0f, 0xff, 0xff, 0xff, 1, 2, 3, 4][..];
    let error = read_frame(&mut claims).expect_err("cut off");
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
}
