//! Workbooks of Excel 97, before they are read: their reader makes room for the whole rectangle
//! between the outermost cells, which a few damaged bytes can make larger than any memory, and
//! follows chains of sectors wherever they lead.
//!
//! The layout is that of the specifications [MS-CFB] (streams in sectors) and [MS-XLS] (records).

use std::collections::BTreeSet;

use super::super::error::Damage;

/// The streams that hold a workbook, since 1997 and before.
const STREAMS: [&str; 2] = ["Workbook", "Book"];
/// Columns of a sheet.
const MOST_COLUMNS: usize = 256;
/// Rows of a sheet.
const MOST_ROWS: usize = 1 << 16;
/// Sheets of a workbook.
const MOST_SHEETS: usize = 1 << 10;
/// A rectangle may be so large without many cells.
const ALWAYS_ALLOWED: usize = 1 << 20;
/// And so much larger than its cells.
const LARGEST_RATIO: usize = 16;

/// Checks that the cells of every sheet are as close together as in a table.
///
/// # Errors
/// [`Damage::Contradiction`] where they are not, or where there is no stream of a workbook.
pub(super) fn check(file: &[u8]) -> Result<(), Damage> {
    let records = Compound::open(file)
        .and_then(|file| file.workbook())
        .ok_or(Damage::Contradiction)?;
    check_stream(&records)
}

fn check_stream(records: &[u8]) -> Result<(), Damage> {
    let mut sheets = BTreeSet::new();
    follow(records, &mut sheets)?;
    // Their reader begins anew wherever the workbook says that a sheet begins.
    for &first in &sheets {
        let sheet = records.get(first..).ok_or(Damage::Contradiction)?;
        follow(&sheet[..end_of_sheet(sheet)], &mut BTreeSet::new())?;
    }
    Ok(())
}

/// Checks the rectangles of records in a row, and notes where they say that sheets begin.
fn follow(records: &[u8], sheets: &mut BTreeSet<usize>) -> Result<(), Damage> {
    let mut sheet = Rectangle::default();
    for (kind, body) in Records(records) {
        let ends = match kind {
            BEGIN => {
                sheet.check()?;
                sheet = Rectangle::default();
                continue;
            }
            SHEET => {
                let first = number32(body, 0).ok_or(Damage::Contradiction)?;
                sheets.insert(first as usize);
                if sheets.len() > MOST_SHEETS {
                    return Err(Damage::Contradiction);
                }
                continue;
            }
            DIMENSIONS => {
                if !is_possible(body) {
                    return Err(Damage::Contradiction);
                }
                continue;
            }
            // Several cells beside each other, the last column standing at the end.
            0x00bd | 0x00be => number16(body, 2).zip(number16(body, body.len().wrapping_sub(2))),
            // A cell: formula, text, number, truth value or blank.
            0x0006 | 0x00d6 | 0x00fd | 0x0201 | 0x0203 | 0x0204 | 0x0205 | 0x027e => {
                number16(body, 2).map(|column| (column, column))
            }
            _ => continue,
        };
        let (Some(row), Some((first, last))) = (number16(body, 0), ends) else {
            return Err(Damage::Contradiction);
        };
        sheet.take(row, first, last)?;
    }
    sheet.check()
}

/// The records of a stream: kind and body.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (usize, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, length) = number16(self.0, 0).zip(number16(self.0, 2))?;
        let body = self.0.get(4..4 + length)?;
        self.0 = &self.0[4 + length..];
        Some((kind, body))
    }
}

/// Length of the sheet that begins here, to the end of its last record.
fn end_of_sheet(records: &[u8]) -> usize {
    let (mut end, mut open) = (0, 0_usize);
    for (kind, body) in Records(records) {
        end += 4 + body.len();
        match kind {
            BEGIN => open += 1,
            END if open <= 1 => return end,
            END => open -= 1,
            _ => {}
        }
    }
    records.len()
}

/// True where a sheet can have the rows and columns that it announces. Their reader makes room for
/// so many cells.
fn is_possible(body: &[u8]) -> bool {
    let number = |at| number16(body, at).unwrap_or_default();
    let long = |at| number32(body, at).unwrap_or_default() as usize;
    let (first, end, columns) = match body.len() {
        10 => (number(0), number(2), number(6)),
        _ => (long(0), long(4), number(10)),
    };
    end <= MOST_ROWS && columns <= MOST_COLUMNS && (end == 0 || columns == 0 || first < end)
}

/// The record that names a sheet and says where it begins.
const SHEET: usize = 0x0085;
/// The record that announces the rows and columns of a sheet.
const DIMENSIONS: usize = 0x0200;
/// The record that ends a sheet.
const END: usize = 0x000a;
/// The record that begins a sheet.
const BEGIN: usize = 0x0809;

/// What the cells of a sheet span.
#[derive(Default)]
struct Rectangle {
    cells: usize,
    rows: Option<(usize, usize)>,
    columns: Option<(usize, usize)>,
}

