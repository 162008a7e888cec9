//! Reading the keys of a table that was checked: invalid values have been reported, and count as missing.

use std::str::FromStr;

use crate::diagnostic::{Location, Spanned};
use crate::spec::keys::{Key, Kind};
use crate::spec::typecheck;
use crate::toml_document::{Table, Value};

/// The keys of one table of the spec, there or not.
///
/// Debug builds hold the code to the table of keys: a key that is read must be in it, and what is in it must
/// be read. Both hold for every spec, the empty one included.
pub(super) struct Reader<'d> {
    table: Option<Table<'d>>,
    keys: &'static [Key],
    read: Vec<&'static str>,
}

impl<'d> Reader<'d> {
    pub(super) fn new(table: Option<Table<'d>>, keys: &'static [Key]) -> Self {
        Self {
            table,
            keys,
            read: Vec::new(),
        }
    }

    /// Where the table is, if it is there.
    pub(super) fn place(&self) -> Option<Location> {
        self.table.as_ref().map(|table| table.location().clone())
    }

    /// Any value.
    pub(super) fn value(&mut self, key: &'static str) -> Option<Value<'d>> {
        debug_assert!(
            self.keys.iter().any(|known| known.name == key),
            "`{key}` is read and is not in the table of keys"
        );
        self.read.push(key);
        self.table.as_ref()?.get(key)
    }

    /// A string.
    pub(super) fn string(&mut self, key: &'static str) -> Option<Spanned<String>> {
        self.value(key)?.as_string()
    }

    /// A string with a meaning of its own, such as a version or a path.
    pub(super) fn parsed<T: FromStr>(&mut self, key: &'static str) -> Option<Spanned<T>> {
        parse(&self.value(key)?)
    }

    /// A boolean, with the place of its key and value.
    pub(super) fn boolean(&mut self, key: &'static str) -> Option<Spanned<bool>> {
        let value = self.value(key)?;
        Some(Spanned {
            value: value.as_bool()?,
            location: value.with_key(),
        })
    }

    /// A whole number from 1 on.
    pub(super) fn count(&mut self, key: &'static str) -> Option<u32> {
        typecheck::count(&self.value(key)?)
    }

    /// Arguments; an empty array is one.
    pub(super) fn arguments(&mut self, key: &'static str) -> Option<Vec<String>> {
        let elements = self.value(key)?.as_array()?;
        let texts = elements.iter().filter_map(Value::as_string);
        Some(texts.map(|text| text.value).collect())
    }

    /// The elements of an array.
    pub(super) fn elements(&mut self, key: &'static str) -> Vec<Value<'d>> {
        let value = self.value(key);
        value.and_then(|value| value.as_array()).unwrap_or_default()
    }

    /// An array of strings with a meaning.
    pub(super) fn list<T: FromStr>(&mut self, key: &'static str) -> Vec<Spanned<T>> {
        self.elements(key).iter().filter_map(parse).collect()
    }

    /// The elements of a list; `None` where it is not given, which an empty one is.
    pub(super) fn given_list<T: FromStr>(&mut self, key: &'static str) -> Option<Vec<Spanned<T>>> {
        let is_given = self.value(key).is_some();
        let list = self.list(key);
        is_given.then_some(list)
    }

    /// A table whose keys are the user's own, in the order of the text.
    pub(super) fn map<N: FromStr, T: FromStr>(
        &mut self,
        key: &'static str,
    ) -> Vec<(Spanned<N>, Spanned<T>)> {
        let Some(table) = self.value(key).and_then(|value| value.as_table()) else {
            return Vec::new();
        };
        let entry = |name: Spanned<&str>| {
            let value = parse(&table.get(name.value)?)?;
            let location = name.location;
            let name = name.value.parse().ok()?;
            Some((
                Spanned {
                    value: name,
                    location,
                },
                value,
            ))
        };
        table.keys().into_iter().filter_map(entry).collect()
    }

    /// The keys of a table inside this one.
    pub(super) fn within<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Reader<'d>) -> T,
    ) -> T {
        let table = self.value(key).and_then(|value| value.as_table());
        let known = self.keys.iter().find(|known| known.name == key);
        let keys = known.and_then(|key| key.kind.keys()).unwrap_or_default();
        let mut inner = Reader::new(table, keys);
        let value = read(&mut inner);
        inner.finish();
        value
    }

    /// The keys of each table of an array.
    pub(super) fn tables<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&mut Reader<'d>) -> Option<T>,
    ) -> Vec<T> {
        let known = self.keys.iter().find(|known| known.name == key);
        let keys = match known.map(|key| key.kind) {
            Some(Kind::List(of)) => of.keys().unwrap_or_default(),
            _ => &[],
        };
        let table = |table| {
            let mut inner = Reader::new(table, keys);
            let value = read(&mut inner);
            inner.finish();
            value
        };
        // That all keys are read shows also where there is no such table.
        debug_assert!(
            table(None).is_none(),
            "`{key}` has a value without its keys"
        );
        let elements = self.elements(key).into_iter();
        elements
            .filter_map(|element| table(Some(element.as_table()?)))
            .collect()
    }

    /// The keys of each table of a table whose keys are the user's own, with its name.
    pub(super) fn named_tables<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(Spanned<String>, &mut Reader<'d>) -> T,
    ) -> Vec<T> {
        let known = self.keys.iter().find(|known| known.name == key);
        let keys = match known.map(|key| key.kind) {
            Some(Kind::Map(_, of)) => of.keys().unwrap_or_default(),
            _ => &[],
        };
        let Some(tables) = self.value(key).and_then(|value| value.as_table()) else {
            return Vec::new();
        };
        let table = |name: Spanned<&str>| {
            let mut inner = Reader::new(Some(tables.get(name.value)?.as_table()?), keys);
            let name = Spanned {
                value: name.value.to_owned(),
                location: name.location,
            };
            let value = read(name, &mut inner);
            inner.finish();
            Some(value)
        };
        tables.keys().into_iter().filter_map(table).collect()
    }

    /// The keys that are there.
    pub(super) fn given(&self) -> Vec<String> {
        let keys = self.table.iter().flat_map(Table::keys);
        keys.map(|key| key.value.to_owned()).collect()
    }

    /// Ends the reading of a table.
    pub(super) fn finish(&self) {
        debug_assert!(
            self.keys
                .iter()
                .all(|key| !key.supported || self.read.contains(&key.name)),
            "a key is in the table and nobody reads it: {:?} of {:?}",
            self.read,
            self.keys.iter().map(|key| key.name).collect::<Vec<_>>()
        );
    }
}

fn parse<T: FromStr>(value: &Value<'_>) -> Option<Spanned<T>> {
    let text = value.as_string()?;
    Some(Spanned {
        value: text.value.parse().ok()?,
        location: text.location,
    })
}
