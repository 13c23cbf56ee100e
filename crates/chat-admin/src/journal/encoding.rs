//! The text of a line: a JSON object whose last member is the checksum of the others.

use sha2::{Digest as _, Sha256};

use super::line::Line;

/// Returns the text of a line, with its line ending.
pub(super) fn encode(line: &Line) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(line).map(seal)
}

/// Adds the checksum and the line ending to an object.
pub(super) fn seal(mut json: Vec<u8>) -> Vec<u8> {
    let checksum = checksum(&json);
    json.pop();
    json.extend_from_slice(PREFIX);
    json.extend_from_slice(checksum.as_bytes());
    json.extend_from_slice(SUFFIX);
    json.push(b'\n');
    json
}

/// Reads the text of a line, without its line ending. Returns what is wrong with a text that
/// [`encode`] has not written.
pub(super) fn decode(text: &str) -> Result<Line, String> {
    let tail = PREFIX.len() + CHECKSUM_LENGTH + SUFFIX.len();
    let start = text.len().checked_sub(tail).filter(|start| text.is_char_boundary(*start));
    let parts = start.map(|start| text.split_at(start)).and_then(|(members, tail)| {
        let tail = tail.as_bytes().strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
        Some((members, tail))
    });
    let (members, found) = parts.ok_or("it has no checksum")?;
    let json = format!("{members}}}");
    if checksum(json.as_bytes()).as_bytes() != found {
        return Err("its checksum does not match, so it is damaged".to_owned());
    }
    serde_json::from_str(&json).map_err(|error| error.to_string())
}

fn checksum(json: &[u8]) -> String {
    let digest = Sha256::digest(json);
    digest.iter().take(CHECKSUM_LENGTH / 2).map(|byte| format!("{byte:02x}")).collect()
}

const PREFIX: &[u8] = br#","checksum":""#;
const SUFFIX: &[u8] = br#""}"#;

/// In hexadecimal digits.
const CHECKSUM_LENGTH: usize = 16;
