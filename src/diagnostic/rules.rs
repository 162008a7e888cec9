//! The rules: what can be reported, each with a name that stays the same when the words of a message change.
//!
//! `docs/rules.md` lists them for users; `tests/tidy.rs` compares it with this table.

use std::fmt;

use crate::diagnostic::{Diagnostic, Severity};

/// A kind of problem.
#[derive(Debug, Eq, PartialEq)]
pub struct Rule {
    /// The name, in kebab case.
    pub name: &'static str,
    /// One sentence without its full stop: what is wrong where the rule applies.
    pub summary: &'static str,
    /// How much it matters.
    pub severity: Severity,
}

impl Rule {
    /// A diagnostic of this rule, about no place in particular.
    pub fn report(&'static self, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            rule: self,
            severity: self.severity,
            message: message.into(),
            location: None,
            hints: Vec::new(),
        }
    }

    /// The page of the documentation that explains it, relative to the root of the repository.
    pub fn page(&self) -> String {
        format!("docs/rules.md#{}", self.name)
    }
}

/// A state that no input leads to; the message is for the bug report.
pub fn bug(what: impl fmt::Display) -> Diagnostic {
    BUG.report(format!("{what}; this is a bug"))
}

macro_rules! rules {
    ($($id:ident, $severity:ident, $name:literal, $summary:literal;)*) => {
        $(
            #[doc = $summary]
            pub static $id: Rule = Rule {
                name: $name,
                summary: $summary,
                severity: Severity::$severity,
            };
        )*

        /// All rules.
        pub static RULES: &[&Rule] = &[$(&$id),*];
    };
}

