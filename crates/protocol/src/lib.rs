//! The messages of Apache Kafka 4.4 as Rust types.
//!
//! Owns the layout of every request, response, header and internal record at every version, the API
//! table, and the bounded decoding of all of them. Generated from `schemas/` by `cargo xtask
//! codegen` on top of the hand-written primitives in [`wire`]. It never looks inside record batches,
//! does no IO, and decides nothing.
//!
//! Each message has a module of its own: [`fetch_request`] holds
//! [`FetchRequest`](fetch_request::FetchRequest) and the structs inside it. Strings, bytes and
//! records borrow from the frame; `into_owned` copies what must outlive it.
//!
//! Where Apache Kafka's classes let broken bytes pass, this crate refuses them: strings that are not
//! UTF-8 (Java puts U+FFFD in their place), lengths below -1 (Java reads null), integers of more than
//! 32 bits, and tagged fields whose value is shorter or longer than their size says. Tagged fields out
//! of order or twice are read as Java reads them (the last one counts), and unknown ones like that
//! cannot be written again.

mod api;
mod frames;
mod macros;
mod message;
pub mod wire;

pub use api::Listener;
pub use frames::{encode_request, encode_response};
pub use message::{CatalogueEntry, Message, Recode, RecodeError, Request, Response};
pub use wire::{DecodeError, DecodeErrorKind, EncodeError, Reader, Records, Str, Writer};

include!("generated/modules.rs");
