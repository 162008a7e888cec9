//! Keys of the spec: copies, targets, build arguments, ignore files, long lists.

use crate::ended::{Folder, LOCK, PROJECT, lines};

#[test]
fn targets_that_copy_from_each_other_in_a_circle_are_reported_for_every_target() {
    let copy = |from: &str| {
        format!("[[tool.wheelwright.copy]]\nfrom = \"{from}\"\nsrc = \"/a\"\ndest = \"/a\"\n")
    };
    let folder = Folder::with_spec(&copy("runtime"));
    for target in [
        "runtime", "builder", "dev", "base", "wheel", "sdist", "lock", "test",
    ] {
        let told = folder.refused(&["--target", target]);
        assert!(
            told.contains("in a circle: `runtime` from `runtime`"),
            "{target}: {told}"
        );
    }
    let told = folder.refused(&["--target", "unknown"]);
    assert!(told.contains("unknown target `unknown`"), "{told}");
    for count in [3, 3_000] {
        let round = lines(count, |index| {
            format!(
                "[[tool.wheelwright.target.t{index}.copy]]\nfrom = \"t{}\"\nsrc = \"/a\"\ndest = \"/a\"",
                (index + 1) % count
            )
        });
        let told = Folder::with_spec(&round).refused(&["--target", "t2"]);
        assert!(
            told.contains("copy from each other in a circle: `t2` from"),
            "{told}"
        );
    }
}

#[test]
fn each_target_that_others_copy_from_is_planned_once() {
    // Each has two copies of the next.
    let doubling = |count: usize| {
        lines(count, |index| {
            let copy = |at: &str| {
                format!(
                    "[[tool.wheelwright.target.t{index}.copy]]\nfrom = \"{}\"\nsrc = \"/a\"\ndest = \"/{at}\"\n",
                    if index + 1 == count {
                        "base".to_owned()
                    } else {
                        format!("t{}", index + 1)
                    }
                )
            };
            copy("x") + &copy("y")
        })
    };
    let plan = Folder::with_spec(&doubling(14))
        .plan(&["--target", "t0"])
        .unwrap();
    assert_eq!(
        plan.matches("[runtime] copy a from t13\n").count(),
        2,
        "{plan}"
    );
    let told = Folder::with_spec(&doubling(3_000)).refused(&["--target", "t0"]);
    assert!(told.contains("copies from more than"), "{told}");
    let many = lines(5_000, |index| {
        format!(
            "[tool.wheelwright.target.t{index}]\n[[tool.wheelwright.copy]]\nfrom = \"t{index}\"\nsrc = \"/a\"\n\
             dest = \"/{index}\""
        )
    });
    let told = Folder::with_spec(&many).refused(&["--target", "dev"]);
    assert!(told.contains("circle"), "{told}");
}

#[test]
fn copies_and_steps_have_a_limit() {
    let copy = |index| format!("[[tool.wheelwright.copy]]\nsrc = \"a\"\ndest = \"/{index}\"");
    let run = |index| format!("[[tool.wheelwright.run]]\ncommand = \"echo {index}\"");
    Folder::with_spec(&(lines(50, copy) + &lines(50, run)))
        .plan(&[])
        .unwrap();
    for count in [51, 2_000] {
        let told = Folder::with_spec(&(lines(count, copy) + &lines(count, run))).refused(&[]);
        assert!(
            told.contains(&format!("make {} layers", 2 * count)),
            "{told}"
        );
    }
}

#[test]
fn targets_made_from_each_other_are_read_once() {
    let chain = |count: usize, keys: &str| {
        lines(count, |index| {
            let from = if index == 0 {
                "runtime".to_owned()
            } else {
                format!("t{}", index - 1)
            };
            format!(
                "[tool.wheelwright.target.t{index}]\nfrom = \"{from}\"\n{}",
                keys.replace('#', &index.to_string())
            )
        })
    };
    for (count, keys) in [
        (1_000, ""),
        (
            1_000,
            "groups = [\"g#\"]\nenv.E# = \"x\"\nimage.labels.L# = \"x\"\n",
        ),
        (12_000, ""),
        (5_000, "env.E# = \"x\"\nimage.labels.L# = \"x\"\n"),
    ] {
        let folder = Folder::with_spec(&chain(count, keys));
        folder.write(
            "pyproject.toml",
            &format!("{PROJECT}[tool.wheelwright]\n{}", chain(count, keys)),
        );
        let last = format!("t{}", count - 1);
        match folder.plan(&["--target", &last]) {
            Ok(plan) => assert!(plan.contains(&last), "{plan}"),
            Err(told) => assert!(
                told.contains("`g0`") || told.contains("more than"),
                "{told}"
            ),
        }
    }
    let round = |count: usize| {
        lines(count, |index| {
            format!(
                "[tool.wheelwright.target.t{index}]\nfrom = \"t{}\"",
                (index + 1) % count
            )
        })
    };
    for count in [1_000, 12_000] {
        let told = Folder::with_spec(&round(count)).refused(&[]);
        assert!(
            told.contains("made from each other in a circle: `t0` from `t1`"),
            "{told}"
        );
        assert_eq!(told.matches("error:").count(), 1, "{told}");
    }
}

