//! Expressions to which members of groups subscribe: looked up on an IO thread, so that no connection
//! waits for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use group::{LookedUp, Lookup};
use model::Now;
use parking_lot::Mutex;
use storage::disk::{DiskDone, DiskOp};

use crate::broker::Broker;
use crate::effects::Effects;

/// One lookup, which shard wants it, and where its result comes to lie.
#[derive(Debug)]
struct UnderWay {
    shard: i32,
    lookup: Lookup,
    result: Arc<Mutex<Option<LookedUp>>>,
}

/// Lookups that are under way, by the token of their job.
#[derive(Debug, Default)]
pub(crate) struct Lookups {
    under_way: Mutex<BTreeMap<u64, UnderWay>>,
}

impl Broker {
    /// Begins what shards want to have looked up, in the cluster as it is now.
    pub(crate) fn begin_lookups(&self, now: Now, fx: &mut Effects) {
        for (shard, lookup) in std::mem::take(&mut fx.lookups) {
            let (token, image) = (self.next_token(), self.image.load_full());
            let result = Arc::new(Mutex::new(None));
            let job = {
                let (lookup, result) = (lookup.clone(), Arc::clone(&result));
                move || {
                    *result.lock() = Some(lookup.run(&image, now.wall));
                    Ok(())
                }
            };
            let under_way = UnderWay {
                shard,
                lookup,
                result,
            };
            self.lookups.under_way.lock().insert(token, under_way);
            self.disk.submit(DiskOp::Job(Box::new(job)), token);
        }
    }

    /// Takes in the end of an operation, if it is a lookup. `false` if it is not.
    pub(crate) fn on_lookup_done(&self, now: Now, done: &DiskDone, fx: &mut Effects) -> bool {
        let Some(ended) = self.lookups.under_way.lock().remove(&done.token) else {
            return false;
        };
        let looked_up = ended.result.lock().take();
        let looked_up = looked_up.unwrap_or_else(|| ended.lookup.failed());
        // A shard that is not here any more has nobody who waits.
        if let Some(shard) = self.groups.shard(ended.shard) {
            shard.on_looked_up(self.logs(now), &self.image(), &looked_up, fx);
        }
        true
    }
}
