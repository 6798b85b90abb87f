//! One file per API, and the table that ties them to their keys.
//!
//! A request is decoded here and handed to its file; an answer is encoded here. [`SERVED`] is the
//! one list of what this node answers: what is not implemented is not on it, is not advertised, and
//! closes the connection that asks for it, as Kafka does.

mod access;
mod add_offsets_to_txn;
mod add_partitions_to_txn;
mod api_versions;
mod consumer_group_describe;
mod consumer_group_heartbeat;
mod delete_groups;
mod delete_records;
mod describe_cluster;
mod describe_configs;
mod describe_groups;
mod describe_log_dirs;
mod describe_producers;
mod describe_topic_partitions;
mod describe_transactions;
mod distinct;
mod end_txn;
mod fetch;
mod find_coordinator;
mod foreign_votes;
mod group_requests;
mod heartbeat;
mod init_producer_id;
mod join_group;
mod leave_group;
mod list_config_resources;
mod list_groups;
mod list_offsets;
mod list_transactions;
mod metadata;
mod offset_commit;
mod offset_delete;
mod offset_fetch;
mod offset_for_leader_epoch;
mod produce;
mod produce_txn;
mod served;
mod share_acknowledge;
mod share_fetch;
mod share_group_describe;
mod share_group_heartbeat;
mod share_job;
mod share_offsets;
mod share_requests;
mod share_state;
mod streams_group_describe;
mod streams_group_heartbeat;
mod streams_group_topology_description_update;
mod sync_group;
mod txn_offset_commit;
mod txn_requests;
mod write_txn_markers;

use std::ops::RangeInclusive;
use std::sync::Arc;

use bytes::Bytes;
use model::{Now, Ticket};
use partition::Partition;
use protocol::api_versions_request::ApiVersionsRequest;
use protocol::request_header::RequestHeader;
use protocol::response_header::ResponseHeader;
use protocol::streams_group_topology_description_update_request::StreamsGroupTopologyDescriptionUpdateRequest;
use protocol::wire::{Sink, Size};
use protocol::{ApiKey, DecodeError, EncodeError, Message, Reader, Writer};
use storage::disk::FileSlice;

pub(crate) use access::{Operation, ResourceKind, is_allowed};
pub(crate) use add_partitions_to_txn::AddPartitionsGather;
pub(crate) use fetch::ParkedFetch;
pub(crate) use group_requests::finish_group_request;
pub(crate) use offset_commit::RefusedCommits;
pub(crate) use offset_delete::RefusedDeletes;
pub(crate) use produce::ParkedProduce;
use served::FORWARDED;
pub(crate) use served::{SERVED, SERVED_BY_CONTROLLER, served};
pub(crate) use share_acknowledge::ParkedShareAcknowledge;
pub(crate) use share_fetch::ParkedShareFetch;
pub(crate) use share_job::ShareJob;
pub(crate) use share_offsets::{ChangedOffsets, ShownGroup};
pub(crate) use write_txn_markers::ParkedMarkers;

use crate::broker::Broker;
use crate::connection::{CloseReason, Handled};
use crate::effects::Effects;
use crate::reply::Reply;
use crate::session::{Door, Session};
use crate::voter_messages;

/// Reads the header of a client's request that another broker has handed on; `None` unless it is one of those that may be.
pub(crate) fn forwarded(reader: &mut Reader<'_>) -> Option<Outgoing> {
    let (key, header) = RequestHeader::decode_any(reader).ok()?;
    let version = header.request_api_version;
    let is_known = FORWARDED.contains(&key) && served_versions(key).contains(&version);
    is_known.then_some(Outgoing {
        key,
        version,
        correlation_id: header.correlation_id,
    })
}

/// The versions of an API that this node answers.
///
/// The last version of InitProducerId is for tests of Kafka's next release.
pub(crate) fn served_versions(key: ApiKey) -> RangeInclusive<i16> {
    let versions = key.versions().expect("what is served has versions");
    if key.latest_version_unstable() {
        *versions.start()..=*versions.end() - 1
    } else {
        versions
    }
}

/// Where a request is handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// On its connection's thread, which others need.
    Connection,
    /// On a thread that may block.
    Aside,
}

/// One request while it is handled.
#[derive(Debug)]
pub(crate) struct Cx<'a> {
    pub now: Now,
    pub ticket: Ticket,
    pub session: &'a mut Session,
    pub fx: &'a mut Effects,
    pub place: Place,
    pub key: ApiKey,
    pub version: i16,
    pub correlation_id: i32,
    pub client_id: &'a str,
    /// The request as it came, for those that are handed on whole.
    pub frame: &'a [u8],
}

