//! Kafka's record batches as bytes: what a producer sends, what lies in a segment, what a consumer reads.
//!
//! This crate owns the layout of magic 2 batches (and the reading of magic 0 and 1), their checksums,
//! the compression codecs with Kafka's framings, and the rules by which a broker accepts a batch. It
//! never touches a file or a socket, and it never trusts a length that the bytes at hand do not bear
//! out: every view checks before it slices, every decompression has a cap.
//!
//! | module | idea |
//! |---|---|
//! | [`batch`] | the borrowed view of one magic 2 batch |
//! | [`batches`] | walking concatenated batches of any magic |
//! | [`record`] | the records inside a batch, decoded one by one without allocation |
//! | [`builder`] | writing a magic 2 batch |
//! | [`mod@retain`] | taking records out of a batch, as compaction does it |
//! | [`legacy`] | messages of magic 0 and 1, which are only read |
//! | [`codec`] | compressing and decompressing with Kafka's framings |
//! | [`control`] | control records: transaction markers and raft's own |
//! | [`mod@validate`] | the rules by which a leader accepts a batch |

pub mod batch;
pub mod batches;
pub mod builder;
pub mod checksum;
pub mod codec;
pub mod compression;
pub mod control;
pub mod layout;
pub mod legacy;
mod malformed;
pub mod record;
pub mod retain;
pub mod validate;
mod varint;

pub use batch::{BatchHeader, RecordBatch, TimestampType};
pub use batches::{Batch, BatchIter, Frame};
pub use builder::{BatchBuilder, NewRecord};
pub use codec::{CodecError, Codecs};
pub use compression::Compression;
pub use control::ControlType;
pub use legacy::LegacyBatch;
pub use malformed::{Malformed, Problem};
pub use record::{Header, Headers, Record, RecordIter};
pub use retain::{HorizonFor, Retained, retain};
pub use validate::{
    Accepted, AppendRules, Origin, Plan, RecordError, RecordProblem, Rejection, validate,
};
