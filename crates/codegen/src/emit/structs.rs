//! One struct: its definition, default, reading, writing and copying.

use super::message::uses;
use super::names::{When, snake};
use crate::schema::{Default, Field, Kind, Layout, Message, Prim, Struct, Type, Versions};

/// Whether the struct called `name` holds strings, bytes or records, and so borrows from the frame.
pub fn borrows(layout: &Layout, name: &str) -> bool {
    layout
        .find(name)
        .fields
        .iter()
        .any(|field| type_borrows(layout, &field.ty))
}

fn type_borrows(layout: &Layout, ty: &Type) -> bool {
    match ty {
        Type::Prim(prim) => matches!(prim, Prim::String | Prim::Bytes | Prim::Records),
        Type::Struct(name) => borrows(layout, name),
        Type::Array(element) => type_borrows(layout, element),
    }
}

fn rust_type(layout: &Layout, ty: &Type) -> String {
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
fn method(prim: Prim) -> &'static str {
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

fn has_length(prim: Prim) -> bool {
    matches!(prim, Prim::String | Prim::Bytes | Prim::Records)
}

/// The fewest bytes that a value takes in `version`.
fn min_size(layout: &Layout, ty: &Type, flexible: bool, version: i16) -> usize {
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
fn min_element_size(layout: &Layout, element: &Type, versions: Versions) -> usize {
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
struct Context<'s> {
    layout: &'s Layout,
    item: &'s Struct,
}

impl Context<'_> {
    fn when(&self, versions: Versions) -> When {
        When::new(versions, self.item.versions)
    }

    /// The condition that a version of the struct does not lie in `versions`.
    fn unless(&self, versions: Versions) -> String {
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

    fn flexible(&self) -> When {
        self.when(self.layout.flexible)
    }

    /// Whether the message has tagged fields in any version.
    fn has_tags(&self) -> bool {
        !self.layout.flexible.is_empty()
    }

    fn flexible_arg(field: &Field) -> &'static str {
        if field.inflexible {
            "false"
        } else {
            "flexible"
        }
    }

    /// The versions in which `field` stands among the ordinary fields.
    fn ordinary(&self, field: &Field) -> Versions {
        match field.tag {
            None => field.versions.and(self.item.versions),
            Some(_) => Versions::NONE,
        }
    }

    /// The tagged fields, by tag.
    fn tagged(&self) -> Vec<(u32, &Field)> {
        let fields = self.item.fields.iter();
        let mut tagged: Vec<_> = fields.filter_map(|f| Some((f.tag?, f))).collect();
        tagged.sort_by_key(|(tag, _)| *tag);
        tagged
    }
}

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

fn default_expr(field: &Field) -> String {
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
fn differs_from_default(field: &Field) -> String {
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

/// Puts `body` into a function and names only the parameters that it uses.
fn function(context: &Context<'_>, head: &str, returns: &str, body: &str) -> String {
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

/// The variable that holds a field while its struct is read.
fn local(field: &Field) -> String {
    let name = snake(&field.name);
    match &*name {
        "version" | "flexible" | "field" | "tag" | "r" => name + "_",
        _ => name,
    }
}

fn read_fn(context: &Context<'_>, lifetime: &str) -> String {
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

fn write_fn(context: &Context<'_>) -> String {
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
fn struct_marker(tagged: bool) -> &'static str {
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

fn owned_fn(context: &Context<'_>) -> String {
    let name = &context.item.name;
    let mut out = format!(
        "/// A copy that outlives the frame.\n#[must_use]\n\
         pub fn into_owned(self) -> {name}<'static> {{\n{name} {{\n"
    );
    for field in &context.item.fields {
        let place = format!("self.{}", snake(&field.name));
        let value = if type_borrows(context.layout, &field.ty) {
            owned_expr(&field.ty, &place, field.is_nullable())
        } else {
            place
        };
        out += &format!("{}: {value},\n", snake(&field.name));
    }
    if context.has_tags() {
        out += "unknown_tagged_fields: self.unknown_tagged_fields,\n";
    }
    out + "}\n}\n"
}

const OWNED_ALREADY: &str = "/// Itself: nothing in it borrows from the frame.
#[must_use]
pub fn into_owned(self) -> Self {
self
}
";

fn owned_expr(ty: &Type, place: &str, nullable: bool) -> String {
    let copier = |ty: &Type| match ty {
        Type::Prim(Prim::String) => "owned_str".to_string(),
        Type::Prim(Prim::Bytes) => "owned_bytes".to_string(),
        Type::Prim(_) => "Records::into_owned".to_string(),
        Type::Struct(name) => format!("{name}::into_owned"),
        Type::Array(_) => unreachable!("arrays hold no arrays"),
    };
    match ty {
        Type::Array(element) => {
            let copier = copier(element);
            if nullable {
                format!("{place}.map(|items| items.into_iter().map({copier}).collect())")
            } else {
                format!("{place}.into_iter().map({copier}).collect()")
            }
        }
        ty if nullable => format!("{place}.map({})", copier(ty)),
        Type::Struct(_) => format!("{place}.into_owned()"),
        ty => format!("{}({place})", copier(ty)),
    }
}
