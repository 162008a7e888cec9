//! Platforms, read and written as `github.com/containerd/platforms` does.
//!
//! BuildKit keys results, named contexts, and the build arguments by these strings, so ours must
//! be the same to the letter.

use std::fmt;

use crate::values::ParseError;

/// The words that mean an operating system when they stand alone (`isKnownOS`).
const KNOWN_OS: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "windows",
    "zos",
];

/// The words that mean an architecture when they stand alone (`isKnownArch`).
const KNOWN_ARCHITECTURES: &[&str] = &[
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "arm64",
    "arm64be",
    "armbe",
    "loong64",
    "mips",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "mipsle",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];

/// What an image runs on: the platform of OCI image-spec, "Image Index".
///
/// An empty text means that the part is not given, as on the wire. A value that did not come from
/// [`Platform::parse`] or [`Platform::new`] is canonical only after [`Platform::normalized`].
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Platform {
    /// The operating system, as in Go's `GOOS`.
    pub os: String,
    /// The architecture, as in Go's `GOARCH`.
    pub architecture: String,
    /// The variant of the architecture, such as `v7` of `arm`.
    pub variant: String,
    /// The version of the operating system; Windows images have one.
    pub os_version: String,
    /// The features of the operating system that an image needs, sorted.
    pub os_features: Vec<String>,
}

impl Platform {
    /// A platform of two parts, normalized: `Platform::new("linux", "x86_64")` is `linux/amd64`.
    pub fn new(os: &str, architecture: &str) -> Self {
        Self {
            os: os.to_owned(),
            architecture: architecture.to_owned(),
            variant: String::new(),
            os_version: String::new(),
            os_features: Vec::new(),
        }
        .normalized()
    }

    /// Reads `os[(version[+feature…])]/arch[/variant]`, or a lone operating system or architecture
    /// whose other half comes from `default`; then normalizes it (`Parse` and `Normalize`).
    ///
    /// # Errors
    ///
    /// When the text is empty, has more than three parts or a character that no part may have, or
    /// is one word that is neither a known operating system nor a known architecture.
    pub fn parse(text: &str, default: &Self) -> Result<Self, ParseError> {
        let malformed = || {
            ParseError(format!(
                "`{text}` is not a platform, expected `os/arch[/variant]` such as `linux/arm64`"
            ))
        };
        let parts: Vec<&str> = text.split('/').collect();
        let (os, rest) = parts.split_first().ok_or_else(malformed)?;
        let mut platform = parse_os(os).ok_or_else(malformed)?;
        if !rest.iter().all(|part| is_component(part)) {
            return Err(malformed());
        }
        match *rest {
            [] if KNOWN_OS.contains(&platform.os.as_str()) => {
                platform.architecture.clone_from(&default.architecture);
                platform.variant.clone_from(&default.variant);
            }
            [] => {
                let (architecture, variant) = normalize_architecture(os, "");
                if !KNOWN_ARCHITECTURES.contains(&architecture.as_str()) {
                    return Err(ParseError(format!(
                        "`{text}` is not a known operating system or architecture, expected \
                         `os/arch[/variant]` such as `linux/arm64`"
                    )));
                }
                platform.os.clone_from(&default.os);
                platform.architecture = architecture;
                platform.variant = variant;
            }
            [architecture] => architecture.clone_into(&mut platform.architecture),
            [architecture, variant] => {
                architecture.clone_into(&mut platform.architecture);
                variant.clone_into(&mut platform.variant);
            }
            _ => return Err(malformed()),
        }
        Ok(platform.normalized())
    }

    /// This platform by its canonical names: `x86_64` is `amd64`, `arm64/v8` is `arm64`.
    #[must_use]
    pub fn normalized(self) -> Self {
        let (architecture, variant) = normalize_architecture(&self.architecture, &self.variant);
        let mut os_features = self.os_features;
        os_features.retain(|feature| !feature.is_empty());
        os_features.sort();
        os_features.dedup();
        Self {
            os: normalize_os(&self.os),
            architecture,
            variant,
            os_version: self.os_version,
            os_features,
        }
    }
}

