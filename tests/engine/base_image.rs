//! Base images that tests make, and a project on one.

use crate::support::Project;

/// An image made by a Dockerfile; it is removed in the end.
pub(crate) struct Base {
    project: Project,
}

impl Base {
    pub(crate) fn new(steps: &str) -> Self {
        Self::on("python:3.13-slim", &[], steps)
    }

    /// On an image that the lab has prepared, or another one.
    pub(crate) fn on(image: &str, files: &[(&str, &str)], steps: &str) -> Self {
        let text = format!("FROM {image}\n{steps}");
        let project = Project::from_files(files);
        project.write("Dockerfile", &text);
        let built = project.build_file("Dockerfile", &[] as &[&str]);
        assert!(built.ok, "{}", built.text);
        Self { project }
    }

    pub(crate) fn name(&self) -> String {
        format!("{}:latest", self.project.image)
    }
}

/// A project of plain files on an image.
pub(crate) fn plain(base: &Base, keys: &str, image_keys: &str) -> Project {
    let manifest = format!(
        "# syntax=wheelwright/frontend:0.1\n[project]\nname = \"plain\"\nversion = \"1\"\n\
         requires-python = \">=3.13\"\n[tool.wheelwright]\npython = \"3.13\"\nfrom = \"{}\"\n{keys}\n\
         [tool.wheelwright.image]\ncmd = [\"sleep\", \"600\"]\n{image_keys}\n",
        base.name()
    );
    let lock = "version = 1\nrevision = 3\nrequires-python = \">=3.13\"\n\n[[package]]\nname = \"plain\"\n\
                version = \"1\"\nsource = { virtual = \".\" }\n";
    Project::from_files(&[
        ("pyproject.toml", &manifest),
        ("uv.lock", lock),
        ("app.py", "print('hello')\n"),
        ("data/first.txt", "1\n"),
    ])
}
