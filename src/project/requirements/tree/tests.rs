use crate::context::FileContent;
use crate::diagnostic::one_line;
use crate::project::requirements::roots::at;

use super::*;

fn files(texts: &[(&str, &str)]) -> Files {
    let content = |text: &str| FileContent::from(text.as_bytes().to_vec());
    let files = texts.iter();
    files
        .map(|(name, text)| (ContextPath::known(name), content(text)))
        .collect()
}

fn read(texts: &[(&str, &str)]) -> Result<Requirements, String> {
    let root = at(ContextPath::known(texts[0].0));
    gather(&files(texts), &[root])
        .map_err(|errors| errors.iter().map(one_line).collect::<Vec<_>>().join("\n"))
}

const NESTED: &[(&str, &str)] = &[
    (
        "requirements/production.txt",
        "# all\n-r base.txt\n-c ../constraints.txt\n--extra-index-url https://${USER}:${TOKEN}@index.example.org\n\
         -c https://example.org/constraints.txt\n-e .[web]\nflask\n./vendor/a-1.tar.gz\n-f wheels\n",
    ),
    (
        "requirements/base.txt",
        "click  ==8.1 \\\n  --hash=sha256:0000000000000000000000000000000000000000000000000000000000000000 # why\n",
    ),
    ("constraints.txt", "werkzeug<4\n"),
];

#[test]
fn all_files_become_one_whatever_their_comments() {
    let read = read(NESTED).unwrap();
    insta::assert_snapshot!(read.text() + "---\n" + &read.constraints_text(), @"
    --extra-index-url=https://${USER}:${TOKEN}@index.example.org
    -c https://example.org/constraints.txt
    --find-links=wheels
    click ==8.1 --hash=sha256:0000000000000000000000000000000000000000000000000000000000000000
    flask
    ./vendor/a-1.tar.gz
    ---
    werkzeug<4
    ");
    assert!(read.needs_hashes());
    let archives: Vec<_> = read.archives().iter().map(ToString::to_string).collect();
    assert_eq!(archives, ["vendor/a-1.tar.gz", "wheels"]);
    let variables: Vec<_> = read.variables().into_iter().map(|(name, _)| name).collect();
    assert_eq!(variables, ["USER", "TOKEN"]);
    let folders: Vec<_> = read
        .folders()
        .map(|(path, extras, _)| (path.as_str(), extras))
        .collect();
    assert_eq!(folders, [(".", ["web".to_owned()].as_slice())]);
}

#[test]
fn what_is_not_read_yet_is_asked_for_round_by_round() {
    let root = at(ContextPath::known(NESTED[0].0));
    let unread = |count: usize| -> Vec<String> {
        let missing = unread(&files(&NESTED[..count]), std::slice::from_ref(&root));
        missing.iter().map(ToString::to_string).collect()
    };
    assert_eq!(unread(0), ["requirements/production.txt"]);
    assert_eq!(unread(1), ["constraints.txt", "requirements/base.txt"]);
    assert_eq!(unread(3), [""; 0]);
}

#[test]
fn a_file_that_is_included_twice_is_read_once() {
    let texts = [
        ("a.txt", "-r b.txt\n-c b.txt\n-r c.txt\n-r b.txt\n"),
        ("b.txt", "click\n--pre\n"),
        ("c.txt", "-r b.txt\nflask\n"),
    ];
    let read = read(&texts).unwrap();
    insta::assert_snapshot!(read.text() + "---\n" + &read.constraints_text(), @"
    --pre
    --pre
    click
    flask
    ---
    click
    ");
    let names: Vec<_> = read.files.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["a.txt", "b.txt", "c.txt"]);
}

#[test]
fn includes_that_lead_nowhere_or_round_are_told() {
    let told = [
        read(&[("a.txt", "-r b.txt\n-c ../c.txt\n-r /etc/d.txt\n")]),
        read(&[
            ("a.txt", "-r b.txt\n"),
            ("b.txt", "-c c.txt\n"),
            ("c.txt", "\n-r ./a.txt\n"),
        ]),
        read(&[("a.txt", "-c b.txt\n"), ("b.txt", "-e ./library\na =1\n")]),
    ];
    let told: Vec<_> = told.into_iter().map(Result::unwrap_err).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    a.txt:1:1: there is no file `b.txt` in the build context; write the path of a file, or hand over the folder that holds it as the build context
    a.txt:2:1: `../c.txt` leaves the build context, expected a path inside it; hand over the folder that holds both as the build context
    a.txt:3:1: `/etc/d.txt` is an absolute path, expected one relative to the build context; hand over the folder that holds both as the build context
    c.txt:2:1: `a.txt` includes itself, by way of `a.txt`, `b.txt`, `c.txt`; remove this line
    b.txt:1:1: a constraint cannot be editable, expected a version; write `NAME==VERSION`, or leave the line out
    b.txt:2:1: `=1` is no version specifier, expected one such as `==1.0` or `>=1.0,<2`; write `a==1`
    ");
}
