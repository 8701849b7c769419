//! The tool `submit`: an answer in the form that was asked for, checked at once (SPEC 6, "Output contracts").

use super::arguments::read;
use super::caller::Call;
use crate::error::{ApiError, Code};
use serde::Deserialize;
use serde_json::{Value, json};
use waybill_domain::contract::Contract;
use waybill_store::submissions;

const EXAMPLE: &str =
    r#"{"contract": "review", "answer": {"pass": true, "feedback": "Correct and tested.", "findings": []}}"#;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Submit {
    contract: Contract,
    answer: Value,
}

pub(super) async fn call(call: &Call<'_>, arguments: Value) -> Result<Value, ApiError> {
    let Submit { contract, answer } = read(arguments, EXAMPLE)?;
    let Some(bearer) = call.bearer.cloned() else {
        return Err(ApiError::new(Code::Forbidden, "only an agent at work hands in an answer"));
    };
    if let Err(faults) = contract.check(&answer) {
        let told: Vec<_> = faults.iter().map(ToString::to_string).collect();
        let message = format!("the answer does not fit the contract '{contract}': {}", told.join("; "));
        let schema = contract.schema();
        return Err(ApiError::invalid(message)
            .with_hint(format!("Mend it and call submit again. Its JSON Schema: {schema}")));
    }
    let kept = call.app.store().write(move |write| submissions::insert(write, &bearer, contract, &answer));
    Ok(json!({"accepted": true, "submission": kept.await?}))
}
