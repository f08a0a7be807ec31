//! Which instructions the kernels run on. No number depends on it.

/// The instruction set that the kernels run on: `avx512`, `avx2`, `neon`, or `portable` (whatever
/// the build targets). It tells how fast a machine is; results are the same to the bit on all of
/// them.
#[must_use]
pub fn instruction_set() -> &'static str {
    let name = format!("{:?}", chosen());
    [("V4", "avx512"), ("V3", "avx2"), ("Neon", "neon")]
        .into_iter()
        .find(|(start, _)| name.starts_with(start))
        .map_or("portable", |(_, set)| set)
}

/// The best instruction set of this machine, for `dispatch` to compile kernels for.
#[cfg(not(test))]
#[inline]
pub(crate) fn chosen() -> pulp::Arch {
    pulp::Arch::new()
}

#[cfg(test)]
pub(crate) use forced::{chosen, each};

/// Tests choose the instruction set, so that they can compare all that there are.
#[cfg(test)]
mod forced {
    use pulp::Arch;
    use std::cell::Cell;

    thread_local! {
        static FORCED: Cell<Option<Arch>> = const { Cell::new(None) };
    }

    pub(crate) fn chosen() -> Arch {
        FORCED.get().unwrap_or_default()
    }

    /// What `compute` returns on every instruction set of this machine, the portable path first.
    pub(crate) fn each<T>(compute: impl Fn() -> T) -> Vec<(Arch, T)> {
        let mut all = vec![Arch::Scalar];
        #[cfg(target_arch = "x86_64")]
        {
            all.extend(pulp::x86::V3::try_new().map(Arch::V3));
            all.extend(pulp::x86::V4::try_new().map(Arch::V4));
        }
        #[cfg(target_arch = "aarch64")]
        all.extend(pulp::aarch64::Neon::try_new().map(Arch::Neon));
        let on = |arch| {
            FORCED.set(Some(arch));
            let result = compute();
            FORCED.set(None);
            (arch, result)
        };
        all.into_iter().map(on).collect()
    }
}
