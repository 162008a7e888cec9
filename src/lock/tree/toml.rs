//! TOML, by the parser that the `toml` crate is built on: its events are put into the tree as they come.

use std::borrow::Cow;
use std::sync::Arc;

use toml_parser::decoder::{Encoding, ScalarKind};
use toml_parser::lexer::TokenKind;
use toml_parser::parser::{EventReceiver, RecursionGuard, ValidateWhitespace, parse_document};
use toml_parser::{ErrorSink, ParseError, Raw};

use crate::diagnostic::{Diagnostics, Location, Source, rules};
use crate::lock::tree::{Kind, NONE, ROOT, Span, Tree};
use crate::toml_document::Document;

/// A table that headers or dotted keys name on the way to others.
const IMPLICIT: u8 = 1;
/// A table that dotted keys name.
const DOTTED: u8 = 2;
/// A table in braces, or in one.
const INLINE: u8 = 4;
/// An array of tables, each of which has a header.
pub(super) const HEADERS: u8 = 8;

/// How deep values may be in each other, and how many parts a key may have; the `toml` crate has the same limit.
const MAX_DEPTH: u32 = 80;
const DUPLICATE: &str = "duplicate key";

impl Tree {
    /// Parses a text; all syntax errors (TOML 1.1) are reported.
    pub(crate) fn parse(source: &Arc<Source>) -> Result<Self, Diagnostics> {
        let (tree, error) = Self::recover(source);
        let Some(error) = error else {
            return Ok(tree);
        };
        // The messages for syntax errors are those for any other TOML file.
        Document::parse(source)?;
        let span = error.unexpected().or(error.context());
        let place = span.map_or(0..0, |span| span.start()..span.end());
        let error = rules::INVALID_TOML.report(format!("not valid TOML: {}", error.description()));
        Err(error.at(&Location::new(source, place)).into())
    }

    /// Parses a text; what is not valid is left out, and the first error returned.
    pub(crate) fn recover(source: &Arc<Source>) -> (Self, Option<ParseError>) {
        let (text, mut first) = (toml_parser::Source::new(source.text()), None);
        let mut builder = Builder {
            tree: Self::empty(source),
            table: ROOT,
            header: None,
            keys: Vec::new(),
            open: Vec::new(),
        };
        if u32::try_from(source.text().len()).is_err() {
            return (builder.tree, Some(ParseError::new("larger than 4 GB")));
        }
        // An expression at a time: the tokens of the whole text would take eight times its memory.
        let mut tokens = Vec::new();
        let mut depth = 0_usize;
        for token in text.lex() {
            match token.kind() {
                TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => depth += 1,
                TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                    depth = depth.saturating_sub(1);
                }
                _ => {}
            }
            tokens.push(token);
            let is_end = token.kind() == TokenKind::Newline && depth == 0;
            if is_end || token.kind() == TokenKind::Eof {
                builder.keys.clear();
                builder.open.clear();
                let mut receiver = ValidateWhitespace::new(&mut builder, text);
                let mut receiver = RecursionGuard::new(&mut receiver, MAX_DEPTH);
                parse_document(&tokens, &mut receiver, &mut first);
                tokens.clear();
            }
        }
        (builder.tree, first)
    }
}

/// Puts events into a tree.
struct Builder {
    tree: Tree,
    /// The table that the last header names.
    table: u32,
    /// Where the header begins that is being read.
    header: Option<usize>,
    /// The parts of the key that is being read.
    keys: Vec<Span>,
    /// The arrays and inline tables that are not closed yet.
    open: Vec<u32>,
}

fn span(span: toml_parser::Span) -> Span {
    // `recover` has checked the length of the text.
    let place = |offset| u32::try_from(offset).unwrap_or(NONE);
    Span {
        start: place(span.start()),
        end: place(span.end()),
    }
}

fn report(place: Span, message: &'static str, error: &mut dyn ErrorSink) {
    let place = toml_parser::Span::new_unchecked(place.start as usize, place.end as usize);
    error.report_error(ParseError::new(message).with_unexpected(place));
}

impl Builder {
    fn has(&self, at: u32, flag: u8) -> bool {
        self.tree.node(at).flags & flag != 0
    }

    fn find(&self, table: u32, key: Span) -> Option<u32> {
        self.tree.child(table, &key_text(self.tree.raw(key)))
    }

