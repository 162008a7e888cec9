//! What steps that download are given: the package indexes of the spec, their credentials, a certificate authority,
//! and the keys of hosts that are asked over SSH. Installers know nothing of it: they say what kind of network a step
//! needs, and whether it may fetch from git repositories.
//!
//! Credentials come as build secrets. A script turns them into what tools read, in a folder in memory; so they are in
//! no argument, no variable of the graph, no layer and no key.

pub(crate) mod hosts;

use crate::lock::IndexLogin;
use crate::lock::index_login::is_same;
use crate::plan::model::{PartId, PartKind, PlanBuilder, StepMount, StepName, StepNetwork};
use crate::plan::network::ssh;
use crate::plan::request::git;
use crate::plan::request::site::Site;
use crate::spec::IndexSpec;
use crate::values::{SecretId, TargetPath, TextFile};

const SCRIPT: &str = "with_access.py";
/// Where the script is seen: not where other scripts are, which a step may have too.
const SCRIPT_AT: &str = "/run/wheelwright-access";
/// Where it writes.
const MEMORY_AT: &str = "/run/wheelwright-memory";
/// Where secrets are seen, as with Dockerfiles.
const SECRETS_AT: &str = "/run/secrets";

/// What the steps are given.
#[derive(Clone, Copy)]
pub(crate) struct Access {
    script: PartId,
    /// The keys of hosts, where a package comes over SSH.
    hosts: Option<PartId>,
}

/// Adds the plan, before all steps that may need them; `None` where nothing needs any.
pub(crate) fn prepare(site: Site<'_>, plan: &mut PlanBuilder) -> Option<Access> {
    let model = &site.spec.model;
    let over_ssh = git::over_ssh(site).is_some();
    if model.indexes.is_empty() && model.network.authority.is_none() && !over_ssh {
        return None;
    }
    let script = TextFile {
        name: SCRIPT.into(),
        text: include_str!("../../scripts/with_access.py").to_owned(),
    };
    let title = StepName::new("internal", format!("write {SCRIPT}"));
    let script = plan.add(title, None, PartKind::Files(vec![script]));
    let hosts = over_ssh.then(|| ssh::hosts(site, plan));
    Some(Access { script, hosts })
}

/// Gives all steps that reach a network what the spec says of indexes and authorities.
pub(crate) fn give(site: Site<'_>, plan: &mut PlanBuilder, access: Access) {
    let model = &site.spec.model;
    let authority = model.network.authority.as_ref().map(|secret| &secret.value);
    let secret = |index: &IndexSpec| index.secret.as_ref().map(|secret| secret.value.clone());
    let credentials: Vec<(&IndexSpec, SecretId)> = model
        .indexes
        .iter()
        .filter_map(|index| Some((index, secret(index)?)))
        .collect();
    // Errors in the files that name them are reported where those are checked.
    let mut logins = site
        .selection
        .installer
        .index_logins(site.facts)
        .unwrap_or_default();
    logins.sort_unstable();
    logins.dedup();
    let variables = variables(&model.indexes);
    for step in plan.steps_mut() {
        if step.network == StepNetwork::Indexes {
            step.env
                .retain(|(name, _)| variables.iter().all(|(known, _)| known != name));
            step.env.extend(variables.iter().cloned());
        }
        let mut arguments = Vec::new();
        let mut secrets = Vec::new();
        if matches!(
            step.network,
            StepNetwork::Indexes | StepNetwork::IndexCredentials
        ) {
            for (index, secret) in &credentials {
                let (name, url) = (&index.name.value, &index.url.value);
                // As tools ask a .netrc for it.
                let host = url.host().to_ascii_lowercase();
                let words = [name.as_str(), &name.variable(), &host, secret.as_str()];
                arguments.push("--index".to_owned());
                arguments.extend(words.map(str::to_owned));
                let of_it = logins
                    .iter()
                    .filter(|login| is_same(&login.url, url.as_str()));
                arguments.extend(of_it.flat_map(IndexLogin::arguments));
                secrets.push(secret);
            }
        }
        if let Some(secret) =
            authority.filter(|_| !matches!(step.network, StepNetwork::None | StepNetwork::Bare))
        {
            arguments.extend(["--authority".to_owned(), secret.to_string()]);
            secrets.push(secret);
        }
        if let (Some(package), Some(hosts)) = (git::over_ssh(site), access.hosts)
            && ssh::give(step, hosts)
        {
            arguments.extend(["--agent".to_owned(), package.to_owned()]);
        }
        if !arguments.is_empty() {
            let script_path = format!("{SCRIPT_AT}/{SCRIPT}");
            // `-B`: the script's folder cannot be written to.
            let run = ["python3", "-B", &script_path, MEMORY_AT].map(str::to_owned);
            let end = ["--".to_owned()];
            let before = run.into_iter().chain(arguments).chain(end);
            step.wrap(before);
            secrets.sort_unstable();
            secrets.dedup();
            let known = step.mounts.clone();
            let mounts = mounts(access.script, &secrets).into_iter();
            // A step of the project's own may see the same secret.
            step.mounts
                .extend(mounts.filter(|mount| !known.contains(mount)));
        }
    }
}

fn mounts(script: PartId, secrets: &[&SecretId]) -> Vec<StepMount> {
    let script = StepMount::bind(script, TargetPath::known(SCRIPT_AT));
    let memory = StepMount::Tmpfs {
        at: TargetPath::known(MEMORY_AT),
    };
    let secret = |id: &&SecretId| StepMount::Secret {
        id: (*id).clone(),
        at: TargetPath::known(&format!("{SECRETS_AT}/{id}")),
    };
    [script, memory]
        .into_iter()
        .chain(secrets.iter().map(secret))
        .collect()
}

/// The indexes in the words of pip and uv. For what a lock names by address they would be another set of indexes
/// than the lock was made with.
fn variables(indexes: &[IndexSpec]) -> Vec<(String, String)> {
    let (default, more): (Vec<_>, Vec<_>) = indexes.iter().partition(|index| index.default);
    let url = |index: &&IndexSpec| index.url.value.to_string();
    let named = |index: &&IndexSpec| format!("{}={}", index.name.value, index.url.value);
    let mut variables = Vec::new();
    if let Some(default) = default.first() {
        variables.push(("PIP_INDEX_URL", url(default)));
        variables.push(("UV_DEFAULT_INDEX", named(default)));
    }
    if !more.is_empty() {
        let urls: Vec<_> = more.iter().map(url).collect();
        let both: Vec<_> = more.iter().map(named).collect();
        variables.push(("PIP_EXTRA_INDEX_URL", urls.join(" ")));
        variables.push(("UV_INDEX", both.join(" ")));
    }
    variables
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
