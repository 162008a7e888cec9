//! The user of the image.

use crate::diagnostic::{Diagnostics, rules};
use crate::plan::request::site::Site;

/// The user of images whose base has none but root. Numeric, so that Kubernetes can see that it is not root
/// (`runAsNonRoot`), and above the range that distributions give to their own.
pub(crate) const DEFAULT_USER: &str = "10001:10001";

/// The name of the users that we add.
pub(crate) const USER_NAME: &str = "app";

/// The user of the image's configuration.
pub(crate) fn user(site: Site<'_>) -> Result<String, Diagnostics> {
    match &site.spec.model.image.user {
        // The name of the user that we add, whose ids the configuration shows.
        Some(user) if is_own(&user.value) => Ok(DEFAULT_USER.to_owned()),
        Some(user) => Ok(user.value.clone()),
        None => {
            let base = site.image(&site.selection.runtime_base.reference)?;
            Ok(base
                .config
                .non_root_user()
                .unwrap_or(DEFAULT_USER)
                .to_owned())
        }
    }
}

/// Whether a user is the one that Wheelwright adds.
fn is_own(user: &str) -> bool {
    user.strip_prefix(USER_NAME)
        .is_some_and(|group| group.is_empty() || group.strip_prefix(':') == Some(USER_NAME))
}

/// What the base image must have for its user.
pub(crate) enum RootUser {
    /// Nothing: root, or the user that the base itself sets.
    Known,
    /// The entries of a name, and of a group where one is named.
    Named(String),
    /// An entry for ids, which is made unless there is one.
    Numeric { uid: String, gid: String },
    /// An entry for ids, under the name that the spec has.
    Own { uid: String, gid: String },
}

pub(crate) fn root_user(site: Site<'_>) -> Result<RootUser, Diagnostics> {
    let asked = site.spec.model.image.user.as_ref();
    let text = user(site)?;
    if asked.is_none() && text != DEFAULT_USER {
        return Ok(RootUser::Known);
    }
    let (uid, gid) = text.split_once(':').unwrap_or((&text, &text));
    if !uid.starts_with(|first: char| first.is_ascii_digit()) {
        return Ok(if uid == "root" {
            RootUser::Known
        } else {
            RootUser::Named(text)
        });
    }
    match (uid.parse::<u32>(), gid.parse::<u32>()) {
        // Root has its entry in every base.
        (Ok(0), Ok(_)) => Ok(RootUser::Known),
        (Ok(_), Ok(_)) => {
            let (uid, gid) = (uid.to_owned(), gid.to_owned());
            Ok(match asked {
                Some(user) if is_own(&user.value) => RootUser::Own { uid, gid },
                _ => RootUser::Numeric { uid, gid },
            })
        }
        _ => {
            let mut error = rules::INVALID_VALUE
                .report(format!("`{text}` is no user, expected `UID:GID` or a name"));
            error.location = asked.map(|user| user.location.clone());
            Err(error.into())
        }
    }
}
