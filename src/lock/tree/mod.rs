//! A lock file as a compact tree, with the place of every key and value.
//!
//! Nine tenths of a large lock file are wheels. A tree that owns its strings takes ten times the memory of the text;
//! this one holds places in the text, 40 bytes for each value, and decodes a string when it is read.

mod json;
mod toml;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Location, Source, Spanned};
use crate::lock::locked::Text;

/// A parsed lock file.
pub(crate) struct Tree {
    source: Arc<Source>,
    syntax: Syntax,
    nodes: Vec<Node>,
    /// The children of large tables by their keys; those of small ones are searched one by one.
    index: BTreeMap<u32, BTreeMap<String, u32>>,
}

/// The language of a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Syntax {
    Toml,
    Json,
}

/// No node.
const NONE: u32 = u32::MAX;
/// The node of the whole text.
const ROOT: u32 = 0;
/// How many children of a table are searched one by one.
const SMALL: u32 = 16;

/// A stretch of the text, in bytes.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    end: u32,
}

impl Span {
    fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The type of a value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    String,
    Integer,
    Float,
    Boolean,
    Date,
    Null,
    Array,
    Table,
}

/// A value, linked to its first and last child and to the next child of its parent.
#[derive(Debug)]
struct Node {
    /// Of an element of an array, the element.
    key: Span,
    value: Span,
    parent: u32,
    first: u32,
    last: u32,
    next: u32,
    children: u32,
    kind: Kind,
    flags: u8,
}

impl Tree {
    /// The table that the whole text is.
    pub(crate) fn root(&self) -> Table<'_> {
        Table(Value {
            tree: self,
            at: ROOT,
        })
    }

    fn empty(source: &Arc<Source>) -> Self {
        let start = Span { start: 0, end: 0 };
        Self {
            source: Arc::clone(source),
            syntax: Syntax::Toml,
            nodes: vec![Node::new(start, start, NONE, Kind::Table, 0)],
            index: BTreeMap::new(),
        }
    }

    fn node(&self, at: u32) -> &Node {
        &self.nodes[at as usize]
    }

    fn node_mut(&mut self, at: u32) -> &mut Node {
        &mut self.nodes[at as usize]
    }

    /// Adds a value that belongs to nothing.
    fn add_loose(&mut self, key: Span, value: Span, kind: Kind, flags: u8) -> u32 {
        // A text of less than 4 GB has fewer values than that.
        let at = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        self.nodes.push(Node::new(key, value, NONE, kind, flags));
        at
    }

    /// Adds a value behind the last child of a table or an array.
    fn add(&mut self, parent: u32, key: Span, value: Span, kind: Kind, flags: u8) -> u32 {
        let at = self.add_loose(key, value, kind, flags);
        self.node_mut(at).parent = parent;
        let last = self.node(parent).last;
        if last == NONE {
            self.node_mut(parent).first = at;
        } else {
            self.node_mut(last).next = at;
        }
        let above = self.node_mut(parent);
        above.last = at;
        above.children += 1;
        if above.kind == Kind::Table && above.children > SMALL {
            let is_first = above.children == SMALL + 1;
            let added: Vec<u32> = if is_first {
                self.children(parent).collect()
            } else {
                vec![at]
            };
            for child in added {
                let key = self.key_text(child).into_owned();
                self.index.entry(parent).or_default().insert(key, child);
            }
        }
        at
    }

    fn children(&self, parent: u32) -> impl Iterator<Item = u32> + '_ {
        let first = Some(self.node(parent).first).filter(|at| *at != NONE);
        std::iter::successors(first, |at| {
            Some(self.node(*at).next).filter(|at| *at != NONE)
        })
    }

    /// The child of a table with a key.
    fn child(&self, table: u32, key: &str) -> Option<u32> {
        if self.node(table).children > SMALL {
            return self.index.get(&table)?.get(key).copied();
        }
        self.children(table).find(|at| self.key_text(*at) == key)
    }

    fn raw(&self, span: Span) -> &str {
        self.source.text().get(span.range()).unwrap_or_default()
    }

    fn key_text(&self, at: u32) -> Cow<'_, str> {
        let raw = self.raw(self.node(at).key);
        match self.syntax {
            Syntax::Toml => toml::key_text(raw),
            Syntax::Json => json::text(raw),
        }
    }

    fn string_text(&self, at: u32) -> Cow<'_, str> {
        let raw = self.raw(self.node(at).value);
        match self.syntax {
            Syntax::Toml => toml::string_text(raw),
            Syntax::Json => json::text(raw),
        }
    }

    /// All strings, in the order of the text.
    pub(crate) fn strings(&self) -> impl Iterator<Item = Value<'_>> {
        self.values()
            .filter(|value| value.node().kind == Kind::String)
    }

    /// All values, in the order of the text.
    pub(crate) fn values(&self) -> impl Iterator<Item = Value<'_>> {
        let all = (0..).zip(&self.nodes);
        all.map(|(at, _)| Value { tree: self, at })
    }

    fn location(&self, span: Span) -> Location {
        Location::new(&self.source, span.range())
    }
}

impl Node {
    fn new(key: Span, value: Span, parent: u32, kind: Kind, flags: u8) -> Self {
        Self {
            key,
            value,
            parent,
            first: NONE,
            last: NONE,
            next: NONE,
            children: 0,
            kind,
            flags,
        }
    }
}

/// A value of a lock file.
#[derive(Clone, Copy)]
pub(crate) struct Value<'t> {
    tree: &'t Tree,
    at: u32,
}

/// A table of a lock file.
#[derive(Clone, Copy)]
pub(crate) struct Table<'t>(Value<'t>);

