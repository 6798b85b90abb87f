//! The bare loop: one thread, one epoll, and nothing but the exchange that is measured.
//!
//! What it costs is what the machine takes for receiving, checking, writing and answering; the rest of a broker's cost is the
//! broker's own. It parses nothing: it is told how long the part of a frame before the batch is. It runs as a process of its own, so that its
//! time is counted apart.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use model::Uuid;
use protocol::fetch_response::{FetchResponse, FetchableTopicResponse, PartitionData};
use protocol::produce_response::{PartitionProduceResponse, ProduceResponse, TopicProduceResponse};
use protocol::wire::{Records, RegionAt};
use protocol::{Writer, encode_response};
use rustix::event::epoll;
use rustix::event::epoll::{CreateFlags, Event, EventData, EventFlags};

use crate::link::Link;
use crate::load::consumer::FETCH_VERSION;
use crate::template::{PRODUCE_VERSION, SUFFIX};

const LISTENER: u64 = u64::MAX;
/// The id that the loop's one topic has.
pub const TOPIC: Uuid = Uuid([9; 16]);

/// A bare loop that runs; it ends with this value.
#[derive(Debug)]
pub struct Floor {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

/// What it is told.
#[derive(Clone, Debug)]
pub struct FloorPlan {
    /// The file that it appends to, or reads from.
    pub file: PathBuf,
    /// Bytes of a produce frame before its batch, without the size.
    pub head: usize,
    /// For reading: bytes of one partition's part of an answer, and how many answers until the start comes again.
    pub chunk: u64,
    /// See `chunk`.
    pub chunks: u64,
    /// Partitions in an answer.
    pub partitions: u64,
    /// Whether it syncs its file before it answers those that came together.
    pub syncs: bool,
}

impl FloorPlan {
    fn arguments(&self) -> [String; 7] {
        let head = self.head as u64;
        let syncs = u64::from(self.syncs);
        let numbers = [head, self.chunk, self.chunks, self.partitions, syncs];
        let [head, chunk, chunks, partitions, syncs] = numbers.map(|n| n.to_string());
        let file = self.file.display().to_string();
        let word = "floor".to_owned();
        [word, file, head, chunk, chunks, partitions, syncs]
    }

    /// Reads what [`FloorPlan::arguments`] wrote.
    #[must_use]
    pub fn parse(arguments: &[String]) -> Option<Self> {
        let number = |index: usize| arguments.get(index)?.parse::<u64>().ok();
        Some(Self {
            file: PathBuf::from(arguments.first()?),
            head: usize::try_from(number(1)?).ok()?,
            chunk: number(2)?,
            chunks: number(3)?,
            partitions: number(4)?,
            syncs: number(5)? != 0,
        })
    }
}

impl Floor {
    /// Starts this program once more as a bare loop.
    ///
    /// # Errors
    /// It does not start.
    pub fn start(plan: &FloorPlan) -> Result<Self, String> {
        let me = std::env::current_exe().map_err(|e| e.to_string())?;
        let mut child = Command::new(me)
            .args(plan.arguments())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| e.to_string())?;
        let output = child.stdout.take().ok_or("no output")?;
        let mut line = String::new();
        BufReader::new(output)
            .read_line(&mut line)
            .map_err(|e| e.to_string())?;
        let address = line
            .trim()
            .parse()
            .map_err(|_| format!("no address: {line}"))?;
        Ok(Self { child, address })
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone afterwards.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs as a bare loop until killed.
///
/// # Errors
/// The system refuses something.
pub fn serve(plan: FloorPlan) -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    io::stdout().write_all(format!("{address}\n").as_bytes())?;
    io::stdout().flush()?;
    let epoll = epoll::create(CreateFlags::CLOEXEC)?;
    epoll::add(
        &epoll,
        &listener,
        EventData::new_u64(LISTENER),
        EventFlags::IN,
    )?;
    let mut server = Server::new(plan)?;
    let empty = Event {
        flags: EventFlags::empty(),
        data: EventData::new_u64(0),
    };
    let mut events = [empty; 256];
    loop {
        let count = epoll::wait(&epoll, &mut events[..], None)?;
        for event in &events[..count] {
            let key = event.data.u64();
            if key == LISTENER {
                let link = Link::over(listener.accept()?.0)?;
                let flags = EventFlags::IN | EventFlags::OUT | EventFlags::ET;
                let key = EventData::new_u64(server.peers.len() as u64);
                epoll::add(&epoll, link.fd(), key, flags)?;
                server.peers.push(Peer {
                    link: Some(link),
                    answers: 0,
                    sending: Vec::new(),
                });
            } else if let Ok(key) = usize::try_from(key) {
                server.on_ready(key);
            }
        }
        server.flush();
    }
}

struct Peer {
    link: Option<Link>,
    /// Answers to fetches that it was sent.
    answers: u64,
    /// Ranges of the file that still have to be sent: the bytes before each, its position and its end.
    sending: Vec<(Vec<u8>, u64, u64)>,
}

struct Server {
    plan: FloorPlan,
    file: File,
    peers: Vec<Peer>,
    touched: Vec<usize>,
    end: u64,
    /// Something was written that is not synced yet.
    is_dirty: bool,
    /// Offsets of the partitions, by their number.
    offsets: Vec<i64>,
    parked: Option<(usize, i32)>,
    /// Up to here the consumer was sent everything.
    told: u64,
    canned: (Vec<u8>, Vec<RegionAt>),
}

impl Server {
    fn new(plan: FloorPlan) -> io::Result<Self> {
        let is_reader = plan.chunk > 0;
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(!is_reader)
            .open(&plan.file)?;
        let lengths = vec![u32::try_from(plan.chunk).unwrap_or(0); plan.partitions as usize];
        Ok(Self {
            canned: fetch_answer(&lengths),
            plan,
            file,
            peers: Vec::new(),
            touched: Vec::new(),
            end: 0,
            is_dirty: false,
            offsets: Vec::new(),
            parked: None,
            told: 0,
        })
    }