/// What is needed to answer a request later.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outgoing {
    pub key: ApiKey,
    pub version: i16,
    correlation_id: i32,
}

impl Cx<'_> {
    /// What is needed to answer later.
    pub fn outgoing(&self) -> Outgoing {
        Outgoing {
            key: self.key,
            version: self.version,
            correlation_id: self.correlation_id,
        }
    }

    /// The request waits until the logs of `replicas` are open, if they are not: then it is handled from its beginning.
    pub fn wait_for_logs<'p>(
        &self,
        broker: &Broker,
        replicas: impl Iterator<Item = &'p Arc<Partition>>,
    ) -> Option<Handled> {
        let waits = broker.openings.must_wait(self.now, replicas, self.ticket);
        waits.then(|| Handled::Held(self.frame.into()))
    }

    /// Answers at once.
    pub fn reply<'m>(&self, response: &impl Message<'m>) -> Handled {
        self.outgoing().reply(response)
    }
}

impl Outgoing {
    /// Whether a leader of a partition writes its share groups' states, which it knows itself.
    pub fn is_share_write(self) -> bool {
        self.key == ApiKey::WriteShareGroupState
    }

    /// Answers with what is in memory.
    pub fn reply<'m>(self, response: &impl Message<'m>) -> Handled {
        self.reply_with_files(response, &[])
    }

    /// Answers with records that lie in segments; `slices` are in the order of the regions.
    pub fn reply_with_files<'m>(
        self,
        response: &impl Message<'m>,
        slices: &[FileSlice],
    ) -> Handled {
        match self.encode(response, slices) {
            Ok(reply) => Handled::Reply(reply),
            Err(error) => {
                let (name, version) = (self.key.name(), self.version);
                Handled::Close(CloseReason::Internal(format!(
                    "the answer to {name} version {version} cannot be written: {error}"
                )))
            }
        }
    }

    /// The whole answer: size, header, body.
    ///
    /// # Errors
    /// A handler built an answer that its version cannot carry.
    pub fn encode<'m>(
        self,
        response: &impl Message<'m>,
        slices: &[FileSlice],
    ) -> Result<Reply, EncodeError> {
        let header_version = self.key.response_header_version(self.version);
        let header = ResponseHeader {
            correlation_id: self.correlation_id,
            ..Default::default()
        };
        let mut writer = Writer::new();
        write_answer(&mut writer, &header, header_version, response, self.version)?;
        let (bytes, regions) = writer.into_parts();
        assert_eq!(regions.len(), slices.len(), "each region has its slice");
        let positions = regions.iter().map(|region| region.position);
        Ok(Reply::interleave(
            Bytes::from(bytes),
            positions.zip(slices.iter().cloned()),
        ))
    }
}

fn write_answer<'m>(
    writer: &mut Writer,
    header: &ResponseHeader,
    header_version: i16,
    response: &impl Message<'m>,
    version: i16,
) -> Result<(), EncodeError> {
    let (head, body) = (header.size(header_version)?, response.size(version)?);
    let total = i32::try_from(head.total() + body.total())
        .map_err(|_| EncodeError::TooLong(body.total()))?;
    writer.reserve(Size {
        bytes: 4 + head.bytes + body.bytes,
        regions: body.regions,
    });
    writer.i32(total);
    header.encode(writer, header_version)?;
    response.encode(writer, version)
}

/// Handles one request.
pub(crate) fn handle(
    broker: &Broker,
    now: Now,
    session: &mut Session,
    ticket: Ticket,
    place: Place,
    frame: &[u8],
    fx: &mut Effects,
) -> Handled {
    let door = session.door;
    if door == Door::Controllers && voter_messages::is_message(frame) {
        return voter_messages::handle(broker, frame, fx);
    }
    match parse_header(door, frame) {
        Ok((key, header, reader)) => {
            let mut cx = Cx {
                now,
                ticket,
                session,
                fx,
                place,
                key,
                version: header.request_api_version,
                correlation_id: header.correlation_id,
                client_id: header.client_id.as_deref().unwrap_or(""),
                frame,
            };
            if !served_versions(key).contains(&cx.version) {
                return unknown_version(&mut cx);
            }
            if let Some((kind, operation)) = access::required(key)
                && !is_allowed(cx.session, kind, operation)
            {
                return invalid(format!(
                    "{} may not {operation:?} {kind:?}",
                    cx.session.principal
                ));
            }
            dispatch(broker, &mut cx, reader).unwrap_or_else(|error| {
                invalid(format!(
                    "{} version {}: {error}",
                    key.name(),
                    header.request_api_version
                ))
            })
        }
        Err(reason) => invalid(reason),
    }
}

fn invalid(reason: String) -> Handled {
    Handled::Close(CloseReason::InvalidRequest(reason))
}

