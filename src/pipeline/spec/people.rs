//! The keys `people`, `publisher` and `licence`: whose the results are, and what others may do with
//! them. Reports state them; nothing is computed from them.

use serde::{Deserialize, Serialize};

use super::error::Invalid;

/// Somebody who answers for the results.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The name, as it is to be cited.
    pub name: String,
    /// The ORCID iD, such as `0000-0002-1825-0097`, with or without `https://orcid.org/`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orcid: Option<String>,
    /// Name of the organisation that the person works for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affiliation: Option<String>,
    /// Address of that organisation: its entry of <https://ror.org>, or its own page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affiliation_url: Option<String>,
}

/// An organisation that publishes the results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Publisher {
    /// Name of the organisation.
    pub name: String,
    /// Address of the organisation: its entry of <https://ror.org>, or its own page.
    pub url: String,
}

/// Where the iDs of ORCID are looked up.
const ORCID: &str = "https://orcid.org/";
/// Where organisations are looked up.
const ROR: &str = "https://ror.org/";

impl Person {
    /// The address of the ORCID iD.
    #[must_use]
    pub fn orcid_url(&self) -> Option<String> {
        let orcid = self.orcid.as_deref()?;
        Some(format!(
            "{ORCID}{}",
            orcid.strip_prefix(ORCID).unwrap_or(orcid)
        ))
    }

    /// Refuses the first value that is none.
    pub(super) fn check(&self) -> Result<(), Invalid> {
        check_filled("name", &self.name)?;
        if let Some(orcid) = &self.orcid {
            let digits = orcid.strip_prefix(ORCID).unwrap_or(orcid);
            if !is_orcid(digits) {
                return Err(Invalid::new("orcid", format!("`{orcid}` is no ORCID iD"))
                    .hint("such as 0000-0002-1825-0097; the last digit proves the others"));
            }
        }
        if let Some(affiliation) = &self.affiliation {
            check_filled("affiliation", affiliation)?;
        }
        match (&self.affiliation, &self.affiliation_url) {
            (None, Some(_)) => Err(Invalid::new(
                "affiliation_url",
                "needs the name of the organisation",
            )
            .hint("add `affiliation`")),
            (_, Some(url)) => check_address("affiliation_url", url),
            (_, None) => Ok(()),
        }
    }
}

impl Publisher {
    /// Refuses the first value that is none.
    pub(super) fn check(&self) -> Result<(), Invalid> {
        check_filled("name", &self.name)?;
        check_address("url", &self.url)
    }
}

/// Refuses texts without a visible character.
pub(super) fn check_filled(key: &str, text: &str) -> Result<(), Invalid> {
    match text.trim().is_empty() {
        true => Err(Invalid::new(key, "is empty")),
        false => Ok(()),
    }
}

/// Refuses what is no address of the web, and mistyped addresses of ROR.
fn check_address(key: &str, url: &str) -> Result<(), Invalid> {
    let host = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let is_address = host.is_some_and(|host| {
        host.starts_with(|c: char| c.is_ascii_alphanumeric())
            && host.contains('.')
            && host
                .chars()
                .all(|c| c.is_ascii_graphic() && !"<>\"\\^`{|}".contains(c))
    });
    if !is_address {
        return Err(Invalid::new(key, format!("`{url}` is no address"))
            .hint("such as https://ror.org/03yrm5c26"));
    }
    match url.strip_prefix(ROR) {
        Some(name) if !is_ror(name) => {
            Err(Invalid::new(key, format!("`{url}` is no entry of ROR"))
                .hint("such as https://ror.org/03yrm5c26; the last two digits prove the others"))
        }
        _ => Ok(()),
    }
}

/// True for four groups of four digits whose last one (`X` stands for ten) is the check digit of
/// ISO 7064, MOD 11-2.
fn is_orcid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    if groups.len() != 4 || groups.iter().any(|group| group.len() != 4) {
        return false;
    }
    let characters: Vec<char> = groups.concat().chars().collect();
    let Some((last, digits)) = characters.split_last() else {
        return false;
    };
    let mut sum = 0;
    for digit in digits {
        match digit.to_digit(10) {
            Some(digit) => sum = (sum + digit) * 2 % 11,
            None => return false,
        }
    }
    let check = (12 - sum % 11) % 11;
    match check {
        10 => *last == 'X',
        check => last.to_digit(10) == Some(check),
    }
}

/// True for `0`, six digits of Crockford's base 32, and two check digits after ISO 7064, MOD 97-10.
fn is_ror(text: &str) -> bool {
    const DIGITS: &str = "0123456789abcdefghjkmnpqrstvwxyz";
    let (Some(number), Some(check)) = (text.get(..7), text.get(7..)) else {
        return false;
    };
    let value = number.chars().try_fold(0_u64, |value, digit| {
        Some(value * 32 + DIGITS.find(digit)? as u64)
    });
    let check = match check.len() {
        2 => check.parse::<u64>().ok(),
        _ => None,
    };
    match (value, check) {
        (Some(value), Some(check)) => number.starts_with('0') && 98 - value * 100 % 97 == check,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// iDs that ORCID and ROR themselves show as examples.
    #[test]
    fn check_digits_prove_the_others() {
        for orcid in [
            "0000-0002-1825-0097",
            "0000-0001-5109-3700",
            "0000-0002-1694-233X",
        ] {
            assert!(is_orcid(orcid), "{orcid}");
            for place in [0, 5, 12, 18] {
                let mut wrong = orcid.as_bytes().to_vec();
                wrong[place] = if wrong[place] == b'7' { b'8' } else { b'7' };
                let wrong = String::from_utf8(wrong).unwrap();
                assert!(!is_orcid(&wrong), "{wrong}");
            }
        }
        assert!(!is_orcid("0000-0002-1825-009") && !is_orcid("0000000218250097"));
        for ror in ["03yrm5c26", "02nr0ka47", "05dxps055"] {
            assert!(is_ror(ror), "{ror}");
            let wrong = ror.replace(|c: char| "md5".contains(c), "k");
            assert!(wrong == ror || !is_ror(&wrong), "{wrong}");
        }
        assert!(!is_ror("03yrm5c27") && !is_ror("03yrm5c2") && !is_ror("é"));
    }

    #[test]
    fn what_is_no_person_is_refused() {
        let person = |orcid: &str, affiliation_url: &str| Person {
            name: "Your Name".to_owned(),
            orcid: Some(orcid.to_owned()),
            affiliation: Some("Your University".to_owned()),
            affiliation_url: Some(affiliation_url.to_owned()),
        };
        let good = person(
            "https://orcid.org/0000-0002-1825-0097",
            "https://ror.org/05gq02987",
        );
        assert_eq!(good.check(), Ok(()));
        assert_eq!(
            good.orcid_url().as_deref(),
            Some("https://orcid.org/0000-0002-1825-0097")
        );
        let key = |person: Person| person.check().unwrap_err().key;
        assert_eq!(key(person("0000-0002-1825-0098", "https://a.b")), "orcid");
        for url in [
            "brown.edu",
            "https://",
            "https://a b.c",
            "https://ror.org/05gq02988",
            "ftp://a.b",
        ] {
            assert_eq!(
                key(person("0000-0002-1825-0097", url)),
                "affiliation_url",
                "{url}"
            );
        }
        let alone = Person {
            affiliation: None,
            ..good.clone()
        };
        assert_eq!(key(alone), "affiliation_url");
        assert_eq!(
            key(Person {
                name: " ".to_owned(),
                ..good
            }),
            "name"
        );
    }
}
