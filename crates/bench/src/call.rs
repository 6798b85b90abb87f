//! One request at a time: what a benchmark prepares and asks outside the measured load.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use model::{ErrorCode, Uuid};
use protocol::api_versions_request::ApiVersionsRequest;
use protocol::create_topics_request::{CreatableTopic, CreatableTopicConfig, CreateTopicsRequest};
use protocol::delete_topics_request::{DeleteTopicState, DeleteTopicsRequest};
use protocol::describe_log_dirs_request::DescribeLogDirsRequest;
use protocol::find_coordinator_request::FindCoordinatorRequest;
use protocol::incremental_alter_configs_request::{
    AlterConfigsResource, AlterableConfig, IncrementalAlterConfigsRequest,
};
use protocol::list_offsets_request::{ListOffsetsPartition, ListOffsetsRequest, ListOffsetsTopic};
use protocol::metadata_request::{MetadataRequest, MetadataRequestTopic};
use protocol::response_header::ResponseHeader;
use protocol::{Message, Reader, Request, Writer, encode_request};

/// The name under which the generator's connections go.
pub const CLIENT_ID: &str = "bench";

/// What ListOffsets calls the end of a partition.
const LATEST: i64 = -1;

/// What FindCoordinator calls a group.
pub const GROUP: i8 = 0;
/// What FindCoordinator calls a transactional id.
pub const TRANSACTION: i8 = 1;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long a topic may take until all its partitions have a leader.
const LEADERS_PATIENCE: Duration = Duration::from_secs(120);

/// A connection that asks and waits.
#[derive(Debug)]
pub struct Caller {
    stream: TcpStream,
    frame: Vec<u8>,
    next: i32,
}

impl Caller {
    /// Connects.
    ///
    /// # Errors
    /// What the system says.
    pub fn connect(address: SocketAddr) -> Result<Self, String> {
        let stream = TcpStream::connect(address).map_err(|e| format!("{address}: {e}"))?;
        let options = stream
            .set_nodelay(true)
            .and_then(|()| stream.set_read_timeout(Some(PATIENCE)));
        options.map_err(|e| e.to_string())?;
        Ok(Self {
            stream,
            frame: Vec::new(),
            next: 0,
        })
    }

    /// Connects and asks one thing, as every client does: the broker has accepted the connection then.
    ///
    /// # Errors
    /// The broker does not answer.
    pub fn greeted(address: SocketAddr) -> Result<Self, String> {
        let mut caller = Self::connect(address)?;
        let request = ApiVersionsRequest {
            client_software_name: "bench".into(),
            client_software_version: "1".into(),
            ..Default::default()
        };
        let error = caller.call(3, &request, |response| response.error_code)?;
        if error.is_none() {
            return Ok(caller);
        }
        Err(format!("ApiVersions: {error:?}"))
    }

    /// Asks, and gives the answer to `read`.
    ///
    /// # Errors
    /// A broken connection, or bytes that are no such answer.
    pub fn call<'r, R: Request<'r>, T>(
        &mut self,
        version: i16,
        request: &R,
        read: impl for<'a> FnOnce(R::Response<'a>) -> T,
    ) -> Result<T, String> {
        let mut writer = Writer::new();
        self.next += 1;
        encode_request(&mut writer, version, self.next, Some(CLIENT_ID), request)
            .map_err(|e| e.to_string())?;
        self.exchange(writer.bytes())
            .map_err(|e| format!("{}: {e}", R::NAME))?;
        let mut reader = Reader::new(&self.frame);
        let header = R::KEY.response_header_version(version);
        ResponseHeader::decode(&mut reader, header).map_err(|e| e.to_string())?;
        let response = R::Response::decode(&mut reader, version).map_err(|e| e.to_string())?;
        Ok(read(response))
    }

    /// The connection.
    #[must_use]
    pub fn into_stream(self) -> TcpStream {
        self.stream
    }

    fn exchange(&mut self, request: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(request)?;
        let mut size = [0; 4];
        self.stream.read_exact(&mut size)?;
        let size = usize::try_from(i32::from_be_bytes(size)).unwrap_or(0);
        self.frame.resize(size, 0);
        self.stream.read_exact(&mut self.frame)
    }
}

/// A topic of one benchmark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: Uuid,
    /// How many partitions it has.
    pub partitions: i32,
}

/// Creates a topic and waits until each partition has a leader.
///
/// # Errors
/// The broker's error, or no leaders in time.
pub fn create_topic(
    caller: &mut Caller,
    name: &str,
    partitions: i32,
    configs: &[(&str, &str)],
) -> Result<Topic, String> {
    request_topic(caller, name, partitions, configs)?;
    await_leaders(caller, name, partitions)
}

/// Creates a topic whose partitions nobody touches yet.
///
/// # Errors
/// The broker's error.
pub fn request_topic(
    caller: &mut Caller,
    name: &str,
    partitions: i32,
    configs: &[(&str, &str)],
) -> Result<(), String> {
    let configs = configs.iter().map(|(key, value)| CreatableTopicConfig {
        name: (*key).into(),
        value: Some((*value).into()),
        ..Default::default()
    });
    let topic = CreatableTopic {
        name: name.into(),
        num_partitions: partitions,
        replication_factor: 1,
        configs: configs.collect(),
        ..Default::default()
    };
    let request = CreateTopicsRequest {
        topics: vec![topic],
        timeout_ms: 60_000,
        ..Default::default()
    };
    caller.call(7, &request, |response| match response.topics.first() {
        Some(topic) if topic.error_code.is_none() => Ok(()),
        Some(topic) => Err(format!(
            "creating {}: {:?} {}",
            topic.name,
            topic.error_code,
            topic.error_message.as_deref().unwrap_or("")
        )),
        None => Err("CreateTopics: no answer".to_owned()),
    })?
}

