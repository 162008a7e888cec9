//! The plan as data: parts, the steps that make them, and what is reported beside them.

mod builder;
mod notes;
mod part;
mod plan;
mod step;
mod text;

pub use builder::Parts;
pub use notes::{Choice, Notes};
pub use part::{Layer, NORMAL_TIME, Part, PartId, PartKind, Placed, Tree};
pub use plan::Plan;
pub use step::{OutputFolder, Sharing, Step, StepMount, StepNetwork};
