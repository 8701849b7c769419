//! The built UI: its files, and its page for every path that the page itself routes.

use super::Shared;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use std::path::{Component, Path, PathBuf};

/// A file of the UI; a path without a file is the application's own.
pub(super) async fn file(State(shared): State<Shared>, method: Method, uri: Uri) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let Some(relative) = below(uri.path()) else { return StatusCode::NOT_FOUND.into_response() };
    let asset = relative.starts_with("assets");
    let wanted = shared.ui.join(&relative);
    let path = if relative.as_os_str().is_empty() || (!asset && wanted.extension().is_none()) {
        shared.ui.join("index.html")
    } else {
        wanted
    };
    let Some(bytes) = read_inside(&shared.ui, &path).await else {
        return (StatusCode::NOT_FOUND, "there is no such file").into_response();
    };
    // Names of assets carry a hash of their content.
    let caching = if asset { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [(header::CONTENT_TYPE, media_type(&path)), (header::CACHE_CONTROL, caching)];
    (headers, bytes).into_response()
}

/// A file's content, unless a link leads out of the folder.
async fn read_inside(folder: &Path, path: &Path) -> Option<Vec<u8>> {
    let (folder, real) =
        (tokio::fs::canonicalize(folder).await.ok()?, tokio::fs::canonicalize(path).await.ok()?);
    if !real.starts_with(&folder) {
        return None;
    }
    tokio::fs::read(real).await.ok()
}

/// The path below the UI's folder; `None` for one that leads out of it.
fn below(path: &str) -> Option<PathBuf> {
    let relative = Path::new(path.trim_start_matches('/'));
    let inside = |component| matches!(component, Component::Normal(_));
    let plain = !path.contains(['\\', '%', ':', '\0']);
    (plain && relative.components().all(inside)).then(|| relative.to_owned())
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("woff") => "font/woff",
        Some("json" | "map") => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::below;

    #[test]
    fn no_path_leads_out_of_the_ui() {
        for path in ["/../secret", "/a/../../b", "//etc/passwd/..", "/..%2f", "/a\\..\\b", "/C:/x"] {
            assert!(below(path).is_none(), "{path} would read another file");
        }
        assert!(below("/assets/index-1a2b.js").is_some());
        assert!(below("/p/demo/issues/1").is_some());
    }
}
