//! Waiting for a provider: what it refuses for now is no failure (SPEC 8). The step waits, its session and workspace
//! stay, and it goes on by itself, or on another tool where the step names one.

use super::request::queue_at;
use waybill_domain::Millis;
use waybill_domain::agent::ErrorKind;
use waybill_domain::run::WaitingFor;
use waybill_domain::workflow::PlannedStep;
use waybill_store::run_steps::{self, Step};
use waybill_store::runs::{self, Run, RunPatch};
use waybill_store::{StoreError, Write};

/// The first wait where the provider does not say how long, and the longest.
const FIRST_MS: Millis = 30_000;
const LONGEST_MS: Millis = 30 * 60_000;
/// The longest that a provider is believed: a week, as plans have it.
const BELIEVED_MS: Millis = 7 * 86_400_000;
/// How often a step waits before it fails after all.
const WAITS: i64 = 100;

/// Makes the step of a refused agent wait; answers false where that would not help.
pub(super) fn wait(
    write: &Write<'_>,
    run: &Run,
    step: &Step,
    planned: &PlannedStep,
    kind: ErrorKind,
    retry_after: Option<f64>,
) -> Result<bool, StoreError> {
    if !matches!(kind, ErrorKind::RateLimit | ErrorKind::Overloaded) || step.waits >= WAITS {
        return Ok(false);
    }
    let fallback = planned.fallback.as_deref().filter(|tool| *tool != step.tool);
    run_steps::set_waiting(write, &step.id, fallback)?;
    let at = if fallback.is_some() { write.now() } else { write.now() + pause(step.waits, retry_after) };
    let waiting = if fallback.is_some() { WaitingFor::Engine } else { WaitingFor::Quota };
    let patch = RunPatch {
        waiting_for: Some(Some(waiting)),
        resume_at: Some(fallback.is_none().then_some(at)),
        activity: Some(None),
        ..RunPatch::default()
    };
    runs::patch(write, run, &patch)?;
    queue_at(write, &run.id, step.lane, at)?;
    Ok(true)
}

/// How long to wait, in milliseconds: as long as the provider says, else longer each time.
fn pause(waits: i64, retry_after: Option<f64>) -> Millis {
    if let Some(seconds) = retry_after.filter(|seconds| seconds.is_finite() && *seconds > 0.0) {
        #[expect(clippy::cast_possible_truncation, reason = "it is bounded to a week first")]
        return (seconds.min(604_800.0) * 1_000.0).ceil() as Millis;
    }
    let doublings = u32::try_from(waits.clamp(0, 10)).unwrap_or(10);
    (FIRST_MS << doublings).min(LONGEST_MS).min(BELIEVED_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_asked_again_when_it_says_and_less_and_less_often_when_it_does_not() {
        assert_eq!(pause(0, Some(1.5)), 1_500);
        assert_eq!(pause(0, Some(f64::MAX)), BELIEVED_MS, "nobody waits for ever");
        assert_eq!(pause(0, Some(f64::NAN)), FIRST_MS);
        let waits: Vec<_> = (0..8).map(|waits| pause(waits, None) / 1_000).collect();
        assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1_800, 1_800]);
    }
}
