//! A workflow as a run keeps it: pinned with its version and the personas of its steps, so that later edits change
//! nothing of it and it can be told on paper what was run.

use super::{Definition, Node, Place, StepNode, WorkflowType, step_at, uses};
use crate::persona::{Persona, built_in};
use crate::run::Role;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a run does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The workflow's name and version.
    pub name: String,
    pub kind: WorkflowType,
    pub version: i64,
    pub definition: Definition,
    /// By name; a step that names only its role has the one that ships for it.
    pub personas: BTreeMap<String, Persona>,
}

/// A step of a plan with all that is settled about it.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedStep {
    pub role: Role,
    pub persona: Option<Persona>,
    /// None: the run's own.
    pub tool: Option<String>,
    pub model: Option<String>,
    pub effort: Option<String>,
    pub instructions: Option<String>,
    pub timeout_ms: Option<i64>,
    pub fallback: Option<String>,
}

/// Why a workflow cannot be run now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanFault {
    #[error(
        "the workflow '{workflow}' names the persona '{persona}', which is not there; choose another one in it"
    )]
    NoPersona { workflow: String, persona: String },
    #[error(
        "the workflow '{workflow}' needs the persona '{persona}', which is switched off; switch it on or choose another one"
    )]
    PersonaOff { workflow: String, persona: String },
}

impl Plan {
    /// Names every persona that a definition needs.
    pub fn personas_of(definition: &Definition) -> Vec<String> {
        let mut names: Vec<_> = uses(definition).into_iter().map(|used| used.persona).collect();
        names.sort();
        names.dedup();
        names
    }

    /// Pins the personas that were found for the names of [`Plan::personas_of`].
    pub fn pin(
        name: &str,
        kind: WorkflowType,
        version: i64,
        definition: Definition,
        found: Vec<Persona>,
    ) -> Result<Self, PlanFault> {
        let personas: BTreeMap<_, _> =
            found.into_iter().map(|persona| (persona.name.clone(), persona)).collect();
        for wanted in Self::personas_of(&definition) {
            let (workflow, persona) = (name.to_owned(), wanted.clone());
            match personas.get(&wanted) {
                None => return Err(PlanFault::NoPersona { workflow, persona }),
                Some(found) if !found.enabled => return Err(PlanFault::PersonaOff { workflow, persona }),
                Some(_) => {}
            }
        }
        Ok(Self { name: name.to_owned(), kind, version, definition, personas })
    }

    /// The step at a place.
    ///
    /// The more special wins: a race's variant, then the step, then its persona. A model and an effort belong to the
    /// tool that they were chosen with: what stands below the level that names a tool does not count.
    pub fn step(&self, place: &Place) -> Option<PlannedStep> {
        let (node, variant) = step_at(&self.definition, place)?;
        let own = self.personas.get(&persona_of(node)?);
        let role = own.map_or(node.role, |persona| Some(persona.kind))?;
        let other = variant.filter(|_| role.makes_changes()).and_then(|variant| variant.persona.as_ref());
        let persona = other.and_then(|name| self.personas.get(name)).or(own);
        let levels = [
            variant.map(|variant| [&variant.tool, &variant.model, &variant.effort]),
            Some([&node.tool, &node.model, &node.effort]),
            persona.map(|persona| [&persona.tool, &persona.model, &persona.effort]),
        ];
        let (mut tool, mut model, mut effort) = (None, None, None);
        for [named_tool, named_model, named_effort] in levels.into_iter().flatten() {
            model = model.or_else(|| named_model.clone());
            effort = effort.or_else(|| named_effort.clone());
            tool.clone_from(named_tool);
            if tool.is_some() {
                break;
            }
        }
        Some(PlannedStep {
            role: persona.map_or(role, |persona| persona.kind),
            persona: persona.cloned(),
            tool,
            model,
            effort,
            instructions: node.instructions.clone().filter(|text| !text.trim().is_empty()),
            timeout_ms: node.timeout_ms,
            fallback: node.fallback.clone(),
        })
    }

