//! Changes an input here and there.

use codegen::sample::Random;

/// Numbers at which lengths, counts and offsets turn.
const EDGES: [i64; 12] = [
    0,
    1,
    -1,
    -2,
    127,
    128,
    255,
    i16::MAX as i64,
    i32::MAX as i64,
    i32::MIN as i64,
    i64::MAX,
    i64::MIN,
];

/// Changes `input`, sometimes with a part of `other`, and keeps it within `max_len`.
pub(crate) fn mutate(random: &mut Random, input: &mut Vec<u8>, other: &[u8], max_len: usize) {
    // Mostly one change: two at once are found out one after the other.
    let changes = 1 + random.below(4) * random.below(2);
    for _ in 0..changes {
        change(random, input, other);
    }
    input.truncate(max_len);
}

fn change(random: &mut Random, input: &mut Vec<u8>, other: &[u8]) {
    if input.is_empty() {
        input.push(random.next() as u8);
        return;
    }
    let at = random.below(input.len());
    match random.below(11) {
        0 => input[at] = random.next() as u8,
        1 => input[at] ^= 1 << random.below(8),
        2 => input[at] = [0, 1, 0x7f, 0x80, 0xff][random.below(5)],
        3 => input.truncate(at),
        4 => input.insert(at, random.next() as u8),
        5 => drop(input.remove(at)),
        6 => overwrite_number(random, input, at),
        7 => step_byte(random, input, at),
        8 => repeat(random, input, at),
        9 => splice(random, input, other, at),
        _ => {
            let varint: &[&[u8]] = &[
                &[0xff, 0xff, 0xff, 0xff, 0x0f],
                &[0xff, 0xff, 0xff, 0xff, 0x7f],
                &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
                &[0xfe, 0xff, 0xff, 0xff, 0x0f],
                &[0x80, 0x00],
            ];
            let bytes = varint[random.below(varint.len())].iter().copied();
            input.splice(at..at + 1, bytes).for_each(drop);
        }
    }
}

/// A big-endian number of two, four or eight bytes at an edge.
fn overwrite_number(random: &mut Random, input: &mut [u8], at: usize) {
    let edge = EDGES[random.below(EDGES.len())].to_be_bytes();
    let width = [2, 4, 8][random.below(3)];
    let end = input.len().min(at + width);
    let bytes = &edge[8 - width..];
    input[at..end].copy_from_slice(&bytes[..end - at]);
}

/// A count or length that is off by little.
fn step_byte(random: &mut Random, input: &mut [u8], at: usize) {
    let step = 1 + random.below(4) as u8;
    input[at] = if random.one_in(2) {
        input[at].wrapping_add(step)
    } else {
        input[at].wrapping_sub(step)
    };
}

fn repeat(random: &mut Random, input: &mut Vec<u8>, at: usize) {
    let end = input.len().min(at + 1 + random.below(64));
    let part = input[at..end].to_vec();
    let times = 1 + random.below(8);
    input.splice(at..at, part.repeat(times)).for_each(drop);
}

fn splice(random: &mut Random, input: &mut Vec<u8>, other: &[u8], at: usize) {
    if other.is_empty() {
        return;
    }
    let from = random.below(other.len());
    let part = other[from..].iter().copied();
    if random.one_in(2) {
        input.truncate(at);
        input.extend(part);
    } else {
        let length = 1 + random.below(64);
        input.splice(at..at, part.take(length)).for_each(drop);
    }
}
