//! Shortened text for messages.

use std::fmt;

/// Text from elsewhere as a single short line, for messages, logs, and terminals.
///
/// Line breaks, other white space, and control characters become single spaces, and none remain at
/// the start or the end; so do the characters that change the direction of text. What is longer than
/// the limit, counted in characters and without the ellipsis, ends in `…`.
///
/// ```
/// use chat_types::Excerpt;
///
/// let body = "<html>\r\n\t<title>502 Bad Gateway</title>\x1b[31m";
/// assert_eq!(Excerpt::new(body, 100).to_string(), "<html> <title>502 Bad Gateway</title> [31m");
/// assert_eq!(Excerpt::new(body, 16).to_string(), "<html> <title>50…");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excerpt<'a> {
    text: &'a str,
    max_chars: usize,
}

impl<'a> Excerpt<'a> {
    /// Creates an excerpt of at most `max_chars` characters; [`usize::MAX`] sets no limit.
    pub const fn new(text: &'a str, max_chars: usize) -> Self {
        Self { text, max_chars }
    }

    fn to_line(self) -> String {
        let mut line = String::new();
        let mut free = self.max_chars;
        for word in self.text.split(breaks_a_line).filter(|word| !word.is_empty()) {
            let space = if line.is_empty() { None } else { Some(' ') };
            for character in space.into_iter().chain(word.chars()) {
                if free == 0 {
                    line.truncate(line.trim_end().len());
                    line.push('…');
                    return line;
                }
                line.push(character);
                free -= 1;
            }
        }
        line
    }
}

impl fmt::Display for Excerpt<'_> {
    /// Writes the line, padded to the width of the format.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_line())
    }
}

/// Returns the first 64 characters of a text, as errors keep a refused value.
pub(crate) fn prefix(text: &str) -> &str {
    const MAX_CHARS: usize = 64;
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

fn breaks_a_line(character: char) -> bool {
    let changes_direction = matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    character.is_whitespace() || character.is_control() || changes_direction
}

#[cfg(test)]
mod tests {
    use super::{Excerpt, prefix};

    #[test]
    fn short_text_is_kept() {
        check("", 0, "");
        check("plain", 5, "plain");
        check("two words", 9, "two words");
        check("管理员", 3, "管理员");
    }

    #[test]
    fn long_text_is_cut_by_characters() {
        check("plain", 4, "plai…");
        check("plain", 0, "…");
        check("管理员", 2, "管理…");
        check("two words", 4, "two…");
        check("two words", 3, "two…");
        check("two   ", 3, "two");
    }

    #[test]
    fn control_characters_become_one_space() {
        check("a\r\n\tb", 9, "a b");
        check("\u{1b}[31mred\u{7}", 9, "[31mred");
        check("a\u{0}\u{85}\u{2028}b\u{202e}c", 9, "a b c");
        check(" \n ", 9, "");
    }

    #[test]
    fn width_is_padded() {
        assert_eq!(format!("{:5}|", Excerpt::new("a\nb", 9)), "a b  |");
    }

    #[test]
    fn prefix_ends_between_characters() {
        assert_eq!(prefix(&"é".repeat(65)), "é".repeat(64));
        assert_eq!(prefix(&"é".repeat(64)), "é".repeat(64));
        assert_eq!(prefix("a\nb"), "a\nb");
    }

    fn check(text: &str, max_chars: usize, line: &str) {
        assert_eq!(Excerpt::new(text, max_chars).to_string(), line);
    }
}