impl Rectangle {
    fn take(&mut self, row: usize, first: usize, last: usize) -> Result<(), Damage> {
        if last >= MOST_COLUMNS || first > last {
            return Err(Damage::Contradiction);
        }
        self.cells += last - first + 1;
        let (top, bottom) = self.rows.unwrap_or((row, row));
        self.rows = Some((top.min(row), bottom.max(row)));
        let (left, right) = self.columns.unwrap_or((first, last));
        self.columns = Some((left.min(first), right.max(last)));
        Ok(())
    }

    fn check(&self) -> Result<(), Damage> {
        let length =
            |ends: Option<(usize, usize)>| ends.map_or(0, |(first, last)| last - first + 1);
        let area = length(self.rows) * length(self.columns);
        match area <= ALWAYS_ALLOWED + LARGEST_RATIO * self.cells {
            true => Ok(()),
            false => Err(Damage::Contradiction),
        }
    }
}

/// A file of streams, each of which is a chain of sectors.
struct Compound<'a> {
    file: &'a [u8],
    sector: usize,
    /// The sector behind each sector.
    next: Vec<u32>,
}

/// Sectors of the stream that holds short streams.
const SHORT_SECTOR: usize = 64;

impl<'a> Compound<'a> {
    fn open(file: &'a [u8]) -> Option<Self> {
        let sector = match number16(file, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut compound = Self {
            file,
            sector,
            next: Vec::new(),
        };
        // The sectors that hold the chains: the first 109 are named in the header, others in
        // a chain of their own.
        let mut tables: Vec<u32> = (0..109)
            .filter_map(|i| number32(file, 76 + 4 * i))
            .collect();
        let (mut more, mut left) = (number32(file, 68)?, file.len() / sector);
        while let Some(names) = compound.at(more)
            && left > 0
        {
            let (others, next) = names.split_at_checked(sector - 4)?;
            tables.extend((0..others.len() / 4).filter_map(|i| number32(others, 4 * i)));
            (more, left) = (number32(next, 0)?, left - 1);
        }
        if left == 0 {
            return None;
        }
        for table in tables {
            let Some(numbers) = compound.at(table) else {
                continue;
            };
            let numbers = (0..sector / 4).filter_map(|i| number32(numbers, 4 * i));
            compound.next.extend(numbers);
            if compound.next.len() > file.len() {
                return None;
            }
        }
        let short = compound.chain(number32(file, 60)?);
        let short: Vec<u32> = (0..short.len() / 4)
            .filter_map(|i| number32(&short, 4 * i))
            .collect();
        (!goes_in_circles(&compound.next) && !goes_in_circles(&short)).then_some(compound)
    }

    /// A sector, counted from behind the header.
    fn at(&self, number: u32) -> Option<&'a [u8]> {
        let begin = (number as usize).checked_add(1)?.checked_mul(self.sector)?;
        let end = begin.checked_add(self.sector)?.min(self.file.len());
        self.file.get(begin..end)
    }

    /// The sectors of a chain in a row.
    fn chain(&self, first: u32) -> Vec<u8> {
        let (mut bytes, mut number) = (Vec::new(), first);
        while let Some(sector) = self.at(number)
            && bytes.len() <= self.file.len()
        {
            bytes.extend_from_slice(sector);
            number = self.next.get(number as usize).copied().unwrap_or(u32::MAX);
        }
        bytes
    }

    /// The stream of the workbook.
    fn workbook(&self) -> Option<Vec<u8>> {
        let directory = self.chain(number32(self.file, 48)?);
        let entries = || directory.chunks_exact(128);
        let place = |entry: &[u8]| number32(entry, 116).zip(number32(entry, 120));
        let is_workbook = |entry: &&[u8]| {
            let length = number16(entry, 64)
                .unwrap_or_default()
                .saturating_sub(2)
                .min(64);
            let name = entry[..length]
                .chunks_exact(2)
                .map(|c| u16::from_le_bytes([c[0], c[1]]));
            let name = String::from_utf16_lossy(&name.collect::<Vec<_>>());
            STREAMS
                .iter()
                .any(|stream| name.eq_ignore_ascii_case(stream))
        };
        let (first, size) = place(entries().find(is_workbook)?)?;
        let is_short = size < number32(self.file, 56)?;
        let mut bytes = match is_short {
            false => self.chain(first),
            true => {
                let (container, _) = place(entries().next()?)?;
                self.short_chain(&self.chain(container), first)?
            }
        };
        bytes.truncate(size as usize);
        Some(bytes)
    }

    fn short_chain(&self, container: &[u8], first: u32) -> Option<Vec<u8>> {
        let next = self.chain(number32(self.file, 60)?);
        let (mut bytes, mut number) = (Vec::new(), first as usize);
        while let Some(sector) = container.get(number.saturating_mul(SHORT_SECTOR)..)
            && !sector.is_empty()
            && bytes.len() <= container.len()
        {
            bytes.extend_from_slice(&sector[..sector.len().min(SHORT_SECTOR)]);
            number = number32(&next, number.checked_mul(4)?).map_or(usize::MAX, |n| n as usize);
        }
        Some(bytes)
    }
}

