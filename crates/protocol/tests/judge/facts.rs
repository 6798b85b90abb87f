//! What the schemas say, in the words in which the Java program describes its classes.

use std::collections::BTreeMap;

use codegen::{Default, Field, Kind, Layout, Prim, Schemas, Type};
use protocol::{ApiKey, Listener};

/// The API table, with the header versions.
pub fn apis() -> String {
    let mut out = String::new();
    for api in ApiKey::ALL {
        out += &format!("{} {}", api.as_i16(), api.name());
        for (listener, name) in [
            (Listener::Broker, " BROKER"),
            (Listener::Controller, " CONTROLLER"),
        ] {
            out += if api.is_on(listener) { name } else { "" };
        }
        out += if api.latest_version_unstable() {
            " unstable"
        } else {
            ""
        };
        for version in api.versions().into_iter().flatten() {
            let request = api.request_header_version(version);
            out += &format!(
                " {version}:{request}/{}",
                api.response_header_version(version)
            );
        }
        out += "; ";
    }
    out
}

/// The records of a schema directory with their numbers.
pub fn types(schemas: &Schemas, group: &str) -> String {
    let mut rows: BTreeMap<i16, Vec<&str>> = BTreeMap::new();
    for message in schemas
        .messages
        .iter()
        .filter(|message| message.group == group)
    {
        if let Kind::Record { key } | Kind::Key { key } | Kind::Value { key } = message.kind {
            // By name, so a key comes before its value.
            rows.entry(key).or_default().push(&message.name);
        }
    }
    let rows: Vec<String> = rows
        .into_iter()
        .map(|(key, row)| format!("{key}={}", row.join(" ")))
        .collect();
    format!("{{{}}}", rows.join(", "))
}

/// The fields at every version and the defaults.
pub fn describe(layout: &Layout) -> String {
    let mut out = String::new();
    let name = &layout.structs[0].name;
    for version in layout.versions.first..=layout.versions.last {
        out += &format!("v{version}{} ", structure(layout, name, version));
    }
    let mut defaults = BTreeMap::new();
    add_defaults(layout, name, "", &mut defaults);
    let defaults: Vec<String> = defaults
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    out + "{" + &defaults.join(", ") + "}"
}

/// `MaxWaitMs` becomes `max_wait_ms`, and `KRaftVersion` `k_raft_version`, as Kafka does it.
fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut after_capital = true;
    for c in name.chars() {
        if c.is_ascii_uppercase() && !after_capital {
            out.push('_');
        }
        after_capital = c.is_ascii_uppercase();
        out.push(c.to_ascii_lowercase());
    }
    out
}

fn structure(layout: &Layout, name: &str, version: i16) -> String {
    let flexible = layout.flexible.contains(version);
    let mut fields = Vec::new();
    let mut tagged = BTreeMap::new();
    for field in layout
        .find(name)
        .fields
        .iter()
        .filter(|f| f.versions.contains(version))
    {
        let text = format!(
            "{}:{}",
            snake(&field.name),
            field_type(layout, field, version)
        );
        match field.tag {
            Some(tag) => {
                tagged.insert(tag, format!("{tag}={text}"));
            }
            None => fields.push(text),
        }
    }
    fields.extend(tagged.into_values());
    if flexible {
        fields.push("tags".into());
    }
    format!("{{{}}}", fields.join(","))
}

fn field_type(layout: &Layout, field: &Field, version: i16) -> String {
    let nullable = field.nullable.contains(version);
    let flexible = layout.flexible.contains(version) && !field.inflexible;
    type_name(layout, &field.ty, version, flexible, nullable) + if nullable { "?" } else { "" }
}

fn type_name(layout: &Layout, ty: &Type, version: i16, flexible: bool, nullable: bool) -> String {
    let compact = |name: &str| {
        let compact = if flexible { "COMPACT_" } else { "" };
        let nullable = if nullable { "NULLABLE_" } else { "" };
        format!("{compact}{nullable}{name}")
    };
    match ty {
        Type::Struct(name) => structure(layout, name, version),
        Type::Array(element) => {
            let element = type_name(layout, element, version, flexible, false);
            format!("{}[{element}]", if flexible { "COMPACT" } else { "" })
        }
        Type::Prim(prim) => match prim {
            Prim::Bool => "BOOLEAN".into(),
            Prim::Int8 => "INT8".into(),
            Prim::Int16 | Prim::Error => "INT16".into(),
            Prim::Uint16 => "UINT16".into(),
            Prim::Int32 => "INT32".into(),
            Prim::Uint32 => "UINT32".into(),
            Prim::Int64 => "INT64".into(),
            Prim::Float64 => "FLOAT64".into(),
            Prim::Uuid => "UUID".into(),
            Prim::String => compact("STRING"),
            Prim::Bytes => compact("BYTES"),
            Prim::Records => compact("RECORDS"),
        },
    }
}

fn add_defaults(layout: &Layout, name: &str, path: &str, out: &mut BTreeMap<String, String>) {
    for field in &layout.find(name).fields {
        let mut name = field.name.clone();
        name[..1].make_ascii_lowercase();
        let name = path.to_string() + &name;
        out.insert(name.clone(), default_value(field));
        let part = match &field.ty {
            Type::Struct(part) => Some(part),
            Type::Array(element) => match &**element {
                Type::Struct(part) => Some(part),
                _ => None,
            },
            Type::Prim(_) => None,
        };
        if let Some(part) = part {
            add_defaults(layout, part, &(name + "."), out);
        }
    }
}

fn default_value(field: &Field) -> String {
    match (&field.default, &field.ty) {
        // Java leaves records null, whether or not they may be.
        (Default::Null, _) | (_, Type::Prim(Prim::Records)) => "null".into(),
        (Default::True, _) => "true".into(),
        (Default::Int(number), _) => number.to_string(),
        (Default::Zero, Type::Array(_)) => "[]".into(),
        (Default::Zero, Type::Struct(_)) => "{}".into(),
        (Default::Zero, Type::Prim(prim)) => match prim {
            Prim::Bool => "false",
            Prim::String => "\"\"",
            Prim::Bytes if field.zero_copy => "0#",
            Prim::Bytes => "#",
            Prim::Float64 => "0.0",
            Prim::Uuid => "AAAAAAAAAAAAAAAAAAAAAA",
            _ => "0",
        }
        .into(),
    }
}
