//! Counts words.

use std::collections::BTreeMap;

use pyo3::prelude::*;

#[derive(serde::Serialize)]
struct Counted {
    words: BTreeMap<String, usize>,
}

/// The words of a text with their numbers, as JSON.
#[pyfunction]
fn count(text: &str) -> String {
    let word = regex::Regex::new(r"\w+").unwrap();
    let mut counted = Counted {
        words: BTreeMap::new(),
    };
    for found in word.find_iter(text) {
        *counted.words.entry(found.as_str().to_owned()).or_default() += 1;
    }
    serde_json::to_string(&counted).unwrap()
}

/// The module.
#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(count, module)?)
}
