//! Saved views.

use crate::app::App;
use crate::error::ApiError;
use crate::wire::{Done, ProjectRef, View, ViewRef, ViewSave};
use waybill_domain::principal::Principal;
use waybill_store::views::{self, NewView};
use waybill_store::{StoreError, projects};

pub async fn view_list(app: &App, _: &Principal, args: ProjectRef) -> Result<Vec<View>, ApiError> {
    let found = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        views::list(reader, &project.id)?.into_iter().map(view_of).collect()
    });
    Ok(found.await?)
}

pub async fn view_save(app: &App, who: &Principal, args: ViewSave) -> Result<View, ApiError> {
    let who = who.clone();
    let saved = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        let new = NewView {
            name: args.name,
            query: args.query,
            layout: args.layout.as_str(),
            group_by: args.group_by.as_str(),
        };
        view_of(views::save(write, &project.id, args.id.as_ref(), &new, &who)?)
    });
    Ok(saved.await?)
}

pub async fn view_remove(app: &App, who: &Principal, args: ViewRef) -> Result<Done, ApiError> {
    let who = who.clone();
    let done = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        views::remove(write, &project.id, &args.id, &who)?;
        Ok(Done {})
    });
    Ok(done.await?)
}

fn view_of(view: views::View) -> Result<View, StoreError> {
    Ok(View {
        id: view.id,
        name: view.name,
        query: view.query,
        layout: word(&view.layout)?,
        group_by: word(&view.group_by)?,
    })
}

fn word<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|error: T::Err| StoreError::Unreadable(error.to_string()))
}
