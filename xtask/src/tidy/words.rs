//! Standard terms: phrases that readers stumbled over, and British spelling.

use super::{
    sources::{Source, Sources},
    violation::Violation,
};

/// Reports every phrase of [`PHRASES`], with what to write instead.
pub(super) fn check(sources: &Sources) -> Vec<Violation> {
    let files = sources.0.iter().filter(|source| !is_about_words(source));
    files
        .flat_map(|source| source.text.lines().enumerate().flat_map(|line| of_line(source, line)))
        .collect()
}

/// The files that list the phrases themselves.
fn is_about_words(source: &Source) -> bool {
    source.path == "CONTRIBUTING.md" || source.path.starts_with("xtask/src/tidy/")
}

fn of_line<'s>(
    source: &'s Source,
    (index, line): (usize, &'s str),
) -> impl Iterator<Item = Violation> + 's {
    let lower = line.to_lowercase();
    PHRASES.iter().filter_map(move |&(phrase, instead)| {
        contains_phrase(&lower, phrase).then(|| Violation {
            path: source.path.clone(),
            line: Some(index + 1),
            message: format!("write {instead} instead of \"{phrase}\""),
        })
    })
}

/// Whether a line contains a phrase that starts at the start of a word. A phrase that ends in `$`
/// also ends at the end of a word.
fn contains_phrase(line: &str, phrase: &str) -> bool {
    let (phrase, whole) = match phrase.strip_suffix('$') {
        Some(phrase) => (phrase, true),
        None => (phrase, false),
    };
    line.match_indices(phrase).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + phrase.len()..].chars().next();
        let ends = !after.is_some_and(char::is_alphabetic);
        !before.is_some_and(char::is_alphabetic) && (ends || !whole)
    })
}

/// A phrase in lower case, and what to write instead.
const PHRASES: &[(&str, &str)] = &[
    ("is no valid", "\"is not a valid\""),
    ("is no number", "\"is not a number\""),
    ("of one's own", "\"custom\" or \"your own\""),
    ("so many$", "the number, or \"the number of\""),
    ("whole number$", "\"integer\""),
    ("carried out", "\"took effect\""),
    ("time-out", "\"timeout\""),
    ("go on with", "\"resume\" or \"continue\""),
    ("goes on with", "\"resumes\" or \"continues\""),
    ("behaviour", "\"behavior\""),
    ("catalogue", "\"catalog\""),
    ("colour", "\"color\""),
    ("neighbour", "\"neighbor\""),
    ("favour", "\"favor\""),
    ("honour", "\"honor\""),
    ("cancelled", "\"canceled\""),
    ("cancelling", "\"canceling\""),
    ("labelled", "\"labeled\""),
    ("modelled", "\"modeled\""),
    ("licence", "\"license\""),
    ("recognis", "\"recogniz…\""),
    ("initialis", "\"initializ…\""),
    ("serialis", "\"serializ…\""),
    ("deserialis", "\"deserializ…\""),
    ("normalis", "\"normaliz…\""),
    ("organis", "\"organiz…\""),
    ("misspelt", "\"misspelled\""),
    ("judgement", "\"judgment\""),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check_line(line: &str, expected: &[&str]) {
        let found = check(&Sources::of([("crates/a/src/lib.rs", line)]));
        let messages: Vec<&str> = found.iter().map(|each| each.message.as_str()).collect();
        assert_eq!(messages, expected, "{line}");
        assert!(found.iter().all(|each| each.line == Some(1)));
    }

    #[test]
    fn phrases_are_found_in_any_case_and_only_as_words() {
        check_line("fn behaviour() {}", &["write \"behavior\" instead of \"behaviour\""]);
        check_line(
            "/// So many calls.",
            &["write the number, or \"the number of\" instead of \"so many$\""],
        );
        check_line("/// Also manyfold.", &[]);
        check_line("let discolour = 1;", &[]);
    }
}
