//! What the drivers start from, invented by code: inputs that make sense, one by one, for each target.

use std::path::Path;
use std::sync::OnceLock;

use codegen::sample::{self, Random, Words};
use codegen::{Kind, Message, Schemas};
use protocol::{ApiKey, CATALOGUE};
use records::{Codecs, Compression};
use storage::disk::Disk;

use crate::{codecs, harness, node, sample_cluster};

/// Messages of each kind and version.
const PER_VERSION: usize = 2;
/// Streams of requests for a node.
const STREAMS: usize = 300;

fn schemas() -> &'static Schemas {
    static SCHEMAS: OnceLock<Schemas> = OnceLock::new();
    SCHEMAS.get_or_init(|| {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/schemas");
        codegen::load(&dir).expect("the schemas are well formed")
    })
}

/// What means something to a node that holds the sample cluster.
fn words() -> Words {
    let strings = [
        sample_cluster::TOPIC,
        sample_cluster::COMPACTED,
        sample_cluster::GROUP,
        "other",
        "new",
        "__consumer_offsets",
        "__cluster_metadata",
        "../etc",
        ".",
        "consumer",
        "range",
        "i",
        "0",
        "",
        "retention.ms",
        "cleanup.policy",
        "compact",
        "segment.bytes",
        "max.message.bytes",
        "compression.type",
        "zstd",
        "flush.messages",
        "-1",
        "metadata.version",
    ];
    let disk = node::sample_disk(0);
    let meta = Path::new(harness::DATA).join(format!("{}-0", sample_cluster::TOPIC));
    let text = disk.read_file(&meta.join("partition.metadata"), 1 << 20);
    let text = String::from_utf8(text.unwrap_or_default()).unwrap_or_default();
    let id = text
        .lines()
        .find_map(|line| line.strip_prefix("topic_id: "));
    let id = id.and_then(|id| id.parse::<model::Uuid>().ok());
    Words {
        strings: strings.map(str::to_owned).to_vec(),
        uuids: id.into_iter().map(|id| id.0).collect(),
        blobs: sample_cluster::batches(),
        numbers: vec![0, 1, 2, 3, -1, 5, 40, 1000, 10_000, 1 << 20],
    }
}

fn requests_of(schemas: &Schemas) -> impl Iterator<Item = (ApiKey, &Message)> {
    schemas
        .messages
        .iter()
        .filter_map(|message| match message.kind {
            Kind::Request { key } => ApiKey::from_i16(key).map(|key| (key, message)),
            _ => None,
        })
}

/// The frame of a request from the correlation id on.
fn body(
    random: &mut Random,
    key: ApiKey,
    message: &Message,
    version: i16,
    words: &Words,
) -> Vec<u8> {
    let mut body = vec![0, 0, 0, 1, 0, 2, b'm', b'e'];
    if key.is_flexible(version) {
        body.push(0);
    }
    body.extend(sample::message_of(random, &message.layout, version, words));
    body
}

pub(crate) fn requests(seed: u64) -> Vec<Vec<u8>> {
    let mut random = Random(seed);
    let mut corpus = Vec::new();
    for (key, message) in requests_of(schemas()) {
        let versions = message.layout.versions;
        for version in versions.first..=versions.last {
            for _ in 0..PER_VERSION {
                let mut input = vec![
                    u8::try_from(key.as_i16()).unwrap_or(0),
                    u8::try_from(version - versions.first).unwrap_or(0),
                ];
                input.extend(body(&mut random, key, message, version, &Words::default()));
                corpus.push(input);
            }
        }
    }
    corpus
}

pub(crate) fn messages(seed: u64) -> Vec<Vec<u8>> {
    let mut random = Random(seed);
    let mut corpus = Vec::new();
    for (index, (entry, message)) in CATALOGUE.iter().zip(&schemas().messages).enumerate() {
        assert_eq!(
            entry.name, message.name,
            "the catalogue follows the schemas"
        );
        for version in entry.min_version..=entry.max_version {
            let mut input = u16::try_from(index).unwrap_or(0).to_be_bytes().to_vec();
            let at = u8::try_from(version - entry.min_version).unwrap_or(0);
            input.extend([at, random.next() as u8]);
            input.extend(sample::message(&mut random, &message.layout, version));
            corpus.push(input);
        }
    }
    corpus
}

pub(crate) fn batches(seed: u64) -> Vec<Vec<u8>> {
    let mut random = Random(seed);
    let mut corpus = Vec::new();
    for batch in sample_cluster::batches() {
        for _ in 0..8 {
            corpus.push([&[random.next() as u8][..], &batch].concat());
        }
        corpus.push([&[0][..], &batch, &batch].concat());
    }
    corpus.extend(legacy());
    corpus
}

