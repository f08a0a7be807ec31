//! Values that several cells of a run read, kept in memory while cells use them.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

type Slot = Arc<Mutex<Option<Arc<dyn Any + Send + Sync>>>>;

/// Values read from the store, by stage and key. Each value is read once, however many cells ask
/// for it.
#[derive(Default)]
pub(super) struct Shared {
    slots: Mutex<HashMap<(&'static str, String), Slot>>,
}

impl Shared {
    /// The value of a cell. The first caller makes it with `load`; callers that ask meanwhile wait
    /// for it.
    pub(super) fn get<T: Send + Sync + 'static, E>(
        &self,
        stage: &'static str,
        key: &str,
        load: impl FnOnce() -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        let slot = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            slots.entry((stage, key.to_owned())).or_default().clone()
        };
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = slot.clone().and_then(|value| value.downcast().ok()) {
            return Ok(value);
        }
        let value = Arc::new(load()?);
        *slot = Some(value.clone());
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn a_value_is_read_once_and_a_failure_is_tried_again() {
        let (shared, reads) = (Shared::default(), AtomicUsize::new(0));
        let read = |fails: bool| {
            shared.get("stage", "key", || {
                reads.fetch_add(1, Ordering::Relaxed);
                if fails { Err("damaged") } else { Ok(7_u32) }
            })
        };
        assert_eq!(read(true), Err("damaged"));
        std::thread::scope(|scope| {
            let readers: Vec<_> = (0..4).map(|_| scope.spawn(|| read(false))).collect();
            for reader in readers {
                assert_eq!(*reader.join().unwrap().unwrap(), 7);
            }
        });
        assert_eq!(reads.into_inner(), 2);
    }
}
