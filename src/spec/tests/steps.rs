//! `[[copy]]`, `[[run]]` and `[target.NAME]`.

use super::*;

#[test]
fn a_copy_is_of_something_and_goes_somewhere() {
    let (model, told) = read(
        "[[copy]]\nsrc = \"/etc/x\"\ndest = \"/a\"\n[[copy]]\nsrc = \"../x\"\ndest = \"a\"\n\
         [[copy]]\nfrom = \"node:22\"\nsrc = \"/usr/bin/node\"\ndest = \"/usr/bin/\"\n\
         [[copy]]\nsrc = \"a\"\ndest = \"/a\"\nmode = \"0755\"\n[[copy]]\nfrom = \"x\"\nsrc = \"/\"\ndest = \"/\"\n[[copy]]\n",
    );
    let paths = model.copies.iter().map(|copy| copy.src().ok());
    let paths: Vec<_> = paths.flatten().map(|path| path.value.to_string()).collect();
    assert_eq!(paths, ["usr/bin/node", "a", "."]);
    let into: Vec<_> = model.copies.iter().map(|copy| copy.into).collect();
    assert_eq!(into, [false, true, false, true]);
    insta::assert_snapshot!(told.join("\n"), @"
    wheelwright.toml:6:8: `copy[1].dest`: `a` is not a path in the image, expected an absolute path such as `/app`
    wheelwright.toml:14:1: unknown key `mode` in `copy[3]`; known keys are from, src, dest
    wheelwright.toml:19:1: `copy[5]` has no `src`, expected a string
    wheelwright.toml:19:1: `copy[5]` has no `dest`, expected a string
    wheelwright.toml:2:7: `src`: `/etc/x` is an absolute path, expected one relative to the build context
    ");
}
