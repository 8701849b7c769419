//! A run's way through its workflow: which steps are made, and what the end of one means for the run. All of it in the
//! transaction that ends the step, so that no step is made twice and none is forgotten.

use super::conclude::finish;
use super::request::queue;
use serde_json::Value;
use std::path::PathBuf;
use waybill_domain::agent::ErrorKind;
use waybill_domain::ids::RunId;
use waybill_domain::run::{Delivery, Role, RunEvent, SandboxState, StepStatus};
use waybill_domain::text::cut;
use waybill_domain::workflow::{
    self, Definition, Failure, Next, Place, Plan, StepNode, Verdict, WorkflowType, built_in,
};
use waybill_store::run_candidates::{self, Candidate, CandidateStatus};
use waybill_store::run_steps::{self, NewStep, Step};
use waybill_store::runs::{self, Run, RunPatch};
use waybill_store::{Connection, StoreError, Write, agent_tokens, sandboxes};

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    To(Verdict),
    Cancelled,
}

/// The plan of a run; one of before there were workflows has a single designer.
pub(super) fn plan(connection: &Connection, run: &RunId) -> Result<Plan, StoreError> {
    Ok(runs::plan(connection, run)?.unwrap_or_else(single_designer))
}

/// The simplest plan, with the personas as they ship.
fn single_designer() -> Plan {
    let name = waybill_domain::assignment::BUILT_IN_WORKFLOW;
    let designer = || Definition { nodes: vec![workflow::Node::Step(StepNode::of(Role::Designer))] };
    let definition = built_in::find(name).map_or_else(designer, |known| known.definition);
    let personas = waybill_domain::persona::built_in::all()
        .into_iter()
        .map(|persona| (persona.name.clone(), persona))
        .collect();
    Plan { name: name.to_owned(), kind: WorkflowType::SingleDesigner, version: 0, definition, personas }
}

/// Makes the first steps of a run, and queues their work.
pub(super) fn begin(write: &Write<'_>, run: &Run, plan: &Plan) -> Result<(), StoreError> {
    match workflow::begin(&plan.definition) {
        Next::Steps(places) => make(write, run, plan, &places, 0),
        _ => Err(StoreError::Invalid("the workflow has no steps".to_owned())),
    }
}

/// Which tool, model and effort a step of a run gets.
pub(super) fn chosen(run: &Run, planned: &workflow::PlannedStep) -> (String, Option<String>, Option<String>) {
    let config = &run.config;
    let Some(tool) = planned.tool.clone() else {
        let model = planned.model.clone().or_else(|| config.model.clone());
        return (config.tool.clone(), model, planned.effort.clone().or_else(|| config.effort.clone()));
    };
    // What the run chose for its own tool says nothing to another.
    let same = tool == config.tool;
    let or_own = |planned: &Option<String>, own: &Option<String>| {
        planned.clone().or_else(|| own.clone().filter(|_| same))
    };
    let (model, effort) = (or_own(&planned.model, &config.model), or_own(&planned.effort, &config.effort));
    (tool, model, effort)
}

fn make(write: &Write<'_>, run: &Run, plan: &Plan, places: &[Place], lane: i64) -> Result<(), StoreError> {
    for place in places {
        let lane = match place.candidate() {
            Some((race, variant)) if places.len() > 1 => {
                let base = run.head_commit.as_ref().or(run.base_commit.as_ref());
                let base =
                    base.ok_or_else(|| StoreError::Conflict("the run has no base commit".to_owned()))?;
                run_candidates::insert(write, &run.id, &race, variant, base)?
            }
            Some(_) => lane,
            None => 0,
        };
        make_one(write, run, plan, place, lane, None)?;
    }
    Ok(())
}

fn make_one(
    write: &Write<'_>,
    run: &Run,
    plan: &Plan,
    place: &Place,
    lane: i64,
    request: Option<Value>,
) -> Result<(), StoreError> {
    let unknown = || StoreError::Unreadable(format!("the plan of run {} has no step at {place}", run.number));
    let planned = plan.step(place).ok_or_else(unknown)?;
    let (tool, model, effort) = chosen(run, &planned);
    let steps = run_steps::of_run(write, &run.id)?;
    // What makes changes goes on in its own session with every iteration; what looks, looks with fresh eyes.
    let before = steps.iter().rev().find(|step| {
        // What the run itself goes on with may have been a candidate's.
        (step.lane == lane || lane == 0)
            && step.place.node() == place.node()
            && step.tool == tool
            && planned.role.makes_changes()
    });
    let new = NewStep {
        lane,
        place: place.clone(),
        role: planned.role,
        persona: planned.persona.map(|persona| persona.name),
        tool,
        model,
        effort,
        agent_session_id: before.and_then(|step| step.agent_session_id.clone()),
        request,
    };
    run_steps::insert(write, &run.id, &new)?;
    queue(write, &run.id, lane)
}

