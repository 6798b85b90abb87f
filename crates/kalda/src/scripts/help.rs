//! The help of a script, laid out as jopt-simple lays it out: two columns in 80 characters, options by name.

use super::options::{Age, COMMON, Opt, Takes};

/// How wide the text is.
const WIDTH: usize = 80;
/// Blanks between the columns.
const GAP: usize = 2;
/// Blanks before what goes on in a further line.
const INDENT: &str = "  ";

/// The help for these options.
pub fn text(options: &[Opt]) -> String {
    let mut all: Vec<&Opt> = options.iter().chain(&COMMON).collect();
    all.retain(|option| option.age == Age::Current);
    all.sort_by_key(|option| option.name);
    let mut rows = vec![
        ("Option".to_owned(), "Description".to_owned()),
        ("------".to_owned(), "-----------".to_owned()),
    ];
    rows.extend(all.into_iter().map(|option| (left(option), right(option))));
    layout(&rows)
}

fn left(option: &Opt) -> String {
    let dashes = if option.name.len() > 1 { "--" } else { "-" };
    let (open, close) = match option.takes {
        Takes::Nothing => return format!("{dashes}{}", option.name),
        Takes::Value(_) => ('<', '>'),
        Takes::Maybe(_) => ('[', ']'),
    };
    let kind = option.kind().map_or("", |kind| kind.name());
    let value = match option.value {
        "" => String::new(),
        value => format!(": {value}"),
    };
    format!("{dashes}{} {open}{kind}{value}{close}", option.name)
}

fn right(option: &Opt) -> String {
    match option.default {
        Some(default) => format!("{} (default: {default})", option.about),
        None => option.about.to_owned(),
    }
}

fn layout(rows: &[(String, String)]) -> String {
    let widest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or_default();
    let left = widest(&mut rows.iter().map(|row| row.0.len())).min((WIDTH - GAP) / 2);
    let right = widest(&mut rows.iter().map(|row| row.1.len())).min(WIDTH - GAP - left);
    let mut lines = String::new();
    for row in rows {
        let (a, b) = (pieces(&row.0, left), pieces(&row.1, right));
        for at in 0..a.len().max(b.len()) {
            let piece = |pieces: &[String]| pieces.get(at).cloned().unwrap_or_default();
            lines.push_str(&format!(
                "{:left$}{:GAP$}{:right$}\n",
                piece(&a),
                "",
                piece(&b)
            ));
        }
    }
    lines
}

/// A text in pieces that are no wider than `width`, broken between words.
fn pieces(text: &str, width: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    for word in text.split_inclusive(' ') {
        if piece.len() + word.len() > width {
            pieces.push(piece.trim_end().to_owned());
            piece = format!("{INDENT}{word}");
        } else {
            piece.push_str(word);
        }
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::super::options::{flag, int, text as value};
    use super::*;

    #[test]
    fn options_come_by_name_in_two_columns() {
        let options = [
            value("topic", "topic", "The topic."),
            flag("list", "List them."),
            int("left", "ms", "How long.").or("5").maybe(),
        ];
        let shown = text(&options);
        let lines: Vec<&str> = shown.lines().map(str::trim_end).collect();
        assert_eq!(lines[0], "Option                   Description");
        assert_eq!(
            lines[2],
            "--help                   Print what the options are."
        );
        assert_eq!(lines[3], "--left [Integer: ms]     How long. (default: 5)");
        assert_eq!(lines[4], "--list                   List them.");
        assert_eq!(lines[5], "--topic <String: topic>  The topic.");
    }

    #[test]
    fn what_is_too_wide_goes_on_below() {
        assert_eq!(pieces("one two three", 8), ["one two", "  three"]);
    }
}
