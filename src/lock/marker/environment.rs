//! Markers where a build is planned for.

use crate::lock::marker::{Environment, Python, SYSTEMS, parse};
use crate::values::{Platform, PythonVersion};

/// The columns of [`SYSTEMS`] that are used here.
const SYS_PLATFORM: usize = 1;
const MACHINE: usize = 3;

/// How many clauses are looked at for one marker, each once for each version of Python. No marker of a real package
/// comes near, and a lock has one for each dependency.
const MAX_EFFORT: usize = 20_000;

/// What is known of an environment while it is planned.
#[derive(Clone, Copy, Debug)]
pub struct MarkerEnvironment {
    /// What `platform_machine` is; `None` where it is that of the engine's kernel, or not known.
    machine: Option<&'static str>,
    python: PythonVersion,
}

impl MarkerEnvironment {
    pub(crate) fn new(platform: &Platform, python: PythonVersion) -> Self {
        let machine = match platform.architecture.as_str() {
            "amd64" => Some("x86_64"),
            "arm64" => Some("aarch64"),
            _ => None,
        };
        Self { machine, python }
    }

    /// Whether a marker is met, with some extras (normalized names) selected; `None` if it cannot be decided.
    pub(crate) fn meets(&self, text: &str, extras: &[String]) -> Option<bool> {
        let node = parse::parse(text)?;
        let extras: Vec<&str> = extras.iter().map(String::as_str).collect();
        let [major, minor] = [self.python.major, self.python.minor].map(u64::from);
        // Where the patch release is not known, all at which the marker may change.
        let mut pythons = vec![[major, minor, 0], [major, minor, 99]];
        node.edges(&mut pythons);
        pythons.retain(|python| python[..2] == [major, minor]);
        if let Some(patch) = self.python.patch {
            pythons = vec![[major, minor, patch.into()]];
        }
        pythons.sort_unstable();
        pythons.dedup();
        if pythons.len() * node.count() > MAX_EFFORT {
            return None;
        }
        let systems = SYSTEMS.iter().filter(|system| {
            let machine = self.machine.unwrap_or(system[MACHINE]);
            system[SYS_PLATFORM] == "linux" && system[MACHINE] == machine
        });
        let mut found = systems.flat_map(|system| {
            let both = |python: &[u64; 3]| {
                let python = Python::new(*python);
                [true, false].map(|unknown| {
                    node.holds(&Environment {
                        system,
                        python: &python,
                        extras: &extras,
                        unknown,
                    })
                })
            };
            pythons.iter().flat_map(both).collect::<Vec<bool>>()
        });
        let first = found.next()?;
        found.all(|next| next == first).then_some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_met_or_not_or_that_cannot_be_told() {
        let check = |marker: &str, platform: &str, expected: Option<bool>| {
            let platform = Platform::new("linux", platform);
            let here = MarkerEnvironment::new(&platform, "3.13".parse().unwrap());
            let extras = ["more".to_owned(), "most-of-it".to_owned()];
            assert_eq!(here.meets(marker, &extras), expected, "{marker}");
        };
        let (yes, no) = (Some(true), Some(false));
        check("sys_platform == 'win32'", "amd64", no);
        check(
            "os_name == 'posix' and platform_system != \"Darwin\"",
            "amd64",
            yes,
        );
        check("platform_machine == 'x86_64'", "amd64", yes);
        check("platform_machine == 'x86_64'", "arm64", no);
        // A kernel of 64 bits may run it.
        check("platform_machine == 'i686'", "386", None);
        check("sys_platform == 'linux'", "riscv64", yes);
        check("python_version >= '3.13'", "amd64", yes);
        check("python_full_version < '3.13'", "amd64", no);
        check("python_full_version < '3.13.4'", "amd64", None);
        check("extra == 'more' or extra == 'less'", "amd64", yes);
        check("extra == 'Most_Of.it'", "amd64", yes);
        check("extra == 'less'", "amd64", no);
        check("platform_python_implementation == 'CPython'", "amd64", None);
        check("'linux' in sys_platform", "amd64", None);
        check("platform_release >= '6' and extra == 'less'", "amd64", no);
        check(
            "'x' not in sys_platform or os_name == 'posix'",
            "amd64",
            yes,
        );
        check("nonsense", "amd64", None);
        let deep = |depth: usize| {
            let (open, close) = ("(".repeat(depth), ")".repeat(depth));
            format!("{open}sys_platform == 'win32'{close}")
        };
        check(&deep(64), "amd64", no);
        check(&deep(65), "amd64", None);
        check(&format!("python_version >= '3.{}'", u64::MAX), "amd64", no);
        let clauses: Vec<_> = (0..200)
            .map(|patch| format!("python_full_version != '3.13.{patch}'"))
            .collect();
        check(&clauses.join(" or "), "amd64", None);
    }

    #[test]
    fn a_patch_release_decides_where_it_is_known() {
        let platform = Platform::new("linux", "amd64");
        let here = MarkerEnvironment::new(&platform, "3.13.2".parse().unwrap());
        assert_eq!(
            here.meets("python_full_version < '3.13.4'", &[]),
            Some(true)
        );
    }
}