impl fmt::Display for Platform {
    /// Writes the ID by which BuildKit knows the platform (`FormatAll`).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.os)?;
        if !self.os_version.is_empty() || !self.os_features.is_empty() {
            write!(f, "({}", encode(&self.os_version))?;
            for feature in &self.os_features {
                write!(f, "+{}", encode(feature))?;
            }
            f.write_str(")")?;
        }
        for part in [&self.architecture, &self.variant] {
            if !part.is_empty() {
                write!(f, "/{part}")?;
            }
        }
        Ok(())
    }
}

/// Reads `os` or `os(version+feature…)`; the architecture is left empty.
fn parse_os(text: &str) -> Option<Platform> {
    let (os, options) = match text.split_once('(') {
        Some((os, options)) => (os, options.strip_suffix(')')?),
        None => (text, ""),
    };
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if os.is_empty() || !os.chars().all(is_word) {
        return None;
    }
    let (version, features) = options.split_at(options.find('+').unwrap_or(options.len()));
    let os_features = features
        .split('+')
        .skip(1)
        .map(|feature| Some(feature).filter(|f| !f.is_empty()).and_then(decode))
        .collect::<Option<Vec<String>>>()?;
    Some(Platform {
        os: normalize_os(os),
        architecture: String::new(),
        variant: String::new(),
        os_version: decode(version)?,
        os_features,
    })
}

fn is_component(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

fn normalize_os(os: &str) -> String {
    let os = os.to_ascii_lowercase();
    match os.as_str() {
        "macos" => "darwin".to_owned(),
        _ => os,
    }
}

/// The table of `normalizeArch` in containerd/platforms' `database.go`.
fn normalize_architecture(architecture: &str, variant: &str) -> (String, String) {
    let architecture = architecture.to_ascii_lowercase();
    let variant = variant.to_ascii_lowercase();
    let (architecture, variant) = match (architecture.as_str(), variant.as_str()) {
        ("i386", _) => ("386", ""),
        ("x86_64" | "x86-64" | "amd64", "v1") => ("amd64", ""),
        ("x86_64" | "x86-64", other) => ("amd64", other),
        ("aarch64" | "arm64", "8" | "v8") => ("arm64", ""),
        ("aarch64", other) => ("arm64", other),
        ("armhf", _) | ("arm", "" | "7") => ("arm", "v7"),
        ("armel", _) | ("arm", "6") => ("arm", "v6"),
        ("arm", "5") => ("arm", "v5"),
        ("arm", "8") => ("arm", "v8"),
        other => other,
    };
    (architecture.to_owned(), variant.to_owned())
}

/// Undoes [`encode`] (`decodeOSOption`); `None` for a character or an escape that is not allowed.
fn decode(text: &str) -> Option<String> {
    let hex = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
    };
    let mut decoded = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => hex(bytes.next()?)? * 16 + hex(bytes.next()?)?,
            b'_' | b'.' | b'-' => byte,
            _ if byte.is_ascii_alphanumeric() => byte,
            _ => return None,
        });
    }
    String::from_utf8(decoded).ok()
}

/// Escapes what would be read as syntax (`encodeOSOption`); the percent sign must come first.
fn encode(text: &str) -> String {
    text.replace('%', "%25")
        .replace('+', "%2B")
        .replace('(', "%28")
        .replace(')', "%29")
        .replace('/', "%2F")
}

#[cfg(test)]
mod tests {
    use crate::values::Platform;

    /// Checks the canonical ID of `input`, and that the ID reads as the same platform.
    #[track_caller]
    fn check(input: &str, id: &str) {
        let default = Platform::new("linux", "amd64");
        let platform = Platform::parse(input, &default).unwrap();
        assert_eq!(platform.to_string(), id);
        assert_eq!(Platform::parse(id, &default).unwrap(), platform);
    }

