//! Requests as a connection hands them over: header and body, key and version drawn from the input.

use protocol::any_request::AnyRequest;
use protocol::request_header::RequestHeader;
use protocol::{ApiKey, Reader};

use crate::fingerprint::Fingerprint;

/// The input: which API, which of its versions, then the frame from the correlation id on.
pub(crate) fn run(data: &[u8]) -> Fingerprint {
    let mut fingerprint = Fingerprint::default();
    if let [api, version, rest @ ..] = data {
        decode(&frame(*api, *version, rest), &mut fingerprint);
    }
    // The bytes as they are, too: keys and versions that do not exist.
    decode(data, &mut fingerprint);
    fingerprint
}

/// A frame whose key and version exist.
pub(crate) fn frame(api: u8, version: u8, rest: &[u8]) -> Vec<u8> {
    let key = ApiKey::ALL[usize::from(api) % ApiKey::ALL.len()];
    let version = key.versions().map_or(0, |versions| {
        let count = i16::from(version) % (versions.end() - versions.start() + 1);
        versions.start() + count
    });
    let mut frame = key.as_i16().to_be_bytes().to_vec();
    frame.extend_from_slice(&version.to_be_bytes());
    frame.extend_from_slice(rest);
    frame
}

fn decode(frame: &[u8], fingerprint: &mut Fingerprint) {
    let mut reader = Reader::new(frame);
    let header = RequestHeader::decode_any(&mut reader);
    fingerprint.result(&header);
    let Ok((api, header)) = header else { return };
    let version = header.request_api_version;
    fingerprint.note(api as u64);
    let decoded = AnyRequest::decode_fields(api, &mut reader, version);
    fingerprint.result(&decoded);
    let Ok(request) = decoded else { return };
    assert_eq!(request.key(), api, "a request is of its API");
    let owned = request.into_owned();
    assert_eq!(owned.key(), api, "a copy is of the same API");
}