fn parse_header(
    door: Door,
    frame: &[u8],
) -> Result<(ApiKey, RequestHeader<'_>, Reader<'_>), String> {
    let Some([k0, k1, v0, v1]) = frame.first_chunk::<4>() else {
        return Err(format!("a request of {} bytes has no header", frame.len()));
    };
    let (raw_key, version) = (
        i16::from_be_bytes([*k0, *k1]),
        i16::from_be_bytes([*v0, *v1]),
    );
    let key = ApiKey::from_i16(raw_key)
        .filter(|key| served(door).contains(key))
        .ok_or_else(|| format!("API key {raw_key} is not served here"))?;
    let mut reader = Reader::new(frame);
    let header = RequestHeader::decode(&mut reader, key.request_header_version(version))
        .map_err(|error| format!("header of {}: {error}", key.name()))?;
    Ok((key, header, reader))
}

/// Only ApiVersions can be asked in versions that are not known here (KIP-511).
fn unknown_version(cx: &mut Cx<'_>) -> Handled {
    if cx.key != ApiKey::ApiVersions {
        return invalid(format!(
            "{} version {} is not served here",
            cx.key.name(),
            cx.version
        ));
    }
    cx.version = 0;
    cx.reply(&api_versions::unsupported_version())
}

fn decode<'a, M: Message<'a>>(reader: &mut Reader<'a>, version: i16) -> Result<M, DecodeError> {
    M::decode(reader, version)
}

