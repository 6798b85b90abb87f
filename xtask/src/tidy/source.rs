//! A Rust file as the checks see it: code apart from comments and texts, tests apart from the rest.

use std::ops::Range;

/// One file.
pub(super) struct Source {
    path: String,
    /// The layer of its crate.
    pub(super) layer: u32,
    text: String,
    /// The text with comments and the insides of literals blanked out, of the same length in lines.
    code: Vec<String>,
    /// Lines (from 0) of inline test modules.
    tests: Vec<Range<usize>>,
    /// The whole file is compiled for tests only.
    is_test: bool,
}

/// A function and its length.
pub(super) struct Function {
    pub(super) name: String,
    /// From 1.
    pub(super) line: usize,
    pub(super) lines: usize,
}

/// An attribute that begins a line.
struct Attribute {
    /// `#![…]` at the beginning of a line: of the whole file.
    is_of_file: bool,
    /// What stands between the brackets, without spaces.
    content: String,
    /// From 0.
    lines: Range<usize>,
}

impl Attribute {
    fn at(code: &[String], start: usize) -> Option<Self> {
        let is_of_file = code[start].starts_with("#![");
        if !is_of_file && !code[start].trim_start().starts_with("#[") {
            return None;
        }
        let mut depth = 0_i32;
        let mut content = String::new();
        for (at, line) in code.iter().enumerate().skip(start) {
            for symbol in line.chars().filter(|symbol| !symbol.is_whitespace()) {
                depth -= i32::from(symbol == ']');
                if symbol == ']' && depth == 0 {
                    let lines = start..at + 1;
                    return Some(Self {
                        is_of_file,
                        content,
                        lines,
                    });
                }
                if depth > 0 {
                    content.push(symbol);
                }
                depth += i32::from(symbol == '[');
            }
        }
        None
    }

    /// `lint` without the name of its tool.
    fn expects(&self, lint: &str) -> bool {
        let list = self.content.strip_prefix("expect(");
        let list = list.and_then(|list| list.strip_suffix(')'));
        let is_named = |named: &str| named.strip_prefix("clippy::").unwrap_or(named) == lint;
        list.is_some_and(|list| list.split(',').any(is_named))
    }
}

impl Source {
    pub(super) fn new(path: String, layer: u32, text: String) -> Self {
        let code: Vec<String> = blank(&text).lines().map(str::to_owned).collect();
        let tests = test_modules(&code);
        let is_test = is_test_path(&path);
        Self {
            path,
            layer,
            text,
            code,
            tests,
            is_test,
        }
    }

    /// The modules `name` of which this file says `#[cfg(test)] mod name;`.
    pub(super) fn test_files(&self) -> impl Iterator<Item = &str> {
        self.tests.iter().filter_map(|lines| {
            let last = self.code[lines.end - 1].trim();
            last.strip_suffix(';')?
                .rsplit_once("mod ")
                .map(|(_, name)| name)
        })
    }

    /// Where the files of this file's modules are.
    pub(super) fn module_directory(&self) -> &str {
        let (directory, _) = self.path.rsplit_once('/').unwrap_or(("", &self.path));
        match self.stem() {
            "lib" | "main" | "mod" => directory,
            _ => self.path.strip_suffix(".rs").unwrap_or(&self.path),
        }
    }

    /// Marks the file where its parent compiles `module`, to which it belongs, for tests only.
    pub(super) fn set_test_if_below(&mut self, module: &str) {
        let rest = self.path.strip_prefix(module);
        self.is_test |= rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'));
    }

    pub(super) fn finding(&self, line: usize, reason: &str) -> String {
        format!("{}:{line}: {reason}", self.path)
    }

    pub(super) fn is_generated(&self) -> bool {
        self.path.contains("/generated/") || self.path.ends_with("/generated.rs")
    }

    pub(super) fn is_test_file(&self) -> bool {
        self.is_test
    }

    pub(super) fn is_lib(&self) -> bool {
        self.path.ends_with("src/lib.rs")
    }

