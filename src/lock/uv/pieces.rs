//! `uv.lock` in pieces, a package each, without their lists of wheels.
//!
//! Nine tenths of a large lock are wheels, of which planning wants the file names at most. A tree of the whole
//! text took longer than all else that planning does, and ten times the memory of the text. uv writes each
//! package under a header of its own and each wheel on a line of its own; a lock in another shape has no pieces
//! and is read as a whole.

/// A package of the lock.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Piece<'t> {
    /// Where its header is in the lock.
    pub(crate) start: usize,
    /// Its part of the lock, with an empty list in place of the wheels.
    pub(crate) text: String,
    /// File names of the wheels.
    pub(crate) wheels: Vec<&'t str>,
}

const HEADER: &str = "[[package]]\n";
const WHEELS: &str = "wheels = [\n";
const END: &str = "]\n";
/// How the line of a wheel begins: with the address from an index, with the name or the path for those that
/// lie elsewhere.
const WHEEL: &[&str] = &["    { url = \"", "    { filename = \"", "    { path = \""];

/// What is above the first package, and the packages; `None` where a list of wheels is not as uv writes it.
pub(crate) fn pieces(text: &str) -> Option<(&str, Vec<Piece<'_>>)> {
    let mut head = text;
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let mut in_wheels = false;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if in_wheels {
            in_wheels = line != END;
            let piece = pieces.last_mut()?;
            if in_wheels {
                piece.wheels.push(wheel(line)?);
            } else {
                piece.text.push_str(line);
            }
        } else if line == HEADER {
            if pieces.is_empty() {
                head = &text[..start];
            }
            pieces.push(Piece {
                start,
                text: line.to_owned(),
                wheels: Vec::new(),
            });
        } else if let Some(piece) = pieces.last_mut() {
            piece.text.push_str(line);
            in_wheels = line == WHEELS;
        }
        start += line.len();
    }
    (!in_wheels).then_some((head, pieces))
}

/// The file name in the line of a wheel.
fn wheel(line: &str) -> Option<&str> {
    let rest = WHEEL.iter().find_map(|begin| line.strip_prefix(begin))?;
    let (address, rest) = rest.split_once('"')?;
    rest.ends_with("},\n").then_some(())?;
    address.rsplit('/').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"version = 1

[[package]]
name = "a"
wheels = [
    { url = "https://example.org/x/a-1-py3-none-any.whl", hash = "sha256:0" },
    { path = "a-1-cp313-cp313-win_amd64.whl", hash = "sha256:1" },
]

[package.metadata]
requires-dist = []

[[package]]
name = "b"
"#;

    #[test]
    fn packages_are_parted_and_wheels_taken_out() {
        let (head, pieces) = pieces(LOCK).unwrap();
        assert_eq!(head, "version = 1\n\n");
        assert_eq!(
            pieces[0],
            Piece {
                start: 13,
                text: "[[package]]\nname = \"a\"\nwheels = [\n]\n\n[package.metadata]\nrequires-dist = []\n\n"
                    .to_owned(),
                wheels: vec!["a-1-py3-none-any.whl", "a-1-cp313-cp313-win_amd64.whl"],
            }
        );
        assert_eq!(&LOCK[pieces[1].start..], pieces[1].text);
        assert_eq!(pieces.len(), 2);
    }

    #[test]
    fn another_shape_has_no_pieces() {
        let none = |old: &str, new: &str| {
            assert!(LOCK.contains(old), "{old:?}");
            assert_eq!(pieces(&LOCK.replace(old, new)), None, "{new:?}");
        };
        none("    { url", "  { url");
        none("{ path", "{ size = 1, path");
        none("sha256:1\" },", "sha256:1\",");
        none("]\n\n[package.metadata]", "");
    }
}
