//! What a workflow is in words, and which personas it uses.

use super::{Definition, Node, StepNode, title};
use crate::persona::built_in;

/// A persona that a workflow uses, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// The place in the definition: `nodes[1].nodes[0]`.
    pub place: String,
    pub persona: String,
    /// Whether the workflow names it; otherwise it is the one that steps of its role get.
    pub named: bool,
}

/// The personas that a workflow uses, in the order of its places.
pub fn uses(definition: &Definition) -> Vec<Used> {
    let mut found = Vec::new();
    list(&definition.nodes, "nodes", &mut found);
    found
}

/// The steps in a line: `Investigator → loop of 3 (Designer → Checker) → Evaluator`.
pub fn summary(definition: &Definition) -> String {
    chain(&definition.nodes)
}

/// What a step is called: its persona, else its role.
pub fn step_title(step: &StepNode) -> String {
    let name = step.persona.as_deref().or(step.role.map(crate::run::Role::as_str));
    title(name.unwrap_or("step"))
}

fn chain(nodes: &[Node]) -> String {
    let one = |node: &Node| match node {
        Node::Step(step) => step_title(step),
        Node::Loop(inner) => format!("loop of {} ({})", inner.max_iterations, chain(&inner.nodes)),
        Node::Race(race) => {
            let judge = step_title(&race.judge);
            format!("race of {} ({}) → {judge}", race.variants.len(), chain(&race.nodes))
        }
    };
    nodes.iter().map(one).collect::<Vec<_>>().join(" → ")
}

fn list(nodes: &[Node], place: &str, found: &mut Vec<Used>) {
    for (at, node) in nodes.iter().enumerate() {
        let place = format!("{place}[{at}]");
        match node {
            Node::Step(step) => found.extend(of_step(step, place)),
            Node::Loop(inner) => list(&inner.nodes, &format!("{place}.nodes"), found),
            Node::Race(race) => {
                for (at, variant) in race.variants.iter().enumerate() {
                    found.extend(variant.persona.clone().map(|persona| Used {
                        place: format!("{place}.variants[{at}]"),
                        persona,
                        named: true,
                    }));
                }
                list(&race.nodes, &format!("{place}.nodes"), found);
                found.extend(of_step(&race.judge, format!("{place}.judge")));
            }
        }
    }
}

fn of_step(step: &StepNode, place: String) -> Option<Used> {
    match &step.persona {
        Some(persona) => Some(Used { place, persona: persona.clone(), named: true }),
        None => Some(Used { place, persona: built_in::of_role(step.role?)?.name, named: false }),
    }
}

#[cfg(test)]
mod tests {
    use super::{summary, uses};
    use crate::workflow::built_in;

    #[test]
    fn a_workflow_is_told_in_a_line_with_the_personas_that_it_needs() {
        let of = |name: &str| built_in::find(name).expect("ships").definition;
        assert_eq!(summary(&of("thorough")), "Investigator → loop of 3 (Designer → Checker) → Evaluator");
        assert_eq!(summary(&of("best_of_three")), "race of 3 (Designer) → Judge");
        let used: Vec<_> = uses(&of("bug_fix")).into_iter().map(|u| (u.place, u.persona, u.named)).collect();
        let named = |place: &str, persona: &str| (place.to_owned(), persona.to_owned(), true);
        assert_eq!(
            used,
            [
                named("nodes[0]", "investigator"),
                named("nodes[1].nodes[0]", "bug_fixer"),
                named("nodes[1].nodes[1]", "checker")
            ]
        );
        let judged = uses(&of("best_of_three"));
        assert_eq!(
            judged.last().map(|used| (used.place.as_str(), used.named)),
            Some(("nodes[0].judge", false))
        );
    }
}
