//! Pieces of Rust text. Layout is left to rustfmt, except where rustfmt leaves text alone:
//! comments, blank lines and long literals.

use super::imports::Imports;
use crate::model::DocBlock;

/// Rust text under construction.
#[derive(Debug, Default)]
pub(super) struct Code(String);

impl Code {
    /// The first lines of a generated file.
    pub(super) fn file(origin: &str) -> Self {
        Self(format!("{HEADER} {origin}. Do not edit.\n\n"))
    }

    /// Adds text and a line feed.
    pub(super) fn line(&mut self, text: impl AsRef<str>) {
        self.0 += text.as_ref();
        self.0.push('\n');
    }

    /// Adds a blank line.
    pub(super) fn gap(&mut self) {
        self.0.push('\n');
    }

    /// Leaves the next item out without a cargo feature.
    pub(super) fn feature(&mut self, indent: usize, name: &str) {
        self.line(format!("{}#[cfg(feature = {name:?})]", " ".repeat(indent)));
    }

    /// Adds a documentation comment, wrapped.
    pub(super) fn doc(&mut self, indent: usize, text: &str) {
        self.docs(indent, std::slice::from_ref(&DocBlock::Paragraph(text.to_owned())));
    }

    /// Adds a documentation comment of several blocks.
    pub(super) fn docs(&mut self, indent: usize, blocks: &[DocBlock]) {
        let prefix = format!("{}///", " ".repeat(indent));
        for (index, block) in blocks.iter().enumerate() {
            if index > 0 && needs_gap(&blocks[index - 1], block) {
                self.line(&prefix);
            }
            match block {
                DocBlock::Paragraph(text) => self.wrapped(&prefix, " ", " ", text),
                DocBlock::Item(text) => self.wrapped(&prefix, " - ", "   ", text),
                DocBlock::Heading(text) => self.line(format!("{prefix} # {text}")),
                DocBlock::Line(text) => self.line(format!("{prefix} {text}").trim_end()),
            }
        }
    }

    fn wrapped(&mut self, prefix: &str, first: &str, rest: &str, text: &str) {
        let width = WIDTH - prefix.len() - first.len();
        for (index, line) in wrap(text, width).into_iter().enumerate() {
            let lead = if index == 0 { first } else { rest };
            self.line(format!("{prefix}{lead}{line}"));
        }
    }

    /// The text of a file: this, the `use` lines, and its items.
    pub(super) fn with(mut self, imports: &Imports, items: Self) -> String {
        self.line(imports.print());
        self.line(items.0);
        self.0
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// A string literal, split over several lines if it is too long for one at this indent.
pub(super) fn literal(text: &str, indent: usize) -> String {
    let quoted = format!("{text:?}");
    if indent + quoted.len() < WIDTH {
        return quoted;
    }
    let content = &quoted[1..quoted.len() - 1];
    let pad = " ".repeat(indent + 1);
    let lines = wrap(content, WIDTH - indent - 4);
    format!("\"{}\"", lines.join(&format!(" \\\n{pad}")))
}

/// `Some(literal)` or `None`.
pub(super) fn optional_literal(text: Option<&str>, indent: usize) -> String {
    option(text.map(|text| literal(text, indent)))
}

/// `Some(value)` or `None`.
pub(super) fn option(value: Option<impl std::fmt::Display>) -> String {
    value.map_or_else(|| "None".to_owned(), |value| format!("Some({value})"))
}

/// A slice of string literals.
pub(super) fn literals<T: AsRef<str>>(texts: &[T], indent: usize) -> String {
    if texts.is_empty() {
        return "&[]".to_owned();
    }
    let items: Vec<String> =
        texts.iter().map(|text| format!("{},\n", literal(text.as_ref(), indent))).collect();
    format!("&[\n{}]", items.concat())
}

/// A number with separators, such as `4_294_967_295`.
pub(super) fn number(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let sign = if number < 0 { "-" } else { "" };
    if digits.len() <= 5 {
        return format!("{sign}{digits}");
    }
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}")
}

fn needs_gap(before: &DocBlock, after: &DocBlock) -> bool {
    !matches!(
        (before, after),
        (DocBlock::Item(_), DocBlock::Item(_)) | (DocBlock::Line(_), DocBlock::Line(_))
    )
}

/// Breaks a text into lines of at most this many characters, at spaces. Line feeds are kept.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    text.split('\n').flat_map(|line| wrap_line(line, width)).collect()
}

fn wrap_line(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// How every generated file begins.
pub(crate) const HEADER: &str = "// Generated by `cargo xtask codegen` from";
const WIDTH: usize = 100;
