//! How the agent of a turn reaches Waybill's tools: the socket that its sandbox sees, and the token that it shows there.

use crate::agents::ToolAccess;
use crate::runs::setup::Work;
use crate::tool_socket::{Masked, ToolSocket};
use std::path::PathBuf;
use std::sync::Arc;
use waybill_domain::Millis;
use waybill_domain::session::AgentPath;
use waybill_store::StoreError;
use waybill_store::agent_tokens::{self, Bearer};
use waybill_store::origin::Origin;

/// The variable that names the socket, for tools whose configuration cannot be told.
pub(super) const SOCKET_VARIABLE: &str = "WAYBILL_SOCKET";
/// How much longer than its turn a token may be good: a paused agent's time does not count.
const PAUSES_MS: Millis = 24 * 60 * 60 * 1_000;

/// The open way to the tools; dropped, it is closed.
pub(super) struct Door {
    pub access: ToolAccess,
    /// Where the socket is, as seen from inside.
    pub address: PathBuf,
    _socket: ToolSocket,
}

impl Door {
    /// Opens it. None where there is nothing to offer: no `waybill` program that may be shown, or no socket.
    pub(super) async fn open(work: &Work) -> Result<Option<Self>, StoreError> {
        let program = work.engine.place().program.as_ref();
        let spec = work.sandbox.spec();
        let shown = program.filter(|program| spec.visible.contains(program));
        let (Some(program), Some(server)) = (shown, work.engine.tool_server()) else { return Ok(None) };
        let masked = Masked { server: Arc::clone(server), mask: Arc::clone(&work.mask) };
        let socket = match ToolSocket::open(&spec.inputs(), Arc::new(masked)) {
            Ok(socket) => socket,
            Err(error) => {
                tracing::warn!(%error, "agents are not offered Waybill's tools");
                return Ok(None);
            }
        };
        keep_token(work).await?;
        let address = socket.address(&work.sandbox.layout().inputs);
        let words = [program.to_string_lossy().into_owned(), "mcp".to_owned(), "--connect".to_owned()];
        let command = words.into_iter().chain([address.to_string_lossy().into_owned()]).collect();
        let access = ToolAccess { command, token: work.token.clone() };
        Ok(Some(Self { access, address, _socket: socket }))
    }
}

/// Makes the token known, in place of those of an attempt before.
async fn keep_token(work: &Work) -> Result<(), StoreError> {
    let bearer = Bearer {
        project_id: work.project.id.clone(),
        agent: AgentPath::primary(),
        origin: Origin {
            session: work.session.as_ref().map(|session| session.id.clone()),
            run: Some(work.run.id.clone()),
            step: Some(work.step.id.clone()),
            client: None,
        },
    };
    let (token, step) = (work.token.clone(), work.step.id.clone());
    let until = work.engine.store().now() + work.run.config.timeout_ms + PAUSES_MS;
    let kept = work.engine.store().write(move |write| {
        agent_tokens::revoke_of_step(write, &step)?;
        agent_tokens::insert(write, token.reveal(), &bearer, until).map(drop)
    });
    kept.await
}
