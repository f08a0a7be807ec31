//! Sizes that the pages of a Parquet file announce, before its reader makes room for them.
//!
//! A column of a row group is a chain of pages, each behind a header in Thrift's compact protocol
//! (the structure `PageHeader` of the format's `parquet.thrift`).

use std::io::{self, Read};

use bytes::Bytes;
use parquet::basic::{Compression, Type};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use parquet::file::reader::ChunkReader;

use super::super::error::{AnyError, Damage};

/// Bytes that texts may take while they are written out, rows at a time.
const AT_A_TIME: u64 = 1 << 28;

/// What the pages of a column in one row group hold.
#[derive(Clone, Copy, Debug, Default)]
struct Chunk {
    /// Bytes of the largest dictionary; 0 without one.
    dictionary: u64,
    /// Some values are found through the dictionary, others are not.
    is_mixed: bool,
    /// Bytes of the largest page in which a value may begin as the one before it does.
    prefixed: u64,
    /// Bytes of every value, for values of fixed length.
    width: u64,
}

/// What was found in the pages of the columns that are read.
#[derive(Debug)]
pub(in super::super) struct Checked {
    /// One per row group: the rows that may be decoded at a time.
    pub rows: Vec<usize>,
    /// One per column: true where some of its values are found through a dictionary.
    pub dictionaries: Vec<bool>,
}

/// How much may be read.
#[derive(Clone, Copy)]
pub(in super::super) struct Limits {
    /// Bytes, decompressed.
    pub most: u64,
    /// Rows at a time.
    pub batch: usize,
    /// True where texts of dictionaries are written out in each row.
    pub written_out: bool,
}

/// Checks the pages of the columns at these positions in the file's list of leaves. Their content
/// stays within the limits, decompressed, in at most a value for eight bytes of it, and each page
/// decompresses to what its header says.
///
/// # Errors
/// [`Damage`] where that is not so.
pub(in super::super) fn check(
    file: &impl ChunkReader,
    metadata: &ParquetMetaData,
    leaves: &[usize],
    limits: Limits,
) -> Result<Checked, Damage> {
    let most = limits.most;
    let mut room = Room {
        most,
        bytes: most,
        values: most / 8,
    };
    let mut checked = Checked {
        rows: Vec::new(),
        dictionaries: vec![false; leaves.len()],
    };
    for group in metadata.row_groups() {
        let mut bytes = 0_u64;
        for (leaf, has_dictionary) in leaves.iter().zip(&mut checked.dictionaries) {
            let column = group.columns().get(*leaf).ok_or(Damage::Contradiction)?;
            let chunk = room.chunk(file, column)?;
            *has_dictionary |= chunk.dictionary > 0;
            let mixed = match chunk.is_mixed || limits.written_out {
                true => chunk.dictionary,
                false => 0,
            };
            bytes = bytes
                .saturating_add(mixed)
                .saturating_add(chunk.prefixed)
                .saturating_add(chunk.width);
        }
        let rows = AT_A_TIME.checked_div(bytes).unwrap_or(u64::MAX);
        let rows = usize::try_from(rows).unwrap_or(usize::MAX);
        checked.rows.push(rows.clamp(1, limits.batch));
    }
    Ok(checked)
}

/// What may still be announced.
struct Room {
    most: u64,
    bytes: u64,
    values: u64,
}

