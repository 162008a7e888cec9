//! The workflow of the example, looked at by a checker of GitHub's own schema, in an image that we build.

use crate::support::{Engine, Project};

const WORKFLOW: &str = include_str!("../../examples/fastapi/.github/workflows/image.yml");

#[test]
#[ignore = "needs an engine"]
fn the_workflow_of_the_example_is_one_that_github_takes() {
    let wrong = WORKFLOW.replace("runs-on:", "run-on:");
    assert_ne!(wrong, WORKFLOW);
    let project = Project::from_files(&[
        (
            "Dockerfile",
            "# syntax=wheelwright/frontend:0.1\npython = \"3.13\"\n[image]\n\
             entrypoint = [\"check-jsonschema\", \"--builtin-schema\", \"vendor.github-workflows\"]\n",
        ),
        ("requirements.txt", "check-jsonschema==0.39.0\n"),
        ("image.yml", WORKFLOW),
        ("wrong.yml", &wrong),
    ]);
    let build = project.build_file("Dockerfile", &[] as &[&str]);
    assert!(build.ok, "{}", build.text);
    let engine = Engine::get();
    let printed = engine.must(["run", "--rm", &project.image, "image.yml"]);
    assert_eq!(printed.trim(), "ok -- validation done");
    let refused = engine.docker(["run", "--rm", &project.image, "wrong.yml"]);
    assert!(!refused.ok, "{}", refused.text);
    assert!(refused.text.contains("runs-on"), "{}", refused.text);
}
