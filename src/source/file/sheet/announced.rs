//! Sizes that an Arrow file announces, before its reader makes room for them: a damaged byte can
//! make one of them larger than any memory.

use std::io::{Read, Seek, SeekFrom};

use arrow_ipc::{Message, RecordBatch, root_as_footer, root_as_message};

use super::super::error::Damage;

/// How a message of Arrow begins, and with it a stream.
pub(super) const MESSAGE: &[u8] = b"\xff\xff\xff\xff";

/// Checks the batches of a file: they lie in it, and hold at most `most` bytes when decompressed,
/// and at most as many rows. A footer that cannot be understood is left to the reader, which
/// refuses it.
///
/// # Errors
/// [`Damage::Endless`], [`Damage::Truncated`], and [`Damage::Contradiction`] for a part that is no
/// message.
pub(super) fn check_file(file: &mut (impl Read + Seek), most: u64) -> Result<(), Damage> {
    let mut file = Parts { file };
    let Some((size, footer)) = file.footer() else {
        return Ok(());
    };
    let Ok(footer) = root_as_footer(&footer) else {
        return Ok(());
    };
    let mut room = Room { most, left: most };
    // Parts that overlap would be read again and again.
    let mut in_file = size;
    let blocks = footer
        .dictionaries()
        .into_iter()
        .chain(footer.recordBatches());
    for block in blocks.flatten() {
        let lengths = [
            block.offset(),
            block.metaDataLength().into(),
            block.bodyLength(),
        ];
        let lengths = lengths.map(|length| u64::try_from(length).unwrap_or(u64::MAX));
        let [begin, metadata, _] = lengths;
        if lengths
            .into_iter()
            .try_fold(0, u64::checked_add)
            .is_none_or(|end| end > size)
        {
            return Err(Damage::Truncated);
        }
        in_file = in_file
            .checked_sub(lengths[1] + lengths[2])
            .ok_or(Damage::Contradiction)?;
        let Some(message) = file.bytes(begin, metadata) else {
            return Ok(());
        };
        let mark = if message.starts_with(MESSAGE) { 8 } else { 4 };
        let body = begin + metadata;
        // A copy begins where numbers of eight bytes may, as the reader's does: elsewhere a sound
        // message is taken for a damaged one.
        let message = message.get(mark..).unwrap_or_default().to_vec();
        let message = root_as_message(&message).map_err(|_| Damage::Contradiction)?;
        room.take(&message, |at| file.bytes(body.checked_add(at)?, 8))?;
    }
    Ok(())
}

/// Checks the batches of a stream in the same way.
///
/// # Errors
/// As for a file.
pub(super) fn check_stream(stream: &[u8], most: u64) -> Result<(), Damage> {
    let (mut rest, mut room) = (stream, Room { most, left: most });
    loop {
        rest = rest.strip_prefix(MESSAGE).unwrap_or(rest);
        let Some((length, behind)) = rest.split_first_chunk::<4>() else {
            return Ok(());
        };
        let length = u32::from_le_bytes(*length) as usize;
        if length == 0 {
            return Ok(());
        }
        let Some((message, body)) = behind.split_at_checked(length) else {
            return Err(Damage::Truncated);
        };
        let message = message.to_vec();
        let message = root_as_message(&message).map_err(|_| Damage::Contradiction)?;
        let length = usize::try_from(message.bodyLength()).unwrap_or(usize::MAX);
        let Some((body, behind)) = body.split_at_checked(length) else {
            return Err(Damage::Truncated);
        };
        room.take(&message, |at| {
            let at = usize::try_from(at).ok()?;
            Some(body.get(at..at.checked_add(8)?)?.to_vec())
        })?;
        rest = behind;
    }
}

/// What may still be announced.
struct Room {
    most: u64,
    left: u64,
}

