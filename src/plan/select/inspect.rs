//! Base images that do not declare their Python.

use std::collections::BTreeMap;

use crate::context::{ImageConfig, Images, NeededImage};
use crate::plan::request::bases::command;
use crate::plan::request::selection::Selection;
use crate::spec::Spec;
use crate::values::{ImageRef, PythonVersion, TargetPath};

/// What must be looked for before planning: by image, the files of which one is the interpreter. Images whose
/// configuration or name tells it are not looked into, and none where the spec says it.
pub fn look(
    spec: &Spec,
    selection: &Selection,
    images: &Images,
) -> BTreeMap<ImageRef, Vec<TargetPath>> {
    if spec.model.managed_python.is_some() {
        return BTreeMap::new();
    }
    let config = |base: &NeededImage| images.get(&base.reference).map(|image| &image.config);
    let is_unknown = |base: &NeededImage| {
        let env = config(base).map(ImageConfig::env).unwrap_or_default();
        let stated = env
            .iter()
            .any(|(name, value)| name == "PYTHON_VERSION" && !value.is_empty());
        let is_python = base.reference.repository().rsplit('/').next() == Some("python");
        !stated && !is_python
    };
    let (build, runtime) = (&selection.build_base, &selection.runtime_base);
    let path = |base| {
        config(base)
            .map(ImageConfig::search_path)
            .unwrap_or_default()
    };
    // In the image the environment names its interpreter by its path, wherever the builder found it.
    let of_runtime = [
        path(runtime),
        path(build),
        "/usr/local/bin:/usr/bin".to_owned(),
    ];
    // The builder's own comes last: where both are one image, its search path counts.
    let bases = [(runtime, of_runtime.join(":")), (build, path(build))];
    let looks = bases.into_iter().filter(|(base, _)| is_unknown(base));
    let looks =
        looks.map(|(base, path)| (base.reference.clone(), commands(&path, selection.python)));
    looks.collect()
}

/// Where a search path would find the interpreter of a version.
fn commands(path: &str, python: PythonVersion) -> Vec<TargetPath> {
    let name = command(python);
    let files = path.split(':').map(|folder| format!("{folder}/{name}"));
    files.filter_map(|file| file.parse().ok()).collect()
}
