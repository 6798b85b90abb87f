//! What two nodes tell each other first: the versions of the APIs that the other one knows (KIP-35).

use protocol::api_versions_request::ApiVersionsRequest;
use protocol::api_versions_response::ApiVersionsResponse;
use protocol::{Message, Reader};

use crate::asks::{AskRequest, Unanswered};

/// Known by every node since Apache Kafka 2.4.
const VERSION: i16 = 3;

/// The versions of the APIs of another node.
#[derive(Debug, Default)]
pub(super) struct Known {
    apis: Vec<(i16, i16, i16)>,
}

/// The question.
pub(super) fn question(client_id: &str) -> AskRequest {
    let request = ApiVersionsRequest {
        client_software_name: "kalda".into(),
        client_software_version: env!("CARGO_PKG_VERSION").into(),
        ..Default::default()
    };
    AskRequest::new(&request, VERSION, client_id).expect("the version carries both names")
}

impl Known {
    /// What the answer says; `None` if it says nothing.
    pub fn read(body: &[u8]) -> Option<Self> {
        let response = ApiVersionsResponse::decode(&mut Reader::new(body), VERSION).ok()?;
        let apis = response.api_keys.iter();
        response.error_code.is_none().then(|| Self {
            apis: apis
                .map(|api| (api.api_key, api.min_version, api.max_version))
                .collect(),
        })
    }

    /// Whether the node understands a request.
    ///
    /// # Errors
    /// The versions that it does understand.
    pub fn check(&self, request: &AskRequest) -> Result<(), Unanswered> {
        let found = self.apis.iter().find(|(key, ..)| *key == request.key());
        let known = found.map(|(_, min, max)| (*min, *max));
        match known {
            Some((min, max)) if (min..=max).contains(&request.version()) => Ok(()),
            known => Err(Unanswered::Version { known }),
        }
    }
}
