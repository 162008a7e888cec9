//! Requirements files, and the size of files in all.

use crate::ended::{Folder, LOCK, PROJECT, lines};

fn requirements(text: &str) -> Folder {
    Folder::of(&[("requirements.txt", text)])
}

#[test]
fn files_that_are_included_often_are_read_once() {
    for (files, times) in [(19, 4), (2, 5_000), (19, 500)] {
        let folder = requirements(&"-r r1.txt\n".repeat(times));
        for file in 1..=files {
            let text = if file < files {
                format!("-r r{}.txt\n", file + 1).repeat(times)
            } else {
                "click==8.1\n".to_owned()
            };
            folder.write(&format!("r{file}.txt"), &text);
        }
        folder.plan(&[]).unwrap();
    }
}

#[test]
fn requirements_know_their_lines() {
    let hash = "0".repeat(64);
    let hashed = lines(1_000, |index| {
        let hashes = format!(" \\\n    --hash=sha256:{hash}").repeat(40);
        format!("package-{index}==1.0{hashes}")
    });
    requirements(&hashed).plan(&[]).unwrap();
    requirements(&lines(10_000, |index| format!("package-{index}==1.0")))
        .plan(&[])
        .unwrap();
    let told = requirements(&lines(1_000_000, |_| "a==1".to_owned())).refused(&[]);
    assert!(told.contains("more than"), "{told}");
}

#[test]
fn of_many_wrong_lines_the_first_are_shown() {
    for count in [1_500, 20_000] {
        let told = requirements(&lines(count, |index| format!("a{index} = 1"))).refused(&[]);
        assert!(told.contains("`= 1` is"), "{told}");
        assert!(
            told.ends_with(&format!("and {} more errors\n", count - 50)),
            "{told}"
        );
    }
}

#[test]
fn the_size_of_all_files_has_a_limit() {
    let large = "#".repeat(8_000_000);
    let folder = requirements(&lines(600, |index| format!("-r r{index}.txt")));
    // Links are as large as what they lead to, and take no space here.
    folder.write("large", &large);
    for index in 0..600 {
        folder.link("large", &format!("r{index}.txt"));
    }
    let told = folder.refused(&[]);
    assert!(told.contains("larger than"), "{told}");
    let sources = lines(600, |index| format!("m{index} = {{ path = \"m{index}\" }}"));
    let packages = lines(600, |index| {
        format!(
            "[[package]]\nname = \"m{index}\"\nversion = \"1\"\nsource = {{ editable = \"m{index}\" }}"
        )
    });
    let needed = lines(600, |index| format!("    {{ name = \"m{index}\" }},"));
    let lock = format!("{LOCK}dependencies = [\n{needed}]\n\n{packages}");
    let named = lines(600, |index| format!("    \"m{index}\","));
    let manifest = format!(
        "{}[tool.uv.sources]\n{sources}",
        PROJECT.replace("[]", &format!("[\n{named}]"))
    );
    let folder = Folder::of(&[
        ("pyproject.toml", &manifest),
        ("uv.lock", &lock),
        ("large", &large),
    ]);
    for index in 0..600 {
        folder.write(&format!("m{index}/.keep"), "");
        folder.link("../large", &format!("m{index}/pyproject.toml"));
    }
    let told = folder.refused(&[]);
    assert!(told.contains("larger than"), "{told}");
}
