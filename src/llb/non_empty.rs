//! A list with at least one entry, for what LLB refuses when it is empty.

use std::hash::Hash;

/// A list that is never empty: arguments of a command, changes of a file op, layers of a merge.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct NonEmpty<T> {
    first: T,
    rest: Vec<T>,
}

impl<T> NonEmpty<T> {
    /// A list of one entry.
    pub fn new(first: T) -> Self {
        Self {
            first,
            rest: Vec::new(),
        }
    }

    /// Converts a list; `None` if it is empty.
    pub fn from_vec(entries: Vec<T>) -> Option<Self> {
        let mut entries = entries.into_iter();
        let first = entries.next()?;
        Some(Self {
            first,
            rest: entries.collect(),
        })
    }

    /// Adds an entry at the end.
    #[must_use]
    pub fn and(mut self, entry: T) -> Self {
        self.rest.push(entry);
        self
    }

    /// The entries in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.first).chain(&self.rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_no_list() {
        assert_eq!(NonEmpty::<u8>::from_vec(Vec::new()), None);
        let list = NonEmpty::from_vec(vec![1, 2]).unwrap();
        assert_eq!(list, NonEmpty::new(1).and(2));
        assert_eq!(list.iter().copied().collect::<Vec<_>>(), [1, 2]);
    }
}
