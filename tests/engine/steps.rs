//! What the spec adds to images: `[[copy]]`, `[[run]]` and `[target.NAME]`.

use crate::support::{Container, Project};

#[test]
#[ignore = "needs an engine"]
fn copies_are_made_once_and_what_is_not_there_is_told() {
    let project = Project::copy_of("testdata/cases/uv-copies");
    let word = project.own_word();
    project.write("conf/app.ini", &word);
    project.must_build(&[]);
    assert_eq!(project.must_build(&[]).ran(), [""; 0]);
    let container = Container::sleeping(&project.image);
    let told = container.exec(&["cat", "/etc/plain/app.ini", "/bin/app.ini"]);
    assert_eq!(told.unwrap().replace('\n', ""), word.repeat(2));

    // Code copies no file again but what is made from it.
    let code = project.read("src/plain/__init__.py");
    project.write(
        "src/plain/__init__.py",
        &format!("{code}\nWORD = {word:?}\n"),
    );
    let ran = project.must_build(&[]).ran();
    let copies = ran.iter().filter(|step| step.starts_with("[runtime] copy"));
    assert_eq!(
        copies.collect::<Vec<_>>(),
        ["[runtime] copy *.whl from wheel"]
    );

    project.replace(
        "pyproject.toml",
        "src = \"conf/app.ini\"",
        "src = \"conf/ap.ini\"",
    );
    let told = project.must_fail(&[]);
    assert!(told.contains("\"/conf/ap.ini\": not found"), "{told}");
    assert!(told.contains(">>> src = \"conf/ap.ini\""), "{told}");
    project.replace(
        "pyproject.toml",
        "src = \"conf/ap.ini\"",
        "src = \"conf/app.ini\"",
    );
    project.replace(
        "pyproject.toml",
        "from = \"wheel\"",
        "from = \"weel-of-nobody:0\"",
    );
    let told = project.must_fail(&[]);
    assert!(
        told.contains("or an image that the engine can pull"),
        "{told}"
    );
}
