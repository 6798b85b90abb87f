//! Records deleted from the start of partitions.

use std::collections::BTreeMap;

use model::BrokerId;
use protocol::delete_records_request::{
    DeleteRecordsPartition, DeleteRecordsRequest, DeleteRecordsTopic,
};

use crate::client::check;
use crate::{Client, ClientError, Target, TopicPartition};

impl Client {
    /// Deletes the records of a partition before `offset`, or with -1 before the high watermark; the answer is where it begins
    /// then (KIP-107).
    ///
    /// # Errors
    /// [`ClientError::UnknownTopic`], the leader's refusal, or as [`Client::send`], after retries.
    pub fn delete_records(&self, tp: &TopicPartition, offset: i64) -> Result<i64, ClientError> {
        self.with_topic(&tp.topic, false)?;
        let request = DeleteRecordsRequest {
            topics: vec![DeleteRecordsTopic {
                name: (&*tp.topic).into(),
                partitions: vec![DeleteRecordsPartition {
                    partition_index: tp.partition,
                    offset,
                    ..DeleteRecordsPartition::default()
                }],
                ..DeleteRecordsTopic::default()
            }],
            timeout_ms: self.timeout_ms(),
            ..DeleteRecordsRequest::default()
        };
        self.retrying(|| {
            let (leader, _): (BrokerId, i32) = self.leader(&tp.topic, tp.partition)?;
            let answer = self.send(Target::Broker(leader), &request)?;
            let mut starts = BTreeMap::new();
            for topic in &answer.message()?.topics {
                for partition in &topic.partitions {
                    check(format!("records of {tp}"), partition.error_code, None)?;
                    starts.insert(partition.partition_index, partition.low_watermark);
                }
            }
            Ok(starts.get(&tp.partition).copied().unwrap_or(-1))
        })
    }
}
