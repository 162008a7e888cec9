//! Requirements files as specs.

use crate::diagnostic::Source;
use crate::spec::{SpecKind, parse};

#[test]
fn requirements_files_are_known_by_their_lines_or_their_name() {
    let kind = |name: &str, text: &str| parse(&Source::new(name, text)).map(|spec| spec.kind).ok();
    let text = "# syntax=wheelwright/frontend:0.1\n# pinned\nfastapi==0.100 # web\nuvicorn[standard] >=0.30 ; \
                python_version < '4'\n-r base.txt\n./local\ngit+https://git.example.org/a.git#egg=a\na==1 \\\n    \
                --hash=sha256:00\n";
    for name in ["requirements.txt", "Dockerfile", "base.in"] {
        assert_eq!(kind(name, text), Some(SpecKind::Requirements), "{name}");
    }
    let slip = "fastapi==0.100\nuvicorn = 1\n";
    assert_eq!(
        kind("requirements-dev.txt", slip),
        Some(SpecKind::Requirements)
    );
    assert_eq!(kind("Dockerfile", slip), None);
    assert_eq!(kind("requirements.toml", "fastapi\n"), None);
    // TOML as it is, but for its name.
    assert_eq!(
        kind("requirements.txt", "flask = 3\n"),
        Some(SpecKind::Requirements)
    );
}
