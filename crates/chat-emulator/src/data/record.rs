//! The frame of a record: its length, a checksum of the length, and a checksum of the record.

use flate2::Crc;

/// Appends a record to a buffer. `write` appends its content.
pub(super) fn append<E>(
    buffer: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
) -> Result<(), E> {
    let start = buffer.len();
    buffer.extend_from_slice(&[0; HEAD]);
    write(buffer)?;
    let Some((head, content)) =
        buffer.get_mut(start..).and_then(|frame| frame.split_at_mut_checked(HEAD))
    else {
        return Ok(());
    };
    // Contents are limited by the limit of request bodies; what does not fit is never read back.
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX).to_le_bytes();
    let parts = [length, checksum(&length), checksum(content)];
    head.copy_from_slice(parts.as_flattened());
    Ok(())
}

/// What follows in a log.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next<'a> {
    /// A record, and what follows it.
    Record(&'a [u8], &'a [u8]),
    /// The end of the log.
    End,
    /// The beginning of a record that was not written completely.
    Torn,
    /// Bytes that were changed after they had been written.
    Damaged,
}

/// Reads the next record.
pub(super) fn next(log: &[u8]) -> Next<'_> {
    if log.is_empty() {
        return Next::End;
    }
    let Some((head, rest)) = log.split_at_checked(HEAD) else { return Next::Torn };
    let [length, of_length, of_content] = [0, 4, 8].map(|at| {
        let mut part = [0; 4];
        part.copy_from_slice(head.get(at..at + 4).unwrap_or(&[0; 4]));
        part
    });
    if checksum(&length) != of_length {
        // After a loss of power, a file can have zeros where nothing had been written.
        let is_unwritten = log.iter().all(|byte| *byte == 0);
        return if is_unwritten { Next::Torn } else { Next::Damaged };
    }
    let length = u32::from_le_bytes(length) as usize;
    let Some((content, rest)) = rest.split_at_checked(length) else { return Next::Torn };
    match (checksum(content) == of_content, rest.is_empty()) {
        (true, _) => Next::Record(content, rest),
        (false, true) => Next::Torn,
        (false, false) => Next::Damaged,
    }
}

pub(super) fn checksum(bytes: &[u8]) -> [u8; 4] {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum().to_le_bytes()
}

const HEAD: usize = 12;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn log(contents: &[Vec<u8>]) -> Vec<u8> {
        let mut log = Vec::new();
        for content in contents {
            let write = |buffer: &mut Vec<u8>| {
                buffer.extend_from_slice(content);
                Ok::<(), ()>(())
            };
            append(&mut log, write).unwrap();
        }
        log
    }

    /// Returns the records before the end, and how it ends.
    fn read(mut log: &[u8]) -> (Vec<Vec<u8>>, &'static str) {
        let mut records = Vec::new();
        loop {
            match next(log) {
                Next::Record(content, rest) => {
                    records.push(content.to_vec());
                    log = rest;
                }
                Next::End => return (records, "end"),
                Next::Torn => return (records, "torn"),
                Next::Damaged => return (records, "damaged"),
            }
        }
    }

    fn contents() -> impl Strategy<Value = Vec<Vec<u8>>> {
        prop::collection::vec(prop::collection::vec(any::<u8>(), 1..20), 1..6)
    }

    proptest! {
        #[test]
        fn what_is_cut_off_is_a_torn_record(contents in contents(), cut in any::<prop::sample::Index>()) {
            let log = log(&contents);
            prop_assert_eq!(read(&log), (contents.clone(), "end"));
            let (records, end) = read(&log[..cut.index(log.len())]);
            prop_assert!(contents.starts_with(&records));
            prop_assert!(end == "torn" || end == "end", "{}", end);
        }

        #[test]
        fn changed_byte_is_damage_or_in_the_last_record(
            contents in contents(),
            at in any::<prop::sample::Index>(),
            change in 1..=255_u8,
        ) {
            let mut log = log(&contents);
            let at = at.index(log.len());
            log[at] ^= change;
            let (records, end) = read(&log);
            prop_assert!(contents.starts_with(&records));
            let is_last = records.len() + 1 == contents.len();
            prop_assert!(end == "damaged" || end == "torn" && is_last, "{}", end);
        }
    }

    #[test]
    fn zeros_after_a_loss_of_power_are_a_torn_record() {
        let mut log = log(&[b"one".to_vec()]);
        log.extend_from_slice(&[0; 100]);
        assert_eq!(read(&log), (vec![b"one".to_vec()], "torn"));
    }
}
