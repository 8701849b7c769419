//! The links that an import makes, each as soon as both of its issues are there: turned to the kinds that are kept,
//! without repeats, without links to nothing, and without circles of children.

use std::collections::{HashMap, HashSet};
use waybill_domain::ids::IssueId;
use waybill_domain::link::Relation;
use waybill_store::transfer::ArrivalLink;

/// How many issues may stand above one: deeper than anyone nests, and it bounds the search for circles.
const ABOVE_MAX: usize = 1_000;

/// The links of an import.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// Every issue that is there, by what it is called where it comes from.
    ids: HashMap<String, IssueId>,
    /// What came in with this import.
    new: HashSet<IssueId>,
    parents: HashMap<IssueId, Vec<IssueId>>,
    made: HashSet<(IssueId, Relation, IssueId)>,
    /// Links to what has not arrived yet, by its name.
    pending: HashMap<String, Vec<(IssueId, Relation)>>,
    ready: Vec<ArrivalLink>,
    /// How many would have closed a circle.
    pub circular: i64,
}

impl Links {
    /// Begins with the issues and the children that are there.
    pub fn new(ids: HashMap<String, IssueId>, children: Vec<(IssueId, IssueId)>) -> Self {
        let mut parents: HashMap<IssueId, Vec<IssueId>> = HashMap::new();
        for (child, parent) in children {
            parents.entry(child).or_default().push(parent);
        }
        Self { ids, parents, ..Self::default() }
    }

    /// The issue of that name.
    pub fn id(&self, name: &str) -> Option<&IssueId> {
        self.ids.get(name)
    }

    /// Whether an issue came in with this import.
    pub fn is_new(&self, id: &IssueId) -> bool {
        self.new.contains(id)
    }

    /// Takes in a new issue under its names.
    pub fn add(&mut self, id: &IssueId, names: impl IntoIterator<Item = String>) {
        self.new.insert(id.clone());
        for name in names {
            self.ids.entry(name).or_insert_with(|| id.clone());
        }
    }

    /// Takes the links that an issue names, and those that waited for it.
    pub fn link(&mut self, id: &IssueId, name: &str, links: Vec<(Relation, String)>) {
        for (relation, other) in links {
            match self.ids.get(&other).cloned() {
                Some(to) => self.settle(id.clone(), relation, to),
                None => self.pending.entry(other).or_default().push((id.clone(), relation)),
            }
        }
        for (from, relation) in self.pending.remove(name).unwrap_or_default() {
            self.settle(from, relation, id.clone());
        }
    }

    /// The links that can be made by now.
    pub fn ready(&mut self) -> Vec<ArrivalLink> {
        std::mem::take(&mut self.ready)
    }

    /// How many links named what never came.
    pub fn dangling(&self) -> usize {
        self.pending.values().map(Vec::len).sum()
    }

    /// A link between two issues that were there before is left as the person has it by now.
    fn settle(&mut self, from: IssueId, relation: Relation, to: IssueId) {
        if from == to || !(self.new.contains(&from) || self.new.contains(&to)) {
            return;
        }
        let (from, kind, to) =
            if relation.is_kept() { (from, relation, to) } else { (to, relation.inverse(), from) };
        let turned = kind == Relation::RelatesTo && to < from;
        let (from, to) = if turned { (to, from) } else { (from, to) };
        if !self.made.insert((from.clone(), kind, to.clone())) {
            return;
        }
        if kind == Relation::ChildOf {
            if self.stands_above(&from, &to) {
                self.circular += 1;
                return;
            }
            self.parents.entry(from.clone()).or_default().push(to.clone());
        }
        self.ready.push(ArrivalLink { from, to, kind });
    }

    /// Whether `child` is among what stands above `parent`, or too much stands there to tell.
    fn stands_above(&self, child: &IssueId, parent: &IssueId) -> bool {
        let mut above = vec![parent];
        let mut seen = HashSet::new();
        while let Some(next) = above.pop() {
            if next == child || seen.len() > ABOVE_MAX {
                return true;
            }
            if seen.insert(next) {
                above.extend(self.parents.get(next).into_iter().flatten());
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::Links;
    use std::collections::HashMap;
    use waybill_domain::ids::IssueId;
    use waybill_domain::link::Relation;

    #[test]
    fn circles_repeats_and_links_to_nothing_are_left_out() {
        let mut links = Links::default();
        let named = |list: &[(Relation, &str)]| list.iter().map(|(r, to)| (*r, (*to).to_owned())).collect();
        let wanted: [(&str, Vec<(Relation, String)>); 3] = [
            (
                "a",
                named(&[
                    (Relation::ChildOf, "b"),
                    (Relation::ParentOf, "b"),
                    (Relation::Blocks, "b"),
                    (Relation::RelatesTo, "b"),
                    (Relation::RelatesTo, "a"),
                    (Relation::BlockedBy, "nowhere"),
                ]),
            ),
            ("b", named(&[(Relation::ChildOf, "c"), (Relation::BlockedBy, "a"), (Relation::RelatesTo, "a")])),
            ("c", named(&[(Relation::ChildOf, "a")])),
        ];
        for (name, list) in wanted {
            let id = IssueId::generate();
            links.add(&id, [name.to_owned()]);
            links.link(&id, name, list);
        }
        let mut kinds: Vec<Relation> = links.ready().iter().map(|link| link.kind).collect();
        kinds.sort_unstable();
        let kept = [Relation::ChildOf, Relation::ChildOf, Relation::BlockedBy, Relation::RelatesTo];
        assert_eq!(kinds, kept, "each link is made once, in the kind that is kept");
        assert_eq!((links.circular, links.dangling()), (2, 1), "and what was left out is told");
    }

    #[test]
    fn a_link_that_the_person_removed_does_not_come_back() {
        let (a, b) = (IssueId::generate(), IssueId::generate());
        let ids = HashMap::from([("a".to_owned(), a.clone()), ("b".to_owned(), b)]);
        let mut links = Links::new(ids, Vec::new());
        links.link(&a, "a", vec![(Relation::Blocks, "b".to_owned())]);
        assert!(links.ready().is_empty(), "a second import changes nothing");
    }
}