/// Goes on after a step whose end is recorded: makes what comes next, or ends the run. Answers the workspaces to
/// remove.
pub(super) fn advance(
    write: &Write<'_>,
    run: &Run,
    step: &Step,
    came: Came,
) -> Result<Vec<PathBuf>, StoreError> {
    let plan = plan(write, &run.id)?;
    let Came::To(verdict) = came else {
        if step.lane > 0 {
            run_candidates::set_status(write, &run.id, step.lane, CandidateStatus::Cancelled, None)?;
        }
        // The last lane that hears of it ends the run.
        return if has_open_steps(write, run)? {
            Ok(Vec::new())
        } else {
            end(write, run, RunEvent::Cancel, None)
        };
    };
    let mut next = workflow::after(&plan.definition, &step.place, verdict);
    // The race of a candidate that was chosen is over: what goes on with its work goes on behind it.
    if step.lane == 0
        && let Next::Candidate { race, failure, .. } = &next
    {
        let verdict = if failure.is_some() { Verdict::Broken } else { Verdict::Done };
        next = workflow::after(&plan.definition, race, verdict);
    }
    if let Next::Candidate { race, failure, .. } = &next {
        let status = if failure.is_some() { CandidateStatus::Failed } else { CandidateStatus::Completed };
        let why = failure.map(|failure| why(write, run, step, failure)).transpose()?.map(|(_, why)| why);
        run_candidates::set_status(write, &run.id, step.lane, status, why.as_deref())?;
        runs::touch(write, run)?;
        let of_race = of_race(write, run, race)?;
        if of_race.iter().any(|candidate| candidate.status == CandidateStatus::Running) {
            return Ok(Vec::new());
        }
        let left = of_race.iter().filter(|candidate| candidate.status == CandidateStatus::Completed).count();
        next = workflow::after_race(&plan.definition, race, left);
    }
    match next {
        Next::Steps(places) => {
            runs::patch(write, run, &RunPatch { activity: Some(None), ..RunPatch::default() })?;
            make(write, run, &plan, &places, step.lane)?;
            Ok(Vec::new())
        }
        Next::Done => end(write, run, RunEvent::Complete, None),
        Next::Failed(failure) => {
            let error = why(write, run, step, failure)?;
            end(write, run, RunEvent::Fail, Some((step, error)))
        }
        Next::Candidate { .. } => Ok(Vec::new()),
    }
}

/// The candidates of a race, in the order of their lanes.
pub(super) fn of_race(
    connection: &Connection,
    run: &Run,
    race: &Place,
) -> Result<Vec<Candidate>, StoreError> {
    let mut all = run_candidates::of_run(connection, &run.id)?;
    all.retain(|candidate| candidate.race == *race);
    Ok(all)
}

fn has_open_steps(connection: &Connection, run: &Run) -> Result<bool, StoreError> {
    let open = |step: &Step| matches!(step.status, StepStatus::Pending | StepStatus::Running);
    Ok(run_steps::of_run(connection, &run.id)?.iter().any(open))
}

/// Why the way ended early, in a sentence for the run's page.
fn why(
    connection: &Connection,
    run: &Run,
    step: &Step,
    failure: Failure,
) -> Result<(Option<ErrorKind>, String), StoreError> {
    let feedback = || {
        let text = step.verdict.as_ref().and_then(|verdict| verdict["feedback"].as_str()).unwrap_or_default();
        cut(text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim(), 300)
    };
    Ok(match failure {
        Failure::Broken => {
            let ended = run_steps::of_run(connection, &run.id)?.into_iter().find(|known| known.id == step.id);
            let error = ended.and_then(|step| step.error_kind.zip(step.error));
            let (kind, text) = error.unzip();
            (kind, text.unwrap_or_else(|| format!("the {} failed and did not say why", step.role)))
        }
        Failure::Refused => (None, format!("The checker did not approve the change: {}", feedback())),
        Failure::Limit { iterations } => {
            let times =
                if iterations == 1 { "1 iteration".to_owned() } else { format!("{iterations} iterations") };
            (None, format!("The checker had not approved the change after {times}: {}", feedback()))
        }
        Failure::NoCandidate => (None, "No candidate of the race came to its end".to_owned()),
    })
}

/// Ends a run: its sandboxes, its score, its status. Answers the workspaces to remove.
fn end(
    write: &Write<'_>,
    run: &Run,
    event: RunEvent,
    failed: Option<(&Step, (Option<ErrorKind>, String))>,
) -> Result<Vec<PathBuf>, StoreError> {
    agent_tokens::revoke_of_run(write, &run.id)?;
    let mut workspaces = Vec::new();
    for sandbox in sandboxes::live_of_run(write, &run.id)? {
        sandboxes::set_state(write, &sandbox.id, SandboxState::Killed, None)?;
        workspaces.push(sandbox.workspace);
    }
    let run = runs::by_id(write, &run.id)?;
    let (failed_step, error) = failed.map(|(step, error)| (step.id.clone(), error)).unzip();
    let patch = RunPatch {
        delivery: Some(if run.head_commit.is_some() { Delivery::Ready } else { Delivery::None }),
        activity: Some(None),
        waiting_for: Some(None),
        resume_at: Some(None),
        error: Some(error.clone()),
        failed_step: Some(failed_step),
        quality: Some(quality(write, &run)?),
        ..RunPatch::default()
    };
    runs::patch(write, &run, &patch)?;
    let run = runs::by_id(write, &run.id)?;
    finish(write, &run, event, error.as_ref().map(|(_, message)| message.as_str()))?;
    Ok(workspaces)
}

