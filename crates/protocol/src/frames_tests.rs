use super::*;
use crate::api_versions_response::ApiVersionsResponse;
use crate::fetch_response::{FetchResponse, FetchableTopicResponse, PartitionData};
use crate::group_records::OFFSET_COMMIT_KEY;
use crate::metadata_records::TOPIC_RECORD;
use crate::metadata_request::MetadataRequest;
use crate::offset_commit_key::OffsetCommitKey;
use crate::offset_commit_value::OffsetCommitValue;
use crate::topic_record::TopicRecord;
use crate::wire::{Records, RegionAt};

fn request(version: i16) -> Vec<u8> {
    let mut writer = Writer::new();
    let request = MetadataRequest::default();
    encode_request(&mut writer, version, 7, Some("me"), &request).expect("a default is valid");
    writer.into_parts().0
}

#[test]
fn a_request_carries_its_size_and_the_header_of_its_version() {
    let classic = request(1);
    assert_eq!(classic[..4], (classic.len() as i32 - 4).to_be_bytes());
    assert_eq!(classic[4..16], [0, 3, 0, 1, 0, 0, 0, 7, 0, 2, b'm', b'e']);
    let flexible = request(9);
    // The client id keeps its classic length; an empty list of tagged fields follows it.
    assert_eq!(
        flexible[4..17],
        [0, 3, 0, 9, 0, 0, 0, 7, 0, 2, b'm', b'e', 0]
    );
}

#[test]
fn a_header_is_read_for_whatever_follows() {
    for version in [1, 9] {
        let bytes = request(version);
        let mut reader = Reader::new(&bytes[4..]);
        let (api, header) = RequestHeader::decode_any(&mut reader).expect("a header");
        assert_eq!(
            (api, header.request_api_version),
            (ApiKey::Metadata, version)
        );
        assert_eq!(
            (header.correlation_id, header.client_id.as_deref()),
            (7, Some("me"))
        );
        let request = MetadataRequest::decode(&mut reader, version).expect("a request");
        assert_eq!(request, MetadataRequest::default());
        reader.finish().expect("nothing follows");
    }
}

#[test]
fn a_header_with_an_unknown_key_names_it() {
    for key in [95_i16, -1, i16::MAX] {
        let mut bytes = key.to_be_bytes().to_vec();
        bytes.extend_from_slice(&[0; 8]);
        let error = RequestHeader::decode_any(&mut Reader::new(&bytes)).expect_err("no such key");
        assert_eq!(error.kind, DecodeErrorKind::UnknownType(i64::from(key)));
    }
}

#[test]
fn a_client_id_may_be_null() {
    let bytes = [0, 3, 0, 1, 0, 0, 0, 7, 0xff, 0xff];
    let (_, header) = RequestHeader::decode_any(&mut Reader::new(&bytes)).expect("a header");
    assert_eq!(header.client_id, None);
}

#[test]
fn the_header_of_an_api_versions_response_never_has_tagged_fields() {
    let mut writer = Writer::new();
    let response = ApiVersionsResponse::default();
    encode_response(&mut writer, 3, 5, &response).expect("a default is valid");
    let body = response.to_bytes(3).expect("a default is valid");
    assert_eq!(writer.bytes()[4..8], 5_i32.to_be_bytes());
    assert_eq!(writer.bytes()[8..], body);
}

#[test]
fn the_size_of_a_response_counts_its_regions() {
    let partition = |len| PartitionData {
        records: Some(Records::Region { len }),
        ..PartitionData::default()
    };
    let response = FetchResponse {
        responses: vec![FetchableTopicResponse {
            partitions: vec![partition(1000), partition(24)],
            ..FetchableTopicResponse::default()
        }],
        ..FetchResponse::default()
    };
    let mut writer = Writer::new();
    encode_response(&mut writer, 13, 1, &response).expect("a valid response");
    assert_eq!(writer.wire_len(), writer.bytes().len() + 1024);
    assert_eq!(
        writer.bytes()[..4],
        (writer.wire_len() as i32 - 4).to_be_bytes()
    );
    let &[first, second] = writer.regions() else {
        panic!("two regions")
    };
    assert_eq!((first.len, second.len), (1000, 24));
    assert!(first.position < second.position && second.position < writer.bytes().len());

    // The receiver sees the same as if the records had been in memory.
    let (mut wire, regions) = writer.into_parts();
    for RegionAt { position, len } in regions.into_iter().rev() {
        wire.splice(position..position, vec![0x5a; len as usize]);
    }
    let mut reader = Reader::new(&wire[4..]);
    ResponseHeader::decode(&mut reader, 1).expect("a header");
    let seen = FetchResponse::decode(&mut reader, 13).expect("a response");
    let records: Vec<usize> = seen.responses[0]
        .partitions
        .iter()
        .map(|partition| partition.records.as_ref().map_or(0, Records::len))
        .collect();
    assert_eq!(records, [1000, 24]);
}

