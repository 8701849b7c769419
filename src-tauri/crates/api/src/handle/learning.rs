//! Learnings: their review, and what is compiled of them.

use super::issue::author_of;
use super::{limit, number_cursor, paged};
use crate::app::App;
use crate::error::ApiError;
use crate::wire::{
    Learning, LearningAdd, LearningBrief, LearningCompile, LearningCompiled, LearningCounts, LearningDecide,
    LearningDecided, LearningEdit, LearningList, LearningRef, LearningRole, LearningRoleRef, LearningVersion,
    LearningVersionRef, LearningVersionRow, Page, ProjectRef,
};
use waybill_domain::ids::ProjectId;
use waybill_domain::learning::{LearningSource, LearningStatus};
use waybill_domain::principal::Principal;
use waybill_domain::run::Role;
use waybill_store::authors::Authors;
use waybill_store::learning_versions::{self, Compiled};
use waybill_store::learnings::{self, Origin};
use waybill_store::{Connection, StoreError, projects, runs};

/// The most learnings that are decided at once.
const DECIDED_AT_ONCE: usize = 500;
/// The most near-duplicates that are pointed out.
const SIMILAR: usize = 5;

pub async fn learning_list(app: &App, _: &Principal, args: LearningList) -> Result<Page<Learning>, ApiError> {
    let limit = limit(args.limit, 50, 200)?;
    let before = number_cursor(args.after.as_deref())?;
    let page = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let found = learnings::list(reader, &project.id, args.status, before, limit + 1)?;
        let (found, next) = paged(found, limit, |learning| learning.number.to_string());
        Ok(Page { items: all_shown(reader, &project.id, found)?, next })
    });
    Ok(page.await?)
}

pub async fn learning_get(app: &App, _: &Principal, args: LearningRef) -> Result<Learning, ApiError> {
    let found = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let learning = learnings::get(reader, &project.id, args.number)?;
        shown(reader, &project.id, learning)
    });
    Ok(found.await?)
}

pub async fn learning_counts(app: &App, _: &Principal, args: ProjectRef) -> Result<LearningCounts, ApiError> {
    let found = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let mut counts = LearningCounts::default();
        for (status, count) in learnings::counts(reader, &project.id)? {
            match status {
                LearningStatus::Pending => counts.pending = count,
                LearningStatus::Approved => counts.approved = count,
                LearningStatus::Rejected => counts.rejected = count,
            }
        }
        Ok(counts)
    });
    Ok(found.await?)
}

pub async fn learning_add(app: &App, who: &Principal, args: LearningAdd) -> Result<Learning, ApiError> {
    let who = who.clone();
    let added = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        let run = args.run.map(|number| runs::get(write, &project.id, number)).transpose()?;
        let origin = Origin { source: LearningSource::Operator, run: run.map(|run| run.id) };
        let learning = learnings::insert(write, &project.id, &args.content.into(), &origin, &who)?;
        shown(write, &project.id, learning)
    });
    Ok(added.await?)
}

pub async fn learning_edit(app: &App, who: &Principal, args: LearningEdit) -> Result<Learning, ApiError> {
    let who = who.clone();
    let edited = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        let learning = learnings::edit(write, &project.id, args.number, &args.content.into(), &who)?;
        shown(write, &project.id, learning)
    });
    Ok(edited.await?)
}

pub async fn learning_decide(
    app: &App,
    who: &Principal,
    args: LearningDecide,
) -> Result<Vec<LearningDecided>, ApiError> {
    if args.numbers.is_empty() || args.numbers.len() > DECIDED_AT_ONCE {
        return Err(ApiError::invalid(format!("1 to {DECIDED_AT_ONCE} learnings are decided at once")));
    }
    let who = who.clone();
    let decided = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        let mut moved = Vec::new();
        for number in args.numbers {
            moved.extend(learnings::decide(write, &project.id, number, args.decision, &who)?);
        }
        Ok(moved)
    });
    let of = |one: learnings::Decided| LearningDecided { number: one.number, from: one.from, to: one.to };
    Ok(decided.await?.into_iter().map(of).collect())
}

pub async fn learning_roles(
    app: &App,
    _: &Principal,
    args: ProjectRef,
) -> Result<Vec<LearningRole>, ApiError> {
    let found = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        Role::ALL.iter().map(|&role| role_of(reader, &project.id, role)).collect()
    });
    Ok(found.await?)
}

pub async fn learning_compile(
    app: &App,
    who: &Principal,
    args: LearningCompile,
) -> Result<LearningCompiled, ApiError> {
    let who = who.clone();
    if args.dry_run {
        let told = app.store().read(move |reader| {
            let project = projects::get(reader, &args.project)?;
            compiled(reader, &project.id, args.role, true)
        });
        return Ok(told.await?);
    }
    let made = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        let told = compiled(write, &project.id, args.role, false)?;
        let version = learning_versions::make(write, &project.id, args.role, &who)?;
        Ok(LearningCompiled { version: Some(version.version), ..told })
    });
    Ok(made.await?)
}

