//! One struct: its definition, its default, and what it can do.

use super::names::snake;
use super::owned::{OWNED_ALREADY, owned_fn};
use super::read::read_fn;
use super::rust_type::{Context, borrows, rust_type};
use super::write::write_fn;
use crate::schema::{Default, Field, Kind, Message, Prim, Struct, Type};

pub fn definition(message: &Message, item: &Struct, is_message: bool) -> String {
    let layout = &message.layout;
    let context = Context { layout, item };
    let name = &item.name;
    let borrowed = borrows(layout, name);
    let (generics, ty) = if borrowed {
        ("<'a>", format!("{name}<'a>"))
    } else {
        ("", name.clone())
    };
    let derivable = item.fields.iter().all(default_is_rusts);
    let doc = match (is_message, &message.kind) {
        (true, Kind::Data) => format!("`{name}` with every field of versions {}.", item.versions),
        (true, _) => format!("`{name}`, versions {}.", item.versions),
        (false, _) => format!("Part of `{}`, versions {}.", message.name, item.versions),
    };
    let mut out = format!(
        "/// {doc}\n#[derive(Clone, Debug, {}PartialEq)]\npub struct {name}{generics} {{\n",
        if derivable { "Default, " } else { "" }
    );
    for field in &item.fields {
        let mut field_ty = rust_type(layout, &field.ty);
        if field.is_nullable() {
            field_ty = format!("Option<{field_ty}>");
        }
        out += &format!(
            "/// {}\npub {}: {field_ty},\n",
            field_doc(field),
            snake(&field.name)
        );
    }
    if context.has_tags() {
        out += "/// Tagged fields that this release does not know.\n\
                pub unknown_tagged_fields: UnknownTaggedFields,\n";
    }
    out += "}\n\n";
    if !derivable {
        out += &default_impl(&context, borrowed);
    }
    let lifetime = if borrowed { "'a" } else { "'_" };
    out += &format!("impl{generics} {ty} {{\n");
    out += &read_fn(&context, lifetime);
    out += &write_fn(&context);
    if borrowed {
        out += &owned_fn(&context);
    } else if is_message {
        out += OWNED_ALREADY;
    }
    out + "}\n\n"
}

fn field_doc(field: &Field) -> String {
    let mut doc = format!("`{}`: versions {}", field.name, field.versions);
    if let Some(tag) = field.tag {
        doc += &format!(", tag {tag}");
    }
    if field.is_nullable() && field.nullable != field.versions {
        doc += &format!(", null in {}", field.nullable);
    }
    if let Default::Int(number) = field.default {
        doc += &format!(", default {number}");
    }
    if field.default == Default::True {
        doc += ", default true";
    }
    if field.ignorable {
        doc += ", ignorable";
    }
    doc + "."
}

/// Whether Rust's own default of the field's type is the default of the schema.
fn default_is_rusts(field: &Field) -> bool {
    match field.default {
        Default::Zero => !field.is_nullable() || field.ty == Type::Prim(Prim::Records),
        Default::Null => true,
        Default::Int(_) | Default::True => false,
    }
}

pub fn default_expr(field: &Field) -> String {
    match &field.default {
        Default::Null => "None".into(),
        Default::True => "true".into(),
        Default::Int(number) => number.to_string(),
        Default::Zero => {
            let zero = match &field.ty {
                Type::Array(_) => "Vec::new()".into(),
                Type::Struct(name) => format!("{name}::default()"),
                Type::Prim(prim) => match prim {
                    Prim::Bool => "false".into(),
                    Prim::String => "Str::default()".into(),
                    Prim::Bytes => "Bytes::default()".into(),
                    Prim::Records if field.is_nullable() => return "None".into(),
                    Prim::Records => "Records::default()".into(),
                    Prim::Error => "ErrorCode::NONE".into(),
                    Prim::Uuid => "Uuid::ZERO".into(),
                    Prim::Float64 => "0.0".into(),
                    _ => "0".into(),
                },
            };
            if field.is_nullable() {
                format!("Some({zero})")
            } else {
                zero
            }
        }
    }
}

/// The condition that a field holds something else than its default.
pub fn differs_from_default(field: &Field) -> String {
    let place = format!("self.{}", snake(&field.name));
    if field.is_nullable() {
        return match (&field.default, &field.ty) {
            (Default::Null, _) | (_, Type::Prim(Prim::Records)) => format!("{place}.is_some()"),
            (_, Type::Struct(_)) => format!("{place} != {}", default_expr(field)),
            _ => format!("{place}.as_ref().is_none_or(|x| !x.is_empty())"),
        };
    }
    match (&field.default, &field.ty) {
        (Default::True, _) => format!("!{place}"),
        (Default::Zero, Type::Prim(Prim::Bool)) => place,
        (
            Default::Zero,
            Type::Prim(Prim::String | Prim::Bytes | Prim::Records) | Type::Array(_),
        ) => {
            format!("!{place}.is_empty()")
        }
        _ => format!("{place} != {}", default_expr(field)),
    }
}

fn default_impl(context: &Context<'_>, borrowed: bool) -> String {
    let name = &context.item.name;
    let generics = if borrowed { "<'_>" } else { "" };
    let mut out =
        format!("impl Default for {name}{generics} {{\nfn default() -> Self {{\nSelf {{\n");
    for field in &context.item.fields {
        out += &format!("{}: {},\n", snake(&field.name), default_expr(field));
    }
    if context.has_tags() {
        out += "unknown_tagged_fields: UnknownTaggedFields::default(),\n";
    }
    out + "}\n}\n}\n\n"
}