impl<'t> Table<'t> {
    /// The value of a key.
    pub(crate) fn get(self, key: &str) -> Option<Value<'t>> {
        let tree = self.0.tree;
        Some(Value {
            tree,
            at: tree.child(self.0.at, key)?,
        })
    }

    /// The keys with their values, in the order of the text.
    pub(crate) fn entries(self) -> Vec<(Cow<'t, str>, Value<'t>)> {
        let tree = self.0.tree;
        let mut children: Vec<u32> = tree.children(self.0.at).collect();
        // A table may be named in a header after the tables in it.
        children.sort_by_key(|at| tree.node(*at).key.start);
        let entry = |at: u32| (tree.key_text(at), Value { tree, at });
        children.into_iter().map(entry).collect()
    }

    /// The table as a value.
    pub(crate) fn value(self) -> Value<'t> {
        self.0
    }

    /// Where the table is: of the whole text, its first line; of a table with a header, the header.
    pub(crate) fn location(self) -> Location {
        if self.0.at == ROOT {
            return Location::top(&self.0.tree.source);
        }
        self.0.location()
    }
}

impl<'t> Value<'t> {
    fn node(self) -> &'t Node {
        self.tree.node(self.at)
    }

    /// Where the value is; of a table with a header, the header.
    pub(crate) fn location(self) -> Location {
        self.tree.location(self.node().value)
    }

    /// Where the key is.
    pub(crate) fn key_location(self) -> Location {
        self.tree.location(self.node().key)
    }

    /// Whether the file is JSON.
    pub(crate) fn is_json(self) -> bool {
        self.tree.syntax == Syntax::Json
    }

    /// From the key to the end of the value.
    pub(crate) fn with_key(self) -> Location {
        let (key, value) = (self.node().key, self.node().value);
        // The values of a table with a header are elsewhere: its key alone is the place.
        let is_behind = value.start >= key.start;
        self.tree.location(Span {
            start: key.start,
            end: if is_behind { value.end } else { key.end },
        })
    }

    /// Where the value is, in bytes.
    pub(crate) fn span(self) -> Range<usize> {
        self.node().value.range()
    }

    /// Where the last of all keys and values in it begins.
    pub(crate) fn last_place(self) -> usize {
        let (mut last, mut open) = (0, vec![self.at]);
        while let Some(at) = open.pop() {
            let node = self.tree.node(at);
            last = last.max(node.key.start).max(node.value.start);
            open.extend(self.tree.children(at));
        }
        last as usize
    }

    /// The type, with an article.
    pub(crate) fn kind(self) -> &'static str {
        match self.node().kind {
            Kind::String => "a string",
            Kind::Integer | Kind::Float if self.is_json() => "a number",
            Kind::Integer => "an integer",
            Kind::Float => "a float",
            Kind::Boolean => "a boolean",
            Kind::Date => "a date",
            Kind::Null => "null",
            Kind::Array => "an array",
            Kind::Table if self.is_json() => "an object",
            Kind::Table => "a table",
        }
    }

    /// The text, if it is a string.
    pub(crate) fn as_str(self) -> Option<Cow<'t, str>> {
        (self.node().kind == Kind::String).then(|| self.tree.string_text(self.at))
    }

    /// The text where it is in the file, if it is a string.
    pub(crate) fn as_text(self) -> Option<Text> {
        let text = self.as_str()?;
        let Span { start, end } = self.node().value;
        // A text without escapes is all that is between the quotes.
        Some(match text {
            Cow::Borrowed(text) if text.len() + 2 == (end - start) as usize => {
                Text::At(start + 1, end - 1)
            }
            text => Text::Own(text.into_owned().into()),
        })
    }

    /// The text with its place, if it is a string.
    pub(crate) fn as_string(self) -> Option<Spanned<String>> {
        Some(Spanned {
            value: self.as_str()?.into_owned(),
            location: self.location(),
        })
    }

    /// The digits, if it is a decimal integer.
    pub(crate) fn as_integer(self) -> Option<Cow<'t, str>> {
        let node = self.node();
        let raw = self.tree.raw(node.value);
        match (node.kind, self.tree.syntax) {
            (Kind::Integer, Syntax::Toml) => toml::decimal(raw),
            (Kind::Integer, Syntax::Json) => Some(Cow::Borrowed(raw)),
            _ => None,
        }
    }

    /// The elements, if it is an array.
    pub(crate) fn as_array(self) -> Option<impl Iterator<Item = Value<'t>>> {
        let tree = self.tree;
        let children = tree.children(self.at).map(move |at| Value { tree, at });
        (self.node().kind == Kind::Array).then_some(children)
    }

    /// The table, if it is one.
    pub(crate) fn as_table(self) -> Option<Table<'t>> {
        (self.node().kind == Kind::Table).then_some(Table(self))
    }

    /// Whether it is an array of tables, each of which has a header.
    pub(crate) fn has_headers(self) -> bool {
        self.node().flags & toml::HEADERS != 0
    }

    /// The table or the array that it is in.
    pub(crate) fn parent(self) -> Option<Self> {
        let at = self.node().parent;
        (at != NONE).then_some(Self { at, ..self })
    }

    /// Whether it is the whole text.
    pub(crate) fn is_root(self) -> bool {
        self.at == ROOT
    }

    /// Whether the two are one value of one file.
    pub(crate) fn is(self, other: Self) -> bool {
        self.at == other.at
    }

    /// The key; `None` for an element of an array and for the whole text.
    pub(crate) fn key(self) -> Option<Cow<'t, str>> {
        let is_entry = self.parent()?.node().kind == Kind::Table;
        is_entry.then(|| self.tree.key_text(self.at))
    }
}

#[cfg(test)]
mod tests;
