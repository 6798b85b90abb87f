//! The syntax of RE2, put into that of the `regex` crate.
//!
//! Clients write expressions for RE2/J, which is RE2's syntax with Perl's classes. The `regex` crate is
//! close to it, but takes more (`a**`, `[a&&b]`, `(?x)`) and less (`a{`, `\Q..\E`, octal escapes), so
//! that an expression is read here and written anew, piece by piece. Only whether a whole name matches
//! is ever asked: captures and greediness mean nothing, and are left out.
//!
//! ```text
//!   expression = branch ('|' branch)*      branch = (atom repetition?)*
//! ```
//!
//! Open groups stand on a stack of their own, so that a deep expression needs no deep calls.

use std::collections::BTreeSet;
use std::fmt::Write as _;

// What is wrong, in RE2's words.
const MISSING_PAREN: &str = "missing closing )";
const UNEXPECTED_PAREN: &str = "unexpected )";
const MISSING_BRACKET: &str = "missing closing ]";
const BAD_RANGE: &str = "invalid character class range";
const BAD_ESCAPE: &str = "invalid escape sequence";
const BAD_NAME: &str = "invalid named capture";
const SAME_NAME: &str = "duplicate capture group name";
const BAD_FLAGS: &str = "invalid or unsupported Perl syntax";
const NOTHING_TO_REPEAT: &str = "missing argument to repetition operator";
const REPEATED_TWICE: &str = "invalid nested repetition operator";
const BAD_COUNT: &str = "invalid repeat count";
const LONE_BACKSLASH: &str = "trailing backslash at end of expression";

/// The most times that something may be repeated.
const MAX_COUNT: u32 = 1_000;

const POSIX_CLASSES: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

type Result<T> = std::result::Result<T, &'static str>;

/// The expression in the syntax of the `regex` crate. What it says of `\p` is for that crate to judge:
/// a name that does not exist is an [`BAD_RANGE`].
pub(super) fn translate(text: &str) -> Result<String> {
    let mut reader = Translator {
        rest: text,
        flags: Flags::default(),
        open: vec![Group::default()],
        names: BTreeSet::new(),
        has_repeated: false,
    };
    while let Some(char) = reader.next() {
        let has_repeated = std::mem::take(&mut reader.has_repeated);
        reader.step(char, has_repeated)?;
    }
    match &mut reader.open[..] {
        [whole] => Ok(whole.end()),
        _ => Err(MISSING_PAREN),
    }
}

/// Why the `regex` crate takes no translated expression, if not for its size.
pub(super) const UNKNOWN_CLASS: &str = BAD_RANGE;

#[derive(Clone, Copy, Default)]
struct Flags {
    ignores_case: bool,
    dot_is_all: bool,
    has_lines: bool,
}

/// A group that is not closed yet.
#[derive(Default)]
struct Group {
    /// What holds again after it.
    outer: Flags,
    branches: String,
    atoms: Vec<String>,
}

impl Group {
    fn end_branch(&mut self) {
        self.branches.extend(self.atoms.drain(..));
    }

    fn end(&mut self) -> String {
        self.end_branch();
        std::mem::take(&mut self.branches)
    }
}

struct Translator<'t> {
    rest: &'t str,
    flags: Flags,
    /// The whole expression, and the groups that are open in it.
    open: Vec<Group>,
    names: BTreeSet<&'t str>,
    /// Whether what came last was a repetition.
    has_repeated: bool,
}

impl<'t> Translator<'t> {
    fn next(&mut self) -> Option<char> {
        let char = self.rest.chars().next()?;
        self.rest = &self.rest[char.len_utf8()..];
        Some(char)
    }