    /// Names every tool that its steps choose.
    pub fn tools(&self) -> Vec<String> {
        let mut tools: Vec<_> = self.personas.values().filter_map(|persona| persona.tool.clone()).collect();
        let mut visit = |step: &StepNode| {
            tools.extend(step.tool.clone());
            tools.extend(step.fallback.clone());
        };
        each_step(&self.definition.nodes, &mut visit);
        each_race(&self.definition.nodes, &mut |race| {
            tools.extend(race.variants.iter().filter_map(|variant| variant.tool.clone()));
        });
        tools.sort();
        tools.dedup();
        tools
    }
}

/// The persona that a step gets: the one it names, or the one that ships for its role.
fn persona_of(step: &StepNode) -> Option<String> {
    match (&step.persona, step.role) {
        (Some(name), _) => Some(name.clone()),
        // A custom step may be all instructions of its own.
        (None, Some(Role::Custom)) => Some(String::new()),
        (None, Some(role)) => built_in::of_role(role).map(|persona| persona.name),
        (None, None) => None,
    }
}

fn each_step(nodes: &[Node], visit: &mut impl FnMut(&StepNode)) {
    for node in nodes {
        match node {
            Node::Step(step) => visit(step),
            Node::Loop(inner) => each_step(&inner.nodes, visit),
            Node::Race(race) => {
                each_step(&race.nodes, visit);
                visit(&race.judge);
            }
        }
    }
}

fn each_race(nodes: &[Node], visit: &mut impl FnMut(&super::RaceNode)) {
    for node in nodes {
        match node {
            Node::Step(_) => {}
            Node::Loop(inner) => each_race(&inner.nodes, visit),
            Node::Race(race) => visit(race),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(json: &str) -> Result<Plan, PlanFault> {
        let definition: Definition = serde_json::from_str(json).expect("is a definition");
        let found = Plan::personas_of(&definition).iter().filter_map(|name| built_in::find(name)).collect();
        Plan::pin("mine", WorkflowType::CustomPipeline, 1, definition, found)
    }

    fn step(plan: &Plan, place: &str) -> PlannedStep {
        plan.step(&place.parse().expect("a place")).expect("a step")
    }

    #[test]
    fn a_model_is_never_handed_to_a_tool_that_it_was_not_chosen_for() {
        let plan = plan(
            r#"{"nodes": [{"kind": "step", "role": "designer", "model": "opus"},
                {"kind": "race", "nodes": [{"kind": "step", "role": "designer", "tool": "claude", "model": "opus"},
                                           {"kind": "step", "persona": "checker"}],
                 "variants": [{"tool": "codex"}, {"effort": "high"}, {"persona": "bug_fixer"}]}]}"#,
        )
        .expect("is planned");
        let told = |place: &str| {
            let step = step(&plan, place);
            (step.tool, step.model, step.effort)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(told("0"), (None, some("opus"), None), "the run's tool with the step's model");
        assert_eq!(
            told("1@0/0"),
            (some("codex"), None, None),
            "the step's model was chosen for its own tool"
        );
        assert_eq!(told("1@1/0"), (some("claude"), some("opus"), some("high")));
        assert_eq!(step(&plan, "1@2/0").persona.map(|persona| persona.name), some("bug_fixer"));
        assert_eq!(
            step(&plan, "1@2/1").role,
            Role::Checker,
            "a variant's persona is for who makes the change"
        );
        assert_eq!(step(&plan, "1!").role, Role::Judge);
        assert_eq!(plan.tools(), ["claude", "codex"]);
    }

    #[test]
    fn a_persona_that_is_missing_or_off_is_named() {
        let missing = plan(r#"{"nodes": [{"kind": "step", "persona": "nobody"}]}"#);
        assert!(missing.expect_err("is refused").to_string().contains("'nobody'"));
        let off = Persona { enabled: false, ..built_in::find("designer").expect("ships") };
        let definition = Definition { nodes: vec![Node::Step(StepNode::of(Role::Designer))] };
        let refused = Plan::pin("mine", WorkflowType::SingleDesigner, 1, definition, vec![off]);
        assert!(refused.expect_err("is refused").to_string().contains("switched off"));
    }

    #[test]
    fn a_custom_step_of_its_own_instructions_needs_no_persona() {
        let plan = plan(r#"{"nodes": [{"kind": "step", "role": "custom", "instructions": "Translate."}]}"#);
        let step = step(&plan.expect("is planned"), "0");
        assert_eq!((step.role, step.persona), (Role::Custom, None));
        assert_eq!(step.instructions.as_deref(), Some("Translate."));
    }
}