#[test]
fn a_failed_encoding_leaves_the_buffer_alone() {
    let mut writer = Writer::reusing(vec![1, 2]);
    let response = FetchResponse::default();
    let error = encode_response(&mut writer, 19, 1, &response).expect_err("no such version");
    assert_eq!(
        error,
        EncodeError::UnsupportedVersion {
            message: "FetchResponse",
            version: 19
        }
    );
    assert_eq!(writer.bytes(), [1, 2]);
}

#[test]
fn a_metadata_record_stands_in_its_frame() {
    let record = MetadataRecord::from(TopicRecord {
        name: "t".into(),
        ..TopicRecord::default()
    });
    let bytes = record.to_bytes(0).expect("a valid record");
    assert_eq!(bytes[..5], [1, TOPIC_RECORD as u8, 0, 2, b't']);
    assert_eq!(MetadataRecord::decode(&bytes), Ok(record));
}

#[test]
fn other_frames_types_and_versions_are_refused() {
    let kind = |bytes: &[u8]| {
        MetadataRecord::decode(bytes)
            .expect_err("not a record")
            .kind
    };
    let topic = TOPIC_RECORD as u8;
    assert_eq!(kind(&[0, topic, 0]), DecodeErrorKind::UnknownType(0));
    assert_eq!(kind(&[2, topic, 0]), DecodeErrorKind::UnknownType(2));
    assert_eq!(kind(&[1, 99, 0]), DecodeErrorKind::UnknownType(99));
    assert_eq!(kind(&[1, topic, 7]), DecodeErrorKind::UnsupportedVersion(7));
    assert_eq!(
        kind(&[1, 0x80, 0x80, 0x04, 0]),
        DecodeErrorKind::UnknownType(1 << 16)
    );
    let mut trailing = vec![1, topic, 0, 1];
    trailing.extend_from_slice(&[0; 18]);
    assert_eq!(kind(&trailing), DecodeErrorKind::TrailingBytes(1));
}

#[test]
fn a_coordinators_record_has_its_type_in_the_key_and_its_version_in_the_value() {
    let key = GroupRecordKey::from(OffsetCommitKey {
        group: "g".into(),
        topic: "t".into(),
        partition: 3,
    });
    let bytes = key.to_bytes().expect("a valid key");
    assert_eq!(bytes, [0, 1, 0, 1, b'g', 0, 1, b't', 0, 0, 0, 3]);
    assert_eq!(GroupRecordKey::decode(&bytes), Ok(key));

    let value = GroupRecordValue::from(OffsetCommitValue {
        offset: 9,
        metadata: "".into(),
        ..OffsetCommitValue::default()
    });
    let bytes = value.to_bytes(3).expect("a valid value");
    assert_eq!(bytes[..2], [0, 3]);
    assert_eq!(
        GroupRecordValue::decode(OFFSET_COMMIT_KEY, &bytes),
        Ok(value)
    );
}

#[test]
fn a_coordinators_record_of_an_unknown_type_is_told_apart() {
    let error = GroupRecordKey::decode(&[0, 99]).expect_err("no such type");
    assert_eq!(error.kind, DecodeErrorKind::UnknownType(99));
    let error = GroupRecordValue::decode(99, &[0, 0]).expect_err("no such type");
    assert_eq!(error.kind, DecodeErrorKind::UnknownType(99));
}
