//! Clients and their connections.

use std::time::Duration;

use broker::Door;
use model::Now;

use super::{Cluster, Event, World};
use crate::client::{Client, PATIENCE, Step};
use crate::network::{Caller, Link, Way};
use crate::role::Cx;

impl World {
    pub(super) fn transmit(&mut self, link: u64, way: Way, bytes: Vec<u8>) {
        self.trace.mix(&bytes);
        let Some(known) = self.links.get_mut(&link) else {
            return;
        };
        let mut delay = Duration::ZERO;
        if let Caller::Node(..) = known.caller {
            let Some(longer) = self.node_network.delay() else {
                return self.cut(link);
            };
            delay = longer;
        }
        let receiver = match (way, known.caller) {
            (Way::ToNode, _) => Some(known.host),
            (Way::ToClient, Caller::Node(host, _)) => Some(host),
            (Way::ToClient, Caller::Client(_)) => None,
        };
        let of = receiver.map(|host| (host, self.hosts[host].boot));
        for (at, piece) in self.network.send(known, way, self.now + delay, bytes) {
            self.push_at(at, of, Event::Bytes(way, link, piece));
        }
    }

    pub(super) fn tick_in(&mut self, client: usize, delay: Duration) {
        self.clients[client].tick += 1;
        let number = self.clients[client].tick;
        self.push_in(delay, Event::Tick(client, number));
    }

    fn with_client<T>(
        &mut self,
        client: usize,
        act: impl FnOnce(&mut Client, &mut Cx<'_>) -> T,
    ) -> T {
        let now = Now {
            mono: self.now,
            wall: self.wall(0),
        };
        let mut cx = Cx {
            now,
            history: &mut self.history,
            chance: &mut self.work_chance,
            is_healed: self.healed_at.is_some(),
            is_written: self.is_written,
            correlation: 0,
            moves: false,
        };
        let result = act(&mut self.clients[client], &mut cx);
        self.clients[client].moves |= cx.moves;
        result
    }

    pub(super) fn tick(&mut self, client: usize) {
        let Some(link) = self.clients[client].link else {
            return self.connect(client);
        };
        match self.with_client(client, |client, cx| client.step(cx)) {
            Step::Send(bytes, has_room) => {
                let length = bytes.len();
                self.note(format_args!("{client} asks {length} bytes on {link}"));
                self.transmit(link, Way::ToNode, bytes);
                if has_room {
                    self.pause(client);
                } else {
                    self.tick_in(client, PATIENCE);
                }
            }
            Step::Wait(time) => self.tick_in(client, time),
            Step::GiveUp => {
                self.note(format_args!("{client} gives up"));
                self.cut(link);
            }
        }
    }

    fn connect(&mut self, client: usize) {
        let delay = self.network_chance.millis(1, 200);
        let mut host = self.network_chance.below(self.hosts.len() as u64) as usize;
        if self.clients[client].left.take() == Some(host) {
            host = (host + 1) % self.hosts.len();
        }
        let now = self.node_now(host);
        if let Some(node) = self.hosts[host].node.as_mut() {
            let link = self.next_link;
            self.next_link += 1;
            node.accept(link, Door::Clients, now);
            let known = Link::new(Caller::Client(client), host, self.now);
            self.links.insert(link, known);
            self.clients[client].link = Some(link);
            self.note(format_args!("{client} is connected to {host} by {link}"));
        }
        self.tick_in(client, delay);
    }

    pub(super) fn deliver(&mut self, client: usize, bytes: &[u8]) {
        let answers = self.with_client(client, |client, cx| client.receive(bytes, cx));
        if answers > 0 {
            self.totals.operations += answers;
            let role = &self.clients[client].role;
            self.trace
                .note(self.now, format_args!("{client} is answered: {role:?}"));
            self.pause(client);
        }
        let moves = std::mem::take(&mut self.clients[client].moves);
        if moves && self.cluster == Cluster::ThreeBrokers {
            let link = self.clients[client].link;
            let host = link.and_then(|link| Some(self.links.get(&link)?.host));
            self.clients[client].left = host;
            link.into_iter().for_each(|link| self.cut(link));
        }
    }

    /// A client does nothing for a while.
    fn pause(&mut self, client: usize) {
        let longest = match self.healed_at {
            Some(_) => 10,
            None => self.pace,
        };
        let pause = self.work_chance.millis(0, longest);
        self.tick_in(client, pause);
    }

    pub(super) fn cut(&mut self, link: u64) {
        let Some(known) = self.links.remove(&link) else {
            return;
        };
        let host = &mut self.hosts[known.host];
        if let Some(node) = &mut host.node {
            node.end(link);
        }
        host.planned.expiries.remove(&link);
        match known.caller {
            Caller::Client(client) => {
                self.with_client(client, Client::on_lost);
                let delay = self.network_chance.millis(1, 300);
                self.tick_in(client, delay);
            }
            Caller::Node(host, socket) => {
                self.hosts[host].sockets.remove(&socket);
                let of = Some((host, self.hosts[host].boot));
                self.push_at(self.now, of, Event::HungUp(host, socket));
            }
        }
    }

    /// Cuts all connections to a host.
    pub(super) fn cut_all(&mut self, host: usize) {
        let ends_at = |link: &Link| {
            link.host == host || matches!(link.caller, Caller::Node(caller, _) if caller == host)
        };
        let links = self.links.iter().filter(|(_, link)| ends_at(link));
        let links: Vec<u64> = links.map(|(id, _)| *id).collect();
        links.into_iter().for_each(|link| self.cut(link));
    }
}
