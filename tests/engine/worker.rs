//! The worker of Celery that a project has beside its server.

use std::thread::sleep;
use std::time::Duration;

use crate::support::{Container, Engine, Project};

/// Gives the worker a task and waits for what it makes of it.
const TASK: &str = "from shop.celery import double; print(double.delay(21).get(timeout=30))";

#[test]
#[ignore = "needs an engine"]
fn a_worker_runs_tasks_and_the_server_serves_as_before() {
    let project = Project::copy_of("testdata/cases/uv-worker");
    project.must_build(&[]);
    assert_eq!(
        Container::start(&project.image).ask("/"),
        "\"served\"",
        "the server is found as if there were no worker"
    );
    Engine::alone();
    let build = project.must_build(&["--target=worker"]);
    assert_eq!(build.ran(), [""; 0], "all is there: {}", build.text);
    let worker = Container::start(&project.image);
    let ready = || worker.log().contains(" ready.");
    for _ in 0..300 {
        if ready() {
            break;
        }
        sleep(Duration::from_millis(100));
    }
    assert!(ready(), "{}", worker.log());
    let ping = worker.exec(&["celery", "--app", "shop.celery", "inspect", "ping"]);
    let ping = ping.unwrap_or_default();
    assert!(ping.contains("1 node online"), "{ping}\n{}", worker.log());
    let result = worker.exec(&["python", "-c", TASK]).unwrap_or_default();
    assert_eq!(result.lines().next(), Some("42"), "{}", worker.log());
    // A check of the server would call a worker ill.
    let check = [
        "inspect",
        "-f",
        "{{json .Config.Healthcheck}}",
        &project.image,
    ];
    assert_eq!(Engine::get().must(check).trim(), "null");
}
