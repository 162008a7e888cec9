//! The plan as data: parts, the steps that make them, and what is reported beside them.

mod builder;
mod notes;
mod part;
mod plan;
mod step;
mod step_name;
mod text;

pub(crate) use builder::PartKey;
pub use builder::PlanBuilder;
pub use notes::{Choice, Notes};
pub(crate) use part::Environment;
pub use part::{Layer, NORMAL_TIME, Part, PartId, PartKind, Placed, Tree};
pub use plan::Plan;
pub use step::{OutputFolder, Sharing, Step, StepMount, StepNetwork};
pub use step_name::StepName;
