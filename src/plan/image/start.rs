//! How the application that was found is started: by the server that the project depends on.

use crate::diagnostic::{Diagnostic, Diagnostics, rules};
use crate::plan::model::Choice;
use crate::plan::request::site::Site;
use crate::project::framework::{Application, Django, Kind, is_reachable};

/// A command that serves the application, and its port.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Start {
    /// The command, as arguments.
    pub(crate) cmd: Vec<String>,
    /// The port that it listens on.
    pub(crate) port: u16,
    /// What was picked and why.
    pub(crate) choice: Choice,
    /// The warning about it.
    pub(crate) warning: Option<Diagnostic>,
}

/// A server: the package that brings it, its command, and its option for a factory.
struct Server {
    package: &'static str,
    command: &'static [&'static str],
    /// What makes it call a function that makes the application.
    factory: Factory,
}

/// Stands for the application in a command.
const TARGET: &str = "{}";

/// How a server is started if the object is a function that makes the application.
enum Factory {
    /// By a flag.
    Flag(&'static str),
    /// By `()` behind the name.
    Call,
    /// It finds out.
    Known,
    /// Not at all.
    None,
}

/// Each listens on all addresses of its container: on that of the container alone nobody could reach it.
const ASGI: &[Server] = &[
    Server {
        package: "uvicorn",
        command: &["uvicorn", "--host", "0.0.0.0", "--port", "8000", TARGET],
        factory: Factory::Flag("--factory"),
    },
    Server {
        package: "granian",
        command: &[
            "granian",
            "--interface",
            "asgi",
            "--host",
            "0.0.0.0",
            "--port",
            "8000",
            TARGET,
        ],
        factory: Factory::Flag("--factory"),
    },
    Server {
        package: "hypercorn",
        command: &["hypercorn", "--bind", "0.0.0.0:8000", TARGET],
        factory: Factory::Call,
    },
    Server {
        package: "daphne",
        command: &["daphne", "-b", "0.0.0.0", "-p", "8000", TARGET],
        factory: Factory::None,
    },
];

const WSGI: &[Server] = &[
    Server {
        package: "gunicorn",
        command: &["gunicorn", "--bind", "0.0.0.0:8000", TARGET],
        factory: Factory::Call,
    },
    Server {
        package: "waitress",
        command: &["waitress-serve", "--listen=0.0.0.0:8000", TARGET],
        factory: Factory::Flag("--call"),
    },
    Server {
        package: "granian",
        command: &[
            "granian",
            "--interface",
            "wsgi",
            "--host",
            "0.0.0.0",
            "--port",
            "8000",
            TARGET,
        ],
        factory: Factory::Flag("--factory"),
    },
    Server {
        package: "uwsgi",
        command: &[
            "uwsgi",
            "--http",
            "0.0.0.0:8000",
            // Something must start workers anew that end.
            "--master",
            // Without it the signal that ends a container makes uWSGI load the application once more.
            "--die-on-term",
            // Without an application it would answer each request with an error.
            "--need-app",
            "--module",
            TARGET,
        ],
        factory: Factory::Call,
    },
];

/// Servers that frameworks bring for developers.
const FLASK: Server = Server {
    package: "flask",
    command: &[
        "flask", "--app", TARGET, "run", "--host", "0.0.0.0", "--port", "8000",
    ],
    factory: Factory::Known,
};
const DJANGO: Server = Server {
    package: "django",
    command: &["python", "manage.py", "runserver", "0.0.0.0:8000"],
    factory: Factory::None,
};
const STREAMLIT: Server = Server {
    package: "streamlit",
    // Without a browser to open, and without a question for an address of electronic mail.
    command: &[
        "streamlit",
        "run",
        TARGET,
        "--server.address=0.0.0.0",
        "--server.port=8501",
        "--server.headless=true",
    ],
    factory: Factory::None,
};

/// The known way to start the application that was found; `None` where none was, or none of the servers that are
/// known is installed.
pub(crate) fn find(site: Site<'_>) -> Result<Option<Start>, Diagnostics> {
    let package = site.is_package()?;
    let reachable = |application: &&Application| {
        is_reachable(&application.file, application.in_package, package)
    };
    for application in site.facts.applications.iter().filter(reachable) {
        if let Some(start) = start(site, application)? {
            return Ok(Some(start));
        }
    }
    Ok(None)
}

/// A server, and the application that it serves.
type Served = Option<(&'static Server, String)>;

fn start(site: Site<'_>, application: &Application) -> Result<Option<Start>, Diagnostics> {
    let factory = match &application.kind {
        Kind::Asgi(object) | Kind::Wsgi(object) => object.factory,
        Kind::Django(_) | Kind::Streamlit => false,
    };
    let (what, found) = match &application.kind {
        Kind::Asgi(object) => {
            let target = format!("{}:{}", application.module, object.name);
            (object.framework, first(site, ASGI, &target, factory)?)
        }
        Kind::Wsgi(object) => {
            let target = format!("{}:{}", application.module, object.name);
            let served = first(site, WSGI, &target, factory)?;
            let own = (object.framework == "Flask").then_some((&FLASK, target));
            (object.framework, served.or(own))
        }
        Kind::Django(django) => ("Django", Some(of_django(site, django)?)),
        Kind::Streamlit => {
            let script = application.file.to_string();
            (
                "Streamlit",
                has(site, STREAMLIT.package)?.then_some((&STREAMLIT, script)),
            )
        }
    };
    let Some((server, target)) = found else {
        return Ok(None);
    };
    let cmd = command(site, server, &target, factory);
    Ok(Some(Start {
        port: if server.package == STREAMLIT.package {
            8501
        } else {
            8000
        },
        choice: Choice {
            what: "cmd",
            value: cmd.join(" "),
            why: format!("{what} at {}", application.place),
        },
        warning: is_for_developers(server).then(|| {
            rules::DEVELOPMENT_SERVER.report(format!(
                "no server is among the dependencies, and {what}'s own is for developers"
            ))
            .at(&application.place)
            .hint(
                "add `gunicorn` to the dependencies, or write `cmd` in `[tool.wheelwright.image]`",
            )
        }),
        cmd,
    }))
}

/// The first server that is installed and can serve the target.
fn first(
    site: Site<'_>,
    servers: &'static [Server],
    target: &str,
    factory: bool,
) -> Result<Served, Diagnostics> {
    for server in servers {
        let can = !factory || !matches!(server.factory, Factory::None);
        if can && has(site, server.package)? {
            return Ok(Some((server, target.to_owned())));
        }
    }
    Ok(None)
}

/// The WSGI application before the ASGI one, as in Django's own guide; its server for developers where no other is
/// installed.
fn of_django(site: Site<'_>, django: &Django) -> Result<(&'static Server, String), Diagnostics> {
    for (module, servers) in [(&django.wsgi, WSGI), (&django.asgi, ASGI)] {
        if let Some(module) = module
            && let Some(served) = first(site, servers, &format!("{module}:application"), false)?
        {
            return Ok(served);
        }
    }
    Ok((&DJANGO, String::new()))
}

fn is_for_developers(server: &Server) -> bool {
    [FLASK.package, DJANGO.package].contains(&server.package)
}

fn command(site: Site<'_>, server: &Server, target: &str, factory: bool) -> Vec<String> {
    let target = match server.factory {
        Factory::Call if factory => format!("{target}()"),
        _ => target.to_owned(),
    };
    let mut words = server.command.iter().copied();
    let program = words.next();
    let program = program.map(|program| site.spec.model.script(program));
    let mut cmd: Vec<String> = program.into_iter().collect();
    for word in words {
        if word != TARGET {
            cmd.push(word.to_owned());
            continue;
        }
        if let (true, Factory::Flag(flag)) = (factory, &server.factory) {
            cmd.push((*flag).to_owned());
        }
        cmd.push(target.clone());
    }
    cmd
}

/// Whether the environment gets a package: the lock says it, else the manifest's own dependencies do.
fn has(site: Site<'_>, package: &str) -> Result<bool, Diagnostics> {
    site.selection.installs(site.facts, package)
}
