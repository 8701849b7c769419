//! A set of issues by their row keys: one bit each, so that a filter of a hundred thousand fits a few pages.

/// A set of row keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Keys {
    words: Vec<u64>,
}

impl Keys {
    /// Adds a key; whether it was not there before.
    pub(super) fn insert(&mut self, key: i64) -> bool {
        let (word, bit) = place(key);
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        let new = self.words[word] & bit == 0;
        self.words[word] |= bit;
        new
    }

    pub(super) fn contains(&self, key: i64) -> bool {
        let (word, bit) = place(key);
        self.words.get(word).is_some_and(|bits| bits & bit != 0)
    }

    /// Keeps what is in the other as well.
    pub(super) fn intersect(&mut self, other: &Self) {
        for (index, bits) in self.words.iter_mut().enumerate() {
            *bits &= other.words.get(index).copied().unwrap_or(0);
        }
    }

    /// Keeps what is not in the other.
    pub(super) fn subtract(&mut self, other: &Self) {
        for (bits, gone) in self.words.iter_mut().zip(&other.words) {
            *bits &= !gone;
        }
    }

    pub(super) fn len(&self) -> usize {
        self.words.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    /// The keys, the smallest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = i64> + '_ {
        self.words.iter().enumerate().flat_map(|(word, &bits)| {
            let first = i64::try_from(word * 64).unwrap_or(i64::MAX);
            // From one bit that is set to the next: most words of a rare match have none.
            let set = |bits: u64| Some(bits).filter(|bits| *bits != 0);
            std::iter::successors(set(bits), move |bits| set(bits & (bits - 1)))
                .map(move |bits| first + i64::from(bits.trailing_zeros()))
        })
    }
}

impl FromIterator<i64> for Keys {
    fn from_iter<I: IntoIterator<Item = i64>>(keys: I) -> Self {
        let mut set = Self::default();
        for key in keys {
            set.insert(key);
        }
        set
    }
}

/// Row keys count from 1 upwards without great gaps.
fn place(key: i64) -> (usize, u64) {
    let key = u64::try_from(key).unwrap_or(0);
    (usize::try_from(key / 64).unwrap_or(usize::MAX), 1 << (key % 64))
}

#[cfg(test)]
mod tests {
    use super::Keys;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn it_is_a_set(a in proptest::collection::btree_set(1..500_i64, 0..60), b in proptest::collection::btree_set(1..500_i64, 0..60)) {
            let (mut both, mut only): (Keys, Keys) = (a.iter().copied().collect(), a.iter().copied().collect());
            let other: Keys = b.iter().copied().collect();
            both.intersect(&other);
            only.subtract(&other);
            prop_assert_eq!(both.iter().collect::<BTreeSet<_>>(), &a & &b);
            prop_assert_eq!(only.iter().collect::<BTreeSet<_>>(), &a - &b);
            prop_assert_eq!(both.len(), (&a & &b).len());
            prop_assert!(a.iter().all(|key| both.contains(*key) == b.contains(key)), "what is in both is found");
        }
    }
}