#[test]
fn values_with_many_arguments_have_a_limit() {
    for (size, uses) in [(100_000, 25_000), (60_000, 20), (2_000_000, 100_000)] {
        for place in ["env", "build-env", "image.labels"] {
            let keys = format!(
                "args.A = \"{}\"\n[tool.wheelwright.{place}]\nX = \"{}\"\n",
                "x".repeat(size),
                "${A}".repeat(uses)
            );
            let told = Folder::with_spec(&keys).refused(&[]);
            assert!(
                told.contains("with its build arguments filled in"),
                "{told}"
            );
        }
        let keys = format!(
            "args.A = \"{}\"\n[[tool.wheelwright.run]]\ncommand = \"{}\"\n",
            "x".repeat(size),
            "${A}".repeat(uses)
        );
        let told = Folder::with_spec(&keys).refused(&[]);
        assert!(
            told.contains("with its build arguments filled in"),
            "{told}"
        );
    }
    // Each is short enough.
    let keys = format!(
        "args.A = \"{}\"\n[tool.wheelwright.env]\n{}",
        "x".repeat(60_000),
        lines(100_000, |index| format!("E{index} = \"${{A}}\""))
    );
    let told = Folder::with_spec(&keys).refused(&[]);
    assert!(
        told.contains("with their build arguments filled in"),
        "{told}"
    );
}

#[test]
fn names_that_are_not_known_are_compared_with_few_others() {
    let long = "n".repeat(50_000);
    let keys = format!("env.X = \"${{A{long}}}\"\nargs.B{long} = \"x\"\n");
    let told = Folder::with_spec(&keys).refused(&[]);
    assert!(told.contains("unknown build argument"), "{told}");
    let many = lines(20_000, |index| format!("ARGUMENT_{index} = \"x\""));
    let unknown = lines(20_000, |index| {
        format!("E{index} = \"${{ARGUMENTS_{index}}}\"")
    });
    let keys = format!("[tool.wheelwright.args]\n{many}[tool.wheelwright.env]\n{unknown}");
    let told = Folder::with_spec(&keys).refused(&[]);
    assert!(
        told.contains("unknown build argument `ARGUMENTS_0`"),
        "{told}"
    );
    let unknown = lines(100_000, |index| format!("pythn{index} = 1"));
    let told = Folder::with_spec(&unknown).refused(&[]);
    assert!(told.contains("unknown key `pythn0`"), "{told}");
}

#[test]
fn of_many_errors_the_first_are_shown() {
    let one_line = format!("files = [{}]\n", "1, ".repeat(100_000));
    let each_line = format!("files = [\n{}]\n", lines(100_000, |_| "1,".to_owned()));
    for keys in [one_line, each_line] {
        let told = Folder::with_spec(&keys).refused(&[]);
        assert!(
            told.contains("`tool.wheelwright.files[0]` is an integer"),
            "{told}"
        );
        assert!(told.ends_with("and 199949 more errors\n"), "{told}");
    }
}

#[test]
fn patterns_of_ignore_files_are_matched_in_linear_time() {
    for stars in [
        "*".repeat(200_000) + "x",
        "*".repeat(40) + "x",
        "*k".repeat(100_000),
        "?*".repeat(100_000),
    ] {
        let many = lines(5_000_000 / (stars.len() + 1), |_| stars.clone());
        for ignored in [&stars, &many] {
            let folder = Folder::of(&[
                ("pyproject.toml", PROJECT),
                ("uv.lock", LOCK),
                (".dockerignore", ignored),
            ]);
            folder.plan(&[]).unwrap();
        }
    }
}
