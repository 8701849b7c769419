//! The workflows that every project has from the start. A project's own of the same name stands in their place.

use super::{Definition, LoopNode, Node, RaceNode, StepNode, Variant, WorkflowType};
use crate::run::Role;

/// A workflow that ships with Waybill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltIn {
    pub name: &'static str,
    pub kind: WorkflowType,
    /// What it is good for, in a line.
    pub description: &'static str,
    pub definition: Definition,
}

fn step(role: Role) -> Node {
    Node::Step(StepNode::of(role))
}

fn persona(name: &str) -> Node {
    Node::Step(StepNode::of_persona(name))
}

fn checked(nodes: Vec<Node>) -> Node {
    Node::Loop(LoopNode { nodes, max_iterations: 3 })
}

/// All of them, the simplest first.
pub fn all() -> Vec<BuiltIn> {
    let of = |name, kind, description, nodes| BuiltIn {
        name,
        kind,
        description,
        definition: Definition { nodes },
    };
    vec![
        of(
            "single_designer",
            WorkflowType::SingleDesigner,
            "One agent makes the change; you review it",
            vec![step(Role::Designer)],
        ),
        of(
            "designer_checker",
            WorkflowType::DesignerChecker,
            "A second agent checks the change and sends it back until it is right, three times at most",
            vec![checked(vec![step(Role::Designer), step(Role::Checker)])],
        ),
        of(
            "thorough",
            WorkflowType::CustomPipeline,
            "Investigated first, designed and checked in a loop, scored at the end",
            vec![
                step(Role::Investigator),
                checked(vec![step(Role::Designer), step(Role::Checker)]),
                step(Role::Evaluator),
            ],
        ),
        of(
            "best_of_three",
            WorkflowType::CustomPipeline,
            "Three tries side by side; a judge builds, tests and chooses one",
            vec![Node::Race(RaceNode {
                nodes: vec![step(Role::Designer)],
                variants: vec![Variant::default(); 3],
                judge: StepNode::of(Role::Judge),
            })],
        ),
        of(
            "bug_fix",
            WorkflowType::PersonaPipeline,
            "The cause is found, a failing test comes before the mending, a checker looks at both",
            vec![persona("investigator"), checked(vec![persona("bug_fixer"), persona("checker")])],
        ),
    ]
}

/// Their names, in the same order.
const NAMES: [&str; 5] = ["single_designer", "designer_checker", "thorough", "best_of_three", "bug_fix"];

/// Whether there is one of this name; lists ask it for each of their rows.
pub fn ships(name: &str) -> bool {
    NAMES.contains(&name)
}

/// The one of this name.
pub fn find(name: &str) -> Option<BuiltIn> {
    all().into_iter().find(|known| known.name == name)
}

#[cfg(test)]
mod tests {
    use super::{NAMES, all};

    #[test]
    fn the_names_are_those_of_what_ships() {
        assert_eq!(all().iter().map(|known| known.name).collect::<Vec<_>>(), NAMES);
    }
}
