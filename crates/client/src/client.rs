//! The way to the right broker.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use model::{BrokerId, ErrorCode};
use parking_lot::Mutex;
use protocol::Request;
use protocol::find_coordinator_request::FindCoordinatorRequest;
use protocol::metadata_request::{MetadataRequest, MetadataRequestTopic};

use crate::connection::Connection;
use crate::retry::Attempts;
use crate::{Address, Answer, ClientError, Cluster};

/// Any version that both sides know.
const ANY_VERSION: RangeInclusive<i16> = 0..=i16::MAX;
/// FindCoordinator with a list of keys (KIP-699).
const COORDINATOR_VERSIONS: RangeInclusive<i16> = 4..=i16::MAX;

/// Where a client begins and how long it waits.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// Brokers to ask first; the cluster names the others.
    pub bootstrap: Vec<Address>,
    /// What the client calls itself, `client.id`.
    pub client_id: String,
    /// How long one request may take.
    pub request_timeout: Duration,
    /// How long a call may take with its retries.
    pub api_timeout: Duration,
}

impl ClientConfig {
    /// The defaults, with brokers given as `bootstrap.servers` has them.
    ///
    /// # Errors
    /// [`ClientError::Address`] when an entry is no address.
    pub fn bootstrap(servers: &str) -> Result<Self, ClientError> {
        Ok(Self {
            bootstrap: Address::parse_list(servers)?,
            client_id: "kalda".to_owned(),
            request_timeout: Duration::from_secs(30),
            api_timeout: Duration::from_secs(60),
        })
    }
}

/// Which broker a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Whichever answers.
    Any,
    /// This one.
    Broker(BrokerId),
}

/// A client of one cluster; clones share its connections and what it knows.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    config: ClientConfig,
    connections: Mutex<BTreeMap<Target, Arc<Connection>>>,
    cluster: Mutex<Arc<Cluster>>,
}

impl Client {
    /// A client that has not connected yet.
    #[must_use]
    pub fn new(config: ClientConfig) -> Self {
        Self(Arc::new(Inner {
            config,
            connections: Mutex::default(),
            cluster: Mutex::default(),
        }))
    }

    /// How it was configured.
    #[must_use]
    pub fn config(&self) -> &ClientConfig {
        &self.0.config
    }

    /// Sends a request in the highest version that both sides know, and waits for the answer. It is not
    /// repeated: that is for those to do who know what a repetition means.
    ///
    /// # Errors
    /// When there is no connection, no common version, no answer in time, or the request cannot be written.
    pub fn send<'a, R: Request<'a>>(
        &self,
        target: Target,
        request: &R,
    ) -> Result<Answer<R>, ClientError> {
        self.send_between(target, ANY_VERSION, request)
    }

