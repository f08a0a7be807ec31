//! The `.motif` notation.

use std::borrow::Cow;
use std::ops::{Bound, Range};

use super::fault::{Fault, Part};
use super::statements::{
    Attribute, Condition, PatternEdge, Role, SignConstraint, Statements, WeightRange,
};
use super::{MotifError, Pattern};
use crate::connectome::transmitter_spelling;
use crate::text::Snippet;
use crate::text::suggest::did_you_mean;

impl Pattern {
    /// Reads a pattern from the `.motif` notation (see [`Pattern`]). Roles are numbered as synapses
    /// first mention them.
    ///
    /// # Errors
    /// [`MotifError::Notation`], with line and column: of text that is no statement, or of the
    /// statement to blame where all of them make no pattern. Of two statements that contradict each
    /// other that is the later one; of a pattern that falls apart, the first of the part that is
    /// not connected to the first role.
    pub fn parse(name: &str, text: &str) -> Result<Self, MotifError> {
        let error = |place: Place, slip: Slip| MotifError::Notation {
            pattern: name.to_owned(),
            line: place.line + 1,
            column: place.column + 1,
            snippet: Snippet::of(text, place.bytes(text)),
            reason: slip.reason,
            hint: slip.hint,
        };
        let (mut statements, mut places) = (Statements::default(), Places::default());
        for (number, line) in text.lines().enumerate() {
            let read = tokens(line).and_then(|tokens| {
                let end = line.chars().count();
                Parser {
                    tokens: &tokens,
                    at: 0,
                    line: number,
                    end,
                    statements: &mut statements,
                    places: &mut places,
                }
                .line()
            });
            read.map_err(|slip| {
                let place = Place {
                    line: number,
                    column: slip.column,
                    length: slip.length,
                };
                error(place, slip)
            })?;
        }
        if statements.roles.is_empty() {
            let reason = "it has no statements; write for example `A -> B`";
            return Err(error(Place::default(), Slip::new(0, 0, reason)));
        }
        let order = order_of_mention(&statements);
        places.roles = order
            .iter()
            .map(|&role| places.roles[role].clone())
            .collect();
        Pattern::checked(name, renumbered(statements, &order)).map_err(|fault| {
            let (place, reason) = places.locate(&fault);
            error(place, Slip::new(place.column, place.length, reason))
        })
    }
}

/// The roles in the order in which edges mention them, wherever conditions stand.
fn order_of_mention(statements: &Statements) -> Vec<usize> {
    let Statements {
        roles,
        edges,
        absent,
        alternatives,
    } = statements;
    let mut order: Vec<usize> = Vec::new();
    let pairs = edges
        .iter()
        .map(PatternEdge::pair)
        .chain(absent.iter().copied());
    let pairs = pairs.chain(alternatives.iter().flatten().map(PatternEdge::pair));
    for role in pairs
        .flat_map(|(pre, post)| [pre, post])
        .chain(0..roles.len())
    {
        if !order.contains(&role) {
            order.push(role);
        }
    }
    order
}

/// The same statements with the roles in this order.
fn renumbered(mut statements: Statements, order: &[usize]) -> Statements {
    let Statements {
        roles,
        edges,
        absent,
        alternatives,
    } = &mut statements;
    *roles = order.iter().map(|&role| roles[role].clone()).collect();
    let moved =
        |role: &mut usize| *role = order.iter().position(|old| old == role).unwrap_or_default();
    for edge in edges.iter_mut().chain(alternatives.iter_mut().flatten()) {
        moved(&mut edge.presynaptic);
        moved(&mut edge.postsynaptic);
    }
    for (pre, post) in absent {
        moved(pre);
        moved(post);
    }
    statements
}

/// A part of one line of the text, counted in characters from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    line: usize,
    column: usize,
    length: usize,
}

impl Place {
    /// The same place in the bytes of the text.
    fn bytes(self, text: &str) -> Range<usize> {
        let mut lines = text.split_inclusive('\n');
        let start: usize = lines.by_ref().take(self.line).map(str::len).sum();
        let line = lines.next().unwrap_or_default();
        let line = line.trim_end_matches(['\n', '\r']);
        let byte = |column: usize| {
            let place = line.char_indices().nth(column);
            start + place.map_or(line.len(), |(byte, _)| byte)
        };
        byte(self.column)..byte(self.column + self.length)
    }

