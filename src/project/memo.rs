//! What is made of the facts once, and used by several questions.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::diagnostic::Diagnostics;

/// One value of whatever type an installer wants: its lock above all, which is long to read.
#[derive(Clone, Default)]
pub struct Memo(Arc<OnceLock<Arc<dyn Any + Send + Sync>>>);

impl Memo {
    /// The value, made at the first call that goes well.
    pub fn once<T: Send + Sync + 'static>(
        &self,
        make: impl FnOnce() -> Result<T, Diagnostics>,
    ) -> Result<Arc<T>, Diagnostics> {
        let known = self.0.get().cloned();
        if let Some(Ok(known)) = known.map(Arc::downcast::<T>) {
            return Ok(known);
        }
        let value = Arc::new(make()?);
        // Another type may be there: then this one is made each time, which is slow and right.
        drop(self.0.set(value.clone()));
        Ok(value)
    }
}

impl fmt::Debug for Memo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memo")
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Diagnostic;

    use super::*;

    #[test]
    fn a_value_is_made_once_and_a_failure_not_kept() {
        let memo = Memo::default();
        let failing: Result<Arc<u8>, _> = memo.once(|| Err(Diagnostic::error("no").into()));
        assert!(failing.is_err());
        assert_eq!(*memo.once(|| Ok(1_u8)).unwrap(), 1);
        assert_eq!(*memo.once(|| Ok(2_u8)).unwrap(), 1);
        assert_eq!(*memo.once(|| Ok("other")).unwrap(), "other");
    }
}
