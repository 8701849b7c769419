//! Links of the form `waybill://p/<slug>/…`: which of them are known, and what they open.
//!
//! Anyone can put such a link on a web page, so only known shapes pass and they only ever show something.

use tauri::{AppHandle, Url};
use tauri_plugin_deep_link::DeepLinkExt;
use waybill_domain::slug::is_slug;

use crate::window;

/// Opens the link that started the application, and those that come later.
pub fn listen(app: &AppHandle) {
    let handle = app.clone();
    app.deep_link().on_open_url(move |event| open_first(&handle, &event.urls()));
    match app.deep_link().get_current() {
        Ok(links) => open_first(app, &links.unwrap_or_default()),
        Err(error) => tracing::warn!(%error, "the link that started Waybill cannot be read"),
    }
}

fn open_first(app: &AppHandle, links: &[Url]) {
    match links.iter().find_map(path_of) {
        Some(path) => window::open(app, path),
        None if links.is_empty() => {}
        None => tracing::warn!("a link of an unknown shape was ignored"),
    }
}

/// The path of the application that a link opens; none for a shape that is not known.
fn path_of(link: &Url) -> Option<String> {
    let plain = link.scheme() == "waybill"
        && link.host_str() == Some("p")
        && link.port().is_none()
        && link.username().is_empty()
        && link.password().is_none()
        && link.query().is_none()
        && link.fragment().is_none();
    if !plain {
        return None;
    }
    let parts: Vec<&str> = link.path().split('/').skip(1).collect();
    let (slug, rest) = parts.split_first()?;
    let known = match rest {
        [] => return is_slug(slug).then(|| format!("/p/{slug}/inbox")),
        ["inbox" | "issues" | "runs" | "settings" | "new"] => true,
        ["issues" | "runs", number] => is_number(number),
        _ => false,
    };
    (known && is_slug(slug)).then(|| format!("/p/{slug}/{}", rest.join("/")))
}

/// Issue and run numbers: positive, without leading zeros.
fn is_number(text: &str) -> bool {
    !text.starts_with('0') && text.bytes().all(|c| c.is_ascii_digit()) && (1..=15).contains(&text.len())
}

#[cfg(test)]
mod tests {
    use super::path_of;

    fn opened(link: &str) -> Option<String> {
        link.parse().ok().as_ref().and_then(path_of)
    }

    #[test]
    fn a_link_opens_what_it_names() {
        for (link, path) in [
            ("waybill://p/demo/issues/42", "/p/demo/issues/42"),
            ("waybill://p/my-app-2/runs/87", "/p/my-app-2/runs/87"),
            ("waybill://p/demo/inbox", "/p/demo/inbox"),
            ("waybill://p/demo/new", "/p/demo/new"),
            ("waybill://p/demo", "/p/demo/inbox"),
        ] {
            assert_eq!(opened(link).as_deref(), Some(path), "{link} is a link that Waybill itself copies");
        }
    }

    #[test]
    fn anything_else_is_ignored() {
        for link in [
            "waybill://p/demo/issues/42?run=1",
            "waybill://p/demo/issues/42#x",
            "waybill://p/demo/issues/42/delete",
            "waybill://p/demo/issues/-1",
            "waybill://p/demo/issues/0",
            "waybill://p/demo/issues/01",
            "waybill://p/demo/issues/9999999999999999999",
            "waybill://p/demo/issues/",
            "waybill://p/../../etc/passwd",
            "waybill://p/demo/../x/issues/1/..",
            "waybill://p/DEMO/issues/1",
            "waybill://p/de%2Fmo/issues/1",
            "waybill://p/-demo/issues/1",
            "waybill://q/demo/issues/1",
            "waybill://user@p/demo/issues/1",
            "waybill://p:80/demo/issues/1",
            "waybill:p/demo/issues/1",
            "https://p/demo/issues/1",
        ] {
            assert_eq!(opened(link), None, "{link} comes from anywhere and must do nothing");
        }
    }
}