    /// Sends the reader of a message there.
    fn see(self) -> String {
        format!(" (see line {}, column {})", self.line + 1, self.column + 1)
    }
}

/// Where the text says what the statements say.
#[derive(Default)]
struct Places {
    roles: Vec<RolePlaces>,
    edges: Vec<Place>,
    absent: Vec<Place>,
    either: Option<Place>,
    /// The synapses of all alternatives.
    alternatives: Vec<Place>,
}

#[derive(Clone)]
struct RolePlaces {
    /// Where it is first mentioned.
    mention: Place,
    class: Option<Place>,
    conditions: Vec<Place>,
}

impl Places {
    fn of(&self, part: Part) -> Place {
        match part {
            Part::Role(role) => self.roles[role].mention,
            Part::Condition(role, at) => self.roles[role].conditions[at],
            Part::Edge(at) => {
                let all = self
                    .edges
                    .iter()
                    .chain(&self.alternatives)
                    .chain(&self.absent);
                all.copied().nth(at).unwrap_or_default()
            }
        }
    }

    /// Where a fault is, and how to say it there.
    fn locate(&self, fault: &Fault) -> (Place, String) {
        let mut blamed: Vec<Place> = fault.blamed.iter().map(|&part| self.of(part)).collect();
        blamed.sort_unstable();
        let later = blamed.pop().unwrap_or_default();
        let see = blamed.pop().map_or_else(String::new, Place::see);
        (later, format!("{}{see}; {}", fault.what, fault.remedy))
    }
}

/// What is wrong with a part of a line, counted in characters from 0.
struct Slip {
    column: usize,
    length: usize,
    reason: String,
    /// What was probably meant.
    hint: Option<Cow<'static, str>>,
}

impl Slip {
    fn new(column: usize, length: usize, reason: impl Into<String>) -> Self {
        Self {
            column,
            length,
            reason: reason.into(),
            hint: None,
        }
    }

    fn at(place: Place, reason: impl Into<String>) -> Self {
        Self::new(place.column, place.length, reason)
    }

    fn hinted(self, hint: Option<impl Into<Cow<'static, str>>>) -> Self {
        Self {
            hint: hint.map(Into::into),
            ..self
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    /// A name, keyword or bare value.
    Word(String),
    /// A value in quotation marks.
    Quoted(String),
    /// A number, and how it is written.
    Number(f64, String),
    /// An arrow, a comparison or punctuation.
    Symbol(&'static str),
}

#[derive(Clone, Debug)]
struct Token {
    column: usize,
    length: usize,
    kind: Kind,
}

/// Longest first, so that `>=` is not read as `>`.
const SYMBOLS: [&str; 22] = [
    "->", "-|", "=>", "!>", "~>", ">=", "<=", "==", "!=", "<", ">", "=", "[", "]", "(", ")", ",",
    ";", ".", "{", "}", "|",
];
const ARROWS: &str = "an arrow (`->` excitatory, `-|` inhibitory, `=>` any sign, `!>` absent)";

fn tokens(line: &str) -> Result<Vec<Token>, Slip> {
    let characters: Vec<char> = line.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let column = at;
        let first = characters[at];
        let run = |accepts: fn(char) -> bool| {
            characters[column..]
                .iter()
                .take_while(|&&c| accepts(c))
                .count()
        };
        let starts_number = |at: usize| characters.get(at).is_some_and(char::is_ascii_digit);
        let kind = if first.is_whitespace() {
            at += 1;
            continue;
        } else if first == '#' {
            break;
        } else if first == '"' || first == '\'' {
            let length = characters[at + 1..].iter().position(|&c| c == first);
            let Some(length) = length else {
                let reason =
                    format!("a quotation mark {first} is opened and never closed on this line");
                return Err(Slip::new(column, characters.len() - column, reason));
            };
            at += length + 2;
            let value: String = characters[column + 1..column + 1 + length].iter().collect();
            if value.contains('"') && value.contains('\'') {
                let reason = "a value cannot contain both kinds of quotation marks";
                return Err(Slip::new(column, at - column, reason));
            }
            Kind::Quoted(value)
        } else if starts_number(at) || (matches!(first, '-' | '+') && starts_number(at + 1)) {
            let sign = usize::from(!first.is_ascii_digit());
            let mut length = sign;
            // A sign belongs to a number only at its start or after its exponent.
            while let Some(&c) = characters.get(at + length) {
                let exponent = length > 0
                    && matches!(characters[at + length - 1], 'e' | 'E')
                    && matches!(c, '+' | '-');
                if !(c.is_alphanumeric() || c == '_' || c == '.' || exponent) {
                    break;
                }
                length += 1;
            }
            at += length;
            let text: String = characters[column..at].iter().collect();
            match text.parse::<f64>() {
                Ok(number) if number.is_finite() => Kind::Number(number, text),
                // Values such as `5HT` and `1b` begin with a digit, too.
                _ => Kind::Word(text),
            }
        } else if first.is_alphabetic() || first == '_' {
            let length = run(|c| c.is_alphanumeric() || c == '_');
            at += length;
            Kind::Word(characters[column..at].iter().collect())
        } else {
            let rest: String = characters[at..].iter().take(2).collect();
            let Some(symbol) = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol)) else {
                let first = first.escape_debug();
                let reason = format!("`{first}` means nothing here; a statement is {STATEMENTS}");
                return Err(Slip::new(column, 1, reason));
            };
            at += symbol.len();
            Kind::Symbol(symbol)
        };
        tokens.push(Token {
            column,
            length: at - column,
            kind,
        });
    }
    Ok(tokens)
}

