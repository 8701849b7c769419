//! The pages' side of the shell: a few commands and what the page hears of changes. No logic of its own.

use serde_json::Value;
use tauri::{AppHandle, Manager, State, Url, WebviewWindow, Wry};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tauri_plugin_opener::OpenerExt;
use tokio::sync::oneshot;
use waybill_api::error::{ApiError, Code};

use crate::shell::Shell;
use crate::{feed, quick, shortcut, window};

/// Hands a command to the application; waits while it is still opening.
#[tauri::command]
pub async fn call(shell: State<'_, Shell>, name: String, args: Value) -> Result<Value, ApiError> {
    shell.mark(&format!("call {name}"));
    shell.ask(&name, args).await
}

/// The page has painted its first view: its window may be seen. Answers the path to open first.
#[tauri::command]
pub async fn ready(
    app: AppHandle,
    page: WebviewWindow,
    shell: State<'_, Shell>,
) -> Result<Option<String>, ApiError> {
    if page.label() == quick::LABEL {
        quick::ready(&app);
        return Ok(None);
    }
    shell.mark("ready");
    let first = shell.page_is_ready();
    window::first_show(&app);
    Ok(first)
}

/// Lets the user choose a folder; null when they did not.
#[tauri::command]
pub async fn choose_folder(app: AppHandle, title: String) -> Result<Option<String>, ApiError> {
    choose(&app, title, FileDialogBuilder::pick_folder).await
}

/// Lets the user choose a file; null when they did not.
#[tauri::command]
pub async fn choose_file(app: AppHandle, title: String) -> Result<Option<String>, ApiError> {
    choose(&app, title, FileDialogBuilder::pick_file).await
}

type Chosen = Box<dyn FnOnce(Option<FilePath>) + Send>;

async fn choose(
    app: &AppHandle,
    title: String,
    pick: fn(FileDialogBuilder<Wry>, Chosen),
) -> Result<Option<String>, ApiError> {
    let (answer, chosen) = oneshot::channel();
    let mut dialog = app.dialog().file().set_title(title);
    if let Some(window) = app.get_webview_window(window::LABEL) {
        dialog = dialog.set_parent(&window);
    }
    let tell = move |path| {
        // Nobody waits any more when the page was reloaded meanwhile.
        let _unheard = answer.send(path);
    };
    pick(dialog, Box::new(tell));
    let path = chosen.await.ok().flatten().map(FilePath::into_path);
    match path.transpose() {
        Ok(None) => Ok(None),
        Ok(Some(path)) => match path.into_os_string().into_string() {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(refused("This name is not valid Unicode.", "Rename it.")),
        },
        Err(_) => Err(refused("This is not on this machine.", "Choose what is on a local disk.")),
    }
}

/// Hides the small window that files an issue.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "a command is handed its application")]
pub fn close_quick(app: AppHandle) {
    quick::hide(&app);
}

/// Why the global shortcut does not work; null: it does, or is off.
#[tauri::command]
pub async fn shortcut_problem(app: AppHandle) -> Result<Option<String>, ApiError> {
    // Asked right after it was set: what was set is followed first.
    feed::read_settings(&app).await;
    Ok(shortcut::problem(&app))
}

/// Opens a link in the browser or the mail program.
#[tauri::command]
pub async fn open_external(app: AppHandle, url: String) -> Result<(), ApiError> {
    let Some(link) = external(&url) else {
        return Err(refused("Only web and mail links are opened.", "Copy the link to use it elsewhere."));
    };
    app.opener().open_url(link, None::<&str>).map_err(|error| {
        ApiError::new(Code::Failed, format!("The link could not be opened: {error}."))
            .with_hint("Copy the link and open it in the browser.")
    })
}

/// The link, as the parser understood it, when a browser or a mail program is what opens it.
fn external(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let opens = match url.scheme() {
        "http" | "https" => url.has_host() && url.username().is_empty() && url.password().is_none(),
        "mailto" => true,
        _ => false,
    };
    opens.then(|| url.into())
}

fn refused(message: &str, hint: &str) -> ApiError {
    ApiError::invalid(message).with_hint(hint)
}

#[cfg(test)]
mod tests {
    use super::external;

    #[test]
    fn links_leave_only_for_the_browser_and_the_mail_program() {
        for link in ["https://example.org/a?b#c", "http://example.org/", "mailto:a@example.org"] {
            assert_eq!(external(link).as_deref(), Some(link), "{link} is what a reader expects to open");
        }
        for link in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "ssh://host",
            "waybill://p/x",
            "vscode://x",
            "data:text/html,x",
            "/etc/passwd",
            "--help",
            "https://bank.example@evil.example/",
            "",
        ] {
            assert_eq!(external(link), None, "{link:?} could start a program or deceive the reader");
        }
        assert_eq!(
            external("  HTTPS://example.org/x y").as_deref(),
            Some("https://example.org/x%20y"),
            "what is opened is what was checked"
        );
    }
}