    /// The table that a path leads to, made where it is not there. `is_dotted`: the path is that of a dotted key, and
    /// not of a header.
    fn descend(
        &mut self,
        mut table: u32,
        path: &[Span],
        is_dotted: bool,
        error: &mut dyn ErrorSink,
    ) -> Option<u32> {
        let is_inline = !self.open.is_empty();
        if path.len() >= MAX_DEPTH as usize {
            report(path[0], "recursion limit", error);
            return None;
        }
        for key in path {
            let Some(child) = self.find(table, *key) else {
                let dotted = if is_dotted { DOTTED } else { 0 };
                let inline = if is_inline { INLINE } else { 0 };
                let flags = IMPLICIT | dotted | inline;
                table = self.tree.add(table, *key, *key, Kind::Table, flags);
                continue;
            };
            table = match self.tree.node(child).kind {
                Kind::Array if self.has(child, HEADERS) && !is_inline => self.tree.node(child).last,
                Kind::Table if is_inline || !self.has(child, INLINE) => {
                    if is_dotted && !self.has(child, IMPLICIT) {
                        report(*key, DUPLICATE, error);
                        return None;
                    }
                    if is_dotted {
                        self.tree.node_mut(child).flags |= DOTTED;
                    }
                    child
                }
                _ => {
                    report(*key, "cannot extend this value with a dotted key", error);
                    return None;
                }
            };
        }
        Some(table)
    }

    /// Adds a value to the array that is open, or under the key that was read.
    fn value(
        &mut self,
        place: Span,
        (kind, flags): (Kind, u8),
        error: &mut dyn ErrorSink,
    ) -> Option<u32> {
        let parent = self.open.last().copied();
        if let Some(array) = parent.filter(|at| self.tree.node(*at).kind == Kind::Array) {
            return Some(self.tree.add(array, place, place, kind, flags));
        }
        let mut keys = std::mem::take(&mut self.keys);
        let table = parent.unwrap_or(self.table);
        let added = self.entry(table, &keys, (place, kind, flags), error);
        // The memory is used again.
        keys.clear();
        self.keys = keys;
        added
    }

    /// Adds a value to a table under a key, which may be dotted.
    fn entry(
        &mut self,
        table: u32,
        keys: &[Span],
        (place, kind, flags): (Span, Kind, u8),
        error: &mut dyn ErrorSink,
    ) -> Option<u32> {
        let (key, path) = keys.split_last()?;
        let table = self.descend(table, path, true, error)?;
        let is_taken = self.find(table, *key).is_some();
        if is_taken || (!path.is_empty() && !self.has(table, IMPLICIT)) {
            report(*key, DUPLICATE, error);
            return None;
        }
        Some(self.tree.add(table, *key, place, kind, flags))
    }

    fn open(&mut self, at: toml_parser::Span, kind: (Kind, u8), error: &mut dyn ErrorSink) {
        let place = span(at);
        let value = self.value(place, kind, error);
        let value = value.unwrap_or_else(|| self.tree.add_loose(place, place, kind.0, kind.1));
        self.open.push(value);
    }

    fn close(&mut self, at: toml_parser::Span) {
        if let Some(value) = self.open.pop() {
            self.tree.node_mut(value).value.end = span(at).end;
        }
    }

    /// The table that a header names; `None` where it cannot be.
    fn define(&mut self, header: Span, is_array: bool, error: &mut dyn ErrorSink) -> Option<u32> {
        let keys = std::mem::take(&mut self.keys);
        let (key, path) = keys.split_last()?;
        let parent = self.descend(ROOT, path, false, error)?;
        let known = self.find(parent, *key);
        if is_array {
            let array = known.unwrap_or_else(|| {
                let tree = &mut self.tree;
                tree.add(parent, *key, header, Kind::Array, HEADERS)
            });
            if self.has(array, HEADERS) {
                return Some(self.tree.add(array, header, header, Kind::Table, 0));
            }
        } else {
            let Some(known) = known else {
                return Some(self.tree.add(parent, *key, header, Kind::Table, 0));
            };
            let is_free = self.has(known, IMPLICIT) && !self.has(known, DOTTED | INLINE);
            if is_free && self.tree.node(known).kind == Kind::Table {
                let node = self.tree.node_mut(known);
                (node.key, node.value, node.flags) = (*key, header, 0);
                return Some(known);
            }
        }
        report(*key, DUPLICATE, error);
        None
    }

    fn end_header(&mut self, at: toml_parser::Span, is_array: bool, error: &mut dyn ErrorSink) {
        let Some(start) = self.header.take() else {
            return;
        };
        let header = span(toml_parser::Span::new_unchecked(start, at.end()));
        let table = self.define(header, is_array, error);
        self.table = table.unwrap_or_else(|| self.tree.add_loose(header, header, Kind::Table, 0));
    }

    fn start_header(&mut self, at: toml_parser::Span) {
        self.keys.clear();
        self.header = Some(at.start());
    }
}

impl EventReceiver for Builder {
    fn std_table_open(&mut self, at: toml_parser::Span, _: &mut dyn ErrorSink) {
        self.start_header(at);
    }

    fn std_table_close(&mut self, at: toml_parser::Span, error: &mut dyn ErrorSink) {
        self.end_header(at, false, error);
    }

