//! Tables and other text for people.

use chat_types::Excerpt;
use comfy_table::{ContentArrangement, Table, presets};

/// Returns an empty table with these headings.
pub(crate) fn table<const N: usize>(headings: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(headings);
    for index in 0..N {
        if let Some(column) = table.column_mut(index) {
            column.set_padding((0, 2));
        }
    }
    table
}

/// Returns a count with its noun: `1 group`, `2 groups`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Returns text from elsewhere as a single line that is safe to print on a terminal.
pub(crate) fn one_line(text: &str) -> Excerpt<'_> {
    Excerpt::new(text, usize::MAX)
}
