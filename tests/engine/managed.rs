//! Bases that have no Python of their own.

use crate::VERSION;
use crate::support::{Container, Engine, Image, Project};

/// An image with a stand-in for uv's managed interpreters, and without an interpreter.
const BARE: &str = "FROM python:3.13-slim
COPY standalone_python.py /
RUN python3 /standalone_python.py /standalone \\
 && rm -rf /usr/local/bin/python* /usr/bin/python* /usr/local/lib/python* /usr/lib/python*
ENV PYTHON_VERSION=\"\"
";

#[test]
#[ignore = "needs an engine"]
fn an_image_without_a_python_gets_one_as_a_layer_of_its_own() {
    let bare = Project::from_files(&[
        ("Dockerfile", BARE),
        ("standalone_python.py", include_str!("standalone_python.py")),
    ]);
    let built = bare.build_file("Dockerfile", &[] as &[&str]);
    assert!(built.ok, "{}", built.text);
    let image = format!("{}:latest", bare.image);

    let project = Project::copy_of("examples/fastapi");
    let keys = format!(
        "[tool.wheelwright]\nfrom = \"{image}\"\nsystem.runtime = [\"hello\"]\n\
         [tool.wheelwright.build-env]\nUV_PYTHON_DOWNLOADS_JSON_URL = \"/standalone/downloads.json\"\n\
         [tool.wheelwright.image]"
    );
    project.replace("pyproject.toml", "[tool.wheelwright.image]", &keys);
    project.must_build(&[VERSION]);
    let container = Container::start(&project.image);
    assert_eq!(container.ask("/version"), r#"{"version":"1.4.0"}"#);
    let run = |command: &[&str]| container.exec(command).unwrap();
    let told = run(&[
        "python",
        "-c",
        "import os, sys, json; from importlib.util import cache_from_source as compiled; \
         print(sys.prefix, os.path.dirname(sys.base_prefix), os.path.exists(compiled(json.__file__)))",
    ]);
    assert_eq!(told.trim(), "/opt/venv /opt/python True");
    assert_eq!(run(&["hello"]).trim(), "Hello, world!");
    assert_eq!(run(&["ls", "/opt/python"]).lines().count(), 2);

    let first = Image::read(&project.image);
    Engine::alone();
    let (below, again) = (Image::read(&image), project.must_build(&[VERSION]));
    assert_eq!(again.ran(), [""; 0], "{}", again.text);
    let python = first.layers_above(&below)[0].entries();
    let outside = |path: &&String| !path.starts_with("opt");
    assert_eq!(python.keys().find(outside), None);

    project.greet_in_its_own_words();
    let edited = project.must_build(&[VERSION]);
    let ran = edited.ran().join("\n");
    assert!(ran.contains("project") && !ran.contains("Python"), "{ran}");

    // Brought anew it is the same.
    project.must_build(&[VERSION, "--no-cache-filter=builder"]);
    let anew = Image::read(&project.image);
    let of = |image: &Image| image.layers_above(&below)[0].digest.clone();
    assert_eq!(of(&first), of(&anew));

    // An interpreter of the image is asked for, and there is none.
    project.replace(
        "pyproject.toml",
        "from = ",
        "managed-python = false\nfrom = ",
    );
    let printed = project.must_fail(&[VERSION]);
    assert!(printed.contains("python3"), "{printed}");
}
