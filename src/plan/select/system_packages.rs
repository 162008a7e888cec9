//! Well-known Python packages that need packages of the system, which their users else find out by a failing build or
//! a container that does not start.
//!
//! The names are Debian's (those of Debian 12 and 13), so the table counts for bases that are Debian's: the official
//! images but for those on Alpine.

use crate::context::NeededImage;
use crate::diagnostic::{Diagnostics, Location, Spanned};
use crate::lock::PackageManager;
use crate::plan::model::Choice;
use crate::project::Facts;
use crate::spec::Spec;
use crate::values::{Platform, PythonVersion, SystemPackage, requirement_name};

/// What a package needs. `a|b` is the first of these that the release has: libraries change their names with it.
struct Need {
    /// The package, by its normalized name.
    package: &'static str,
    /// When it needs it.
    when: When,
    /// To be built.
    build: &'static [&'static str],
    /// To run.
    runtime: &'static [&'static str],
}

/// When a package needs something.
enum When {
    /// Always: its code loads a library of the system.
    Always,
    /// Unless one of these packages, which bring the library, is installed too.
    Without(&'static [&'static str]),
    /// Where it is built: it has no wheels for Linux.
    Built,
    /// Where no wheel fits.
    NoWheel,
}

const TABLE: &[Need] = &[
    Need {
        package: "psycopg",
        when: When::Without(&["psycopg-binary", "psycopg-c"]),
        build: &[],
        runtime: &["libpq5"],
    },
    Need {
        package: "psycopg-c",
        when: When::Built,
        build: &["gcc", "libc6-dev", "libpq-dev"],
        runtime: &["libpq5"],
    },
    Need {
        package: "psycopg2",
        when: When::Built,
        build: &["gcc", "libc6-dev", "libpq-dev"],
        runtime: &["libpq5"],
    },
    Need {
        package: "mysqlclient",
        when: When::Built,
        build: &[
            "default-libmysqlclient-dev",
            "gcc",
            "libc6-dev",
            "pkg-config",
        ],
        runtime: &["libmariadb3"],
    },
    Need {
        package: "python-ldap",
        when: When::Built,
        build: &["gcc", "libc6-dev", "libldap-dev", "libsasl2-dev"],
        runtime: &["libldap2|libldap-2.5-0", "libsasl2-2"],
    },
    Need {
        package: "pycairo",
        when: When::Built,
        build: &["gcc", "libc6-dev", "libcairo2-dev", "pkg-config"],
        runtime: &["libcairo2"],
    },
    Need {
        package: "pygraphviz",
        when: When::Built,
        build: &["gcc", "libc6-dev", "libgraphviz-dev"],
        runtime: &["graphviz"],
    },
    Need {
        package: "uwsgi",
        when: When::Built,
        build: &["gcc", "libc6-dev"],
        runtime: &[],
    },
    Need {
        package: "pycurl",
        when: When::NoWheel,
        build: &["gcc", "libc6-dev", "libcurl4-openssl-dev", "libssl-dev"],
        runtime: &["libcurl4t64|libcurl4"],
    },
    Need {
        package: "lxml",
        when: When::NoWheel,
        build: &["gcc", "libc6-dev", "libxml2-dev", "libxslt1-dev"],
        runtime: &["libxml2", "libxslt1.1"],
    },
    Need {
        package: "psutil",
        when: When::NoWheel,
        build: &["gcc", "libc6-dev"],
        runtime: &[],
    },
    Need {
        package: "cairocffi",
        when: When::Always,
        build: &[],
        runtime: &["libcairo2"],
    },
    Need {
        package: "python-magic",
        when: When::Always,
        build: &[],
        runtime: &["libmagic1t64|libmagic1"],
    },
    Need {
        package: "opencv-python",
        when: When::Always,
        build: &[],
        runtime: &["libgl1", "libglib2.0-0t64|libglib2.0-0"],
    },
    Need {
        package: "weasyprint",
        when: When::Always,
        build: &[],
        runtime: &["libharfbuzz-subset0", "libpango-1.0-0", "libpangoft2-1.0-0"],
    },
];

/// Packages of the system, beside those that the spec names.
#[derive(Default)]
pub(crate) struct Needed {
    /// For the build.
    pub(crate) build: Vec<Spanned<SystemPackage>>,
    /// For the image.
    pub(crate) runtime: Vec<Spanned<SystemPackage>>,
}