/// Messages of magic 0 and 1, alone and in a wrapper: crc, magic, attributes, (timestamp,) key, value.
fn legacy() -> Vec<Vec<u8>> {
    let message = |magic: u8, attributes: u8, value: &[u8]| {
        let mut body = vec![magic, attributes];
        if magic == 1 {
            body.extend(1_700_000_000_000_i64.to_be_bytes());
        }
        body.extend((-1_i32).to_be_bytes());
        body.extend(u32::try_from(value.len()).unwrap_or(0).to_be_bytes());
        body.extend(value);
        let mut bytes = 0_i64.to_be_bytes().to_vec();
        bytes.extend(u32::try_from(body.len() + 4).unwrap_or(0).to_be_bytes());
        bytes.extend([0; 4]);
        bytes.extend(body);
        bytes
    };
    let mut corpus = Vec::new();
    for magic in [0, 1] {
        let inner = message(magic, 0, b"a value");
        corpus.push([&[0][..], &inner].concat());
        for codec in [Compression::Gzip, Compression::Snappy, Compression::Lz4] {
            let wrapper = message(magic, codec.id(), &compressed(codec, &inner.repeat(3)));
            corpus.push([&[0][..], &wrapper].concat());
        }
    }
    corpus
}

fn compressed(codec: Compression, input: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    codecs::with(|contexts: &mut Codecs| {
        contexts.compress(codec, codec.default_level(), input, &mut out);
    });
    out
}

pub(crate) fn codecs(seed: u64) -> Vec<Vec<u8>> {
    let mut random = Random(seed);
    let noise: Vec<u8> = (0..600).map(|_| random.next() as u8).collect();
    let text = b"the same, the same, and then the same; ".repeat(20);
    let zeros = vec![0; 100_000];
    let mut corpus = Vec::new();
    for (index, codec) in codecs::ALL.into_iter().enumerate().skip(1) {
        for input in [&b""[..], b"x", &noise, &text, &zeros] {
            let mut stream = vec![u8::try_from(index).unwrap_or(0)];
            stream.extend(compressed(codec, input));
            corpus.push(stream);
        }
    }
    // Raw snappy, and several xerial blocks.
    corpus.push(vec![2, 5, 4 << 2, b'h', b'e', b'l', b'l', b'o']);
    corpus
}

/// The files of a partition, as the target of files spreads them.
pub(crate) fn files(seed: u64) -> Vec<Vec<u8>> {
    let mut random = Random(seed);
    let disk = node::sample_disk(0);
    let dir = Path::new(harness::DATA).join(format!("{}-0", sample_cluster::TOPIC));
    let read = |name: &str| disk.read_file(&dir.join(name), 1 << 20).unwrap_or_default();
    let checkpoint = b"0\n1\nt 0 5\n".to_vec();
    let parts = [
        read("00000000000000000000.log"),
        read("00000000000000000000.index"),
        read("00000000000000000000.timeindex"),
        Vec::new(),
        Vec::new(),
        snapshot_of(&disk, &dir),
        Vec::new(),
        read("leader-epoch-checkpoint"),
        checkpoint,
        b"{\"version\":0,\"brokerEpoch\":4}".to_vec(),
    ];
    let mut corpus = Vec::new();
    for _ in 0..20 {
        let mut input = vec![random.next() as u8];
        let first = usize::from(input[0]) % parts.len();
        for part in parts.iter().cycle().skip(first).take(parts.len()) {
            let part = if random.one_in(4) { &[][..] } else { &part[..] };
            input.extend(u16::try_from(part.len()).unwrap_or(u16::MAX).to_be_bytes());
            input.extend(part);
        }
        corpus.push(input);
    }
    corpus.extend([checkpoint_texts(), b"x".to_vec()]);
    corpus
}

fn checkpoint_texts() -> Vec<u8> {
    b"#\nversion=1\ncluster.id=c\nnode.id=0\ndirectory.id=AAAAAAAAAAAAAAAAAAAAAQ\n".to_vec()
}

fn snapshot_of(disk: &dyn Disk, dir: &Path) -> Vec<u8> {
    let names = disk.read_dir(dir).unwrap_or_default();
    let snapshot = names.iter().find(|entry| entry.name.ends_with(".snapshot"));
    let bytes = snapshot.map(|entry| disk.read_file(&dir.join(&entry.name), 1 << 20));
    bytes.and_then(Result::ok).unwrap_or_default()
}

pub(crate) fn directory(seed: u64) -> Vec<Vec<u8>> {
    let mut random = Random(seed);
    let mut corpus = vec![Vec::new()];
    for how in 0..9 {
        for _ in 0..12 {
            let length = random.below(40);
            let mut input = vec![
                random.next() as u8,
                how,
                random.next() as u8,
                random.next() as u8,
            ];
            input.push(u8::try_from(length).unwrap_or(0));
            input.extend((0..length).map(|_| random.next() as u8));
            corpus.push(input);
        }
    }
    corpus
}

