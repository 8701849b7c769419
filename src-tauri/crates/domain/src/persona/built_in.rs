//! The personas that every project has from the start. A project's own of the same name stands in their place.

use super::{Persona, THRESHOLD, Weights};
use crate::run::Role;

/// Name, role, what it is for in a line, and its instructions.
type Shipped = (&'static str, Role, &'static str, &'static str);

macro_rules! shipped {
    ($($name:literal, $role:ident, $description:literal;)+) => {
        &[$(($name, Role::$role, $description, include_str!(concat!("../../personas/", $name, ".md")))),+]
    };
}

/// The first of a role is the one that a step of that role gets.
const SHIPPED: &[Shipped] = shipped! {
    "designer", Designer, "Reads the code, makes the change and shows that it works";
    "checker", Checker, "Passes a change only if a maintainer would merge it as it is";
    "evaluator", Evaluator, "Scores a change from 0 to 100 in five dimensions, with fixed anchors";
    "investigator", Investigator, "Reproduces a problem and traces it to its cause, file by file";
    "planner", Planner, "Plans a change step by step: files, order, tests and risks";
    "prompter", Prompter, "Turns a task into one a designer can do well, with facts from the code";
    "deep_dive", DeepDive, "Studies one question or area thoroughly and hands on a report";
    "optimizer", Optimizer, "Makes a working change simpler or faster, measured, with the same behaviour";
    "reviewer", Reviewer, "Tells those who take a change over what to know, and gates nothing";
    "judge", Judge, "Builds and tests the candidates of a race and chooses the winner";
    "merge_agent", MergeAgent, "Resolves conflicts of a branch with its base and keeps both intents";
    "bug_fixer", Designer, "Reproduces a defect with a failing test, then mends its cause";
    "test_writer", Designer, "Writes the missing tests and sees each one fail for the right reason";
    "documenter", Designer, "Writes documentation from the code as it is, with every example run";
    "security_checker", Checker, "Checks whether a change can be abused or opens what was safe before";
};

fn persona(&(name, kind, description, instructions): &Shipped) -> Persona {
    let scores = kind == Role::Evaluator;
    Persona {
        name: name.to_owned(),
        kind,
        description: description.to_owned(),
        instructions: instructions.to_owned(),
        tool: None,
        model: None,
        effort: None,
        include_learnings: true,
        weights: scores.then(Weights::default),
        threshold: scores.then_some(THRESHOLD),
        enabled: true,
        version: 0,
    }
}

/// All of them, those that steps get by their role first.
pub fn all() -> Vec<Persona> {
    SHIPPED.iter().map(persona).collect()
}

/// The one of this name.
pub fn find(name: &str) -> Option<Persona> {
    SHIPPED.iter().find(|shipped| shipped.0 == name).map(persona)
}

/// The one that a step gets which names only its role.
pub fn of_role(role: Role) -> Option<Persona> {
    SHIPPED.iter().find(|shipped| shipped.1 == role).map(persona)
}
