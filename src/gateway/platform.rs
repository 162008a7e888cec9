//! The platform of the engine itself.

use crate::values::Platform;

/// The first platform of the first worker in `BUILDKIT_WORKERS`; `linux/amd64` where nothing can be read.
pub(super) fn first_of_workers(json: &str) -> Platform {
    let workers: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
    let platform = &workers[0]["Platforms"][0];
    let field = |name: &str| platform[name].as_str().unwrap_or_default().to_owned();
    if field("os").is_empty() || field("architecture").is_empty() {
        return Platform::new("linux", "amd64");
    }
    let variant = field("variant");
    Platform {
        variant,
        ..Platform::new(&field("os"), &field("architecture"))
    }
    .normalized()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_worker_decides() {
        let json = r#"[{"ID":"x","Platforms":[{"architecture":"arm64","os":"linux","variant":"v8"},
            {"architecture":"amd64","os":"linux"}]}]"#;
        assert_eq!(first_of_workers(json).to_string(), "linux/arm64");
        assert_eq!(first_of_workers("").to_string(), "linux/amd64");
        assert_eq!(first_of_workers("[]").to_string(), "linux/amd64");
    }
}
