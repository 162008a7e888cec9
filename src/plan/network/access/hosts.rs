//! Several indexes on one host: a `.netrc` has one user and one password for it.

use crate::diagnostic::{Diagnostic, rules};
use crate::lock::index_login::is_same;
use crate::plan::request::site::Site;
use crate::spec::IndexSpec;

/// The warning about indexes on one host with different secrets, for a tool that cannot distinguish them.
pub(crate) fn warnings(site: Site<'_>) -> Vec<Diagnostic> {
    let installer = site.selection.installer;
    if installer.knows_index_names() {
        return Vec::new();
    }
    let logins = installer.index_logins(site.facts).unwrap_or_default();
    let by_address = |index: &IndexSpec| {
        let mut logins = logins.iter();
        logins.any(|login| is_same(&login.url, index.url.value.as_str()))
    };
    let indexes = site.spec.model.indexes.iter();
    let indexes: Vec<_> = indexes
        .filter_map(|index| Some((index, index.secret.as_ref()?)))
        .collect();
    let mut told = Vec::new();
    for (place, (index, secret)) in indexes.iter().enumerate() {
        let host = index.url.value.host();
        let before = indexes[..place].iter().find(|(other, of_other)| {
            let is_host = other.url.value.host().eq_ignore_ascii_case(host);
            is_host && of_other != secret && !(by_address(other) && by_address(index))
        });
        if let Some((other, _)) = before {
            let message = format!(
                "the indexes `{}` and `{}` are on one host, `{host}`, with a secret each, and {} knows one user and password for a host: it may take those of `{}` for both",
                other.name.value,
                index.name.value,
                installer.name(),
                index.name.value,
            );
            let warning = rules::INDEX_SECRETS.report(message).at(&secret.location);
            told.push(warning.hint("use one secret whose user may read both, or write variables into the addresses in the project's files, `https://${USER}:${PASSWORD}@…`, other ones in each"));
        }
    }
    told
}