    fn array_table_open(&mut self, at: toml_parser::Span, _: &mut dyn ErrorSink) {
        self.start_header(at);
    }

    fn array_table_close(&mut self, at: toml_parser::Span, error: &mut dyn ErrorSink) {
        self.end_header(at, true, error);
    }

    fn inline_table_open(&mut self, at: toml_parser::Span, error: &mut dyn ErrorSink) -> bool {
        self.open(at, (Kind::Table, INLINE), error);
        true
    }

    fn inline_table_close(&mut self, at: toml_parser::Span, _: &mut dyn ErrorSink) {
        self.close(at);
    }

    fn array_open(&mut self, at: toml_parser::Span, error: &mut dyn ErrorSink) -> bool {
        self.open(at, (Kind::Array, 0), error);
        true
    }

    fn array_close(&mut self, at: toml_parser::Span, _: &mut dyn ErrorSink) {
        self.close(at);
    }

    fn simple_key(
        &mut self,
        at: toml_parser::Span,
        encoding: Option<Encoding>,
        error: &mut dyn ErrorSink,
    ) {
        let place = span(at);
        let raw = Raw::new_unchecked(self.tree.raw(place), encoding, at);
        let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if encoding.is_some() || raw.is_empty() || !raw.as_bytes().iter().all(is_letter) {
            raw.decode_key(&mut (), error);
        }
        self.keys.push(place);
    }

    fn value_sep(&mut self, _: toml_parser::Span, _: &mut dyn ErrorSink) {
        self.keys.clear();
    }

    fn scalar(
        &mut self,
        at: toml_parser::Span,
        encoding: Option<Encoding>,
        error: &mut dyn ErrorSink,
    ) {
        let place = span(at);
        let raw = Raw::new_unchecked(self.tree.raw(place), encoding, at);
        if is_plain(raw, encoding) {
            self.value(place, (Kind::String, 0), error);
            return;
        }
        let kind = match raw.decode_scalar(&mut (), error) {
            ScalarKind::String => Kind::String,
            ScalarKind::Boolean(_) => Kind::Boolean,
            ScalarKind::Float => Kind::Float,
            ScalarKind::Integer(_) => Kind::Integer,
            ScalarKind::DateTime => {
                if raw.as_str().parse::<toml::value::Datetime>().is_err() {
                    report(place, "invalid date-time", error);
                }
                Kind::Date
            }
        };
        self.value(place, (kind, 0), error);
    }
}

/// Whether it is a string on one line without anything to decode or to reject, as nearly all are.
fn is_plain(raw: Raw<'_>, encoding: Option<Encoding>) -> bool {
    let bytes = raw.as_bytes();
    let is_closed = bytes.len() > 1 && bytes.ends_with(b"\"");
    let is_short = encoding == Some(Encoding::BasicString);
    is_short
        && is_closed
        && bytes
            .iter()
            .all(|byte| matches!(byte, b' '..=b'[' | b']'..=b'~'))
}

/// How a string or a key is quoted.
fn encoding(raw: &str) -> Option<Encoding> {
    let quotes = [
        ("\"\"\"", Encoding::MlBasicString),
        ("'''", Encoding::MlLiteralString),
        ("\"", Encoding::BasicString),
        ("'", Encoding::LiteralString),
    ];
    // An empty string is two quotes, and three with two more at least.
    let long = |quote: &str| quote.len() == 1 || raw.len() >= 6;
    let mut quotes = quotes.into_iter();
    let found = quotes.find(|(quote, _)| raw.starts_with(quote) && long(quote));
    found.map(|(_, encoding)| encoding)
}

fn parsed(raw: &str) -> Raw<'_> {
    let place = toml_parser::Span::new_unchecked(0, raw.len());
    Raw::new_unchecked(raw, encoding(raw), place)
}

/// The text of a key.
pub(super) fn key_text(raw: &str) -> Cow<'_, str> {
    if !raw.starts_with(['"', '\'']) {
        return Cow::Borrowed(raw);
    }
    let mut text = Cow::Borrowed("");
    parsed(raw).decode_key(&mut text, &mut ());
    text
}

/// The text of a string.
pub(super) fn string_text(raw: &str) -> Cow<'_, str> {
    if let Some(inner) = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'))
        && !inner.contains(['\\', '"', '\n'])
    {
        return Cow::Borrowed(inner);
    }
    let mut text = Cow::Borrowed("");
    let _: ScalarKind = parsed(raw).decode_scalar(&mut text, &mut ());
    text
}

/// The digits of a decimal integer.
pub(super) fn decimal(raw: &str) -> Option<Cow<'_, str>> {
    let mut text = Cow::Borrowed("");
    match parsed(raw).decode_scalar(&mut text, &mut ()) {
        ScalarKind::Integer(radix) if radix.value() == 10 => Some(text),
        _ => None,
    }
}
