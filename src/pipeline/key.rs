//! The content key of a cell: the hash of its recipe.

/// Hexadecimal digits of a key.
const DIGITS: usize = 32;

/// The key of a recipe: the first 128 bits of the blake3 hash of its JSON text.
pub(super) fn content_key(recipe: &[u8]) -> String {
    blake3::hash(recipe).to_hex()[..DIGITS].to_owned()
}
