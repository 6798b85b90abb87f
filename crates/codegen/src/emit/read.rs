//! Reading a struct.

use super::message::uses;
use super::names::{When, snake};
use super::rust_type::{Context, function, has_length, method, min_element_size};
use super::structs::default_expr;
use super::write::struct_marker;
use crate::schema::{Field, Type, Versions};

/// The variable that holds a field while its struct is read.
fn local(field: &Field) -> String {
    let name = snake(&field.name);
    match &*name {
        "version" | "flexible" | "field" | "tag" | "r" => name + "_",
        _ => name,
    }
}

/// The function that reads a struct at a version.
pub fn read_fn(context: &Context<'_>, lifetime: &str) -> String {
    let mut body = String::new();
    for field in &context.item.fields {
        let name = local(field);
        let ordinary = context.ordinary(field);
        let value = || read_expr(context, field, "r", ordinary);
        let mutable = if field.tag.is_some() { "mut " } else { "" };
        body += &match context.when(ordinary) {
            When::Always => format!("let {name} = {};\n", value()),
            When::Never => format!("let {mutable}{name} = {};\n", default_expr(field)),
            When::If(condition) => format!(
                "let {mutable}{name} = if {condition} {{ {} }} else {{ {} }};\n",
                value(),
                default_expr(field)
            ),
        };
    }
    let tagged = context.tagged();
    if !tagged.is_empty() {
        body += "let mut unknown_tagged_fields = UnknownTaggedFields::default();\n";
        body += &read_tagged(context, &tagged);
    } else if context.has_tags() {
        body += "let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;\n";
    }
    let init = |field: &Field| match (snake(&field.name), local(field)) {
        (name, local) if name == local => name,
        (name, local) => format!("{name}: {local}"),
    };
    let mut names: Vec<String> = context.item.fields.iter().map(init).collect();
    if context.has_tags() {
        names.push("unknown_tagged_fields".into());
    }
    body += &format!("Ok(Self {{ {} }})\n", names.join(", "));
    let reader = if uses(&body, "r") { "r" } else { "_r" };
    let head = format!("pub(crate) fn read({reader}: &mut Reader<{lifetime}>");
    function(context, &head, "Result<Self, DecodeError>", &body)
}

fn read_tagged(context: &Context<'_>, tagged: &[(u32, &Field)]) -> String {
    let mut arms = String::new();
    for (tag, field) in tagged {
        let versions = field.versions;
        let valid = context.when(versions.and(context.layout.flexible));
        // A loop over tagged fields runs in flexible versions only.
        let flexible_versions = context.layout.flexible.and(context.item.versions);
        let guard = match When::new(versions.and(flexible_versions), flexible_versions) {
            When::Always => String::new(),
            _ => format!(" if {}", valid.expr()),
        };
        let value = read_expr(context, field, "field", versions.and(flexible_versions));
        arms += &format!("{tag}{guard} => {} = {value},\n", local(field));
        if !guard.is_empty() {
            arms += &format!(
                "{tag} => return Err(field.error(DecodeErrorKind::TagNotInVersion(tag))),\n"
            );
        }
    }
    let tags = format!(
        "for _ in 0..r.uvarint()? {{
            let (tag, mut field) = r.tagged_field()?;
            match tag {{
                {arms}
                _ => unknown_tagged_fields.push(tag, field.take_rest()),
            }}
            field.finish()?;
        }}\n"
    );
    match context.flexible() {
        When::Always => tags,
        _ => format!("if flexible {{\n{tags}}}\n"),
    }
}

/// Reads the value of a field that is there; `versions` are those in which this code runs.
fn read_expr(context: &Context<'_>, field: &Field, r: &str, versions: Versions) -> String {
    let flexible = Context::flexible_arg(field);
    let nullable = When::new(field.nullable, versions);
    let allowed = nullable.expr();
    let reader = if r == "field" { "&mut field" } else { r };
    match &field.ty {
        Type::Prim(prim) if has_length(*prim) => {
            let method = method(*prim);
            if field.is_nullable() {
                format!("{r}.opt_{method}({flexible}, {allowed})?")
            } else {
                format!("{r}.{method}({flexible})?")
            }
        }
        Type::Prim(prim) => format!("{r}.{}()?", method(*prim)),
        Type::Struct(name) if field.is_nullable() => {
            assert!(
                nullable == When::Always,
                "a struct is nullable in all versions or none"
            );
            format!(
                "if {r}.{}()? {{ Some({name}::read({reader}, version)?) }} else {{ None }}",
                struct_marker(r == "field")
            )
        }
        Type::Struct(name) => format!("{name}::read({reader}, version)?"),
        Type::Array(element) => {
            let min = min_element_size(context.layout, element, versions);
            let read = match &**element {
                Type::Prim(prim) if has_length(*prim) => {
                    format!("r.{}({flexible})", method(*prim))
                }
                Type::Prim(prim) => format!("r.{}()", method(*prim)),
                Type::Struct(name) => format!("{name}::read(r, version)"),
                Type::Array(_) => unreachable!("arrays hold no arrays"),
            };
            if field.is_nullable() {
                format!("{r}.opt_array({flexible}, {allowed}, {min}, |r| {read})?")
            } else {
                format!("{r}.array({flexible}, {min}, |r| {read})?")
            }
        }
    }
}
