//! OpenCode: `opencode run` with its JSON stream, the prompt on standard input, its configuration by environment.

use serde_json::{Map, Value, json};

use super::mcp::{self, STARTUP_SECONDS};
use super::provider::{Provider, model_name, versioned};
use super::tool_access::TOKEN_VARIABLE;
use super::turn::{Adapter, Invocation, KeySource, Place, SeedFile, StreamParser, Turn, Unrunnable};

mod stream;

pub const NAME: &str = "opencode";

/// As a person writes it.
const TITLE: &str = "OpenCode";

const SYSTEM_PROMPT: &str = "system-prompt.md";

#[derive(Debug)]
pub struct OpenCode;

impl Adapter for OpenCode {
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
        // The sandbox is what protects the machine; a question would never be answered here.
        let mut args: Vec<String> =
            ["run", "--format", "json", "--auto", "--thinking"].map(String::from).into();
        let mut option = |name: &str, value: &str| args.extend([name.to_owned(), value.to_owned()]);
        match &turn.resume {
            Some(id) => option("--session", id),
            // Without a title it asks the model for one, which is paid for and seen by nobody.
            None => option("--title", "Waybill"),
        }
        let provider = Provider::of(turn.model.as_deref(), &turn.key);
        match (provider, &turn.model) {
            (Some(provider), Some(_)) => {
                let model = model_name(turn, provider).unwrap_or_default();
                option("--model", &format!("{}/{model}", provider.name()));
            }
            (None, Some(model)) => option("--model", model),
            (_, None) => {}
        }
        if let Some(effort) = &turn.effort {
            option("--variant", effort);
        }
        let mut files = Vec::new();
        if let Some(text) = &turn.system_prompt {
            files.push(SeedFile::new(Place::InDir, SYSTEM_PROMPT, text.as_str()));
        }
        if let Some(text) = &turn.claude_md {
            files.push(SeedFile::new(Place::Home, ".config/opencode/AGENTS.md", text.as_str()));
        }
        Ok(Invocation {
            program: turn.executable.clone(),
            args,
            env: environment(turn, provider),
            secret_env: provider.map_or_else(Vec::new, |provider| provider.secret_env(&turn.key)),
            files,
            stdin: Some(turn.prompt.clone().into_bytes()),
        })
    }

    fn parser(&self, turn: &Turn) -> Box<dyn StreamParser> {
        Box::new(stream::OpenCodeStream::new(turn))
    }

    fn resumes(&self) -> bool {
        true
    }

    fn session_state(&self) -> &'static [&'static str] {
        &[".local/share/opencode"]
    }
}

fn environment(turn: &Turn, provider: Option<Provider>) -> Vec<(String, String)> {
    let settings = [
        ("OPENCODE_DISABLE_AUTOUPDATE", "1"),
        // The list that it was built with; it fetches another at every start otherwise.
        ("OPENCODE_DISABLE_MODELS_FETCH", "1"),
        ("NO_COLOR", "1"),
    ];
    let mut env: Vec<(String, String)> =
        settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    env.push(("WAYBILL_OUT".to_owned(), turn.out_dir.to_string_lossy().into_owned()));
    env.push(("OPENCODE_CONFIG_CONTENT".to_owned(), configuration(turn, provider).to_string()));
    env
}

/// Its configuration, which stands above the one that a repository may bring. It holds no secret: a key comes by a
/// variable of its own.
fn configuration(turn: &Turn, provider: Option<Provider>) -> Value {
    let mut config = json!({ "share": "disabled" });
    if turn.system_prompt.is_some() {
        config["instructions"] = json!([turn.in_dir.join(SYSTEM_PROMPT)]);
    }
    if let Some(access) = &turn.tool_access {
        let token = format!("{{env:{TOKEN_VARIABLE}}}");
        let server = json!({
            "type": "local",
            "command": access.command,
            "environment": { TOKEN_VARIABLE: token },
            "enabled": true,
            "timeout": STARTUP_SECONDS * 1000,
        });
        config["mcp"] = json!({ mcp::SERVER: server });
    }
    if let Some(provider) = provider {
        let mut own = Map::new();
        if let Some(model) = model_name(turn, provider) {
            // It refuses the name of a model that it does not know yet unless it stands here.
            own.insert("models".to_owned(), json!({ model: {} }));
        }
        if let Some(url) = &turn.base_url {
            own.insert("options".to_owned(), json!({ "baseURL": versioned(url) }));
        }
        config["provider"] = json!({ provider.name(): own });
    }
    config
}

#[cfg(test)]
mod tests;