fn await_leaders(caller: &mut Caller, name: &str, partitions: i32) -> Result<Topic, String> {
    let deadline = Instant::now() + LEADERS_PATIENCE;
    loop {
        if let Some(topic) = find_topic(caller, name)?.filter(|t| t.partitions == partitions)
            && all_led(caller, &topic)?
        {
            return Ok(topic);
        }
        if Instant::now() > deadline {
            return Err(format!("{name} has no leaders after {LEADERS_PATIENCE:?}"));
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Whether each partition's leader knows that it is one: that metadata names it is not enough with Apache Kafka.
fn all_led(caller: &mut Caller, topic: &Topic) -> Result<bool, String> {
    let partition = |partition_index| ListOffsetsPartition {
        partition_index,
        current_leader_epoch: -1,
        timestamp: LATEST,
        ..Default::default()
    };
    let request = ListOffsetsRequest {
        replica_id: -1,
        topics: vec![ListOffsetsTopic {
            name: topic.name.as_str().into(),
            partitions: (0..topic.partitions).map(partition).collect(),
            ..Default::default()
        }],
        ..Default::default()
    };
    caller.call(7, &request, |response| {
        let mut partitions = response.topics.iter().flat_map(|topic| &topic.partitions);
        partitions.all(|partition| partition.error_code.is_none())
    })
}

/// The topic with as many partitions as have leaders.
///
/// # Errors
/// A broken connection.
pub fn find_topic(caller: &mut Caller, name: &str) -> Result<Option<Topic>, String> {
    let wanted = MetadataRequestTopic {
        name: Some(name.into()),
        ..Default::default()
    };
    let request = MetadataRequest {
        topics: Some(vec![wanted]),
        ..Default::default()
    };
    caller.call(12, &request, |response| {
        let topic = response.topics.first()?;
        let led = (topic.partitions.iter()).filter(|p| p.error_code.is_none() && p.leader_id >= 0);
        topic.error_code.is_none().then(|| Topic {
            name: name.to_owned(),
            id: topic.topic_id,
            partitions: i32::try_from(led.count()).unwrap_or(i32::MAX),
        })
    })
}

/// What has configurations of its own.
#[derive(Clone, Copy, Debug)]
pub enum Resource<'a> {
    /// A topic.
    Topic(&'a str),
    /// A group.
    Group(&'a str),
}

/// Sets one configuration.
///
/// # Errors
/// The broker's error.
pub fn set_config(
    caller: &mut Caller,
    resource: Resource<'_>,
    key: &str,
    value: &str,
) -> Result<(), String> {
    let (resource_type, name) = match resource {
        Resource::Topic(name) => (2, name),
        Resource::Group(name) => (32, name),
    };
    let request = IncrementalAlterConfigsRequest {
        resources: vec![AlterConfigsResource {
            resource_type,
            resource_name: name.into(),
            configs: vec![AlterableConfig {
                name: key.into(),
                value: Some(value.into()),
                ..Default::default()
            }],
            ..Default::default()
        }],
        ..Default::default()
    };
    let error = caller.call(1, &request, |response| {
        let first = response.responses.first();
        first.map_or(ErrorCode::NONE, |r| r.error_code)
    })?;
    if error.is_none() {
        return Ok(());
    }
    Err(format!("{name}: {key}: {error:?}"))
}

/// Bytes of all partitions of a topic.
///
/// # Errors
/// A broken connection.
pub fn log_size(caller: &mut Caller, topic: &str) -> Result<i64, String> {
    let request = DescribeLogDirsRequest {
        topics: None,
        ..Default::default()
    };
    caller.call(4, &request, |response| {
        let topics = response.results.iter().flat_map(|dir| &dir.topics);
        let found = topics.filter(|t| t.name == topic);
        let partitions = found.flat_map(|t| &t.partitions);
        partitions.map(|p| p.partition_size).sum()
    })
}

/// Waits until there is a coordinator for a [`GROUP`] or a [`TRANSACTION`].
///
/// # Errors
/// None comes.
pub fn await_coordinator(caller: &mut Caller, key_type: i8, key: &str) -> Result<(), String> {
    let find = FindCoordinatorRequest {
        key_type,
        coordinator_keys: vec![key.into()],
        ..Default::default()
    };
    let deadline = Instant::now() + LEADERS_PATIENCE;
    loop {
        let error = caller.call(4, &find, |r| {
            let first = r.coordinators.first();
            first.map_or(ErrorCode::NONE, |c| c.error_code)
        })?;
        if error.is_none() {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(format!("{key} has no coordinator: {error:?}"));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Deletes a topic.
///
/// # Errors
/// The broker's error.
pub fn delete_topic(caller: &mut Caller, topic: &Topic) -> Result<(), String> {
    let state = DeleteTopicState {
        name: Some(topic.name.as_str().into()),
        ..Default::default()
    };
    let request = DeleteTopicsRequest {
        topics: vec![state],
        timeout_ms: 60_000,
        ..Default::default()
    };
    let error = caller.call(6, &request, |response| {
        response
            .responses
            .first()
            .map_or(ErrorCode::NONE, |r| r.error_code)
    })?;
    if error.is_none() {
        return Ok(());
    }
    Err(format!("deleting {}: {error:?}", topic.name))
}
