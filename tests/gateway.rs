//! The whole conversation with BuildKit, against a fake engine that records and checks every request.

mod bridge;

use bridge::Build;

#[test]
fn smoke() {
    let talk = Build::new().run();
    eprintln!("{talk}\n{}", talk.image().titles());
    eprintln!("{:#}", talk.config());
}
