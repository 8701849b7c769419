//! Pi: `pi --print` with its JSON stream, the prompt on standard input, its files in the private home.

use serde_json::json;

use super::provider::{Provider, model_name, versioned};
use super::turn::{Adapter, Invocation, KeySource, Place, SeedFile, StreamParser, Turn, Unrunnable};

mod stream;

pub const NAME: &str = "pi";

/// As a person writes it.
const TITLE: &str = "Pi";

const SYSTEM_PROMPT: &str = "system-prompt.md";

/// It knows no MCP servers: this gives it the tools of one.
const EXTENSION: &str = "waybill-tools.js";

#[derive(Debug)]
pub struct Pi;

impl Adapter for Pi {
    fn name(&self) -> &str {
        NAME
    }

    fn title(&self) -> &str {
        TITLE
    }

    fn base_url_variable(&self, model: Option<&str>, key: &KeySource) -> Option<&'static str> {
        Provider::of(model, key).map(Provider::base_url_variable)
    }

    fn invocation(&self, turn: &Turn) -> Result<Invocation, Unrunnable> {
        // What a repository brings for this tool is code that would run in it: never taken.
        let mut args: Vec<String> = ["--mode", "json", "--print", "--no-approve"].map(String::from).into();
        let mut option = |name: &str, value: &str| args.extend([name.to_owned(), value.to_owned()]);
        match (&turn.resume, &turn.new_session_id) {
            (Some(id), _) => option("--session", id),
            (None, Some(id)) => option("--session-id", id),
            (None, None) => {}
        }
        let provider = Provider::of(turn.model.as_deref(), &turn.key);
        if let Some(provider) = provider {
            option("--provider", provider.name());
        }
        if let Some(model) = provider.map_or(turn.model.as_deref(), |provider| model_name(turn, provider)) {
            option("--model", model);
        }
        if let Some(effort) = &turn.effort {
            option("--thinking", effort);
        }
        let mut files = Vec::new();
        if let Some(text) = &turn.system_prompt {
            files.push(SeedFile::new(Place::InDir, SYSTEM_PROMPT, text.as_str()));
            option("--append-system-prompt", &turn.in_dir.join(SYSTEM_PROMPT).to_string_lossy());
        }
        if let Some(text) = &turn.claude_md {
            files.push(SeedFile::new(Place::Home, ".pi/agent/AGENTS.md", text.as_str()));
        }
        files.extend(address(turn, provider));
        if turn.tool_access.is_some() {
            files.push(SeedFile::new(Place::InDir, EXTENSION, include_str!("pi/waybill_tools.js")));
            option("--extension", &turn.in_dir.join(EXTENSION).to_string_lossy());
        }
        Ok(Invocation {
            program: turn.executable.clone(),
            args,
            env: environment(turn),
            secret_env: provider.map_or_else(Vec::new, |provider| provider.secret_env(&turn.key)),
            files,
            stdin: Some(turn.prompt.clone().into_bytes()),
        })
    }

    fn parser(&self, turn: &Turn) -> Box<dyn StreamParser> {
        Box::new(stream::PiStream::new(turn))
    }

    fn resumes(&self) -> bool {
        true
    }

    fn takes_session_id(&self) -> bool {
        true
    }

    fn session_state(&self) -> &'static [&'static str] {
        &[".pi/agent/sessions"]
    }
}

fn environment(turn: &Turn) -> Vec<(String, String)> {
    // Where the extension finds the server: a list of words, as JSON.
    let command = turn.tool_access.as_ref().map(|access| json!(access.command).to_string());
    let command = command.map(|words| ("WAYBILL_MCP_COMMAND".to_owned(), words));
    let fixed = [
        // No look for updates and no news to its maker; the model is asked all the same.
        ("PI_OFFLINE".to_owned(), "1".to_owned()),
        ("PI_TELEMETRY".to_owned(), "0".to_owned()),
        ("WAYBILL_OUT".to_owned(), turn.out_dir.to_string_lossy().into_owned()),
    ];
    fixed.into_iter().chain(command).collect()
}

/// The file that gives a provider another address. It holds no secret: a key comes by environment.
fn address(turn: &Turn, provider: Option<Provider>) -> Option<SeedFile> {
    let (url, provider) = (turn.base_url.as_deref()?, provider?);
    let url = match provider {
        Provider::Anthropic => url.trim_end_matches('/').to_owned(),
        Provider::OpenAi => versioned(url),
    };
    let models = json!({ "providers": { provider.name(): { "baseUrl": url } } });
    Some(SeedFile::new(Place::Home, ".pi/agent/models.json", models.to_string()))
}

#[cfg(test)]
mod tests;
