//! Types as Rust code, and what reading, writing and copying share.

use super::message::uses;
use super::names::When;
use crate::schema::{Field, Layout, Prim, Struct, Type, Versions};

/// Whether the struct called `name` holds strings, bytes or records, and so borrows from the frame.
pub fn borrows(layout: &Layout, name: &str) -> bool {
    layout
        .find(name)
        .fields
        .iter()
        .any(|field| type_borrows(layout, &field.ty))
}

pub fn type_borrows(layout: &Layout, ty: &Type) -> bool {
    match ty {
        Type::Prim(prim) => matches!(prim, Prim::String | Prim::Bytes | Prim::Records),
        Type::Struct(name) => borrows(layout, name),
        Type::Array(element) => type_borrows(layout, element),
    }
}

pub fn rust_type(layout: &Layout, ty: &Type) -> String {
    match ty {
        Type::Prim(prim) => match prim {
            Prim::Bool => "bool",
            Prim::Int8 => "i8",
            Prim::Int16 => "i16",
            Prim::Error => "ErrorCode",
            Prim::Uint16 => "u16",
            Prim::Int32 => "i32",
            Prim::Uint32 => "u32",
            Prim::Int64 => "i64",
            Prim::Float64 => "f64",
            Prim::Uuid => "Uuid",
            Prim::String => "Str<'a>",
            Prim::Bytes => "Bytes<'a>",
            Prim::Records => "Records<'a>",
        }
        .into(),
        Type::Struct(name) if borrows(layout, name) => format!("{name}<'a>"),
        Type::Struct(name) => name.clone(),
        Type::Array(element) => format!("Vec<{}>", rust_type(layout, element)),
    }
}

/// The `Reader` and `Sink` method of a type.
pub fn method(prim: Prim) -> &'static str {
    match prim {
        Prim::Bool => "bool",
        Prim::Int8 => "i8",
        Prim::Int16 => "i16",
        Prim::Error => "error_code",
        Prim::Uint16 => "u16",
        Prim::Int32 => "i32",
        Prim::Uint32 => "u32",
        Prim::Int64 => "i64",
        Prim::Float64 => "f64",
        Prim::Uuid => "uuid",
        Prim::String => "string",
        Prim::Bytes => "bytes",
        Prim::Records => "records",
    }
}

pub fn has_length(prim: Prim) -> bool {
    matches!(prim, Prim::String | Prim::Bytes | Prim::Records)
}

/// The fewest bytes that a value takes in `version`.
pub fn min_size(layout: &Layout, ty: &Type, flexible: bool, version: i16) -> usize {
    match ty {
        Type::Prim(Prim::Bool | Prim::Int8) => 1,
        Type::Prim(Prim::Int16 | Prim::Error | Prim::Uint16) => 2,
        Type::Prim(Prim::Int32 | Prim::Uint32) => 4,
        Type::Prim(Prim::Int64 | Prim::Float64) => 8,
        Type::Prim(Prim::Uuid) => 16,
        Type::Prim(Prim::String) => {
            if flexible {
                1
            } else {
                2
            }
        }
        Type::Prim(Prim::Bytes | Prim::Records) | Type::Array(_) => {
            if flexible {
                1
            } else {
                4
            }
        }
        Type::Struct(name) => {
            let fields = layout.find(name).fields.iter();
            let present = fields.filter(|f| f.versions.contains(version) && f.tag.is_none());
            present
                .map(|f| match &f.ty {
                    Type::Struct(_) if f.is_nullable() => 1,
                    ty => min_size(layout, ty, flexible && !f.inflexible, version),
                })
                .sum::<usize>()
                + usize::from(flexible)
        }
    }
}

/// The fewest bytes that an element takes in any version in which the array occurs.
pub fn min_element_size(layout: &Layout, element: &Type, versions: Versions) -> usize {
    let sizes = (versions.first..=versions.last)
        .map(|version| min_size(layout, element, layout.flexible.contains(version), version));
    let min = sizes.min().unwrap_or(1);
    assert!(
        min > 0,
        "an element without bytes would make array lengths unbounded"
    );
    min
}

/// What is emitted for one struct of one message.
pub struct Context<'s> {
    pub layout: &'s Layout,
    pub item: &'s Struct,
}

impl Context<'_> {
    pub fn when(&self, versions: Versions) -> When {
        When::new(versions, self.item.versions)
    }

    /// The condition that a version of the struct does not lie in `versions`.
    pub fn unless(&self, versions: Versions) -> String {
        let before = Versions {
            first: 0,
            last: versions.first - 1,
        };
        let after = Versions {
            first: versions.last.saturating_add(1),
            last: i16::MAX,
        };
        match (self.when(before), self.when(after)) {
            (When::If(before), When::If(after)) => format!("({before} || {after})"),
            (When::If(condition), _) | (_, When::If(condition)) => condition,
            _ => unreachable!("some versions have the field and some do not"),
        }
    }

    pub fn flexible(&self) -> When {
        self.when(self.layout.flexible)
    }

    /// Whether the message has tagged fields in any version.
    pub fn has_tags(&self) -> bool {
        !self.layout.flexible.is_empty()
    }

    pub fn flexible_arg(field: &Field) -> &'static str {
        if field.inflexible {
            "false"
        } else {
            "flexible"
        }
    }

    /// The versions in which `field` stands among the ordinary fields.
    pub fn ordinary(&self, field: &Field) -> Versions {
        match field.tag {
            None => field.versions.and(self.item.versions),
            Some(_) => Versions::NONE,
        }
    }

    /// The tagged fields, by tag.
    pub fn tagged(&self) -> Vec<(u32, &Field)> {
        let fields = self.item.fields.iter();
        let mut tagged: Vec<_> = fields.filter_map(|f| Some((f.tag?, f))).collect();
        tagged.sort_by_key(|(tag, _)| *tag);
        tagged
    }
}

/// Puts `body` into a function and names only the parameters that it uses.
pub fn function(context: &Context<'_>, head: &str, returns: &str, body: &str) -> String {
    let mut prologue = String::new();
    if uses(body, "flexible") {
        prologue = format!("let flexible = {};\n", context.flexible().expr());
    }
    let body_without_fields = body
        .replace("version: version_", "")
        .replace("self.version", "");
    let used = uses(&body_without_fields, "version") || uses(&prologue, "version");
    let version = if used { "version" } else { "_version" };
    format!("{head}, {version}: i16) -> {returns} {{\n{prologue}{body}}}\n\n")
}
