use pyo3::prelude::*;

/// The numbers in their order.
#[pyfunction]
fn ordered(mut numbers: Vec<i64>) -> Vec<i64> {
    numbers.sort();
    numbers
}

#[pymodule]
fn _order(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(ordered, module)?)
}
