//! Which builds run at the same time, and how long each test took.
//!
//! Builds of different tests run side by side. A build whose steps are looked at (cached, or run) runs alone: while
//! another build that shares a step is under way, an engine runs the steps on top of that step again although they are
//! cached (seen on Docker 28, with BuildKit's own frontend too).

use std::cell::{Cell, RefCell};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread;
use std::time::{Duration, Instant};

/// Names a file that gets a line for each test: its seconds and its name.
const TIMES: &str = "WHEELWRIGHT_TEST_TIMES";

static BUILDS: RwLock<()> = RwLock::new(());

thread_local! {
    /// Whether the builds of this test, which has a thread of its own, run alone.
    static ALONE: Cell<bool> = const { Cell::new(false) };
    /// Held to the end of a test that keeps the engine for itself.
    static KEPT: RefCell<Option<RwLockWriteGuard<'static, ()>>> = const { RefCell::new(None) };
    /// How long this test waited for the builds of others.
    static WAITED: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    static CLOCK: RefCell<Option<Clock>> = const { RefCell::new(None) };
}

/// Held while a build runs.
#[expect(dead_code, reason = "the locks are held, and never looked at")]
pub(crate) enum Turn {
    Beside(RwLockReadGuard<'static, ()>),
    Alone(RwLockWriteGuard<'static, ()>),
    Kept,
}

impl Turn {
    /// Waits until a build of this test may run.
    pub(crate) fn take() -> Self {
        if KEPT.with_borrow(Option::is_some) {
            return Self::Kept;
        }
        let since = Instant::now();
        let turn = if ALONE.get() {
            Self::Alone(BUILDS.write().unwrap_or_else(PoisonError::into_inner))
        } else {
            Self::Beside(BUILDS.read().unwrap_or_else(PoisonError::into_inner))
        };
        wait_is_over(since);
        turn
    }

    /// Whether no other build runs.
    pub(crate) fn is_alone(&self) -> bool {
        !matches!(self, Self::Beside(_))
    }
}

/// From here on each build of this test runs alone.
pub(crate) fn build_alone() {
    ALONE.set(true);
}

/// From here on no other test builds until this one ends.
pub(crate) fn keep_engine() {
    let since = Instant::now();
    KEPT.with_borrow_mut(|kept| {
        kept.get_or_insert_with(|| BUILDS.write().unwrap_or_else(PoisonError::into_inner));
    });
    wait_is_over(since);
}

fn wait_is_over(since: Instant) {
    WAITED.set(WAITED.get() + since.elapsed());
}

/// Measures a test from its first use of the engine to its end.
struct Clock {
    test: String,
    since: Instant,
    waited: Duration,
    file: String,
}

/// Starts to measure this test, if somebody wants the times.
pub(crate) fn start_clock() {
    let Ok(file) = std::env::var(TIMES) else {
        return;
    };
    CLOCK.with_borrow_mut(|clock| {
        let clock = clock.get_or_insert_with(|| Clock {
            test: thread::current().name().unwrap_or("unnamed").to_owned(),
            since: Instant::now(),
            waited: Duration::ZERO,
            file,
        });
        // Kept here too: when the thread ends, other values of the thread may be gone.
        clock.waited = WAITED.get();
    });
}

impl Drop for Clock {
    fn drop(&mut self) {
        let time = self.since.elapsed().saturating_sub(self.waited);
        let line = format!("{:.1} {}\n", time.as_secs_f64(), self.test);
        // One write, so that the lines of tests that end at the same time do not mix.
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.file);
        if let Err(error) = file.and_then(|mut file| file.write_all(line.as_bytes())) {
            eprintln!("{}: {error}", self.file);
        }
    }
}
