//! Modes, owners and times of files.

use crate::plan::NORMAL_TIME;

use std::fmt;

/// The permission bits of a file. Of those beyond `0o777` the engine drops all when it makes a file or a folder,
/// and some when it copies.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Mode(u16);

impl Mode {
    /// The bits; what is beyond `0o7777` is dropped.
    pub const fn new(bits: u16) -> Self {
        Self(bits & 0o7777)
    }

    /// The bits.
    pub fn bits(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0{:o}", self.0)
    }
}

/// The owner of a file, by ids: names mean nothing in a tree without `/etc/passwd`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Owner {
    /// The user.
    pub user: u32,
    /// The group.
    pub group: u32,
}

impl Owner {
    /// User 0, group 0.
    pub const ROOT: Self = Self { user: 0, group: 0 };
}

/// A modification time in whole seconds since 1970. (So it is never -1 ns, which on the wire means none.)
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Time(i64);

impl Time {
    /// The time of every file that a plan puts into an image.
    pub const NORMAL: Self = Self(NORMAL_TIME);

    /// A time by its seconds.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// The time in nanoseconds, as on the wire.
    pub fn nanoseconds(self) -> i64 {
        self.0.saturating_mul(1_000_000_000)
    }
}