rules! {
    // The files of the project.
    MISSING_SPEC, Error, "missing-spec", "The file that `--file` names does not exist";
    MISSING_FILE, Error, "missing-file", "A file that another file names does not exist";
    FILE_TOO_LARGE, Error, "file-too-large", "A file, or all files together, are larger than planning reads";
    LINKED_FILE, Error, "linked-file", "A file is a link that leads out of the build context";
    INVALID_ENCODING, Error, "invalid-encoding", "A file is not valid UTF-8";
    INVALID_TOML, Error, "invalid-toml", "A file is not valid TOML";
    INVALID_JSON, Error, "invalid-json", "A file is not valid JSON";
    FOREIGN_FILE, Error, "foreign-file", "The file that `--file` names belongs to another tool";
    PROJECT_FOLDER, Error, "project-folder", "The folder of the project is not known";
    MISPLACED_KEYS, Error, "misplaced-keys", "Keys are at the top of a file where a table is expected";
    TWO_SPECS, Warning, "two-specs", "Two files have keys for Wheelwright";
    NO_DEPENDENCIES, Error, "no-dependencies", "Nothing in the build context says what to install";

    // Keys of the spec and of the manifest.
    UNKNOWN_KEY, Error, "unknown-key", "A key does not exist";
    LATER_KEY, Error, "later-key", "A key is not supported yet";
    MISSING_KEY, Error, "missing-key", "A key that others require is missing";
    IDLE_KEY, Error, "idle-key", "A key has no effect where it is";
    MISSPELT_TABLE, Error, "misspelt-table", "A table has a name similar to one that is read";
    WRONG_TYPE, Error, "wrong-type", "A value has another type than its key takes";
    INVALID_VALUE, Error, "invalid-value", "A value is not one that its key takes";
    DUPLICATE_NAME, Error, "duplicate-name", "Two entries have the same name";
    RESERVED_NAME, Error, "reserved-name", "A name is in use for something else";
    UNKNOWN_NAME, Error, "unknown-name", "A name is not one of those that are possible";
    MISSING_NAME, Error, "missing-name", "The project has no name";
    TEXT_TOO_LONG, Error, "text-too-long", "A text is too long with its build arguments filled in";
    UNUSED_ARGUMENT, Warning, "unused-argument", "Nothing uses a build argument";
    INVALID_ARGUMENT, Error, "invalid-argument", "A build argument has a value that is not possible";

    // Lock files.
    MISSING_LOCK, Error, "missing-lock", "There is no lock file";
    MALFORMED_LOCK, Error, "malformed-lock", "An entry of a lock file lacks a value, or has one of a wrong type";
    LOCK_FORMAT, Error, "lock-format", "A lock file has a format that is not supported";
    OUTDATED_LOCK, Error, "outdated-lock", "A lock file is out of date";
    SEVERAL_LOCKS, Warning, "several-locks", "The project has several lock files, and one of them is installed";
    HIDDEN_LOCK, Warning, "hidden-lock", "An ignore file hides the lock file, which is read anyway";
    LOCK_TARGET, Error, "lock-target", "The target `lock` cannot make this lock file";
    UNKNOWN_GROUP, Error, "unknown-group", "The project has no such dependency group or extra";
    DYNAMIC_DEPENDENCIES, Error, "dynamic-dependencies", "Only the build backend knows the dependencies";
    LOCAL_PACKAGE, Error, "local-package", "A package from a path cannot be installed";
    WORKSPACE_ROOT, Error, "workspace-root", "The root of a workspace is not a project itself";
    WORKSPACE_MEMBER, Error, "workspace-member", "A package of the workspace is not in a lock file";
    TOOL_VERSION, Error, "tool-version", "The version of the package manager is not possible";

    // Rust.
    CARGO_MANIFEST, Error, "cargo-manifest", "A crate that the wheel is made from cannot be built";
    UNLOCKED_CRATES, Warning, "unlocked-crates", "The crates have no lock file";
    WITHOUT_STUBS, Warning, "without-stubs", "Crates are compiled together with what they depend on";
    RUST_TOOLCHAIN, Error, "rust-toolchain", "The Rust toolchain is not one that an image has";

    // Requirements files.
    INVALID_REQUIREMENT, Error, "invalid-requirement", "A line of a requirements file is not valid";
    UNHASHED_REQUIREMENT, Error, "unhashed-requirement", "A requirement cannot have a hash, and others have one";
    UNPINNED_REQUIREMENT, Warning, "unpinned-requirement", "Requirements allow other versions in the next build";
    UNPINNED_REPOSITORY, Warning, "unpinned-repository", "A requirement names no commit of a repository";
    UNLISTED_DEPENDENCY, Warning, "unlisted-dependency", "The manifest has a dependency that no requirements file has";
    REMOTE_REQUIREMENTS, Warning, "remote-requirements", "A requirements file comes from the network";

    // Package indexes, credentials and the network.
    CREDENTIALS_IN_FILE, Error, "credentials-in-file", "A file has credentials, which would reach the image or the logs";
    INDEX_CREDENTIALS, Error, "index-credentials", "The credentials of a package index are not given";
    INDEX_SECRETS, Warning, "index-secrets", "Two package indexes on one host have secrets of their own";
    UNPINNED_COMMIT, Error, "unpinned-commit", "A lock file has no commit of a git repository";
    UNKNOWN_HOST, Error, "unknown-host", "The key of an SSH host is not known";
    OFFLINE, Error, "offline", "A step needs a network, and `offline` leaves none";
    OFFLINE_PACKAGES, Warning, "offline-packages", "A package needs something that `offline` does not install";

    // Python and the images.
    UNKNOWN_PYTHON, Error, "unknown-python", "The version of Python is not known";
    UNPINNED_PYTHON, Warning, "unpinned-python", "Nothing pins the version of Python";
    PYTHON_MISMATCH, Error, "python-mismatch", "Two places have different versions of Python";
    MISSING_PYTHON, Error, "missing-python", "The runtime image has no Python";
    MANAGED_PYTHON, Error, "managed-python", "uv cannot install the interpreter with this setting";
    IMAGE_PLATFORM, Error, "image-platform", "An image is for another platform";
    INVALID_PLATFORM, Error, "invalid-platform", "A platform is not possible";
    WHEEL_PYTHONS, Error, "wheel-pythons", "Wheels cannot be built for a version of Python or a platform";

    // Versions.
    INVALID_VERSION, Error, "invalid-version", "A version is not valid (PEP 440)";
    MISSING_VERSION, Error, "missing-version", "The version of the project is not known";
    VERSION_MISMATCH, Warning, "version-mismatch", "The version of the build is not the version of the project";
    VERSION_SCHEME, Error, "version-scheme", "The version cannot be given to the tool that the project uses for it";

    // Targets and the image.
    CIRCULAR_TARGETS, Error, "circular-targets", "Targets are made from each other in a circle";
    TOO_MANY_TARGETS, Error, "too-many-targets", "A target copies from too many others";
    TOO_MANY_LAYERS, Error, "too-many-layers", "A target has more layers than an image may have";
    UNKNOWN_COPY_SOURCE, Error, "unknown-copy-source", "`[[copy]]` copies from something that does not exist";
    NOT_A_PACKAGE, Error, "not-a-package", "The project is not a package, and so has no wheel";
    NO_ENTRY_POINT, Warning, "no-entry-point", "The image has no default command";
    DEVELOPMENT_SERVER, Warning, "development-server", "The application starts with a server for development";
    COLLECT_STATIC, Error, "collect-static", "The static files of Django cannot be collected";
    HIDDEN_TESTS, Warning, "hidden-tests", "An ignore file hides the tests";

    // Options of the build, and the engine.
    INVALID_OPTION, Error, "invalid-option", "An option of the build has a value that is not possible";
    UNSUPPORTED_OPTION, Error, "unsupported-option", "An option of the build is not supported";
    IGNORED_OPTION, Warning, "ignored-option", "An option of the build has no effect yet";
    MISSING_CAPABILITY, Warning, "missing-capability", "An option has no effect because of the engine";
    UNKNOWN_CAPABILITY, Error, "unknown-capability", "An engine has no such capability";
    UNSUPPORTED_ENGINE, Error, "unsupported-engine", "The engine cannot do what the build needs";
    SOURCE_POLICY, Error, "source-policy", "A source policy of the engine replaces an image by something else";
    MISSING_SESSION, Error, "missing-session", "The build has no session that sends the build context";
    MORE_WARNINGS, Warning, "more-warnings", "There are more warnings than are shown";
    BUG, Error, "bug", "Wheelwright has a bug";
}