    #[test]
    fn normalizes_as_containerd() {
        for (input, id) in [
            ("linux/amd64", "linux/amd64"),
            ("linux/amd64/v1", "linux/amd64"),
            ("linux/amd64/v3", "linux/amd64/v3"),
            ("Linux/X86_64", "linux/amd64"),
            ("linux/x86-64/V2", "linux/amd64/v2"),
            ("linux/i386", "linux/386"),
            ("linux/i386/sse2", "linux/386"),
            ("linux/arm64", "linux/arm64"),
            ("linux/arm64/v8", "linux/arm64"),
            ("linux/arm64/8", "linux/arm64"),
            ("linux/arm64/v9", "linux/arm64/v9"),
            ("linux/aarch64", "linux/arm64"),
            ("linux/arm", "linux/arm/v7"),
            ("linux/arm/7", "linux/arm/v7"),
            ("linux/arm/v7", "linux/arm/v7"),
            ("linux/arm/6", "linux/arm/v6"),
            ("linux/arm/5", "linux/arm/v5"),
            ("linux/arm/8", "linux/arm/v8"),
            ("linux/armhf", "linux/arm/v7"),
            ("linux/armel", "linux/arm/v6"),
            ("linux/s390x", "linux/s390x"),
            ("macos/arm64", "darwin/arm64"),
            ("invented/also", "invented/also"),
        ] {
            check(input, id);
        }
    }

    #[test]
    fn takes_the_missing_half_from_the_default() {
        for (input, id) in [
            ("linux", "linux/amd64"),
            ("macOS", "darwin/amd64"),
            ("windows", "windows/amd64"),
            ("arm", "linux/arm/v7"),
            ("armhf", "linux/arm/v7"),
            ("armel", "linux/arm/v6"),
            ("Aarch64", "linux/arm64"),
            ("x86_64", "linux/amd64"),
            ("i386", "linux/386"),
        ] {
            check(input, id);
        }
        let default = Platform::parse("linux/arm/v6", &Platform::new("linux", "amd64")).unwrap();
        let found = |text| Platform::parse(text, &default).unwrap().to_string();
        assert_eq!(found("linux"), "linux/arm/v6");
        assert_eq!(found("amd64"), "linux/amd64");
    }

    #[test]
    fn reads_versions_and_features() {
        for (input, id) in [
            ("windows()/amd64", "windows/amd64"),
            ("windows(10.0.17763)", "windows(10.0.17763)/amd64"),
            (
                "windows(10.0.17763+win32k)/amd64",
                "windows(10.0.17763+win32k)/amd64",
            ),
            (
                "linux(+unsorted+erofs+erofs)",
                "linux(+erofs+unsorted)/amd64",
            ),
            (
                "windows(1%2Bbuild.42+win32k)",
                "windows(1%2Bbuild.42+win32k)/amd64",
            ),
            ("windows(50%25done)", "windows(50%25done)/amd64"),
            ("windows(1.0%28beta%29)", "windows(1.0%28beta%29)/amd64"),
            ("windows(a%2fb)", "windows(a%2Fb)/amd64"),
        ] {
            check(input, id);
        }
    }

    #[test]
    fn refuses_what_containerd_refuses() {
        let default = Platform::new("linux", "amd64");
        for input in [
            "",
            "/",
            "/linux/arm",
            "linux/arm/",
            "linux//v7",
            "linux /arm",
            "linux/&arm",
            "linux/arm/foo/bar",
            "*",
            "linux/*",
            "invented",
            "linux(",
            "linux(1",
            "linux(+)",
            "linux)1(",
            "linux(1)x/arm",
            "(1)/arm",
            "windows(1%2)",
            "windows(1%zz)",
            "windows(%ff)",
            "amd64(1)",
            "línux/amd64",
            "linux/amd64\0",
        ] {
            let error = Platform::parse(input, &default).unwrap_err().to_string();
            assert!(error.contains(&format!("`{input}` is not a ")), "{error}");
        }
    }
}
