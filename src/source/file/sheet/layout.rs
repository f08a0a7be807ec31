//! Where a table begins, and what its first row is: people put titles and comments above the
//! header, and some programs write none.

/// Lines above a header that are looked at.
pub(super) const MOST_ABOVE: usize = 20;
/// Rows below a header that are looked at.
pub(super) const MOST_BELOW: usize = 50;

/// The lines of a file as a table that may begin in the middle of them.
pub(super) struct Start {
    /// Lines above, in cells.
    pub above: Vec<Vec<String>>,
    /// The line that may be the header, in cells.
    pub header: Vec<String>,
    /// The first rows below it, in cells.
    pub below: Vec<Vec<String>>,
}

/// What the cells of a line say about whether it is a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Evidence {
    /// It has words where the rows below have numbers.
    Header,
    /// It has numbers where the rows below have numbers.
    Row,
    None,
}

/// What stands in the first row of a table.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FirstRow {
    /// Names of all columns.
    Names,
    /// Names of all columns but the first, which holds the names of rows: R writes tables so.
    AllButFirst,
    /// Numbers alone.
    Numbers,
}

/// How many lines stand above the header, of lines that `start` sees as the beginning of a table.
pub(super) fn lines_above(lines: usize, start: impl Fn(usize) -> Start) -> usize {
    if lines == 0 || is_plain(&start(0)) {
        return 0;
    }
    let fits = |line: &usize| is_below_titles(&start(*line));
    (1..lines.min(MOST_ABOVE)).find(fits).unwrap_or_default()
}

/// A table whose first line has a name for every column is looked at no further.
fn is_plain(start: &Start) -> bool {
    let names = filled_from_second(&start.header);
    names.is_some_and(|names| {
        let like = start.below.iter().filter(|row| trimmed(row).len() == names);
        names > 1 && 2 * like.count() >= start.below.len()
    })
}

/// True where a line is a header and all lines above are titles.
fn is_below_titles(start: &Start) -> bool {
    let Some(names) = filled_from_second(&start.header) else {
        return false;
    };
    if names < 2 || has_duplicates(trimmed(&start.header)) || are_numbers(&start.header) {
        return false;
    }
    let evidence = evidence(&start.header, &start.below);
    // Rows need not be filled to the end. Only their form says where a table of words begins.
    let (like, of) = match evidence {
        Evidence::Header => (start.below.iter().filter(|row| filled(row) > 1).count(), 2),
        Evidence::Row => return false,
        Evidence::None => {
            let whole = |row: &&Vec<String>| trimmed(row).len() == names;
            (start.below.iter().filter(whole).count(), 5)
        }
    };
    if start.below.is_empty() || of * like < (of - 1) * start.below.len() {
        return false;
    }
    let is_title = |line: &Vec<String>| match (filled(line), evidence) {
        (0, _) => true,
        (_, Evidence::Row) => false,
        (filled, Evidence::Header) => filled < names,
        // Nothing but its form tells a title from a header with too few names.
        (1, Evidence::None) => line.iter().any(|cell| cell.contains([' ', ':'])),
        (_, Evidence::None) => false,
    };
    start.above.iter().all(is_title)
}

/// What the first row of a table is.
///
/// `quoted` is true where the first cell of the rows stands in quotation marks; `commas` where
/// commas separate cells, so that a decimal comma makes a row longer, too.
pub(super) fn first_row(
    header: &[String],
    below: &[Vec<String>],
    quoted: bool,
    commas: bool,
) -> FirstRow {
    if are_numbers(header) && !are_labels(header, below) {
        return FirstRow::Numbers;
    }
    let longer = |row: &Vec<String>| {
        row.len() == header.len() + 1
            && row.last().is_some_and(|last| !last.is_empty())
            && row.first().is_some_and(|first| !first.is_empty())
    };
    let names: Vec<String> = below
        .iter()
        .filter_map(|row| row.first().cloned())
        .collect();
    let named = !below.is_empty()
        && below.iter().all(longer)
        && header.iter().all(|name| !name.is_empty())
        && !has_duplicates(&names)
        && (quoted || !commas);
    if named {
        FirstRow::AllButFirst
    } else {
        FirstRow::Names
    }
}

