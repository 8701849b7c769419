//! What a guest may do in a project (SPEC 2, "People").

crate::words! {
    /// One thing that a guest may do.
    pub enum Grant {
        File = "issues.file",
        ViewOwn = "issues.view_own",
        ViewAll = "issues.view_all",
        CommentOwn = "issues.comment_own",
    }
}
