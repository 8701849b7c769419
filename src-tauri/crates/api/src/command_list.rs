//! The one list of commands (DESIGN, "The one list of commands").
//!
//! A `query` only reads and names the tags that it provides; a `change` writes. `guests` names the grants of which a
//! guest must hold one in the project that the argument names; `guests own`: and of issues only those that the guest
//! filed. Whatever has no `guests` is the operator's alone. The list is handed to a macro, so that the router, the
//! TypeScript map and the permissions are all made from these lines and cannot differ.

/// Hands the list to the macro `$with`.
macro_rules! command_list {
    ($with:ident) => {
        $with! {
            query app_info(Nothing) -> AppInfo, provides [App];
            query activity(Nothing) -> Activity, provides [Runs, Issues, Sessions, Notifications];
            query doctor(Nothing) -> Doctor, provides [App];
            change backup(BackupMake) -> Backup;
            change demo_create(Nothing) -> Demo;

            query settings_get(Nothing) -> Settings, provides [Settings];
            change settings_set(SettingsSet) -> Settings;

            query secret_list(Nothing) -> Secrets, provides [Secrets];
            change secret_set(SecretSet) -> Secrets;
            change secret_file_set(SecretFileSet) -> Secrets;

            query tool_list(Nothing) -> Vec<AgentTool>, provides [Tools, Secrets];
            change tool_check(ToolRef) -> AgentTool;
            change tool_add(ToolAdd) -> AgentTool;
            change tool_remove(ToolRef) -> Done;

            query project_list(Nothing) -> Vec<Project>, provides [Projects, Issues, Runs, Sessions];
            query project_get(ProjectRef) -> Project, provides [Projects, Issues, Runs, Sessions];
            query project_check(ProjectCheck) -> ProjectCandidate, provides [Projects];
            change project_add(ProjectAdd) -> Project;
            change project_remove(ProjectRef) -> Done;
            change project_restore(ProjectRef) -> Project;
            query project_settings_get(ProjectRef) -> ProjectSettings, provides [Projects];
            change project_settings_set(ProjectSettingsSet) -> ProjectSettings;
            change project_environment_set(ProjectEnvironmentSet) -> ProjectSettings;

            query issue_list(IssueList) -> Page<IssueRow>, provides [Issues, Labels, Runs, Workflows], guests [ViewAll, ViewOwn];
            query issue_search(IssueList) -> Page<IssueHit>, provides [Issues, Labels, Runs, Workflows], guests [ViewAll, ViewOwn];
            query issue_counts(ProjectRef) -> IssueCounts, provides [Issues], guests [ViewAll, ViewOwn];
            query issue_get(IssueRef) -> Issue, provides [Issues, Labels, Runs, Workflows], guests [ViewAll, ViewOwn];
            query issue_updates(IssueUpdates) -> Page<IssueUpdate>, provides [Issues], guests [ViewAll, ViewOwn];
            change issue_create(IssueCreate) -> Issue, guests [File];
            change issue_edit(IssueEdit) -> IssueChanged;
            change issue_move(IssueMove) -> IssueChanged, guests own [ViewAll, ViewOwn];
            change issue_comment(IssueComment) -> IssueUpdate, guests own [CommentOwn];
            change issue_undo(IssueUndo) -> IssueChanged;
            query label_list(ProjectRef) -> Vec<Label>, provides [Labels];

            query issue_similar(IssueSimilar) -> Vec<IssueRow>, provides [Issues, Labels], guests [ViewAll, ViewOwn];
            query issue_ready(IssueReady) -> Page<IssueRow>, provides [Issues, Labels, Runs];
            query issue_briefs(IssueBriefs) -> Vec<IssueBrief>, provides [Issues], guests [ViewAll, ViewOwn];
            query issue_board(IssueBoard) -> Vec<BoardColumn>, provides [Issues, Labels];
            query assignment_targets(ProjectRef) -> Vec<AssignmentTarget>, provides [Projects, Workflows];
            change issue_claim(IssueClaim) -> Claimed;
            change issue_release(IssueRef) -> Issue;
            change issue_assign(IssueAssign) -> IssueChanged;
            change issue_duplicate(IssueDuplicate) -> IssueChanged;
            change issue_edit_many(IssueEditMany) -> IssuesChanged;
            change issue_update_show(IssueUpdateShow) -> IssueUpdate;
            change issue_remove(IssueRef) -> TrashItem;

            query todo_list(IssueRef) -> Todos, provides [Issues];
            change todo_set(TodoSet) -> Todos;
            change todo_add(TodoAdd) -> Todos;
            change todo_edit(TodoEdit) -> Todos;

            query link_list(IssueRef) -> Vec<IssueLink>, provides [Issues];
            query link_graph(IssueRef) -> LinkGraph, provides [Issues];
            change link_add(LinkChange) -> Vec<IssueLink>;
            change link_remove(LinkChange) -> Vec<IssueLink>;

            query attachment_list(IssueRef) -> Vec<Attachment>, provides [Issues];
            change attachment_remove(AttachmentRef) -> Done;

            query view_list(ProjectRef) -> Vec<View>, provides [Views];
            change view_save(ViewSave) -> View;
            change view_remove(ViewRef) -> Done;

            query trash_list(TrashList) -> Page<TrashItem>, provides [Trash, Projects];
            change trash_restore(TrashRef) -> TrashItem;

            change import_start(ImportStart) -> Transfer;
            change export_start(ExportStart) -> Transfer;
            query transfer_get(TransferRef) -> Transfer, provides [Transfers];
            change transfer_cancel(TransferRef) -> Transfer;

            query run_list(RunList) -> Page<RunRow>, provides [Runs];
            query run_get(RunRef) -> Run, provides [Runs];
            query run_output(RunOutput) -> OutputPage, provides [Output];
            query run_diff(RunDiffOf) -> RunDiff, provides [Runs];
            query run_diff_file(RunDiffFile) -> DiffPage, provides [Runs];
            query run_merge_state(RunRef) -> MergeState, provides [Runs];
            change run_start(RunStart) -> Run;
            change run_cancel(RunRef) -> Run;
            change run_pause(RunRef) -> Run;
            change run_resume(RunRef) -> Run;
            change run_consent(RunRef) -> Run;
            change run_retry(RunRef) -> Run;
            change run_merge(RunMerge) -> Run;
            change run_discard(RunRef) -> Run;
            change run_choose(RunChoose) -> Run;
            change run_request_changes(RunRequestChanges) -> Run;

            query session_list(SessionList) -> Page<SessionRow>, provides [Sessions, Issues, Runs];
            query session_get(SessionRef) -> Session, provides [Sessions, Issues, Runs];
            query session_messages(SessionMessages) -> Page<SessionMessage>, provides [Sessions];
            change session_start(SessionStart) -> Session;
            change session_send(SessionSend) -> Session;
            change session_answer(SessionAnswer) -> Session;
            change session_interrupt(SessionRef) -> Session;
            change session_bind(SessionBind) -> Session;
            change session_promote(SessionPromote) -> Session;
            change session_end(SessionRef) -> Session;

            query persona_list(ProjectRef) -> Vec<Persona>, provides [Personas, Workflows];
            query persona_get(PersonaRef) -> Persona, provides [Personas, Workflows];
            query persona_versions(PersonaRef) -> Vec<PersonaVersion>, provides [Personas];
            change persona_save(PersonaSave) -> Persona;
            change persona_enable(NameEnable) -> Persona;
            change persona_activate(VersionActivate) -> Persona;
            change persona_remove(PersonaRef) -> NameRemoved;

            query workflow_list(ProjectRef) -> Vec<Workflow>, provides [Workflows, Personas];
            query workflow_get(WorkflowRef) -> Workflow, provides [Workflows, Personas];
            query workflow_versions(WorkflowRef) -> Vec<WorkflowVersion>, provides [Workflows];
            query workflow_check(WorkflowCheck) -> WorkflowChecked, provides [Personas];
            query workflow_export(WorkflowRef) -> WorkflowExport, provides [Workflows, Personas];
            change workflow_save(WorkflowSave) -> Workflow;
            change workflow_enable(NameEnable) -> Workflow;
            change workflow_activate(VersionActivate) -> Workflow;
            change workflow_duplicate(WorkflowDuplicate) -> Workflow;
            change workflow_remove(WorkflowRef) -> NameRemoved;
            change workflow_import(WorkflowImport) -> WorkflowImported;

            query context_list(ProjectRef) -> Vec<Context>, provides [Contexts];
            query context_get(ContextGet) -> ContextVersion, provides [Contexts];
            query context_versions(ContextRef) -> Vec<ContextVersionRow>, provides [Contexts];
            change context_save(ContextSave) -> Context;
            change context_publish(ContextVersionRef) -> Context;
            change context_activate(ContextVersionRef) -> Context;

            query learning_list(LearningList) -> Page<Learning>, provides [Learnings];
            query learning_get(LearningRef) -> Learning, provides [Learnings];
            query learning_counts(ProjectRef) -> LearningCounts, provides [Learnings];
            query learning_roles(ProjectRef) -> Vec<LearningRole>, provides [Learnings];
            query learning_version_list(LearningRoleRef) -> Vec<LearningVersionRow>, provides [Learnings];
            query learning_version_get(LearningVersionRef) -> LearningVersion, provides [Learnings];
            change learning_add(LearningAdd) -> Learning;
            change learning_edit(LearningEdit) -> Learning;
            change learning_decide(LearningDecide) -> Vec<LearningDecided>;
            change learning_compile(LearningCompile) -> LearningCompiled;
            change learning_version_activate(LearningVersionRef) -> LearningVersion;

            query inbox_list(InboxList) -> Inbox, provides [Runs, Issues, Sessions];
            query notification_list(NotificationList) -> Notifications, provides [Notifications];
            change notification_mark(NotificationMark) -> Notifications;
        }
    };
}

pub(crate) use command_list;
