//! Where `[[copy]]` copies from.

use std::collections::BTreeSet;

use crate::context::NeededImage;
use crate::diagnostic::{Diagnostic, Diagnostics, rules};
use crate::options::BuildOptions;
use crate::plan::select::copied_targets::MAX_COPIED;
use crate::plan::select::{own_targets, target_index};
use crate::spec::{CopySpec, Model};

const HINT: &str = "name a target of the project, a context that `--build-context NAME=…` gives, or an image that the \
                    engine can pull";

/// Where a copy is from.
pub(crate) enum CopySource {
    Context,
    Target(String),
    Image(NeededImage),
}

impl CopySource {
    /// Named contexts come first, as they do for every base; then targets.
    pub(crate) fn of(
        copy: &CopySpec,
        model: &Model,
        options: &BuildOptions,
    ) -> Result<Self, Diagnostic> {
        let Some(from) = &copy.from else {
            return Ok(Self::Context);
        };
        if options.named_context(&from.value).is_none() && own_targets::is_known(model, &from.value)
        {
            return Ok(Self::Target(from.value.clone()));
        }
        match from.value.parse() {
            Ok(reference) => Ok(Self::Image(NeededImage {
                reference,
                origin: Some(from.location.clone()),
                hint: HINT,
            })),
            Err(error) => {
                let message = format!("`{}` is no target, and no image: {error}", from.value);
                Err(rules::UNKNOWN_COPY_SOURCE
                    .report(message)
                    .at(&from.location)
                    .hint(HINT))
            }
        }
    }
}

/// The images that are copied from.
pub(crate) fn images(
    model: &Model,
    options: &BuildOptions,
) -> Result<Vec<NeededImage>, Diagnostics> {
    let (mut images, mut problems) = (Vec::new(), Vec::new());
    let mut known = BTreeSet::new();
    let mut models = vec![model.clone()];
    while let Some(model) = models.pop() {
        let mut more = Vec::new();
        for copy in &model.copies {
            match CopySource::of(copy, &model, options) {
                Ok(CopySource::Image(image)) => images.push(image),
                Ok(CopySource::Target(name)) => {
                    // With more, the requested target is not one of those that have copies, or is unknown.
                    if known.len() < MAX_COPIED && known.insert(target_index::key(&name)) {
                        let (target, model) = own_targets::model_of(&model, &name)?;
                        more.extend(target.has_copies().then_some(model));
                    }
                }
                Ok(CopySource::Context) => {}
                Err(error) => problems.push(error),
            }
        }
        models.extend(more.into_iter().rev());
    }
    Diagnostics::split(problems)?;
    Ok(images)
}
