//! What is not there: a session, an engine that answers, an engine at all.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::bridge::{self, Build};

#[test]
fn the_session_is_named_in_each_folder_and_changes_nothing_else() {
    let shape = |id: &str| {
        let talk = Build::new().session(id).run();
        let loads = talk.loads().into_iter().chain([talk.image()]);
        let shapes: Vec<_> = loads.map(bridge::Definition::shape).collect();
        let shapes = shapes.join("\n");
        assert_eq!(shapes.matches(id).count(), 3);
        shapes.replace(id, "ID")
    };
    assert_eq!(shape("session-1"), shape("other"));
}

#[test]
fn without_a_session_there_are_no_folders_of_the_client() {
    let talk = Build::new().session("").run();
    insta::assert_snapshot!(talk.lines().join("\n"), @"
    ping
    return an error: the build has no session, through which the client would send its folder `dockerfile`; build with `docker buildx build` or `buildctl`, which open one
    ");
    // A folder may come by another session.
    let build = Build::new().session("");
    let build = build
        .option("local-sessionid:dockerfile", "a")
        .option("local-sessionid:context", "b");
    build.run().result();
    // What is said of a remote context is not about sessions.
    let talk = Build::new()
        .session("")
        .option("context", "https://example.org/a.git")
        .run();
    insta::assert_snapshot!(talk.error().message, @"remote contexts are not supported yet, expected a local folder; check the project out and build from its folder");
}

#[test]
fn an_engine_that_goes_away_ends_the_frontend() {
    for request in ["ping", "load", "read uv.lock", "resolve", "build", "return"] {
        let talk = Build::new().breaks_at(request).run_to_any_end();
        assert_eq!(talk.problems, [""; 0], "{talk}");
        assert!(talk.outcome.is_err(), "{request}: {talk}");
        assert!(talk.returns().len() <= 1, "{request}: {talk}");
    }
}

#[test]
fn an_engine_that_never_answers_is_given_up() {
    let told = |build: Build| {
        let talk = build.run_to_any_end();
        let outcome = talk.outcome.clone().err().unwrap_or_default();
        format!("{}\n   {outcome}", talk.lines().join("\n   "))
    };
    insta::assert_snapshot!([
        told(Build::new().silent_at("ping")),
        told(Build::new().silent_at("ping").silent_at("return")),
        told(Build::new().option("platform", "a/b/c/d").silent_at("return")),
    ].join("\n"), @"
    ping
       return an error: the engine did not answer within 15s
       
    ping
       return an error: the engine did not answer within 15s
       the engine did not answer within 15s
    return an error: `--platform a/b/c/d`: `a/b/c/d` is not a platform, expected `os/arch[/variant]` such as `linux/arm64`; leave `--platform` out to build for the default one
       the engine did not answer within 15s
    ");
}

#[test]
fn a_frontend_without_an_engine_ends_with_an_error() {
    // What the engine's end of the pipe may give: nothing, nonsense, and an end of HTTP/2 without a word.
    for said in [
        &b""[..],
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\0\0\0\x04\0\0\0\0\0",
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_wheelwright"))
            .env("BUILDKIT_SESSION_ID", "")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(said).unwrap();
        let ended = (0..1000).find_map(|_| {
            std::thread::sleep(Duration::from_millis(20));
            child.try_wait().unwrap()
        });
        let Some(status) = ended else {
            child.kill().unwrap();
            panic!("{said:?}: it hangs");
        };
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(status.code(), Some(1), "{told}");
        assert!(
            told.starts_with("error: ") || told.contains("\nerror: "),
            "{told}"
        );
        // Standard output is the wire, and nothing but.
        assert!(
            output.stdout.starts_with(b"PRI * HTTP/2.0"),
            "{:?}",
            output.stdout
        );
    }
}