    /// The same, in a version within `versions`.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub fn send_between<'a, R: Request<'a>>(
        &self,
        target: Target,
        versions: RangeInclusive<i16>,
        request: &R,
    ) -> Result<Answer<R>, ClientError> {
        self.send_within(target, versions, self.0.config.request_timeout, request)
    }

    /// The same, for requests that the broker answers late by design.
    pub(crate) fn send_within<'a, R: Request<'a>>(
        &self,
        target: Target,
        versions: RangeInclusive<i16>,
        timeout: Duration,
        request: &R,
    ) -> Result<Answer<R>, ClientError> {
        let connection = self.connection(target)?;
        let version = connection.version::<R>(&versions)?;
        connection.call(version, request, timeout)
    }

    /// Repeats `attempt` while its error may pass, with fresh metadata, until `api_timeout` is over.
    ///
    /// # Errors
    /// The last attempt's.
    pub(crate) fn retrying<T>(
        &self,
        mut attempt: impl FnMut() -> Result<T, ClientError>,
    ) -> Result<T, ClientError> {
        let mut attempts = Attempts::within(self.0.config.api_timeout);
        loop {
            match attempt() {
                Err(error) if error.is_retriable() && attempts.wait() => {
                    // The attempt that follows meets the same error if the metadata cannot be had.
                    let _ = self.refresh();
                }
                result => return result,
            }
        }
    }

    /// An open connection, made if there is none.
    pub(crate) fn connection(&self, target: Target) -> Result<Arc<Connection>, ClientError> {
        let mut connections = self.0.connections.lock();
        connections.retain(|_, connection| connection.is_open());
        let known = match target {
            Target::Any => connections
                .first_key_value()
                .map(|(_, connection)| connection),
            Target::Broker(_) => connections.get(&target),
        };
        if let Some(connection) = known {
            return Ok(Arc::clone(connection));
        }
        drop(connections);
        let connection = Arc::new(match target {
            Target::Any => self.bootstrap()?,
            Target::Broker(id) => self.connect(id)?,
        });
        let mut connections = self.0.connections.lock();
        connections.insert(target, Arc::clone(&connection));
        Ok(connection)
    }

    /// Tries the brokers that are known and those that were named at first, until one answers.
    fn bootstrap(&self) -> Result<Connection, ClientError> {
        let config = &self.0.config;
        let mut attempts = Attempts::within(config.api_timeout);
        let known = self.cluster();
        let nodes = known.nodes.values().map(|node| &node.address);
        let addresses: Vec<_> = config.bootstrap.iter().chain(nodes).collect();
        loop {
            let mut cause = String::new();
            for address in &addresses {
                let timeout = config.request_timeout.min(attempts.left());
                match Connection::open(address, &config.client_id, timeout) {
                    Ok(connection) => return Ok(connection),
                    Err(error @ (ClientError::NotKafka(_) | ClientError::Malformed { .. })) => {
                        return Err(error);
                    }
                    Err(error) => cause = cause_of(&error),
                }
            }
            if !attempts.wait() {
                let names: Vec<_> = config.bootstrap.iter().map(ToString::to_string).collect();
                return Err(ClientError::NoBroker {
                    addresses: names.join(","),
                    waited: config.api_timeout,
                    cause,
                });
            }
        }
    }

    fn connect(&self, id: BrokerId) -> Result<Connection, ClientError> {
        let config = &self.0.config;
        let timeout = config.request_timeout.min(config.api_timeout);
        if !self.cluster().nodes.contains_key(&id) {
            self.refresh()?;
        }
        let cluster = self.cluster();
        let unreachable = |address: String, cause| ClientError::Unreachable {
            node: id.0,
            address,
            cause,
        };
        let Some(node) = cluster.nodes.get(&id) else {
            return Err(unreachable(
                "an unknown address".to_owned(),
                "it is not alive".to_owned(),
            ));
        };
        Connection::open(&node.address, &config.client_id, timeout).map_err(|error| match error {
            ClientError::ConnectionLost { .. } | ClientError::TimedOut { .. } => {
                unreachable(node.address.to_string(), cause_of(&error))
            }
            error => error,
        })
    }

    /// What is known of the cluster so far.
    #[must_use]
    pub fn cluster(&self) -> Arc<Cluster> {
        Arc::clone(&self.0.cluster.lock())
    }

    /// Asks anew for the brokers and for the topics that were asked for before.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub fn refresh(&self) -> Result<Arc<Cluster>, ClientError> {
        let known = self.cluster();
        let names = known.topics.keys().map(|name| &**name);
        self.ask_metadata(Some(names.collect()), false)
    }

    /// The cluster with all of its topics.
    ///
    /// # Errors
    /// As [`Self::send`], after retries.
    pub fn all_topics(&self) -> Result<Cluster, ClientError> {
        self.retrying(|| {
            let answer = self.send(Target::Any, &metadata_request(None, false))?;
            Ok(Cluster::of(&answer.message()?))
        })
    }

    /// The cluster with at least the topics in `names`. Those that do not exist are made where `create` says
    /// so and the cluster allows it.
    ///
    /// # Errors
    /// [`ClientError::UnknownTopic`]; or as [`Self::send`], after retries.
    pub fn topics(&self, names: &[&str], create: bool) -> Result<Arc<Cluster>, ClientError> {
        self.retrying(|| {
            let cluster = self.ask_metadata(Some(names.to_vec()), create)?;
            for name in names {
                let topic = cluster.topics.get(*name);
                let code = topic.map_or(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, |topic| topic.error);
                if code == ErrorCode::UNKNOWN_TOPIC_OR_PARTITION && !create {
                    return Err(ClientError::UnknownTopic((*name).to_owned()));
                }
                if !code.is_none() {
                    return Err(ClientError::refused(format!("topic '{name}'"), code, None));
                }
            }
            Ok(cluster)
        })
        .map_err(|error| match (error.code(), names) {
            (Some(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION), [name, ..]) => {
                ClientError::UnknownTopic((*name).to_owned())
            }
            _ => error,
        })
    }

    /// The cluster with the topic `name`, from memory where it is known already.
    ///
    /// # Errors
    /// As [`Self::topics`].
    pub(crate) fn with_topic(&self, name: &str, create: bool) -> Result<Arc<Cluster>, ClientError> {
        let cluster = self.cluster();
        match cluster.topics.get(name) {
            Some(topic) if topic.error.is_none() => Ok(cluster),
            _ => self.topics(&[name], create),
        }
    }

    /// The leader of a partition and its epoch, from memory.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with a code that a retry, with fresh metadata, may mend.
    pub(crate) fn leader(
        &self,
        topic: &str,
        partition: i32,
    ) -> Result<(BrokerId, i32), ClientError> {
        let cluster = self.cluster();
        let found = cluster
            .topics
            .get(topic)
            .and_then(|topic| topic.partitions.get(&partition));
        let refused = |code| ClientError::refused(format!("{topic}-{partition}"), code, None);
        let partition = found.ok_or_else(|| refused(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION))?;
        let leader = partition
            .leader
            .ok_or_else(|| refused(ErrorCode::LEADER_NOT_AVAILABLE))?;
        Ok((leader, partition.leader_epoch))
    }

    /// The broker that coordinates a group.
    ///
    /// # Errors
    /// As [`Self::send`], or the broker's refusal; nothing is repeated.
    pub(crate) fn coordinator(&self, group: &str) -> Result<BrokerId, ClientError> {
        let request = FindCoordinatorRequest {
            key_type: 0,
            coordinator_keys: vec![group.into()],
            ..FindCoordinatorRequest::default()
        };
        let answer = self.send_between(Target::Any, COORDINATOR_VERSIONS, &request)?;
        let response = answer.message()?;
        let code = |code, message| {
            ClientError::refused(format!("coordinator of group '{group}'"), code, message)
        };
        let Some(found) = response.coordinators.first() else {
            return Err(code(ErrorCode::COORDINATOR_NOT_AVAILABLE, None));
        };
        if !found.error_code.is_none() {
            return Err(code(found.error_code, found.error_message.as_deref()));
        }
        Ok(BrokerId(found.node_id))
    }

    fn ask_metadata(
        &self,
        names: Option<Vec<&str>>,
        create: bool,
    ) -> Result<Arc<Cluster>, ClientError> {
        let answer = self.send(Target::Any, &metadata_request(names, create))?;
        let newer = Cluster::of(&answer.message()?);
        let mut cluster = self.0.cluster.lock();
        *cluster = Arc::new(cluster.updated_by(newer));
        Ok(Arc::clone(&cluster))
    }
}

