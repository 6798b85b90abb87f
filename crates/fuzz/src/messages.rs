//! Every message of the catalogue at every version, and the frames around records.

use protocol::group_records::{GroupRecordKey, GroupRecordValue};
use protocol::metadata_records::MetadataRecord;
use protocol::remote_log_records::RemoteLogRecord;
use protocol::share_records::{ShareRecordKey, ShareRecordValue};
use protocol::transaction_records::{TransactionRecordKey, TransactionRecordValue};
use protocol::{CATALOGUE, RecodeError};

use crate::fingerprint::Fingerprint;

/// The input: two bytes choose the message, one its version, one the version to write; the rest is the message.
pub(crate) fn run(data: &[u8]) -> Fingerprint {
    let mut fingerprint = Fingerprint::default();
    let [high, low, from, to, bytes @ ..] = data else {
        return fingerprint;
    };
    let index = usize::from(u16::from_be_bytes([*high, *low])) % CATALOGUE.len();
    let entry = &CATALOGUE[index];
    fingerprint.note(index as u64);
    let span = entry.max_version - entry.min_version + 1;
    let (from, to) = (
        entry.min_version + i16::from(*from) % span,
        entry.min_version + i16::from(*to) % span,
    );
    let recoded = (entry.recode)(bytes, from, from);
    fingerprint.result(&recoded);
    if let Ok(written) = recoded {
        // What was read and written once comes out the same ever after.
        let again = (entry.recode)(&written, from, from);
        assert_eq!(again.as_ref(), Ok(&written), "{} v{from}", entry.name);
        let other: Result<Vec<u8>, RecodeError> = (entry.recode)(bytes, from, to);
        fingerprint.result(&other);
    }
    records(bytes, &mut fingerprint);
    fingerprint
}

/// Records in their frames: metadata, remote log, groups, transactions, share groups.
fn records(bytes: &[u8], fingerprint: &mut Fingerprint) {
    fingerprint.result(&MetadataRecord::decode(bytes));
    fingerprint.result(&RemoteLogRecord::decode(bytes));
    fingerprint.result(&GroupRecordKey::decode(bytes));
    fingerprint.result(&TransactionRecordKey::decode(bytes));
    fingerprint.result(&ShareRecordKey::decode(bytes));
    let Some((key, value)) = bytes.split_first_chunk() else {
        return;
    };
    let key = i16::from_be_bytes(*key);
    fingerprint.result(&GroupRecordValue::decode(key, value));
    fingerprint.result(&TransactionRecordValue::decode(key, value));
    fingerprint.result(&ShareRecordValue::decode(key, value));
}
