//! What comes after a step: the interpreter of the tree.

use super::place::{Frame, Inside, Place};
use super::{Definition, Node, StepNode};

/// What came of a step, as far as the way on depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It did its work; a checker passed.
    Done,
    /// A checker did not pass.
    Refused,
    /// Its agent failed.
    Broken,
}

/// Why the way ends early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// An agent failed.
    Broken,
    /// A checker outside of loops did not pass.
    Refused,
    /// A loop's checker had not passed when its iterations were used up.
    Limit { iterations: u32 },
    /// No candidate of a race came to its end.
    NoCandidate,
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// These steps: one, or where a race begins the first of each candidate.
    Steps(Vec<Place>),
    /// A candidate came to its end, well or not; `race` is the place of its judge. The others may still be at work.
    Candidate {
        race: Place,
        variant: usize,
        failure: Option<Failure>,
    },
    /// The workflow is done.
    Done,
    Failed(Failure),
}

/// The first steps.
pub fn begin(definition: &Definition) -> Next {
    match first(&definition.nodes, &[]) {
        Some(places) => Next::Steps(places),
        None => Next::Done,
    }
}

/// What comes after the step at a place.
///
/// A checker that refuses ends its loop's iteration at once; outside of loops it ends the run. A place that is not in
/// the tree is answered as the end.
pub fn after(definition: &Definition, place: &Place, verdict: Verdict) -> Next {
    let mut way = place.0.clone();
    let mut signal = match verdict {
        Verdict::Done => Ok(()),
        Verdict::Refused => Err(Failure::Refused),
        Verdict::Broken => Err(Failure::Broken),
    };
    while let Some(frame) = way.pop() {
        match (frame.inside, signal) {
            (Inside::Variant(variant), signal) => {
                way.push(Frame { node: frame.node, inside: Inside::Judge });
                return Next::Candidate { race: Place(way), variant, failure: signal.err() };
            }
            (Inside::Iteration(iteration), Err(Failure::Refused)) => {
                let Some(Node::Loop(inner)) = list_at(&definition.nodes, &way).get(frame.node) else { break };
                if iteration >= inner.max_iterations {
                    signal = Err(Failure::Limit { iterations: iteration });
                    continue;
                }
                way.push(Frame { node: frame.node, inside: Inside::Iteration(iteration + 1) });
                if let Some(places) = first(&inner.nodes, &way) {
                    return Next::Steps(places);
                }
                break;
            }
            (_, Err(_)) => {}
            (_, Ok(())) => {
                let following = list_at(&definition.nodes, &way).get(frame.node + 1..).unwrap_or_default();
                if let Some(places) = first_from(following, &way, frame.node + 1) {
                    return Next::Steps(places);
                }
            }
        }
    }
    signal.map_or_else(Next::Failed, |()| Next::Done)
}

/// What comes once every candidate of a race has ended: its judge, unless nobody is left to be judged.
pub fn after_race(definition: &Definition, race: &Place, candidates_left: usize) -> Next {
    match candidates_left {
        0 => match after(definition, race, Verdict::Broken) {
            Next::Failed(_) => Next::Failed(Failure::NoCandidate),
            other => other,
        },
        _ => Next::Steps(vec![race.clone()]),
    }
}

/// The first steps of one more iteration of the loop around a place, beyond its limit; `None` outside of loops.
pub fn once_more(definition: &Definition, place: &Place) -> Option<Vec<Place>> {
    let at = place.0.iter().rposition(|frame| matches!(frame.inside, Inside::Iteration(_)))?;
    let Inside::Iteration(iteration) = place.0[at].inside else { return None };
    let Some(Node::Loop(inner)) = list_at(&definition.nodes, &place.0[..at]).get(place.0[at].node) else {
        return None;
    };
    let mut way = place.0[..at].to_vec();
    way.push(Frame { node: place.0[at].node, inside: Inside::Iteration(iteration + 1) });
    first(&inner.nodes, &way)
}

/// The step at a place, and the variant of the race that it runs in.
pub fn step_at<'a>(
    definition: &'a Definition,
    place: &Place,
) -> Option<(&'a StepNode, Option<&'a super::Variant>)> {
    let (last, way) = place.0.split_last()?;
    let node = list_at(&definition.nodes, way).get(last.node)?;
    let variant = || {
        way.iter().enumerate().find_map(|(at, frame)| match frame.inside {
            Inside::Variant(variant) => match list_at(&definition.nodes, &way[..at]).get(frame.node)? {
                Node::Race(race) => race.variants.get(variant),
                _ => None,
            },
            _ => None,
        })
    };
    match (node, last.inside) {
        (Node::Step(step), Inside::Step) => Some((step, variant())),
        (Node::Race(race), Inside::Judge) => Some((&race.judge, None)),
        _ => None,
    }
}

/// The first steps of a list that has any.
fn first(nodes: &[Node], way: &[Frame]) -> Option<Vec<Place>> {
    first_from(nodes, way, 0)
}

/// As [`first`], of the end of a list whose first node is the `offset`th.
fn first_from(nodes: &[Node], way: &[Frame], offset: usize) -> Option<Vec<Place>> {
    nodes.iter().enumerate().find_map(|(at, node)| {
        let below = |inside: Inside| {
            let mut below = way.to_vec();
            below.push(Frame { node: offset + at, inside });
            below
        };
        match node {
            Node::Step(_) => Some(vec![Place(below(Inside::Step))]),
            Node::Loop(inner) => first(&inner.nodes, &below(Inside::Iteration(1))),
            Node::Race(race) => {
                let of = |variant| first(&race.nodes, &below(Inside::Variant(variant)));
                let places: Vec<_> = (0..race.variants.len()).filter_map(of).flatten().collect();
                (!places.is_empty()).then_some(places)
            }
        }
    })
}

/// The list of nodes that a way leads to.
fn list_at<'a>(nodes: &'a [Node], way: &[Frame]) -> &'a [Node] {
    way.iter().fold(nodes, |nodes, frame| match nodes.get(frame.node) {
        Some(Node::Loop(inner)) => &inner.nodes,
        Some(Node::Race(race)) => &race.nodes,
        _ => &[],
    })
}
