//! Files that a reader can take in: each says what it is about, and none is long.

use super::{
    sources::{Source, Sources},
    violation::Violation,
};

/// The largest number of lines of a hand-written source file.
pub(super) const MAX_LINES: usize = 450;

/// The largest number of columns of a line in `spec/`.
const MAX_COLUMNS: usize = 100;

/// Reports files without a module doc comment, long files, and long lines in `spec/`.
pub(super) fn check(sources: &Sources) -> Vec<Violation> {
    let code = sources.with_ending(".rs");
    let mut violations: Vec<_> = code.flat_map(of_code).collect();
    let spec = sources
        .0
        .iter()
        .filter(|source| source.path.starts_with("spec/") && source.path.ends_with(".toml"));
    violations.extend(spec.flat_map(long_lines));
    violations.extend(sources.with_ending("README.md").flat_map(hidden_lines));
    violations
}

fn of_code(source: &Source) -> Vec<Violation> {
    let mut violations = Vec::new();
    let lines = source.text.lines().count();
    let mut report = |message: String| {
        violations.push(Violation { path: source.path.clone(), line: None, message });
    };
    if !(source.text.starts_with("//!") || source.text.starts_with("#![doc = include_str!(")) {
        report("start the file with a `//!` comment that says what it is about".to_owned());
    }
    if lines > MAX_LINES {
        report(format!("split the file: it has {lines} lines, and {MAX_LINES} are the limit"));
    }
    violations
}

fn long_lines(source: &Source) -> impl Iterator<Item = Violation> {
    let lines = source.text.lines().enumerate();
    lines.filter(|(_, line)| line.chars().count() > MAX_COLUMNS).map(|(index, _)| Violation {
        path: source.path.clone(),
        line: Some(index + 1),
        message: format!("wrap the line at {MAX_COLUMNS} columns"),
    })
}

/// Reports lines that rustdoc hides: outside of rustdoc every reader of a README sees them.
fn hidden_lines(source: &Source) -> Vec<Violation> {
    let mut in_rust = false;
    let mut violations = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        if line.starts_with("```") {
            in_rust = line.starts_with("```rust");
        } else if in_rust && (line == "#" || line.starts_with("# ")) {
            violations.push(Violation {
                path: source.path.clone(),
                line: Some(index + 1),
                message: "write the example without hidden lines".to_owned(),
            });
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(path: &str, text: &str) -> Vec<String> {
        check(&Sources::of([(path, text)])).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn examples_of_a_readme_hide_nothing() {
        let text = "# Title\n```rust\n# use a::b;\n#[test]\nb();\n```\n```sh\n# a comment\n```\n";
        let violations = messages("crates/a/README.md", text);
        assert_eq!(violations, ["crates/a/README.md:3: write the example without hidden lines"]);
    }

    #[test]
    fn a_source_file_needs_a_module_doc_and_a_bounded_length() {
        assert!(messages("a.rs", "//! About a.\n").is_empty());
        assert!(messages("a.rs", "#![doc = include_str!(\"../README.md\")]\n").is_empty());
        assert!(messages("a.rs", "use b;\n")[0].starts_with("a.rs: start the file with"));
        let long = format!("//! Long.\n{}", "\n".repeat(450));
        assert_eq!(
            messages("a.rs", &long),
            ["a.rs: split the file: it has 451 lines, and 450 are the limit"]
        );
    }

    #[test]
    fn lines_of_the_spec_are_wrapped() {
        let text = format!("a = 1\nb = \"{}\"\n", "x".repeat(100));
        assert_eq!(messages("spec/a.toml", &text), ["spec/a.toml:2: wrap the line at 100 columns"]);
        assert!(messages("xtask/fixtures/a.toml", &text).is_empty());
    }
}