/// True where one of the chains never ends: their reader would follow it for ever.
fn goes_in_circles(next: &[u32]) -> bool {
    // The number of the walk that came by, from 1.
    let mut seen = vec![0_usize; next.len()];
    (0..next.len()).any(|first| {
        let mut at = first;
        while let Some(walk) = seen.get_mut(at) {
            if *walk != 0 {
                return *walk == first + 1;
            }
            *walk = first + 1;
            at = next[at] as usize;
        }
        false
    })
}

fn number16(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(2)?)?;
    Some(usize::from(u16::from_le_bytes([bytes[0], bytes[1]])))
}

fn number32(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written by xlwt, for Python.
    const BOOK: &[u8] = include_bytes!("../../../../tests/own_connectome/workbooks/xlwt.xls");

    #[test]
    fn a_workbook_is_seen_as_its_writer_wrote_it() {
        let records = Compound::open(BOOK).unwrap().workbook().unwrap();
        assert_eq!(number16(&records, 0), Some(BEGIN));
        assert!(check(BOOK).is_ok());
        assert!(check(&BOOK[..BOOK.len() / 2]).is_err());
        assert!(check(b"").is_err());
    }

    /// A record with its kind, its length and its body.
    fn record(kind: usize, body: &[u8]) -> Vec<u8> {
        let head = [kind as u16, body.len() as u16]
            .map(u16::to_le_bytes)
            .concat();
        [&head, body].concat()
    }

    #[test]
    fn a_sheet_cannot_announce_more_than_a_sheet_has() {
        let announced = |first: u32, end: u32, columns: u16| {
            let rows = [first, end].map(u32::to_le_bytes).concat();
            let columns = [0, columns, 0].map(u16::to_le_bytes).concat();
            follow(
                &record(DIMENSIONS, &[rows, columns].concat()),
                &mut BTreeSet::new(),
            )
            .is_ok()
        };
        assert!(announced(0, 0, 0) && announced(0, 65_536, 256) && announced(7, 8, 1));
        assert!(!announced(8, 8, 1) && !announced(0, 65_537, 1) && !announced(0, 1, 257));
        assert!(!announced(0, u32::MAX, u16::MAX));
    }

    #[test]
    fn sheets_are_followed_from_where_they_are_said_to_begin() {
        // The record that lies within another one is one of the sheet.
        let hidden = record(
            DIMENSIONS,
            &[[0; 4], [0xff; 4], [0xff; 4], [0; 4]].concat()[..14],
        );
        let outer = record(0x1234, &hidden);
        let whole = |first: u32| {
            let named = [&first.to_le_bytes()[..], &[0; 4]].concat();
            [
                record(BEGIN, &[]),
                record(SHEET, &named),
                record(END, &[]),
                outer.clone(),
            ]
            .concat()
        };
        let sheets_of = |stream: &[u8]| {
            let mut sheets = BTreeSet::new();
            follow(stream, &mut sheets).unwrap();
            sheets
        };
        let begin = whole(0).len() - outer.len();
        let stream = whole(begin as u32 + 4);
        assert_eq!(sheets_of(&stream), BTreeSet::from([begin + 4]));
        assert_eq!(end_of_sheet(&stream), begin);
        assert!(check_stream(&stream).is_err());
        assert!(check_stream(&whole(begin as u32)).is_ok());
    }

    #[test]
    fn chains_without_an_end_are_refused() {
        for (next, circles) in [
            (&[][..], false),
            (&[1, 2, u32::MAX], false),
            (&[2, 2, u32::MAX], false),
            (&[0], true),
            (&[1, 2, 1], true),
            (&[u32::MAX, 2, 3, 1], true),
            (&[9, 0, 1], false),
        ] {
            assert_eq!(goes_in_circles(next), circles, "{next:?}");
        }
        // The table of chains is the sector behind the last one that it names.
        let chains = BOOK
            .windows(12)
            .position(|bytes| bytes == [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0]);
        let mut book = BOOK.to_vec();
        book[chains.unwrap() + 8] = 0;
        assert!(check(&book).is_err());
    }

    /// A name of the second row, moved away.
    #[test]
    fn cells_far_away_are_refused() {
        // A text (record 0x00fd, 10 bytes) in row 2, column 1.
        let cell = [0xfd, 0, 10, 0, 2, 0, 1, 0];
        let at = BOOK
            .windows(cell.len())
            .position(|bytes| bytes == cell)
            .unwrap();
        for (row, column, is_right) in [
            (2, 1, true),
            (1000, 200, true),
            (0xffff, 0xff, false),
            (2, 256, false),
        ] {
            let mut book = BOOK.to_vec();
            book[at + 4..at + 6].copy_from_slice(&u16::to_le_bytes(row));
            book[at + 6..at + 8].copy_from_slice(&u16::to_le_bytes(column));
            assert_eq!(check(&book).is_ok(), is_right, "{row}, {column}");
        }
    }
}
