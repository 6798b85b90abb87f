//! The generated code belongs to the schemas.

use std::path::Path;

#[test]
fn the_checked_in_code_is_what_the_schemas_say() {
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    let checked = codegen::check(&crate_dir.join("schemas"), &crate_dir.join("src/generated"));
    if let Err(error) = checked {
        panic!("{error}");
    }
}
