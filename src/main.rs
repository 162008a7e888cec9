//! The binary: see the library for what it does.

fn main() {
    let code = wheelwright::cli::run();
    // Returning would wait for the thread that reads standard input, which the engine closes only when we
    // are gone: the build would hang.
    std::process::exit(code.into());
}
