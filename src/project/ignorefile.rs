//! `.dockerignore`, with Docker's meaning: anchored at the root of the context, the last match wins
//! (moby/patternmatcher). The engine does the matching; this cleans the lines as Docker's own clients do.

/// The patterns of an ignore file.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct IgnoreFile {
    patterns: Vec<String>,
}

impl IgnoreFile {
    /// Reads the lines (moby/patternmatcher `ignorefile.ReadAll`).
    pub fn parse(text: &str) -> Self {
        Self {
            patterns: text.lines().filter_map(clean).collect(),
        }
    }

    /// The patterns, cleaned, in their order.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }
}

fn clean(line: &str) -> Option<String> {
    // A comment begins in the first column; `#` behind blanks is a file name.
    if line.starts_with('#') {
        return None;
    }
    let line = line.trim();
    let (negation, path) = match line.strip_prefix('!') {
        Some(rest) => ("!", rest.trim()),
        None => ("", line),
    };
    if path.is_empty() {
        // A lone `!` is an error of the engine's to tell.
        return (!negation.is_empty()).then(|| negation.to_owned());
    }
    Some(format!("{negation}{}", clean_path(path)))
}

/// Go's `filepath.Clean` and the removal of one leading slash.
fn clean_path(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            // `/..` is `/`, and `../x` stays as it is and matches nothing.
            ".." if path.starts_with('/') && parts.is_empty() => {}
            _ => parts.push(part),
        }
    }
    match parts.as_slice() {
        [] if path.starts_with('/') => "/".to_owned(),
        [] => ".".to_owned(),
        parts => parts.join("/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cleaned_as_docker_cleans_them() {
        let check = |line: &str, expected: &[&str]| {
            assert_eq!(IgnoreFile::parse(line).patterns(), expected, "{line:?}");
        };
        check("# comment\n\n  \n", &[]);
        check(" # a file", &["# a file"]);
        check("/build\n./dist/\n", &["build", "dist"]);
        check("! keep/me ", &["!keep/me"]);
        check("a//b/../c", &["a/c"]);
        check("**/*.pyc", &["**/*.pyc"]);
        check("../up", &["../up"]);
        check("/", &["/"]);
    }
}
