//! Addresses with passwords in them: what is written in a requirements file is in the graph of the build, which the
//! engine keeps and shows.

use crate::project::requirements::options::Setting;

/// What to do about one.
pub(super) const HINT: &str = "remove it and change it, as it may be in version control; write `[[tool.wheelwright.index]]` with `url` and `secret`";

/// The error about an option that reveals a password.
pub(super) fn credentials(setting: &Setting) -> Option<String> {
    credentials_in(setting.value.as_deref()?)
}

/// Names of users that services publish, whose passwords come by another way: uv's guides for Amazon, Azure and Google,
/// those of PyPI, GitLab and GitHub for tokens.
const USERS: &[&str] = &[
    "VssSessionToken",
    "__token__",
    "aws",
    "git",
    "oauth2",
    "oauth2accesstoken",
    "x-access-token",
];

/// Whether a name is that of the organisation, as in the addresses that Azure DevOps shows for cloning:
/// `https://ORGANISATION@dev.azure.com/ORGANISATION/PROJECT/_git/REPOSITORY`.
fn is_in_path(name: &str, after_scheme: &str) -> bool {
    let path = after_scheme.split_once('/').map_or("", |(_, path)| path);
    !name.is_empty() && path.split('/').next() == Some(name)
}

/// The error about a text with a password in an address, without the password.
pub fn credentials_in(text: &str) -> Option<String> {
    let (before, rest) = text.split_once("://")?;
    let authority = rest.split(['/', '?', '#', ' ']).next().unwrap_or(rest);
    let (user, host) = authority.rsplit_once('@')?;
    let (name, password) = match user.split_once(':') {
        // A token may stand before a colon with nothing behind it.
        Some((name, "")) => (name, None),
        Some((name, password)) => (name, Some(password)),
        None => (user, None),
    };
    // Over SSH the name of a user is no secret; over HTTP, tokens are written there.
    let is_of_scheme = |c: char| c.is_ascii_alphanumeric() || "+.-".contains(c);
    let scheme = before.rsplit(|c| !is_of_scheme(c)).next()?;
    let is_http = scheme.to_ascii_lowercase().contains("http");
    let is_open = match password {
        Some(password) => is_variable(password),
        None => !is_http || USERS.contains(&name) || is_variable(name) || is_in_path(name, rest),
    };
    (!is_open).then(|| {
        format!("the address at `{host}` holds a password or token, expected none in a file")
    })
}

/// The error about credentials that would be variables if their names were in upper case.
pub(super) fn in_lower_case(text: &str) -> Option<String> {
    let (before, rest) = text.split_once("://")?;
    let end = rest.find(['/', '?', '#', ' ']).unwrap_or(rest.len());
    let (user, host) = rest[..end].rsplit_once('@')?;
    let names = user.split("${").skip(1);
    let mut names = names.filter_map(|rest| Some(rest.split_once('}')?.0));
    let name = names.find(|name| name.contains(|c: char| c.is_ascii_lowercase()))?;
    let upper = format!("{before}://{}@{host}", user.to_ascii_uppercase());
    // Else a part of it is no variable.
    credentials_in(&upper).is_none().then(|| {
        format!(
            "`${{{name}}}` in the address at `{host}` is no variable, expected a name in upper case: pip and uv take no others"
        )
    })
}

/// `${NAME}`, which pip takes from its environment.
fn is_variable(text: &str) -> bool {
    let name = text
        .strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'));
    name.is_some_and(|name| !name.is_empty() && name.chars().all(is_of_variable))
}

fn is_of_variable(character: char) -> bool {
    character.is_ascii_uppercase() || character.is_ascii_digit() || character == '_'
}

/// The variables that pip looks up in a text: `${NAME}` in capitals, and nothing else.
pub(super) fn variables(text: &str) -> Vec<String> {
    let starts = text.split("${").skip(1);
    let names = starts.filter_map(|rest| rest.split_once('}'));
    names
        .map(|(name, _)| name)
        .filter(|name| !name.is_empty() && name.chars().all(is_of_variable))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_found_and_users_and_variables_are_none() {
        for (text, found) in [
            ("https://a:b@index.example.org/simple", true),
            ("https://token@index.example.org/simple", true),
            ("a @ git+https://token@git.example.org/a.git", true),
            ("https://index.example.org/a@b", false),
            ("https://${A}:${B_1}@index.example.org", false),
            ("https://a:${B}@index.example.org", false),
            ("https://${a}@index.example.org", true),
            ("git+ssh://git@git.example.org/a", false),
            ("httpx @ git+ssh://me@git.example.org/a", false),
            ("httpx@git+https://me@git.example.org/a", true),
            ("https://geheim:@index.example.org/simple", true),
            ("https://${TOKEN}:@index.example.org/simple", false),
            ("ssh://git:geheim@git.example.org/a", true),
            ("git+https://git@git.example.org/a", false),
            ("https://oauth2accesstoken@python.example.org/simple", false),
            (
                "https://oauth2accesstoken:geheim@python.example.org/simple",
                true,
            ),
            ("git+https://team@git.example.org/team/a/_git/b", false),
            ("git+https://team@git.example.org/other/a/_git/b", true),
        ] {
            assert_eq!(credentials_in(text).is_some(), found, "{text}");
        }
        assert!(in_lower_case("https://${a}:${B}@index.example.org").is_some());
        assert_eq!(in_lower_case("https://${a}:geheim@index.example.org"), None);
        assert_eq!(in_lower_case("https://${A}@index.example.org/${b}"), None);
        assert_eq!(variables("${A}:${B_1}${c}$D${}"), ["A", "B_1"]);
    }
}