/// The request for `names`, or for all topics.
fn metadata_request(names: Option<Vec<&str>>, create: bool) -> MetadataRequest<'_> {
    let topic = |name| MetadataRequestTopic {
        name: Some(std::borrow::Cow::Borrowed(name)),
        ..MetadataRequestTopic::default()
    };
    MetadataRequest {
        topics: names.map(|names| names.into_iter().map(topic).collect()),
        allow_auto_topic_creation: create,
        ..MetadataRequest::default()
    }
}

/// The part of an error that another error quotes.
fn cause_of(error: &ClientError) -> String {
    match error {
        ClientError::ConnectionLost { source, .. } => source.to_string(),
        ClientError::TimedOut { api, .. } => format!("connected, but {api} was not answered"),
        error => error.to_string(),
    }
}

/// Success, or the broker's refusal of `what`.
pub(crate) fn check(
    what: impl Into<String>,
    code: ErrorCode,
    message: Option<&str>,
) -> Result<(), ClientError> {
    if code.is_none() {
        Ok(())
    } else {
        Err(ClientError::refused(what, code, message))
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn without_a_broker_the_message_names_the_address_and_the_remedy() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        drop(listener);
        let address = format!("127.0.0.1:{port}");
        let client = Client::new(ClientConfig {
            api_timeout: Duration::from_millis(100),
            ..ClientConfig::bootstrap(&address).expect("an address")
        });
        let error = client
            .all_topics()
            .expect_err("nobody is there")
            .to_string();
        assert!(
            error.contains(&format!("no broker answers at {address} within 100 ms")),
            "{error}"
        );
        assert!(
            error.contains("kalda server") && error.contains("--bootstrap-server"),
            "{error}"
        );
    }
}
