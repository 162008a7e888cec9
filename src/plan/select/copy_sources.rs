//! Where `[[copy]]` copies from.

use crate::context::NeededImage;
use crate::diagnostic::{Diagnostic, Diagnostics, Location};
use crate::options::BuildOptions;
use crate::plan::request::target::Target;
use crate::plan::select::own_targets;
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
                Err(Diagnostic::error(message).at(&from.location).hint(HINT))
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
    for copy in &model.copies {
        match CopySource::of(copy, model, options) {
            Ok(CopySource::Image(image)) => images.push(image),
            Ok(CopySource::Target(name)) => {
                let (target, model) = own_targets::model_of(model, &name)?;
                if target.has_copies() {
                    images.extend(self::images(&model, options)?);
                }
            }
            Ok(_) => {}
            Err(error) => problems.push(error),
        }
    }
    Diagnostics::split(problems)?;
    Ok(images)
}

/// Targets that copy from each other have no beginning.
pub(crate) fn check_circles(
    model: &Model,
    asked: &str,
    options: &BuildOptions,
) -> Result<(), Diagnostics> {
    let mut way = Vec::new();
    walk(model, asked, options, None, &mut way)
}

fn walk(
    model: &Model,
    name: &str,
    options: &BuildOptions,
    place: Option<&Location>,
    way: &mut Vec<String>,
) -> Result<(), Diagnostics> {
    let (target, model) = own_targets::model_of(model, name)?;
    let name = match Target::named(name) {
        Some(target) => target.name().to_owned(),
        None => name.to_ascii_lowercase(),
    };
    if let Some(start) = way.iter().position(|known| *known == name) {
        let names = way[start..].iter().chain([&name]);
        let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        let error = Diagnostic::error(format!(
            "targets copy from each other in a circle: {}",
            names.join(" from ")
        ));
        let hint =
            "copy from `builder`, `wheel` or another target that does not get these files itself";
        let location = place.cloned();
        return Err(Diagnostic {
            location,
            ..error.hint(hint)
        }
        .into());
    }
    if !target.has_copies() {
        return Ok(());
    }
    way.push(name);
    for copy in &model.copies {
        if let Ok(CopySource::Target(other)) = CopySource::of(copy, &model, options) {
            let place = copy.from.as_ref().map(|from| &from.location);
            walk(&model, &other, options, place, way)?;
        }
    }
    way.pop();
    Ok(())
}