/// The mean composite of a run's evaluators, and whether each has what it wants; the last evaluation of each counts.
pub(super) fn quality(connection: &Connection, run: &Run) -> Result<Option<(f64, bool)>, StoreError> {
    let chosen = run_candidates::of_run(connection, &run.id)?;
    let counts =
        |lane: i64| lane == 0 || chosen.iter().any(|candidate| candidate.chosen && candidate.lane == lane);
    let mut last = std::collections::BTreeMap::new();
    for step in run_steps::of_run(connection, &run.id)? {
        if let Some(quality) = step.quality.filter(|_| counts(step.lane)) {
            last.insert(step.place.node(), quality);
        }
    }
    if last.is_empty() {
        return Ok(None);
    }
    let count = f64::from(u32::try_from(last.len()).unwrap_or(u32::MAX));
    let mean = last.values().map(|quality| quality.composite).sum::<f64>() / count;
    Ok(Some((mean, last.values().all(|quality| quality.threshold_result))))
}

/// Makes a judge's choice the run's own: its commits, and its sandbox for what comes after. Answers the workspaces to
/// remove.
pub(super) fn adopt(
    write: &Write<'_>,
    run: &Run,
    race: &Place,
    winner: i64,
) -> Result<Vec<PathBuf>, StoreError> {
    run_candidates::choose(write, &run.id, race, winner)?;
    let lanes: Vec<_> = of_race(write, run, race)?.iter().map(|candidate| candidate.lane).collect();
    let mut workspaces = Vec::new();
    for sandbox in sandboxes::live_of_run(write, &run.id)? {
        if sandbox.lane == winner {
            sandboxes::adopt(write, &sandbox.id)?;
        } else if sandbox.lane == 0 || lanes.contains(&sandbox.lane) {
            sandboxes::set_state(write, &sandbox.id, SandboxState::Killed, None)?;
            workspaces.push(sandbox.workspace);
        }
    }
    Ok(workspaces)
}

/// Queues the work of every lane that has a step to work.
pub(super) fn queue_open_lanes(write: &Write<'_>, run: &RunId) -> Result<(), StoreError> {
    let mut lanes: Vec<_> = run_steps::of_run(write, run)?
        .into_iter()
        .filter(|step| matches!(step.status, StepStatus::Pending | StepStatus::Running))
        .map(|step| step.lane)
        .collect();
    lanes.sort_unstable();
    lanes.dedup();
    lanes.into_iter().try_for_each(|lane| queue(write, run, lane))
}

/// Makes the step that mends what the operator wants changed: that of the last that made changes, once more, with
/// everything that comes after it.
pub(super) fn revise(write: &Write<'_>, run: &Run, request: Value) -> Result<(), StoreError> {
    let plan = plan(write, &run.id)?;
    let chosen = run_candidates::of_run(write, &run.id)?;
    let counts = |lane: i64| lane == 0 || chosen.iter().any(|one| one.chosen && one.lane == lane);
    let steps = run_steps::of_run(write, &run.id)?;
    let last = steps.iter().rev().find(|step| step.role.makes_changes() && counts(step.lane));
    let last = last.ok_or_else(|| {
        StoreError::Conflict(format!("no step of run {} makes changes; start a new one", run.number))
    })?;
    // What an earlier try left undone is not done beside it.
    for step in steps.iter().filter(|step| step.status == StepStatus::Pending) {
        run_steps::end(write, &step.id, &run_steps::StepEnd::of(StepStatus::Cancelled, None))?;
    }
    make_one(write, run, &plan, &last.place.next_iteration(), 0, Some(request))
}

/// Makes what a run that failed or was cancelled is to do again: the steps that did not come to their end, or, where a
/// checker would not approve, one more iteration.
pub(super) fn again(write: &Write<'_>, run: &Run) -> Result<(), StoreError> {
    let steps = run_steps::of_run(write, &run.id)?;
    let mut open: Vec<_> = steps.iter().filter(|step| step.status != StepStatus::Completed).collect();
    if open.is_empty()
        && let Some(refused) = steps.iter().find(|step| Some(&step.id) == run.failed_step.as_ref())
    {
        let plan = plan(write, &run.id)?;
        if let Some(places) = workflow::once_more(&plan.definition, &refused.place) {
            return make(write, run, &plan, &places, refused.lane);
        }
        open.push(refused);
    }
    for step in open {
        run_steps::reset(write, &step.id)?;
        if step.lane > 0 {
            run_candidates::set_status(write, &run.id, step.lane, CandidateStatus::Running, None)?;
        }
    }
    queue_open_lanes(write, &run.id)
}
