//! The story: from options and a context to the image of one platform. A survey reads once ([`survey`]); a plan for a
//! platform follows from it ([`build`]).

mod build;
mod crates;
mod locate;
mod survey;
mod workspace;

use crate::context::{Context, Failure};
use crate::definition::{self, Definition};
use crate::diagnostic::Diagnostic;
use crate::llb::{self, Engine, Graph};
use crate::options::BuildOptions;
use crate::plan::Plan;

/// Plans the build. Messages name keys as they are written in the file that has them.
pub async fn plan<C: Context>(
    context: &C,
    options: &BuildOptions,
) -> Result<Plan, Failure<C::Error>> {
    // On the heap: what these hold from one read to the next is large.
    let survey = Box::pin(survey::survey(context, options)).await?;
    let planned = Box::pin(build::plan_for(context, &survey, &survey.options.platform)).await;
    let mut plan = survey.key_names.errors(planned)?;
    let warnings = plan.warnings.into_iter();
    plan.warnings = warnings
        .map(|warning| survey.key_names.written(warning))
        .collect();
    Ok(plan)
}

/// The graph of a plan, and its bytes.
pub fn lower(
    plan: &Plan,
    options: &BuildOptions,
    engine: &Engine,
) -> Result<(Graph, Definition), Diagnostic> {
    let (graph, result) = llb::lower(plan, options, engine)?;
    let definition = definition::encode(&graph, result);
    Ok((graph, definition))
}