/// The metadata records that the sample cluster's controller wrote, its coordinators' records, and invented ones.
pub(crate) fn replay(seed: u64) -> Vec<Vec<u8>> {
    let mut random = Random(seed);
    let disk = node::sample_disk(0);
    let mut corpus = Vec::new();
    for (path, bytes) in harness::all_files(&disk, harness::DATA.as_ref()) {
        let path = path.display().to_string();
        if path.contains("__cluster_metadata-0/") && path.ends_with(".log") {
            corpus.push(metadata_records(&bytes));
        }
        if path.contains("__consumer_offsets-") && path.ends_with(".log") && !bytes.is_empty() {
            corpus.push(group_records(&bytes));
        }
    }
    let written = corpus.first().cloned().unwrap_or_default();
    for (_, message) in schemas().messages.iter().filter_map(framed_record) {
        let versions = message.layout.versions;
        for version in versions.first..=versions.last {
            let Kind::Record { key } = message.kind else {
                continue;
            };
            let mut record = vec![1];
            record.push(u8::try_from(key).unwrap_or(0));
            record.push(u8::try_from(version).unwrap_or(0));
            record.extend(sample::message_of(
                &mut random,
                &message.layout,
                version,
                &words(),
            ));
            let mut input = written.clone();
            push(&mut input, &record);
            corpus.push(input);
        }
    }
    corpus
}

fn framed_record(message: &Message) -> Option<(i16, &Message)> {
    match message.kind {
        Kind::Record { key } if (0..128).contains(&key) => Some((key, message)),
        _ => None,
    }
}

fn push(input: &mut Vec<u8>, record: &[u8]) {
    input.extend(
        u16::try_from(record.len())
            .unwrap_or(u16::MAX)
            .to_be_bytes(),
    );
    input.extend(record);
}

fn metadata_records(segment: &[u8]) -> Vec<u8> {
    let mut input = vec![0];
    each_record(segment, |_, value| push(&mut input, value));
    input
}

fn group_records(segment: &[u8]) -> Vec<u8> {
    let mut input = vec![1];
    each_record(segment, |key, value| {
        let mut record = u16::try_from(key.len()).unwrap_or(0).to_be_bytes().to_vec();
        record.extend([key, value].concat());
        push(&mut input, &record);
    });
    input
}

fn each_record(segment: &[u8], mut each: impl FnMut(&[u8], &[u8])) {
    for batch in records::BatchIter::new(segment).map_while(Result::ok) {
        let Some(batch) = batch.v2().filter(|batch| !batch.is_control()) else {
            continue;
        };
        if let Ok(records) = batch.plain_records() {
            for record in records.map_while(Result::ok) {
                each(record.key.unwrap_or(&[]), record.value.unwrap_or(&[]));
            }
        }
    }
}

pub(crate) fn properties(_seed: u64) -> Vec<Vec<u8>> {
    let texts = [
        "process.roles=broker,controller\nnode.id=1\nlisteners=PLAINTEXT://:9092,CONTROLLER://:9093\n\
         controller.listener.names=CONTROLLER\ncontroller.quorum.voters=1@localhost:9093\n\
         listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\nlog.dirs=/a,/b\n",
        "listeners=PLAINTEXT://[::1]:0,SSL://host:65536\nadvertised.listeners=PLAINTEXT://x:-1",
        "retention.ms=-1\nsegment.bytes=1048576\ncleanup.policy=compact,delete\ncompression.type=zstd\n\
         min.cleanable.dirty.ratio=0.5\nmessage.timestamp.type=LogAppendTime",
        "max.connections.per.ip=0\nmax.connections.per.ip.overrides=127.0.0.1:5,::1:7,host:2",
        "consumer.session.timeout.ms=45000\ninterval.ms=1000\nmetrics=*\nmatch=client_id=a.*",
        "# a comment\nkey : value\\\n  and more\nu=\\u00e9\\uD83D\\uDE00\n!x\r\na\tb\nlog.retention.hours=168",
        "log.retention.ms=-1\nlog.roll.jitter.hours=1\nlog.flush.interval.messages=1\nnum.io.threads=8",
        "sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256\nssl.keystore.password=secret\nquota.window.num=11",
    ];
    texts.map(|text| text.as_bytes().to_vec()).to_vec()
}

/// Streams of requests that mean something to the sample cluster.
pub(crate) fn node(seed: u64) -> Vec<Vec<u8>> {
    let mut random = Random(seed);
    let words = words();
    let served: Vec<(usize, ApiKey, &Message)> = requests_of(schemas())
        .filter_map(|(key, message)| {
            let index = node::SERVED
                .iter()
                .position(|served| *served == key.as_i16())?;
            Some((index, key, message))
        })
        .collect();
    let mut corpus = Vec::new();
    for _ in 0..STREAMS {
        let mut input = Vec::new();
        for _ in 0..1 + random.below(12) {
            let (index, key, message) = served[random.below(served.len())];
            let versions = message.layout.versions;
            let count = usize::try_from(versions.last - versions.first + 1).unwrap_or(1);
            let version = random.below(count);
            let body = body(
                &mut random,
                key,
                message,
                versions.first + i16::try_from(version).unwrap_or(0),
                &words,
            );
            input.extend([
                u8::try_from(index).unwrap_or(0),
                u8::try_from(version).unwrap_or(0),
                random.next() as u8,
            ]);
            input.extend(u16::try_from(body.len()).unwrap_or(u16::MAX).to_be_bytes());
            input.extend(body);
        }
        corpus.push(input);
    }
    corpus
}
