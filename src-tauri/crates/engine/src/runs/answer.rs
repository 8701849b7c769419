//! The answer of a role that must answer with data: found, checked against its contract, masked (SPEC 6).

use super::setup::Work;
use super::work::WorkFault;
use crate::sandbox::open_regular;
use serde_json::Value;
use std::io::Read as _;
use waybill_domain::contract::{ANSWER_MAX_BYTES, Contract};
use waybill_store::submissions;

/// How much of the end of an agent's last word is searched for its answer, in bytes.
const SEARCHED: usize = 256 * 1024;

/// Finds what the agent answered: handed in with `submit`, else left as a file, else the last JSON of its last word.
///
/// The inner error tells the agent what does not fit, a line each.
pub(super) async fn find(
    work: &Work,
    contract: Contract,
    last_word: &str,
) -> Result<Result<Value, String>, WorkFault> {
    let step = work.step.id.clone();
    let handed_in =
        work.engine.store().read(move |reader| submissions::of_step(reader, &step, contract)).await?;
    let file = work.sandbox.spec().out().join(format!("{contract}.json"));
    let found = match handed_in {
        Some(answer) => Some(answer),
        None => match tokio::task::spawn_blocking(move || read_file(&file)).await {
            Ok(Some(text)) => match serde_json::from_str(&text) {
                Ok(answer) => Some(answer),
                Err(error) => return Ok(Err(format!("{contract}.json is no JSON: {error}"))),
            },
            _ => last_json(last_word),
        },
    };
    let Some(answer) = found else { return Ok(Err("there is no answer".to_owned())) };
    if let Err(faults) = contract.check(&answer) {
        return Ok(Err(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")));
    }
    if let (Contract::Judgement, Some(winner)) = (contract, answer["winner"].as_str()) {
        let names: Vec<_> = work.candidates.iter().map(|candidate| candidate.0.as_str()).collect();
        if !names.contains(&winner) {
            return Ok(Err(format!("winner: one of {} is wanted", names.join(", "))));
        }
    }
    Ok(Ok(masked(work, &answer)))
}

/// Takes away what an earlier step left where this one's answer is looked for.
pub(super) fn clear(work: &Work, contract: Contract) {
    // One that is not there is what is wanted.
    drop(std::fs::remove_file(work.sandbox.spec().out().join(format!("{contract}.json"))));
}

fn masked(work: &Work, answer: &Value) -> Value {
    match answer {
        Value::String(text) => Value::String(work.mask.mask(text).into_owned()),
        Value::Array(items) => items.iter().map(|item| masked(work, item)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), masked(work, value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

/// A plain file of at most the size of an answer; links are not followed.
fn read_file(path: &std::path::Path) -> Option<String> {
    let file = open_regular(path).ok()??;
    let mut text = String::new();
    file.take(ANSWER_MAX_BYTES as u64 + 1).read_to_string(&mut text).ok()?;
    Some(text)
}

/// The last JSON object of a text.
fn last_json(text: &str) -> Option<Value> {
    let mut from = text.len().saturating_sub(SEARCHED);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let mut found = None;
    while let Some(at) = text.get(from..)?.find('{') {
        let mut values = serde_json::Deserializer::from_str(&text[from + at..]).into_iter::<Value>();
        match values.next() {
            Some(Ok(value)) => {
                found = Some(value);
                from += at + values.byte_offset();
            }
            _ => from += at + 1,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::last_json;
    use serde_json::json;

    #[test]
    fn the_last_object_of_a_text_is_the_answer() {
        let text =
            "First {\"pass\": false}.\n```json\n{\"pass\": true, \"inner\": {\"a\": 1}}\n```\nThat is {all}.";
        assert_eq!(last_json(text), Some(json!({"pass": true, "inner": {"a": 1}})));
        assert_eq!(last_json("no {answer} at all {"), None);
        let long = format!("{}{{\"pass\": true}}", "ä{".repeat(200_000));
        assert_eq!(last_json(&long), Some(json!({"pass": true})), "a long text is searched from its end");
    }
}
