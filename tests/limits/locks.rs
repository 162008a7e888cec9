//! Manifests and locks: groups that include each other, markers, nesting.

use crate::ended::{Folder, LOCK, PROJECT, lines};

#[test]
fn groups_that_include_the_next_one_twice_are_read_once() {
    for (count, times) in [(24, 2), (2_000, 2), (20, 500)] {
        let groups = lines(count, |index| {
            let include = format!("{{ include-group = \"g{}\" }}, ", index + 1);
            format!("g{index} = [{}]", include.repeat(times))
        });
        let manifest = format!("{PROJECT}[dependency-groups]\n{groups}g{count} = []\n");
        let records = lines(count + 1, |index| format!("g{index} = []"));
        let lock = format!(
            "{LOCK}\n[package.dev-dependencies]\n{records}\n[package.metadata.requires-dev]\n{records}"
        );
        let folder = Folder::of(&[("pyproject.toml", &manifest), ("uv.lock", &lock)]);
        folder.plan(&[]).unwrap();
    }
}

fn with_marker(wanted: &str, locked: &str) -> Folder {
    let manifest = PROJECT.replace("[]", &format!("[\"click ; {wanted}\"]"));
    let lock = format!(
        "{LOCK}dependencies = [{{ name = \"click\", marker = \"{locked}\" }}]\n\n[package.metadata]\n\
         requires-dist = [{{ name = \"click\", marker = \"{locked}\" }}]\n\n[[package]]\nname = \"click\"\n\
         version = \"8.1\"\nsource = {{ registry = \"https://index.example.org/simple\" }}\n"
    );
    Folder::of(&[("pyproject.toml", &manifest), ("uv.lock", &lock)])
}

#[test]
fn markers_have_a_limit_of_nesting() {
    for depth in [17_500, 1_000_000] {
        let marker = format!("{}os_name == 'nt'{}", "(".repeat(depth), ")".repeat(depth));
        with_marker(&marker, &marker).plan(&[]).unwrap();
        let open = "(".repeat(depth);
        with_marker(&open, &open).plan(&[]).unwrap();
    }
}

#[test]
fn markers_in_another_order_are_the_same() {
    for count in [1_000, 20_000] {
        let clause = |index: usize| format!("python_full_version != '3.{index}.1'");
        let clauses: Vec<String> = (0..count).map(clause).collect();
        let forth = clauses.join(" and ");
        let back: Vec<String> = clauses.into_iter().rev().collect();
        with_marker(&forth, &back.join(" and ")).plan(&[]).unwrap();
    }
    let clause = |word: &str, index: usize| format!("python_full_version != '3.{index}.{word}'");
    for count in [300, 20_000] {
        let of = |word: &str| {
            (0..count)
                .map(|index| clause(word, index))
                .collect::<Vec<_>>()
                .join(" and ")
        };
        with_marker(&of("1"), &of("2")).plan(&[]).ok();
    }
}
