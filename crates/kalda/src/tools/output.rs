//! What is shown, and how: the one place that writes to standard output and standard error.

use std::io::{self, Write};

use clap::ValueEnum;
use comfy_table::Table;
use comfy_table::presets::NOTHING;
use serde_json::{Value, json};

use super::ToolError;

/// How the output looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Columns, for people.
    Table,
    /// JSON, for programs.
    Json,
}

/// Prints text, which ends with a line.
pub fn print(text: &str) -> Result<(), ToolError> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(ToolError::Output)
}

/// Prints JSON over several lines.
pub fn print_json(value: &Value) -> Result<(), ToolError> {
    print(&format!("{value:#}\n"))
}

/// Columns under a line of headings.
pub fn columns<const N: usize>(
    headings: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(headings);
    for row in rows {
        table.add_row(row);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let lines = table.to_string();
    lines
        .lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}

/// Lines of a name and a value.
pub fn fields<'a>(fields: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let fields: Vec<_> = fields.into_iter().collect();
    let width = fields
        .iter()
        .map(|(name, _)| name.len())
        .max()
        .unwrap_or_default();
    let lines = fields
        .iter()
        .map(|(name, value)| format!("{name:width$}  {value}\n"));
    lines.collect()
}

/// Numbers separated by commas, or a dash.
pub fn list(numbers: &[i32]) -> String {
    let numbers: Vec<_> = numbers.iter().map(ToString::to_string).collect();
    if numbers.is_empty() {
        "-".to_owned()
    } else {
        numbers.join(",")
    }
}

/// A value, or a dash.
pub fn or_dash(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// A count of records in words: `1 record`, `2 records`.
pub fn records(count: u64) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} record{plural}")
}

/// Deletes one after the other and says of each what came of it. `delete` tells whether there was something to delete.
///
/// # Errors
/// The last error, after all were tried; those before it are on standard error.
pub fn delete_each(
    format: Format,
    kind: &str,
    names: &[String],
    delete: impl Fn(&String) -> Result<bool, ToolError>,
) -> Result<(), ToolError> {
    let (mut deleted, mut failures) = (Vec::new(), Vec::new());
    for name in names {
        match delete(name) {
            Ok(true) => deleted.push(name),
            Ok(false) => {}
            Err(error) => failures.push(error),
        }
    }
    match format {
        Format::Json => print_json(&json!({ "deleted": deleted }))?,
        Format::Table => {
            let lines = deleted.iter();
            let lines = lines.map(|name| format!("deleted {kind} '{name}'\n"));
            print(&lines.collect::<String>())?;
        }
    }
    let Some(last) = failures.pop() else {
        return Ok(());
    };
    for failure in failures {
        complain(&failure.to_string());
    }
    Err(last)
}

/// Says why a tool failed.
pub fn complain(message: &str) {
    note(&format!("error: {message}"));
}

/// Says something that is no output.
pub fn note(message: &str) {
    // Without standard error there is nobody to tell.
    let _ = writeln!(io::stderr(), "{message}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_lines_end_without_blanks() {
        let rows = [
            ["a".to_owned(), "1".to_owned()],
            ["long".to_owned(), "22".to_owned()],
        ];
        assert_eq!(columns(["NAME", "N"], rows), "NAME  N\na     1\nlong  22\n");
    }

    #[test]
    fn fields_are_aligned() {
        assert_eq!(
            fields([("a", "1".to_owned()), ("bcd", "2".to_owned())]),
            "a    1\nbcd  2\n"
        );
    }

    #[test]
    fn one_record_is_not_records() {
        assert_eq!(
            [0, 1, 2].map(records),
            ["0 records", "1 record", "2 records"]
        );
    }

    #[test]
    fn an_empty_list_is_a_dash() {
        assert_eq!(
            (list(&[]), list(&[1, 2])),
            ("-".to_owned(), "1,2".to_owned())
        );
    }
}
