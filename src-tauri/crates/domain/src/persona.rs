//! Personas: agents with a name, instructions and settings of their own (SPEC 8), and how quality is scored.

use crate::run::Role;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub mod built_in;

/// The five things that an evaluator scores, in the order of its contract.
pub const DIMENSIONS: [&str; 5] =
    ["correctness", "type_safety", "code_style", "test_coverage", "completeness"];

/// The composite score that a run must reach where the persona says nothing else.
pub const THRESHOLD: f64 = 70.0;

/// How much each dimension counts; only their proportions matter.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    pub correctness: f64,
    pub type_safety: f64,
    pub code_style: f64,
    pub test_coverage: f64,
    pub completeness: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self { correctness: 3.0, type_safety: 1.0, code_style: 1.0, test_coverage: 2.0, completeness: 3.0 }
    }
}

impl Weights {
    /// In the order of [`DIMENSIONS`].
    pub const fn all(&self) -> [f64; 5] {
        [self.correctness, self.type_safety, self.code_style, self.test_coverage, self.completeness]
    }

    /// Whether a mean can be made of them: none below 0, not all 0.
    pub fn are_usable(&self) -> bool {
        let all = self.all();
        all.iter().all(|weight| weight.is_finite() && (0.0..=1_000.0).contains(weight))
            && all.iter().sum::<f64>() > 0.0
    }

    /// The weighted mean of an evaluation's scores, 0–100 (SPEC 8); `None` when it is no evaluation.
    pub fn composite(&self, evaluation: &Value) -> Option<f64> {
        let mut sum = 0.0;
        for (name, weight) in DIMENSIONS.iter().zip(self.all()) {
            sum += evaluation.get(name)?.as_f64()? * weight;
        }
        Some(sum / self.all().iter().sum::<f64>())
    }
}

/// A persona's own part, as a run keeps it and a project edits it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Persona {
    /// As `workflow::is_name` allows.
    pub name: String,
    pub kind: Role,
    pub description: String,
    pub instructions: String,
    pub tool: Option<String>,
    pub model: Option<String>,
    pub effort: Option<String>,
    /// Whether the active learnings of its role are told to it.
    pub include_learnings: bool,
    /// An evaluator's; the others have none.
    pub weights: Option<Weights>,
    /// The composite score that an evaluator wants, 0–100.
    pub threshold: Option<f64>,
    pub enabled: bool,
    /// 0: as it ships; each saving counts one further.
    pub version: i64,
}

/// What a version of a persona holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    #[serde(rename = "type")]
    pub kind: Role,
    pub description: String,
    pub instructions: String,
    #[serde(default)]
    pub tool: Option<String>,
    #[serde(default)]
    pub model: Option<String>,
    #[serde(default)]
    pub effort: Option<String>,
    pub include_learnings: bool,
    #[serde(default)]
    pub weights: Option<Weights>,
    #[serde(default)]
    pub threshold: Option<f64>,
}

impl Content {
    /// The persona that has this content.
    pub fn named(self, name: String, enabled: bool, version: i64) -> Persona {
        let Self {
            kind,
            description,
            instructions,
            tool,
            model,
            effort,
            include_learnings,
            weights,
            threshold,
        } = self;
        Persona {
            name,
            kind,
            description,
            instructions,
            tool,
            model,
            effort,
            include_learnings,
            weights,
            threshold,
            enabled,
            version,
        }
    }
}

impl Persona {
    /// All of it but its name, its version and whether it is enabled.
    pub fn content(&self) -> Content {
        let persona = self.clone();
        Content {
            kind: persona.kind,
            description: persona.description,
            instructions: persona.instructions,
            tool: persona.tool,
            model: persona.model,
            effort: persona.effort,
            include_learnings: persona.include_learnings,
            weights: persona.weights,
            threshold: persona.threshold,
        }
    }
}

/// Refuses a persona that could not work, with what would.
pub fn check(persona: &Persona) -> Result<(), String> {
    use crate::workflow::{
        DESCRIPTION_MAX, INSTRUCTIONS_MAX_BYTES, SETTING_RULE, is_description, is_name, is_setting,
    };
    let refuse = |text: &str| Err(text.to_owned());
    if !is_name(&persona.name) {
        return refuse("a persona's name is 1 to 60 of a–z, 0–9, '_' and '-', beginning with a letter");
    }
    if !is_description(&persona.description) {
        return Err(format!("a description is one line of at most {DESCRIPTION_MAX} characters that show"));
    }
    if [&persona.tool, &persona.model, &persona.effort].into_iter().flatten().any(|text| !is_setting(text)) {
        return refuse(SETTING_RULE);
    }
    if let Some(shipped) = built_in::find(&persona.name).filter(|shipped| shipped.kind != persona.kind) {
        return Err(format!(
            "'{}' ships as a {}; steps rely on it, so give another role another name",
            persona.name, shipped.kind
        ));
    }
    if persona.instructions.trim().is_empty() {
        return refuse("a persona needs instructions: they are what it is");
    }
    if persona.instructions.len() > INSTRUCTIONS_MAX_BYTES {
        return Err(format!("a persona's instructions may have {INSTRUCTIONS_MAX_BYTES} bytes"));
    }
    if persona.kind != Role::Evaluator && (persona.weights.is_some() || persona.threshold.is_some()) {
        return refuse("only an evaluator has weights and a threshold");
    }
    if persona.weights.is_some_and(|weights| !weights.are_usable()) {
        return refuse("weights are 0 to 1,000, and at least one is above 0");
    }
    if persona.threshold.is_some_and(|threshold| !(0.0..=100.0).contains(&threshold)) {
        return refuse("a threshold is 0 to 100");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_score_is_the_weighted_mean() {
        let all = |score: f64| {
            json!({"correctness": score, "type_safety": score, "code_style": score, "test_coverage": score,
                "completeness": score, "summary": "x"})
        };
        assert_eq!(Weights::default().composite(&all(80.0)), Some(80.0), "the mean of equals is the same");
        let mut mixed = all(100.0);
        mixed["correctness"] = json!(0);
        assert_eq!(Weights::default().composite(&mixed), Some(70.0), "3 of 10 parts are missing");
        assert_eq!(
            Weights::default().composite(&json!({"correctness": 1})),
            None,
            "half an evaluation is none"
        );
    }

    #[test]
    fn what_ships_could_be_saved_again() {
        for persona in built_in::all() {
            assert_eq!(check(&persona), Ok(()), "{}", persona.name);
        }
        for role in Role::ALL.iter().filter(|role| **role != Role::Custom) {
            let found = built_in::of_role(*role).expect("every role has one");
            assert_eq!(found.kind, *role, "a step of the role {role} gets a persona of it");
        }
    }
}
