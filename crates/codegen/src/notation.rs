//! The parser of the schema notation.

use std::fmt;

use crate::schema::{
    Api, Default, Entry, Field, Kind, Layout, Listener, Message, Prim, Schemas, Struct, Type,
    Versions,
};

/// A line that the notation does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

impl std::error::Error for ParseError {}

/// One line with its indentation in steps of two spaces.
struct Line<'a> {
    number: usize,
    depth: usize,
    text: &'a str,
}

impl Line<'_> {
    fn error<T>(&self, reason: impl Into<String>) -> Result<T, ParseError> {
        Err(ParseError {
            line: self.number,
            reason: reason.into(),
        })
    }
}

/// What a file's first line says.
enum Head {
    Api(Api),
    Entry(Entry),
    Record { name: String, key: i16 },
    Data { name: String },
}

/// Adds what one file says; `group` is the name of its directory.
pub fn parse_into(schemas: &mut Schemas, group: &str, text: &str) -> Result<(), ParseError> {
    let lines = lines(text)?;
    let Some((first, mut rest)) = lines.split_first() else {
        return Err(ParseError {
            line: 1,
            reason: "the file is empty".into(),
        });
    };
    let mut head = parse_head(first, group)?;
    while let Some(line) = rest.first() {
        let body_len = rest[1..].iter().take_while(|line| line.depth > 0).count();
        let (body, after) = rest[1..].split_at(body_len);
        parse_block(schemas, &mut head, group, line, body)?;
        rest = after;
    }
    match head {
        Head::Api(api) => schemas.apis.push(api),
        Head::Entry(entry) => schemas.entries.push(entry),
        Head::Record { .. } | Head::Data { .. } => {}
    }
    Ok(())
}

fn lines(text: &str) -> Result<Vec<Line<'_>>, ParseError> {
    let mut lines = Vec::new();
    for (i, raw) in text.lines().enumerate() {
        let code = raw.split('#').next().unwrap_or_default().trim_end();
        let indent = code.len() - code.trim_start().len();
        let line = Line {
            number: i + 1,
            depth: indent / 2,
            text: code.trim_start(),
        };
        if indent % 2 != 0 {
            return line.error("indentation is a multiple of two spaces");
        }
        if !line.text.is_empty() {
            lines.push(line);
        }
    }
    Ok(lines)
}

fn parse_head(line: &Line<'_>, group: &str) -> Result<Head, ParseError> {
    let words: Vec<&str> = line.text.split_whitespace().collect();
    let key = |text: &str| match text.parse::<i16>() {
        Ok(key) => Ok(key),
        Err(_) => line.error(format!("`{text}` is not a key")),
    };
    Ok(match words[..] {
        ["api", name, k] => Head::Api(Api {
            name: name.into(),
            key: key(k)?,
            listeners: Vec::new(),
            latest_version_unstable: false,
            versions: Versions::NONE,
            flexible: Versions::NONE,
        }),
        ["entry", name, k] => Head::Entry(Entry {
            name: name.into(),
            group: group.into(),
            key: key(k)?,
        }),
        ["record", name, k] => Head::Record {
            name: name.into(),
            key: key(k)?,
        },
        ["data" | "header", name] => Head::Data { name: name.into() },
        _ => return line.error("expected api, entry, record, data or header"),
    })
}

