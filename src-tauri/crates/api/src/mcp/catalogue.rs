//! What models are told of the tools: descriptions and schemas, short and with examples.

use super::caller::Caller;
use rmcp::model::{Tool, ToolAnnotations};
use serde_json::{Map, Value, json};
use waybill_domain::contract::Contract;
use waybill_domain::issue::{Priority, Status};
use waybill_domain::link::Relation;
use waybill_domain::question::FieldKind;
use waybill_domain::todo::TodoKind;

pub(super) const INSTRUCTIONS: &str = "Waybill keeps this project's issues on the developer's own disk. Read the issue \
you work on with `issue` (action get), keep your plan in `todo`, and claim each criterion when it is met. When something \
is the operator's to decide, call `ask`, `form` or `checkpoint` and end your turn: the answer is the next message.";

/// Every tool that there is for somebody.
pub(super) const NAMES: &[&str] =
    &["issue", "todo", "checkpoint", "ask", "form", "submit", "inbox", "run", "session"];

/// The tools of a caller.
pub(super) fn tools(caller: &Caller) -> Vec<Tool> {
    let operator = matches!(caller, Caller::Operator { .. });
    NAMES.iter().filter(|name| caller.may(name)).map(|name| tool(name, operator)).collect()
}

fn tool(name: &'static str, operator: bool) -> Tool {
    let (title, description, mut schema) = match name {
        "issue" => issue(),
        "todo" => todo(),
        "checkpoint" => checkpoint(),
        "ask" => ask(),
        "form" => form(),
        "submit" => submit(),
        "inbox" => inbox(),
        "run" => run(),
        _ => session(),
    };
    if operator && let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        let about = "The project's slug; the one of the current directory when absent";
        properties.insert("project".to_owned(), json!({"type": "string", "description": about}));
    }
    let hints = ToolAnnotations::new().destructive(false).open_world(false).read_only(name == "inbox");
    Tool::new(name, description, schema).with_title(title).annotate(hints)
}

type Told = (&'static str, &'static str, Map<String, Value>);

/// A schema of an object with these properties, of which the first so many must be given.
fn object(required: &[&str], properties: &Value) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), properties.clone());
    schema.insert("required".to_owned(), json!(required));
    schema.insert("additionalProperties".to_owned(), json!(false));
    schema
}

fn text(about: &str) -> Value {
    json!({"type": "string", "description": about})
}

fn words<T: std::fmt::Display>(all: &[T], about: &str) -> Value {
    let words: Vec<_> = all.iter().map(ToString::to_string).collect();
    json!({"type": "string", "enum": words, "description": about})
}

fn issue() -> Told {
    let about = "Read and work the project's issues. Without \"number\", the issue you work on is meant.\n\
        get {number}: the issue with body, todos, links and comments\n\
        list {query?} and search {query}: `is:open label:bug priority:high \"exact words\" -not`\n\
        ready: what can be begun now; claim {number?}: take one, so that nobody else begins it; release: give it back\n\
        create {title, body?, priority?, labels?, parent?}: file one; it becomes a child of the issue you work on\n\
        comment {body}; transition {status}: in_progress, assigned, resolved (with criteria: call checkpoint instead)\n\
        link {relation, other, remove?}\n\
        Examples: {\"action\": \"get\", \"number\": 42}; {\"action\": \"create\", \"title\": \"Dates shift by a day\", \
        \"body\": \"Seen in the importer …\", \"labels\": [\"bug\"]}";
    let actions =
        ["get", "list", "search", "ready", "claim", "release", "create", "comment", "transition", "link"];
    let properties = json!({
        "action": words(&actions, "What to do"),
        "number": {"type": "integer", "minimum": 1, "description": "The issue, like 42"},
        "query": text("list, search: words, \"phrases\", -not and qualifiers like is:open"),
        "limit": {"type": "integer", "minimum": 1, "maximum": 200},
        "after": text("list, search, ready: the \"next\" of the page before"),
        "title": text("create: one line, at most 200 characters"),
        "body": text("create, comment: Markdown, at most 16 KB"),
        "priority": words(Priority::ALL, "create"),
        "labels": {"type": "array", "items": {"type": "string"}, "description": "create"},
        "parent": {"type": "integer", "minimum": 1, "description": "create: the issue that it is a child of"},
        "bind": {"type": "boolean", "description": "create: work on it from now on, in a session that works on none"},
        "status": words(Status::ALL, "transition"),
        "note": text("transition: why"),
        "relation": words(Relation::ALL, "link: what the issue is to the other one"),
        "other": {"type": "integer", "minimum": 1, "description": "link: the other issue"},
        "remove": {"type": "boolean", "description": "link: take the link away"},
    });
    ("Issues", about, object(&["action"], &properties))
}

