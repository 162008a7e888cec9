//! All formats describe their packages in the same way.

use crate::lock::LockedFiles;
use crate::lock::tests::{FORMATS, Format};

#[test]
fn packages_are_described_alike() {
    let told = |format: &Format| {
        let lock = format.read(format.sample).unwrap();
        let packages = lock.packages();
        let lines = packages.iter().map(|package| {
            let files = package
                .files
                .into_iter()
                .flat_map(LockedFiles::iter)
                .map(|file| {
                    let hash = file
                        .hash
                        .map(|hash| format!("{} {}", hash.algorithm, hash.digest));
                    format!("\n  {:?} {hash:?} {:?}", file.name, file.size)
                });
            let version = package.version.unwrap_or("-");
            let names = package.file_names().map_or(0, Iterator::count);
            format!(
                "{} {version} {:?} {names}{}",
                package.name,
                package.source,
                files.collect::<String>()
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(told(&FORMATS[0]), @r#"
    app 1.0 Folder(".") 0
    click 8.1 Registry(Some("https://index.example.org/simple")) 2
      Some("click-8.1-py3-none-any.whl") Some("sha256 11") Some(1000)
      Some("click-8.1.tar.gz") Some("sha256 00") Some(7)
    core - Folder("../core") 0
    far 1 Url("https://x/far-1.zip") 1
      Some("far-1.zip") Some("sha256 33") None
    idea 1 Git { address: "https://git.example.org/idea.git?rev=main", commit: Some("0123456789012345678901234567890123456789") } 0
    near 1 Archive("near-1.whl") 1
      Some("near-1.whl") Some("sha256 22") None
    sheet 1 Folder("sheet") 1
      Some("wA.whl") None None
    "#);
    insta::assert_snapshot!(told(&FORMATS[1]), @r#"
    click 8.1 Registry(Some("https://index.example.org/simple")) 2
      Some("click-8.1-py3-none-any.whl") Some("sha256 11") Some(1000)
      Some("click-8.1.tar.gz") Some("sha512 00") None
    far - Url("https://x/far-1.zip") 1
      Some("far-1.zip") None Some(5)
    idea - Git { address: "https://git.example.org/idea.git", commit: Some("0123456789012345678901234567890123456789") } 0
    other - Other 0
    "#);
    insta::assert_snapshot!(told(&FORMATS[2]), @r#"
    click 8.1 Registry(None) 2
      Some("click-8.1-py3-none-any.whl") Some("sha256 11") None
      Some("click-8.1.tar.gz") Some("sha256 00") None
    core 1 Folder("../core") 0
    far - Url("https://x/far-1.zip") 0
    idea - Git { address: "https://git.example.org/idea.git", commit: Some("0123456789012345678901234567890123456789") } 0
    near - Archive("./near-1.whl") 0
    "#);
    insta::assert_snapshot!(told(&FORMATS[3]), @r#"
    click 8.1 Registry(None) 1
      Some("click-8.1-py3-none-any.whl") Some("sha256 11") None
    core 1 Folder("../core") 0
    far - Url("https://x/far-1.zip") 1
      Some("far-1.zip") Some("sha256 33") None
    idea - Git { address: "https://git.example.org/idea.git", commit: Some("0123456789012345678901234567890123456789") } 0
    near - Archive("near-1.whl") 0
    own - Registry(Some("https://index.example.org/simple")) 0
    "#);
    insta::assert_snapshot!(told(&FORMATS[4]), @r#"
    click 8.1 Registry(Some("https://index.example.org/simple")) 0
      None Some("sha256 11") None
      None Some("sha256 00") None
    core - Folder("../core") 0
    far - Url("https://x/far-1.zip") 0
    idea - Git { address: "https://git.example.org/idea.git", commit: Some("0123456789012345678901234567890123456789") } 0
    "#);
}