impl Room {
    /// Walks through the pages of a column in one row group.
    fn chunk(
        &mut self,
        file: &impl ChunkReader,
        column: &ColumnChunkMetaData,
    ) -> Result<Chunk, Damage> {
        let first = column.dictionary_page_offset();
        let begin = first.unwrap_or_else(|| column.data_page_offset());
        let place = u64::try_from(begin)
            .ok()
            .zip(u64::try_from(column.compressed_size()).ok());
        let (mut at, mut left) = place.ok_or(Damage::Contradiction)?;
        if at.checked_add(left).is_none_or(|end| end > file.len()) {
            return Err(Damage::Truncated);
        }
        let width = width(column)?;
        let mut chunk = Chunk::default();
        if column.column_type() == Type::FIXED_LEN_BYTE_ARRAY {
            chunk.width = width;
        }
        let mut is_plain = false;
        let mut has_keys = false;
        while left > 0 {
            let (header, length) = header(file, at, left)?;
            (at, left) = (at + length, left - length);
            let compressed = u64::try_from(header.compressed).map_err(|_| Damage::Contradiction)?;
            let size = u64::try_from(header.size).map_err(|_| Damage::Contradiction)?;
            if compressed > left {
                return Err(Damage::Truncated);
            }
            self.bytes = self.bytes.checked_sub(size).ok_or_else(|| self.endless())?;
            let values = u64::try_from(header.values).map_err(|_| Damage::Contradiction)?;
            match header.kind {
                DICTIONARY_PAGE => {
                    if values.saturating_mul(width) > size {
                        return Err(Damage::Contradiction);
                    }
                    chunk.dictionary = chunk.dictionary.max(size).max(1);
                }
                DATA_PAGE | DATA_PAGE_V2 => {
                    self.values = self
                        .values
                        .checked_sub(values)
                        .ok_or_else(|| self.endless())?;
                    match header.encoding {
                        PLAIN_DICTIONARY | RLE_DICTIONARY => has_keys = true,
                        DELTA_BYTE_ARRAY => {
                            (is_plain, chunk.prefixed) = (true, chunk.prefixed.max(size));
                        }
                        _ => is_plain = true,
                    }
                }
                _ => {}
            }
            if matches!(
                column.compression(),
                Compression::GZIP(_) | Compression::BROTLI(_) | Compression::LZ4
            ) {
                let page = at_most(file, at, compressed)?;
                let levels = u64::try_from(header.levels).map_err(|_| Damage::Contradiction)?;
                let (behind, decoded) = (page.get(levels as usize..), size.checked_sub(levels));
                let (Some(behind), Some(decoded)) = (behind, decoded) else {
                    return Err(Damage::Contradiction);
                };
                if header.is_compressed {
                    decompressed(column.compression(), behind, decoded)?;
                }
            }
            (at, left) = (at + compressed, left - compressed);
        }
        chunk.is_mixed = is_plain && has_keys;
        Ok(chunk)
    }

    fn endless(&self) -> Damage {
        Damage::Endless {
            mebibytes: self.most >> 20,
        }
    }
}

/// The fewest bytes of a value in a dictionary.
fn width(column: &ColumnChunkMetaData) -> Result<u64, Damage> {
    Ok(match column.column_type() {
        Type::BOOLEAN => 0,
        Type::INT32 | Type::FLOAT | Type::BYTE_ARRAY => 4,
        Type::INT64 | Type::DOUBLE => 8,
        Type::INT96 => 12,
        Type::FIXED_LEN_BYTE_ARRAY => {
            let length = column.column_descr().type_length();
            u64::try_from(length).map_err(|_| Damage::Contradiction)?
        }
    })
}

/// Checks that a page holds no more than `decoded` bytes, for formats whose decompressors go on as
/// long as there is something.
fn decompressed(compression: Compression, page: &[u8], decoded: u64) -> Result<(), Damage> {
    let mut content: Box<dyn Read + '_> = match compression {
        Compression::GZIP(_) => Box::new(flate2::read::MultiGzDecoder::new(page)),
        Compression::BROTLI(_) => Box::new(brotli_decompressor::Decompressor::new(page, 1 << 14)),
        _ => {
            return match frame_length(page) {
                Some(length) if length > decoded => Err(Damage::Contradiction),
                _ => Ok(()),
            };
        }
    };
    let mut most = content.by_ref().take(decoded.saturating_add(1));
    match io::copy(&mut most, &mut io::sink()) {
        Ok(length) if length <= decoded => Ok(()),
        Ok(_) => Err(Damage::Contradiction),
        Err(error) => Err(Damage::Refused(error.into())),
    }
}

