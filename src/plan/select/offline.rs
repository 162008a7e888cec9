//! What `offline` leaves out of a selection.

use crate::diagnostic::{Diagnostic, Location, rules};
use crate::lock::Repository;
use crate::plan::model::Choice;

/// The error about selected system packages that nothing provides.
pub(crate) fn without_system_packages(choices: Vec<Choice>, place: &Location) -> Vec<Diagnostic> {
    let told = choices.into_iter().map(|choice| {
        let message = format!(
            "{}, and `offline` leaves no network to install it from: {}",
            choice.why, choice.value
        );
        rules::OFFLINE_PACKAGES
            .report(message)
            .at(place)
            .hint("name an image that has it in `from` and `runtime-from`")
    });
    told.collect()
}

/// The error about git repositories.
pub(crate) fn without_repositories(
    repositories: &[Repository],
    place: &Location,
) -> Vec<Diagnostic> {
    let told = repositories.iter().map(|repository| {
        let message = format!(
            "`{}` comes from a git repository, and `offline` leaves no network to fetch it from",
            repository.package
        );
        rules::OFFLINE_PACKAGES.report(message).at(place).hint(
            "build its wheel into the folder, and ask for its version in place of the repository",
        )
    });
    told.collect()
}
