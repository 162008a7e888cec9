//! What is made of the facts once, and used by several questions.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::diagnostic::Diagnostics;

/// Values by their types: lock files above all, which are long to read.
#[derive(Clone, Default)]
pub struct Memo(Arc<Mutex<Vec<Arc<dyn Any + Send + Sync>>>>);

impl Memo {
    /// The value of a type, made at the first call that succeeds.
    pub fn once<T: Send + Sync + 'static>(
        &self,
        make: impl FnOnce() -> Result<T, Diagnostics>,
    ) -> Result<Arc<T>, Diagnostics> {
        if let Some(known) = self.known() {
            return Ok(known);
        }
        // Making one may ask for another.
        let value = Arc::new(make()?);
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.push(value.clone());
        Ok(value)
    }

    fn known<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut values = values.iter().cloned();
        values.find_map(|value| value.downcast::<T>().ok())
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
        assert_eq!(*memo.once(|| Ok("more")).unwrap(), "other");
        assert_eq!(*memo.once(|| Ok(3_u8)).unwrap(), 1);
    }
}
