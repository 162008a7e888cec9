//! The plan of one platform, from the survey and the images that it needs.

use futures_util::future::try_join_all;

use crate::context::{Context, Failure, Images, NeededImage, ResolvedImage};
use crate::frontend::survey::Survey;
use crate::options::BuildOptions;
use crate::plan::{self, Plan, Site};
use crate::values::{ImageRef, Platform};

/// Plans the build for a platform.
pub(super) async fn plan_for<C: Context>(
    context: &C,
    survey: &Survey,
    platform: &Platform,
) -> Result<Plan, Failure<C::Error>> {
    let options = BuildOptions {
        platform: platform.clone(),
        ..survey.options.clone()
    };
    let facts = &survey.facts;
    let mut selection = plan::choose(&survey.spec, facts, &options)?;
    let spec = plan::settle_worker(survey.spec.clone(), facts, &mut selection)?;
    let needed = selection.images().into_iter();
    let resolved = needed.map(|image| resolve(context, image, platform));
    let mut images: Images = try_join_all(resolved).await?.into_iter().collect();
    for (reference, files) in plan::look(&spec, &selection, &images) {
        if let Some(image) = images.get_mut(&reference) {
            let found = context.has_any(image, platform, &files).await;
            image.has_python = found.map_err(Failure::Context)?;
        }
    }
    let site = Site::new(&spec, facts, &options, &selection, &images);
    Ok(plan::plan(site)?)
}

async fn resolve<C: Context>(
    context: &C,
    image: &NeededImage,
    platform: &Platform,
) -> Result<(ImageRef, ResolvedImage), Failure<C::Error>> {
    let resolved = context.resolve(&image.reference, platform).await;
    let (reference, origin) = (image.reference.clone(), image.origin.clone());
    let resolved = resolved.map_err(|error| Failure::Image {
        reference,
        origin,
        hint: image.hint,
        error,
    })?;
    Ok((image.reference.clone(), resolved))
}