/// How many bytes LZ4 frames decompress to, at most, found without doing so; `None` for what is no
/// frame. (The specification is that of LZ4's frame and block formats.)
fn frame_length(mut bytes: &[u8]) -> Option<u64> {
    const FRAME: [u8; 4] = [0x04, 0x22, 0x4d, 0x18];
    let mut total = 0_u64;
    bytes.starts_with(&FRAME).then_some(())?;
    while let Some(rest) = bytes.strip_prefix(&FRAME) {
        let [flags, _, ..] = rest else { break };
        let (has_size, has_checksum) = (flags & 8 != 0, flags & 4 != 0);
        let (of_blocks, has_dictionary) = (flags & 16 != 0, flags & 1 != 0);
        let header = 3 + 8 * usize::from(has_size) + 4 * usize::from(has_dictionary);
        bytes = rest.get(header..).unwrap_or_default();
        while let Some((size, rest)) = bytes.split_first_chunk::<4>() {
            bytes = rest;
            let size = u32::from_le_bytes(*size);
            if size == 0 {
                bytes = bytes
                    .get(4 * usize::from(has_checksum)..)
                    .unwrap_or_default();
                break;
            }
            let length = (size & 0x7fff_ffff) as usize;
            let block = &bytes[..length.min(bytes.len())];
            let is_stored = size >> 31 == 1;
            total += if is_stored {
                block.len() as u64
            } else {
                block_length(block)
            };
            let behind = block.len() + 4 * usize::from(of_blocks);
            bytes = bytes.get(behind..).unwrap_or_default();
        }
    }
    Some(total)
}

/// How many bytes an LZ4 block decompresses to.
fn block_length(block: &[u8]) -> u64 {
    let (mut bytes, mut total) = (block.iter(), 0_u64);
    let run = |nibble: u8, bytes: &mut std::slice::Iter<'_, u8>| {
        let mut length = u64::from(nibble);
        if nibble == 15 {
            for &more in bytes {
                length += u64::from(more);
                if more != 255 {
                    break;
                }
            }
        }
        length
    };
    while let Some(&token) = bytes.next() {
        let literals = run(token >> 4, &mut bytes);
        total += literals;
        let behind = bytes.as_slice().get(literals as usize..);
        // A match begins with how far behind it lies.
        let Some(behind) = behind.and_then(|rest| rest.get(2..)) else {
            break;
        };
        bytes = behind.iter();
        total += 4 + run(token & 15, &mut bytes);
    }
    total
}

/// Kinds of pages, as their headers number them.
const DATA_PAGE: i64 = 0;
const DICTIONARY_PAGE: i64 = 2;
const DATA_PAGE_V2: i64 = 3;

/// Encodings of values.
const PLAIN_DICTIONARY: i64 = 2;
const DELTA_BYTE_ARRAY: i64 = 7;
const RLE_DICTIONARY: i64 = 8;

/// What the header of a page says.
#[derive(Debug, PartialEq, Eq)]
struct Header {
    kind: i64,
    /// Bytes of its content when decompressed, and as they are in the file.
    size: i64,
    compressed: i64,
    values: i64,
    encoding: i64,
    /// Bytes of its levels, where they stand before the compressed content.
    levels: i64,
    is_compressed: bool,
}

/// Reads the header that stands at a place of the file, of which `left` bytes are the column's; and
/// its length.
fn header(file: &impl ChunkReader, at: u64, left: u64) -> Result<(Header, u64), Damage> {
    // Most are short; the smallest and largest value of a page stand in it, too.
    let mut ahead = 1 << 9;
    loop {
        let bytes = at_most(file, at, left.min(ahead))?;
        let mut thrift = Thrift {
            bytes: &bytes,
            at: 0,
        };
        if let Some(header) = thrift.header() {
            return Ok((header, thrift.at as u64));
        }
        if ahead >= left {
            return Err(Damage::Contradiction);
        }
        ahead *= 16;
    }
}

fn at_most(file: &impl ChunkReader, at: u64, length: u64) -> Result<Bytes, Damage> {
    let length = usize::try_from(length).map_err(|_| Damage::Contradiction)?;
    let bytes = file.get_bytes(at, length);
    bytes.map_err(|error| Damage::Refused(AnyError::from(error)))
}