    pub(super) fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        name.strip_suffix(".rs").unwrap_or(name)
    }

    pub(super) fn begins_with_module_doc(&self) -> bool {
        let first = self
            .text
            .lines()
            .find(|line| !line.trim().is_empty() && !line.starts_with("#!["));
        first.is_none_or(|line| line.starts_with("//!"))
    }

    pub(super) fn lines_without_tests(&self) -> usize {
        let tests: usize = self.tests.iter().map(ExactSizeIterator::len).sum();
        self.code.len() - tests
    }

    /// Lines of code, from 1.
    pub(super) fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code
            .iter()
            .enumerate()
            .map(|(at, line)| (at + 1, line.as_str()))
    }

    /// Whether `line` (from 1) belongs to a test.
    pub(super) fn is_test(&self, line: usize) -> bool {
        self.is_test_file() || self.tests.iter().any(|lines| lines.contains(&(line - 1)))
    }

    /// Lines (from 1) of items that carry an `#[expect(…)]` of `lint`, and all lines where the file does. A lint that is
    /// named anywhere else, or allowed, excuses nothing.
    pub(super) fn excused(&self, lint: &str) -> Vec<Range<usize>> {
        let attributes = (0..self.code.len()).filter_map(|at| Attribute::at(&self.code, at));
        attributes
            .filter(|attribute| attribute.expects(lint))
            .map(|attribute| match attribute.is_of_file {
                true => 1..self.code.len() + 1,
                false => attribute.lines.start + 1..item_end(&self.code, attribute.lines.end) + 2,
            })
            .collect()
    }

    pub(super) fn functions(&self) -> Vec<Function> {
        let mut functions = Vec::new();
        for (at, line) in self.code.iter().enumerate() {
            let Some(name) = function_name(line) else {
                continue;
            };
            let end = item_end(&self.code, at);
            functions.push(Function {
                name,
                line: at + 1,
                lines: end - at + 1,
            });
        }
        functions
    }
}

fn is_test_path(path: &str) -> bool {
    let (_, name) = path.rsplit_once('/').unwrap_or(("", path));
    path.contains("/tests/")
        || path.contains("/benches/")
        || path.contains("/examples/")
        || name == "tests.rs"
        || name.ends_with("_tests.rs")
}

/// The name of a function that begins on this line.
fn function_name(line: &str) -> Option<String> {
    let (before, after) = line.split_once("fn ")?;
    let is_declaration = before.split_whitespace().all(|word| {
        matches!(word, "const" | "async" | "unsafe" | "extern")
            || word.starts_with("pub")
            || word == "\"\""
            || word.ends_with(')')
    });
    let name: String = after
        .chars()
        .take_while(|symbol| symbol.is_alphanumeric() || *symbol == '_')
        .collect();
    (is_declaration && !name.is_empty()).then_some(name)
}

/// The line (from 0) on which the item that begins at `start` ends: its closing brace, or its semicolon
/// outside all brackets.
fn item_end(code: &[String], start: usize) -> usize {
    let mut depth = 0_i32;
    let mut braces = 0_i32;
    for (at, line) in code.iter().enumerate().skip(start) {
        for symbol in line.chars() {
            match symbol {
                '(' | '[' => depth += 1,
                ')' | ']' => depth -= 1,
                '{' => braces += 1,
                '}' => {
                    braces -= 1;
                    if braces <= 0 && depth <= 0 {
                        return at;
                    }
                }
                ';' if depth == 0 && braces == 0 => return at,
                _ => {}
            }
        }
    }
    code.len().saturating_sub(1)
}

fn test_modules(code: &[String]) -> Vec<Range<usize>> {
    let mut modules: Vec<Range<usize>> = Vec::new();
    for (at, line) in code.iter().enumerate() {
        let inside = modules.last().is_some_and(|module| module.contains(&at));
        if !inside && line.trim() == "#[cfg(test)]" {
            modules.push(at..item_end(code, at + 1) + 1);
        }
    }
    modules
}

/// Replaces comments, and the insides of texts and characters, by spaces.
fn blank(text: &str) -> String {
    let symbols: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < symbols.len() {
        let end = literal_end(&symbols, at);
        if end == at {
            code.push(symbols[at]);
            at += 1;
        } else {
            code.extend(
                symbols[at..end]
                    .iter()
                    .map(|symbol| if *symbol == '\n' { '\n' } else { ' ' }),
            );
            at = end;
        }
    }
    code
}

/// Where the comment, text or character that begins at `at` ends; `at` where none begins.
fn literal_end(symbols: &[char], at: usize) -> usize {
    let next = symbols.get(at + 1).copied();
    let before = at.checked_sub(1).map(|before| symbols[before]);
    let in_word = before.is_some_and(|before| before.is_alphanumeric() || before == '_');
    match (symbols[at], next) {
        ('/', Some('/')) => find(symbols, at, '\n'),
        ('/', Some('*')) => block_comment_end(symbols, at),
        ('"', _) => text_end(symbols, at + 1),
        ('r', Some('"' | '#')) if !in_word || before == Some('b') => {
            raw_text_end(symbols, at).unwrap_or(at)
        }
        ('\'', Some('\\')) => find(symbols, at + 3, '\'') + 1,
        ('\'', Some(_)) if symbols.get(at + 2) == Some(&'\'') => at + 3,
        _ => at,
    }
}

