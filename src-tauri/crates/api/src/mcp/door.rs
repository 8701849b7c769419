//! The tools at the socket that the engine opens into a sandbox.

use super::{Access, Tools, authenticate};
use crate::app::{App, WeakApp};
use std::pin::Pin;
use waybill_engine::tool_socket::{Incoming, Outgoing, ToolServer};

/// Serves agents for as long as the application is open.
pub(crate) struct Door(pub WeakApp);

impl ToolServer for Door {
    fn serve(
        &self,
        token: String,
        incoming: Incoming,
        outgoing: Outgoing,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let app = self.0.open();
        Box::pin(async move {
            let Some(app) = app else { return };
            if let Err(error) = answer(app, token, incoming, outgoing).await {
                tracing::debug!(%error, "a connection to the tools ended badly");
            }
        })
    }
}

async fn answer(
    app: App,
    token: String,
    incoming: Incoming,
    outgoing: Outgoing,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    if authenticate(&app, &token).await?.is_none() {
        return Ok(());
    }
    Tools::new(app, Access::Token(token.into())).serve(incoming, outgoing).await?;
    Ok(())
}
