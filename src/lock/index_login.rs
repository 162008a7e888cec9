//! Credentials in the addresses of package indexes that the project's own files name. The tools take them from
//! variables of theirs; here these get their values from a build secret.

/// How a tool writes a variable in an address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum VariableStyle {
    /// It knows none.
    None,
    /// `${NAME}`
    Braces,
    /// `${NAME}`, also in single quotes, and `$NAME`.
    Shell,
}

/// What stands for credentials in an address.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Login {
    /// Nothing.
    None,
    /// Something that is no variable: a password or a token.
    Written,
    /// Variables.
    Variables(LoginVariables),
}

/// Names of variables.
#[derive(Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct LoginVariables {
    /// The one for the user.
    pub user: Option<String>,
    /// The one for the password.
    pub password: Option<String>,
    /// The one that stands alone: a token, or a user without a password.
    pub alone: Option<String>,
}

impl LoginVariables {
    /// Each with the word for it in the arguments of the script.
    fn words(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let all = [
            ("user", &self.user),
            ("password", &self.password),
            ("alone", &self.alone),
        ];
        all.into_iter()
            .filter_map(|(word, name)| Some((word, name.as_ref()?)))
    }

    /// The names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &String> {
        self.words().map(|(_, name)| name)
    }
}

/// An index with variables for its credentials.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct IndexLogin {
    /// Its address without them.
    pub url: String,
    /// The variables.
    pub variables: LoginVariables,
    /// Whether the tool puts their values into the address as they are, so that they must be quoted for it.
    pub is_verbatim: bool,
}

impl IndexLogin {
    /// The arguments of the script that give the variables their values.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = String> {
        let prefix = if self.is_verbatim { "--quoted" } else { "-" };
        let words = self.variables.words();
        words.flat_map(move |(word, name)| [format!("{prefix}-{word}"), name.clone()])
    }
}

/// An address without its credentials, and these.
pub(crate) fn split(url: &str, style: VariableStyle) -> (String, Login) {
    let Some((scheme, rest)) = url.split_once("://") else {
        return (url.to_owned(), Login::None);
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let Some((login, host)) = authority.rsplit_once('@') else {
        return (url.to_owned(), Login::None);
    };
    let variable = |text: &str| variable(text, style);
    let login = match login.split_once(':') {
        None | Some((_, "")) => {
            let alone = variable(login.trim_end_matches(':'));
            alone.map(|name| LoginVariables {
                alone: Some(name),
                ..LoginVariables::default()
            })
        }
        Some((user, password)) => {
            // The name of a user is no secret.
            let user_name = variable(user);
            let is_known = user_name.is_some() || !user.contains('$');
            let password = variable(password).filter(|_| is_known);
            password.map(|password| LoginVariables {
                user: user_name,
                password: Some(password),
                alone: None,
            })
        }
    };
    let login = login.map_or(Login::Written, Login::Variables);
    (format!("{scheme}://{host}{path}"), login)
}

/// The name of the variable that a text is, and nothing else.
fn variable(text: &str, style: VariableStyle) -> Option<String> {
    let quoted = text
        .strip_prefix('\'')
        .and_then(|text| text.strip_suffix('\''));
    let (text, is_quoted) = quoted.map_or((text, false), |text| (text, true));
    let rest = text.strip_prefix('$')?;
    let braced = rest
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'));
    let name = match style {
        VariableStyle::None => None,
        VariableStyle::Braces if is_quoted => None,
        VariableStyle::Braces => braced,
        VariableStyle::Shell => braced.or((!is_quoted).then_some(rest)),
    }?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then(|| name.to_owned())
}

/// The first variable in a text, as it is written; `${NAME}` also where the tool knows none.
pub(crate) fn first_variable(text: &str, style: VariableStyle) -> Option<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices('$').find_map(|(at, _)| {
        let rest = &text[at + 1..];
        if rest.starts_with('{') {
            let end = rest.find('}').map_or(rest.len(), |end| end + 1);
            return Some(format!("${}", &rest[..end]));
        }
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        let is_one = style == VariableStyle::Shell
            && rest.starts_with(|c: char| is_name(c) && !c.is_ascii_digit());
        is_one.then(|| format!("${}", &rest[..end]))
    })
}

