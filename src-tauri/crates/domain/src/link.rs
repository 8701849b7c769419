//! Typed links between issues and their computed inverses (SPEC 3, "Links").

crate::words! {
    /// What one issue is to another. Four kinds are kept; the other three are their inverses.
    pub enum Relation {
        ChildOf = "child_of",
        ParentOf = "parent_of",
        BlockedBy = "blocked_by",
        Blocks = "blocks",
        DuplicateOf = "duplicate_of",
        DuplicatedBy = "duplicated_by",
        RelatesTo = "relates_to",
    }
}

impl Relation {
    /// The same link as seen from its other end.
    #[must_use]
    pub const fn inverse(self) -> Self {
        match self {
            Self::ChildOf => Self::ParentOf,
            Self::ParentOf => Self::ChildOf,
            Self::BlockedBy => Self::Blocks,
            Self::Blocks => Self::BlockedBy,
            Self::DuplicateOf => Self::DuplicatedBy,
            Self::DuplicatedBy => Self::DuplicateOf,
            Self::RelatesTo => Self::RelatesTo,
        }
    }

    /// Whether the link is kept under this word, from the issue that says it.
    pub const fn is_kept(self) -> bool {
        matches!(self, Self::ChildOf | Self::BlockedBy | Self::DuplicateOf | Self::RelatesTo)
    }
    /// As it stands between two issues in a sentence: "#3 is a child of #5".
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::ChildOf => "is a child of",
            Self::ParentOf => "is the parent of",
            Self::BlockedBy => "is blocked by",
            Self::Blocks => "blocks",
            Self::DuplicateOf => "is a duplicate of",
            Self::DuplicatedBy => "is duplicated by",
            Self::RelatesTo => "relates to",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Relation;

    #[test]
    fn every_link_is_kept_once_and_seen_from_both_ends() {
        for &relation in Relation::ALL {
            assert_eq!(relation.inverse().inverse(), relation, "{relation} seen twice from afar is itself");
            let kept_at_both = relation.is_kept() && relation.inverse().is_kept();
            assert_eq!(
                kept_at_both,
                relation == Relation::RelatesTo,
                "only what has no direction may be said from either end"
            );
            assert!(relation.is_kept() || relation.inverse().is_kept(), "{relation} could not be stored");
        }
    }
}