    fn on_ready(&mut self, key: usize) {
        self.touched.push(key);
        let Some(mut link) = self.peers[key].link.take() else {
            return;
        };
        if link.fill().is_err() {
            return;
        }
        loop {
            let answer = match link.next_frame() {
                None => break,
                Some(frame) if frame[1] == 0 => self.on_produce(frame),
                Some(frame) => self.on_fetch(key, i32_at(frame, 4)),
            };
            if let Some(answer) = answer {
                link.push_bytes(answer);
            }
        }
        self.peers[key].link = Some(link);
    }

    /// Checks, appends, answers.
    fn on_produce(&mut self, frame: &[u8]) -> Option<Vec<u8>> {
        let batch = &frame[self.plan.head..frame.len() - SUFFIX.len()];
        let crc = records::checksum::crc32c(&batch[21..]);
        assert_eq!(
            crc.to_be_bytes(),
            batch[17..21],
            "the batch came as it was sent"
        );
        let at = self.plan.head - 4 - uvarint_len(batch.len() + 1);
        let partition = i32_at(frame, at).unsigned_abs() as usize;
        if self.offsets.len() <= partition {
            self.offsets.resize(partition + 1, 0);
        }
        let base = self.offsets[partition];
        self.offsets[partition] += i64::from(i32_at(batch, 23)) + 1;
        let offset = base.to_be_bytes();
        let parts = [io::IoSlice::new(&offset), io::IoSlice::new(&batch[8..])];
        let written = rustix::io::pwritev(&self.file, &parts, self.end);
        assert_eq!(written, Ok(batch.len()), "the file takes a batch whole");
        self.end += batch.len() as u64;
        self.is_dirty = true;
        let told = self.end;
        if let Some((peer, correlation)) = self.parked.take() {
            let length = u32::try_from(self.end - self.told).unwrap_or(0);
            let (mut answer, _) = fetch_answer(&[length]);
            answer[4..8].copy_from_slice(&correlation.to_be_bytes());
            let tags = answer.split_off(answer.len() - SUFFIX.len());
            answer.extend_from_slice(&offset);
            answer.extend_from_slice(&batch[8..]);
            answer.extend(tags);
            self.told = told;
            if let Some(link) = &mut self.peers[peer].link {
                link.push_bytes(answer);
                self.touched.push(peer);
            }
        }
        Some(produce_answer(i32_at(frame, 4), partition, base))
    }

    fn on_fetch(&mut self, key: usize, correlation: i32) -> Option<Vec<u8>> {
        if self.plan.chunk > 0 {
            self.answer_from_file(key, correlation);
            return None;
        }
        if self.told == self.end {
            self.parked = Some((key, correlation));
            return None;
        }
        let length = self.end - self.told;
        let (mut answer, _) = fetch_answer(&[u32::try_from(length).unwrap_or(0)]);
        answer[4..8].copy_from_slice(&correlation.to_be_bytes());
        let tags = answer.split_off(answer.len() - SUFFIX.len());
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
        let read = rustix::io::pread(&self.file, &mut bytes, self.told);
        assert_eq!(read, Ok(bytes.len()), "what was written can be read");
        answer.extend(bytes);
        answer.extend(tags);
        self.told = self.end;
        Some(answer)
    }

