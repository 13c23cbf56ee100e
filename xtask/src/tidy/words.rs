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
    let report = move |message: String| Violation {
        path: source.path.clone(),
        line: Some(index + 1),
        message,
    };
    let phrases = PHRASES.iter().filter(|(phrase, _)| contains_phrase(line, phrase)).map(
        move |(phrase, instead)| {
            let phrase = phrase.trim_end_matches('$');
            report(format!("write {instead} instead of \"{phrase}\""))
        },
    );
    let is_code = source.path.ends_with(".rs") && !line.trim_start().starts_with("//");
    let denial = (is_code && strings(line).any(denies)).then(|| {
        report(
            "write \"is not a …\" or \"invalid …\" instead of \"is no …\" in a message".to_owned(),
        )
    });
    phrases.chain(denial)
}

/// Whether a line contains a phrase that starts at the start of a word, also inside of an identifier
/// in camel case. A phrase that ends in `$` also ends at the end of a word.
fn contains_phrase(line: &str, phrase: &str) -> bool {
    let (phrase, whole) = match phrase.strip_suffix('$') {
        Some(phrase) => (phrase, true),
        None => (phrase, false),
    };
    // The phrases are ASCII, and lowering ASCII letters moves no byte.
    line.to_ascii_lowercase().match_indices(phrase).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + phrase.len()..].chars().next();
        let starts = !before.is_some_and(char::is_alphabetic)
            || line[start..].starts_with(|first: char| first.is_ascii_uppercase());
        starts && !(whole && after.is_some_and(char::is_alphabetic))
    })
}

/// The string literals of a line of code.
fn strings(line: &str) -> impl Iterator<Item = &str> {
    line.split('"').skip(1).step_by(2)
}

/// Whether a message says that something "is no" such thing.
fn denies(message: &str) -> bool {
    message.match_indices("is no ").any(|(start, found)| {
        !message[start + found.len()..].starts_with("longer")
            && !message[..start].ends_with(char::is_alphabetic)
    })
}

/// A phrase in lower case, and what to write instead.
const PHRASES: &[(&str, &str)] = &[
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
        check_line("struct MyBehaviour;", &["write \"behavior\" instead of \"behaviour\""]);
        check_line(
            "/// So many calls.",
            &["write the number, or \"the number of\" instead of \"so many\""],
        );
        check_line("/// Also manyfold.", &[]);
        check_line("let discolour = 1;", &[]);
    }

    #[test]
    fn messages_say_what_is_invalid() {
        let denial = "write \"is not a …\" or \"invalid …\" instead of \"is no …\" in a message";
        check_line("error(\"x is no GroupId\");", &[denial]);
        check_line("error(\"x is no longer there\");", &[]);
        check_line("// This is no message.", &[]);
    }
}
