//! What a caller wants of each column.

/// What is wanted of a column. The caller of a reader answers once, for all columns in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Interest {
    /// All cells. A type that holds neither text nor numbers nor booleans is an error.
    Whole,
    /// All cells of text or numbers. Columns of any other type, booleans among them, are listed in
    /// [`Sheet::unread`](super::Sheet::unread).
    IfNumbers,
    /// All cells of text or booleans, as long as they have few different values
    /// ([`Words::MOST`](super::words::Words::MOST)); with more, or of numbers, the column is not
    /// kept. Columns of any other type are listed in [`Sheet::unread`](super::Sheet::unread).
    Words,
    /// The column is not kept.
    No,
}

/// One answer per column; columns beyond the answers are not wanted.
pub(super) fn of_columns(
    names: &[String],
    choose: impl FnOnce(&[String]) -> Vec<Interest>,
) -> Vec<Interest> {
    let mut interests = choose(names);
    interests.resize(names.len(), Interest::No);
    interests
}
