//! Enums over the messages of one kind.

use super::message::path;
use super::names::snake;
use crate::schema::{Kind, Message, Schemas};

/// The enums of requests, responses and of each group of records, by module.
pub fn modules(schemas: &Schemas) -> Vec<(String, String)> {
    let requests = schemas
        .messages
        .iter()
        .filter(|m| matches!(m.kind, Kind::Request { .. }));
    let responses = schemas
        .messages
        .iter()
        .filter(|m| matches!(m.kind, Kind::Response { .. }));
    let mut modules = vec![
        (
            "any_request".into(),
            module(
                "Every request, for those who handle them alike.",
                &[api_enum(
                    schemas,
                    "AnyRequest",
                    "Any request.",
                    "Request",
                    requests,
                )],
            ),
        ),
        (
            "any_response".into(),
            module(
                "Every response, for those who handle them alike.",
                &[api_enum(
                    schemas,
                    "AnyResponse",
                    "Any response.",
                    "Response",
                    responses,
                )],
            ),
        ),
    ];
    let framed = [
        (
            "metadata",
            "MetadataRecord",
            "A record of `__cluster_metadata`.",
        ),
        (
            "remote_log",
            "RemoteLogRecord",
            "A record of `__remote_log_metadata`.",
        ),
    ];
    for (group, name, doc) in framed {
        let code = record_enum(schemas, group, name, doc, "Record", |kind| match kind {
            Kind::Record { key } => Some(*key),
            _ => None,
        });
        modules.push((format!("{group}_records"), module(doc, &[code])));
    }
    modules.extend(keyed_modules(schemas));
    modules
}

/// The enums of the keys and of the values of each coordinator's records.
fn keyed_modules(schemas: &Schemas) -> Vec<(String, String)> {
    let keyed = [
        ("group", "Group", "`__consumer_offsets`"),
        ("transaction", "Transaction", "`__transaction_state`"),
        ("share", "Share", "`__share_group_state`"),
    ];
    let of_group = |(group, name, topic): (&str, &str, &str)| {
        let key_name = format!("{name}RecordKey");
        let key_doc = format!("The key of a record of {topic}.");
        let keys = record_enum(
            schemas,
            group,
            &key_name,
            &key_doc,
            "Key",
            |kind| match kind {
                Kind::Key { key } => Some(*key),
                _ => None,
            },
        );
        let value_name = format!("{name}RecordValue");
        let value_doc = format!("The value of a record of {topic}.");
        let values = record_enum(
            schemas,
            group,
            &value_name,
            &value_doc,
            "Value",
            |kind| match kind {
                Kind::Value { key } => Some(*key),
                _ => None,
            },
        );
        let doc = format!("The records of {topic}.");
        (
            format!("{}_records", snake(group)),
            module(&doc, &[keys, values]),
        )
    };
    keyed.into_iter().map(of_group).collect()
}

/// The table of all messages.
pub fn catalogue(schemas: &Schemas) -> String {
    let mut rows = String::new();
    for message in &schemas.messages {
        let path = path(schemas, &message.name, "'_");
        let versions = message.layout.versions;
        rows += &format!(
            "CatalogueEntry {{ name: {:?}, min_version: {}, max_version: {}, \
             decode: |bytes, version| <{path} as Message<'_>>::from_bytes(bytes, version).map(drop), \
             recode: |bytes, from, to| recode::<{path}>(bytes, from, to) }},\n",
            message.name, versions.first, versions.last
        );
    }
    format!(
        "use crate::message::{{CatalogueEntry, Message, recode}};

/// Every message by name.
pub const CATALOGUE: [CatalogueEntry; {}] = [\n{rows}];\n",
        schemas.messages.len()
    )
}

fn module(doc: &str, enums: &[String]) -> String {
    format!("//! {doc}\n\n{}", enums.join("\n"))
}

fn api_enum<'m>(
    schemas: &Schemas,
    name: &str,
    doc: &str,
    suffix: &str,
    messages: impl Iterator<Item = &'m Message>,
) -> String {
    let mut arms = String::new();
    for message in messages {
        let api = message.name.trim_end_matches(suffix);
        let path = path(schemas, &message.name, "'a");
        arms += &format!("    crate::ApiKey::{api} => {api}({path}),\n");
    }
    format!(
        "crate::macros::message_enum! {{\n    /// {doc}\n    {name}<'a>, {name}<'a>, {name}<'static>, by crate::ApiKey {{\n{arms}    }}\n}}\n"
    )
}

fn record_enum(
    schemas: &Schemas,
    group: &str,
    name: &str,
    doc: &str,
    suffix: &str,
    key_of: impl Fn(&Kind) -> Option<i16>,
) -> String {
    let messages = schemas
        .messages
        .iter()
        .filter(|message| message.group == group);
    let mut rows: Vec<(i16, &Message)> = messages
        .filter_map(|message| Some((key_of(&message.kind)?, message)))
        .collect();
    rows.sort_by_key(|(key, _)| *key);
    let mut consts = String::new();
    let mut arms = String::new();
    for (key, message) in rows {
        let variant = message.name.trim_end_matches(suffix);
        let path = path(schemas, &message.name, "'a");
        let constant = snake(&message.name).to_ascii_uppercase();
        consts += &format!(
            "/// The type of a `{}`.\npub const {constant}: i16 = {key};\n",
            message.name
        );
        arms += &format!("    {constant} => {variant}({path}),\n");
    }
    let types = if arms.contains("'a") {
        format!("{name}<'a>, {name}<'a>, {name}<'static>")
    } else {
        format!("{name}, {name}, {name}")
    };
    format!(
        "{consts}\ncrate::macros::message_enum! {{\n    /// {doc}\n    {types}, by i16 {{\n{arms}    }}\n}}\n"
    )
}
