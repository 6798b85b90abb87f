//! The table that several of Kafka's tools print: cells padded to the widest of their column, each followed by a tab.

/// Headings and rows.
pub fn text(headings: &[&str], rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = headings
        .iter()
        .enumerate()
        .map(|(at, heading)| {
            let longest = rows.iter().map(|row| row[at].len()).max();
            longest.unwrap_or(0).max(heading.len())
        })
        .collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded = cells
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}\t"));
        padded.collect::<String>() + "\n"
    };
    let mut text = line(&mut headings.iter().copied());
    for row in rows {
        text.push_str(&line(&mut row.iter().map(String::as_str)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_as_wide_as_their_column_and_end_with_a_tab() {
        let rows = vec![vec!["1".to_owned(), "long".to_owned()]];
        assert_eq!(text(&["Id", "X"], &rows), "Id\tX   \t\n1 \tlong\t\n");
    }
}
