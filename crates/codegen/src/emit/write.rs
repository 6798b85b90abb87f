//! Writing a struct.

use super::message::uses;
use super::names::{When, snake};
use super::rust_type::{Context, function, has_length, method, min_size};
use super::structs::differs_from_default;
use crate::schema::{Field, Layout, Prim, Type, Versions};

/// The function that writes a struct at a version.
pub fn write_fn(context: &Context<'_>) -> String {
    let mut body = String::new();
    for field in &context.item.fields {
        body += &write_ordinary(context, field);
    }
    body += &write_tags(context);
    // Ok(()) is what the last call returns where a struct ends with its tagged fields.
    if !body.ends_with("version)\n") {
        body += "Ok(())\n";
    }
    let sink = if uses(&body, "s") { "s" } else { "_s" };
    let receiver = "&self";
    let head = format!("pub(crate) fn write<S: Sink>({receiver}, {sink}: &mut S");
    function(context, &head, "Result<(), EncodeError>", &body)
}

fn write_ordinary(context: &Context<'_>, field: &Field) -> String {
    let ordinary = context.ordinary(field);
    let absent = context.when(field.versions);
    let refusal = format!(
        "{{ return Err(EncodeError::not_in_version({:?}, version)); }}",
        field.name
    );
    let differs = differs_from_default(field);
    let check = match &absent {
        _ if field.ignorable => String::new(),
        When::Always => String::new(),
        When::Never => format!("if {differs} {refusal}\n"),
        When::If(_) => {
            let absent = context.unless(field.versions);
            format!("if {absent} && {differs} {refusal}\n")
        }
    };
    let when = context.when(ordinary);
    if when == When::Never {
        return check;
    }
    let value = write_value(field, "s", ordinary);
    match when {
        When::Always | When::Never => value,
        When::If(condition) if check.is_empty() => format!("if {condition} {{\n{value}}}\n"),
        When::If(condition) if field.tag.is_none() => {
            format!("if {condition} {{\n{value}}} else if {differs} {refusal}\n")
        }
        When::If(condition) => format!("if {condition} {{\n{value}}}\n{check}"),
    }
}

/// Writes the value of a field; `versions` are those in which this code runs.
fn write_value(field: &Field, s: &str, versions: Versions) -> String {
    let flexible = Context::flexible_arg(field);
    let place = format!("self.{}", snake(&field.name));
    let name = &field.name;
    let nullable = When::new(field.nullable, versions);
    let allowed = nullable.expr();
    match &field.ty {
        Type::Prim(prim @ (Prim::String | Prim::Bytes)) if field.is_nullable() => format!(
            "{s}.opt_{}({flexible}, {allowed}, {place}.as_deref(), {name:?})?;\n",
            method(*prim)
        ),
        Type::Prim(Prim::Records) => {
            let records = if field.is_nullable() {
                format!("{place}.as_ref()")
            } else {
                format!("Some(&{place})")
            };
            format!("{s}.opt_records({flexible}, {allowed}, {records}, {name:?})?;\n")
        }
        Type::Prim(prim @ (Prim::String | Prim::Bytes)) => {
            format!("{s}.{}({flexible}, &{place})?;\n", method(*prim))
        }
        Type::Prim(prim) => format!("{s}.{}({place});\n", method(*prim)),
        Type::Struct(_) if field.is_nullable() => format!(
            "{s}.{}({place}.is_some());\nif let Some(x) = &{place} {{ x.write({s}, version)?; }}\n",
            struct_marker(field.tag.is_some())
        ),
        Type::Struct(_) => format!("{place}.write({s}, version)?;\n"),
        Type::Array(element) => {
            let (pattern, each) = match &**element {
                Type::Prim(prim) if has_length(*prim) => {
                    ("x", format!("{s}.{}({flexible}, x)?;", method(*prim)))
                }
                Type::Prim(prim) => ("x", format!("{s}.{}(*x);", method(*prim))),
                Type::Struct(_) => ("x", format!("x.write({s}, version)?;")),
                Type::Array(_) => unreachable!("arrays hold no arrays"),
            };
            if field.is_nullable() {
                format!(
                    "match &{place} {{
                        Some(items) => {{
                            {s}.len32({flexible}, Some(items.len()))?;
                            for {pattern} in items {{ {each} }}
                        }}
                        None => {s}.null({flexible}, {allowed}, {name:?})?,
                    }}\n"
                )
            } else {
                format!(
                    "{s}.len32({flexible}, Some({place}.len()))?;
                    for {pattern} in &{place} {{ {each} }}\n"
                )
            }
        }
    }
}

/// What stands in front of a struct that may be null; the marker of a tagged field is a varint.
pub fn struct_marker(tagged: bool) -> &'static str {
    if tagged {
        "tagged_struct_marker"
    } else {
        "struct_marker"
    }
}

fn fixed_size(field: &Field) -> Option<usize> {
    match field.ty {
        Type::Prim(prim) if !has_length(prim) => {
            let layout = Layout {
                versions: Versions::NONE,
                flexible: Versions::NONE,
                structs: vec![],
            };
            Some(min_size(&layout, &field.ty, true, 0))
        }
        _ => None,
    }
}

fn write_tags(context: &Context<'_>) -> String {
    if !context.has_tags() {
        return String::new();
    }
    let tagged = context.tagged();
    if tagged.is_empty() {
        return "self.unknown_tagged_fields.write_only(s, flexible, version)\n".into();
    }
    let flexible_versions = context.layout.flexible.and(context.item.versions);
    let mut lets = String::new();
    let mut count = String::from("self.unknown_tagged_fields.len()");
    let mut writes = String::new();
    let mut previous = "None".to_string();
    for (tag, field) in &tagged {
        let versions = field.versions;
        let valid = When::new(versions.and(flexible_versions), flexible_versions);
        let differs = differs_from_default(field);
        let has = match &valid {
            When::If(condition) => format!("{condition} && {differs}"),
            _ => differs,
        };
        lets += &format!("let has_{tag} = {has};\n");
        count += &format!(" + u32::from(has_{tag})");
        let value = write_value(field, "s", versions.and(flexible_versions));
        let (measure, size) = match fixed_size(field) {
            Some(size) => (String::new(), size.to_string()),
            None => {
                let counted = write_value(field, "size", versions.and(flexible_versions))
                    .replace("write(size,", "write(&mut size,");
                (
                    format!("let mut size = Size::default();\n{counted}"),
                    "size.total()".into(),
                )
            }
        };
        writes += &format!(
            "self.unknown_tagged_fields.write_between(s, {previous}, Some({tag}))?;
            if has_{tag} {{
                {measure}s.tagged_field({tag}, {size})?;
                {value}}}\n"
        );
        previous = format!("Some({tag})");
    }
    let written = format!(
        "{lets}s.uvarint({count});\n{writes}self.unknown_tagged_fields.write_between(s, {previous}, None)?;\n"
    );
    match context.flexible() {
        When::Always => written,
        _ => format!(
            "if flexible {{\n{written}}} else {{\nself.unknown_tagged_fields.refuse(version)?;\n}}\n"
        ),
    }
}