/// True for numbers alone; the first cell may be empty, and cells at the end are separators too
/// many. Beside an empty first cell, different whole numbers are names.
pub(super) fn are_numbers(row: &[String]) -> bool {
    let cells = trimmed(row);
    let (corner, numbers) = match cells {
        [first, rest @ ..] if first.is_empty() => (true, rest),
        _ => (false, cells),
    };
    let whole = |cell: &String| cell.parse::<i64>().is_ok();
    let names = corner && numbers.iter().all(whole) && !has_duplicates(numbers);
    let finite = |cell: &String| number(cell).is_some_and(f64::is_finite);
    numbers.iter().all(|cell| number(cell).is_some()) && numbers.iter().any(finite) && !names
}

/// True for 0, 1, 2, ... above fractions: the names that programs give to columns without any.
fn are_labels(header: &[String], below: &[Vec<String>]) -> bool {
    let cells = trimmed(header);
    let counted = |from: usize| {
        let counted = cells.iter().zip(from..);
        counted
            .into_iter()
            .all(|(cell, count)| *cell == count.to_string())
    };
    let fraction = |cell: &String| cell.is_empty() || cell.contains(['.', ',']);
    let fractions = below.iter().all(|row| row.iter().all(fraction));
    cells.len() > 1 && (counted(0) || counted(1)) && !below.is_empty() && fractions
}

/// Compares a line to the rows below it. Where all of those are longer by one cell, the first is
/// left out.
pub(super) fn evidence(header: &[String], below: &[Vec<String>]) -> Evidence {
    let (mut words, mut numbers) = (0, 0);
    let shift = usize::from(below.iter().all(|row| row.len() == header.len() + 1));
    for (column, name) in header.iter().enumerate() {
        let cells = below
            .iter()
            .filter_map(|row| row.get(column + shift).filter(|cell| !cell.is_empty()));
        let mut cells = cells.peekable();
        let of_numbers = cells.peek().is_some() && cells.all(|cell| number(cell).is_some());
        if of_numbers && !name.is_empty() {
            let is_number = number(name).is_some();
            words += usize::from(!is_number);
            numbers += usize::from(is_number);
        }
    }
    match (words, numbers) {
        (1.., 0) => Evidence::Header,
        (0, 1..) => Evidence::Row,
        _ => Evidence::None,
    }
}

/// A cell as a number, with a point or a comma.
pub(super) fn number(cell: &str) -> Option<f64> {
    cell.parse()
        .ok()
        .or_else(|| cell.replacen(',', ".", 1).parse().ok())
}

/// A row without empty cells at its end.
pub(super) fn trimmed(row: &[String]) -> &[String] {
    let length = row.iter().rposition(|cell| !cell.is_empty());
    &row[..length.map_or(0, |last| last + 1)]
}

/// The names in a header, without empty cells at its end. Groups above the names of a matrix are
/// fewer than its columns: then there are as many names, also empty ones, as the rows have cells.
pub(super) fn names_of(header: &[String], below: &[Vec<String>]) -> Vec<String> {
    let mut names = trimmed(header).to_vec();
    // A cell far away from the table makes no column: the row with it is almost empty.
    let is_close = |row: &&Vec<String>| 4 * filled(row) >= trimmed(row).len();
    let widths = below.iter().filter(is_close).map(|row| trimmed(row).len());
    let widest = widths.max().unwrap_or_default();
    if 2 * filled(&names) < widest && names.len() < widest {
        names.resize(widest, String::new());
    }
    names
}

/// Cells that are not empty.
pub(super) fn filled(row: &[String]) -> usize {
    row.iter().filter(|cell| !cell.is_empty()).count()
}