const STATEMENTS: &str = "a synapse such as `A -> B` or a condition such as `A.class = excitatory`";

/// The word for the sign of a neuron itself, which is no [`Attribute`].
const CLASS: &str = "class";

/// What a role can be asked for, as words.
fn asked_of_roles() -> Vec<&'static str> {
    let attributes = Attribute::ALL.map(Attribute::as_str);
    [CLASS].into_iter().chain(attributes).collect()
}

/// What a class can be, as words.
fn classes() -> Vec<&'static str> {
    SignConstraint::ALL.map(SignConstraint::as_str).to_vec()
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    line: usize,
    /// Length of the line, the column of what is missing at its end.
    end: usize,
    statements: &'a mut Statements,
    places: &'a mut Places,
}

impl Parser<'_> {
    fn line(&mut self) -> Result<(), Slip> {
        loop {
            while self.takes(";") {}
            if self.at == self.tokens.len() {
                return Ok(());
            }
            self.statement()?;
            if self.at < self.tokens.len() && !self.takes(";") {
                return Err(self.fault(
                    "the end of the statement; put `;` or a line break between statements",
                ));
            }
        }
    }

    fn statement(&mut self) -> Result<(), Slip> {
        let starts_set = matches!(self.kind(1), Some(Kind::Word(_)));
        match self.kind(0) {
            Some(Kind::Word(word)) if word == "either" && starts_set => self.either(),
            Some(Kind::Word(_)) if self.kind(1) == Some(&Kind::Symbol(".")) => self.condition(),
            Some(Kind::Word(_)) => {
                let start = self.place();
                let (edge, required) = self.edge()?;
                let place = self.since(start);
                if required {
                    self.statements.edges.push(edge);
                    self.places.edges.push(place);
                } else {
                    self.statements.absent.push(edge.pair());
                    self.places.absent.push(place);
                }
                Ok(())
            }
            _ => Err(self.fault(STATEMENTS)),
        }
    }

    /// A synapse, and whether it must be there.
    fn edge(&mut self) -> Result<(PatternEdge, bool), Slip> {
        let presynaptic = self.role()?;
        let arrow = self.place();
        let sign = match self.kind(0) {
            Some(Kind::Symbol("->")) => Some(SignConstraint::Excitatory),
            Some(Kind::Symbol("-|")) => Some(SignConstraint::Inhibitory),
            Some(Kind::Symbol("=>")) => Some(SignConstraint::Any),
            Some(Kind::Symbol("!>")) => None,
            Some(Kind::Symbol("~>")) => return Err(self.fault("`=>` for a synapse of any sign")),
            _ => return Err(self.fault(ARROWS)),
        };
        self.at += 1;
        let target = self.place();
        let postsynaptic = self.role()?;
        if presynaptic == postsynaptic {
            let name = &self.statements.roles[presynaptic].name;
            let reason = format!("`{name}` synapses on itself; motifs have no autapses");
            return Err(Slip::at(target, reason));
        }
        let mut edge = PatternEdge::new(presynaptic, postsynaptic, sign.unwrap_or_default());
        if self.kind(0) == Some(&Kind::Symbol("[")) {
            if sign.is_none() {
                let reason = "an absent synapse has no weight; `!>` means no synapse at all";
                return Err(Slip::at(arrow, reason));
            }
            self.at += 1;
            edge.weight = self.weights()?;
        }
        Ok((edge, sign.is_some()))
    }

    /// Comparisons up to the closing bracket.
    fn weights(&mut self) -> Result<WeightRange, Slip> {
        let mut range = WeightRange::ANY;
        loop {
            match self.kind(0) {
                Some(Kind::Word(word)) if word == "weight" => self.at += 1,
                Some(Kind::Word(word)) => {
                    let hint = did_you_mean(word, ["weight"]);
                    let fault = self.fault("`weight`, the one property of a synapse");
                    return Err(fault.hinted(hint));
                }
                _ => return Err(self.fault("`weight`, the one property of a synapse")),
            }
            let comparison = self.at;
            self.at += 1;
            let Some(&Kind::Number(value, _)) = self.kind(0) else {
                self.at = comparison.min(self.tokens.len());
                let Some(Kind::Symbol("<" | "<=" | ">" | ">=" | "=" | "==")) = self.kind(0) else {
                    return Err(self.fault("a comparison: `>=`, `>`, `<=`, `<` or `=`"));
                };
                self.at += 1;
                return Err(self.fault("a number"));
            };
            let (low, high) = match self.tokens[comparison].kind {
                Kind::Symbol(">=") => (Bound::Included(value), Bound::Unbounded),
                Kind::Symbol(">") => (Bound::Excluded(value), Bound::Unbounded),
                Kind::Symbol("<=") => (Bound::Unbounded, Bound::Included(value)),
                Kind::Symbol("<") => (Bound::Unbounded, Bound::Excluded(value)),
                Kind::Symbol("=" | "==") => (Bound::Included(value), Bound::Included(value)),
                _ => {
                    self.at = comparison;
                    return Err(self.fault("a comparison: `>=`, `>`, `<=`, `<` or `=`"));
                }
            };
            range = range.and(WeightRange { low, high });
            self.at += 1;
            if self.takes("]") {
                return Ok(range);
            }
            if !self.takes(",") {
                return Err(self.fault("`]`, or `,` and another condition"));
            }
        }
    }

    fn either(&mut self) -> Result<(), Slip> {
        let place = self.place();
        if let Some(first) = self.places.either {
            let reason = format!("a second `either`{}; a pattern has one", first.see());
            return Err(Slip::at(place, reason));
        }
        self.places.either = Some(place);
        self.at += 1;
        let mut sets = vec![Vec::new()];
        loop {
            let start = self.place();
            let (edge, required) = self.edge()?;
            let place = self.since(start);
            if !required {
                let reason = "`either` chooses between synapses, not absences";
                return Err(Slip::at(place, reason));
            }
            self.places.alternatives.push(place);
            if let Some(set) = sets.last_mut() {
                set.push(edge);
            }
            if self.takes(",") {
                continue;
            }
            if self.kind(0) != Some(&Kind::Word("or".into())) {
                break;
            }
            self.at += 1;
            sets.push(Vec::new());
        }
        if sets.len() == 1 {
            return Err(self.fault("`or` and another set of synapses"));
        }
        self.statements.alternatives = sets;
        Ok(())
    }

    fn condition(&mut self) -> Result<(), Slip> {
        let start = self.place();
        let role = self.role()?;
        self.at += 1;
        let asked = self.place();
        let Some(Kind::Word(word)) = self.kind(0).cloned() else {
            return Err(self.fault(&format!("one of {}", asked_of_roles().join(", "))));
        };
        let attribute = word.parse::<Attribute>().ok();
        if attribute.is_none() && word != CLASS {
            let reason = format!(
                "`{word}` is nothing a role can be asked for: {}",
                asked_of_roles().join(", ")
            );
            let hint = did_you_mean(&word, asked_of_roles());
            return Err(Slip::at(asked, reason).hinted(hint));
        }
        self.at += 1;
        let operator = self.place();
        let negated = match self.kind(0) {
            Some(Kind::Symbol("=" | "==")) => false,
            Some(Kind::Symbol("!=")) => true,
            Some(Kind::Word(word)) if word == "in" => false,
            Some(Kind::Word(word))
                if word == "not" && self.kind(1) == Some(&Kind::Word("in".into())) =>
            {
                true
            }
            _ => return Err(self.fault("`=`, `!=`, `in (...)` or `not in (...)`")),
        };
        let several = matches!(self.kind(0), Some(Kind::Word(_)));
        self.at += if several && negated { 2 } else { 1 };
        let value_place = self.place();
        let values = if several {
            self.values()?
        } else {
            vec![self.value()?]
        };
        let place = self.since(start);
        let Some(attribute) = attribute else {
            if negated || several {
                let reason = format!("a class is asked for with `=`: {}", classes().join(", "));
                return Err(Slip::at(operator, reason));
            }
            return self.class(role, &values[0], value_place, place);
        };
        let spelled = |value: String| match attribute {
            Attribute::Transmitter => transmitter_spelling(&value).to_owned(),
            Attribute::Type | Attribute::Name => value,
        };
        self.statements.roles[role].conditions.push(Condition {
            attribute,
            negated,
            values: values.into_iter().map(spelled).collect(),
        });
        self.places.roles[role].conditions.push(place);
        Ok(())
    }

    /// Gives a role a class. `asked` is the place of the class's word, `place` that of the whole
    /// statement.
    fn class(&mut self, role: usize, word: &str, asked: Place, place: Place) -> Result<(), Slip> {
        let Ok(class) = word.parse::<SignConstraint>() else {
            let reason = format!("`{word}` is no class: {}", classes().join(", "));
            let hint = did_you_mean(word, classes()).unwrap_or_else(|| {
                "sensory, inter and motor are types: `A.type = motor`".to_owned()
            });
            return Err(Slip::at(asked, reason).hinted(Some(hint)));
        };
        let (role, places) = (
            &mut self.statements.roles[role],
            &mut self.places.roles[role],
        );
        if let Some(earlier) = places.class
            && role.class != SignConstraint::Any
            && role.class != class
        {
            let reason = format!(
                "`{}` already has another class{}; a neuron has one",
                role.name,
                earlier.see()
            );
            return Err(Slip::at(place, reason));
        }
        role.class = class;
        places.class = Some(place);
        Ok(())
    }

    fn values(&mut self) -> Result<Vec<String>, Slip> {
        if !self.takes("(") {
            return Err(self.fault("`(` and a list of values"));
        }
        let mut values = vec![self.value()?];
        while self.takes(",") {
            values.push(self.value()?);
        }
        if !self.takes(")") {
            return Err(self.fault("`)`, or `,` and another value"));
        }
        Ok(values)
    }

    fn value(&mut self) -> Result<String, Slip> {
        let value = match self.kind(0) {
            Some(Kind::Word(value) | Kind::Quoted(value)) => value.clone(),
            // Identifiers may be numbers of many digits, or begin with zeros: the text counts.
            Some(Kind::Number(_, text)) => text.clone(),
            _ => return Err(self.fault("a value, such as GABA or \"GABA\"")),
        };
        self.at += 1;
        Ok(value)
    }

    /// The position of a role, which is added when it is first mentioned.
    fn role(&mut self) -> Result<usize, Slip> {
        let Some(Kind::Word(name)) = self.kind(0).cloned() else {
            return Err(self.fault("the name of a role"));
        };
        if name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(self.fault("the name of a role, which begins with a letter"));
        }
        let place = self.place();
        let roles = &mut self.statements.roles;
        let known = roles.iter().position(|role| role.name == name);
        if known.is_none() && roles.len() == Pattern::MAX_ROLES {
            let reason = format!(
                "`{name}` is role {}; a pattern has at most {}",
                roles.len() + 1,
                Pattern::MAX_ROLES
            );
            return Err(Slip::at(place, reason));
        }
        self.at += 1;
        Ok(known.unwrap_or_else(|| {
            roles.push(Role::any(name));
            self.places.roles.push(RolePlaces {
                mention: place,
                class: None,
                conditions: Vec::new(),
            });
            roles.len() - 1
        }))
    }

    fn kind(&self, ahead: usize) -> Option<&Kind> {
        self.tokens.get(self.at + ahead).map(|token| &token.kind)
    }

    /// The place of the next token, or of the end of the line.
    fn place(&self) -> Place {
        let token = self.tokens.get(self.at);
        let (column, length) = token.map_or((self.end, 0), |token| (token.column, token.length));
        Place {
            line: self.line,
            column,
            length,
        }
    }

    /// From the beginning of a place to the end of the token that was read last.
    fn since(&self, start: Place) -> Place {
        let last = self.tokens[..self.at].last();
        let end = last.map_or(start.column, |token| token.column + token.length);
        Place {
            length: end - start.column,
            ..start
        }
    }

    /// Steps over a symbol if it is next.
    fn takes(&mut self, symbol: &'static str) -> bool {
        let next = self.kind(0) == Some(&Kind::Symbol(symbol));
        self.at += usize::from(next);
        next
    }

    fn fault(&self, expected: &str) -> Slip {
        let found = match self.kind(0) {
            None => "the end of the line".to_owned(),
            Some(Kind::Word(text)) => format!("`{text}`"),
            Some(Kind::Quoted(text)) => format!("the value \"{text}\""),
            Some(Kind::Number(_, text)) => format!("the number {text}"),
            Some(Kind::Symbol(symbol)) => format!("`{symbol}`"),
        };
        Slip::at(self.place(), format!("found {found}, expected {expected}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Hinted;
    use proptest::prelude::*;

    fn parse(text: &str) -> Pattern {
        Pattern::parse("test", text).unwrap()
    }

    /// The message and the hint that a person reads.
    fn fails(text: &str) -> String {
        let error = Pattern::parse("test", text).unwrap_err();
        let hint = error.hint().map(|hint| format!("\n  hint: {hint}"));
        format!("{error}{}", hint.unwrap_or_default())
    }

    #[test]
    fn every_statement_is_read_and_written_back() {
        let text = "A -> B [weight >= 3, weight < 10]\nB -| C\nC => A [weight = 2]\nC !> B\n\
                    A.class = excitatory\n\
                    A.transmitter = \"GABA\"\nB.type != \"motor\"\n\
                    B.name in (\"AVAL\", \"AVAR\")\nC.name not in (\"b\", \"x y\")\n";
        assert_eq!(parse(text).to_string(), text);
        let either = "O -> P\nO -> N\nA -> O\nC -> O\n\
                      either A -> P, A -> N or C -> P, C -> N\nP.class = signed\n";
        assert_eq!(parse(either).to_string(), either);
        assert_eq!(parse(either).alternatives().len(), 2);
        let loose = parse("  A->B;;B-|C ;# all of it\n\n\t# nothing\nA.type=5HT; C.name = 12\n");
        assert_eq!(
            loose.to_string(),
            "A -> B\nB -| C\nA.type = \"5HT\"\nC.name = \"12\"\n"
        );
        assert_eq!(parse("A -> B; either A => C or B => C").automorphisms(), 1);
        // Numbers are text here, and transmitters are spelled as in tables.
        let named = parse(
            "A -> B; A.name in (720575940623377802, 007, 1e3); B.transmitter = acetylcholine",
        );
        assert!(
            named
                .to_string()
                .contains(r#"("007", "1e3", "720575940623377802")"#),
            "{named}"
        );
        assert!(
            named.to_string().contains(r#"B.transmitter = "ACh""#),
            "{named}"
        );
        // Neither order nor repetition of conditions and values makes another pattern.
        let one = parse(
            "A -> C; B -> C; A.name in (x, y); A.type = motor; B.type = motor; B.name in (y, x, y)",
        );
        assert_eq!(one.automorphisms(), 2);
    }

    #[test]
    fn faults_point_at_line_and_column_and_suggest() {
        let message = fails("A -> B\nB >> C");
        assert!(
            message.contains("line 2, column 3")
                && message.contains("found `>`, expected an arrow"),
            "{message}"
        );
        assert!(message.ends_with("2 | B >> C\n  |   ^"), "{message}");
        let message = fails("A -> B [wieght > 3]");
        assert!(
            message.ends_with(
                "\n1 | A -> B [wieght > 3]\n  |         ^^^^^^\n  hint: did you mean `weight`?"
            ),
            "{message}"
        );
        for (text, parts) in [
            ("", "no statements"),
            (
                "A ->",
                "column 5: found the end of the line, expected the name of a role",
            ),
            (
                "A -> B C",
                "column 8: found `C`, expected the end of the statement",
            ),
            ("A ~> B", "`=>` for a synapse of any sign"),
            ("A -> B [wieght > 3]", "did you mean `weight`"),
            (
                "A -> B [weight 3]",
                "column 16: found the number 3, expected a comparison",
            ),
            (
                "A -> B [weight > x]",
                "column 18: found `x`, expected a number",
            ),
            (
                "A -> B [weight > 3",
                "column 19: found the end of the line, expected `]`",
            ),
            ("A -> B [weight > 3, weight <= 3]", "no weight meets"),
            ("A !> B [weight > 3]", "an absent synapse has no weight"),
            ("A.clas = excitatory", "did you mean `class`"),
            ("A.class = exitatory", "did you mean `excitatory`"),
            ("A.class = motor", "`A.type = motor`"),
            (
                "A -> B; A.class = excitatory; A.class = inhibitory",
                "already has another class",
            ),
            ("A -> B; A.name = \"x", "never closed"),
            ("A -> B; A.name in ()", "expected a value"),
            ("A -> B; A.name = x; A.name = y", "no name meets"),
            ("A -> B; A.name = x; B.name = x", "the same neuron"),
            (
                "A -> B; A.transmitter = GABA; A.transmitter != GABA",
                "asked for and excluded",
            ),
            ("A -> B; C -> D", "falls apart"),
            ("A -> B; C !> A", "`C` takes part in no required edge"),
            (
                "A -> B; C.class = excitatory",
                "`C` takes part in no required edge",
            ),
            ("A -> B; A -| B", "twice"),
            ("A -> B; A !> B", "twice"),
            ("A -> A", "itself"),
            ("A -> B; either B -> C", "expected `or`"),
            (
                "A.class = any; A -> B; A.class = signed; A.class = any",
                "already has another class",
            ),
            (
                "A -> B; A -> C; either B->C or C->B or A->D or D->A or B->D or D->B or C->D",
                "at most 6 sets",
            ),
            (
                "A -> B; either B -> C or B -> D",
                "takes part in no required edge",
            ),
            (
                "A->B;B->C;C->D;D->E;E->F;F->G;G->H;H->J",
                "`J` is role 9; a pattern has at most 8",
            ),
            ("A -> B; \u{1f9e0}", "means nothing here"),
            ("1A -> B", "begins with a letter"),
        ] {
            let message = fails(text);
            assert!(message.contains(parts), "{text}\n{message}");
        }
    }

    #[test]
    fn faults_of_the_whole_pattern_point_at_the_statement_to_blame() {
        let eight = "A->B;B->C;C->D;D->E;E->F;F->G;G->H";
        let seven_sets =
            "A -> B; A -> C\neither B->C or C->B or A->D or D->A or B->D or D->B\tor C->D";
        for (text, line, column, reason) in [
            ("", 1, 1, "it has no statements; write for example `A -> B`"),
            (
                "# nothing\n\n",
                1,
                1,
                "it has no statements; write for example `A -> B`",
            ),
            (
                "\n  A.class = excitatory",
                2,
                3,
                "it has 1 role; give it 2 to 8",
            ),
            // The part that does not hang together with the first role, by its first statement.
            (
                "A -> B\n# more\n  C -> D; E -> F\nD -> E",
                3,
                3,
                "it falls apart: no required edges connect `A` and `C`; connect them, or count \
                 two patterns",
            ),
            (
                "A -> B; either A => C, C => D or D => C",
                1,
                34,
                "it falls apart: no required edges connect `A` and `C`; connect them, or count \
                 two patterns",
            ),
            // A role nothing joins to the others, by its first mention.
            (
                "A -> B\nC !> A",
                2,
                1,
                "role `C` takes part in no required edge; connect or remove it",
            ),
            (
                "A -> B\nA !> C; C.name = x",
                2,
                6,
                "role `C` takes part in no required edge; connect or remove it",
            ),
            (
                "C.type = motor\nA -> B",
                1,
                1,
                "role `C` takes part in no required edge; connect or remove it",
            ),
            (
                "A -> B; either B -> C or B -> D",
                1,
                31,
                "role `D` takes part in no required edge; connect or remove it",
            ),
            // Of two statements that contradict each other, the later one.
            (
                "A -> B; B -> C\n  A -| B",
                2,
                3,
                "the edge from `A` to `B` is mentioned twice (see line 1, column 1); keep one \
                 statement",
            ),
            (
                "A !> B\nB -> C\n\n\tA -> B",
                4,
                2,
                "the edge from `A` to `B` is mentioned twice (see line 1, column 1); keep one \
                 statement",
            ),
            (
                "either B -> A, A => C or B => C\nB -| A",
                2,
                1,
                "the edge from `B` to `A` is mentioned twice (see line 1, column 8); keep one \
                 statement",
            ),
            (
                "A -> B; A.class = excitatory\nB -> A; A.class = inhibitory",
                2,
                9,
                "`A` already has another class (see line 1, column 9); a neuron has one",
            ),
            (
                "A -> B\nA.name = x\nA.name != z\nA.name in (y, z); A.name != q",
                4,
                1,
                "no name meets all that is asked of `A` (see line 2, column 1); drop one of the \
                 conditions",
            ),
            (
                "B.transmitter != GABA\nA -> B\nB.transmitter = gaba",
                3,
                1,
                "`B.transmitter` is asked for and excluded (see line 1, column 1); drop one of \
                 the conditions",
            ),
            (
                "B.name in (x, y)\nA.name = x; B.name != y\nA -> B\n",
                2,
                1,
                "`A` and `B` ask for the same neuron (see line 1, column 1); roles are distinct \
                 neurons",
            ),
            (
                "either A->B or B->A\n; either A->C or C->A",
                2,
                3,
                "a second `either` (see line 1, column 1); a pattern has one",
            ),
            // What contradicts itself.
            (
                "A -> B\nB -> A [weight > 3, weight <= 3]",
                2,
                1,
                "no weight meets what is asked of the edge from `B` to `A`; drop one of the \
                 conditions",
            ),
            (
                "A -> B\nB -> B",
                2,
                6,
                "`B` synapses on itself; motifs have no autapses",
            ),
            // What is too much, by the first that is.
            (
                &format!("{eight}\nH -> I"),
                2,
                6,
                "`I` is role 9; a pattern has at most 8",
            ),
            (
                seven_sets,
                2,
                56,
                "`either` has 7 sets of synapses; give it at most 6 sets",
            ),
        ] {
            let error = Pattern::parse("test", text).unwrap_err();
            let MotifError::Notation {
                line: found_line,
                column: found_column,
                reason: found_reason,
                snippet,
                ..
            } = &error
            else {
                panic!("{text}\n{error}");
            };
            let found = (*found_line, *found_column, found_reason.as_str());
            assert_eq!(found, (line, column, reason), "{text}");
            let start = format!("motif `test`: line {line}, column {column}: {reason}\n");
            assert_eq!(error.to_string(), format!("{start}{snippet}"));
        }
        let message = fails("A -> B\n  C -> D");
        assert!(
            message.starts_with("motif `test`: line 2, column 3: it falls apart"),
            "{message}"
        );
        assert!(
            message.ends_with("two patterns\n  |\n2 |   C -> D\n  |   ^^^^^^"),
            "{message}"
        );
        // Statements without a text have no places.
        let edge = |pre, post| PatternEdge::new(pre, post, SignConstraint::Excitatory);
        let roles = ["A", "B", "C", "D"].map(Role::any).to_vec();
        let built = Statements {
            roles,
            edges: vec![edge(0, 1), edge(2, 3)],
            ..Statements::default()
        };
        let message = Pattern::new("built", built).unwrap_err().to_string();
        let expected = "it falls apart: no required edges connect `A` and `C`; connect them, or \
            count two patterns";
        assert_eq!(message, format!("pattern `built`: {expected}"));
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn no_text_makes_the_parser_panic(text in "[ -~\n\t\u{e9}]{0,60}") {
            let _ = Pattern::parse("any", &text);
        }

        #[test]
        fn pieces_of_the_notation_never_panic_and_are_read_back(
            pieces in proptest::collection::vec(proptest::sample::select(vec![
                "A", "B", "C", " -> ", " -| ", " => ", " !> ", ";", "\n", ".class", ".type",
                ".name", " = ", " != ", " in ", "(", ")", ",", "[weight", " >= ", "3", "]",
                "either ", " or ", "excitatory", "\"x\"", "#",
            ]), 0..24),
        ) {
            if let Ok(pattern) = Pattern::parse("any", &pieces.concat()) {
                prop_assert_eq!(Pattern::parse("any", &pattern.to_string()), Ok(pattern));
            }
        }
    }
}
