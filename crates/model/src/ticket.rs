//! Names of requests in flight.

/// Names a request whose answer is not there yet, so that whoever completes it can say so.
///
/// A ticket may outlive its request (the client left, the deadline passed); whoever delivers then
/// finds nobody and drops it. The numbers are never used twice in the life of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket {
    /// The connection on which the request came.
    pub connection: u64,
    /// The request's place in the order of that connection, from 0.
    pub request: u64,
}