/// Whether two addresses are those of one index.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    comparable(one) == comparable(other)
}

/// An address in the form in which those of one index are equal (RFC 3986, 6.2).
fn comparable(url: &str) -> String {
    let url = url.trim_end_matches('/');
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (scheme, authority) = (scheme.to_ascii_lowercase(), authority.to_ascii_lowercase());
    let port = match scheme.as_str() {
        "https" => ":443",
        "http" => ":80",
        _ => "",
    };
    let host = authority.strip_suffix(port).unwrap_or(&authority);
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_index_are_the_same() {
        let url = "https://index.example.org/Simple";
        for (other, expected) in [
            ("https://index.example.org/Simple/", true),
            ("HTTPS://Index.Example.org:443/Simple", true),
            ("https://index.example.org/simple", false),
            ("http://index.example.org/Simple", false),
            ("https://index.example.org:80/Simple", false),
        ] {
            assert_eq!(is_same(url, other), expected, "{other}");
        }
    }

    #[test]
    fn variables_in_an_address_are_found_as_the_tool_writes_them() {
        let url = "https://$HOST/${PATH}/a$";
        let of = |style| first_variable(url, style);
        assert_eq!(of(VariableStyle::Shell).as_deref(), Some("$HOST"));
        assert_eq!(of(VariableStyle::Braces).as_deref(), Some("${PATH}"));
        assert_eq!(
            first_variable("https://h/a$/$1", VariableStyle::Shell),
            None
        );
    }

    #[test]
    fn credentials_are_told_apart_from_variables_for_them() {
        let addresses = [
            "https://index.example.org/simple",
            "https://index.example.org/a@b",
            "https://${USER}:${PASS}@index.example.org:8443/simple/",
            "https://me:${PASS}@index.example.org/simple",
            "https://${TOKEN}@index.example.org",
            "https://${TOKEN}:@index.example.org/simple",
            "https://$USER:'${PASS}'@index.example.org/simple",
            "https://me:geheim@index.example.org/simple",
            "https://token@index.example.org/simple",
            "https://${A}x:${PASS}@index.example.org/simple",
            "https://${A-b}@index.example.org/simple",
            "index.example.org/simple",
        ];
        let shown = |url: &str, style| match split(url, style) {
            (plain, Login::None) => format!("{plain} none"),
            (plain, Login::Written) => format!("{plain} written"),
            (plain, Login::Variables(variables)) => {
                let words: Vec<_> = variables
                    .words()
                    .map(|(word, name)| format!("{word} {name}"))
                    .collect();
                format!("{plain} {}", words.join(" "))
            }
        };
        let mut text = String::new();
        for url in addresses {
            let styles = [
                VariableStyle::None,
                VariableStyle::Braces,
                VariableStyle::Shell,
            ];
            let mut lines = styles.map(|style| shown(url, style)).to_vec();
            lines.dedup();
            text = format!("{text}{url}\n    {}\n", lines.join("\n    "));
        }
        insta::assert_snapshot!(text, @"
        https://index.example.org/simple
            https://index.example.org/simple none
        https://index.example.org/a@b
            https://index.example.org/a@b none
        https://${USER}:${PASS}@index.example.org:8443/simple/
            https://index.example.org:8443/simple/ written
            https://index.example.org:8443/simple/ user USER password PASS
        https://me:${PASS}@index.example.org/simple
            https://index.example.org/simple written
            https://index.example.org/simple password PASS
        https://${TOKEN}@index.example.org
            https://index.example.org written
            https://index.example.org alone TOKEN
        https://${TOKEN}:@index.example.org/simple
            https://index.example.org/simple written
            https://index.example.org/simple alone TOKEN
        https://$USER:'${PASS}'@index.example.org/simple
            https://index.example.org/simple written
            https://index.example.org/simple user USER password PASS
        https://me:geheim@index.example.org/simple
            https://index.example.org/simple written
        https://token@index.example.org/simple
            https://index.example.org/simple written
        https://${A}x:${PASS}@index.example.org/simple
            https://index.example.org/simple written
        https://${A-b}@index.example.org/simple
            https://index.example.org/simple written
        index.example.org/simple
            index.example.org/simple none
        ");
    }
}