fn dispatch(
    broker: &Broker,
    cx: &mut Cx<'_>,
    mut reader: Reader<'_>,
) -> Result<Handled, DecodeError> {
    let version = cx.version;
    let r = &mut reader;
    if cx.session.door == Door::Controllers {
        return dispatch_to_controller(broker, cx, r);
    }
    Ok(match cx.key {
        ApiKey::Produce => produce::handle(broker, cx, decode(r, version)?),
        ApiKey::Fetch => fetch::handle(broker, cx, &decode(r, version)?),
        ApiKey::ListOffsets => list_offsets::handle(broker, cx, &decode(r, version)?),
        ApiKey::Metadata => metadata::handle(broker, cx, &decode(r, version)?),
        ApiKey::ApiVersions => {
            api_versions::handle(broker, cx, &decode::<ApiVersionsRequest<'_>>(r, version)?)
        }
        ApiKey::FindCoordinator => find_coordinator::handle(broker, cx, &decode(r, version)?),
        ApiKey::DeleteRecords => delete_records::handle(broker, cx, &decode(r, version)?),
        ApiKey::InitProducerId => init_producer_id::handle(broker, cx, &decode(r, version)?),
        ApiKey::OffsetForLeaderEpoch => {
            offset_for_leader_epoch::handle(broker, cx, &decode(r, version)?)
        }
        ApiKey::DescribeConfigs => describe_configs::handle(broker, cx, &decode(r, version)?),
        ApiKey::DescribeLogDirs => describe_log_dirs::handle(broker, cx, &decode(r, version)?),
        ApiKey::DescribeCluster => describe_cluster::handle(broker, cx, &decode(r, version)?),
        ApiKey::DescribeProducers => describe_producers::handle(broker, cx, &decode(r, version)?),
        ApiKey::ListConfigResources => {
            list_config_resources::handle(broker, cx, &decode(r, version)?)
        }
        ApiKey::DescribeTopicPartitions => {
            describe_topic_partitions::handle(broker, cx, &decode(r, version)?)
        }
        _ => return dispatch_group(broker, cx, r),
    })
}

/// On the listener of controllers all is the controller's but what any node can tell.
fn dispatch_to_controller(
    broker: &Broker,
    cx: &mut Cx<'_>,
    r: &mut Reader<'_>,
) -> Result<Handled, DecodeError> {
    let version = cx.version;
    Ok(match cx.key {
        ApiKey::ApiVersions => api_versions::handle(broker, cx, &decode(r, version)?),
        ApiKey::DescribeCluster => {
            describe_cluster::of_controllers(broker, cx, &decode(r, version)?)
        }
        ApiKey::Vote => foreign_votes::vote(broker, cx, &decode(r, version)?),
        ApiKey::BeginQuorumEpoch => foreign_votes::begin(broker, cx, &decode(r, version)?),
        ApiKey::EndQuorumEpoch => foreign_votes::end(broker, cx, &decode(r, version)?),
        _ => broker.forward_to_controller(cx),
    })
}

fn dispatch_group(
    broker: &Broker,
    cx: &mut Cx<'_>,
    r: &mut Reader<'_>,
) -> Result<Handled, DecodeError> {
    let version = cx.version;
    Ok(match cx.key {
        ApiKey::JoinGroup => join_group::handle(broker, cx, &decode(r, version)?),
        ApiKey::SyncGroup => sync_group::handle(broker, cx, &decode(r, version)?),
        ApiKey::Heartbeat => heartbeat::handle(broker, cx, &decode(r, version)?),
        ApiKey::LeaveGroup => leave_group::handle(broker, cx, &decode(r, version)?),
        ApiKey::OffsetCommit => offset_commit::handle(broker, cx, decode(r, version)?),
        ApiKey::OffsetFetch => offset_fetch::handle(broker, cx, decode(r, version)?),
        ApiKey::OffsetDelete => offset_delete::handle(broker, cx, decode(r, version)?),
        ApiKey::ListGroups => list_groups::handle(broker, cx, &decode(r, version)?),
        ApiKey::DescribeGroups => describe_groups::handle(broker, cx, &decode(r, version)?),
        ApiKey::ConsumerGroupHeartbeat => {
            consumer_group_heartbeat::handle(broker, cx, &decode(r, version)?)
        }
        ApiKey::ConsumerGroupDescribe => {
            consumer_group_describe::handle(broker, cx, &decode(r, version)?)
        }
        ApiKey::DeleteGroups => delete_groups::handle(broker, cx, &decode(r, version)?),
        _ => return dispatch_transaction(broker, cx, r),
    })
}

fn dispatch_transaction(
    broker: &Broker,
    cx: &mut Cx<'_>,
    r: &mut Reader<'_>,
) -> Result<Handled, DecodeError> {
    let version = cx.version;
    Ok(match cx.key {
        ApiKey::AddPartitionsToTxn => {
            add_partitions_to_txn::handle(broker, cx, decode(r, version)?)
        }
        ApiKey::AddOffsetsToTxn => add_offsets_to_txn::handle(broker, cx, &decode(r, version)?),
        ApiKey::EndTxn => end_txn::handle(broker, cx, &decode(r, version)?),
        ApiKey::WriteTxnMarkers => write_txn_markers::handle(broker, cx, &decode(r, version)?),
        ApiKey::TxnOffsetCommit => txn_offset_commit::handle(broker, cx, decode(r, version)?),
        ApiKey::DescribeTransactions => {
            describe_transactions::handle(broker, cx, &decode(r, version)?)
        }
        ApiKey::ListTransactions => list_transactions::handle(broker, cx, &decode(r, version)?),
        _ => return dispatch_share(broker, cx, r),
    })
}

fn dispatch_share(
    broker: &Broker,
    cx: &mut Cx<'_>,
    r: &mut Reader<'_>,
) -> Result<Handled, DecodeError> {
    let version = cx.version;
    Ok(match cx.key {
        ApiKey::ShareGroupHeartbeat => {
            share_group_heartbeat::handle(broker, cx, &decode(r, version)?)
        }
        ApiKey::ShareGroupDescribe => {
            share_group_describe::handle(broker, cx, &decode(r, version)?)
        }
        ApiKey::ShareFetch => share_fetch::handle(broker, cx, &decode(r, version)?),
        ApiKey::ShareAcknowledge => share_acknowledge::handle(broker, cx, &decode(r, version)?),
        ApiKey::InitializeShareGroupState => {
            share_state::initialize(broker, cx, &decode(r, version)?)
        }
        ApiKey::ReadShareGroupState => share_state::read(broker, cx, &decode(r, version)?),
        ApiKey::WriteShareGroupState => share_state::write(broker, cx, &decode(r, version)?),
        ApiKey::DeleteShareGroupState => share_state::delete(broker, cx, &decode(r, version)?),
        ApiKey::ReadShareGroupStateSummary => {
            share_state::read_summary(broker, cx, &decode(r, version)?)
        }
        ApiKey::StreamsGroupHeartbeat => {
            streams_group_heartbeat::handle(broker, cx, &decode(r, version)?)
        }
        ApiKey::StreamsGroupDescribe => {
            streams_group_describe::handle(broker, cx, &decode(r, version)?)
        }
        ApiKey::StreamsGroupTopologyDescriptionUpdate => {
            let _: StreamsGroupTopologyDescriptionUpdateRequest<'_> = decode(r, version)?;
            streams_group_topology_description_update::handle(broker, cx)
        }
        ApiKey::DescribeShareGroupOffsets => {
            share_offsets::describe(broker, cx, &decode(r, version)?)
        }
        ApiKey::AlterShareGroupOffsets => share_offsets::alter(broker, cx, &decode(r, version)?),
        ApiKey::DeleteShareGroupOffsets => share_offsets::delete(broker, cx, &decode(r, version)?),
        _ => broker.forward_to_controller(cx),
    })
}
