//! The table `[image]`.

use crate::diagnostic::Spanned;
use crate::spec::read::Reader;
use crate::spec::typecheck;
use crate::toml_document::Value;
use crate::values::{Period, TargetPath, Template};

/// `[image]`: configuration of the image.
#[derive(Clone, Debug, Default)]
pub struct ImageSpec {
    /// `entrypoint`, as arguments.
    pub entrypoint: Option<Vec<String>>,
    /// `cmd`, as arguments.
    pub cmd: Option<Vec<String>>,
    /// `user`: `"10001:10001"` or a name that the base image has.
    pub user: Option<Spanned<String>>,
    /// `writable`: folders that the user may write to.
    pub writable: Vec<Spanned<TargetPath>>,
    /// `expose`: ports, `8000` or `"53/udp"`.
    pub expose: Vec<Spanned<String>>,
    /// `volumes`: folders that become volumes.
    pub volumes: Vec<Spanned<TargetPath>>,
    /// `labels`, in the order of the text.
    pub labels: Vec<(Spanned<String>, Spanned<Template>)>,
    /// `healthcheck`; `None` keeps what the base image has.
    pub healthcheck: Option<Spanned<Healthcheck>>,
    /// `stop-signal`
    pub stop_signal: Option<Spanned<String>>,
}

/// `healthcheck`: how the health of a container is asked.
#[derive(Clone, Debug)]
pub enum Healthcheck {
    /// `false`: not at all, whatever the base image has.
    Off,
    /// A table.
    Command(Box<HealthCommand>),
}

/// A `healthcheck` that is a table. What is not there is Docker's to choose.
#[derive(Clone, Debug)]
pub struct HealthCommand {
    /// `command`, as arguments.
    pub command: Vec<String>,
    /// `interval`: time between two checks.
    pub interval: Option<Spanned<Period>>,
    /// `timeout`: time after which a check has failed.
    pub timeout: Option<Spanned<Period>>,
    /// `start-period`: time in which a failure does not count.
    pub start_period: Option<Spanned<Period>>,
    /// `start-interval`: time between two checks while the start period lasts.
    pub start_interval: Option<Spanned<Period>>,
    /// `retries`: failures in a row that make a container unhealthy.
    pub retries: Option<u32>,
}

pub(super) fn read(keys: &mut Reader<'_>) -> ImageSpec {
    ImageSpec {
        entrypoint: keys.arguments("entrypoint"),
        cmd: keys.arguments("cmd"),
        user: keys.string("user"),
        writable: keys.list("writable"),
        expose: ports(keys),
        volumes: keys.list("volumes"),
        labels: keys.map("labels"),
        healthcheck: healthcheck(keys),
        stop_signal: keys.string("stop-signal"),
    }
}

fn ports(keys: &mut Reader<'_>) -> Vec<Spanned<String>> {
    let elements = keys.elements("expose");
    let port = |element: &Value<'_>| {
        Some(Spanned {
            value: typecheck::port(element)?,
            location: element.location(),
        })
    };
    elements.iter().filter_map(port).collect()
}

fn healthcheck(keys: &mut Reader<'_>) -> Option<Spanned<Healthcheck>> {
    let value = keys.value("healthcheck");
    let command = keys.within("healthcheck", |keys| HealthCommand {
        command: keys.arguments("command").unwrap_or_default(),
        interval: keys.parsed("interval"),
        timeout: keys.parsed("timeout"),
        start_period: keys.parsed("start-period"),
        start_interval: keys.parsed("start-interval"),
        retries: keys.count("retries"),
    });
    let value = value?;
    Some(Spanned {
        location: value.with_key(),
        value: match value.as_bool() {
            Some(_) => Healthcheck::Off,
            None => Healthcheck::Command(Box::new(command)),
        },
    })
}
