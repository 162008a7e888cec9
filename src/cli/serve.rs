//! No verb: the frontend, started by BuildKit, with the gateway on standard input and output.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use tonic::transport::Channel;

use crate::cli::{DONE, Outcome, USAGE, tell};
use crate::context::Failure;
use crate::diagnostic::Diagnostics;
use crate::frontend;
use crate::gateway::{self, BuiltImage, Error, Gateway, Session, Solve, Status};
use crate::options::BuildOptions;

/// BuildKit starts us with this variable, if empty; a user at a terminal has none.
const STARTED_BY_ENGINE: &str = "BUILDKIT_SESSION_ID";

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the engine's variables are read"
)]
pub(super) fn run() -> Outcome {
    if std::env::var_os(STARTED_BY_ENGINE).is_none() {
        tell("error: no verb, and not started by BuildKit\nhelp: run `wheelwright --help`");
        return Ok(USAGE);
    }
    let session = Session::from_variables(std::env::vars_os());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("error: cannot start the runtime: {error}"))?;
    // The channel starts a task of its own, so it is made inside.
    let outcome = runtime.block_on(async { serve(gateway::stdio::channel(), &session).await });
    // The runtime waits for a thread that reads standard input, which the engine closes only when we are
    // gone: that thread is left behind, and `main` ends the process by `exit`.
    runtime.shutdown_background();
    outcome
        .map(|()| DONE)
        .map_err(|error| format!("error: {error}"))
}

/// Builds, and tells the engine how it went: every road ends in exactly one Return that the engine takes. (One
/// that it refuses set nothing, and is followed by the error.)
pub async fn serve(channel: Channel, session: &Session) -> Result<(), Error> {
    let Err(status) = guarded(Box::pin(build(channel.clone(), session))).await else {
        return Ok(());
    };
    // For the engine's own log; the user gets the status.
    tell(&status.message);
    gateway::fail(channel, status).await
}

/// The result of a build. A panic is a bug of Wheelwright and is reported as one.
async fn guarded(build: impl Future<Output = Result<(), Status>>) -> Result<(), Status> {
    let ended = AssertUnwindSafe(build).catch_unwind().await;
    ended.unwrap_or_else(|panic| Err(gateway::status_of_bug(&panic_text(&*panic))))
}

async fn build(channel: Channel, session: &Session) -> Result<(), Status> {
    let options =
        BuildOptions::parse(&session.options, &session.default_platform()).map_err(user_error)?;
    if let Some(name) = &options.subrequest {
        return Err(gateway::status_of_subrequest(name));
    }
    let able = |name: &String| gateway::FRONTEND_CAPABILITIES.contains(&name.as_str());
    if let Some(missing) = options
        .frontend_capabilities
        .iter()
        .find(|name| !able(name))
    {
        return Err(gateway::status_of_capability(missing));
    }
    let gateway = Gateway::connect(channel, session, options)
        .await
        .map_err(engine_error)?;
    let options = gateway.options();
    let plan = frontend::plan(&gateway, options)
        .await
        .map_err(|failure| gateway::status_of_failure(&failure))?;
    let (graph, definition) = frontend::lower(&plan, options, gateway.engine())
        .map_err(|error| user_error(error.into()))?;
    let solve = Solve {
        cache_imports: &options.cache_imports,
        ..Solve::new(&graph, &definition)
    };
    let reference = gateway.solve(solve).await.map_err(engine_error)?;
    gateway.warn(&plan.warnings).await;
    let image = BuiltImage {
        config: plan.image,
        platform: plan.platform,
        epoch: options.source_date_epoch,
    };
    gateway
        .finish(reference, &image)
        .await
        .map_err(engine_error)
}

fn user_error(diagnostics: Diagnostics) -> Status {
    gateway::status_of_failure(&Failure::User(diagnostics))
}

fn engine_error(error: Error) -> Status {
    gateway::status_of_failure(&Failure::Context(error))
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without words".to_owned())
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use crate::context::{Context, Files, ResolvedImage, SpecFile};
    use crate::values::{ContextPath, ImageRef, Platform, TargetPath};

    use super::*;

    /// A door to the outside behind which there is a bug.
    struct Broken(fn());

    impl Context for Broken {
        type Error = Infallible;

        async fn spec(&self) -> Result<Option<SpecFile>, Infallible> {
            (self.0)();
            Ok(None)
        }

        async fn files(&self, _: &[ContextPath]) -> Result<Files, Infallible> {
            Ok(Files::new())
        }

        async fn everywhere(&self, _: &str) -> Result<Files, Infallible> {
            Ok(Files::new())
        }

        async fn resolve(
            &self,
            image: &ImageRef,
            _: &Platform,
        ) -> Result<ResolvedImage, Infallible> {
            panic!("{image} is asked for without a spec")
        }

        async fn has_any(
            &self,
            _: &ResolvedImage,
            _: &Platform,
            _: &[TargetPath],
        ) -> Result<Option<bool>, Infallible> {
            Ok(None)
        }
    }

    #[test]
    fn a_panic_becomes_an_error_that_asks_for_a_report() {
        let platform = Platform::new("linux", "amd64");
        let options = BuildOptions::parse(&[].into(), &platform).unwrap();
        let told = |bug: fn()| {
            let planning = async {
                let plan = frontend::plan(&Broken(bug), &options).await;
                plan.map(drop).map_err(|failure| match failure {
                    Failure::User(diagnostics) => user_error(diagnostics),
                    Failure::Context(never) | Failure::Image { error: never, .. } => match never {},
                })
            };
            let runtime = tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap();
            let status = runtime.block_on(guarded(planning)).unwrap_err();
            assert_eq!(status.details.len(), 0);
            format!("{}: {}", status.code, status.message)
        };
        let part = || panic!("part {} is used before it is made", 7);
        insta::assert_snapshot!([
            told(part),
            told(|| panic!("no words")),
            told(|| std::panic::panic_any(7)),
            told(|| {}),
        ].join("\n"), @"
        13: wheelwright 0.1.0 has met a bug of its own, please report it: part 7 is used before it is made
        13: wheelwright 0.1.0 has met a bug of its own, please report it: no words
        13: wheelwright 0.1.0 has met a bug of its own, please report it: a panic without words
        2: there is no file `Dockerfile`; build in the folder of the project, or name the spec with `-f`, for example `-f pyproject.toml`
        ");
    }
}
