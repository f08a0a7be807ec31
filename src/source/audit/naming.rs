//! Names of neurons that end in a number: `VB1`, written `VB01` by some.

/// The class and the digits of a name of capital letters and digits: `("VB", "01")`.
pub(super) fn numbered(name: &str) -> Option<(&str, &str)> {
    let (class, digits) = name.split_at(name.find(|c: char| c.is_ascii_digit())?);
    let right = !class.is_empty()
        && class.bytes().all(|b| b.is_ascii_uppercase())
        && digits.bytes().all(|b| b.is_ascii_digit());
    right.then_some((class, digits))
}

/// The name without the zeros before its number, if it has any: `VB01` gives `VB1`.
pub(super) fn unpadded(name: &str) -> Option<String> {
    let (class, digits) = numbered(name)?;
    let number = digits.trim_start_matches('0');
    (number.len() < digits.len() && !number.is_empty()).then(|| format!("{class}{number}"))
}

/// True for a name whose number has one digit: another spelling of it has a zero.
#[cfg(any(test, feature = "files"))]
pub(super) fn can_be_padded(name: &str) -> bool {
    numbered(name).is_some_and(|(_, digits)| digits.len() == 1 && digits != "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_before_a_number_are_seen() {
        assert_eq!(unpadded("VB01").as_deref(), Some("VB1"));
        assert_eq!(unpadded("VA010").as_deref(), Some("VA10"));
        for other in [
            "VB1",
            "VB10",
            "AVAL",
            "VB0",
            "IL1DL",
            "01",
            "720575940",
            "vb01",
            "",
        ] {
            assert_eq!(unpadded(other), None, "{other}");
        }
        assert!(
            can_be_padded("VB1")
                && !can_be_padded("VB10")
                && !can_be_padded("VB01")
                && !can_be_padded("IL1DL")
        );
    }
}