fn parse_block(
    schemas: &mut Schemas,
    head: &mut Head,
    group: &str,
    line: &Line<'_>,
    body: &[Line<'_>],
) -> Result<(), ParseError> {
    let words: Vec<&str> = line.text.split_whitespace().collect();
    match (&mut *head, &words[..]) {
        (Head::Api(api), ["listeners", names @ ..]) => {
            api.listeners = listeners(line, names)?;
            return Ok(());
        }
        (Head::Api(api), ["latest-version-unstable"]) => {
            api.latest_version_unstable = true;
            return Ok(());
        }
        _ => {}
    }
    let (name, kind) = match (&*head, words[0]) {
        (Head::Api(api), "request") => {
            (api.name.clone() + "Request", Kind::Request { key: api.key })
        }
        (Head::Api(api), "response") => (
            api.name.clone() + "Response",
            Kind::Response { key: api.key },
        ),
        (Head::Entry(entry), "key") => (entry.name.clone() + "Key", Kind::Key { key: entry.key }),
        (Head::Entry(entry), "value") => {
            (entry.name.clone() + "Value", Kind::Value { key: entry.key })
        }
        (Head::Record { name, key }, "layout") => (name.clone(), Kind::Record { key: *key }),
        (Head::Data { name }, "layout") => (name.clone(), Kind::Data),
        _ => return line.error(format!("`{}` does not belong here", words[0])),
    };
    let (versions, flexible) = match words[1..] {
        [versions] => (parse_versions(line, versions)?, Versions::NONE),
        [versions, "flexible", flexible] => (
            parse_versions(line, versions)?,
            parse_versions(line, flexible)?,
        ),
        _ => return line.error("expected `VERSIONS [flexible VERSIONS]`"),
    };
    if let (Head::Api(api), Kind::Request { .. }) = (head, &kind) {
        (api.versions, api.flexible) = (versions, flexible);
    }
    if versions.is_empty() {
        return Ok(());
    }
    let mut structs = vec![Struct {
        name: name.clone(),
        versions,
        fields: Vec::new(),
    }];
    parse_fields(&mut structs, 0, versions, 1, body)?;
    check_references(line, &structs)?;
    let layout = Layout {
        versions,
        flexible: flexible.and(versions),
        structs,
    };
    schemas.messages.push(Message {
        name,
        group: group.into(),
        kind,
        layout,
    });
    Ok(())
}

fn listeners(line: &Line<'_>, names: &[&str]) -> Result<Vec<Listener>, ParseError> {
    names
        .iter()
        .map(|name| match *name {
            "broker" => Ok(Listener::Broker),
            "controller" => Ok(Listener::Controller),
            other => line.error(format!("`{other}` is not a listener")),
        })
        .collect()
}

/// Parses the fields of `structs[owner]`, which lie at `depth`, and the structs that they hold.
fn parse_fields(
    structs: &mut Vec<Struct>,
    owner: usize,
    owner_versions: Versions,
    depth: usize,
    body: &[Line<'_>],
) -> Result<(), ParseError> {
    let mut rest = body;
    while let Some((line, after)) = rest.split_first() {
        if line.depth != depth {
            return line.error("indented too far");
        }
        let inner_len = after.iter().take_while(|inner| inner.depth > depth).count();
        let (inner, next) = after.split_at(inner_len);
        rest = next;
        let (name, versions) = if let Some(head) = line.text.strip_prefix("struct ") {
            let Some((name, versions)) = head.split_once(' ') else {
                return line.error("expected `struct NAME VERSIONS`");
            };
            (
                name.to_string(),
                parse_versions(line, versions)?.and(structs[0].versions),
            )
        } else {
            let field = parse_field(line)?;
            let name = struct_name(&field.ty).unwrap_or_default().to_string();
            let versions = field.versions.and(owner_versions);
            structs[owner].fields.push(field);
            if inner.is_empty() {
                continue;
            }
            (name, versions)
        };
        if name.is_empty() || structs.iter().any(|s| s.name == name) {
            return line.error(format!("`{name}` cannot be defined here"));
        }
        let index = structs.len();
        structs.push(Struct {
            name,
            versions,
            fields: Vec::new(),
        });
        parse_fields(structs, index, versions, depth + 1, inner)?;
    }
    Ok(())
}

/// The struct that a type refers to.
fn struct_name(ty: &Type) -> Option<&str> {
    match ty {
        Type::Struct(name) => Some(name),
        Type::Array(element) => struct_name(element),
        Type::Prim(_) => None,
    }
}

fn check_references(line: &Line<'_>, structs: &[Struct]) -> Result<(), ParseError> {
    for field in structs.iter().flat_map(|s| &s.fields) {
        if let Some(name) = struct_name(&field.ty)
            && !structs.iter().any(|s| s.name == name)
        {
            return line.error(format!("struct `{name}` is not defined"));
        }
    }
    Ok(())
}

fn parse_versions(line: &Line<'_>, text: &str) -> Result<Versions, ParseError> {
    let number = |text: &str| match text.parse::<i16>() {
        Ok(number) if number >= 0 => Ok(number),
        _ => line.error(format!("`{text}` is not a version")),
    };
    if text == "none" {
        return Ok(Versions::NONE);
    }
    if let Some(first) = text.strip_suffix('+') {
        return Ok(Versions {
            first: number(first)?,
            last: i16::MAX,
        });
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Ok(Versions {
        first: number(first)?,
        last: number(last)?,
    })
}

fn parse_type(line: &Line<'_>, text: &str) -> Result<Type, ParseError> {
    if let Some(element) = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
    {
        return Ok(Type::Array(Box::new(parse_type(line, element)?)));
    }
    Ok(Type::Prim(match text {
        "bool" => Prim::Bool,
        "int8" => Prim::Int8,
        "int16" => Prim::Int16,
        "error" => Prim::Error,
        "uint16" => Prim::Uint16,
        "int32" => Prim::Int32,
        "uint32" => Prim::Uint32,
        "int64" => Prim::Int64,
        "float64" => Prim::Float64,
        "uuid" => Prim::Uuid,
        "string" => Prim::String,
        "bytes" => Prim::Bytes,
        "records" => Prim::Records,
        name if name.starts_with(|c: char| c.is_ascii_uppercase()) => {
            return Ok(Type::Struct(name.into()));
        }
        other => return line.error(format!("`{other}` is not a type")),
    }))
}

fn parse_default(line: &Line<'_>, text: &str) -> Result<Default, ParseError> {
    Ok(match text {
        "null" => Default::Null,
        "true" => Default::True,
        "false" | "\"\"" | "0" => Default::Zero,
        _ => {
            let parsed = match text.strip_prefix("0x") {
                Some(hex) => i64::from_str_radix(hex, 16),
                None => text.parse(),
            };
            match parsed {
                Ok(number) => Default::Int(number),
                Err(_) => return line.error(format!("`{text}` is not a default")),
            }
        }
    })
}

fn parse_field(line: &Line<'_>) -> Result<Field, ParseError> {
    let Some((name, rest)) = line.text.split_once(": ") else {
        return line.error("expected `NAME: TYPE VERSIONS ...`");
    };
    let mut words = rest.split_whitespace().peekable();
    let (Some(ty), Some(versions)) = (words.next(), words.next()) else {
        return line.error("expected `NAME: TYPE VERSIONS ...`");
    };
    let versions = parse_versions(line, versions)?;
    let nullable = if ty.ends_with('?') {
        versions
    } else {
        Versions::NONE
    };
    let ty = parse_type(line, ty.trim_end_matches('?'))?;
    let mut field = Field {
        name: name.into(),
        ty,
        versions,
        nullable,
        tag: None,
        default: Default::Zero,
        ignorable: false,
        key: false,
        inflexible: false,
        zero_copy: false,
        entity: None,
    };
    while let Some(word) = words.next() {
        let mut argument = || match words.next() {
            Some(argument) => Ok(argument),
            None => line.error(format!("`{word}` needs an argument")),
        };
        match word {
            "null" => field.nullable = parse_versions(line, argument()?)?,
            "=" => field.default = parse_default(line, argument()?)?,
            "is" => field.entity = Some(argument()?.into()),
            "tag" => match argument()?.parse() {
                Ok(tag) => field.tag = Some(tag),
                Err(_) => return line.error("a tag is a number"),
            },
            "ignorable" => field.ignorable = true,
            "key" => field.key = true,
            "inflexible" => field.inflexible = true,
            "zero-copy" => field.zero_copy = true,
            other => return line.error(format!("`{other}` is not a property of a field")),
        }
    }
    Ok(field)
}

#[cfg(test)]
#[path = "notation_tests.rs"]
mod tests;
