//! CSV: one line per object, with a column for each member.

use serde_json::{Map, Value};

use crate::error::Error;

/// Returns a table of a value: of the objects of an array, or of one object.
pub(super) fn document(value: &Value) -> Result<String, Error> {
    let rows = match value {
        Value::Array(items) => items.as_slice(),
        other => std::slice::from_ref(other),
    };
    let mut columns: Vec<&str> = Vec::new();
    for name in rows.iter().filter_map(Value::as_object).flat_map(Map::keys) {
        if !columns.contains(&name.as_str()) {
            columns.push(name);
        }
    }
    let mut text = String::new();
    if !columns.is_empty() {
        text.push_str(&line(columns.iter().map(|name| (*name).to_owned()))?);
    }
    for row in rows {
        match row {
            Value::Object(members) => {
                text.push_str(&line(columns.iter().map(|name| cell(members.get(*name))))?);
            }
            other => text.push_str(&line([cell(Some(other))])?),
        }
    }
    Ok(text)
}

/// Returns one line with the cells, quoted where necessary.
pub(super) fn line(cells: impl IntoIterator<Item = String>) -> Result<String, Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let invalid = |error: csv::Error| Error::input(format!("cannot write CSV: {error}"));
    writer.write_record(cells.into_iter().map(inert)).map_err(invalid)?;
    let bytes = writer.into_inner().map_err(|error| Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Returns a value as a cell: a string as it is, nothing for null, anything else as JSON.
pub(super) fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// Precedes text that a spreadsheet would take for a formula with an apostrophe.
fn inert(cell: String) -> String {
    let is_number = || cell.parse::<f64>().is_ok();
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number() {
        return format!("'{cell}");
    }
    cell
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_become_lines_with_the_members_of_all() {
        let value = json!([{"id": "a", "n": 1}, {"id": "b,\"c\"", "tags": ["x", "y"]}]);
        let expected = "id,n,tags\na,1,\n\"b,\"\"c\"\"\",,\"[\"\"x\"\",\"\"y\"\"]\"\n";
        assert_eq!(document(&value).unwrap(), expected);
        assert_eq!(document(&json!({"a": true})).unwrap(), "a\ntrue\n");
        assert_eq!(document(&json!([1, "x"])).unwrap(), "1\nx\n");
        assert_eq!(document(&json!([])).unwrap(), "");
    }

    #[test]
    fn formula_is_made_inert_and_a_number_is_not() {
        assert_eq!(document(&json!(["=1+1", "-1.5", "+x"])).unwrap(), "'=1+1\n-1.5\n'+x\n");
    }
}
