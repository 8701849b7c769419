//! Workflows: trees of steps, loops and races, and the one rule of what comes after a step (SPEC 8).
//!
//! A [`Place`] says where in the tree a step of a run stands; [`after`] is a total function from a place and what came
//! of its step to what is to be done next. Nothing here knows agents, sandboxes or rows.

use crate::run::{Role, TIMEOUT_MS};
use serde::{Deserialize, Serialize};

pub mod built_in;
mod describe;
pub mod file;
mod place;
pub mod plan;
mod sandbox;
mod walk;

pub use describe::{Used, step_title, summary, uses};
pub use place::{Frame, Inside, NotAPlace, Place};
pub use plan::{Plan, PlanFault, PlannedStep};
pub use sandbox::SandboxDefaults;
pub use walk::{Failure, Next, Verdict, after, after_race, begin, once_more, step_at};

/// How often a loop may go round (SPEC 8).
pub const ITERATIONS: std::ops::RangeInclusive<u32> = 1..=20;
/// How many variants a race has (SPEC 8).
pub const VARIANTS: std::ops::RangeInclusive<usize> = 2..=8;
/// The most steps that a definition names.
pub const STEPS_MAX: usize = 50;
/// The deepest nesting of loops and races.
pub const DEPTH_MAX: usize = 4;
/// The most characters of a description.
pub const DESCRIPTION_MAX: usize = 200;
/// The most bytes of a step's own instructions.
pub const INSTRUCTIONS_MAX_BYTES: usize = 32 * 1024;

crate::words! {
    /// The four shapes of a workflow, each with an editor of its own (SPEC 8).
    pub enum WorkflowType {
        SingleDesigner = "single_designer",
        DesignerChecker = "designer_checker",
        CustomPipeline = "custom_pipeline",
        PersonaPipeline = "persona_pipeline",
    }
}

/// What a workflow does: its nodes, one after the other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    pub nodes: Vec<Node>,
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Node {
    Step(StepNode),
    Loop(LoopNode),
    Race(RaceNode),
}

/// One agent's turn: a role, or a persona that has one; what is absent comes from the persona, then from the run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StepNode {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The name of a persona.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persona: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effort: Option<String>,
    /// Said to the agent in addition to its persona's instructions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
    /// How long the step may take, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<i64>,
    /// The tool that goes on where the step's own has no quota left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback: Option<String>,
}

/// Nodes that are gone through again until every checker among them passes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoopNode {
    pub nodes: Vec<Node>,
    pub max_iterations: u32,
}

/// The same nodes under several variants, side by side; a judge chooses one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RaceNode {
    pub nodes: Vec<Node>,
    pub variants: Vec<Variant>,
    /// Absent: the built-in judge.
    #[serde(default = "judge")]
    pub judge: StepNode,
}

/// What a variant of a race changes for each of its steps; one that changes nothing is one more try.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Variant {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effort: Option<String>,
    /// A persona for the steps that make the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persona: Option<String>,
}

fn judge() -> StepNode {
    StepNode::of(Role::Judge)
}

impl StepNode {
    /// A step of this role, with everything else left to the persona and the run.
    pub fn of(role: Role) -> Self {
        Self { role: Some(role), ..Self::default() }
    }

    /// A step of this persona.
    pub fn of_persona(name: &str) -> Self {
        Self { persona: Some(name.to_owned()), ..Self::default() }
    }
}

impl Role {
    /// Whether what it changes in the workspace is kept (SPEC 8); the others only look.
    pub const fn makes_changes(self) -> bool {
        matches!(self, Self::Designer | Self::Optimizer | Self::MergeAgent | Self::Custom)
    }

    /// Whether its verdict decides if the run goes on.
    pub const fn gates(self) -> bool {
        matches!(self, Self::Checker)
    }
}

/// What is wrong with a workflow, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct WorkflowFault {
    /// The place in the definition: `nodes[1].nodes[0]`.
    pub place: String,
    pub problem: String,
}

