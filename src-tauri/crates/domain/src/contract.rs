//! Output contracts: the data that some roles must answer with, and how an answer is checked (SPEC 6).
//!
//! One table of shapes serves both sides: the JSON Schema that an agent is told, and the check of what it hands in.

use crate::run::Role;
use serde_json::{Map, Value, json};

/// The most bytes of an answer.
pub const ANSWER_MAX_BYTES: usize = 1024 * 1024;

crate::words! {
    /// What an answer is an answer to.
    pub enum Contract {
        Review = "review",
        Evaluation = "evaluation",
        Judgement = "judgement",
        Discovery = "discovery",
        Solutions = "solutions",
        Sprints = "sprints",
        Answers = "answers",
        Learnings = "learnings",
        Prompt = "prompt",
    }
}

/// The shape of a value.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Text,
    Boolean,
    /// A number between the two, both included.
    Number(f64, f64),
    /// A whole number from the one on.
    Count(i64),
    /// One of these words.
    Word(&'static [&'static str]),
    List(&'static Shape),
    Object(&'static [Member]),
}

/// A member of an object.
#[derive(Debug, Clone, Copy)]
struct Member {
    name: &'static str,
    shape: Shape,
    required: bool,
}

const fn must(name: &'static str, shape: Shape) -> Member {
    Member { name, shape, required: true }
}
const fn may(name: &'static str, shape: Shape) -> Member {
    Member { name, shape, required: false }
}

const TEXTS: Shape = Shape::List(&Shape::Text);
const CONFIDENCE: Shape = Shape::Number(0.0, 1.0);
const SCORE: Shape = Shape::Number(0.0, 100.0);

const FINDING: Shape = Shape::Object(&[
    may("file", Shape::Text),
    may("line", Shape::Count(1)),
    must("severity", Shape::Word(&["critical", "important", "minor"])),
    must("message", Shape::Text),
]);

const REVIEW: Shape = Shape::Object(&[
    must("pass", Shape::Boolean),
    must("feedback", Shape::Text),
    must("findings", Shape::List(&FINDING)),
]);

const EVALUATION: Shape = Shape::Object(&[
    must("correctness", SCORE),
    must("type_safety", SCORE),
    must("code_style", SCORE),
    must("test_coverage", SCORE),
    must("completeness", SCORE),
    must("summary", Shape::Text),
]);

const CANDIDATE: Shape = Shape::Object(&[
    must("candidate", Shape::Text),
    must("strengths", TEXTS),
    must("weaknesses", TEXTS),
    must("score", SCORE),
]);

const JUDGEMENT: Shape = Shape::Object(&[
    must("winner", Shape::Text),
    must("rationale", Shape::Text),
    must("comparison", Shape::List(&CANDIDATE)),
]);

const FOUND_ISSUE: Shape = Shape::Object(&[
    must("title", Shape::Text),
    must("body", Shape::Text),
    may("perspective", Shape::Text),
    may("priority", Shape::Word(&["low", "medium", "high", "critical"])),
    may("file", Shape::Text),
    may("line", Shape::Count(1)),
    may("snippet", Shape::Text),
    may("suggested_prompt", Shape::Text),
    must("confidence", CONFIDENCE),
]);

const DISCOVERY: Shape = Shape::Object(&[
    must("issues", Shape::List(&FOUND_ISSUE)),
    must("questions", TEXTS),
    must("assumptions", TEXTS),
]);

const TASK: Shape = Shape::Object(&[
    must("title", Shape::Text),
    may("description", Shape::Text),
    may("files", TEXTS),
    may("acceptance", TEXTS),
    may("depends_on", TEXTS),
]);

const SOLUTION: Shape = Shape::Object(&[
    must("approach", Shape::Text),
    may("description", Shape::Text),
    must("tasks", Shape::List(&TASK)),
    may("score", CONFIDENCE),
    may("risk", Shape::Word(&["low", "medium", "high"])),
]);

const SOLUTIONS: Shape = Shape::Object(&[must("solutions", Shape::List(&SOLUTION))]);

const SPRINT: Shape =
    Shape::Object(&[must("title", Shape::Text), must("prompt", Shape::Text), may("acceptance", TEXTS)]);

const SPRINTS: Shape = Shape::Object(&[must("sprints", Shape::List(&SPRINT))]);

const ANSWER: Shape = Shape::Object(&[
    must("question_id", Shape::Text),
    must("answer", Shape::Text),
    must("confidence", CONFIDENCE),
]);

const ANSWERS: Shape = Shape::Object(&[must("answers", Shape::List(&ANSWER))]);

const LEARNING: Shape = Shape::Object(&[
    must("description", Shape::Text),
    must("trigger", Shape::Text),
    must("correct_behavior", Shape::Text),
    must("severity", Shape::Word(&["critical", "important", "minor"])),
    must("category", Shape::Word(&["preference", "pattern", "gotcha", "tool", "architecture"])),
    must("confidence", CONFIDENCE),
]);

const LEARNINGS: Shape = Shape::Object(&[must("learnings", Shape::List(&LEARNING))]);

const PROMPT: Shape = Shape::Object(&[must("prompt", Shape::Text)]);

/// Where and how an answer departs from its contract.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {wanted}")]
pub struct ContractFault {
    /// The place in the answer: `findings[2].severity`.
    pub place: String,
    pub wanted: String,
}

impl Contract {
    /// What a role answers with; `None`: it answers with its work.
    pub const fn of_role(role: Role) -> Option<Self> {
        match role {
            Role::Checker | Role::Reviewer => Some(Self::Review),
            Role::Evaluator => Some(Self::Evaluation),
            Role::Judge => Some(Self::Judgement),
            Role::Prompter => Some(Self::Prompt),
            // What a planner plans depends on what it was started for.
            Role::Planner
            | Role::Designer
            | Role::Optimizer
            | Role::Investigator
            | Role::DeepDive
            | Role::MergeAgent
            | Role::Custom => None,
        }
    }

    const fn shape(self) -> &'static Shape {
        match self {
            Self::Review => &REVIEW,
            Self::Evaluation => &EVALUATION,
            Self::Judgement => &JUDGEMENT,
            Self::Discovery => &DISCOVERY,
            Self::Solutions => &SOLUTIONS,
            Self::Sprints => &SPRINTS,
            Self::Answers => &ANSWERS,
            Self::Learnings => &LEARNINGS,
            Self::Prompt => &PROMPT,
        }
    }

    /// The JSON Schema (draft 2020-12) of its answers.
    pub fn schema(self) -> Value {
        schema(self.shape())
    }

    /// Checks an answer; every fault is told, the first twenty.
    pub fn check(self, answer: &Value) -> Result<(), Vec<ContractFault>> {
        const TOLD: usize = 20;
        let size = answer.to_string().len();
        if size > ANSWER_MAX_BYTES {
            let wanted = format!("at most {ANSWER_MAX_BYTES} bytes fit, these are {size}");
            return Err(vec![ContractFault { place: "answer".to_owned(), wanted }]);
        }
        let mut faults = Vec::new();
        check(self.shape(), answer, "", &mut faults);
        faults.truncate(TOLD);
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

fn schema(shape: &Shape) -> Value {
    match shape {
        Shape::Text => json!({"type": "string", "minLength": 1}),
        Shape::Boolean => json!({"type": "boolean"}),
        Shape::Number(least, most) => json!({"type": "number", "minimum": least, "maximum": most}),
        Shape::Count(least) => json!({"type": "integer", "minimum": least}),
        Shape::Word(words) => json!({"type": "string", "enum": words}),
        Shape::List(item) => json!({"type": "array", "items": schema(item)}),
        Shape::Object(members) => {
            let properties: Map<String, Value> =
                members.iter().map(|member| (member.name.to_owned(), schema(&member.shape))).collect();
            let required: Vec<_> =
                members.iter().filter(|member| member.required).map(|member| member.name).collect();
            json!({
                "type": "object", "properties": properties, "required": required, "additionalProperties": false
            })
        }
    }
}

fn check(shape: &Shape, value: &Value, place: &str, faults: &mut Vec<ContractFault>) {
    let here = || if place.is_empty() { "answer".to_owned() } else { place.to_owned() };
    let mut tell = |wanted: String| faults.push(ContractFault { place: here(), wanted });
    match shape {
        Shape::Text if value.as_str().is_none_or(|text| text.trim().is_empty()) => {
            tell("a text that is not empty is wanted".to_owned());
        }
        Shape::Boolean if !value.is_boolean() => tell("true or false is wanted".to_owned()),
        Shape::Number(least, most) if value.as_f64().is_none_or(|n| !(*least..=*most).contains(&n)) => {
            tell(format!("a number from {least} to {most} is wanted"));
        }
        Shape::Count(least) if value.as_i64().is_none_or(|n| n < *least) => {
            tell(format!("a whole number from {least} on is wanted"));
        }
        Shape::Word(words) if value.as_str().is_none_or(|text| !words.contains(&text)) => {
            tell(format!("one of {} is wanted", words.join(", ")));
        }
        Shape::List(item) => match value.as_array() {
            None => tell("a list is wanted".to_owned()),
            Some(items) => {
                for (at, value) in items.iter().enumerate() {
                    check(item, value, &format!("{place}[{at}]"), faults);
                }
            }
        },
        Shape::Object(members) => match value.as_object() {
            None => tell("an object is wanted".to_owned()),
            Some(given) => check_members(members, given, place, faults),
        },
        _ => {}
    }
}

fn check_members(
    members: &[Member],
    given: &Map<String, Value>,
    place: &str,
    faults: &mut Vec<ContractFault>,
) {
    let inside = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
    for member in members {
        match given.get(member.name) {
            Some(value) if !value.is_null() => check(&member.shape, value, &inside(member.name), faults),
            _ if member.required => {
                faults.push(ContractFault { place: inside(member.name), wanted: "it is missing".to_owned() });
            }
            _ => {}
        }
    }
    for name in given.keys().filter(|name| !members.iter().any(|member| member.name == **name)) {
        let known: Vec<_> = members.iter().map(|member| member.name).collect();
        let wanted = format!("there is no such member; there are {}", known.join(", "));
        faults.push(ContractFault { place: inside(&name.chars().take(60).collect::<String>()), wanted });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(contract: Contract, answer: &Value) -> Vec<String> {
        contract.check(answer).err().unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_answer_is_taken_as_asked_for_and_otherwise_told_what_to_mend() {
        let good = json!({"pass": false, "feedback": "See below.", "findings": [
            {"file": "a.rs", "line": 3, "severity": "minor", "message": "Say why."}
        ]});
        assert_eq!(faults(Contract::Review, &good), [""; 0]);
        let bad =
            json!({"pass": "no", "findings": [{"line": 0, "severity": "high", "message": "x"}], "score": 1});
        assert_eq!(
            faults(Contract::Review, &bad),
            [
                "pass: true or false is wanted",
                "feedback: it is missing",
                "findings[0].line: a whole number from 1 on is wanted",
                "findings[0].severity: one of critical, important, minor is wanted",
                "score: there is no such member; there are pass, feedback, findings",
            ],
            "all of it at once, so that one more try is enough"
        );
        assert_eq!(faults(Contract::Review, &json!([])), ["answer: an object is wanted"]);
    }

    #[test]
    fn a_score_stays_in_its_range() {
        let mut scores = json!({"correctness": 100, "type_safety": 0, "code_style": 50.5, "test_coverage": 1,
            "completeness": 1, "summary": "Fine."});
        assert_eq!(faults(Contract::Evaluation, &scores), [""; 0]);
        scores["correctness"] = json!(101);
        assert_eq!(faults(Contract::Evaluation, &scores), ["correctness: a number from 0 to 100 is wanted"]);
    }

    #[test]
    fn every_contract_tells_its_shape() {
        for contract in Contract::ALL {
            let schema = contract.schema();
            assert_eq!(schema["type"], "object", "{contract}: tools take objects");
            assert!(schema["required"].as_array().is_some_and(|all| !all.is_empty()), "{contract}");
        }
    }
}
