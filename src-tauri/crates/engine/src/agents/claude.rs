//! Claude Code: `claude -p` with its JSON stream, the prompt on standard input.

use serde_json::json;

use super::mcp;
use super::turn::{Adapter, Invocation, KeySource, Place, SeedFile, StreamParser, Turn, Unrunnable};

mod stream;
mod usage;

pub const NAME: &str = "claude";

/// As a person writes it.
const TITLE: &str = "Claude Code";

/// How often it asks again before it gives up. The run waits for quota and overload by itself, and for longer.
const MAX_RETRIES: &str = "3";

/// The variables it takes a key from; a secret stored under one of these names is handed over by that name.
pub(super) const KEY_VARIABLES: &[&str] =
    &["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"];

const SYSTEM_PROMPT: &str = "system-prompt.md";

#[derive(Debug)]
pub struct Claude;

impl Adapter for Claude {
    fn name(&self) -> &str {
        NAME
    }

    fn title(&self) -> &str {
        TITLE
    }

    fn base_url_variable(&self, _model: Option<&str>, _key: &KeySource) -> Option<&'static str> {
        Some("ANTHROPIC_BASE_URL")
    }

    fn invocation(&self, turn: &Turn) -> Result<Invocation, Unrunnable> {
        let words = ["-p", "--output-format", "stream-json", "--verbose", "--include-partial-messages"];
        let mut args: Vec<String> = words.map(String::from).into();
        let mut option = |name: &str, value: &str| args.extend([name.to_owned(), value.to_owned()]);
        // The sandbox is what protects the machine; a question would never be answered here.
        option("--permission-mode", "bypassPermissions");
        match (&turn.resume, &turn.new_session_id) {
            (Some(id), _) => option("--resume", id),
            (None, Some(id)) => option("--session-id", id),
            (None, None) => {}
        }
        if let Some(model) = &turn.model {
            option("--model", model);
        }
        if let Some(effort) = &turn.effort {
            option("--effort", effort);
        }
        let mut files = Vec::new();
        if let Some(text) = &turn.system_prompt {
            files.push(SeedFile::new(Place::InDir, SYSTEM_PROMPT, text.as_str()));
            option("--append-system-prompt-file", &turn.in_dir.join(SYSTEM_PROMPT).to_string_lossy());
        }
        if let Some(text) = &turn.claude_md {
            files.push(SeedFile::new(Place::Home, ".claude/CLAUDE.md", text.as_str()));
        }
        if let Some(access) = &turn.tool_access {
            let config = mcp::config_file(access, &[("alwaysLoad", json!(true))]);
            option("--mcp-config", &turn.in_dir.join(mcp::CONFIG_FILE).to_string_lossy());
            // No servers but Waybill's: those of a repository are nobody's choice here.
            args.push("--strict-mcp-config".to_owned());
            files.push(config);
        }
        Ok(Invocation {
            program: turn.executable.clone(),
            args,
            env: environment(turn),
            secret_env: key_variable(&turn.key, KEY_VARIABLES),
            files,
            stdin: Some(turn.prompt.clone().into_bytes()),
        })
    }

    fn parser(&self, turn: &Turn) -> Box<dyn StreamParser> {
        Box::new(stream::ClaudeStream::new(turn))
    }

    fn resumes(&self) -> bool {
        true
    }

    fn takes_session_id(&self) -> bool {
        true
    }

    fn session_state(&self) -> &'static [&'static str] {
        &[".claude/projects"]
    }
}

fn environment(turn: &Turn) -> Vec<(String, String)> {
    let mut env: Vec<(String, String)> = [
        ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"),
        ("DISABLE_AUTOUPDATER", "1"),
        ("CLAUDE_CODE_MAX_RETRIES", MAX_RETRIES),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    env.push(("WAYBILL_OUT".to_owned(), turn.out_dir.to_string_lossy().into_owned()));
    if turn.is_root {
        // It refuses to work as root without permission checks unless it is told that this is a sandbox.
        env.push(("IS_SANDBOX".to_owned(), "1".to_owned()));
    }
    if let Some(url) = &turn.base_url {
        env.push(("ANTHROPIC_BASE_URL".to_owned(), url.trim_end_matches('/').to_owned()));
    }
    env
}

/// The variable that gets the stored key: the one the secret is named after, else the first that the tool reads.
pub(super) fn key_variable(key: &KeySource, known: &[&str]) -> Vec<(String, String)> {
    match key {
        KeySource::Stored { secret } => {
            let variable = known.iter().find(|name| *name == secret).or(known.first());
            variable.map(|name| ((*name).to_owned(), secret.clone())).into_iter().collect()
        }
        KeySource::Login | KeySource::None => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
