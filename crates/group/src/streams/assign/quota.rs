//! How many tasks a member may have and keep what it had.

/// What is left to give, spread evenly over the members that have not had their share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quota {
    tasks: usize,
    members: usize,
    share: usize,
}

impl Quota {
    pub(super) fn new(tasks: usize, members: usize) -> Self {
        let share = share(tasks, members);
        Self {
            tasks,
            members,
            share,
        }
    }

    pub(super) fn allows(&self, has: usize) -> bool {
        has < self.share
    }

    /// A member has as many as `has` by now. Whoever has its share takes it out of what is left for the others.
    pub(super) fn on_given(&mut self, has: usize) {
        if has == self.share {
            self.members -= 1;
            self.tasks -= has;
            self.share = share(self.tasks, self.members);
        }
    }
}

fn share(tasks: usize, members: usize) -> usize {
    if members == 0 {
        return 0;
    }
    tasks.div_ceil(members)
}
