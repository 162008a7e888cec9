//! Files that planning writes, as one op.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::rules::bug;
use crate::llb::{FileAction, FileOp, MakeDirectory, MakeFile, Mode, NonEmpty, Op, Time};
use crate::values::TargetPath;
use crate::values::TextFile;

/// The op that makes the files, and the folders that they lie in.
pub(super) fn mkfile(files: &[TextFile]) -> Result<Op, Diagnostic> {
    let make = |file: &TextFile| {
        FileAction::MakeFile(MakeFile {
            path: TargetPath::known(&format!("/{}", file.name)),
            data: file.text.clone().into_bytes(),
            mode: Mode::new(0o644),
            owner: None,
            time: Some(Time::NORMAL),
        })
    };
    let actions = folders_of(files).into_iter().map(|path| {
        FileAction::MakeDirectory(MakeDirectory {
            path,
            mode: Mode::new(0o755),
            parents: true,
            owner: None,
            time: Some(Time::NORMAL),
        })
    });
    let actions = NonEmpty::from_vec(actions.chain(files.iter().map(make)).collect());
    let actions = actions.ok_or_else(|| bug("a part has no file"))?;
    Ok(Op::File(FileOp {
        base: None,
        actions,
    }))
}

/// The folders that files lie in, each behind the one that it is in.
fn folders_of(files: &[TextFile]) -> BTreeSet<TargetPath> {
    let root = TargetPath::root();
    let paths = files
        .iter()
        .map(|file| TargetPath::known(&format!("/{}", file.name)));
    paths
        .flat_map(|path| std::iter::successors(path.parent(), TargetPath::parent))
        .filter(|folder| *folder != root)
        .collect()
}
