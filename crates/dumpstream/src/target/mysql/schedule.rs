//! Which operation may run when. A pure data structure: no connection, no clock.
//!
//! Every operation names the tables it uses, shared or alone. Operations on one table keep their order, except that
//! shared ones may run side by side. That alone keeps a dump's meaning when its statements run on several connections.

use crate::step::TableName;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

/// How an operation uses a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// Beside other shared uses.
    Shared,
    /// Alone, after everything before it and before everything after it.
    Alone,
}

#[derive(Debug)]
struct Op<T> {
    /// Absent while it runs.
    payload: Option<T>,
    uses: Vec<(Arc<TableName>, Use)>,
}

/// Operations that wait or run, in stream order.
#[derive(Debug)]
pub(crate) struct Schedule<T> {
    next: u64,
    ops: BTreeMap<u64, Op<T>>,
    tables: HashMap<Arc<TableName>, VecDeque<(u64, Use)>>,
    running: usize,
}

impl<T> Default for Schedule<T> {
    fn default() -> Self {
        Self { next: 0, ops: BTreeMap::new(), tables: HashMap::new(), running: 0 }
    }
}

impl<T> Schedule<T> {
    /// Adds an operation behind all others.
    pub(crate) fn push(&mut self, payload: T, uses: Vec<(Arc<TableName>, Use)>) {
        let id = self.next;
        self.next += 1;
        for (table, how) in &uses {
            self.tables.entry(Arc::clone(table)).or_default().push_back((id, *how));
        }
        self.ops.insert(id, Op { payload: Some(payload), uses });
    }

    /// Starts the first operation that nothing before it holds back, and that `may` start.
    pub(crate) fn start_if(&mut self, mut may: impl FnMut(&T) -> bool) -> Option<(u64, T)> {
        let free = |id: u64, op: &Op<T>| {
            op.uses.iter().all(|(table, how)| {
                let queue = self.tables.get(table).into_iter().flatten();
                let mut before = queue.take_while(|(other, _)| *other != id);
                match how {
                    Use::Alone => before.next().is_none(),
                    Use::Shared => before.all(|(_, how)| *how == Use::Shared),
                }
            })
        };
        let mut ready = self.ops.iter().filter(|(id, op)| op.payload.is_some() && free(**id, op));
        let id = *ready.find(|(_, op)| op.payload.as_ref().is_some_and(&mut may))?.0;
        let payload = self.ops.get_mut(&id)?.payload.take()?;
        self.running += 1;
        Some((id, payload))
    }

    /// Takes back an operation that was started, and not begun: it waits again in its place.
    pub(crate) fn give_back(&mut self, id: u64, payload: T) {
        if let Some(op) = self.ops.get_mut(&id) {
            op.payload = Some(payload);
            self.running -= 1;
        }
    }

    /// Ends an operation that was started.
    pub(crate) fn finish(&mut self, id: u64) {
        let Some(op) = self.ops.remove(&id) else { return };
        self.running -= 1;
        for (table, _) in &op.uses {
            if let Some(queue) = self.tables.get_mut(table) {
                queue.retain(|(other, _)| *other != id);
                if queue.is_empty() {
                    self.tables.remove(table);
                }
            }
        }
    }

    /// Operations that wait or run.
    pub(crate) fn len(&self) -> usize {
        self.ops.len()
    }

    /// Nothing waits or runs.
    pub(crate) fn is_idle(&self) -> bool {
        self.ops.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl<T> Schedule<T> {
        fn start(&mut self) -> Option<(u64, T)> {
            self.start_if(|_| true)
        }
    }

    fn table(name: &str) -> Arc<TableName> {
        Arc::new(TableName { database: "d".into(), table: name.into() })
    }

    #[test]
    fn shared_uses_overlap_and_lone_ones_wait() {
        let (a, b) = (table("a"), table("b"));
        let mut s = Schedule::default();
        s.push("create a", vec![(a.clone(), Use::Alone)]);
        s.push("rows a1", vec![(a.clone(), Use::Shared)]);
        s.push("rows a2", vec![(a.clone(), Use::Shared)]);
        s.push("index a", vec![(a.clone(), Use::Alone)]);
        s.push("create b", vec![(b.clone(), Use::Alone)]);
        s.push("link b to a", vec![(b.clone(), Use::Alone), (a.clone(), Use::Alone)]);
        s.push("rows a3", vec![(a, Use::Shared)]);
        let mut started = Vec::new();
        while let Some((id, what)) = s.start() {
            started.push((id, what));
        }
        assert_eq!(started, [(0, "create a"), (4, "create b")]);
        s.finish(0);
        assert_eq!(s.start().unwrap().1, "rows a1");
        assert_eq!(s.start().unwrap().1, "rows a2");
        assert!(s.start().is_none());
        s.finish(1);
        assert!(s.start().is_none());
        s.finish(2);
        assert_eq!(s.start().unwrap().1, "index a");
        s.finish(3);
        assert!(s.start().is_none());
        s.finish(4);
        assert_eq!(s.start().unwrap().1, "link b to a");
        assert!(s.start().is_none());
        s.finish(5);
        assert_eq!(s.start().unwrap().1, "rows a3");
        s.finish(6);
        assert!(s.is_idle());
    }

    #[test]
    fn what_may_not_start_is_passed_over_and_keeps_its_place() {
        let (a, b) = (table("a"), table("b"));
        let mut s = Schedule::default();
        s.push("rows a", vec![(a.clone(), Use::Shared)]);
        s.push("index a", vec![(a, Use::Alone)]);
        s.push("index b", vec![(b, Use::Alone)]);
        let no_rows = |what: &&str| !what.starts_with("rows");
        assert_eq!(s.start_if(no_rows).unwrap().1, "index b");
        assert!(s.start_if(no_rows).is_none());
        assert_eq!(s.start().unwrap().1, "rows a");
    }

    #[test]
    fn what_is_given_back_keeps_its_place() {
        let a = table("a");
        let mut s = Schedule::default();
        s.push("rows 1", vec![(a.clone(), Use::Shared)]);
        s.push("rows 2", vec![(a.clone(), Use::Shared)]);
        s.push("index", vec![(a, Use::Alone)]);
        let (id, work) = s.start().unwrap();
        s.start();
        s.give_back(id, work);
        s.finish(1);
        assert_eq!(s.start().unwrap(), (0, "rows 1"));
        assert!(s.start().is_none());
        s.finish(0);
        assert_eq!(s.start().unwrap(), (2, "index"));
    }
}