fn todo() -> Told {
    let about = "The plan (steps, yours) and the definition of done (criteria, the operator's) of the issue you work on. \
        Every call answers the whole list.\n\
        list; set {steps}: replaces your plan; add {content, kind?, phase?}; start {todo}: at most one is in progress;\n\
        done {todo}: completes a step, or claims that a criterion is met; drop {todo}: steps only; note {todo, note}\n\
        \"todo\" is the text, the beginning of the text, or the id of one.\n\
        Examples: {\"action\": \"set\", \"steps\": [\"read the parser\", \"write a failing test\", \"mend it\"]}; \
        {\"action\": \"done\", \"todo\": \"read the parser\"}";
    let step = json!({"oneOf": [
        {"type": "string"},
        {"type": "object", "properties": {"content": {"type": "string"}, "phase": {"type": "string"}},
         "required": ["content"], "additionalProperties": false},
    ]});
    let properties = json!({
        "action": words(&["list", "set", "add", "start", "done", "drop", "note"], "What to do"),
        "number": {"type": "integer", "minimum": 1, "description": "Another issue than the one you work on"},
        "steps": {"type": "array", "items": step, "description": "set: the plan, in order"},
        "content": text("add: one line, at most 500 characters"),
        "kind": words(TodoKind::ALL, "add: a step (usual), or a criterion that you propose"),
        "phase": text("add: the heading that a step stands under"),
        "todo": text("start, done, drop, note: which one"),
        "note": text("note, and with any mark: one line"),
    });
    ("Todos", about, object(&["action"], &properties))
}

fn checkpoint() -> Told {
    let about = "Stop until the operator says go on: when all criteria are claimed (then the operator signs off), or before \
        something that cannot be taken back. Returns at once; end your turn after it.\n\
        Example: {\"reason\": \"All three criteria are met; the tests are in tests/import.rs.\"}";
    let properties = json!({"reason": text("What you stop for, in one or two sentences")});
    ("Checkpoint", about, object(&["reason"], &properties))
}

fn ask() -> Told {
    let about = "Ask the operator one question that you cannot settle from the code. Returns at once; end your turn after \
        it, the answer is the next message.\n\
        Example: {\"question\": \"Keep reading the old format?\", \"choices\": [\"keep\", \"drop\"]}";
    let properties = json!({
        "question": text("One clear question, with what the operator needs to know"),
        "choices": {"type": "array", "items": {"type": "string"}, "maxItems": 20,
            "description": "Two or more, when these are the answers you expect; own words stay possible"},
    });
    ("Ask", about, object(&["question"], &properties))
}

fn form() -> Told {
    let about = "Ask the operator for several values at once. Returns at once; end your turn after it, the answer is the \
        next message, as JSON by the fields' names.\n\
        Example: {\"title\": \"Release\", \"fields\": [{\"name\": \"version\", \"required\": true}, {\"name\": \"channel\", \
        \"kind\": \"choice\", \"choices\": [\"beta\", \"stable\"]}]}";
    let field = json!({"type": "object", "properties": {
        "name": text("Letters, digits and _"),
        "label": text("What the operator reads; the name when absent"),
        "kind": words(FieldKind::ALL, "text when absent"),
        "required": {"type": "boolean"},
        "choices": {"type": "array", "items": {"type": "string"}, "description": "Of choice and choices: at least two"},
    }, "required": ["name"], "additionalProperties": false});
    let properties = json!({
        "title": text("What the form is for"),
        "fields": {"type": "array", "items": field, "minItems": 1, "maxItems": 20},
    });
    ("Form", about, object(&["title", "fields"], &properties))
}

fn submit() -> Told {
    let about = "Hand in the answer that your instructions ask for. It is checked at once: when it does not fit, the error \
        says what to mend and shows the schema; the last accepted answer counts.\n\
        Example: {\"contract\": \"review\", \"answer\": {\"pass\": false, \"feedback\": \"One bug.\", \"findings\": \
        [{\"file\": \"src/a.rs\", \"line\": 3, \"severity\": \"important\", \"message\": \"Off by one.\"}]}}";
    let properties = json!({
        "contract": words(Contract::ALL, "Which answer it is; your instructions name it"),
        "answer": {"type": "object", "description": "The answer itself"},
    });
    ("Submit", about, object(&["contract", "answer"], &properties))
}

