//! What the database says of the step that a lane of a run is at.

use super::super::agent::StepOutcome;
use super::super::instructions::Instructions;
use super::super::pipeline;
use super::super::told::{Change, Taught, Told};
use super::super::work::WorkFault;
use crate::engine::Engine;
use crate::git::Git;
use std::path::Path;
use waybill_domain::agent::ErrorKind;
use waybill_domain::ids::RunId;
use waybill_domain::run::{Role, StepStatus};
use waybill_domain::session::MessageState;
use waybill_domain::workflow::{Plan, PlannedStep};
use waybill_store::issues::{self, Issue};
use waybill_store::project_settings::ProjectSettings;
use waybill_store::projects::{self, Project};
use waybill_store::run_candidates::{self, Candidate, CandidateStatus};
use waybill_store::run_steps::{self, Step};
use waybill_store::runs::{self, Run};
use waybill_store::sandboxes;
use waybill_store::sessions::{self, Session};
use waybill_store::{StoreError, agent_tools, session_messages};

/// A run, and the step that one of its lanes is at.
pub(super) struct Rows {
    pub run: Run,
    pub project: Project,
    pub settings: ProjectSettings,
    pub taught: Taught,
    pub issue: Option<Issue>,
    pub session: Option<Session>,
    pub steps: Vec<Step>,
    pub step: Step,
    pub planned: PlannedStep,
    /// The candidate whose lane it is; None: the run itself.
    pub candidate: Option<Candidate>,
    /// What a judge chooses from, by the names of their branches.
    pub candidates: Vec<(String, Candidate)>,
    pub sandbox: Option<sandboxes::Sandbox>,
    pub custom: Vec<agent_tools::CustomTool>,
}

impl Rows {
    /// Reads them; None where the lane has nothing to do.
    pub(super) async fn read(engine: &Engine, id: &RunId, lane: i64) -> Result<Option<Self>, WorkFault> {
        let id = id.clone();
        let read = engine.store().read(move |reader| {
            let run = runs::by_id(reader, &id)?;
            let steps = run_steps::of_run(reader, &id)?;
            let waits = |step: &&Step| {
                step.lane == lane && matches!(step.status, StepStatus::Pending | StepStatus::Running)
            };
            let Some(step) = steps.iter().find(waits).cloned().filter(|_| !run.status.is_final()) else {
                return Ok(None);
            };
            let project = projects::by_id(reader, &run.project_id)?;
            let settings = ProjectSettings::read(&project.settings)?;
            let issue = run.issue_id.as_ref().map(|issue| issues::by_id(reader, issue)).transpose()?;
            let session = sessions::of_run(reader, &id)?;
            let planned = planned(&pipeline::plan(reader, &id)?, &step, session.is_some());
            let all = run_candidates::of_run(reader, &id)?;
            let candidates = named(&all, &step);
            let candidate = all.into_iter().find(|candidate| candidate.lane == lane);
            let sandbox = sandboxes::live_of_lane(reader, &id, lane)?;
            let custom = agent_tools::list(reader)?;
            let taught = Taught::read(reader, &project.id, step.role)?;
            let rest = (steps, step, candidate, candidates, sandbox, custom, taught);
            Ok(Some(((run, project, settings, issue, session), planned, rest)))
        });
        let Some((who, planned, rest)) = read.await? else { return Ok(None) };
        let (run, project, settings, issue, session) = who;
        let (steps, step, candidate, candidates, sandbox, custom, taught) = rest;
        let unknown = || WorkFault::new(ErrorKind::Crash, "the workflow of this run has no such step");
        let planned = planned.ok_or_else(unknown)?;
        Ok(Some(Self {
            run,
            project,
            settings,
            taught,
            issue,
            session,
            steps,
            step,
            planned,
            candidate,
            candidates,
            sandbox,
            custom,
        }))
    }

    /// Where only one candidate is left there is nothing to be judged, or paid for.
    pub(super) fn won_alone(&self) -> Option<StepOutcome> {
        let [(only, _)] = self.candidates.as_slice() else { return None };
        let why = "It is the only candidate that came to its end.";
        let answer = serde_json::json!({"winner": only, "rationale": why, "comparison": []});
        Some(StepOutcome {
            ok: true,
            summary: why.to_owned(),
            answer: Some(answer),
            ..StepOutcome::default()
        })
    }

