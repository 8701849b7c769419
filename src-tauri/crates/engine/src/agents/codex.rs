//! Codex: `codex exec` with its JSON stream, the prompt on standard input, the configuration in the private home.

use std::fmt::Write as _;

use super::claude::key_variable;
use super::mcp::{self, STARTUP_SECONDS};
use super::provider::versioned;
use super::tool_access::{TOKEN_VARIABLE, ToolAccess};
use super::turn::{Adapter, Invocation, KeySource, Place, SeedFile, StreamParser, Turn, Unrunnable};

mod stream;

pub const NAME: &str = "codex";

/// As a person writes it.
const TITLE: &str = "Codex";

/// How often it asks again before it gives up. The run waits for quota and overload by itself, and for longer.
const MAX_RETRIES: u32 = 3;

/// No news to its maker; no copy of the environment, and so of the key, in a file; no key and no token for the commands it runs.
const QUIET: &str = "
[analytics]
enabled = false

[features]
shell_snapshot = false

[shell_environment_policy]
exclude = [\"CODEX_API_KEY\", \"WAYBILL_TOKEN\"]
";

/// The variable it takes a key from when it is not asked by a person.
const KEY_VARIABLES: &[&str] = &["CODEX_API_KEY"];

/// The names under which a key for it may be stored.
pub(super) const STORED_KEYS: &[&str] = &["OPENAI_API_KEY", "CODEX_API_KEY"];

#[derive(Debug)]
pub struct Codex;

impl Adapter for Codex {
    fn name(&self) -> &str {
        NAME
    }

    fn title(&self) -> &str {
        TITLE
    }

    fn base_url_variable(&self, _model: Option<&str>, _key: &KeySource) -> Option<&'static str> {
        Some("OPENAI_BASE_URL")
    }

    fn invocation(&self, turn: &Turn) -> Result<Invocation, Unrunnable> {
        let mut args = vec!["exec"];
        args.extend(turn.resume.is_some().then_some("resume"));
        // The sandbox is what protects the machine; a question would never be answered here.
        args.extend(["--json", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox"]);
        args.extend(turn.resume.as_deref());
        args.push("-");
        let mut files = vec![SeedFile::new(Place::Home, ".codex/config.toml", configuration(turn))];
        if let Some(text) = &turn.claude_md {
            files.push(SeedFile::new(Place::Home, ".codex/AGENTS.md", text.as_str()));
        }
        Ok(Invocation {
            program: turn.executable.clone(),
            args: args.into_iter().map(str::to_owned).collect(),
            env: vec![("WAYBILL_OUT".to_owned(), turn.out_dir.to_string_lossy().into_owned())],
            secret_env: key_variable(&turn.key, KEY_VARIABLES),
            files,
            stdin: Some(turn.prompt.clone().into_bytes()),
        })
    }

    fn parser(&self, turn: &Turn) -> Box<dyn StreamParser> {
        Box::new(stream::CodexStream::new(turn))
    }

    fn resumes(&self) -> bool {
        true
    }

    fn session_state(&self) -> &'static [&'static str] {
        &[".codex/sessions"]
    }
}

/// The file that the tool reads first. It holds no secret: a key comes by environment.
fn configuration(turn: &Turn) -> String {
    let mut toml = String::from("check_for_update_on_startup = false\n");
    let mut set = |key: &str, value: &str| {
        // Writing to a String cannot fail.
        let _ = writeln!(toml, "{key} = {}", toml_string(value));
    };
    if let Some(model) = &turn.model {
        set("model", model);
    }
    if let Some(effort) = &turn.effort {
        set("model_reasoning_effort", effort);
    }
    if let Some(text) = &turn.system_prompt {
        set("developer_instructions", text);
    }
    if turn.base_url.is_some() {
        set("model_provider", "waybill");
    }
    toml.push_str(QUIET);
    if let Some(url) = &turn.base_url {
        toml.push_str(&provider(url, &turn.key));
    }
    if let Some(access) = &turn.tool_access {
        toml.push_str(&tools(access));
    }
    toml
}

/// A provider of our own for another address: only to such a one can it be said how often to ask again.
fn provider(url: &str, key: &KeySource) -> String {
    let access = match key {
        KeySource::Stored { .. } => format!("env_key = {}\n", toml_string(KEY_VARIABLES[0])),
        KeySource::Login => "requires_openai_auth = true\n".to_owned(),
        KeySource::None => String::new(),
    };
    format!(
        "\n[model_providers.waybill]\nname = \"waybill\"\nbase_url = {}\nwire_api = \"responses\"\n\
         supports_websockets = false\nrequest_max_retries = {MAX_RETRIES}\nstream_max_retries = {MAX_RETRIES}\n{access}",
        toml_string(&versioned(url))
    )
}

/// The server of Waybill's tools. It gets no variable but those named; without it the turn fails instead of going on
/// without tools.
fn tools(access: &ToolAccess) -> String {
    let (program, arguments) = access.command.split_first().map_or(("", &[][..]), |(one, rest)| (one, rest));
    let arguments: Vec<String> = arguments.iter().map(|word| toml_string(word)).collect();
    format!(
        "\n[mcp_servers.{}]\ncommand = {}\nargs = [{}]\nenv_vars = [{}]\nstartup_timeout_sec = {STARTUP_SECONDS}\n\
         required = true\n",
        mcp::SERVER,
        toml_string(program),
        arguments.join(", "),
        toml_string(TOKEN_VARIABLE),
    )
}

/// A basic string: JSON's escapes are TOML's as well, but for the one control character that JSON leaves alone.
fn toml_string(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests;