fn inbox() -> Told {
    let about =
        "Everything that waits for the operator: questions of sessions, reviews, failed runs. Example: {}";
    ("Needs you", about, object(&[], &json!({})))
}

fn run() -> Told {
    let about = "Runs of agents.\nlist {limit?, after?}; get {number}; start {issue?, prompt?, tool?, model?}; cancel {number}\n\
        Example: {\"action\": \"start\", \"issue\": 42}";
    let properties = json!({
        "action": words(&["list", "get", "start", "cancel"], "What to do"),
        "number": {"type": "integer", "minimum": 1, "description": "The run"},
        "issue": {"type": "integer", "minimum": 1, "description": "start: the issue to work on"},
        "prompt": text("start: what to do, beside or instead of an issue"),
        "tool": text("start: claude, codex, …; the project's when absent"),
        "model": text("start"),
        "limit": {"type": "integer", "minimum": 1, "maximum": 200},
        "after": text("list: the \"next\" of the page before"),
    });
    ("Runs", about, object(&["action"], &properties))
}

fn session() -> Told {
    let about = "Conversations with agents.\nlist; get {number}: with its open questions; messages {number}; \
        start {issue?, message?}; send {number, text}; answer {number, question?, answer, sign_off?}; end {number}\n\
        Example: {\"action\": \"answer\", \"number\": 3, \"answer\": \"keep\"}";
    let properties = json!({
        "action": words(&["list", "get", "messages", "start", "send", "answer", "end"], "What to do"),
        "number": {"type": "integer", "minimum": 1, "description": "The session"},
        "issue": {"type": "integer", "minimum": 1, "description": "start: the issue to bind it to"},
        "message": text("start: the first message"),
        "text": text("send"),
        "question": text("answer: the question's id, when several are open"),
        "answer": {"description": "answer: a text, or an object by the fields' names for a form"},
        "sign_off": {"type": "boolean", "description": "answer: the criteria are met; the issue is resolved"},
        "limit": {"type": "integer", "minimum": 1, "maximum": 200},
        "after": text("list, messages: the \"next\" of the page before"),
    });
    ("Sessions", about, object(&["action"], &properties))
}

#[cfg(test)]
mod tests {
    use super::*;
    use waybill_domain::ids::{ProjectId, SessionId};
    use waybill_store::agent_tokens::Bearer;
    use waybill_store::origin::Origin;

    fn names(caller: &Caller) -> Vec<String> {
        tools(caller).iter().map(|tool| tool.name.to_string()).collect()
    }

    fn agent(path: &str, session: bool) -> Caller {
        let session = session.then(SessionId::generate);
        let origin = Origin { session, ..Origin::default() };
        let agent = path.parse().expect("a path");
        Caller::Agent(Box::new(Bearer { project_id: ProjectId::generate(), agent, origin }))
    }

    #[test]
    fn each_caller_sees_what_it_may_call_and_nothing_else() {
        let all = ["issue", "todo", "checkpoint", "ask", "form", "submit"];
        assert_eq!(names(&agent("primary", true)), all);
        assert_eq!(names(&agent("primary.subagents.x", true)), ["submit"], "the tracker is the root's");
        assert_eq!(names(&agent("primary", false)), ["issue", "todo", "submit"], "nobody answers a run");
        let operator = Caller::Operator { project: None };
        assert_eq!(names(&operator), ["issue", "todo", "inbox", "run", "session"]);
        let refusal = agent("primary.subagents.x", true).expect_may("issue").expect_err("is refused");
        assert!(refusal.message.contains("primary.subagents.x"), "by name: {}", refusal.message);
    }

    #[test]
    fn what_models_are_told_is_short() {
        for tool in
            tools(&agent("primary", true)).into_iter().chain(tools(&Caller::Operator { project: None }))
        {
            let said = tool.description.as_deref().unwrap_or_default();
            assert!(said.contains("Example"), "{} shows no call", tool.name);
            assert!(said.len() < 1_200, "{} takes {} bytes of every conversation", tool.name, said.len());
        }
    }
}