impl Room {
    /// Takes what a message announces; `bytes` are the eight bytes at a place of its body.
    fn take(
        &mut self,
        message: &Message<'_>,
        mut bytes: impl FnMut(u64) -> Option<Vec<u8>>,
    ) -> Result<(), Damage> {
        let Some(batch) = batch(message) else {
            return Ok(());
        };
        let rows = batch
            .nodes()
            .into_iter()
            .flatten()
            .map(|node| node.length());
        let rows = rows.chain([batch.length()]);
        for rows in rows {
            if u64::try_from(rows).is_ok_and(|rows| rows > self.most) {
                return Err(self.endless());
            }
        }
        // A compressed part begins with its length, or with -1 where it is not compressed.
        let is_compressed = batch.compression().is_some();
        for part in batch
            .buffers()
            .into_iter()
            .flatten()
            .filter(|_| is_compressed)
        {
            let place = u64::try_from(part.offset())
                .ok()
                .filter(|_| part.length() >= 8);
            let Some(length) = place.and_then(&mut bytes) else {
                continue;
            };
            let length = <[u8; 8]>::try_from(length).map_or(0, i64::from_le_bytes);
            let taken = u64::try_from(length).unwrap_or_default();
            self.left = self.left.checked_sub(taken).ok_or_else(|| self.endless())?;
        }
        Ok(())
    }

    fn endless(&self) -> Damage {
        Damage::Endless {
            mebibytes: self.most >> 20,
        }
    }
}

/// The rows of a message, or the words of a dictionary.
fn batch<'a>(message: &Message<'a>) -> Option<RecordBatch<'a>> {
    let of_dictionary = || message.header_as_dictionary_batch()?.data();
    message.header_as_record_batch().or_else(of_dictionary)
}

/// A file that is read in parts.
struct Parts<'a, R> {
    file: &'a mut R,
}

impl<R: Read + Seek> Parts<'_, R> {
    /// The size of the file, and the list of its parts at its end.
    fn footer(&mut self) -> Option<(u64, Vec<u8>)> {
        const END: u64 = 10;
        let size = self.file.seek(SeekFrom::End(0)).ok()?;
        let end = self.bytes(size.checked_sub(END)?, END)?;
        let length = u64::from(u32::from_le_bytes(*end.first_chunk()?));
        let begin = size.checked_sub(END)?.checked_sub(length)?;
        Some((size, self.bytes(begin, length)?))
    }

    fn bytes(&mut self, begin: u64, length: u64) -> Option<Vec<u8>> {
        self.file.seek(SeekFrom::Start(begin)).ok()?;
        let mut bytes = Vec::new();
        self.file
            .by_ref()
            .take(length)
            .read_to_end(&mut bytes)
            .ok()?;
        (bytes.len() as u64 == length).then_some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Int64Array, RecordBatch as Rows};
    use arrow_ipc::CompressionType;
    use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
    use std::io::Cursor;
    use std::sync::Arc;

    /// A thousand numbers, compressed.
    fn written() -> (Vec<u8>, Vec<u8>) {
        let numbers = Int64Array::from_iter_values(0..1000);
        let rows = Rows::try_from_iter([("x", Arc::new(numbers) as _)]).unwrap();
        let options = || {
            let options = IpcWriteOptions::default();
            options
                .try_with_compression(Some(CompressionType::LZ4_FRAME))
                .unwrap()
        };
        let schema = rows.schema();
        let mut file = FileWriter::try_new_with_options(Vec::new(), &schema, options()).unwrap();
        file.write(&rows).unwrap();
        let mut stream =
            StreamWriter::try_new_with_options(Vec::new(), &schema, options()).unwrap();
        stream.write(&rows).unwrap();
        (file.into_inner().unwrap(), stream.into_inner().unwrap())
    }

    #[test]
    fn what_is_announced_is_counted() {
        let (file, stream) = written();
        // A thousand numbers of eight bytes; the bits of what is there may be stored, too.
        for (most, is_right) in [(1 << 20, true), (8200, true), (7999, false), (999, false)] {
            assert_eq!(
                check_file(&mut Cursor::new(&file), most).is_ok(),
                is_right,
                "{most}"
            );
            assert_eq!(check_stream(&stream, most).is_ok(), is_right, "{most}");
        }
    }

    #[test]
    fn lengths_larger_than_memory_are_refused() {
        let (file, stream) = written();
        let length = 8000_i64.to_le_bytes();
        for (mut bytes, is_file) in [(file, true), (stream, false)] {
            let at = bytes.windows(8).position(|bytes| bytes == length).unwrap();
            bytes[at + 7] = 0x40;
            let checked = match is_file {
                true => check_file(&mut Cursor::new(&bytes), 1 << 28),
                false => check_stream(&bytes, 1 << 28),
            };
            assert!(matches!(checked, Err(Damage::Endless { mebibytes: 256 })));
        }
    }
}