/// Checks a definition; every fault is told. `role_of` answers the role of a persona, `None` when there is none of that name.
pub fn check(
    kind: WorkflowType,
    definition: &Definition,
    role_of: &dyn Fn(&str) -> Option<Role>,
) -> Result<(), Vec<WorkflowFault>> {
    let mut checking =
        Checking { role_of, personas_only: kind == WorkflowType::PersonaPipeline, ..Checking::new(role_of) };
    if definition.nodes.is_empty() {
        checking.tell("nodes", "a workflow needs a step");
    }
    checking.list(&definition.nodes, "nodes", 1, false);
    if checking.steps > STEPS_MAX {
        checking.tell("nodes", &format!("at most {STEPS_MAX} steps fit, these are {}", checking.steps));
    }
    if checking.faults.is_empty() && !fits(kind, &definition.nodes, &checking) {
        let wanted = match kind {
            WorkflowType::SingleDesigner => "a single designer is one step of the role designer",
            _ => "designer & checker is one loop of a designer and a checker",
        };
        checking.tell("nodes", wanted);
    }
    if checking.faults.is_empty() { Ok(()) } else { Err(checking.faults) }
}

fn fits(kind: WorkflowType, nodes: &[Node], checking: &Checking<'_>) -> bool {
    let is = |node: &Node, role: Role| matches!(node, Node::Step(step) if checking.role(step) == Some(role));
    match (kind, nodes) {
        (WorkflowType::SingleDesigner, [only]) => is(only, Role::Designer),
        (WorkflowType::DesignerChecker, [Node::Loop(inner)]) => {
            matches!(inner.nodes.as_slice(), [first, second] if is(first, Role::Designer) && is(second, Role::Checker))
        }
        (WorkflowType::SingleDesigner | WorkflowType::DesignerChecker, _) => false,
        (WorkflowType::CustomPipeline | WorkflowType::PersonaPipeline, _) => true,
    }
}

struct Checking<'a> {
    role_of: &'a dyn Fn(&str) -> Option<Role>,
    personas_only: bool,
    steps: usize,
    /// Whether a step before has made something that can be looked at.
    made: bool,
    faults: Vec<WorkflowFault>,
}

impl<'a> Checking<'a> {
    fn new(role_of: &'a dyn Fn(&str) -> Option<Role>) -> Self {
        Self { role_of, personas_only: false, steps: 0, made: false, faults: Vec::new() }
    }

    fn tell(&mut self, place: &str, problem: &str) {
        self.faults.push(WorkflowFault { place: place.to_owned(), problem: problem.to_owned() });
    }

    fn role(&self, step: &StepNode) -> Option<Role> {
        match &step.persona {
            Some(name) => (self.role_of)(name),
            None => step.role,
        }
    }

    fn list(&mut self, nodes: &[Node], place: &str, depth: usize, in_race: bool) {
        for (at, node) in nodes.iter().enumerate() {
            let place = format!("{place}[{at}]");
            match node {
                Node::Step(step) => self.step(step, &place, false),
                Node::Loop(_) | Node::Race(_) if depth >= DEPTH_MAX => {
                    self.tell(&place, &format!("loops and races go {DEPTH_MAX} deep at most"));
                }
                Node::Loop(inner) => self.loop_(inner, &place, depth, in_race),
                Node::Race(_) if in_race => self.tell(&place, "a race cannot hold another race"),
                Node::Race(inner) => self.race(inner, &place, depth),
            }
        }
    }

    fn loop_(&mut self, inner: &LoopNode, place: &str, depth: usize, in_race: bool) {
        if !ITERATIONS.contains(&inner.max_iterations) {
            let (least, most) = (ITERATIONS.start(), ITERATIONS.end());
            self.tell(place, &format!("max_iterations must be {least} to {most}"));
        }
        let own = |wanted: fn(Role) -> bool| {
            inner
                .nodes
                .iter()
                .any(|node| matches!(node, Node::Step(step) if self.role(step).is_some_and(wanted)))
        };
        let (gated, nested) =
            (own(Role::gates), inner.nodes.iter().any(|node| !matches!(node, Node::Step(_))));
        let makes = own(Role::makes_changes) || nested;
        if !gated {
            self.tell(place, "a loop needs a checker of its own: nothing would end it otherwise");
        }
        if !makes {
            self.tell(
                place,
                "a loop needs a step that makes changes: checking the same again ends nowhere else",
            );
        }
        self.list(&inner.nodes, &format!("{place}.nodes"), depth + 1, in_race);
    }