    /// Whether the workspace is as a step left it whose changes are kept: nothing in it is to be taken back.
    pub(super) fn is_as_left(&self) -> bool {
        let before = |known: &&Step| known.lane == self.step.lane && known.position < self.step.position;
        let last = self.steps.iter().rev().find(before);
        self.session.is_some() || last.is_some_and(|last| last.role.makes_changes())
    }

    /// What the step's agent is told, which gets what waits in its session when it is to work (`take`). `at` is where the
    /// lane began, and where its branch stands.
    pub(super) async fn told(
        &self,
        engine: &Engine,
        git: &Git,
        at: (&str, Option<&str>),
        take: bool,
    ) -> Result<Instructions, WorkFault> {
        if let Some(session) = &self.session {
            return Ok(
                told_in_session(engine, session, &self.step, (&self.settings, &self.taught), take).await?
            );
        }
        let looks = take && !self.planned.role.makes_changes() && self.candidates.is_empty();
        let common = &self.project.git_common_dir;
        let change = if looks { Some(change(git, common, at.0, at.1).await?) } else { None };
        let told = Told {
            run: &self.run,
            issue: self.issue.as_ref(),
            settings: &self.settings,
            taught: &self.taught,
            planned: &self.planned,
            step: &self.step,
            steps: &self.steps,
            change: change.as_ref(),
            candidates: &self.candidates,
        };
        Ok(told.instructions())
    }
}

/// What the plan says of a step. A session's turns are a designer's, and nothing is planned of them.
fn planned(plan: &Plan, step: &Step, in_session: bool) -> Option<PlannedStep> {
    if !in_session {
        return plan.step(&step.place);
    }
    Some(PlannedStep {
        role: step.role,
        persona: None,
        tool: None,
        model: None,
        effort: None,
        instructions: None,
        timeout_ms: None,
        fallback: None,
    })
}

/// The candidates that a judge chooses from, in the order of their lanes, under names that do not tell who they are.
fn named(all: &[Candidate], step: &Step) -> Vec<(String, Candidate)> {
    let of_race = all.iter().filter(|candidate| {
        step.role == Role::Judge
            && candidate.race == step.place
            && candidate.status == CandidateStatus::Completed
    });
    of_race.enumerate().map(|(at, candidate)| (format!("candidate-{}", at + 1), candidate.clone())).collect()
}

/// The change that a step looks at: the list of its files, and all of it where it is small.
async fn change(git: &Git, common: &Path, base: &str, head: Option<&str>) -> Result<Change, WorkFault> {
    const LINES: u32 = 1_500;
    const BYTES: usize = 64 * 1024;
    let Some(head) = head else {
        return Ok(Change { base: base.to_owned(), files: Vec::new(), text: None });
    };
    let files = git.diff_files(common, base, head).await?;
    let small = files.iter().map(|file| file.added.saturating_add(file.removed)).sum::<u32>() <= LINES;
    let text = if small { Some(git.diff_text(common, base, head).await?) } else { None };
    Ok(Change { base: base.to_owned(), files, text: text.filter(|text| text.len() <= BYTES) })
}

/// What the agent of a session is told in this turn, which, when its agent is to work (`take`), gets what waits.
async fn told_in_session(
    engine: &Engine,
    session: &Session,
    step: &Step,
    (settings, taught): (&ProjectSettings, &Taught),
    take: bool,
) -> Result<Instructions, StoreError> {
    /// As many earlier messages as a tool is told that does not remember them.
    const SAID: u32 = 100;
    let (session, step) = (session.clone(), step.id.clone());
    let (settings, taught) = (settings.clone(), taught.clone());
    let told = engine.store().write(move |write| {
        let messages = if take {
            crate::sessions::take_messages(write, &session, &step)?
        } else {
            session_messages::of_turn(write, &step, &session.id)?
        };
        let first = messages.first().map(|message| message.seq);
        let mut said = session_messages::page(write, &session.id, first, SAID)?;
        said.retain(|message| message.state == MessageState::Delivered);
        said.reverse();
        Ok(Instructions::of_session(&session, &said, &messages, &settings, &taught))
    });
    told.await
}
