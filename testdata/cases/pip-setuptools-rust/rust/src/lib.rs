use pyo3::prelude::*;

#[pyfunction]
fn tally(text: &str) -> String {
    helper::shown(text.split_whitespace().count())
}

#[pymodule]
fn _rust(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(tally, module)?)
}
