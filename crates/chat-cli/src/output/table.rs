//! Tables of aligned columns.
//!
//! Widths are those of a terminal, where a Chinese character takes two columns. Words are never
//! broken, so that a name or an ID can be copied: where the words of a row do not fit next to each
//! other, each row is written as a block of lines.

use unicode_width::UnicodeWidthStr as _;

/// A table with headings. A line feed in a cell begins another line of the cell.
#[derive(Debug)]
pub(crate) struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// How wide the columns of a table are that is written in several parts.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    widths: Vec<usize>,
    /// Whether the first part was written as blocks, so that the others are too.
    is_blocks: bool,
}

/// Returns an empty table with these headings.
pub(crate) fn table<const N: usize>(headings: [&str; N]) -> Table {
    Table::new(headings.map(str::to_owned).to_vec())
}

impl Table {
    pub(crate) fn new(headings: Vec<String>) -> Self {
        Self { headings, rows: Vec::new() }
    }

    pub(crate) fn add_row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    pub(crate) fn add_rows<R: IntoIterator<Item: Into<String>>>(
        &mut self,
        rows: impl IntoIterator<Item = R>,
    ) {
        for row in rows {
            self.add_row(row);
        }
    }

    /// Returns the lines of the next part of a table, at most `width` columns wide where its words
    /// allow that. The first part, for which the layout is empty,
    /// has the headings and decides about the rest.
    pub(super) fn next_lines(&self, width: usize, layout: &mut Layout) -> Vec<String> {
        let is_first = layout.widths.is_empty();
        let headings = is_first.then_some(&self.headings);
        let rows: Vec<&Vec<String>> = headings.into_iter().chain(&self.rows).collect();
        if is_first {
            layout.widths = self.widths(&rows, width);
            layout.is_blocks = layout.widths.is_empty();
            layout.widths.resize(self.headings.len().max(1), 0);
        }
        if layout.is_blocks {
            return self.blocks(width, is_first);
        }
        let is_number: Vec<bool> = (0..self.headings.len()).map(|at| self.is_number(at)).collect();
        let mut lines = Vec::new();
        for row in rows {
            push_row(row, &layout.widths, &is_number, &mut lines);
        }
        lines
    }

    /// Returns the width of each column; none if the words do not fit next to each other.
    fn widths(&self, rows: &[&Vec<String>], width: usize) -> Vec<usize> {
        let columns = self.headings.len();
        let most = |of: fn(&str) -> usize| -> Vec<usize> {
            let of_column =
                |at: usize| rows.iter().filter_map(move |row| row.get(at)).map(|cell| of(cell));
            (0..columns).map(|at| of_column(at).max().unwrap_or(0)).collect()
        };
        let mut widths = most(|cell| cell.lines().map(str::width).max().unwrap_or(0));
        let least = most(|cell| cell.split_whitespace().map(str::width).max().unwrap_or(0));
        let available = width.saturating_sub(GAP * columns.saturating_sub(1));
        if least.iter().sum::<usize>() > available {
            return Vec::new();
        }
        let mut excess = widths.iter().sum::<usize>().saturating_sub(available);
        while excess > 0 {
            // The widest column gives way first.
            let widest = (0..columns).filter(|at| widths[*at] > least[*at]);
            let Some(at) = widest.max_by_key(|at| widths[*at]) else { break };
            widths[at] -= 1;
            excess -= 1;
        }
        widths
    }

    fn is_number(&self, at: usize) -> bool {
        let mut cells = self.rows.iter().filter_map(|row| row.get(at)).peekable();
        let is_number = |cell: &String| {
            cell.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'?'))
        };
        self.headings.len() > 2 && at > 0 && cells.peek().is_some() && cells.all(is_number)
    }

    /// Returns each row as a block of lines.
    fn blocks(&self, width: usize, is_first: bool) -> Vec<String> {
        // A table of two columns is a list of names and values, and so is its heading.
        let is_facts = self.headings.len() == 2;
        let heading = Some(&self.headings).filter(|_| is_facts && is_first);
        let mut lines = Vec::new();
        for (index, row) in heading.into_iter().chain(&self.rows).enumerate() {
            if !is_facts && (index > 0 || !is_first) {
                lines.push(String::new());
            }
            for (at, (heading, cell)) in self.headings.iter().zip(row).enumerate() {
                match (is_facts, at) {
                    (true, 0) => lines.extend(wrapped(cell, width)),
                    (true, _) => {
                        let inner = width.saturating_sub(GAP);
                        lines.extend(wrapped(cell, inner).into_iter().map(|line| indented(&line)));
                    }
                    (false, _) if cell.is_empty() => {}
                    (false, _) => {
                        let mut cell = wrapped(cell, width.saturating_sub(heading.width() + GAP));
                        let rest = cell.split_off(cell.len().min(1));
                        let first = cell.pop().unwrap_or_default();
                        lines.push(format!("{heading}  {first}"));
                        lines.extend(rest.iter().map(|line| indented(line)));
                    }
                }
            }
        }
        lines
    }
}

