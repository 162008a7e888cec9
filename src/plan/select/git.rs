//! What the builder needs to fetch git repositories.

use crate::context::NeededImage;
use crate::diagnostic::Spanned;
use crate::lock::Repository;
use crate::plan::model::Choice;
use crate::plan::select::system_packages;
use crate::spec::Spec;
use crate::values::SystemPackage;

/// What the builder needs for them, beside what the spec names.
pub(crate) fn needed(
    spec: &Spec,
    repositories: &[Repository],
    base: &NeededImage,
    choices: &mut Vec<Choice>,
) -> Vec<Spanned<SystemPackage>> {
    let Some(first) = repositories.first() else {
        return Vec::new();
    };
    let over_ssh = repositories
        .iter()
        .any(|repository| repository.ssh_host().is_some());
    let wanted = [
        (
            "ca-certificates",
            repositories.iter().any(Repository::is_https),
        ),
        ("git", true),
        ("openssh-client", over_ssh),
    ];
    let stated = &spec.model.system.build;
    let missing = wanted.into_iter().filter(|(name, wanted)| {
        *wanted && stated.iter().all(|stated| stated.value.name() != *name)
    });
    let missing: Vec<&str> = missing.map(|(name, _)| name).collect();
    // An image of the user's own may have git, and other names for it; Alpine has the same.
    if missing.is_empty() || !(system_packages::is_debian(base) || system_packages::is_alpine(base))
    {
        return Vec::new();
    }
    choices.push(Choice {
        what: "system.build",
        value: missing.join(", "),
        why: match repositories.len() {
            1 => format!("`{}` comes from a git repository", first.package),
            _ => format!("`{}` and others come from git repositories", first.package),
        },
    });
    let packages = missing
        .into_iter()
        .filter_map(|name| system_packages::package(name, &first.place));
    packages.collect()
}
