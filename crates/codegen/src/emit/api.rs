//! The API table.

use crate::schema::{Api, Listener, Schemas, Versions};

pub fn module(schemas: &Schemas) -> String {
    let mut variants = String::new();
    let mut rows = String::new();
    for api in &schemas.apis {
        let removed = if api.versions.is_empty() {
            "; removed in Kafka 4.0"
        } else {
            ""
        };
        variants += &format!(
            "/// Key {}{removed}.\n{} = {},\n",
            api.key, api.name, api.key
        );
        rows += &row(api);
    }
    let count = schemas.apis.len();
    format!(
        "use crate::api::ApiRow;

/// The APIs of Apache Kafka 4.4 by their keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(i16)]
pub enum ApiKey {{
{variants}}}

impl ApiKey {{
    /// Every API, by key, without gaps.
    pub const ALL: [Self; {count}] = [{all}];
}}

/// What the schemas say of each API, by key.
pub(crate) const TABLE: [ApiRow; {count}] = [
{rows}];
",
        all = schemas
            .apis
            .iter()
            .map(|api| format!("Self::{},", api.name))
            .collect::<String>(),
    )
}

fn range(versions: Versions) -> String {
    if versions.is_empty() {
        return "None".into();
    }
    format!("Some(({}, {}))", versions.first, versions.last)
}

fn row(api: &Api) -> String {
    let flexible = match api.flexible {
        flexible if flexible.is_empty() => "None".into(),
        flexible => format!("Some({})", flexible.first),
    };
    format!(
        "ApiRow {{ name: {:?}, versions: {}, flexible_from: {flexible}, broker: {}, controller: {}, \
         latest_version_unstable: {} }},\n",
        api.name,
        range(api.versions),
        api.listeners.contains(&Listener::Broker),
        api.listeners.contains(&Listener::Controller),
        api.latest_version_unstable,
    )
}
