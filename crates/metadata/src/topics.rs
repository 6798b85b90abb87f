//! The topics, by id and by name.

use std::cmp::Ordering;
use std::sync::Arc;

use imbl::OrdMap;
use model::{PartitionIndex, TopicId};

use crate::{Partition, Partitions};

/// One incarnation of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Its id.
    pub id: TopicId,
    /// Its name.
    pub name: Arc<str>,
    /// Its partitions.
    pub partitions: Partitions,
}

impl Topic {
    /// One of its partitions.
    #[must_use]
    pub fn partition(&self, index: PartitionIndex) -> Option<&Partition> {
        self.partitions.get(index)
    }
}

/// All topics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topics {
    by_id: OrdMap<TopicId, Arc<Topic>>,
    by_name: OrdMap<Name, TopicId>,
}

impl Topics {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// A topic by its id.
    #[must_use]
    pub fn get(&self, id: TopicId) -> Option<&Topic> {
        self.by_id.get(&id).map(|topic| &**topic)
    }

    /// A topic by its name.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<&Topic> {
        self.get(self.id(name)?)
    }

    /// The id of the topic with this name.
    #[must_use]
    pub fn id(&self, name: &str) -> Option<TopicId> {
        self.by_name.get(&Lookup(name)).copied()
    }

    /// A partition of a topic.
    #[must_use]
    pub fn partition(&self, id: TopicId, index: PartitionIndex) -> Option<&Partition> {
        self.get(id)?.partition(index)
    }

    /// All topics, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Topic> {
        self.by_id.values().map(|topic| &**topic)
    }

    /// All topics, in an order of their names in which `.` and `_` are the same.
    pub fn iter_by_name(&self) -> impl Iterator<Item = &Topic> {
        self.by_name.values().filter_map(|id| self.get(*id))
    }

    /// The first topic whose name equals `name` if `.` and `_` are taken for the same, as they are in
    /// the names of metrics.
    #[must_use]
    pub fn colliding(&self, name: &str) -> Option<&str> {
        let (next, _) = self.by_name.get_next(&Before(name))?;
        compare_unified(&next.0, name).is_eq().then_some(&*next.0)
    }

    pub(crate) fn get_mut(&mut self, id: TopicId) -> Option<&mut Topic> {
        self.by_id.get_mut(&id).map(Arc::make_mut)
    }

    pub(crate) fn insert(&mut self, id: TopicId, name: &str) {
        let name: Arc<str> = name.into();
        self.by_name.insert(Name(name.clone()), id);
        let topic = Topic {
            id,
            name,
            partitions: Partitions::default(),
        };
        self.by_id.insert(id, Arc::new(topic));
    }

    pub(crate) fn remove(&mut self, id: TopicId) -> Option<Arc<Topic>> {
        let topic = self.by_id.remove(&id)?;
        self.by_name.remove(&Lookup(&topic.name));
        Some(topic)
    }

    /// Whether both share all their topics, so that comparing them is not needed.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.by_id.ptr_eq(&other.by_id)
    }

    /// The topics in which two images differ: (before, after).
    pub(crate) fn differences<'a>(
        &'a self,
        next: &'a Self,
    ) -> impl Iterator<Item = (Option<&'a Topic>, Option<&'a Topic>)> {
        use imbl::ordmap::DiffItem;
        self.by_id.diff(&next.by_id).map(|item| match item {
            DiffItem::Add(_, after) => (None, Some(&**after)),
            DiffItem::Remove(_, before) => (Some(&**before), None),
            DiffItem::Update {
                old: (_, before),
                new: (_, after),
            } => (Some(&**before), Some(&**after)),
        })
    }
}

/// A name in the order that keeps those next to each other that differ in `.` and `_` alone.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Name(Arc<str>);

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(&self.0, &other.0)
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Finds a name.
#[derive(PartialEq, Eq)]
struct Lookup<'a>(&'a str);

impl equivalent::Equivalent<Name> for Lookup<'_> {
    fn equivalent(&self, key: &Name) -> bool {
        *self.0 == *key.0
    }
}

impl equivalent::Comparable<Name> for Lookup<'_> {
    fn compare(&self, key: &Name) -> Ordering {
        compare(self.0, &key.0)
    }
}

/// Lies before all names that collide with one, and after all smaller ones.
struct Before<'a>(&'a str);

impl equivalent::Equivalent<Name> for Before<'_> {
    fn equivalent(&self, _: &Name) -> bool {
        false
    }
}

impl equivalent::Comparable<Name> for Before<'_> {
    fn compare(&self, key: &Name) -> Ordering {
        compare_unified(self.0, &key.0).then(Ordering::Less)
    }
}

fn compare(left: &str, right: &str) -> Ordering {
    compare_unified(left, right).then_with(|| left.cmp(right))
}

/// Names share long beginnings, which are skipped eight bytes at a time.
fn compare_unified(left: &str, right: &str) -> Ordering {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let words = left.as_chunks::<8>().0.iter().zip(right.as_chunks::<8>().0);
    let shared = words
        .take_while(|(left, right)| left == right || compare_bytes(*left, *right).is_eq())
        .count();
    compare_bytes(&left[8 * shared..], &right[8 * shared..])
}

fn compare_bytes(left: &[u8], right: &[u8]) -> Ordering {
    let unified = |byte: &u8| if *byte == b'.' { b'_' } else { *byte };
    left.iter().map(unified).cmp(right.iter().map(unified))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_collide_when_they_differ_in_dots_and_underscores_alone() {
        let mut topics = Topics::default();
        for (nth, name) in ["a.b", "a_c", "b", "a.b.c", "a"].into_iter().enumerate() {
            topics.insert(TopicId::reserved(nth as u8), name);
        }
        assert_eq!(topics.colliding("a_b"), Some("a.b"));
        assert_eq!(topics.colliding("a.c"), Some("a_c"));
        assert_eq!(topics.colliding("a_b_c"), Some("a.b.c"));
        assert_eq!(topics.colliding("a_d"), None);
        assert_eq!(topics.id("a.b"), Some(TopicId::reserved(0)));
        assert_eq!(topics.id("a_b"), None);
        let names: Vec<_> = topics.iter_by_name().map(|topic| &*topic.name).collect();
        assert_eq!(names, ["a", "a.b", "a.b.c", "a_c", "b"]);
    }

    #[test]
    fn long_names_are_compared_to_their_end() {
        let mut topics = Topics::default();
        let names = [
            "orders.of.the.year.2026",
            "orders.of.the.year.2027",
            "orders.of.the_year",
        ];
        for (nth, name) in names.into_iter().enumerate() {
            topics.insert(TopicId::reserved(nth as u8), name);
        }
        for (nth, name) in names.into_iter().enumerate() {
            assert_eq!(topics.id(name), Some(TopicId::reserved(nth as u8)));
            assert_eq!(topics.colliding(&name.replace('.', "_")), Some(name));
        }
        assert_eq!(topics.colliding("orders_of_the_year_2028"), None);
        assert_eq!(
            topics.colliding("orders.of.the.year"),
            Some("orders.of.the_year")
        );
    }
}
