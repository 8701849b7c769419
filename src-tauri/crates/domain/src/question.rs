//! What an agent asks of the operator: a checkpoint, a question with choices, a form of typed fields (SPEC 9).

use crate::text::has_hidden_characters;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The most characters of a question or a reason.
const TEXT_MAX_CHARS: usize = 4_000;
/// The most choices of a question or field, and the most characters of each.
const CHOICES_MAX: usize = 20;
const CHOICE_MAX_CHARS: usize = 200;
/// The most fields of a form.
const FIELDS_MAX: usize = 20;
/// The most characters of a field's name or label.
const LABEL_MAX_CHARS: usize = 200;
/// The most bytes of a text that answers.
const ANSWER_MAX_BYTES: usize = 64 * 1024;

crate::words! {
    /// What was asked.
    pub enum QuestionKind {
        /// The agent stops until it is told to go on.
        Checkpoint = "checkpoint",
        Ask = "ask",
        Form = "form",
    }
}

crate::words! {
    /// Where a question stands.
    pub enum QuestionState {
        Open = "open",
        Answered = "answered",
        /// The operator went on without answering it.
        Withdrawn = "withdrawn",
    }
}

crate::words! {
    /// What a field of a form takes.
    pub enum FieldKind {
        Text = "text",
        /// A text of several lines.
        LongText = "long_text",
        Number = "number",
        Boolean = "boolean",
        /// One of its choices.
        Choice = "choice",
        /// Any of its choices.
        Choices = "choices",
    }
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// What the answer calls it.
    pub name: String,
    /// What the operator reads; the name when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(default = "text_field")]
    pub kind: FieldKind,
    #[serde(default)]
    pub required: bool,
    /// What can be chosen, of a field that is a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
}

const fn text_field() -> FieldKind {
    FieldKind::Text
}

/// What is asked: the text, and for its kind the choices or fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub kind: QuestionKind,
    pub text: String,
    pub choices: Vec<String>,
    pub fields: Vec<Field>,
}

/// What is wrong with a question or an answer; one sentence that says how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct QuestionFault(pub String);

fn fault<T>(text: impl Into<String>) -> Result<T, QuestionFault> {
    Err(QuestionFault(text.into()))
}

impl Question {
    /// Checks what an agent asks.
    pub fn check(&self) -> Result<(), QuestionFault> {
        let count = self.text.chars().count();
        if self.text.trim().is_empty() {
            return fault(match self.kind {
                QuestionKind::Checkpoint => "the reason is empty; say in one sentence what you stop for",
                QuestionKind::Ask | QuestionKind::Form => "the question is empty; ask one clear question",
            });
        }
        if count > TEXT_MAX_CHARS {
            return fault(format!("the text has {count} characters; at most {TEXT_MAX_CHARS} fit"));
        }
        check_choices(&self.choices, "the question")?;
        match self.kind {
            QuestionKind::Form => check_fields(&self.fields),
            QuestionKind::Ask if self.choices.len() == 1 => {
                fault("a question has no choices or at least two; with one there is nothing to choose")
            }
            QuestionKind::Checkpoint | QuestionKind::Ask => Ok(()),
        }
    }

    /// Checks an answer and gives it as the message that the agent reads.
    pub fn answered(&self, answer: &Value) -> Result<String, QuestionFault> {
        match self.kind {
            QuestionKind::Checkpoint | QuestionKind::Ask => self.answered_in_words(answer),
            QuestionKind::Form => self.answered_by_fields(answer),
        }
    }

    fn answered_in_words(&self, answer: &Value) -> Result<String, QuestionFault> {
        let Some(text) = answer.as_str().map(str::trim) else {
            return fault("the answer to this is a text");
        };
        check_size(text)?;
        match self.kind {
            QuestionKind::Checkpoint if text.is_empty() => Ok("Go on.".to_owned()),
            _ if text.is_empty() => fault("the answer is empty"),
            // A person may always answer in their own words.
            _ => Ok(text.to_owned()),
        }
    }

