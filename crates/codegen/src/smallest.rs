//! The messages that yield the most memory for their bytes.

use crate::schema::{Field, Layout, Prim, Struct, Type};

/// The shortest encoding at `version` of a message whose outermost arrays have `count` elements:
/// strings and inner arrays are empty, what may be null is, and there are no tagged fields.
pub fn message(layout: &Layout, version: i16, count: usize) -> Vec<u8> {
    let mut out = Vec::new();
    small_struct(layout, version, &layout.structs[0], count, &mut out);
    out
}

fn small_struct(layout: &Layout, version: i16, item: &Struct, count: usize, out: &mut Vec<u8>) {
    let flexible = layout.flexible.contains(version);
    for field in &item.fields {
        if field.versions.contains(version) && field.tag.is_none() {
            let flexible = flexible && !field.inflexible;
            small_field(layout, version, field, flexible, count, out);
        }
    }
    if flexible {
        out.push(0);
    }
}

fn small_field(
    layout: &Layout,
    version: i16,
    field: &Field,
    flexible: bool,
    count: usize,
    out: &mut Vec<u8>,
) {
    let fixed = |prim| match prim {
        Prim::Bool | Prim::Int8 => 1,
        Prim::Int16 | Prim::Error | Prim::Uint16 => 2,
        Prim::Int32 | Prim::Uint32 => 4,
        Prim::Int64 | Prim::Float64 => 8,
        Prim::Uuid => 16,
        Prim::String | Prim::Bytes | Prim::Records => 0,
    };
    match &field.ty {
        Type::Struct(_) if field.is_nullable() => out.push(0xff),
        Type::Struct(name) => small_struct(layout, version, layout.find(name), 0, out),
        Type::Array(element) => {
            small_len(count, flexible, 4, out);
            for _ in 0..count {
                match &**element {
                    Type::Struct(name) => small_struct(layout, version, layout.find(name), 0, out),
                    Type::Prim(Prim::String) => small_len(0, flexible, 2, out),
                    Type::Prim(prim) => out.resize(out.len() + fixed(*prim), 0),
                    Type::Array(_) => unreachable!("arrays hold no arrays"),
                }
            }
        }
        Type::Prim(Prim::String) => small_len(0, flexible, 2, out),
        Type::Prim(Prim::Bytes | Prim::Records) => small_len(0, flexible, 4, out),
        Type::Prim(prim) => out.resize(out.len() + fixed(*prim), 0),
    }
}

fn small_len(len: usize, flexible: bool, classic_bytes: usize, out: &mut Vec<u8>) {
    if !flexible {
        return out.extend_from_slice(&(len as u64).to_be_bytes()[8 - classic_bytes..]);
    }
    let mut value = len + 1;
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
