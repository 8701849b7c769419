//! Who authors are, resolved for a whole answer at once (SPEC 2, "Author identity").

use crate::error::StoreError;
use crate::settings;
use rusqlite::Connection;
use waybill_domain::principal::Principal;

/// Resolves authors; made once for an answer, so that no row costs a query of its own.
#[derive(Debug, Clone)]
pub struct Authors {
    operator: Option<String>,
}

/// An author as stored, with what is known of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    pub who: Principal,
    pub handle: Option<String>,
    pub display_name: Option<String>,
}

impl Authors {
    /// Reads what is needed to resolve any author.
    pub fn load(connection: &Connection) -> Result<Self, StoreError> {
        let name = settings::get(connection, "display_name")?;
        Ok(Self {
            operator: name.and_then(|name| name.as_str().map(str::to_owned)).filter(|name| !name.is_empty()),
        })
    }

    /// The author behind a stored user id; an id that names nobody is Waybill's own.
    pub fn resolve(&self, user_id: &str) -> Author {
        let who = user_id.parse().unwrap_or(Principal::System);
        let display_name = match &who {
            Principal::Operator => self.operator.clone(),
            _ => None,
        };
        Author { who, handle: None, display_name }
    }
}
