//! Connections between nodes.

use std::time::Duration;

use broker::{Destination, Door};

use super::{Event, World};
use crate::network::{Caller, Link, Way};
use crate::running::host_of;

/// The port of the listener of controllers.
const CONTROLLERS: u16 = 9093;
/// So much later an attempt to connect is made again that nobody has heard.
const AGAIN: Duration = Duration::from_millis(300);

impl World {
    /// Carries out what a node wants of its connections to others.
    pub(super) fn carry_to_nodes(
        &mut self,
        host: usize,
        hung_up: Vec<u64>,
        connect: Vec<(u64, Destination)>,
        to_nodes: Vec<(u64, Vec<u8>)>,
    ) {
        for socket in hung_up {
            if let Some(link) = self.hosts[host].sockets.remove(&socket) {
                self.end_link(link);
            }
        }
        for (socket, to) in connect {
            let delay = self.network_chance.millis(0, 5);
            let of = Some((host, self.hosts[host].boot));
            self.push_at(self.now + delay, of, Event::Connect(host, socket, to));
        }
        for (socket, bytes) in to_nodes {
            if let Some(link) = self.hosts[host].sockets.get(&socket).copied() {
                let count = bytes.len();
                self.transmit(link, Way::ToNode, bytes);
                self.with_node(host, |node, now| {
                    node.with_peers(|peers| peers.on_sent(now, socket, count));
                });
            }
        }
    }

    /// The end of a link that its caller does not hear of.
    fn end_link(&mut self, link: u64) {
        if let Some(known) = self.links.remove(&link)
            && let Some(node) = &mut self.hosts[known.host].node
        {
            node.end(link);
        }
    }

    /// Connects two nodes, if they hear each other; otherwise it is tried again.
    pub(super) fn connect_nodes(&mut self, host: usize, socket: u64, to: Destination) {
        let callee = host_of(to.node);
        let network = &self.node_network;
        if !network.is_heard(host, callee) || !network.is_heard(callee, host) {
            let of = Some((host, self.hosts[host].boot));
            let again = Event::Connect(host, socket, to);
            return self.push_at(self.now + AGAIN, of, again);
        }
        let door = match to.port {
            CONTROLLERS => Door::Controllers,
            _ => Door::Clients,
        };
        let now = self.node_now(callee);
        let Some(node) = self.hosts[callee].node.as_mut() else {
            return self.hang_up(host, socket);
        };
        let link = self.next_link;
        self.next_link += 1;
        node.accept(link, door, now);
        let known = Link::new(Caller::Node(host, socket), callee, self.now);
        self.links.insert(link, known);
        self.hosts[host].sockets.insert(socket, link);
        self.with_node(host, |node, now| {
            node.with_peers(|peers| peers.on_connected(now, socket));
        });
    }

    pub(super) fn hang_up(&mut self, host: usize, socket: u64) {
        self.with_node(host, |node, now| {
            node.with_peers(|peers| peers.on_closed(now, socket, "nobody listens there"));
        });
    }

    pub(super) fn peers_turn(&mut self, host: usize) {
        let planned = &mut self.hosts[host].planned.peers;
        if planned.take_if(|at| *at <= self.now).is_some() {
            self.with_node(host, |node, now| {
                node.with_peers(|peers| peers.on_time(now));
            });
        }
    }

    pub(super) fn plan_peers(&mut self, host: usize, deadline: Option<Duration>) {
        let Some(deadline) = deadline else { return };
        let machine = &mut self.hosts[host];
        let at = (machine.booted + deadline).max(self.now);
        if machine.planned.peers.is_none_or(|planned| at < planned) {
            machine.planned.peers = Some(at);
            let of = Some((host, machine.boot));
            self.push_at(at, of, Event::Peers(host));
        }
    }

    /// Bytes have come to the end of a link, or are held back because the receiver does not hear the sender.
    pub(super) fn arrive(&mut self, way: Way, link: u64, bytes: &[u8]) {
        let Some(known) = self.links.get_mut(&link) else {
            return;
        };
        let (caller, host) = (known.caller, known.host);
        if let Caller::Node(from, _) = caller {
            let is_heard = match way {
                Way::ToNode => self.node_network.is_heard(from, host),
                Way::ToClient => self.node_network.is_heard(host, from),
            };
            if !is_heard || known.holds(way) {
                self.node_network.held += 1;
                return known.hold(way, bytes);
            }
        }
        self.hand_over(way, link, (caller, host), bytes);
    }

    fn hand_over(&mut self, way: Way, link: u64, ends: (Caller, usize), bytes: &[u8]) {
        match (way, ends) {
            (Way::ToNode, (_, host)) => self.receive(host, link, bytes),
            (Way::ToClient, (Caller::Client(client), _)) => self.deliver(client, bytes),
            (Way::ToClient, (Caller::Node(host, socket), _)) => {
                self.with_node(host, |node, now| {
                    node.with_peers(|peers| peers.on_received(now, socket, bytes));
                });
            }
        }
    }

    /// All nodes hear each other again: what was held back comes.
    pub(super) fn heal_network(&mut self) {
        self.node_network.heal();
        let links: Vec<u64> = self.links.keys().copied().collect();
        for link in links {
            let Some(known) = self.links.get_mut(&link) else {
                continue;
            };
            let (caller, callee) = (known.caller, known.host);
            for (way, bytes) in known.take_held() {
                let receiver = match (way, caller) {
                    (Way::ToClient, Caller::Node(host, _)) => host,
                    _ => callee,
                };
                let of = Some((receiver, self.hosts[receiver].boot));
                self.push_at(self.now, of, Event::Bytes(way, link, bytes));
            }
        }
    }
}
