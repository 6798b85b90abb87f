//! From message schemas to Rust types.
//!
//! Owns the schema notation (`crates/protocol/schemas/README.md` describes it) and the shape of the
//! generated code. It knows nothing of the wire beyond what it prints: the primitives are written by
//! hand in `protocol::wire`. `cargo xtask codegen` calls it; the tests of `protocol` and the fuzz
//! targets use its parser to invent messages ([`sample`], [`smallest`]).

mod emit;
mod notation;
pub mod sample;
mod schema;
pub mod smallest;
mod tree;

pub use notation::ParseError;
pub use schema::{
    Api, Default, Entry, Field, Kind, Layout, Listener, Message, Prim, Schemas, Struct, Type,
    Versions,
};
pub use tree::{CodegenError, check, load, write};
