//! What a wheel's file name says (binary distribution format, PEP 427 and PEP 425).

use std::collections::BTreeMap;

use crate::lock::LockedPackage;
use crate::values::{Platform, PythonVersion, SUPPORTED};

/// Whether a wheel fits a platform and a Python.
pub(crate) fn wheel_fits(file_name: &str, platform: &Platform, python: PythonVersion) -> bool {
    let Some(stem) = file_name.strip_suffix(".whl") else {
        return false;
    };
    let mut tags = stem.rsplitn(4, '-');
    let (Some(platforms), Some(abis), Some(pythons)) = (tags.next(), tags.next(), tags.next())
    else {
        return false;
    };
    let machine = match platform.architecture.as_str() {
        "amd64" => "x86_64",
        "arm64" => "aarch64",
        other => other,
    };
    let on_platform = platforms
        .split('.')
        .any(|tag| tag == "any" || (tag.contains("linux") && tag.ends_with(machine)));
    let with_python = pythons.split('.').any(|tag| {
        let stable = abis.split('.').any(|abi| abi == "abi3");
        match tag
            .strip_prefix("cp3")
            .and_then(|minor| minor.parse::<u8>().ok())
        {
            // The stable ABI holds for later versions too.
            Some(minor) if stable => python.minor >= minor,
            Some(minor) => python.minor == minor,
            None => tag.strip_prefix("py3").is_some_and(|rest| {
                rest.is_empty() || rest.parse::<u8>().is_ok_and(|minor| python.minor >= minor)
            }),
        }
    });
    on_platform && with_python
}

/// Whether one of the files of a package is a wheel that fits; `None` where the lock does not tell.
pub(crate) fn has_wheel(
    packages: &[LockedPackage<'_>],
    name: &str,
    platform: &Platform,
    python: PythonVersion,
) -> Option<bool> {
    let named = packages.iter().filter(|known| known.name == name);
    let mut told = named.filter_map(LockedPackage::file_names).peekable();
    told.peek()?;
    let mut files = told.flatten();
    Some(files.any(|file| wheel_fits(file, platform, python)))
}

/// Names of the locked packages that have wheels for the platform and none for this Python.
pub(crate) fn without_wheel(
    packages: &[LockedPackage<'_>],
    platform: &Platform,
    python: PythonVersion,
) -> Vec<String> {
    // A lock may hold several versions of one package, each for some Pythons (forks): one that fits is
    // enough. A package without a wheel for any Python is for another platform, or has none at all, and
    // says nothing.
    let mut fits: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
    for package in packages {
        let (for_any, for_this) = fits.entry(package.name).or_default();
        let files = package.file_names();
        let has = |python| {
            let mut files = files.clone().into_iter().flatten();
            files.any(|file| wheel_fits(file, platform, python))
        };
        *for_any |= SUPPORTED.iter().copied().any(has);
        *for_this |= has(python);
    }
    let missing = fits
        .into_iter()
        .filter(|(_, (for_any, for_this))| *for_any && !for_this);
    missing.map(|(name, _)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wheels_fit_by_their_names() {
        let amd64 = Platform::new("linux", "amd64");
        let check = |name: &str, version: &str, expected: bool| {
            assert_eq!(
                wheel_fits(name, &amd64, version.parse().unwrap()),
                expected,
                "{name} on {version}"
            );
        };
        check("anyio-4.0-py3-none-any.whl", "3.15", true);
        check("six-1.0-py2.py3-none-any.whl", "3.13", true);
        check(
            "pydantic_core-2.0-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            "3.13",
            true,
        );
        check(
            "pydantic_core-2.0-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            "3.14",
            false,
        );
        check(
            "pydantic_core-2.0-cp313-cp313-macosx_11_0_arm64.whl",
            "3.13",
            false,
        );
        check(
            "cryptography-45-cp311-abi3-manylinux_2_34_x86_64.whl",
            "3.14",
            true,
        );
        check(
            "cryptography-45-cp311-abi3-manylinux_2_34_x86_64.whl",
            "3.10",
            false,
        );
        check("x-1-cp313-cp313-musllinux_1_1_aarch64.whl", "3.13", false);
        check("not-a-wheel.tar.gz", "3.13", false);
    }
}
