//! One module per message.

use super::{rust_type, structs};
use crate::schema::{Kind, Message, Schemas};

/// Names of `crate::wire` that a generated module uses.
const WIRE: [&str; 13] = [
    "Bytes",
    "DecodeError",
    "DecodeErrorKind",
    "EncodeError",
    "Reader",
    "Records",
    "Sink",
    "Size",
    "Str",
    "UnknownTaggedFields",
    "owned_bytes",
    "owned_str",
    "owned_vec",
];

/// Names of `model` that a generated module uses.
const MODEL: [&str; 2] = ["ErrorCode", "Uuid"];

/// The `use` of those `names` that occur in `body`.
fn imports(module: &str, names: &[&str], body: &str) -> String {
    let used: Vec<&str> = names
        .iter()
        .copied()
        .filter(|name| uses(body, name))
        .collect();
    if used.is_empty() {
        String::new()
    } else {
        format!("use {module}::{{{}}};\n", used.join(", "))
    }
}

pub fn module(schemas: &Schemas, message: &Message) -> String {
    let layout = &message.layout;
    let mut body = String::new();
    for (i, item) in layout.structs.iter().enumerate() {
        assert!(
            !WIRE.contains(&&*item.name) && !MODEL.contains(&&*item.name),
            "{} of {} hides an import",
            item.name,
            message.name
        );
        body += &structs::definition(message, item, i == 0);
    }
    body += &trait_impls(schemas, message);
    let mut out = format!(
        "//! `{}`: {}versions {}, {}.\n\n",
        message.name,
        subject(&message.kind),
        layout.versions,
        match layout.flexible {
            none if none.is_empty() => "never flexible".to_string(),
            flexible => format!("flexible {flexible}"),
        },
    );
    out += &imports("crate::wire", &WIRE, &body);
    out += &imports("model", &MODEL, &body);
    out + "
" + &body
}

/// The path of a message's type, with a lifetime where it borrows.
pub fn path(schemas: &Schemas, name: &str, lifetime: &str) -> String {
    let found = schemas.messages.iter().find(|message| message.name == name);
    let message = found.expect("every API that has a request has a response");
    let module = super::names::snake(name);
    if rust_type::borrows(&message.layout, name) {
        format!("crate::{module}::{name}<{lifetime}>")
    } else {
        format!("crate::{module}::{name}")
    }
}

fn subject(kind: &Kind) -> String {
    match kind {
        Kind::Request { key } | Kind::Response { key } => format!("API key {key}, "),
        Kind::Key { key } | Kind::Value { key } | Kind::Record { key } => {
            format!("record type {key}, ")
        }
        Kind::Data => String::new(),
    }
}

/// Whether `body` has `name` as a whole word.
pub fn uses(body: &str, name: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    body.match_indices(name)
        .any(|(at, _)| !body[..at].ends_with(word) && !body[at + name.len()..].starts_with(word))
}

fn trait_impls(schemas: &Schemas, message: &Message) -> String {
    let layout = &message.layout;
    let name = &message.name;
    let borrowed = rust_type::borrows(layout, name);
    let ty = if borrowed {
        format!("{name}<'a>")
    } else {
        name.clone()
    };
    let mut out = format!(
        "crate::macros::message!({ty}, {name:?}, {}, {});\n",
        layout.versions.first, layout.versions.last
    );
    match message.kind {
        Kind::Request { .. } => {
            let api = name.trim_end_matches("Request");
            let response = format!("{api}Response");
            let path = path(schemas, &response, "'r");
            out += &format!(
                "\nimpl<'a> crate::Request<'a> for {ty} {{
    const KEY: crate::ApiKey = crate::ApiKey::{api};
    type Response<'r> = {path};
}}\n"
            );
        }
        Kind::Response { .. } => {
            let api = name.trim_end_matches("Response");
            out += &format!(
                "\nimpl<'a> crate::Response<'a> for {ty} {{
    const KEY: crate::ApiKey = crate::ApiKey::{api};
}}\n"
            );
        }
        _ => {}
    }
    out
}