    fn answer_from_file(&mut self, key: usize, correlation: i32) {
        let peer = &mut self.peers[key];
        let round = peer.answers % self.plan.chunks;
        peer.answers += 1;
        let (bytes, regions) = &self.canned;
        let mut bytes = bytes.clone();
        bytes[4..8].copy_from_slice(&correlation.to_be_bytes());
        let mut from = 0;
        for (partition, region) in (0_u64..).zip(regions) {
            let start = (partition * self.plan.chunks + round) * self.plan.chunk;
            let before = bytes[from..region.position].to_vec();
            peer.sending.push((before, start, start + self.plan.chunk));
            from = region.position;
        }
        peer.sending.push((bytes[from..].to_vec(), 0, 0));
    }

    fn flush(&mut self) {
        if std::mem::take(&mut self.is_dirty) && self.plan.syncs {
            let synced = rustix::fs::fdatasync(&self.file);
            assert_eq!(synced, Ok(()), "the file can be synced");
        }
        for key in std::mem::take(&mut self.touched) {
            let peer = &mut self.peers[key];
            let Some(link) = &mut peer.link else { continue };
            if link.flush().is_err() || !send_ranges(link, &mut peer.sending, &self.file) {
                peer.link = None;
            }
        }
    }
}

/// Sends what the socket takes; false when the connection is broken.
fn send_ranges(link: &mut Link, sending: &mut Vec<(Vec<u8>, u64, u64)>, file: &File) -> bool {
    while let Some((before, position, end)) = sending.first_mut() {
        if !before.is_empty() {
            link.push_bytes(std::mem::take(before));
        }
        if link.flush().is_err() {
            return false;
        }
        if !link.is_flushed() {
            return true;
        }
        while position < end {
            let length = usize::try_from(*end - *position).unwrap_or(0);
            match rustix::fs::sendfile(link.fd(), file.as_fd(), Some(position), length) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(rustix::io::Errno::AGAIN) => return true,
                Err(_) => return false,
            }
        }
        sending.remove(0);
    }
    true
}

fn i32_at(bytes: &[u8], at: usize) -> i32 {
    i32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn uvarint_len(value: usize) -> usize {
    (1..).find(|n| value >> (7 * n) == 0).unwrap_or(1)
}

fn produce_answer(correlation: i32, partition: usize, base_offset: i64) -> Vec<u8> {
    let partition = PartitionProduceResponse {
        index: i32::try_from(partition).unwrap_or(0),
        base_offset,
        ..Default::default()
    };
    let topic = TopicProduceResponse {
        topic_id: TOPIC,
        partition_responses: vec![partition],
        ..Default::default()
    };
    let response = ProduceResponse {
        responses: vec![topic],
        ..Default::default()
    };
    let mut writer = Writer::new();
    encode_response(&mut writer, PRODUCE_VERSION, correlation, &response)
        .expect("the answer can be encoded");
    writer.into_parts().0
}

/// An answer with so many bytes of records for each partition, and where they belong.
fn fetch_answer(lengths: &[u32]) -> (Vec<u8>, Vec<RegionAt>) {
    let partition = |(index, length): (i32, &u32)| PartitionData {
        partition_index: index,
        high_watermark: i64::MAX,
        records: Some(Records::Region { len: *length }),
        ..Default::default()
    };
    let topic = FetchableTopicResponse {
        topic_id: TOPIC,
        partitions: (0..).zip(lengths).map(partition).collect(),
        ..Default::default()
    };
    let response = FetchResponse {
        session_id: 1,
        responses: vec![topic],
        ..Default::default()
    };
    let mut writer = Writer::new();
    encode_response(&mut writer, FETCH_VERSION, 0, &response).expect("the answer can be encoded");
    writer.into_parts()
}

/// Writes the file that a reading loop serves: for each partition `chunks` times `batches` copies of `batch`, with contiguous offsets. Gives the
/// bytes of a chunk.
///
/// # Errors
/// The file cannot be written.
pub fn write_file(
    path: &Path,
    batch: &[u8],
    batches: u64,
    chunks: u64,
    partitions: u64,
) -> io::Result<u64> {
    let mut file = io::BufWriter::with_capacity(1 << 20, File::create(path)?);
    let records = i64::from(i32_at(batch, 23)) + 1;
    for _ in 0..partitions {
        let mut base = 0_i64;
        for _ in 0..batches * chunks {
            file.write_all(&base.to_be_bytes())?;
            file.write_all(&batch[8..])?;
            base += records;
        }
    }
    file.flush()?;
    Ok(batches * batch.len() as u64)
}
