//! Fuzz targets that between them reach every decoder, with the corpora that they start from.
//!
//! A target takes bytes, whatever they are, and may not panic, loop, or allocate out of proportion. Two drivers
//! call the same functions: the seeded mutator of this crate's program (stable toolchain, `cargo xtask fuzz`), and
//! cargo-fuzz (`fuzz/` in the root of the repository, nightly toolchain). Where an input is a request or a message,
//! its key and version are drawn from its first bytes.
//!
//! | target | reaches |
//! |---|---|
//! | `requests` | the header and the body of every request at every version |
//! | `messages` | every request, response, header and internal record at every version, and the frames around records |
//! | `batches` | record batches of every magic and codec: walking, decompressing, validating, reading back |
//! | `codecs` | the streams of every codec, without a batch around them |
//! | `files` | a log directory: segments, indexes, snapshots, checkpoints, meta.properties |
//! | `directory` | a whole data directory of a node, damaged here and there, and the start of a node on it |
//! | `replay` | metadata records into an image, coordinator records into a shard |
//! | `voters` | messages between the voters of the metadata quorum |
//! | `properties` | server.properties, configurations of topics and groups, listeners |
//! | `node` | a whole node: a stream of requests through framing, dispatch, coordinators and controller |
//!
//! What a target returns is a fingerprint of what the input led to: the mutator keeps inputs that led to
//! something new. It knows nothing else about them.

mod batches;
mod codecs;
mod corpus;
mod directory;
mod files;
mod fingerprint;
mod harness;
mod messages;
mod node;
mod properties;
mod replay;
mod requests;
mod sample_cluster;
mod voters;

pub use fingerprint::Fingerprint;

/// One target.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// Feeds it bytes.
    pub run: fn(&[u8]) -> Fingerprint,
    /// Inputs that make sense, invented by code from a seed.
    pub corpus: fn(u64) -> Vec<Vec<u8>>,
    /// What an input of so many bytes may make it allocate at most, in bytes.
    pub memory: Memory,
    /// The longest input that a driver should make.
    pub max_len: usize,
}

/// A bound on memory: so much for each byte of input, and so much always.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// For each byte.
    pub per_byte: usize,
    /// On top of that.
    pub always: usize,
}

/// All targets.
pub const TARGETS: [Target; 10] = [
    Target {
        name: "requests",
        run: requests::run,
        corpus: corpus::requests,
        // Decoded, copied out of the frame, and written again.
        memory: Memory {
            per_byte: 300,
            always: 4 << 20,
        },
        max_len: 4 << 10,
    },
    Target {
        name: "messages",
        run: messages::run,
        corpus: corpus::messages,
        memory: Memory {
            per_byte: 300,
            always: 4 << 20,
        },
        max_len: 4 << 10,
    },
    Target {
        name: "batches",
        run: batches::run,
        corpus: corpus::batches,
        // The codecs' own contexts and output up to `codecs::LIMIT`, which a batch that is written anew holds twice.
        memory: Memory {
            per_byte: 16,
            always: 64 << 20,
        },
        max_len: 8 << 10,
    },
    Target {
        name: "codecs",
        run: codecs::run,
        corpus: corpus::codecs,
        memory: Memory {
            per_byte: 16,
            always: 32 << 20,
        },
        max_len: 8 << 10,
    },
    Target {
        name: "files",
        run: files::run,
        corpus: corpus::files,
        memory: Memory {
            per_byte: 256,
            always: 64 << 20,
        },
        max_len: 8 << 10,
    },
    Target {
        name: "directory",
        run: directory::run,
        corpus: corpus::directory,
        // A node, and its files as often as the input repeats them.
        memory: Memory {
            per_byte: 64 << 10,
            always: 256 << 20,
        },
        max_len: 1 << 10,
    },
    Target {
        name: "replay",
        run: replay::run,
        corpus: corpus::replay,
        memory: Memory {
            per_byte: 4096,
            always: 8 << 20,
        },
        max_len: 8 << 10,
    },
    Target {
        name: "voters",
        run: voters::run,
        corpus: voters::corpus,
        // Decoded and written again, an entry of 25 bytes as a structure of raft's.
        memory: Memory {
            per_byte: 64,
            always: 1 << 20,
        },
        max_len: 8 << 10,
    },
    Target {
        name: "properties",
        run: properties::run,
        corpus: corpus::properties,
        memory: Memory {
            per_byte: 256,
            always: 8 << 20,
        },
        max_len: 4 << 10,
    },
    Target {
        name: "node",
        run: node::run,
        corpus: corpus::node,
        // A node with its partitions, and what its clients made it create.
        memory: Memory {
            per_byte: 4096,
            always: 256 << 20,
        },
        max_len: 8 << 10,
    },
];

/// The target of this name.
#[must_use]
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// Feeds bytes to the target of this name.
///
/// # Panics
/// When there is no such target, or the target finds a fault.
pub fn run(name: &str, data: &[u8]) {
    let target = target(name).expect("a driver names a target that there is");
    (target.run)(data);
}
