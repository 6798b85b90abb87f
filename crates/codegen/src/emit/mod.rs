//! The shape of the generated code.

mod api;
mod enums;
mod message;
mod names;
mod owned;
mod read;
mod rust_type;
mod structs;
mod write;

use std::collections::BTreeMap;

use crate::schema::Schemas;

const HEADER: &str =
    "// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.\n\n";

/// All generated files by name, not formatted.
pub fn files(schemas: &Schemas) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut modules = String::from(HEADER);
    for message in &schemas.messages {
        let module = names::snake(&message.name);
        modules += &format!("pub mod {module};\n");
        files.insert(
            format!("{module}.rs"),
            format!("{HEADER}{}", message::module(schemas, message)),
        );
    }
    for (module, text) in enums::modules(schemas) {
        modules += &format!("pub mod {module};\n");
        files.insert(format!("{module}.rs"), format!("{HEADER}{text}"));
    }
    files.insert(
        "catalogue.rs".into(),
        format!("{HEADER}{}", enums::catalogue(schemas)),
    );
    modules += "mod catalogue;\npub use catalogue::CATALOGUE;\n";
    modules += "mod api_key;\npub use api_key::ApiKey;\n";
    files.insert(
        "api_key.rs".into(),
        format!("{HEADER}{}", api::module(schemas)),
    );
    files.insert("modules.rs".into(), modules);
    files
}
