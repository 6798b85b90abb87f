//! Record batches: what a produce request, a fetch response and a segment hold.

use model::TimestampMs;
use records::batch::TimestampType;
use records::validate::{CompressedCheck, TargetCompression};
use records::{
    AppendRules, Batch, BatchIter, Codecs, Compression, Origin, Plan, RecordBatch, checksum,
    layout, validate,
};

use crate::codecs::{ALL, LIMIT, with};
use crate::fingerprint::Fingerprint;

const NOW: TimestampMs = TimestampMs(1_700_000_000_000);

/// The input: how it is to be accepted, then the batches.
pub(crate) fn run(data: &[u8]) -> Fingerprint {
    let mut fingerprint = Fingerprint::default();
    let [how, bytes @ ..] = data else {
        return fingerprint;
    };
    with(|codecs| {
        walk(bytes, codecs, &mut fingerprint);
        accept(*how, bytes, codecs, &mut fingerprint);
        let mut mended = bytes.to_vec();
        mend(&mut mended);
        walk(&mended, codecs, &mut fingerprint);
        accept(*how, &mended, codecs, &mut fingerprint);
    });
    fingerprint
}

/// Reads whatever the bytes are in every way there is.
fn walk(bytes: &[u8], codecs: &mut Codecs, fingerprint: &mut Fingerprint) {
    for batch in BatchIter::new(bytes) {
        fingerprint.result(&batch);
        let Ok(batch) = batch else { return };
        look(&batch);
        let records = batch.records(codecs, LIMIT);
        fingerprint.result(&records);
        let Ok(records) = records else { continue };
        let mut count = 0;
        for record in records {
            fingerprint.result(&record);
            let Ok(record) = record else { break };
            count += 1 + record.headers.iter().count();
        }
        fingerprint.count(count);
    }
}

fn look(batch: &Batch<'_>) {
    let _ = (
        batch.base_offset(),
        batch.last_offset(),
        batch.max_timestamp(),
    );
    let _ = (batch.leader_epoch(), batch.is_valid_crc());
    if let Some(batch) = batch.v2() {
        let _ = (
            batch.control_type(),
            batch.last_sequence(),
            batch.delete_horizon(),
        );
    }
}

/// A leader accepts the batch or refuses it; what it accepts, a consumer can read.
fn accept(how: u8, bytes: &[u8], codecs: &mut Codecs, fingerprint: &mut Fingerprint) {
    let rules = rules(how);
    let accepted = validate(bytes, &rules, NOW, codecs);
    fingerprint.result(&accepted);
    let Ok(accepted) = accepted else { return };
    let stored = match accepted.plan {
        Plan::AsIs => bytes[..accepted.received_size].to_vec(),
        Plan::NewHeader(header) => [
            &header[..],
            &bytes[layout::HEADER_SIZE..accepted.received_size],
        ]
        .concat(),
        Plan::Rebuilt(batch) => batch,
    };
    let batch = RecordBatch::parse(&stored).expect("what is stored is a batch");
    assert!(batch.is_valid_crc(), "what is stored has its checksum");
    assert!(
        stored.len() <= rules.max_message_bytes,
        "what is stored is not too large"
    );
    if rules.compressed_check == CompressedCheck::Records {
        let records = batch
            .records(codecs, LIMIT)
            .expect("a consumer can read it");
        let mut count = 0;
        for record in records {
            assert!(record.is_ok(), "a consumer can read each record");
            count += 1;
        }
        assert_eq!(count, accepted.record_count, "as many records as offsets");
    }
    fingerprint.count(stored.len());
}

fn rules(how: u8) -> AppendRules {
    let bit = |at: u8| how >> at & 1 == 1;
    let target = match usize::from(how >> 5) {
        index @ 0..=4 => {
            let codec: Compression = ALL[index];
            TargetCompression::Codec(codec, codec.default_level())
        }
        _ => TargetCompression::Producer,
    };
    AppendRules {
        timestamp_type: if bit(0) {
            TimestampType::LogAppendTime
        } else {
            TimestampType::CreateTime
        },
        is_compacted: bit(1),
        compressed_check: if bit(2) {
            CompressedCheck::Header
        } else {
            CompressedCheck::Records
        },
        timestamp_before_max_ms: if bit(3) { 1_000_000 } else { i64::MAX },
        compression: target,
        max_decompressed_bytes: LIMIT,
        ..AppendRules::new(if bit(4) {
            Origin::Coordinator
        } else {
            Origin::Client {
                produce_version: 13,
            }
        })
    }
}

/// Makes length and checksum fit, so that what lies behind those two checks is reached.
pub(crate) fn mend(bytes: &mut [u8]) {
    if bytes.len() < layout::HEADER_SIZE {
        return;
    }
    let length = i32::try_from(bytes.len() - layout::LOG_OVERHEAD).unwrap_or(i32::MAX);
    bytes[layout::BATCH_LENGTH..][..4].copy_from_slice(&length.to_be_bytes());
    bytes[layout::MAGIC] = 2;
    let crc = checksum::crc32c(&bytes[layout::ATTRIBUTES..]);
    bytes[layout::CRC..][..4].copy_from_slice(&crc.to_be_bytes());
}
