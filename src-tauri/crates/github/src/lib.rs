//! GitHub: what Waybill knows of it. A leaf: no store, no policy, and so far no network.

/// The `owner/name` that a git remote's address names, when it is on GitHub.
pub fn repository_of(url: &str) -> Option<String> {
    let rest = url.strip_prefix("git@github.com:").or_else(|| {
        url.split_once("://").map(|(_, rest)| rest).and_then(|rest| {
            let (host, path) = rest.split_once('/')?;
            let host = host.rsplit('@').next()?;
            let host = host.split(':').next()?;
            ["github.com", "ssh.github.com", "www.github.com"].contains(&host).then_some(path)
        })
    })?;
    let name = rest.trim_matches('/');
    let name = name.strip_suffix(".git").unwrap_or(name);
    let legal = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    let (owner, repository) = name.split_once('/')?;
    (legal(owner) && legal(repository)).then(|| format!("{owner}/{repository}"))
}

#[cfg(test)]
mod tests {
    use super::repository_of;

    #[test]
    fn a_remote_on_github_is_known_however_it_is_written() {
        for url in [
            "git@github.com:ada/engine.git",
            "https://github.com/ada/engine",
            "https://token@github.com/ada/engine.git",
            "ssh://git@github.com:22/ada/engine.git",
        ] {
            assert_eq!(repository_of(url).as_deref(), Some("ada/engine"), "{url}");
        }
        for url in [
            "https://gitlab.com/ada/engine",
            "/srv/engine.git",
            "https://github.com/ada",
            "https://github.com/a/b/c",
        ] {
            assert_eq!(repository_of(url), None, "{url} is no repository on GitHub");
        }
    }
}
