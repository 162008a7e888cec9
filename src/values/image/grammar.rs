//! The grammar of image references: the named patterns of distribution/reference's `regexp.go`,
//! written by hand so that no regular expression engine is needed.

/// `domainAndPort`: host names and IPv4 addresses, or IPv6 in brackets, and an optional port.
pub(super) fn is_registry(text: &str) -> bool {
    let (host_is_valid, port) = if let Some((address, port)) = bracketed(text) {
        let is_address = |b: u8| b.is_ascii_hexdigit() || b == b':';
        (!address.is_empty() && address.bytes().all(is_address), port)
    } else {
        let (host, port) = text.split_at(text.find(':').unwrap_or(text.len()));
        (host.split('.').all(is_host_label), port)
    };
    let port_is_valid = port.is_empty()
        || port
            .strip_prefix(':')
            .is_some_and(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
    host_is_valid && port_is_valid
}

/// An IPv6 address between brackets, and what follows it.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('[')?.split_once(']')
}

/// `domainNameComponent`.
fn is_host_label(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// `remoteName`: path components with slashes between.
pub(super) fn is_path(text: &str) -> bool {
    text.split('/').all(is_path_component)
}

/// `pathComponent`: lower-case letters and digits, with `.`, `_`, `__` or dashes between.
fn is_path_component(text: &str) -> bool {
    let alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.starts_with(alphanumeric)
        && text.ends_with(alphanumeric)
        && text
            .split(alphanumeric)
            .all(|run| matches!(run, "." | "_" | "__") || run.bytes().all(|b| b == b'-'))
}

/// `tag`: a word of at most 128 characters.
pub(super) fn is_tag(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && !text.starts_with(['.', '-'])
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

/// `identifier`: 64 lower-case hexadecimal digits.
pub(super) fn is_identifier(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use crate::values::image::grammar::{is_path, is_registry};

    /// Rows of `TestDomainRegexp` in distribution/reference's `regexp_test.go`.
    #[test]
    fn registries() {
        for (text, valid) in [
            ("test.com", true),
            ("test.com:10304", true),
            ("test.com:http", false),
            ("localhost:8080", true),
            ("a", true),
            ("a-b.com", true),
            ("-ab.com", false),
            ("ab-.com", false),
            ("ab.c-om", true),
            ("ab.-com", false),
            ("ab.com-", false),
            ("0101.com", true),
            ("xn--n3h.com", true),
            ("Asdf.com", true),
            ("192.168.1.1:750050", true),
            ("[fd00:1:2::3]:75050", true),
            ("[fd00:1:2::3]75050", false),
            ("[fd00:1:2::3]::75050", false),
            ("[fd00:1:2::3%eth0]:75050", false),
            ("[fd00123123123]:75050", true),
            ("[]", false),
            ("[a", false),
            ("fd00:1:2::3:75050", false),
            ("a:", false),
            ("", false),
        ] {
            assert_eq!(is_registry(text), valid, "{text}");
        }
    }

    /// Rows of `TestFullNameRegexp` in the same file, for what has no registry.
    #[test]
    fn paths() {
        for (text, valid) in [
            ("short", true),
            ("a/a/a/a", true),
            ("a/a/a/a/", false),
            ("a//a/a", false),
            ("a^a", false),
            ("aa-a/a", true),
            ("a-/a", false),
            ("foo/bar-", false),
            ("foo/-bar", false),
            ("_foo/bar", false),
            ("docker_/docker_", false),
            ("dock..er/docker", false),
            ("dock_.er/docker", false),
            ("dock-.er/docker", false),
            ("dock___er/docker", false),
            ("some_separator__underscore/dash---ed", true),
            ("", false),
        ] {
            assert_eq!(is_path(text), valid, "{text}");
        }
    }
}