/// What the locked packages need that are known to need something.
pub(crate) fn needed(
    (spec, facts): (&Spec, &Facts),
    installer: &dyn PackageManager,
    (platform, python): (&Platform, PythonVersion),
    (build_base, runtime_base): (&NeededImage, &NeededImage),
    choices: &mut Vec<Choice>,
) -> Result<Needed, Diagnostics> {
    let mut needed = Needed::default();
    let place = &facts.pyproject.dependencies_location;
    for need in TABLE {
        let Some(why) = why(need, facts, installer, platform, python)? else {
            continue;
        };
        let system = &spec.model.system;
        let lists = [
            (
                need.build,
                build_base,
                &system.build,
                &mut needed.build,
                "system.build",
            ),
            (
                need.runtime,
                runtime_base,
                &system.runtime,
                &mut needed.runtime,
                "system.runtime",
            ),
        ];
        for (names, base, stated, list, what) in lists {
            let missing = missing(names, stated, list);
            if missing.is_empty() || !is_debian(base) {
                continue;
            }
            choices.push(Choice {
                what,
                value: missing.join(", "),
                why: format!("`{}` {why}", need.package),
            });
            list.extend(missing.iter().filter_map(|name| package(name, place)));
        }
    }
    Ok(needed)
}

/// Names that are not selected yet.
pub(crate) fn missing(
    names: &[&'static str],
    stated: &[Spanned<SystemPackage>],
    known: &[Spanned<SystemPackage>],
) -> Vec<&'static str> {
    let is_there = |name: &str| {
        let mut listed = stated
            .iter()
            .chain(known)
            .map(|package| package.value.name());
        listed.any(|listed| name == listed || name.split('|').any(|name| name == listed))
    };
    names
        .iter()
        .copied()
        .filter(|name| !is_there(name))
        .collect()
}

pub(crate) fn package(name: &str, place: &Location) -> Option<Spanned<SystemPackage>> {
    Some(Spanned {
        value: SystemPackage::first_of(name)?,
        location: place.clone(),
    })
}

/// Why a package needs something; `None` where it does not, or nothing is known of it.
fn why(
    need: &Need,
    facts: &Facts,
    installer: &dyn PackageManager,
    platform: &Platform,
    python: PythonVersion,
) -> Result<Option<String>, Diagnostics> {
    // Errors in a lock file are reported where it is compared with the manifest; the target `lock` needs none.
    let is_locked = |package: &str| matches!(installer.locks(facts, package), Ok(Some(true)));
    if !is_locked(need.package) || is_for_development(facts, need.package) {
        return Ok(None);
    }
    Ok(match need.when {
        When::Always => Some("loads it".to_owned()),
        When::Without(others) => {
            for other in others {
                if is_locked(other) {
                    return Ok(None);
                }
            }
            Some(format!("loads it, without `{}`", others.join("` or `")))
        }
        When::Built => Some("has no wheels for Linux".to_owned()),
        When::NoWheel => {
            let wheel = installer.has_wheel(facts, need.package, platform, python)?;
            (wheel == Some(false))
                .then(|| format!("has no wheel for Python {python} on {platform}"))
        }
    })
}

/// Whether a package is locked for a group or an extra that names it, and not as a dependency of the project itself.
fn is_for_development(facts: &Facts, package: &str) -> bool {
    let project = &facts.pyproject;
    let names = |texts: &[Spanned<String>]| {
        let mut names = texts
            .iter()
            .filter_map(|text| requirement_name(&text.value));
        names.any(|name| name.normalized() == package)
    };
    let groups = project.groups.iter().map(|group| &group.requirements);
    let mut lists = groups.chain(project.extras.iter().map(|(_, list)| list));
    !names(&project.dependencies) && lists.any(|list| names(list))
}

/// Whether the base is of Debian's family, as far as its name tells.
pub(crate) fn is_debian(base: &NeededImage) -> bool {
    let reference = &base.reference;
    let tag = reference.tag().unwrap_or_default();
    match reference.repository().rsplit('/').next() {
        Some("python") => !tag.contains("alpine"),
        Some("debian" | "ubuntu") => true,
        // GPU images and others tell the distribution they are made on.
        _ => tag.contains("ubuntu") || tag.contains("debian"),
    }
}

/// Whether the base is one of the official images on Alpine.
pub(crate) fn is_alpine(base: &NeededImage) -> bool {
    let reference = &base.reference;
    let is_python = reference.repository().rsplit('/').next() == Some("python");
    is_python && reference.tag().unwrap_or_default().contains("alpine")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_names_that_packages_can_have() {
        for need in TABLE {
            assert!(
                !(need.build.is_empty() && need.runtime.is_empty()),
                "{}",
                need.package
            );
            for name in need.build.iter().chain(need.runtime) {
                assert!(SystemPackage::first_of(name).is_some(), "{name}");
            }
            assert!(
                need.build.is_sorted() && need.runtime.is_sorted(),
                "{}",
                need.package
            );
        }
    }
}