    fn skip(&mut self, prefix: &str) -> bool {
        let after = self.rest.strip_prefix(prefix);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn group(&mut self) -> &mut Group {
        self.open.last_mut().expect("the whole is never closed")
    }

    fn push(&mut self, atom: impl Into<String>) {
        self.group().atoms.push(atom.into());
    }

    fn step(&mut self, char: char, has_repeated: bool) -> Result<()> {
        match char {
            '(' if self.rest.starts_with('?') => return self.special_group(),
            '(' => self.open_group(),
            '|' => {
                let group = self.group();
                group.end_branch();
                group.branches.push('|');
            }
            ')' => return self.close_group(),
            '^' if self.flags.has_lines => self.push("(?m:^)"),
            '^' => self.push(r"\A"),
            '$' if self.flags.has_lines => self.push("(?m:$)"),
            '$' => self.push(r"\z"),
            '.' if self.flags.dot_is_all => self.push("(?s:.)"),
            '.' => self.push("."),
            '[' => {
                let class = self.class()?;
                self.push_folded(&class);
            }
            '*' | '+' | '?' => return self.repeat(char.encode_utf8(&mut [0; 4]), has_repeated),
            '{' => match self.counts()? {
                Some(counts) => return self.repeat(&counts, has_repeated),
                None => self.push_char(char),
            },
            '\\' => return self.escape(),
            _ => self.push_char(char),
        }
        Ok(())
    }

    fn push_folded(&mut self, atom: &str) {
        let folded = self.flags.ignores_case;
        self.push(if folded {
            format!("(?i:{atom})")
        } else {
            atom.to_owned()
        });
    }

    fn push_char(&mut self, char: char) {
        self.push_folded(&::regex::escape(char.encode_utf8(&mut [0; 4])));
    }

    fn open_group(&mut self) {
        let outer = self.flags;
        self.open.push(Group {
            outer,
            ..Group::default()
        });
    }

    fn close_group(&mut self) -> Result<()> {
        let mut group = self.open.pop().expect("the whole is never closed");
        if self.open.is_empty() {
            return Err(UNEXPECTED_PAREN);
        }
        self.flags = group.outer;
        self.push(format!("(?:{})", group.end()));
        Ok(())
    }

    /// A group with a name, with flags, or flags alone; after its parenthesis.
    fn special_group(&mut self) -> Result<()> {
        if self.skip("?P<") || self.skip("?<") {
            return self.named_group();
        }
        self.skip("?");
        let (mut flags, mut sets, mut has_some) = (self.flags, true, false);
        loop {
            has_some = match self.next().ok_or(BAD_FLAGS)? {
                'i' => {
                    flags.ignores_case = sets;
                    true
                }
                's' => {
                    flags.dot_is_all = sets;
                    true
                }
                'm' => {
                    flags.has_lines = sets;
                    true
                }
                'U' => true,
                '-' if sets => {
                    sets = false;
                    false
                }
                end @ (':' | ')') if sets || has_some => {
                    if end == ':' {
                        self.open_group();
                    }
                    self.flags = flags;
                    return Ok(());
                }
                _ => return Err(BAD_FLAGS),
            };
        }
    }

    fn named_group(&mut self) -> Result<()> {
        let (name, rest) = self.rest.split_once('>').ok_or(BAD_NAME)?;
        let is_word = |char: char| char.is_ascii_alphanumeric() || char == '_';
        if name.is_empty() || !name.chars().all(is_word) {
            return Err(BAD_NAME);
        }
        if !self.names.insert(name) {
            return Err(SAME_NAME);
        }
        self.rest = rest;
        self.open_group();
        Ok(())
    }

    fn repeat(&mut self, times: &str, has_repeated: bool) -> Result<()> {
        // It would ask for as few as possible.
        self.skip("?");
        if has_repeated {
            return Err(REPEATED_TWICE);
        }
        let atom = self.group().atoms.pop().ok_or(NOTHING_TO_REPEAT)?;
        self.push(format!("(?:{atom}){times}"));
        self.has_repeated = true;
        Ok(())
    }

    /// The counts of a repetition after its brace; `None` if they are none, and the brace means itself.
    fn counts(&mut self) -> Result<Option<String>> {
        let Some((counts, rest)) = self.rest.split_once('}') else {
            return Ok(None);
        };
        let (least, most) = match counts.split_once(',') {
            None => (number(counts), number(counts)),
            Some((least, "")) => (number(least), Some(None)),
            Some((least, most)) => (number(least), number(most)),
        };
        let (Some(Some(least)), Some(most)) = (least, most) else {
            return Ok(None);
        };
        if least.max(most.unwrap_or(least)) > MAX_COUNT || most.is_some_and(|most| most < least) {
            return Err(BAD_COUNT);
        }
        self.rest = rest;
        let most = most.map_or(String::new(), |most| most.to_string());
        Ok(Some(format!("{{{least},{most}}}")))
    }

    /// What a backslash begins, outside of a class.
    fn escape(&mut self) -> Result<()> {
        if self.skip("Q") {
            let (literal, rest) = self.rest.split_once(r"\E").unwrap_or((self.rest, ""));
            literal.chars().for_each(|char| self.push_char(char));
            self.rest = rest;
            return Ok(());
        }
        for (letter, meaning) in [("A", r"\A"), ("z", r"\z"), ("b", r"\b"), ("B", r"\B")] {
            if self.skip(letter) {
                self.push(meaning);
                return Ok(());
            }
        }
        if let Some(class) = self.class_escape()? {
            self.push_folded(&class);
        } else {
            let char = self.char_escape()?;
            self.push_char(char);
        }
        Ok(())
    }

    /// A class that a letter after a backslash stands for.
    fn class_escape(&mut self) -> Result<Option<String>> {
        for (letter, class) in [
            ("d", "[0-9]"),
            ("D", "[^0-9]"),
            ("s", r"[\t\n\f\r ]"),
            ("S", r"[^\t\n\f\r ]"),
            ("w", "[0-9A-Za-z_]"),
            ("W", "[^0-9A-Za-z_]"),
        ] {
            if self.skip(letter) {
                return Ok(Some(class.to_owned()));
            }
        }
        let is_other = self.rest.starts_with('P');
        if !self.skip("p") && !self.skip("P") {
            return Ok(None);
        }
        let mut name = self.unicode_name()?;
        let is_negated = name.starts_with('^');
        name = name.strip_prefix('^').unwrap_or(name);
        let letter = if is_other == is_negated { 'p' } else { 'P' };
        if name == "Any" {
            let all = r"\x{0}-\x{10FFFF}";
            return Ok(Some(if letter == 'p' {
                format!("[{all}]")
            } else {
                format!("[^{all}]")
            }));
        }
        // The `regex` crate knows further properties, and other ways to write these.
        let is_name = name.starts_with(|char: char| char.is_ascii_uppercase())
            && name
                .chars()
                .all(|char| char.is_ascii_alphabetic() || char == '_');
        let property = if name.len() <= 2 { "gc" } else { "sc" };
        if is_name && name != "LC" {
            Ok(Some(format!(r"\{letter}{{{property}={name}}}")))
        } else {
            Err(UNKNOWN_CLASS)
        }
    }

    fn unicode_name(&mut self) -> Result<&'t str> {
        let rest = self.rest;
        if self.skip("{") {
            let (name, after) = self.rest.split_once('}').ok_or(BAD_RANGE)?;
            self.rest = after;
            return Ok(name);
        }
        let letter = self.next().ok_or(BAD_RANGE)?;
        Ok(&rest[..letter.len_utf8()])
    }