pub async fn learning_version_list(
    app: &App,
    _: &Principal,
    args: LearningRoleRef,
) -> Result<Vec<LearningVersionRow>, ApiError> {
    let found = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let versions = learning_versions::list(reader, &project.id, args.role)?;
        let authors = Authors::load(reader, versions.iter().map(|version| version.compiled_by.as_str()))?;
        Ok(versions.into_iter().map(|version| version_of(&authors, version).row).collect())
    });
    Ok(found.await?)
}

pub async fn learning_version_get(
    app: &App,
    _: &Principal,
    args: LearningVersionRef,
) -> Result<LearningVersion, ApiError> {
    let found = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let version = learning_versions::get(reader, &project.id, args.role, args.version)?;
        Ok(version_of(&Authors::load(reader, [version.compiled_by.as_str()])?, version))
    });
    Ok(found.await?)
}

pub async fn learning_version_activate(
    app: &App,
    who: &Principal,
    args: LearningVersionRef,
) -> Result<LearningVersion, ApiError> {
    let who = who.clone();
    let activated = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        let version = learning_versions::activate(write, &project.id, args.role, args.version, &who)?;
        Ok(version_of(&Authors::load(write, [version.compiled_by.as_str()])?, version))
    });
    Ok(activated.await?)
}

fn shown(
    connection: &Connection,
    project: &ProjectId,
    learning: learnings::Learning,
) -> Result<Learning, StoreError> {
    let number = learning.number;
    let shown = all_shown(connection, project, vec![learning])?;
    shown.into_iter().next().ok_or_else(|| StoreError::not_found("learning", number))
}

/// Learnings with who wrote them and what says nearly the same, each read once for all.
fn all_shown(
    connection: &Connection,
    project: &ProjectId,
    found: Vec<learnings::Learning>,
) -> Result<Vec<Learning>, StoreError> {
    let people = found.iter().flat_map(|learning| {
        [Some(learning.created_by.as_str()), learning.decided_by.as_deref()].into_iter().flatten()
    });
    let authors = Authors::load(connection, people)?;
    let others = if found.is_empty() { Vec::new() } else { learnings::newest(connection, project)? };
    let others: Vec<_> = others.iter().map(|other| (other.lesson.gist(), other)).collect();
    let of = |learning: learnings::Learning| {
        let gist = learning.lesson.gist();
        let like = others.iter().filter(|(other, of)| of.number != learning.number && other.is_like(&gist));
        Learning {
            number: learning.number,
            similar: like.take(SIMILAR).map(|(_, other)| brief(other)).collect(),
            source: learning.source,
            status: learning.status,
            run: learning.run,
            created_by: author_of(&authors, &learning.created_by),
            created_at: learning.created_at,
            updated_at: learning.updated_at,
            decided_by: learning.decided_by.as_deref().map(|who| author_of(&authors, who)),
            decided_at: learning.decided_at,
            content: learning.lesson.into(),
        }
    };
    Ok(found.into_iter().map(of).collect())
}

fn brief(learning: &learnings::Learning) -> LearningBrief {
    LearningBrief {
        number: learning.number,
        description: learning.lesson.description.clone(),
        status: learning.status,
    }
}

fn role_of(connection: &Connection, project: &ProjectId, role: Role) -> Result<LearningRole, StoreError> {
    let active = learning_versions::active(connection, project, role)?;
    let Compiled { body, learnings } = learning_versions::compiled(connection, project, role)?;
    let count = |numbers: &[i64]| i64::try_from(numbers.len()).unwrap_or(i64::MAX);
    Ok(LearningRole {
        role,
        active_version: active.as_ref().map(|active| active.version),
        compiled_at: active.as_ref().map(|active| active.compiled_at),
        learnings: active.as_ref().map_or(0, |active| count(&active.learnings)),
        approved: count(&learnings),
        outdated: active.map_or_else(String::new, |active| active.body) != body,
    })
}

/// What compiling for a role changes of what is told.
fn compiled(
    connection: &Connection,
    project: &ProjectId,
    role: Role,
    dry_run: bool,
) -> Result<LearningCompiled, StoreError> {
    let active = learning_versions::active(connection, project, role)?;
    let Compiled { body, learnings } = learning_versions::compiled(connection, project, role)?;
    let version = active.as_ref().map(|active| active.version);
    let (former, held) = active.map_or_else(Default::default, |active| (active.body, active.learnings));
    let only = |these: &[i64], others: &[i64]| -> Result<Vec<LearningBrief>, StoreError> {
        let missing = these.iter().filter(|number| !others.contains(number));
        missing.map(|number| Ok(brief(&learnings::get(connection, project, *number)?))).collect()
    };
    Ok(LearningCompiled {
        role,
        dry_run,
        changed: body != former,
        version,
        added: only(&learnings, &held)?,
        removed: only(&held, &learnings)?,
        body,
        former,
    })
}

fn version_of(authors: &Authors, version: learning_versions::LearningVersion) -> LearningVersion {
    LearningVersion {
        row: LearningVersionRow {
            role: version.role,
            version: version.version,
            active: version.active,
            learnings: version.learnings,
            compiled_by: author_of(authors, &version.compiled_by),
            compiled_at: version.compiled_at,
        },
        body: version.body,
    }
}
