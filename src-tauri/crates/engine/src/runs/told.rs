//! What the agent of a workflow's step is told (SPEC 11): who it is, the task, what earlier steps handed on, the change
//! to look at, and the form of its answer.

use super::instructions::{Instructions, Part, push};
use crate::git::FileDiff;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use waybill_domain::context::SessionType;
use waybill_domain::contract::Contract;
use waybill_domain::ids::ProjectId;
use waybill_domain::run::{Role, StepStatus};
use waybill_domain::text::cut;
use waybill_domain::workflow::{PlannedStep, title};
use waybill_store::issues::Issue;
use waybill_store::project_settings::ProjectSettings;
use waybill_store::run_candidates::Candidate;
use waybill_store::run_steps::Step;
use waybill_store::runs::Run;
use waybill_store::{Connection, StoreError, contexts, learning_versions};

/// The most characters of one earlier step's word that are handed on.
const HANDED_ON_CHARS: usize = 30_000;
/// The most files that are listed of a change.
const FILES: usize = 200;

/// The change that a step looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub base: String,
    pub files: Vec<FileDiff>,
    /// The whole of it, where it is small.
    pub text: Option<String>,
}

/// What the project has for agents of a role, beside its settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Taught {
    /// The active context of the role's session type.
    pub context: String,
    /// The active learning version of the role.
    pub learnings: String,
}

impl Taught {
    pub(super) fn read(connection: &Connection, project: &ProjectId, role: Role) -> Result<Self, StoreError> {
        let session_type = SessionType::of_role(role);
        let learnings = learning_versions::active(connection, project, role)?;
        Ok(Self {
            context: contexts::active_body(connection, project, session_type)?.unwrap_or_default(),
            learnings: learnings.map(|version| version.body).unwrap_or_default(),
        })
    }
}

/// Everything that decides what a step is told.
pub(super) struct Told<'a> {
    pub run: &'a Run,
    pub issue: Option<&'a Issue>,
    pub settings: &'a ProjectSettings,
    pub taught: &'a Taught,
    pub planned: &'a PlannedStep,
    pub step: &'a Step,
    /// All steps of the run.
    pub steps: &'a [Step],
    pub change: Option<&'a Change>,
    /// A judge's candidates, by the names of their branches.
    pub candidates: &'a [(String, Candidate)],
}