fn find(symbols: &[char], from: usize, wanted: char) -> usize {
    (from..symbols.len())
        .find(|at| symbols[*at] == wanted)
        .unwrap_or(symbols.len().saturating_sub(1))
}

fn block_comment_end(symbols: &[char], start: usize) -> usize {
    let mut depth = 0;
    let mut at = start;
    while at + 1 < symbols.len() {
        match (symbols[at], symbols[at + 1]) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    symbols.len()
}

fn text_end(symbols: &[char], start: usize) -> usize {
    let mut at = start;
    while at < symbols.len() && symbols[at] != '"' {
        at += if symbols[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(symbols.len())
}

/// `None` for `r#name`, which is no text.
fn raw_text_end(symbols: &[char], start: usize) -> Option<usize> {
    let hashes = symbols[start + 1..]
        .iter()
        .take_while(|symbol| **symbol == '#')
        .count();
    let open = start + 1 + hashes;
    if symbols.get(open) != Some(&'"') {
        return None;
    }
    let closes = |at: usize| {
        symbols[at] == '"'
            && symbols[at + 1..]
                .iter()
                .take(hashes)
                .filter(|symbol| **symbol == '#')
                .count()
                == hashes
    };
    (open + 1..symbols.len())
        .find(|at| closes(*at))
        .map(|at| at + 1 + hashes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_texts_and_characters_are_blanked() {
        assert_eq!(blank("a // b\nc"), "a     \nc");
        assert_eq!(blank("a /* b /* c */ d */ e"), "a                   e");
        assert_eq!(blank("f(\"x\\\"y\") + g"), "f(      ) + g");
        assert_eq!(blank("r#\"a\"b\"# c"), "         c");
        assert_eq!(blank("'{' '\\'' 'a"), "         'a");
        assert_eq!(blank("fn f<'a>(x: &'a str) {}"), "fn f<'a>(x: &'a str) {}");
        assert_eq!(blank("r#type"), "r#type");
    }

    #[test]
    fn functions_end_at_their_closing_brace() {
        let source = Source::new(
            "a.rs".to_owned(),
            0,
            "fn a();\npub(crate) const fn b<T>(\n    x: [u8; 3],\n) -> T\nwhere\n    T: C,\n{\n    d(\"}\")\n}\n".to_owned(),
        );
        let seen: Vec<_> = source
            .functions()
            .into_iter()
            .map(|function| (function.name, function.line, function.lines))
            .collect();
        assert_eq!(seen, [("a".to_owned(), 1, 1), ("b".to_owned(), 2, 8)]);
    }

    #[test]
    fn only_an_expectation_of_the_lint_excuses_and_only_its_item() {
        let excused = |text: &str| {
            let source = Source::new("a.rs".to_owned(), 0, text.to_owned());
            source.excused("x")
        };
        let item = "fn f() {\n}\nfn g() {\n}\n";
        let check = |attribute: &str, expected: Option<Range<usize>>| {
            let found = excused(&format!("{attribute}\n{item}"));
            assert_eq!(found, Vec::from_iter(expected), "{attribute}");
        };
        check("#[expect(clippy::x, reason = \"a ] b\")]", Some(1..4));
        check(
            "#[expect(\n    clippy::y,\n    clippy::x,\n    reason = \"r\",\n)]",
            Some(1..8),
        );
        check("#[expect(clippy::x)]\n#[must_use]", Some(1..5));
        check("#![expect(clippy::x, reason = \"r\")]", Some(1..6));
        check("#[allow(clippy::x)]", None);
        check(
            "#[expect(clippy::xy, other::x, reason = \"clippy::x\")]",
            None,
        );
        check("const A: &[u8] = clippy::x;", None);
        check("#[doc(expect(clippy::x))]", None);
        check("value.expect(clippy::x);", None);
    }

    #[test]
    fn modules_for_tests_name_their_files() {
        let text = "mod a;\n#[cfg(test)]\nmod b;\n#[cfg(test)]\nmod c {\n}\n";
        let parent = Source::new("x/src/lib.rs".to_owned(), 0, text.to_owned());
        assert_eq!(parent.test_files().collect::<Vec<_>>(), ["b"]);
        assert_eq!(parent.module_directory(), "x/src");
        let mut child = Source::new("x/src/b.rs".to_owned(), 0, String::new());
        child.set_test_if_below("x/src/b");
        assert!(child.is_test_file());
        let mut other = Source::new("x/src/bc.rs".to_owned(), 0, String::new());
        other.set_test_if_below("x/src/b");
        assert!(!other.is_test_file());
    }
}