/// Adds the lines of one row.
fn push_row(row: &[String], widths: &[usize], is_number: &[bool], lines: &mut Vec<String>) {
    let cells: Vec<Vec<String>> =
        row.iter().zip(widths).map(|(cell, width)| wrapped(cell, *width)).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
    for at in 0..height {
        let mut line = String::new();
        for ((cell, width), is_number) in cells.iter().zip(widths).zip(is_number) {
            let text = cell.get(at).map_or("", String::as_str);
            let space = " ".repeat(width.saturating_sub(text.width()));
            let (before, after) =
                if *is_number { (space, String::new()) } else { (String::new(), space) };
            line.push_str(&before);
            line.push_str(text);
            line.push_str(&after);
            line.push_str(&" ".repeat(GAP));
        }
        lines.push(line.trim_end().to_owned());
    }
}

/// Breaks text into lines between words. A word that is longer than a line stays whole.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.width() <= width {
            lines.push(line.to_owned());
            continue;
        }
        let mut current = String::new();
        for word in line.split_whitespace() {
            if !current.is_empty() && current.width() + 1 + word.width() > width {
                lines.push(std::mem::take(&mut current));
            }
            if !current.is_empty() {
                current.push(' ');
            }
            current.push_str(word);
        }
        lines.push(current);
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

fn indented(line: &str) -> String {
    if line.is_empty() { String::new() } else { format!("{:GAP$}{line}", "") }
}

/// The columns between two cells.
const GAP: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    fn groups() -> Table {
        let mut groups = table(["GROUP", "NAME", "MEMBERS"]);
        groups.add_row(["lobby", "大厅 🎉", "7"]);
        groups.add_row(["@TGS#2C5SZEAEF", "A hall for everybody who has just arrived", "1200"]);
        groups
    }

    #[track_caller]
    fn check(table: &Table, width: usize, expected: &str) {
        assert_eq!(
            table.next_lines(width, &mut Layout::default()).join("\n"),
            expected.trim_matches('\n')
        );
    }

    #[test]
    fn columns_are_as_wide_as_a_terminal_shows_them() {
        check(
            &groups(),
            120,
            "
GROUP           NAME                                       MEMBERS
lobby           大厅 🎉                                          7
@TGS#2C5SZEAEF  A hall for everybody who has just arrived     1200
",
        );
    }

    #[test]
    fn long_cell_wraps_between_words() {
        check(
            &groups(),
            50,
            "
GROUP           NAME                       MEMBERS
lobby           大厅 🎉                          7
@TGS#2C5SZEAEF  A hall for everybody who      1200
                has just arrived
",
        );
    }

    #[test]
    fn row_without_room_becomes_a_block_and_its_words_stay_whole() {
        check(
            &groups(),
            30,
            "
GROUP  lobby
NAME  大厅 🎉
MEMBERS  7

GROUP  @TGS#2C5SZEAEF
NAME  A hall for everybody who
  has just arrived
MEMBERS  1200
",
        );
        let mut facts = table(["account", "somebody_with_a_long_name"]);
        facts.add_row(["until", "the end"]);
        check(&facts, 20, "account\n  somebody_with_a_long_name\nuntil\n  the end");
    }

    #[test]
    fn words_are_never_broken_at_any_width() {
        for width in 0..130 {
            let text = groups().next_lines(width, &mut Layout::default()).join(" ");
            for word in ["@TGS#2C5SZEAEF", "everybody", "大厅", "1200"] {
                assert!(text.split_whitespace().any(|each| each == word), "{width}: {text}");
            }
        }
    }

    #[test]
    fn later_parts_keep_the_columns_of_the_first() {
        let mut layout = Layout::default();
        let first = groups().next_lines(120, &mut layout);
        let mut more = table(["GROUP", "NAME", "MEMBERS"]);
        more.add_row(["g", "名", "3"]);
        let more = more.next_lines(120, &mut layout);
        assert_eq!(more.len(), 1);
        assert_eq!(more[0].width(), first[1].width());
    }
}