    fn answered_by_fields(&self, answer: &Value) -> Result<String, QuestionFault> {
        let Some(given) = answer.as_object() else {
            return fault("the answer to a form is an object with a value for each field");
        };
        if let Some(unknown) = given.keys().find(|name| !self.fields.iter().any(|field| field.name == **name))
        {
            return fault(format!("the form has no field '{unknown}'"));
        }
        let mut told = Map::new();
        for field in &self.fields {
            if let Some(value) = field.check(given.get(&field.name))? {
                told.insert(field.name.clone(), value);
            }
        }
        serde_json::to_string_pretty(&told).map_err(|error| QuestionFault(error.to_string()))
    }
}

fn check_choices(choices: &[String], of: &str) -> Result<(), QuestionFault> {
    if choices.len() > CHOICES_MAX {
        return fault(format!("{of} has {} choices; at most {CHOICES_MAX} fit", choices.len()));
    }
    for (at, choice) in choices.iter().enumerate() {
        if choice.trim().is_empty() || choice.chars().count() > CHOICE_MAX_CHARS {
            return fault(format!("a choice of {of} has 1 to {CHOICE_MAX_CHARS} characters"));
        }
        if has_hidden_characters(choice) {
            return fault(format!("a choice of {of} holds characters that do not show"));
        }
        if choices[..at].contains(choice) {
            return fault(format!("{of} has the choice '{choice}' twice"));
        }
    }
    Ok(())
}

fn check_fields(fields: &[Field]) -> Result<(), QuestionFault> {
    if fields.is_empty() || fields.len() > FIELDS_MAX {
        return fault(format!("a form has 1 to {FIELDS_MAX} fields, this one has {}", fields.len()));
    }
    for (at, field) in fields.iter().enumerate() {
        let name = &field.name;
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return fault(format!("'{name}' is no name of a field; use letters, digits and _"));
        }
        if name.len() > LABEL_MAX_CHARS || field.shown().chars().count() > LABEL_MAX_CHARS {
            return fault(format!("the label of '{name}' has more than {LABEL_MAX_CHARS} characters"));
        }
        if has_hidden_characters(field.shown()) {
            return fault(format!("the label of '{name}' holds characters that do not show"));
        }
        if fields[..at].iter().any(|other| other.name == *name) {
            return fault(format!("the form has the field '{name}' twice"));
        }
        let of = format!("the field '{name}'");
        check_choices(&field.choices, &of)?;
        match (field.is_choice(), field.choices.len()) {
            (true, 0 | 1) => return fault(format!("{of} is a choice and needs at least two choices")),
            (false, 1..) => return fault(format!("{of} is a {} and takes no choices", field.kind)),
            _ => {}
        }
    }
    Ok(())
}

fn check_size(text: &str) -> Result<(), QuestionFault> {
    if text.len() > ANSWER_MAX_BYTES {
        return fault(format!("the answer has {} bytes; at most {ANSWER_MAX_BYTES} fit", text.len()));
    }
    Ok(())
}

impl Field {
    /// What the operator reads beside it.
    pub fn shown(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }

    const fn is_choice(&self) -> bool {
        matches!(self.kind, FieldKind::Choice | FieldKind::Choices)
    }

