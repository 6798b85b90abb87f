use super::*;

use model::TimestampMs;

fn batch() -> Vec<u8> {
    let voter = crate::config::Voter::of_id(model::BrokerId(1));
    crate::batch::leader_change(&voter, std::slice::from_ref(&voter), TimestampMs(5))
}

fn entry(index: u64, term: u64) -> Entry {
    Entry {
        index,
        term,
        data: batch().into(),
        ..Default::default()
    }
}

fn append(entries: Vec<Entry>) -> Envelope {
    let mut message = Message {
        msg_type: MessageType::MsgAppend,
        to: 2,
        from: 1,
        term: 7,
        log_term: 5,
        index: 10,
        commit: 9,
        reject_hint: 3,
        ..Default::default()
    };
    message.entries = entries.into();
    Envelope {
        to: 2,
        from: 1,
        body: Body::Raft(Box::new(message)),
    }
}

fn samples() -> Vec<Envelope> {
    let id = SnapshotId {
        end_offset: Offset(100),
        epoch: LeaderEpoch(3),
    };
    let of = |body| Envelope {
        to: 2,
        from: 1,
        body,
    };
    let mut snapshot = Message {
        msg_type: MessageType::MsgSnapshot,
        to: 2,
        from: 1,
        term: 7,
        ..Default::default()
    };
    let metadata = SnapshotMetadata {
        index: 5,
        term: 3,
        ..Default::default()
    };
    snapshot.mut_snapshot().set_metadata(metadata);
    snapshot.mut_snapshot().data = Offer {
        id,
        size: 9,
        voters: vec![1],
    }
    .encode()
    .into();
    vec![
        append(vec![entry(11, 5), entry(12, 7)]),
        of(Body::Raft(Box::new(snapshot))),
        of(Body::ChunkRequest { id, position: 77 }),
        of(Body::Chunk {
            id,
            position: 77,
            size: 99,
            content: Bytes::from_static(b"content"),
        }),
        of(Body::Gone { id }),
    ]
}

#[test]
fn every_kind_of_message_survives_its_bytes() {
    for sample in samples() {
        assert_eq!(Envelope::decode(&sample.encode()), Some(sample));
    }
}

#[test]
fn no_prefix_and_no_longer_form_of_a_message_is_one() {
    for sample in samples() {
        let mut bytes = sample.encode();
        for length in 0..bytes.len() {
            assert_eq!(Envelope::decode(&bytes[..length]), None);
        }
        bytes.push(0);
        assert_eq!(Envelope::decode(&bytes), None);
    }
}

#[test]
fn flipped_bits_never_panic_and_never_make_a_batch_with_a_wrong_checksum() {
    for sample in samples() {
        let bytes = sample.encode();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Some(Envelope {
                body: Body::Raft(message),
                ..
            }) = Envelope::decode(&flipped)
            {
                assert!(message.entries.iter().all(is_wellformed));
            }
        }
    }
}

#[test]
fn an_offer_survives_its_bytes() {
    let id = SnapshotId {
        end_offset: Offset(1),
        epoch: LeaderEpoch(2),
    };
    let offer = Offer {
        id,
        size: 3,
        voters: vec![4, 5],
    };
    assert_eq!(Offer::decode(&offer.encode().into()), Some(offer));
}

#[test]
fn a_batch_with_any_base_offset_is_one() {
    for base in [i64::MIN, -1, 1, i64::MAX] {
        let placed = crate::batch::placed(&batch(), Offset(base), LeaderEpoch(1));
        let mut entry = entry(11, 7);
        entry.data = placed.into();
        // Two records: the last offset wraps.
        let at = records::layout::LAST_OFFSET_DELTA;
        let mut two = entry.clone();
        let mut bytes = two.data.to_vec();
        bytes[at..at + 4].copy_from_slice(&1_i32.to_be_bytes());
        let crc = records::checksum::crc32c(&bytes[records::layout::ATTRIBUTES..]);
        bytes[records::layout::CRC..records::layout::ATTRIBUTES]
            .copy_from_slice(&crc.to_be_bytes());
        two.data = bytes.into();
        for entry in [entry, two] {
            let sent = append(vec![entry]);
            assert_eq!(Envelope::decode(&sent.encode()), Some(sent), "{base}");
        }
    }
}

#[track_caller]
fn check_refused(entries: Vec<Entry>) {
    assert_eq!(Envelope::decode(&append(entries).encode()), None);
}

#[test]
fn entries_must_follow_each_other_and_be_no_newer_than_the_message() {
    check_refused(vec![entry(12, 7)]);
    check_refused(vec![entry(11, 7), entry(13, 7)]);
    check_refused(vec![entry(11, 8)]);
    check_refused(vec![entry(11, 6), entry(12, 5)]);
    check_refused(vec![entry(11, 4)]);
}

#[test]
fn a_count_beyond_the_bytes_at_hand_allocates_nothing() {
    let bytes = append(vec![]).encode();
    let count_at = bytes.len() - 5;
    let mut lying = bytes.clone();
    lying[count_at..count_at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(Envelope::decode(&lying), None);
}

#[test]
fn proposals_and_other_local_messages_are_not_taken_from_the_network() {
    let Envelope {
        body: Body::Raft(mut message),
        ..
    } = append(vec![])
    else {
        unreachable!()
    };
    for kind in [
        MessageType::MsgHup,
        MessageType::MsgPropose,
        MessageType::MsgReadIndex,
    ] {
        message.msg_type = kind;
        let envelope = Envelope {
            to: 2,
            from: 1,
            body: Body::Raft(message.clone()),
        };
        assert_eq!(Envelope::decode(&envelope.encode()), None);
    }
}
