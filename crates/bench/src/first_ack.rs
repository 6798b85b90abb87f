//! The first acknowledged produce: the moment at which a broker is of use.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use model::ErrorCode;
use protocol::produce_response::ProduceResponse;
use protocol::response_header::ResponseHeader;
use protocol::{Message, Reader};

use crate::template::{PRODUCE_VERSION, Template};

/// How long a broker may take.
const PATIENCE: Duration = Duration::from_secs(300);
/// Between two attempts.
const LOOK_AGAIN: Duration = Duration::from_millis(1);
/// How long one answer may take before the connection is given up.
const ANSWER: Duration = Duration::from_secs(60);

/// Produces until it is acknowledged; gives how long that took since `began`.
///
/// # Errors
/// It is not acknowledged in time.
pub fn first_ack(
    address: SocketAddr,
    template: &Template,
    began: Instant,
) -> Result<Duration, String> {
    let mut last = String::new();
    while began.elapsed() < PATIENCE {
        match attempt(address, template) {
            Ok(ErrorCode::NONE) => return Ok(began.elapsed()),
            Ok(error) => last = format!("{error:?}"),
            Err(error) => last = error.to_string(),
        }
        std::thread::sleep(LOOK_AGAIN);
    }
    Err(format!("no acknowledgement in {PATIENCE:?}: {last}"))
}

fn attempt(address: SocketAddr, template: &Template) -> std::io::Result<ErrorCode> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_millis(200))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(ANSWER))?;
    let (mut frame, batch, suffix) = template.frame(1, None, 0);
    frame.extend_from_slice(&batch);
    frame.extend_from_slice(suffix);
    stream.write_all(&frame)?;
    read_error(&mut stream)
}

/// The error of the one partition of the next answer.
///
/// # Errors
/// The connection broke.
fn read_error(stream: &mut TcpStream) -> std::io::Result<ErrorCode> {
    let mut size = [0; 4];
    stream.read_exact(&mut size)?;
    let mut frame = vec![0; usize::try_from(i32::from_be_bytes(size)).unwrap_or(0)];
    stream.read_exact(&mut frame)?;
    let mut reader = Reader::new(&frame);
    let invalid = |_| std::io::Error::from(ErrorKind::InvalidData);
    ResponseHeader::decode(&mut reader, 1).map_err(invalid)?;
    let response = ProduceResponse::decode(&mut reader, PRODUCE_VERSION).map_err(invalid)?;
    let partitions = response
        .responses
        .iter()
        .flat_map(|t| &t.partition_responses);
    Ok(partitions
        .map(|p| p.error_code)
        .find(|e| !e.is_none())
        .unwrap_or(ErrorCode::NONE))
}

/// Produces once to every partition, again to those that refuse, until all have acknowledged.
///
/// # Errors
/// Not all do in time.
pub fn all_ack(address: SocketAddr, templates: &[Template]) -> Result<(), String> {
    let began = Instant::now();
    let mut stream = TcpStream::connect(address).map_err(|e| e.to_string())?;
    let set = stream
        .set_nodelay(true)
        .and_then(|()| stream.set_read_timeout(Some(ANSWER)));
    set.map_err(|e| e.to_string())?;
    let mut waiting: Vec<&Template> = templates.iter().collect();
    while !waiting.is_empty() {
        let mut refused = Vec::new();
        let mut error_of_last = ErrorCode::NONE;
        for some in waiting.chunks(64) {
            let mut bytes = Vec::new();
            for template in some {
                let (head, batch, suffix) = template.frame(1, None, 0);
                bytes.extend_from_slice(&head);
                bytes.extend_from_slice(&batch);
                bytes.extend_from_slice(suffix);
            }
            stream.write_all(&bytes).map_err(|e| e.to_string())?;
            for template in some {
                let error = read_error(&mut stream).map_err(|e| e.to_string())?;
                if !error.is_none() {
                    refused.push(*template);
                    error_of_last = error;
                }
            }
        }
        if began.elapsed() > PATIENCE {
            return Err(format!(
                "{} writes are refused, the last with {error_of_last:?}",
                refused.len()
            ));
        }
        if !refused.is_empty() {
            std::thread::sleep(LOOK_AGAIN);
        }
        waiting = refused;
    }
    Ok(())
}