    /// The value as the agent gets it; `None` when nothing was given and nothing had to be.
    fn check(&self, given: Option<&Value>) -> Result<Option<Value>, QuestionFault> {
        let empty = match given {
            None | Some(Value::Null) => true,
            Some(Value::String(text)) => text.trim().is_empty(),
            Some(Value::Array(items)) => items.is_empty(),
            Some(_) => false,
        };
        let Some(value) = given.filter(|_| !empty) else {
            let missing = self.required.then(|| QuestionFault(format!("'{}' must be given", self.shown())));
            return missing.map_or(Ok(None), Err);
        };
        let known = |value: &Value| value.as_str().is_some_and(|text| self.choices.iter().any(|c| c == text));
        let fits = match self.kind {
            FieldKind::Text => value.as_str().is_some_and(|text| !text.contains('\n')),
            FieldKind::LongText => value.is_string(),
            FieldKind::Number => value.is_number(),
            FieldKind::Boolean => value.is_boolean(),
            FieldKind::Choice => known(value),
            FieldKind::Choices => value.as_array().is_some_and(|items| items.iter().all(known)),
        };
        if let Some(text) = value.as_str() {
            check_size(text)?;
        }
        if fits { Ok(Some(value.clone())) } else { fault(self.wanted()) }
    }

    fn wanted(&self) -> String {
        let what = match self.kind {
            FieldKind::Text => "a text of one line".to_owned(),
            FieldKind::LongText => "a text".to_owned(),
            FieldKind::Number => "a number".to_owned(),
            FieldKind::Boolean => "true or false".to_owned(),
            FieldKind::Choice => format!("one of {}", self.choices.join(", ")),
            FieldKind::Choices => format!("a list of any of {}", self.choices.join(", ")),
        };
        format!("'{}' is {what}", self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn form(fields: Value) -> Question {
        let fields = serde_json::from_value(fields).expect("fields are read");
        Question { kind: QuestionKind::Form, text: "What to build?".to_owned(), choices: Vec::new(), fields }
    }

    fn ask(choices: &[&str]) -> Question {
        let choices = choices.iter().map(|choice| (*choice).to_owned()).collect();
        Question { kind: QuestionKind::Ask, text: "Which one?".to_owned(), choices, fields: Vec::new() }
    }

    #[test]
    fn a_form_takes_only_what_its_fields_take() {
        let form = form(json!([
            {"name": "name", "required": true},
            {"name": "count", "kind": "number"},
            {"name": "kind", "kind": "choice", "choices": ["a", "b"]},
            {"name": "sure", "kind": "boolean"},
        ]));
        assert_eq!(form.check(), Ok(()));
        let told = form.answered(&json!({"name": "x", "kind": "b", "sure": true})).expect("it fits");
        let told: Value = serde_json::from_str(&told).expect("the agent reads JSON");
        assert_eq!(told, json!({"name": "x", "kind": "b", "sure": true}), "what was left out stays out");
        for (answer, wrong) in [
            (json!({}), "'name' must be given"),
            (json!({"name": "x", "count": "3"}), "'count' is a number"),
            (json!({"name": "x", "kind": "c"}), "'kind' is one of a, b"),
            (json!({"name": "x", "else": 1}), "the form has no field 'else'"),
            (json!("x"), "the answer to a form is an object with a value for each field"),
        ] {
            assert_eq!(form.answered(&answer), Err(QuestionFault(wrong.to_owned())), "{answer}");
        }
    }

    #[test]
    fn a_question_that_nobody_could_answer_is_refused() {
        assert!(ask(&["only"]).check().is_err(), "one choice is none");
        assert!(ask(&["a", "a"]).check().is_err(), "two choices must differ");
        assert!(Question { text: " ".to_owned(), ..ask(&[]) }.check().is_err(), "an empty question");
        assert!(form(json!([])).check().is_err(), "a form without fields");
        assert!(form(json!([{"name": "a"}, {"name": "a"}])).check().is_err(), "one name twice");
        assert!(form(json!([{"name": "a", "kind": "choice"}])).check().is_err(), "a choice of nothing");
        assert_eq!(ask(&["a", "b"]).check(), Ok(()));
    }

    #[test]
    fn a_person_may_answer_in_their_own_words() {
        assert_eq!(ask(&["a", "b"]).answered(&json!("neither")).as_deref(), Ok("neither"));
        assert!(ask(&["a", "b"]).answered(&json!("  ")).is_err(), "but must say something");
    }
}
