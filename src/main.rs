//! The binary: see the library for what it does.

use std::process::ExitCode;

fn main() {
    let code = wheelwright::cli::run();
    let number = i32::from(code != ExitCode::SUCCESS);
    // Returning would wait for the thread that reads standard input, which the engine closes only when we
    // are gone: the build would hang.
    std::process::exit(number);
}
