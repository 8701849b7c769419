//! The model providers that a tool of no provider's own can ask: which one a turn means, its key and its address.

use super::turn::{KeySource, Turn};

/// A provider whose key Waybill can keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Provider {
    Anthropic,
    OpenAi,
}

/// The names under which a key for such a tool may be stored; the first that is there is used.
pub(super) const STORED_KEYS: &[&str] = &["ANTHROPIC_API_KEY", "OPENAI_API_KEY"];

impl Provider {
    const ALL: [Self; 2] = [Self::Anthropic, Self::OpenAi];

    /// The provider that the model's name begins with (`openai/…`), else the one whose key is stored.
    ///
    /// None when the tool itself decides: by its own login, or for a provider that it alone knows.
    pub fn of(model: Option<&str>, key: &KeySource) -> Option<Self> {
        if let Some((named, _)) = model.and_then(|model| model.split_once('/')) {
            return Self::ALL.into_iter().find(|provider| provider.name() == named);
        }
        match key {
            KeySource::Stored { secret } => Self::ALL.into_iter().find(|one| one.key_variable() == secret),
            KeySource::Login | KeySource::None => None,
        }
    }

    /// As the tools call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Anthropic => "anthropic",
            Self::OpenAi => "openai",
        }
    }

    /// The variable from which tools take its key, which is also the name under which Waybill keeps it.
    pub const fn key_variable(self) -> &'static str {
        match self {
            Self::Anthropic => "ANTHROPIC_API_KEY",
            Self::OpenAi => "OPENAI_API_KEY",
        }
    }

    /// The variable of a project's environment that gives it another address.
    pub const fn base_url_variable(self) -> &'static str {
        match self {
            Self::Anthropic => "ANTHROPIC_BASE_URL",
            Self::OpenAi => "OPENAI_BASE_URL",
        }
    }

    /// (variable, name of the stored secret), when the turn has a stored key.
    pub fn secret_env(self, key: &KeySource) -> Vec<(String, String)> {
        let stored = matches!(key, KeySource::Stored { .. });
        let name = || self.key_variable().to_owned();
        stored.then(|| (name(), name())).into_iter().collect()
    }
}

/// The turn's model without the provider that may stand before it.
pub(super) fn model_name(turn: &Turn, provider: Provider) -> Option<&str> {
    let model = turn.model.as_deref()?;
    Some(model.strip_prefix(provider.name()).and_then(|rest| rest.strip_prefix('/')).unwrap_or(model))
}

/// An address with the protocol's version at its end, once.
pub(super) fn versioned(url: &str) -> String {
    let url = url.trim_end_matches('/');
    if url.ends_with("/v1") { url.to_owned() } else { format!("{url}/v1") }
}
