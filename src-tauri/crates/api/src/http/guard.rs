//! Who may ask: the right Host, no foreign Origin, and the token.

use super::{Shared, refusal};
use crate::error::{ApiError, Code};
use crate::mcp::{self, Caller};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::net::SocketAddr;

/// Everything that a page of ours needs, and nothing from elsewhere.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; \
font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Refuses requests that were sent to another name (DNS rebinding) or by another site's page.
pub(super) async fn origin(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    if !is_ours(request.headers(), shared.address) {
        return (StatusCode::FORBIDDEN, "this address serves Waybill on this machine only").into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        // An answer may have a stricter policy of its own.
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

fn is_ours(headers: &HeaderMap, address: SocketAddr) -> bool {
    let port = address.port();
    let names = [
        format!("127.0.0.1:{port}"),
        format!("localhost:{port}"),
        format!("[::1]:{port}"),
        address.to_string(),
    ];
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if !names.iter().any(|name| name == host) {
        return false;
    }
    match headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or_default()) {
        None => true,
        Some(origin) => names.iter().any(|name| origin.strip_prefix("http://") == Some(name)),
    }
}

/// Refuses requests without the token.
pub(super) async fn token(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    if shows_token(&shared, request.headers()) { next.run(request).await } else { no_token() }
}

/// Finds who calls the tools of `/mcp`: an agent by its token, or the operator's own client by the server's. Nothing is
/// told of why a token is not good.
pub(super) async fn caller(State(shared): State<Shared>, mut request: Request, next: Next) -> Response {
    let shown = bearer(request.headers()).to_owned();
    let caller = if shows_token(&shared, request.headers()) {
        Ok(Some(Caller::Operator { project: None }))
    } else {
        mcp::authenticate(&shared.app, &shown).await
    };
    match caller {
        Ok(Some(caller)) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Ok(None) => (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")]).into_response(),
        Err(error) => refusal(&error),
    }
}

/// Whether a request for an attachment may be answered: it shows the token, or the key that opens attachments alone
/// and comes from our own page.
pub(super) fn may_read_attachments(shared: &Shared, headers: &HeaderMap, key: &str) -> bool {
    let from = headers.get("sec-fetch-site").map(|site| site.to_str().unwrap_or_default());
    let ours = from.is_none_or(|site| matches!(site, "same-origin" | "none"));
    shows_token(shared, headers) || (ours && same(key.as_bytes(), attachment_key(&shared.token).as_bytes()))
}

/// The key for attachments: it stands in addresses, so the token cannot be told from it.
pub(super) fn attachment_key(token: &str) -> String {
    let digest = Sha256::new().chain_update("waybill attachments\n").chain_update(token).finalize();
    digest.iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Says that the token is missing or wrong, and nothing else.
pub(super) fn no_token() -> Response {
    let mut response = refusal(&ApiError::new(Code::Forbidden, "the token is missing or wrong"));
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    response
}

fn shows_token(shared: &Shared, headers: &HeaderMap) -> bool {
    same(bearer(headers).as_bytes(), shared.token.as_bytes())
}

/// The token that a request shows; empty when there is none.
fn bearer(headers: &HeaderMap) -> &str {
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    shown.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default()
}

/// Compares in a time that does not tell how much was right.
fn same(shown: &[u8], token: &[u8]) -> bool {
    let differing = shown.iter().zip(token).fold(0_u8, |sum, (a, b)| sum | (a ^ b));
    shown.len() == token.len() && differing == 0
}

#[cfg(test)]
mod tests {
    use super::{is_ours, same};
    use axum::http::{HeaderMap, header};

    #[test]
    fn a_page_of_another_site_reaches_nothing() {
        let address = "127.0.0.1:4000".parse().expect("an address");
        let ask = |host: &str, origin: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().expect("a host"));
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().expect("an origin"));
            }
            is_ours(&headers, address)
        };
        assert!(ask("127.0.0.1:4000", None), "the CLI and curl send no origin");
        assert!(ask("localhost:4000", Some("http://localhost:4000")));
        assert!(!ask("evil.example:4000", None), "a rebound name must not pass");
        assert!(!ask("127.0.0.1:4000", Some("http://evil.example")), "another site's script must not pass");
        assert!(!ask("127.0.0.1:4000", Some("http://127.0.0.1:4001")), "nor another local server's");
        assert!(!ask("127.0.0.1:4000", Some("null")));
    }

    #[test]
    fn only_the_whole_token_passes() {
        assert!(same(b"abc", b"abc"));
        assert!(!same(b"ab", b"abc") && !same(b"", b"abc") && !same(b"abd", b"abc"));
    }
}