/// Bytes in Thrift's compact protocol. What ends too early or is no such structure is `None`.
struct Thrift<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// A structure holds others, up to this depth.
const DEEPEST: usize = 16;

impl Thrift<'_> {
    fn header(&mut self) -> Option<Header> {
        let mut header = Header {
            kind: -1,
            size: -1,
            compressed: -1,
            values: 0,
            encoding: -1,
            levels: 0,
            is_compressed: true,
        };
        let mut field = 0;
        while let Some(kind) = self.field(&mut field)? {
            match (field, kind) {
                (1, I32) => header.kind = self.integer()?,
                (2, I32) => header.size = self.integer()?,
                (3, I32) => header.compressed = self.integer()?,
                (5 | 7 | 8, STRUCTURE) => self.of_kind(field, &mut header)?,
                (_, kind) => self.skip(kind, 0)?,
            }
        }
        Some(header)
    }

    /// The part of a header that only pages of one kind have: data, dictionaries, or data in their
    /// second version.
    fn of_kind(&mut self, part: i64, header: &mut Header) -> Option<()> {
        const DATA_V2: i64 = 8;
        let mut field = 0;
        while let Some(kind) = self.field(&mut field)? {
            match (part, field, kind) {
                (_, 1, I32) => header.values = self.integer()?,
                (DATA_V2, 4, I32) => header.encoding = self.integer()?,
                (DATA_V2, 5 | 6, I32) => {
                    header.levels = header.levels.checked_add(self.integer()?)?;
                }
                (DATA_V2, 7, TRUE | FALSE) => header.is_compressed = kind == TRUE,
                (DATA_V2, _, kind) => self.skip(kind, 0)?,
                (_, 2, I32) => header.encoding = self.integer()?,
                (_, _, kind) => self.skip(kind, 0)?,
            }
        }
        Some(())
    }

    /// The type of the next field; `Some(None)` at the end of a structure.
    fn field(&mut self, number: &mut i64) -> Option<Option<u8>> {
        let byte = self.byte()?;
        if byte == 0 {
            return Some(None);
        }
        *number = match byte >> 4 {
            0 => self.integer()?,
            step => number.checked_add(i64::from(step))?,
        };
        Some(Some(byte & 15))
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        match kind {
            TRUE | FALSE => {}
            BYTE => _ = self.byte()?,
            I16 | I32 | I64 => _ = self.integer()?,
            DOUBLE => self.advance(8)?,
            BINARY => {
                let length = self.unsigned()?;
                self.advance(length)?;
            }
            LIST | SET => {
                let byte = self.byte()?;
                let length = match byte >> 4 {
                    15 => self.unsigned()?,
                    length => u64::from(length),
                };
                for _ in 0..length {
                    self.element(byte & 15, depth)?;
                }
            }
            MAP => {
                let length = self.unsigned()?;
                let kinds = if length > 0 { self.byte()? } else { 0 };
                for _ in 0..length {
                    self.element(kinds >> 4, depth)?;
                    self.element(kinds & 15, depth)?;
                }
            }
            STRUCTURE => {
                let mut field = 0;
                while let Some(kind) = self.field(&mut field)? {
                    self.skip(kind, depth + 1)?;
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// Truth values in lists take a byte each.
    fn element(&mut self, kind: u8, depth: usize) -> Option<()> {
        match kind {
            TRUE | FALSE => self.byte().map(drop),
            kind => self.skip(kind, depth + 1),
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn advance(&mut self, length: u64) -> Option<()> {
        let at = self.at.checked_add(usize::try_from(length).ok()?)?;
        self.at = Some(at).filter(|at| *at <= self.bytes.len())?;
        Some(())
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Some(number);
            }
        }
        None
    }

    fn integer(&mut self) -> Option<i64> {
        let number = self.unsigned()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }
}

/// Types of fields.
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCTURE: u8 = 12;

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{ArrayRef, RecordBatch, StringArray};
    use parquet::arrow::ArrowWriter;
    use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
    use parquet::basic::{BrotliLevel, Encoding, GzipLevel, ZstdLevel};
    use parquet::file::properties::{WriterProperties, WriterVersion};
    use std::sync::Arc;

    const LIMITS: Limits = Limits {
        most: 1 << 28,
        batch: 1 << 16,
        written_out: false,
    };

    fn metadata(file: &Bytes) -> Arc<ParquetMetaData> {
        let options = ArrowReaderOptions::new();
        let metadata = ArrowReaderMetadata::load(file, options).unwrap();
        metadata.metadata().clone()
    }

    fn checked(file: &Bytes, limits: Limits) -> Result<Checked, Damage> {
        check(file, &metadata(file), &[0], limits)
    }

    /// Names of neurons; `different` of them.
    fn written(rows: usize, different: usize, properties: WriterProperties) -> Bytes {
        let names = (0..rows).map(|row| format!("neuron {}", row % different));
        let names: ArrayRef = Arc::new(StringArray::from_iter_values(names));
        let batch = RecordBatch::try_from_iter([("pre", names)]).unwrap();
        let mut writer =
            ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.into_inner().unwrap().into()
    }

    fn properties(compression: Compression, version: WriterVersion) -> WriterProperties {
        WriterProperties::builder()
            .set_compression(compression)
            .set_writer_version(version)
            .set_data_page_row_count_limit(1000)
            .set_write_batch_size(100)
            .build()
    }

    #[test]
    fn sound_files_pass_in_every_compression() {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            for compression in [
                Compression::UNCOMPRESSED,
                Compression::SNAPPY,
                Compression::GZIP(GzipLevel::default()),
                Compression::BROTLI(BrotliLevel::default()),
                Compression::ZSTD(ZstdLevel::default()),
                Compression::LZ4,
                Compression::LZ4_RAW,
            ] {
                let file = written(5000, 7, properties(compression, version));
                let found = checked(&file, LIMITS).unwrap();
                assert_eq!(found.dictionaries, [true], "{compression:?}");
                assert_eq!(found.rows, [1 << 16]);
                // Five thousand values are more than eight bytes for each of them allow.
                let small = Limits {
                    most: 39_000,
                    ..LIMITS
                };
                let refused = checked(&file, small);
                assert!(
                    matches!(refused, Err(Damage::Endless { .. })),
                    "{compression:?}"
                );
            }
        }
    }

    #[test]
    fn rows_at_a_time_follow_what_a_value_may_take() {
        let of = |properties: WriterProperties, written_out| {
            let limits = Limits {
                written_out,
                ..LIMITS
            };
            checked(&written(50_000, 50_000, properties), limits).unwrap()
        };
        // A dictionary that becomes too large; then values stand for themselves.
        let limited = || {
            let builder = WriterProperties::builder().set_dictionary_page_size_limit(1 << 16);
            builder.set_write_batch_size(100).build()
        };
        let mixed = of(limited(), false);
        assert_eq!(mixed.dictionaries, [true]);
        assert!((1000..5000).contains(&mixed.rows[0]), "{mixed:?}");
        let whole = WriterProperties::builder().set_dictionary_page_size_limit(1 << 24);
        let whole = || whole.clone().build();
        assert_eq!(of(whole(), false).rows, [1 << 16]);
        assert!(of(whole(), true).rows[0] < 1 << 12);
        let prefixed = WriterProperties::builder()
            .set_dictionary_enabled(false)
            .set_encoding(Encoding::DELTA_BYTE_ARRAY);
        let prefixed = of(prefixed.build(), false);
        assert_eq!(prefixed.dictionaries, [false]);
        assert!(prefixed.rows[0] < 1 << 15, "{prefixed:?}");
    }

    /// Numbers in Thrift's compact protocol.
    fn zigzag(number: i64) -> Vec<u8> {
        let mut rest = ((number << 1) ^ (number >> 63)) as u64;
        let mut bytes = Vec::new();
        while rest > 127 {
            bytes.push(rest as u8 | 128);
            rest >>= 7;
        }
        bytes.push(rest as u8);
        bytes
    }

    #[test]
    fn headers_are_read_as_they_are_specified() {
        // A page of data in its first version, with statistics that hold a text, and a field that
        // is not known.
        let mut bytes = vec![0x15];
        bytes.extend(zigzag(0));
        bytes.push(0x15);
        bytes.extend(zigzag(2_147_483_647));
        bytes.push(0x15);
        bytes.extend(zigzag(14));
        bytes.extend([0x2c, 0x15]);
        bytes.extend(zigzag(1000));
        bytes.push(0x15);
        bytes.extend(zigzag(RLE_DICTIONARY));
        bytes.extend([0x3c, 0x18, 3, b'a', b'b', b'c', 0x19, 0x2c, 0, 0, 0]);
        bytes.extend([0, 0]);
        let mut thrift = Thrift {
            bytes: &bytes,
            at: 0,
        };
        let expected = Header {
            kind: DATA_PAGE,
            size: 2_147_483_647,
            compressed: 14,
            values: 1000,
            encoding: RLE_DICTIONARY,
            levels: 0,
            is_compressed: true,
        };
        assert_eq!(thrift.header(), Some(expected));
        assert_eq!(thrift.at, bytes.len());
        for end in 0..bytes.len() {
            let cut = &bytes[..end];
            assert_eq!(Thrift { bytes: cut, at: 0 }.header(), None, "{end}");
        }
        // A text of 2^60 bytes; structures that never end.
        let text = [0x18, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10];
        assert_eq!(
            Thrift {
                bytes: &text,
                at: 0
            }
            .header(),
            None
        );
        let deep = [0x1c; 10_000];
        assert_eq!(
            Thrift {
                bytes: &deep,
                at: 0
            }
            .header(),
            None
        );
    }

    #[test]
    fn frames_are_as_long_as_they_decompress_to() {
        use arrow_ipc::CompressionType;
        use arrow_ipc::writer::{IpcWriteOptions, StreamWriter};
        // The writer of Arrow makes the frames.
        for (rows, different) in [(10, 10), (1000, 3), (100_000, 1), (100_000, 70_000)] {
            let names = (0..rows).map(|row| format!("neuron {}", row % different));
            let names: ArrayRef = Arc::new(StringArray::from_iter_values(names));
            let batch = RecordBatch::try_from_iter([("pre", names)]).unwrap();
            let options = IpcWriteOptions::default()
                .try_with_compression(Some(CompressionType::LZ4_FRAME))
                .unwrap();
            let mut writer =
                StreamWriter::try_new_with_options(Vec::new(), &batch.schema(), options).unwrap();
            writer.write(&batch).unwrap();
            let bytes = writer.into_inner().unwrap();
            let mut frames = 0;
            for at in 8..bytes.len() {
                let length = <[u8; 8]>::try_from(&bytes[at - 8..at]).unwrap();
                let length = u64::from_le_bytes(length);
                if !bytes[at..].starts_with(&[0x04, 0x22, 0x4d, 0x18]) {
                    continue;
                }
                frames += 1;
                assert_eq!(
                    frame_length(&bytes[at..]),
                    Some(length),
                    "{rows} {different}"
                );
            }
            assert!(frames > 0);
        }
        assert_eq!(frame_length(b"none"), None);
    }

    #[test]
    fn pages_that_go_on_beyond_their_size_are_refused() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        io::Write::write_all(&mut gzip, &vec![0; 1 << 20]).unwrap();
        let gzip = gzip.finish().unwrap();
        let of_gzip = Compression::GZIP(GzipLevel::default());
        assert!(decompressed(of_gzip, &gzip, 1 << 20).is_ok());
        let long = decompressed(of_gzip, &gzip, (1 << 20) - 1);
        assert!(matches!(long, Err(Damage::Contradiction)));
        // A token of one literal, a match of 4 + 15 + 255 + 255 + 0 bytes, and an end.
        let block = [0x1f, b'a', 1, 0, 255, 255, 0, 0x10, b'b'];
        assert_eq!(block_length(&block), 1 + 529 + 1);
    }
}
