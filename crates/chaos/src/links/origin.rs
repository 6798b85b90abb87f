//! Who has called: which of the nodes' processes has the other end of a connection.
//!
//! The kernel's table of sockets gives the socket's number, and the open files of a process tell whether it has it. No
//! configuration of a node is needed for that, so nodes are told the same addresses as clients.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use super::Party;

/// Where the kernel lists the connections of IPv4.
const TABLE: &str = "/proc/net/tcp";

/// The processes of nodes.
#[derive(Debug, Default)]
pub struct Origins(Mutex<BTreeMap<usize, u32>>);

impl Origins {
    /// Notes the process of a node.
    pub fn note(&self, node: usize, process: u32) {
        let mut nodes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        nodes.insert(node, process);
    }

    /// Who has called from `peer` to `own`; whoever is no node is a client.
    pub fn party(&self, peer: SocketAddr, own: SocketAddr) -> Party {
        let table = std::fs::read_to_string(TABLE).unwrap_or_default();
        let Some(socket) = socket_of(&table, peer.port(), own.port()) else {
            return Party::Clients;
        };
        let name = format!("socket:[{socket}]");
        let nodes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let owner = nodes.iter().find(|(_, process)| has(**process, &name));
        owner.map_or(Party::Clients, |(node, _)| Party::Node(*node))
    }
}

/// The number of the socket with these ports, own and remote.
fn socket_of(table: &str, own: u16, remote: u16) -> Option<u64> {
    let (own, remote) = (format!(":{own:04X}"), format!(":{remote:04X}"));
    let is_it = |fields: &Vec<&str>| {
        fields.len() > 9 && fields[1].ends_with(&own) && fields[2].ends_with(&remote)
    };
    let mut rows = table.lines().map(|line| line.split_whitespace().collect());
    rows.find(is_it)?[9].parse().ok()
}

fn has(process: u32, name: &str) -> bool {
    let Ok(files) = std::fs::read_dir(format!("/proc/{process}/fd")) else {
        return false;
    };
    let mut targets = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
    targets.any(|target| target.as_os_str() == name)
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn a_caller_is_known_by_its_process() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let caller = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (_called, peer) = listener.accept().unwrap();
        assert_eq!(peer, caller.local_addr().unwrap());
        let origins = Origins::default();
        let own = listener.local_addr().unwrap();
        assert_eq!(origins.party(peer, own), Party::Clients);
        origins.note(2, std::process::id());
        assert_eq!(origins.party(peer, own), Party::Node(2));
    }
}
