//! Projects of any number of locked packages, as `uv lock` writes them: the same texts on every machine.

#![expect(
    clippy::format_push_string,
    clippy::format_collect,
    reason = "the texts are made once, outside of every measurement"
)]

use std::fmt::Write as _;

/// The texts of a project.
pub(crate) struct Project {
    pub(crate) manifest: String,
    pub(crate) lock: String,
}

/// One package in this many has wheels for each platform and Python; the others have one wheel. In the lock
/// of `benches/projects/forecast`, which is heavy with numbers, it is one in three.
const NATIVE: usize = 5;
/// The wheels of such a package: for each of these Pythons one for each platform.
const PYTHONS: &[&str] = &["cp313", "cp313t", "cp314", "cp314t"];
const PLATFORMS: &[&str] = &[
    "macosx_10_13_x86_64",
    "macosx_11_0_arm64",
    "manylinux_2_27_aarch64.manylinux_2_28_aarch64",
    "manylinux_2_27_x86_64.manylinux_2_28_x86_64",
    "musllinux_1_2_aarch64",
    "musllinux_1_2_x86_64",
    "win32",
    "win_amd64",
    "win_arm64",
];
const SYLLABLES: &[&str] = &[
    "al", "ber", "co", "dra", "el", "fo", "gen", "hy", "in", "ja", "ka", "lo", "mu", "nar", "or",
    "py",
];
/// One package in this many is a direct dependency of the project.
const DIRECT: usize = 12;

/// A project with this many third-party packages.
pub(crate) fn project(packages: usize) -> Project {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let names: Vec<String> = (0..packages).map(name).collect();
    let versions: Vec<String> = names.iter().map(|_| numbers.version()).collect();
    let direct: Vec<usize> = (0..packages).step_by(DIRECT).collect();
    let mut needs: Vec<Vec<usize>> = vec![Vec::new(); packages];
    for package in 0..packages {
        // Every package is reached from one before it, and some from several.
        if package % DIRECT != 0 {
            let parent = numbers.below(package);
            needs[parent].push(package);
        }
        for _ in 0..numbers.below(4) {
            let later = package + 1 + numbers.below(packages - package);
            if later < packages && !needs[package].contains(&later) {
                needs[package].push(later);
            }
        }
    }
    let entries = (0..packages).map(|package| {
        let needed = needs[package].iter().map(|other| names[*other].as_str());
        let needed: Vec<&str> = needed.collect();
        entry(
            &mut numbers,
            &names[package],
            &versions[package],
            package % NATIVE == 2,
            &needed,
        )
    });
    let mut lock = "version = 1\nrevision = 3\nrequires-python = \">=3.13\"\n".to_owned();
    lock.extend(entries);
    let asked: Vec<(&str, &str)> = direct
        .iter()
        .map(|package| (names[*package].as_str(), versions[*package].as_str()))
        .collect();
    lock += &own_entry(&asked);
    Project {
        manifest: manifest(&asked),
        lock,
    }
}

/// A name for each number.
fn name(number: usize) -> String {
    let base = SYLLABLES.len();
    let syllable = |place: u32| SYLLABLES[number / base.pow(place) % base];
    format!("{}{}-{}lib", syllable(0), syllable(1), syllable(2))
}

fn manifest(asked: &[(&str, &str)]) -> String {
    let dependencies: String = asked
        .iter()
        .map(|(name, version)| format!("    \"{name}>={version}\",\n"))
        .collect();
    format!(
        "# syntax=wheelwright/frontend:0.1\n[project]\nname = \"service\"\nversion = \"1.0.0\"\n\
         requires-python = \">=3.13\"\ndependencies = [\n{dependencies}]\n\n\
         [project.scripts]\nservice = \"service.main:run\"\n\n\
         [build-system]\nrequires = [\"uv_build>=0.13,<0.14\"]\nbuild-backend = \"uv_build\"\n"
    )
}

/// The entry of the project itself.
fn own_entry(asked: &[(&str, &str)]) -> String {
    let mut text = "\n[[package]]\nname = \"service\"\nversion = \"1.0.0\"\nsource = { editable = \".\" }\ndependencies = [\n".to_owned();
    for (name, _) in asked {
        text += &format!("    {{ name = \"{name}\" }},\n");
    }
    text += "]\n\n[package.metadata]\nrequires-dist = [\n";
    for (name, version) in asked {
        text += &format!("    {{ name = \"{name}\", specifier = \">={version}\" }},\n");
    }
    text + "]\n"
}

fn entry(numbers: &mut Numbers, name: &str, version: &str, native: bool, needs: &[&str]) -> String {
    let mut text = format!(
        "\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n\
         source = {{ registry = \"https://index.example.org/simple\" }}\n"
    );
    if !needs.is_empty() {
        text += "dependencies = [\n";
        for (index, needed) in needs.iter().enumerate() {
            let marker = if index == 3 {
                ", marker = \"sys_platform == 'win32'\""
            } else {
                ""
            };
            text += &format!("    {{ name = \"{needed}\"{marker} }},\n");
        }
        text += "]\n";
    }
    let file = name.replace('-', "_");
    let sdist = numbers.file(&format!("{file}-{version}.tar.gz"));
    text += &format!("sdist = {sdist}\nwheels = [\n");
    if native {
        for python in PYTHONS {
            let abi = python;
            let base = python.trim_end_matches('t');
            for platform in PLATFORMS {
                let wheel = format!("{file}-{version}-{base}-{abi}-{platform}.whl");
                text += &format!("    {},\n", numbers.file(&wheel));
            }
        }
    } else {
        let wheel = format!("{file}-{version}-py3-none-any.whl");
        text += &format!("    {},\n", numbers.file(&wheel));
    }
    text + "]\n"
}

/// Numbers that look drawn by chance and are the same in each run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `limit`, or nothing below nothing.
    fn below(&mut self, limit: usize) -> usize {
        let number = usize::try_from(self.next() >> 33).unwrap_or(0);
        number.checked_rem(limit).unwrap_or(0)
    }

    fn version(&mut self) -> String {
        format!("{}.{}.{}", self.below(6), self.below(30), self.below(12))
    }

    fn hex(&mut self, digits: usize) -> String {
        let mut text = String::new();
        while text.len() < digits {
            // Writing to a text cannot fail.
            let _ = write!(text, "{:016x}", self.next());
        }
        text.truncate(digits);
        text
    }

    /// A file of an index, as the lock tells of it.
    fn file(&mut self, name: &str) -> String {
        let (folder, hash, size) = (self.hex(60), self.hex(64), 1000 + self.below(4_000_000));
        format!(
            "{{ url = \"https://files.example.org/packages/{}/{}/{folder}/{name}\", hash = \"sha256:{hash}\", \
             size = {size}, upload-time = \"2026-10-05T08:{:02}:{:02}.104Z\" }}",
            self.hex(2),
            self.hex(2),
            self.below(60),
            self.below(60),
        )
    }
}