    /// A character that is written with a backslash, after it.
    fn char_escape(&mut self) -> Result<char> {
        let code = match self.next().ok_or(LONE_BACKSLASH)? {
            first @ '0'..='7' => {
                let is_octal = |rest: &str| rest.starts_with(|char| ('0'..='7').contains(&char));
                // What begins otherwise would refer to a capture.
                if first != '0' && !is_octal(self.rest) {
                    return Err(BAD_ESCAPE);
                }
                let more = self.rest.bytes().take(2);
                let more = more
                    .take_while(|digit| (b'0'..=b'7').contains(digit))
                    .count();
                let digits = &self.rest[..more];
                self.rest = &self.rest[more..];
                u32::from_str_radix(&format!("{first}{digits}"), 8).map_err(|_| BAD_ESCAPE)?
            }
            'x' => self.hexadecimal()?,
            'a' => 0x07,
            'f' => 0x0c,
            'n' => 0x0a,
            'r' => 0x0d,
            't' => 0x09,
            'v' => 0x0b,
            other if !other.is_ascii_alphanumeric() => return Ok(other),
            _ => return Err(BAD_ESCAPE),
        };
        if code > u32::from(char::MAX) {
            return Err(BAD_ESCAPE);
        }
        // Half a character of UTF-16 is in no name.
        Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hexadecimal(&mut self) -> Result<u32> {
        let digits = if self.skip("{") {
            let (digits, rest) = self.rest.split_once('}').ok_or(BAD_ESCAPE)?;
            self.rest = rest;
            digits
        } else {
            let digits = self.rest.get(..2).ok_or(BAD_ESCAPE)?;
            self.rest = &self.rest[2..];
            digits
        };
        if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(BAD_ESCAPE);
        }
        u32::from_str_radix(digits, 16).map_err(|_| BAD_ESCAPE)
    }

    /// A class after its bracket.
    fn class(&mut self) -> Result<String> {
        let mut class = String::from(if self.skip("^") { "[^" } else { "[" });
        let mut is_first = true;
        while is_first || !self.skip("]") {
            is_first = false;
            if let Some(posix) = self.posix_class()? {
                class.push_str(&posix);
                continue;
            }
            let before = self.rest;
            if self.skip("\\")
                && let Some(inner) = self.class_escape()?
            {
                class.push_str(&inner);
                continue;
            }
            self.rest = before;
            let first = self.class_char()?;
            let is_range = self.rest.starts_with('-') && !self.rest.starts_with("-]");
            let last = if is_range {
                self.skip("-");
                self.class_char()?
            } else {
                first
            };
            if last < first {
                return Err(BAD_RANGE);
            }
            let (first, last) = (u32::from(first), u32::from(last));
            write!(class, r"\x{{{first:x}}}-\x{{{last:x}}}").expect("a text takes anything");
        }
        class.push(']');
        Ok(class)
    }

    fn posix_class(&mut self) -> Result<Option<String>> {
        let Some((name, rest)) = self
            .rest
            .strip_prefix("[:")
            .and_then(|rest| rest.split_once(":]"))
        else {
            return Ok(None);
        };
        if !POSIX_CLASSES.contains(&name.strip_prefix('^').unwrap_or(name)) {
            return Err(BAD_RANGE);
        }
        self.rest = rest;
        Ok(Some(format!("[:{name}:]")))
    }

    fn class_char(&mut self) -> Result<char> {
        match self.next().ok_or(MISSING_BRACKET)? {
            '\\' => self.char_escape(),
            char => Ok(char),
        }
    }
}

/// A count; `None` if it is none, which has no zeros before it. One that is too large for anything is
/// too large for a repetition.
fn number(digits: &str) -> Option<Option<u32>> {
    let is_number = !digits.is_empty()
        && digits.bytes().all(|digit| digit.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'));
    is_number.then(|| Some(digits.parse().unwrap_or(u32::MAX)))
}
