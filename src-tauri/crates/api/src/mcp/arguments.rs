//! Reading what models send: strict about names, lenient about how a number is written.

use crate::error::ApiError;
use serde::de::{DeserializeOwned, Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::fmt;

/// Reads a tool's arguments; the error names what is wrong and shows a call that is right.
pub(super) fn read<T: DeserializeOwned>(arguments: Value, example: &str) -> Result<T, ApiError> {
    serde_json::from_value(arguments).map_err(|error| {
        let text = waybill_domain::text::cut(&error.to_string(), 400);
        ApiError::invalid(text).with_hint(format!("For example: {example}"))
    })
}

/// The number of an issue: 42, "42" or "#42".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number(pub i64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;
        impl Visitor<'_> for Written {
            type Value = Number;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("the number of an issue, like 42")
            }
            fn visit_i64<E: Error>(self, number: i64) -> Result<Number, E> {
                Ok(Number(number))
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<Number, E> {
                i64::try_from(number)
                    .map(Number)
                    .map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
                let digits = text.trim().trim_start_matches('#');
                digits.parse().map(Number).map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(Written)
    }
}

/// The number inside, when one was given.
pub(super) fn number(given: Option<Number>) -> Option<i64> {
    given.map(|number| number.0)
}
