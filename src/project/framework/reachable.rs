//! Whether a module can be imported in the image.

use crate::values::ContextPath;
/// Whether a module can be imported: what is installed, by its name; what is copied lies in the working directory.
pub fn is_reachable(file: &ContextPath, in_package: bool, package: bool) -> bool {
    if package {
        in_package
    } else {
        !file.to_string().starts_with("src/")
    }
}