impl Told<'_> {
    /// Puts together what the step's agent is told.
    pub(super) fn instructions(&self) -> Instructions {
        let mut system = Vec::new();
        push(&mut system, "Sandbox system prompt", &self.settings.sandbox_system_prompt);
        push(&mut system, "Context", &self.taught.context);
        if let Some(persona) = &self.planned.persona {
            push(&mut system, &title(&persona.name), &persona.instructions);
        }
        if self.planned.persona.as_ref().is_none_or(|persona| persona.include_learnings) {
            push(&mut system, "Learnings", &self.taught.learnings);
        }
        push(&mut system, "Step", self.planned.instructions.as_deref().unwrap_or_default());
        let mut task = Vec::new();
        if let Some(issue) = self.issue {
            let text = format!("# {}\n\n{}", issue.title, issue.body);
            push(&mut task, &format!("Issue #{}", issue.number), text.trim());
        }
        self.task(&mut task);
        self.handed_on(&mut task);
        let feedback = self.feedback();
        let mut message = Vec::new();
        let mut history = None;
        match feedback {
            // The task is known to a tool that goes on in its own session.
            Some(feedback) if self.step.agent_session_id.is_some() => {
                let before = task.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join("\n\n");
                let text = format!("{before}\n\nYour change so far is on this branch, and was checked.");
                history = Some(Part { title: "Task".to_owned(), text });
                message.push(feedback);
            }
            Some(feedback) => {
                message.append(&mut task);
                message.push(feedback);
            }
            None => message.append(&mut task),
        }
        self.change(&mut message);
        self.candidates(&mut message);
        if let Some(contract) = Contract::of_role(self.planned.role) {
            push(&mut message, "Your answer", &answer_wanted(contract));
        }
        Instructions { system, history, message }
    }

    /// Steps that were done before this one, where this one can know of them: in its own lane, and before its race.
    fn before(&self) -> impl DoubleEndedIterator<Item = &Step> {
        let lane = self.step.lane;
        self.steps.iter().filter(move |step| {
            step.position < self.step.position
                && (step.lane == lane || step.lane == 0)
                && step.status == StepStatus::Completed
        })
    }

    fn task(&self, parts: &mut Vec<Part>) {
        let own = match (self.run.prompt.is_empty(), self.issue) {
            (false, _) => self.run.prompt.clone(),
            (true, Some(issue)) => format!("Resolve issue #{}.", issue.number),
            (true, None) => String::new(),
        };
        let prompter = self.before().rev().find(|step| step.role == Role::Prompter);
        let rewritten = prompter.and_then(|step| step.verdict.as_ref()?["prompt"].as_str());
        match rewritten {
            Some(prompt) => {
                push(
                    parts,
                    "The person's own words",
                    &format!("The task in the person's own words:\n\n{own}"),
                );
                push(parts, "Task", &format!("The task, worked out from them:\n\n{prompt}"));
            }
            None => push(parts, "Task", &own),
        }
    }

    /// What steps that only look have found, the last word of each.
    fn handed_on(&self, parts: &mut Vec<Part>) {
        let mut last: BTreeMap<_, &Step> = BTreeMap::new();
        for step in self.before() {
            last.insert(step.place.node(), step);
        }
        let mut found: Vec<_> = last.into_values().collect();
        found.sort_by_key(|step| step.position);
        let looks = !self.planned.role.makes_changes();
        for step in found {
            let name = title(step.persona.as_deref().unwrap_or(step.role.as_str()));
            let text = match step.role {
                Role::Investigator | Role::DeepDive | Role::Planner | Role::Custom => step.summary.clone(),
                Role::Reviewer => step.verdict.as_ref().map(review),
                // What is said of a change is a claim to whoever looks at it, and old news to whoever made it.
                Role::Designer | Role::Optimizer if looks => step.summary.clone(),
                _ => None,
            };
            let Some(text) = text.filter(|text| !text.trim().is_empty()) else { continue };
            let what = match step.role {
                Role::Designer | Role::Optimizer => format!("What the {} said of the change:", step.role),
                role => format!("What the {role} handed on:"),
            };
            push(parts, &name, &format!("{what}\n\n{}", cut(&text, HANDED_ON_CHARS)));
        }
    }

    /// What sent the change back: told to who makes changes, and to a checker that looks again.
    fn feedback(&self) -> Option<Part> {
        if let Some(request) = &self.step.request {
            let text = review(request);
            let text = format!("The operator reviewed your change and wants this of it.\n\n{text}");
            return Some(Part { title: "Requested changes".to_owned(), text });
        }
        let last = self.before().rev().find(|step| step.role.gates())?;
        let verdict = last.verdict.as_ref().filter(|verdict| verdict["pass"] == false)?;
        let text = review(verdict);
        match self.planned.role {
            role if role.makes_changes() => Some(Part {
                title: "Feedback".to_owned(),
                text: format!(
                    "A checker looked at your change and did not approve it. Mend what it found.\n\n{text}"
                ),
            }),
            Role::Checker => Some(Part {
                title: "Earlier findings".to_owned(),
                text: format!(
                    "The change was sent back before, with this. Look first whether it is mended.\n\n{text}"
                ),
            }),
            _ => None,
        }
    }

    fn change(&self, parts: &mut Vec<Part>) {
        let Some(change) = self.change.filter(|_| !self.planned.role.makes_changes()) else { return };
        let mut text = format!("The change is what `git diff {}..HEAD` shows", change.base);
        if change.files.is_empty() {
            text.push_str(": nothing was changed.");
        } else {
            text.push_str(":\n");
        }
        for file in change.files.iter().take(FILES) {
            // Writing to a String cannot fail.
            let _ = write!(text, "\n- {} (+{} −{})", file.path, file.added, file.removed);
        }
        if change.files.len() > FILES {
            let _ = write!(text, "\n- and {} more files", change.files.len() - FILES);
        }
        if let Some(whole) = &change.text {
            let fence = "`".repeat(longest_fence(whole).max(2) + 1);
            let _ = write!(text, "\n\n{fence}diff\n{}\n{fence}", whole.trim_end());
        }
        push(parts, "Change", &text);
    }

    fn candidates(&self, parts: &mut Vec<Part>) {
        if self.candidates.is_empty() {
            return;
        }
        let mut text = String::from("The candidates are branches of this repository:\n");
        for (name, candidate) in self.candidates {
            let (files, added, removed) =
                (candidate.files_changed, candidate.lines_added, candidate.lines_removed);
            let _ = write!(
                text,
                "\n- `{name}`: {files} files, +{added} −{removed} (`git diff {}..{name}`)",
                candidate.base_commit
            );
        }
        push(parts, "Candidates", &text);
    }
}

/// The longest run of backticks in a text.
fn longest_fence(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

/// A review as its reader sees it.
pub(super) fn review(verdict: &Value) -> String {
    let mut text = verdict["feedback"].as_str().unwrap_or_default().trim().to_owned();
    for finding in verdict["findings"].as_array().into_iter().flatten() {
        let word = |name: &str| finding[name].as_str().unwrap_or_default();
        let place = match (word("file"), finding["line"].as_i64()) {
            ("", _) => String::new(),
            (file, None) => format!(" {file}:"),
            (file, Some(line)) => format!(" {file}:{line}:"),
        };
        let _ = write!(text, "\n- [{}]{place} {}", word("severity"), word("message"));
    }
    cut(&text, HANDED_ON_CHARS)
}

/// How a role that must answer with data does it.
pub(super) fn answer_wanted(contract: Contract) -> String {
    format!(
        "Hand your answer in with the tool `submit`, as {{\"contract\": \"{contract}\", \"answer\": {{…}}}}. Where you have no such \
         tool, write the answer alone as JSON to the file `$WAYBILL_OUT/{contract}.json`, or end with it in a block of \
         JSON. It must fit this JSON Schema:\n\n{}",
        contract.schema()
    )
}

/// What an agent is told whose answer did not fit.
pub(super) fn mend(contract: Contract, faults: &str) -> String {
    format!("Your answer cannot be used:\n\n{faults}\n\nHand it in once more. {}", answer_wanted(contract))
}
