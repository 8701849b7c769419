//! A run as its page shows it beyond its rows: what comes next if all goes well, and how its candidates stand.

use super::pipeline::{chosen, plan};
use serde_json::Value;
use waybill_domain::run::{Role, StepStatus};
use waybill_domain::workflow::{self, Next, Place, STEPS_MAX, Variant, Verdict, step_at};
use waybill_store::run_candidates::{self, Candidate, CandidateStatus};
use waybill_store::run_steps::Step;
use waybill_store::runs::Run;
use waybill_store::{Connection, StoreError};

/// A step that a run has not come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upcoming {
    pub place: Place,
    pub role: Role,
    pub persona: Option<String>,
    pub tool: String,
}

/// The steps that a run comes to if every agent does its work and every checker passes; none once it has ended.
pub fn upcoming(connection: &Connection, run: &Run, steps: &[Step]) -> Result<Vec<Upcoming>, StoreError> {
    let Some(last) = steps.last().filter(|_| !run.status.is_final() && run.workflow.is_some()) else {
        return Ok(Vec::new());
    };
    let plan = plan(connection, &run.id)?;
    let mut found = Vec::new();
    let mut place = last.place.clone();
    while found.len() < STEPS_MAX {
        let next = match workflow::after(&plan.definition, &place, Verdict::Done) {
            // A race is told by its first lane.
            Next::Steps(places) => places.into_iter().next(),
            Next::Candidate { race, .. } => Some(race),
            Next::Done | Next::Failed(_) => None,
        };
        let Some((next, planned)) = next.and_then(|next| Some((next.clone(), plan.step(&next)?))) else {
            break;
        };
        let (tool, _, _) = chosen(run, &planned);
        let persona = planned.persona.map(|persona| persona.name);
        found.push(Upcoming { place: next.clone(), role: planned.role, persona, tool });
        place = next;
    }
    Ok(found)
}

/// A candidate with what sets it apart, and what the judge found of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub candidate: Candidate,
    pub label: String,
    /// An entry of the judge's comparison.
    pub judged: Option<Value>,
}

/// The candidates of a run, race by race.
pub fn candidates(connection: &Connection, run: &Run, steps: &[Step]) -> Result<Vec<Standing>, StoreError> {
    let all = run_candidates::of_run(connection, &run.id)?;
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let plan = plan(connection, &run.id)?;
    let mut standings = Vec::with_capacity(all.len());
    for candidate in &all {
        let first = steps.iter().find(|step| step.lane == candidate.lane);
        let variant = first.and_then(|step| step_at(&plan.definition, &step.place)?.1);
        let place = all
            .iter()
            .filter(|other| other.race == candidate.race && other.status == CandidateStatus::Completed)
            .position(|other| other.lane == candidate.lane);
        let judge = steps
            .iter()
            .rev()
            .find(|step| step.place == candidate.race && step.status == StepStatus::Completed);
        let judged = place.zip(judge.and_then(|judge| judge.verdict.as_ref()));
        let judged = judged.and_then(|(at, verdict)| {
            let name = format!("candidate-{}", at + 1);
            verdict["comparison"]
                .as_array()?
                .iter()
                .find(|entry| entry["candidate"] == name.as_str())
                .cloned()
        });
        standings.push(Standing {
            candidate: candidate.clone(),
            label: label(variant, candidate.variant),
            judged,
        });
    }
    Ok(standings)
}

/// What sets a variant apart, in words.
fn label(variant: Option<&Variant>, number: i64) -> String {
    let Some(variant) = variant else { return format!("Try {}", number + 1) };
    let words = [&variant.tool, &variant.model, &variant.persona].into_iter().flatten().cloned();
    let effort = variant.effort.as_ref().map(|effort| format!("{effort} effort"));
    let words: Vec<_> = words.chain(effort).collect();
    if words.is_empty() { format!("Try {}", number + 1) } else { words.join(" · ") }
}
