//! Lists that are written while they are read.

use serde::Serialize;
use serde_json::Value;

use super::{
    Output, csv,
    options::Format,
    table::{Layout, Table},
    text::one_line,
    yaml,
};
use crate::error::Error;

/// A column of a list.
pub(crate) struct Column<T> {
    heading: &'static str,
    /// The member of the JSON object that CSV has in this column.
    member: &'static str,
    cell: fn(&T) -> String,
    is_wide: bool,
}

impl<T> Column<T> {
    pub(crate) const fn new(
        heading: &'static str,
        member: &'static str,
        cell: fn(&T) -> String,
    ) -> Self {
        Self { heading, member, cell, is_wide: false }
    }

    /// Shows the column only where all columns are requested.
    pub(crate) const fn wide(self) -> Self {
        Self { is_wide: true, ..self }
    }
}

/// Writes a list while it is read, and holds only a screenful of it in memory: as rows of text, or as
/// the objects of the service. The first column is the ID of an item.
pub(crate) struct List<'a, T> {
    columns: &'a [Column<T>],
    kind: Kind,
    count: u64,
}

/// How the items are written.
enum Kind {
    /// The rows that are not written yet.
    Table {
        waiting: Vec<Vec<String>>,
        layout: Layout,
        is_wide: bool,
    },
    Names,
    Json,
    Lines,
    Csv,
    Yaml,
    /// A filter wants the whole list at once.
    Whole(Vec<Value>),
}

impl<'a, T: Serialize> List<'a, T> {
    pub(crate) fn new(columns: &'a [Column<T>], out: &Output) -> Self {
        let kind = match out.data_format() {
            None if out.is_name() => Kind::Names,
            None => Kind::Table {
                waiting: Vec::new(),
                layout: Layout::default(),
                is_wide: out.is_wide(),
            },
            Some(Format::Jsonl) => Kind::Lines,
            Some(Format::Csv) => Kind::Csv,
            Some(Format::Yaml) => Kind::Yaml,
            Some(_) if out.has_filter() => Kind::Whole(Vec::new()),
            Some(_) => Kind::Json,
        };
        Self { columns, kind, count: 0 }
    }

    /// Returns the number of items so far.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Writes an item.
    pub(crate) fn add(&mut self, item: &T, out: &mut Output) -> Result<(), Error> {
        let value = || serde_json::to_value(item).unwrap_or_default();
        let is_first = self.count == 0;
        self.count += 1;
        match &mut self.kind {
            Kind::Table { waiting, is_wide, .. } => {
                let columns = self.columns.iter().filter(|column| *is_wide || !column.is_wide);
                waiting.push(
                    columns.map(|column| one_line(&(column.cell)(item)).to_string()).collect(),
                );
                if waiting.len() >= SCREENFUL {
                    return self.write_rows(out);
                }
                Ok(())
            }
            Kind::Names => {
                let name = self.columns.first().map(|column| (column.cell)(item));
                out.line(one_line(&name.unwrap_or_default()))
            }
            Kind::Json => {
                out.text(if is_first { "[\n  " } else { ",\n  " })?;
                out.text(value())
            }
            Kind::Lines => out.data_line(&value()),
            Kind::Csv => {
                let value = value();
                if is_first {
                    let names = self.columns.iter().map(|column| column.member.to_owned());
                    out.text(csv::line(names)?)?;
                }
                let members = self.columns.iter().map(|column| csv::cell(value.get(column.member)));
                out.text(csv::line(members)?)
            }
            Kind::Yaml => out.text(yaml::document(&Value::Array(vec![value()]))),
            Kind::Whole(items) => {
                items.push(value());
                Ok(())
            }
        }
    }

    /// Ends the list. One that could not be read is not an empty one.
    pub(crate) fn end(mut self, is_whole: bool, out: &mut Output) -> Result<(), Error> {
        match (&mut self.kind, self.count) {
            (Kind::Json | Kind::Whole(_), 0) if !is_whole => Ok(()),
            (Kind::Json | Kind::Yaml, 0) => out.line("[]"),
            (Kind::Json, _) => out.ignoring_closed_pipe(|out| out.line("\n]")),
            (Kind::Whole(items), _) => {
                let items = Value::Array(std::mem::take(items));
                out.filtered(items.to_string().as_bytes())
            }
            (Kind::Table { waiting, .. }, count) => {
                if !waiting.is_empty() {
                    self.write_rows(out)?;
                }
                out.flush()?;
                out.note(format_args!("{count} in total"));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn write_rows(&mut self, out: &mut Output) -> Result<(), Error> {
        let Kind::Table { waiting, layout, is_wide } = &mut self.kind else { return Ok(()) };
        let columns = self.columns.iter().filter(|column| *is_wide || !column.is_wide);
        let mut table = Table::new(columns.map(|column| column.heading.to_owned()).collect());
        table.add_rows(waiting.drain(..));
        out.part_of_table(&table, layout)
    }
}

/// The number of rows that decide about the widths of the columns.
const SCREENFUL: usize = 256;
