//! The binary: see the library for what it does.

use std::process::ExitCode;

fn main() {
    let code = wheelwright::cli::run();
    let number = i32::from(code != ExitCode::SUCCESS);
    #[expect(
        clippy::exit,
        reason = "returning would wait for the thread that reads standard input, and hang"
    )]
    std::process::exit(number);
}