/// The number of columns of a header in which only the first name may be empty.
fn filled_from_second(header: &[String]) -> Option<usize> {
    let names = trimmed(header);
    names
        .iter()
        .skip(1)
        .all(|name| !name.is_empty())
        .then_some(names.len())
}

fn has_duplicates(cells: &[String]) -> bool {
    let mut seen = std::collections::HashSet::new();
    !cells.iter().all(|cell| seen.insert(cell))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(line: &str) -> Vec<String> {
        line.split(',').map(str::to_owned).collect()
    }

    fn above(lines: &[&str]) -> usize {
        let lines: Vec<Vec<String>> = lines.iter().map(|line| cells(line)).collect();
        lines_above(lines.len(), |line| Start {
            above: lines[..line].to_vec(),
            header: lines[line].clone(),
            below: lines[line + 1..].to_vec(),
        })
    }

    #[test]
    fn titles_are_told_from_headers() {
        for (lines, expected) in [
            (&["pre,post,weight", "A,B,1", "B,A,2"][..], 0),
            (&["Table 1: synapses,,", "pre,post,weight", "A,B,1"], 1),
            (&["Table 1", "of synapses", "pre,post", "A,B", "B,C"], 2),
            (&["Table 1", "", "pre,post", "A,B", "B,C"], 2),
            // More than one cell, but numbers below the names.
            (&["Table 1, synapses", "pre,post,weight", "A,B,1"], 1),
            // A header with too few names is none of a title's kind.
            (&["neuron", "A,B,C", "D,E,F"], 0),
            (&["pre,post", "A,B,1", "B,C,2"], 0),
            (&["neuron (name)", "A,B,1", "B,C,2"], 0),
            // Columns without a name at the end, and without names at all.
            (&["pre,post,weight,", "A,B,1,x", "B,C,2,y"], 0),
            (&["pre,post,,", "A,B,x,y", "B,C,z,y"], 0),
            (&[",A,B", "A,0,1", "B,2,0"], 0),
            (&["1,2,3", "4,5,6"], 0),
            (&["only"], 0),
        ] {
            assert_eq!(above(lines), expected, "{lines:?}");
        }
    }

    fn first(lines: &[&str], quoted: bool, commas: bool) -> FirstRow {
        let lines: Vec<Vec<String>> = lines.iter().map(|line| cells(line)).collect();
        first_row(&lines[0], &lines[1..], quoted, commas)
    }

    #[test]
    fn first_rows_are_names_or_numbers() {
        for (lines, expected) in [
            (&["pre,post", "A,B"][..], FirstRow::Names),
            (&["1,2", "3,4"], FirstRow::Numbers),
            (&[",0.5", "1,2"], FirstRow::Numbers),
            (&["1.5,2e3,-7", "A,B,C"], FirstRow::Numbers),
            (&["nan,1,", "2,3,"], FirstRow::Numbers),
            (&["nan,inf", "2,3"], FirstRow::Names),
            (&["1,,3", "4,5,6"], FirstRow::Names),
            // Row and column names of a matrix, and what pandas calls columns without names.
            (&[",10,20", "10,0,1", "20,1,0"], FirstRow::Names),
            (&["0,1,2", "0.5,0.25,1.0"], FirstRow::Names),
            (&["0,1,2", "5,2,1"], FirstRow::Numbers),
            // Names of rows: all different, and in quotation marks where commas separate cells.
            (&["pre,post", "1,A,B", "2,B,A"], FirstRow::AllButFirst),
            (&["pre,post", "A,B,1", "A,C,1"], FirstRow::Names),
            (&["pre,post", "A,B,"], FirstRow::Names),
        ] {
            assert_eq!(first(lines, true, true), expected, "{lines:?}");
            assert_eq!(first(lines, false, false), expected, "{lines:?}");
        }
        assert_eq!(
            first(&["pre,post", "A,9,5", "B,8,5"], false, true),
            FirstRow::Names
        );
    }
}
