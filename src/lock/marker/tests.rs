use super::*;

#[track_caller]
fn check(one: &str, other: &str, differs: bool) {
    let allowed = Bounds::parse(">=3.10").unwrap();
    let (left, right) = (Marker::parse(one), Marker::parse(other));
    for (one, other) in [(&left, &right), (&right, &left)] {
        assert_eq!(
            one.differs(other, Some("x"), &allowed, &Effort::default()),
            differs,
            "{one:?} {other:?}"
        );
    }
}

/// Each pair was put to `uv lock --check`.
#[test]
fn what_uv_takes_for_the_same_is_the_same() {
    check(
        "python_version < '3.14'",
        "python_full_version < '3.14'",
        false,
    );
    check(
        "python_version >= '3.8'",
        "python_full_version >= '3.10'",
        false,
    );
    check("python_version < '3'", "python_full_version < '0'", false);
    check(
        "platform_system == 'Windows'",
        "sys_platform == 'win32'",
        false,
    );
    check(
        "'win32' == sys_platform",
        "(sys_platform == \"win32\")",
        false,
    );
    check(
        "sys_platform == 'win32' or (python_version >= '3.12' and platform_machine == 'x86_64')",
        "(platform_machine == 'x86_64' and python_version > '3.11') or sys_platform == 'win32'",
        false,
    );
}

#[test]
fn what_differs_somewhere_is_not_the_same() {
    check("python_version < '3.14'", "python_version < '3.13'", true);
    check(
        "python_version >= '3.12'",
        "python_full_version >= '3.12.1'",
        true,
    );

    check("sys_platform == 'linux'", "sys_platform != 'win32'", true);
    check(
        "implementation_name == 'pypy'",
        "python_version >= '3'",
        true,
    );
    check(
        "extra == 'x'",
        "sys_platform == 'linux' and extra == 'x'",
        true,
    );
}

#[test]
fn what_is_not_understood_is_taken_for_the_same() {
    for unknown in [
        "platform_release >= '6'",
        "'win' in sys_platform",
        "python_version >= '3.12.1'",
        "sys_platform == 'linux' and",
        "(sys_platform == 'linux'",
        "sys_platform == 'linux",
        "sys_platform = 'ünï' §",
    ] {
        check(unknown, "sys_platform == 'darwin'", false);
    }
}

#[test]
fn the_order_of_clauses_makes_no_difference() {
    let clauses = [
        "os_name == 'nt'",
        "(extra == 'x' or os_name == 'posix')",
        "python_version > '3.8'",
    ];
    let [one, two, three] = clauses;
    let first = Marker::parse(&clauses.join(" and "));
    let second = Marker::parse(&format!("({three} and (({two}))) and {one} and {two}"));
    assert_eq!(first, second);
    let effort = Effort(Cell::new(0));
    let allowed = Bounds::parse(">=3.10").unwrap();
    assert!(!first.differs(&second, None, &allowed, &effort));
}

#[test]
fn markers_that_take_too_long_are_taken_for_the_same() {
    let allowed = Bounds::parse(">=3.10").unwrap();
    let [one, other] = ["os_name == 'nt'", "os_name == 'posix'"].map(Marker::parse);
    // Two clauses on two systems, for 3.12 and the releases around 3.10 that are allowed.
    let effort = Effort(Cell::new(60));
    assert!(one.differs(&other, None, &allowed, &effort));
    assert!(!one.differs(&other, None, &allowed, &effort));
}

#[test]
fn the_extra_of_a_marker_is_found() {
    let extra = |text: &str| Marker::parse(text).extra().map(str::to_owned);
    assert_eq!(extra("extra == 'a'").as_deref(), Some("a"));
    assert_eq!(
        extra("(os_name == 'nt' and extra == 'a') or (os_name == 'posix' and extra == 'a')")
            .as_deref(),
        Some("a")
    );
    assert_eq!(extra("extra == 'a' or extra == 'b'"), None);
    assert_eq!(extra("os_name == 'nt'"), None);
}
