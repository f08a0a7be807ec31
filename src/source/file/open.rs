//! Opening a file: its first bytes say what it is, and compressed ones are decompressed while they
//! are read.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::error::{Damage, ReadError};

/// A compressed file may hold this many times its own size ...
pub(super) const LARGEST_RATIO: u64 = 100;
/// ... and this many bytes in any case. Tables stay far below: what goes beyond is no table, but a
/// file made to fill the memory.
pub(super) const ALWAYS_ALLOWED: u64 = 256 << 20;

/// Long enough for every beginning that is looked for.
const HEAD: u64 = 1024;

/// A file and how it begins, after decompression.
pub(super) struct Opened {
    pub path: PathBuf,
    /// The first kibibyte; less only if that is all.
    pub head: Vec<u8>,
    pub content: Content,
}

/// Where the bytes are.
pub(super) enum Content {
    /// A file that can be read at any place.
    File(File),
    /// A pipe, or what a decompressor makes.
    Stream(Box<dyn BufRead>),
}

impl Opened {
    /// Opens a file; what is compressed by gzip or zstd is seen as what it holds.
    ///
    /// # Errors
    /// [`ReadError::Open`], [`ReadError::Damaged`], and [`ReadError::Empty`] for files without a
    /// byte.
    pub(super) fn new(path: &Path) -> Result<Self, ReadError> {
        let failed = |error| read_error(path, error);
        let mut file = File::open(path).map_err(failed)?;
        let head = beginning(&mut file).map_err(failed)?;
        let rewound = file.rewind().is_ok();
        if !head.starts_with(GZIP) && !head.starts_with(ZSTD) {
            let content = if rewound {
                Content::File(file)
            } else {
                Content::Stream(Box::new(BufReader::new(
                    Cursor::new(head.clone()).chain(file),
                )))
            };
            return Self {
                path: path.to_owned(),
                head,
                content,
            }
            .not_empty();
        }
        let size = file.metadata().map_or(0, |m| m.len());
        let rest = if rewound { Vec::new() } else { head.clone() };
        let bytes = BufReader::with_capacity(1 << 17, Cursor::new(rest).chain(file));
        let limit = largest(size);
        let mut text = if head.starts_with(GZIP) {
            let decoder = flate2::bufread::MultiGzDecoder::new(bytes);
            Decompressed::new(Box::new(decoder), "gzip", limit)
        } else {
            let decoder = zstd::stream::read::Decoder::with_buffer(bytes).map_err(failed)?;
            Decompressed::new(Box::new(decoder), "zstd", limit)
        };
        let head = beginning(&mut text).map_err(failed)?;
        let text = BufReader::with_capacity(1 << 17, Cursor::new(head.clone()).chain(text));
        Self {
            path: path.to_owned(),
            head,
            content: Content::Stream(Box::new(text)),
        }
        .not_empty()
    }

    fn not_empty(self) -> Result<Self, ReadError> {
        if self.head.is_empty() {
            let hint = "it has no bytes at all; export it again";
            return Err(ReadError::Empty {
                path: self.path,
                what: "is empty",
                hint,
            });
        }
        Ok(self)
    }
}

impl Content {
    /// For reading from the beginning to the end.
    pub(super) fn into_stream(self) -> Box<dyn BufRead> {
        match self {
            Self::File(file) => Box::new(BufReader::with_capacity(1 << 17, file)),
            Self::Stream(stream) => stream,
        }
    }
}

/// The most bytes that are decompressed from a file of `size` bytes.
pub(super) fn largest(size: u64) -> u64 {
    ALWAYS_ALLOWED.max(size.saturating_mul(LARGEST_RATIO))
}

/// All that is left of a stream, in memory.
pub(super) fn all(path: &Path, mut stream: Box<dyn BufRead>) -> Result<Bytes, ReadError> {
    let mut bytes = Vec::new();
    stream
        .read_to_end(&mut bytes)
        .map_err(|error| read_error(path, error))?;
    Ok(bytes.into())
}

const GZIP: &[u8] = b"\x1f\x8b";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";

fn beginning(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    reader.take(HEAD).read_to_end(&mut head)?;
    Ok(head)
}

/// A decompressor whose errors say that it is one, and that stops at a limit.
struct Decompressed {
    decoder: Box<dyn Read>,
    format: &'static str,
    limit: u64,
    left: u64,
}

impl Decompressed {
    fn new(decoder: Box<dyn Read>, format: &'static str, limit: u64) -> Self {
        Self {
            decoder,
            format,
            limit,
            left: limit,
        }
    }
}

impl Read for Decompressed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let broken = |damage| broken(self.format, damage);
        let read = self
            .decoder
            .read(buffer)
            .map_err(|error| match error.kind() {
                io::ErrorKind::Interrupted => error,
                io::ErrorKind::UnexpectedEof => broken(Damage::Truncated),
                _ => broken(Damage::Refused(error.into())),
            })?;
        let mebibytes = self.limit >> 20;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| broken(Damage::Endless { mebibytes }))?;
        Ok(read)
    }
}

/// What a reader of bytes says, on its way through readers that only pass on errors of input.
#[derive(Debug, thiserror::Error)]
#[error("{damage}")]
struct Broken {
    format: &'static str,
    #[source]
    damage: Damage,
}

/// Damage as an error of input, which [`read_error`] makes damage again.
pub(super) fn broken(format: &'static str, damage: Damage) -> io::Error {
    io::Error::other(Broken { format, damage })
}

/// An error of reading, which may have come from a decompressor below.
pub(super) fn read_error(path: &Path, error: io::Error) -> ReadError {
    let path = path.to_owned();
    let source = match error.downcast::<Broken>() {
        Ok(Broken { format, damage }) => {
            return ReadError::Damaged {
                path,
                format,
                source: damage,
            };
        }
        Err(error) => error,
    };
    let hint = match source.kind() {
        io::ErrorKind::NotFound => "check the spelling; paths are relative to the current folder",
        io::ErrorKind::IsADirectory => "give one file, not a folder",
        _ => "check that the file may be read",
    };
    ReadError::Open { path, source, hint }
}
