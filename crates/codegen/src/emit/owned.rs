//! Copying a struct out of the frame.

use super::names::snake;
use super::rust_type::{Context, type_borrows};
use crate::schema::{Prim, Type};

/// The function that copies a struct which borrows.
pub fn owned_fn(context: &Context<'_>) -> String {
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

/// The same for a message that does not.
pub const OWNED_ALREADY: &str = "/// Itself: nothing in it borrows from the frame.
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
                format!("{place}.map(|items| owned_vec(items, {copier}))")
            } else {
                format!("owned_vec({place}, {copier})")
            }
        }
        ty if nullable => format!("{place}.map({})", copier(ty)),
        Type::Struct(_) => format!("{place}.into_owned()"),
        ty => format!("{}({place})", copier(ty)),
    }
}
