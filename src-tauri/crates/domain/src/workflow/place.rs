//! Where in the tree a step of a run stands, as a short text that tables keep.

use std::fmt;
use std::str::FromStr;

/// The way from the root of a workflow to a step, as `1#2/0`: the second node, a loop in its second iteration, its first
/// node. `2@0/1` is in the first variant of a race, `2!` is its judge.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place(pub Vec<Frame>);

/// One step of the way: which node of a list, and where inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Frame {
    /// Counted from 0.
    pub node: usize,
    pub inside: Inside,
}

/// Where inside a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Inside {
    /// The node itself: a step.
    Step,
    /// In an iteration of a loop, counted from 1.
    Iteration(u32),
    /// In a variant of a race, counted from 0.
    Variant(usize),
    /// The judge of a race.
    Judge,
}

/// A text that is no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no place in a workflow")]
pub struct NotAPlace(pub String);

impl Place {
    /// The iteration of the innermost loop around it, 1 where there is none.
    pub fn iteration(&self) -> u32 {
        let of = |frame: &Frame| match frame.inside {
            Inside::Iteration(iteration) => Some(iteration),
            _ => None,
        };
        self.0.iter().rev().find_map(of).unwrap_or(1)
    }

    /// The race that it runs in, as the place of the race's judge, and its variant; `None` outside of races.
    pub fn candidate(&self) -> Option<(Self, usize)> {
        let at = self.0.iter().position(|frame| matches!(frame.inside, Inside::Variant(_)))?;
        let Inside::Variant(variant) = self.0[at].inside else { return None };
        let mut race = self.0[..at].to_vec();
        race.push(Frame { node: self.0[at].node, inside: Inside::Judge });
        Some((Self(race), variant))
    }

    /// The same node in the next iteration of the innermost loop around it; the same place outside of loops.
    #[must_use]
    pub fn next_iteration(&self) -> Self {
        let mut next = self.clone();
        let innermost = next.0.iter_mut().rev().find_map(|frame| match &mut frame.inside {
            Inside::Iteration(iteration) => Some(iteration),
            _ => None,
        });
        if let Some(iteration) = innermost {
            *iteration += 1;
        }
        next
    }

    /// The node of the definition, whichever iteration it is in: iterations of the same node have one and the same.
    #[must_use]
    pub fn node(&self) -> Self {
        let still = |frame: &Frame| match frame.inside {
            Inside::Iteration(_) => Frame { inside: Inside::Iteration(1), ..*frame },
            _ => *frame,
        };
        Self(self.0.iter().map(still).collect())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, frame) in self.0.iter().enumerate() {
            if at > 0 {
                formatter.write_str("/")?;
            }
            match frame.inside {
                Inside::Step => write!(formatter, "{}", frame.node)?,
                Inside::Iteration(iteration) => write!(formatter, "{}#{iteration}", frame.node)?,
                Inside::Variant(variant) => write!(formatter, "{}@{variant}", frame.node)?,
                Inside::Judge => write!(formatter, "{}!", frame.node)?,
            }
        }
        Ok(())
    }
}

impl FromStr for Place {
    type Err = NotAPlace;
    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let refused = || NotAPlace(text.chars().take(60).collect());
        let frames: Option<Vec<_>> = text.split('/').map(frame).collect();
        frames.map(Self).ok_or_else(refused)
    }
}

fn frame(text: &str) -> Option<Frame> {
    let (node, inside) = if let Some(node) = text.strip_suffix('!') {
        (node, Inside::Judge)
    } else if let Some((node, iteration)) = text.split_once('#') {
        (node, Inside::Iteration(iteration.parse().ok()?))
    } else if let Some((node, variant)) = text.split_once('@') {
        (node, Inside::Variant(variant.parse().ok()?))
    } else {
        (text, Inside::Step)
    };
    Some(Frame { node: node.parse().ok()?, inside })
}
