//! The memory that the cells of a run hold together.

use std::sync::{Arc, Mutex, PoisonError};

/// How many bytes the cells of a run have set aside.
#[derive(Debug, Default)]
pub(super) struct Memory {
    held: Mutex<u64>,
}

/// Memory that a cell has set aside. Dropping it gives the memory back.
#[derive(Debug)]
pub struct Reservation {
    memory: Arc<Memory>,
    bytes: u64,
}

impl Memory {
    /// Sets `bytes` aside if the total stays within `limit`, or if nobody else holds anything.
    pub(super) fn reserve(memory: &Arc<Self>, bytes: u64, limit: u64) -> Option<Reservation> {
        let mut held = memory.held.lock().unwrap_or_else(PoisonError::into_inner);
        if *held > 0 && held.saturating_add(bytes) > limit {
            return None;
        }
        *held = held.saturating_add(bytes);
        Some(Reservation {
            memory: memory.clone(),
            bytes,
        })
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let mut held = self
            .memory
            .held
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *held = held.saturating_sub(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_shared_and_given_back() {
        let memory = Arc::new(Memory::default());
        let one = Memory::reserve(&memory, 6, 10).unwrap();
        assert!(Memory::reserve(&memory, 5, 10).is_none());
        let two = Memory::reserve(&memory, 4, 10).unwrap();
        drop((one, two));
        // A cell that is alone gets what it asks for; whether it may is checked elsewhere.
        assert!(Memory::reserve(&memory, 11, 10).is_some());
    }
}
