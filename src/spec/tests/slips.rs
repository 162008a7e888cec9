//! Slips of the hand in a spec, thousands of them.

use crate::diagnostic::{Source, one_line, to_terminal};
use crate::spec::parse;

const TEXT: &str = include_str!("../../../testdata/cases/uv-image-keys/pyproject.toml");

/// What a slip puts in.
const WORDS: &[&str] = &[
    "[",
    "]",
    "\"",
    "=",
    "\n",
    "{",
    "}",
    ",",
    "'''",
    "\"\"\"",
    "ä",
    "\0",
    "\r\n",
    "#",
    ".",
    "-1",
    "1e999",
    "${",
    "\\",
    "[[tool.wheelwright]]\n",
];

/// Each text is read, or told with places that can be shown.
#[test]
fn no_text_stops_the_reading() {
    // The generator of Numerical Recipes: the same slips each time.
    let mut state = 1_u32;
    let mut next = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    let mut told = 0;
    for _ in 0..3000 {
        let mut slip = TEXT.to_owned();
        for _ in 0..=next(3) {
            let start = slip.floor_char_boundary(next(slip.len()));
            let end = slip.floor_char_boundary(start + next(8));
            slip.replace_range(start..end, WORDS[next(WORDS.len())]);
        }
        let name = ["pyproject.toml", "Dockerfile"][next(2)];
        if let Err(errors) = parse(&Source::new(name, slip)) {
            told += 1;
            for error in &errors {
                assert!(!one_line(error).is_empty() && !to_terminal(error).is_empty());
            }
        }
    }
    assert!(told > 1000, "only {told}");
}
