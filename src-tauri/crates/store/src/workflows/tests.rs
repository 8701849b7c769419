//! What a person keeps: versions that stay, what ships behind what was edited, the way into the trash and back.

use super::{Content, check, enable, exists, find, list, remove, save};
use crate::assignments;
use crate::open::Store;
use crate::personas;
use crate::projects::{self, NewProject};
use crate::trash;
use crate::{StoreError, Write};
use std::sync::Arc;
use waybill_domain::ids::ProjectId;
use waybill_domain::persona::{self, Content as PersonaContent};
use waybill_domain::principal::Principal;
use waybill_domain::run::Role;
use waybill_domain::workflow::{Definition, Node, SandboxDefaults, StepNode, WorkflowType, built_in};

const WHO: &Principal = &Principal::Operator;

fn within(work: impl FnOnce(&Write<'_>, &ProjectId) -> Result<(), StoreError> + Send + 'static) {
    let home = tempfile::tempdir().expect("a temporary directory");
    let store = Store::open(home.path(), Arc::new(|| 1_000)).expect("opens");
    let new = NewProject {
        slug: "demo".to_owned(),
        name: "Demo".to_owned(),
        root_path: "/repository".into(),
        git_common_dir: "/repository/.git".into(),
        default_branch: "main".to_owned(),
        github_repo: None,
    };
    store
        .write_blocking(move |write| {
            let project = projects::insert(write, &new, WHO)?;
            work(write, &project.id)
        })
        .expect("all of it");
}

fn steps(nodes: Vec<StepNode>) -> Content {
    Content {
        kind: WorkflowType::CustomPipeline,
        description: "Mine".to_owned(),
        definition: Definition { nodes: nodes.into_iter().map(Node::Step).collect() },
        sandbox_defaults: SandboxDefaults::default(),
    }
}

fn designer(instructions: &str) -> PersonaContent {
    PersonaContent {
        instructions: instructions.to_owned(),
        ..persona::built_in::find("designer").expect("ships").content()
    }
}

#[test]
fn every_saving_is_a_version_and_resetting_brings_back_what_ships() {
    within(|write, project| {
        let shipped = personas::list(write, project)?.len();
        let first = personas::save(write, project, "designer", &designer("one"), Some(0), WHO)?;
        assert_eq!(first.persona.version, 1);
        let again = personas::save(write, project, "designer", &designer("one"), Some(1), WHO)?;
        assert_eq!(again.persona.version, 1, "what changes nothing is no version");
        personas::save(write, project, "designer", &designer("two"), Some(1), WHO)?;
        let late = personas::save(write, project, "designer", &designer("three"), Some(1), WHO);
        assert!(matches!(late, Err(StoreError::Conflict(_))), "another's work is not written over: {late:?}");
        let kept: Vec<_> = personas::versions(write, project, "designer")?;
        assert_eq!(kept.iter().map(|version| version.saved.version).collect::<Vec<_>>(), [2, 1, 0]);
        assert_eq!(kept[1].content.instructions, "one", "what was saved once can be looked at");
        assert_eq!(personas::list(write, project)?.len(), shipped, "an edited one stands in its place");

        let item = personas::remove(write, project, "designer", WHO)?;
        let found = personas::find(write, project, "designer")?.expect("ships");
        assert_eq!((found.version, found.instructions.as_str() == "two"), (0, false), "it is as it ships");
        trash::restore_versions(write, &item.id, WHO)?;
        let back = personas::find(write, project, "designer")?.expect("is back");
        assert_eq!((back.version, back.instructions.as_str()), (2, "two"));
        assert_eq!(personas::versions(write, project, "designer")?.len(), 3, "with all its versions");
        Ok(())
    });
}

#[test]
fn what_was_removed_comes_back_whole_unless_another_has_its_name() {
    within(|write, project| {
        let mine = steps(vec![StepNode::of(Role::Designer)]);
        save(write, project, "mine", &mine, None, WHO)?;
        let item = remove(write, project, "mine", WHO)?;
        assert_eq!((item.kind, item.title.as_str()), (trash::Kind::Workflow, "mine"));
        assert!(find(write, project, "mine")?.is_none() && !exists(write, project, "mine")?);
        assert!(trash::list(write, Some(project), None, 5)?.contains(&item));

        save(write, project, "mine", &mine, None, WHO)?;
        let refused = trash::restore_versions(write, &item.id, WHO);
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "neither of the two is lost: {refused:?}");
        let second = remove(write, project, "mine", WHO)?;
        trash::restore_versions(write, &item.id, WHO)?;
        assert_eq!(find(write, project, "mine")?.map(|found| found.content()), Some(mine));
        trash::purge(write, &second)?;
        assert!(matches!(trash::get(write, &second.id), Err(StoreError::NotFound { .. })));

        let refused = remove(write, project, "thorough", WHO);
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "what ships is never gone: {refused:?}");
        Ok(())
    });
}

#[test]
fn what_is_disabled_is_in_no_picker_and_is_told_where_it_is_used() {
    within(|write, project| {
        let names = |write: &Write<'_>| -> Result<Vec<String>, StoreError> {
            Ok(assignments::targets(write, project)?
                .into_iter()
                .map(|target| target.assignment.to_string())
                .collect())
        };
        assert!(names(write)?.contains(&"workflow:thorough".to_owned()));
        enable(write, project, "thorough", false, WHO)?;
        assert!(!names(write)?.contains(&"workflow:thorough".to_owned()), "a picker offers what can be used");
        assert!(
            !assignments::is_missing(write, project, "workflow:thorough")?,
            "an issue that is assigned to it stays so"
        );
        let disabled = find(write, project, "thorough")?.expect("ships");
        assert_eq!((disabled.enabled, disabled.version), (false, 0), "switching it is no version");
        save(write, project, "thorough", &disabled.content(), None, WHO)?;
        assert!(!find(write, project, "thorough")?.expect("ships").enabled);

        personas::enable(write, project, "checker", false, WHO)?;
        let known = built_in::find("bug_fix").expect("ships");
        let checked = check(write, project, known.kind, &known.definition)?;
        assert_eq!(checked.faults, []);
        let told: Vec<_> = checked.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(told, ["nodes[1].nodes[1]: the persona 'checker' is disabled"]);
        Ok(())
    });
}

#[test]
fn what_could_not_work_is_not_saved_and_one_whose_persona_went_says_so() {
    within(|write, project| {
        let own = designer("mine alone");
        personas::save(write, project, "own", &own, None, WHO)?;
        let uses_own = steps(vec![StepNode::of_persona("own")]);
        save(write, project, "mine", &uses_own, None, WHO)?;
        personas::remove(write, project, "own", WHO)?;
        let checked = check(write, project, uses_own.kind, &uses_own.definition)?;
        assert_eq!(checked.faults.len(), 1, "a missing persona is told");
        assert!(list(write, project)?.iter().any(|workflow| workflow.name == "mine"), "it is still there");
        for (name, content) in [
            ("other", uses_own),
            ("Not a name", steps(vec![StepNode::of(Role::Designer)])),
            ("empty", steps(vec![])),
        ] {
            let refused = save(write, project, name, &content, None, WHO);
            assert!(matches!(refused, Err(StoreError::Invalid(_))), "{name}: {refused:?}");
        }
        let turned = PersonaContent { kind: Role::Checker, ..own };
        let refused = personas::save(write, project, "designer", &turned, None, WHO);
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "steps of a role rely on it: {refused:?}");
        Ok(())
    });
}
