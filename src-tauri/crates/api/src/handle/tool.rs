//! Agent tools: what is found on this machine, and the person's own.

use super::blocking;
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::wire::{AgentTool, Done, Nothing, PromptBy, SignIn, ToolAdd, ToolRef};
use waybill_domain::principal::Principal;
use waybill_domain::slug::is_slug;
use waybill_engine::agents::custom::{PromptBy as TemplatePrompt, Template};
use waybill_engine::agents::discover::{self, FoundTool, Search, SignedIn};
use waybill_engine::tools::{self, KNOWN_TOOLS, KnownTool};
use waybill_store::agent_tools::{self, CustomTool};

pub async fn tool_list(app: &App, _: &Principal, _: Nothing) -> Result<Vec<AgentTool>, ApiError> {
    let search = search(app).await?;
    let found = app.engine().tools().installed(&search).await;
    let custom = app.store().read(|reader| agent_tools::list(reader)).await?;
    let known =
        KNOWN_TOOLS.iter().map(|tool| known_of(tool, found.iter().find(|found| found.name == tool.name)));
    let own = custom.into_iter().map(|tool| custom_of(tool, &search));
    Ok(known.chain([demo()]).chain(own).collect())
}

pub async fn tool_check(app: &App, who: &Principal, args: ToolRef) -> Result<AgentTool, ApiError> {
    app.engine().tools().forget();
    let tools = tool_list(app, who, Nothing {}).await?;
    find(tools, &args.name)
}

pub async fn tool_add(app: &App, who: &Principal, args: ToolAdd) -> Result<AgentTool, ApiError> {
    if !is_slug(&args.name) || KNOWN_TOOLS.iter().any(|tool| tool.name == args.name) || args.name == "demo" {
        return Err(ApiError::invalid(format!("'{}' cannot be the name of a tool of your own", args.name))
            .with_hint("Use 1 to 48 of a–z, 0–9 and '-', and no name of a built-in tool."));
    }
    let template = Template {
        name: args.name.clone(),
        command: args.command.clone(),
        prompt: TemplatePrompt::File,
        key_variable: None,
    };
    if template.program().is_none() {
        return Err(ApiError::invalid("the command cannot be read: it is empty, or a quote is not closed"));
    }
    let prompt_by = args.prompt.unwrap_or_else(|| prompt_in(&args.command));
    let tool =
        CustomTool { name: args.name.clone(), command: args.command, prompt_by: prompt_by.to_string() };
    let actor = who.clone();
    app.store().write(move |write| agent_tools::put(write, &tool, &actor)).await?;
    find(tool_list(app, who, Nothing {}).await?, &args.name)
}

pub async fn tool_remove(app: &App, who: &Principal, args: ToolRef) -> Result<Done, ApiError> {
    let (actor, name) = (who.clone(), args.name.clone());
    if app.store().write(move |write| agent_tools::remove(write, &name, &actor)).await? {
        return Ok(Done {});
    }
    Err(ApiError::new(Code::NotFound, format!("there is no tool of your own called '{}'", args.name)))
}

/// Where the command says the prompt goes; a file when it does not say.
fn prompt_in(command: &str) -> PromptBy {
    if command.contains("{prompt}") { PromptBy::Arg } else { PromptBy::File }
}

fn find(tools: Vec<AgentTool>, name: &str) -> Result<AgentTool, ApiError> {
    tools.into_iter().find(|tool| tool.name == name).ok_or_else(|| {
        ApiError::new(Code::NotFound, format!("there is no tool called '{name}'"))
            .with_hint("`waybill tool list` shows the tools.")
    })
}

async fn search(app: &App) -> Result<Search, ApiError> {
    let keychain = app.engine().secrets();
    let stored = blocking(move || tools::stored_secrets(&*keychain)).await?;
    Ok(tools::search(app.engine().place(), stored))
}

fn known_of(tool: &KnownTool, found: Option<&FoundTool>) -> AgentTool {
    AgentTool {
        name: tool.name.to_owned(),
        title: tool.title.to_owned(),
        built_in: true,
        plain: false,
        installed: found.is_some(),
        path: found.map(|found| found.path.to_string_lossy().into_owned()),
        version: found.and_then(|found| found.version.clone()),
        sign_in: match found.map(|found| found.signed_in) {
            Some(SignedIn::Key) => SignIn::Key,
            Some(SignedIn::Login) => SignIn::Login,
            Some(SignedIn::None | SignedIn::Unknown) | None => SignIn::None,
        },
        secret: tool.secret.map(str::to_owned),
        command: None,
        install_hint: found.is_none().then(|| tool.install_hint.to_owned()),
    }
}

fn demo() -> AgentTool {
    AgentTool {
        name: "demo".to_owned(),
        title: "Demo tool (a script, no AI)".to_owned(),
        built_in: true,
        plain: false,
        installed: true,
        path: None,
        version: None,
        sign_in: SignIn::NotNeeded,
        secret: None,
        command: None,
        install_hint: None,
    }
}

fn custom_of(tool: CustomTool, search: &Search) -> AgentTool {
    let template = Template {
        name: tool.name.clone(),
        command: tool.command.clone(),
        prompt: TemplatePrompt::File,
        key_variable: None,
    };
    let path = template.program().and_then(|program| discover::locate(&program, search));
    let hint = "Install its program, or change the tool's command.";
    AgentTool {
        title: tool.name.clone(),
        name: tool.name,
        built_in: false,
        plain: tool.prompt_by != PromptBy::Acp.as_str(),
        installed: path.is_some(),
        install_hint: path.is_none().then(|| hint.to_owned()),
        path: path.map(|path| path.to_string_lossy().into_owned()),
        version: None,
        sign_in: SignIn::NotNeeded,
        secret: None,
        command: Some(tool.command),
    }
}
