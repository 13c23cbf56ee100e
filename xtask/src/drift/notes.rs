//! Sentences that may explain a difference.

/// The first of the sentences that contains one of the words.
pub(super) fn sentence_about<'a>(
    mut sentences: impl Iterator<Item = &'a str>,
    words: &[String],
) -> Option<&'a str> {
    sentences.find(|sentence| words.iter().any(|word| contains_word(sentence, word)))
}

/// Whether the text contains the word, neither preceded nor followed by a letter, a digit or an
/// underscore. A comma between digits does not count.
pub(super) fn contains_word(text: &str, word: &str) -> bool {
    let text = without_separators(text);
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    text.match_indices(word).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = text[start + word.len()..].chars().next();
        !word.is_empty() && !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// `12,000 messages` as `12000 messages`.
fn without_separators(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let is_digit = |index: usize| characters.get(index).is_some_and(char::is_ascii_digit);
    let is_separator = |index: usize| {
        characters[index] == ','
            && index > 0
            && is_digit(index - 1)
            && (1..=3).all(|offset| is_digit(index + offset))
            && !is_digit(index + 4)
    };
    let kept = characters.iter().enumerate().filter(|(index, _)| !is_separator(*index));
    kept.map(|(_, character)| character).collect()
}