    fn race(&mut self, race: &RaceNode, place: &str, depth: usize) {
        if !VARIANTS.contains(&race.variants.len()) {
            let (least, most) = (VARIANTS.start(), VARIANTS.end());
            self.tell(place, &format!("a race has {least} to {most} variants"));
        }
        if race.nodes.is_empty() {
            self.tell(place, "a race needs a step");
        }
        for (at, variant) in race.variants.iter().enumerate() {
            let place = format!("{place}.variants[{at}]");
            self.settings(&place, [&variant.tool, &variant.model, &variant.effort]);
            if let Some(name) = &variant.persona {
                match (self.role_of)(name) {
                    None => self.tell(&place, &format!("there is no persona '{name}'")),
                    Some(role) if !role.makes_changes() => {
                        self.tell(
                            &place,
                            &format!("'{name}' is a {role}: a variant's persona makes the change"),
                        );
                    }
                    Some(_) => {}
                }
            }
        }
        self.list(&race.nodes, &format!("{place}.nodes"), depth + 1, true);
        self.step(&race.judge, &format!("{place}.judge"), true);
    }

    fn settings<const N: usize>(&mut self, place: &str, settings: [&Option<String>; N]) {
        if settings.into_iter().flatten().any(|setting| !is_setting(setting)) {
            self.tell(place, SETTING_RULE);
        }
    }

    fn step(&mut self, step: &StepNode, place: &str, judges: bool) {
        self.steps += 1;
        match (&step.role, &step.persona) {
            (None, None) => self.tell(place, "a step needs a role or a persona"),
            (Some(_), Some(_)) => self.tell(place, "a step has a role or a persona, not both"),
            (None, Some(name)) if (self.role_of)(name).is_none() => {
                self.tell(place, &format!("there is no persona '{name}'"));
            }
            (Some(_), None) if self.personas_only => {
                self.tell(place, "each step of a persona pipeline names a persona");
            }
            _ => {}
        }
        self.settings(place, [&step.tool, &step.model, &step.effort, &step.fallback]);
        if step.timeout_ms.is_some_and(|time| !TIMEOUT_MS.contains(&time)) {
            self.tell(place, "timeout_ms must be 60,000 (1 minute) to 14,400,000 (4 hours)");
        }
        let instructions = step.instructions.as_deref().unwrap_or_default();
        if instructions.len() > INSTRUCTIONS_MAX_BYTES {
            self.tell(place, &format!("instructions may have {INSTRUCTIONS_MAX_BYTES} bytes"));
        }
        let Some(role) = self.role(step) else { return };
        match role {
            Role::Judge if !judges => {
                self.tell(place, "a judge chooses between candidates: it belongs to a race");
            }
            _ if judges && role != Role::Judge => {
                self.tell(place, &format!("a race is decided by a judge, not by a {role}"));
            }
            Role::Custom if step.persona.is_none() && instructions.trim().is_empty() => {
                self.tell(place, "a custom step needs instructions or a persona");
            }
            Role::Checker | Role::Evaluator if !self.made => {
                self.tell(place, &format!("nothing has been made yet that a {role} could look at"));
            }
            _ => self.made |= role.makes_changes(),
        }
    }
}

/// What tools, models and efforts are named by; they become arguments of programs.
pub(crate) const SETTING_RULE: &str =
    "a tool, model or effort is named by 1 to 100 characters without spaces, the first no '-'";

/// Whether a text may name a tool, a model or an effort.
pub(crate) fn is_setting(text: &str) -> bool {
    (1..=100).contains(&text.len())
        && !text.starts_with('-')
        && !text.chars().any(char::is_whitespace)
        && !crate::text::has_hidden_characters(text)
}

/// A workflow's or persona's name as people read it: `designer_checker` is "Designer checker".
pub fn title(name: &str) -> String {
    let words = name.replace(['_', '-'], " ");
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Whether a text may name a workflow or a persona: 1 to 60 of `a–z`, `0–9`, `_` and `-`, beginning with a letter.
pub fn is_name(text: &str) -> bool {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
    (1..=60).contains(&text.len())
        && text.chars().all(legal)
        && text.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Whether a text describes a workflow or persona in a line: at most 200 characters that show.
pub fn is_description(text: &str) -> bool {
    text.chars().count() <= DESCRIPTION_MAX && !crate::text::has_hidden_characters(text)
}

#[cfg(test)]
mod tests;
