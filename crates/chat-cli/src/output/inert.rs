//! Text that does nothing to a terminal but appear on it.

use std::io::{self, Write};

/// Passes text on. For a terminal, control characters other than tabs and line feeds, and characters
/// that change the direction of text, are written as JSON escapes, such as `\\u202e`: the service
/// repeats what users have written, which must not move the cursor or reorder a line.
///
/// A character must not be split over two writes, which neither `write!` nor serde_json does.
#[derive(Debug)]
pub(super) struct InertWriter<W> {
    writer: W,
    is_terminal: bool,
}

impl<W: Write> InertWriter<W> {
    pub(super) fn new(writer: W, is_terminal: bool) -> Self {
        Self { writer, is_terminal }
    }
}

impl<W: Write> Write for InertWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_terminal {
            return self.writer.write(bytes);
        }
        let text = String::from_utf8_lossy(bytes);
        let mut rest = &*text;
        while let Some(start) = rest.find(is_active) {
            let (inert, active) = rest.split_at(start);
            self.writer.write_all(inert.as_bytes())?;
            let mut characters = active.chars();
            if let Some(character) = characters.next() {
                write!(self.writer, "\\u{:04x}", u32::from(character))?;
            }
            rest = characters.as_str();
        }
        self.writer.write_all(rest.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

fn is_active(character: char) -> bool {
    let changes_direction = matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    character.is_control() && !matches!(character, '\n' | '\t') || changes_direction
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, is_terminal: bool) -> String {
        let mut bytes = Vec::new();
        InertWriter::new(&mut bytes, is_terminal).write_all(text.as_bytes()).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn terminal_gets_escapes_that_mean_the_same_in_json() {
        let json = "{\"Nick\":\"\u{202e}abc\u{9b}2J\u{61c}\u{2066}\"}";
        let shown = written(json, true);
        assert_eq!(shown, r#"{"Nick":"\u202eabc\u009b2J\u061c\u2066"}"#);
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(&shown), value(json));
    }

    #[test]
    fn plain_text_and_files_are_unchanged() {
        assert_eq!(written("名前\tname\n", true), "名前\tname\n");
        assert_eq!(written("\u{202e}\u{1b}[2J", false), "\u{202e}\u{1b}[2J");
    }
}
