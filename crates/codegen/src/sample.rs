//! Bytes of messages, invented from the schemas alone: this encoder shares no code with `protocol`, whose
//! tests and fuzz targets call it.

use crate::schema::{Field, Layout, Prim, Struct, Type};

/// A seeded stream of numbers (splitmix64).
#[derive(Clone, Debug)]
pub struct Random(pub u64);

impl Random {
    /// The next 64 bits.
    #[expect(
        clippy::should_implement_trait,
        reason = "a stream without an end needs no Option"
    )]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// Values that mean something to whom the messages are for: half of the strings, ids, bytes and numbers of an
/// invented message are of these, where there are any.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// Names of topics, groups, configurations ...
    pub strings: Vec<String>,
    /// Ids of topics.
    pub uuids: Vec<[u8; 16]>,
    /// Record batches, and what stands in fields of bytes.
    pub blobs: Vec<Vec<u8>>,
    /// Small numbers: partitions, brokers, offsets, epochs.
    pub numbers: Vec<i64>,
}

/// The encoding of a random message at `version`.
pub fn message(random: &mut Random, layout: &Layout, version: i16) -> Vec<u8> {
    message_of(random, layout, version, &Words::default())
}

/// The encoding of a random message at `version`, in which `words` occur.
pub fn message_of(random: &mut Random, layout: &Layout, version: i16, words: &Words) -> Vec<u8> {
    let mut encoder = Encoder {
        random,
        words,
        layout,
        version,
        flexible: layout.flexible.contains(version),
        out: vec![],
    };
    encoder.structure(&layout.structs[0]);
    encoder.out
}

struct Encoder<'a> {
    random: &'a mut Random,
    words: &'a Words,
    layout: &'a Layout,
    version: i16,
    flexible: bool,
    out: Vec<u8>,
}

