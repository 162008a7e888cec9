//! What all formats of lock files have in common. Each has a sample here.

mod described;
mod malformed;

use std::sync::Arc;

use crate::diagnostic::{Diagnostics, Source};
use crate::lock::pdm::reader::PdmLock;
use crate::lock::pipenv::reader::PipfileLock;
use crate::lock::poetry::reader::PoetryLock;
use crate::lock::tree::Tree;
use crate::lock::uv::reader::UvLock;
use crate::lock::{Lock, pylock};

/// What a reader makes of a lock file.
type Read = Result<Box<dyn Lock>, Diagnostics>;

/// A format, with a lock file of which every key is read.
struct Format {
    name: &'static str,
    sample: &'static str,
    read: fn(&Arc<Source>) -> Read,
    /// Keys that an entry cannot do without, as they are written.
    needed: &'static [&'static str],
}

const FORMATS: &[Format] = &[
    Format {
        name: "uv.lock",
        sample: r#"version = 1
revision = 3
requires-python = ">=3.12"

[manifest]
members = ["app", "core"]

[[package]]
name = "app"
version = "1.0"
source = { editable = "." }
dependencies = [{ name = "click", extra = ["fast"] }]

[package.optional-dependencies]
more = [{ name = "core" }]

[package.dev-dependencies]
dev = [{ name = "core" }]

[package.metadata]
requires-dist = [{ name = "click", extras = ["fast"], specifier = ">=8", marker = "os_name == 'posix'" }]
provides-extras = ["more"]

[package.metadata.requires-dev]
dev = [{ name = "core" }]

[[package]]
name = "click"
version = "8.1"
source = { registry = "https://index.example.org/simple" }
sdist = { url = "https://x/click-8.1.tar.gz", hash = "sha256:00", size = 7 }
wheels = [{ url = "https://x/y/click-8.1-py3-none-any.whl", hash = "sha256:11", size = 1_000 }]

[[package]]
name = "core"
source = { directory = "../core" }

[[package]]
name = "far"
version = "1"
source = { url = "https://x/far-1.zip" }
sdist = { hash = "sha256:33" }

[[package]]
name = "idea"
version = "1"
source = { git = "https://git.example.org/idea.git?rev=main#0123456789012345678901234567890123456789" }

[[package]]
name = "near"
version = "1"
source = { path = "near-1.whl" }
wheels = [{ filename = "near-1.whl", hash = "sha256:22" }]

[[package]]
name = "sheet"
version = "1"
source = { virtual = "sheet" }
wheels = [{ path = "w\u0041.whl" }]
"#,
        read: |source| Ok(Box::new(UvLock::parse(source)?)),
        needed: &[
            "version = 1\n",
            "name = \"app\"",
            "source = { editable = \".\" }",
            "name = \"click\", ",
        ],
    },
    Format {
        name: "pylock.toml",
        sample: r#"lock-version = "1.0"

[[packages]]
name = "Click"
version = "8.1"
index = "https://index.example.org/simple"
sdist = { url = "https://x/click-8.1.tar.gz", hashes = { sha512 = "00" } }

[[packages.wheels]]
name = "click-8.1-py3-none-any.whl"
size = 1000
hashes = { md5 = "22", sha256 = "11" }

[[packages]]
name = "far"
archive = { url = "https://x/far-1.zip", size = 5, hashes = {} }

[[packages]]
name = "idea"
vcs = { type = "git", url = "https://git.example.org/idea.git", commit-id = "0123456789012345678901234567890123456789" }

[[packages]]
name = "other"
vcs = { type = "hg", url = "https://hg.example.org/other" }
"#,
        read: |source| Ok(Box::new(pylock::parse(source)?)),
        needed: &[
            "lock-version = \"1.0\"",
            "name = \"Click\"",
            "type = \"git\", ",
            "url = \"https://x/far-1.zip\", ",
        ],
    },
    Format {
        name: "pdm.lock",
        sample: r#"[metadata]
groups = ["default", "dev"]
lock_version = "4.5.0"
content_hash = "sha256:00"

[[package]]
name = "click"
version = "8.1"
groups = ["default"]
marker = "os_name == 'posix'"
files = [{ file = "click-8.1-py3-none-any.whl", hash = "sha256:11" }, { url = "https://x/click-8.1.tar.gz", hash = "sha256:00" }]

[[package]]
name = "core"
version = "1"
path = "../core"

[[package]]
name = "far"
url = "https://x/far-1.zip"

[[package]]
name = "idea"
git = "https://git.example.org/idea.git"
revision = "0123456789012345678901234567890123456789"

[[package]]
name = "near"
path = "./near-1.whl"
"#,
        read: |source| Ok(Box::new(PdmLock::parse(source)?)),
        needed: &[
            "name = \"click\"",
            "file = \"click-8.1-py3-none-any.whl\", ",
        ],
    },
    Format {
        name: "poetry.lock",
        sample: r#"[[package]]
name = "click"
version = "8.1"
groups = ["main"]
markers = "os_name == 'posix'"
files = [{ file = "click-8.1-py3-none-any.whl", hash = "sha256:11" }]

[[package]]
name = "core"
version = "1"
markers = { main = "os_name == 'posix'" }
source = { type = "directory", url = "../core" }

[[package]]
name = "far"
source = { type = "url", url = "https://x/far-1.zip" }

[[package]]
name = "idea"
source = { type = "git", url = "https://git.example.org/idea.git", resolved_reference = "0123456789012345678901234567890123456789" }

[[package]]
name = "near"
source = { type = "file", url = "near-1.whl" }

[[package]]
name = "own"
source = { type = "legacy", url = "https://index.example.org/simple" }

[extras]
more = ["click"]

[metadata]
lock-version = "2.1"
content-hash = "00"

[metadata.files]
far = [{ file = "far-1.zip", hash = "sha256:33" }]
"#,
        read: |source| Ok(Box::new(PoetryLock::parse(source)?)),
        needed: &[
            "name = \"click\"",
            "type = \"directory\", ",
            "file = \"far-1.zip\", ",
        ],
    },
    Format {
        name: "Pipfile.lock",
        sample: r#"{
    "_meta": {
        "hash": {"sha256": "00"},
        "sources": [{"name": "own", "url": "https://index.example.org/simple"}]
    },
    "default": {
        "click": {
            "hashes": ["sha256:11", "sha256:00"],
            "index": "own",
            "markers": "os_name == 'posix'",
            "version": "==8.1"
        },
        "core": {"path": "../core"},
        "far": {"file": "https://x/far-1.zip"}
    },
    "develop": {
        "idea": {
            "git": "https://git.example.org/idea.git",
            "ref": "0123456789012345678901234567890123456789"
        }
    }
}
"#,
        read: |source| Ok(Box::new(PipfileLock::parse(source)?)),
        needed: &["\"name\": \"own\", "],
    },
];

impl Format {
    fn read(&self, text: &str) -> Read {
        (self.read)(&Source::new(self.name, text))
    }

    fn tree(&self) -> Tree {
        let source = Source::new(self.name, self.sample);
        let tree = if self.name == "Pipfile.lock" {
            Tree::parse_json(&source)
        } else {
            Tree::parse(&source)
        };
        tree.unwrap()
    }
}