impl Encoder<'_> {
    fn uvarint(&mut self, mut value: u32) {
        while value >= 0x80 {
            self.out.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.out.push(value as u8);
    }

    /// A length, or -1 for null.
    fn len(&mut self, len: i64, flexible: bool, classic_bytes: usize) {
        if flexible {
            self.uvarint((len + 1) as u32);
        } else {
            self.out
                .extend_from_slice(&len.to_be_bytes()[8 - classic_bytes..]);
        }
    }

    fn structure(&mut self, item: &Struct) {
        let version = self.version;
        let present = |field: &&Field| field.versions.contains(version);
        for field in item
            .fields
            .iter()
            .filter(present)
            .filter(|f| f.tag.is_none())
        {
            self.field(field);
        }
        if !self.flexible {
            return;
        }
        let mut tagged = Vec::new();
        for field in item.fields.iter().filter(present) {
            if let Some(tag) = field.tag
                && !self.random.one_in(3)
            {
                tagged.push((tag, self.apart(|encoder| encoder.field(field))));
            }
        }
        if self.random.one_in(4) {
            let tag = 1000 + self.random.below(5) as u32 * 70_000;
            tagged.push((tag, self.apart(Self::blob)));
        }
        tagged.sort();
        self.uvarint(tagged.len() as u32);
        for (tag, bytes) in tagged {
            self.uvarint(tag);
            self.uvarint(bytes.len() as u32);
            self.out.extend_from_slice(&bytes);
        }
    }

    /// What `encode` writes, apart from the rest.
    fn apart(&mut self, encode: impl FnOnce(&mut Self)) -> Vec<u8> {
        let before = std::mem::take(&mut self.out);
        encode(self);
        std::mem::replace(&mut self.out, before)
    }

    fn field(&mut self, field: &Field) {
        let flexible = self.flexible && !field.inflexible;
        let null = field.nullable.contains(self.version) && self.random.one_in(3);
        match &field.ty {
            Type::Struct(_) if field.is_nullable() => {
                let null_marker = if field.tag.is_some() { 0 } else { 0xff };
                self.out.push(if null { null_marker } else { 1 });
                if !null {
                    self.value(&field.ty, flexible);
                }
            }
            Type::Prim(Prim::String) if null => self.len(-1, flexible, 2),
            Type::Prim(Prim::Bytes | Prim::Records) | Type::Array(_) if null => {
                self.len(-1, flexible, 4);
            }
            ty => self.value(ty, flexible),
        }
    }

    fn value(&mut self, ty: &Type, flexible: bool) {
        match ty {
            Type::Struct(name) => self.structure(self.layout.find(name)),
            Type::Array(element) => {
                let many = matches!(**element, Type::Prim(_)) && self.random.one_in(20);
                let count = if many { 130 } else { self.random.below(4) };
                self.len(count as i64, flexible, 4);
                for _ in 0..count {
                    self.value(element, flexible);
                }
            }
            Type::Prim(prim) => self.prim(*prim, flexible),
        }
    }

    fn prim(&mut self, prim: Prim, flexible: bool) {
        const EDGES: [i64; 7] = [
            0,
            1,
            -1,
            i32::MAX as i64,
            i32::MIN as i64,
            i64::MAX,
            i64::MIN,
        ];
        let random = self.random.next();
        let known = known(self.random, &self.words.numbers).copied();
        let number = match (known, EDGES.get(self.random.below(14))) {
            (Some(known), _) => known as u64,
            (None, Some(edge)) => *edge as u64,
            (None, None) => random,
        };
        let bytes = number.to_be_bytes();
        match prim {
            Prim::Bool => self.out.push(number as u8 & 1),
            Prim::Int8 => self.out.push(number as u8),
            Prim::Int16 | Prim::Error | Prim::Uint16 => self.out.extend_from_slice(&bytes[6..]),
            Prim::Int32 | Prim::Uint32 => self.out.extend_from_slice(&bytes[4..]),
            Prim::Int64 => self.out.extend_from_slice(&bytes),
            // Of the bit patterns that are not numbers Java keeps only one.
            Prim::Float64 => self
                .out
                .extend_from_slice(&(number as i64 as f64).to_be_bytes()),
            Prim::Uuid => {
                if let Some(known) = known_uuid(self.random, self.words) {
                    return self.out.extend_from_slice(&known);
                }
                self.out.extend_from_slice(&bytes);
                self.out.extend_from_slice(&random.to_be_bytes());
            }
            Prim::String => {
                let text = self.string();
                self.len(text.len() as i64, flexible, 2);
                self.out.extend_from_slice(text.as_bytes());
            }
            Prim::Bytes | Prim::Records => {
                let bytes = self.apart(Self::blob);
                self.len(bytes.len() as i64, flexible, 4);
                self.out.extend_from_slice(&bytes);
            }
        }
    }

    fn string(&mut self) -> String {
        if let Some(known) = known(self.random, &self.words.strings) {
            return known.clone();
        }
        match self.random.below(12) {
            0 => String::new(),
            1 => "größe-日本-🚀".into(),
            2 => "\0".into(),
            3 => "x".repeat(126 + self.random.below(4)),
            4 if self.random.one_in(10) => "m".repeat(i16::MAX as usize),
            _ => format!("s{}", self.random.below(1000)),
        }
    }

    fn blob(&mut self) {
        if let Some(known) = known(self.random, &self.words.blobs) {
            return self.out.extend_from_slice(known);
        }
        let len = if self.random.one_in(8) {
            300
        } else {
            self.random.below(5)
        };
        for _ in 0..len {
            let byte = self.random.next() as u8;
            self.out.push(byte);
        }
    }
}

/// One of `words`, every second time.
fn known<'w, T>(random: &mut Random, words: &'w [T]) -> Option<&'w T> {
    if words.is_empty() || random.one_in(2) {
        return None;
    }
    words.get(random.below(words.len()))
}

fn known_uuid(random: &mut Random, words: &Words) -> Option<[u8; 16]> {
    known(random, &words.uuids).copied()
}

/// Spoils a message: a byte changed, a piece cut out, doubled or added.
pub fn spoil(random: &mut Random, bytes: &mut Vec<u8>) {
    if bytes.is_empty() {
        bytes.push(random.next() as u8);
        return;
    }
    let at = random.below(bytes.len());
    match random.below(6) {
        0 => bytes[at] = random.next() as u8,
        1 => bytes[at] ^= 1 << random.below(8),
        2 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][random.below(5)],
        3 => bytes.truncate(at),
        4 => bytes.insert(at, random.next() as u8),
        _ => {
            bytes.remove(at);
        }
    }
}
