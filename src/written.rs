//! What people write into files for the command line, as JSON.
use std::{error::Error, fs, path::Path};

use kept_app::core::FieldError;
use serde::de::DeserializeOwned;

/// What `make` makes of the `T` in `file`.
///
/// # Errors
/// What is wrong, a line each, with the file's name and, where it was found by `make`, its place in there.
pub fn read<T: DeserializeOwned, U>(
    file: &Path,
    make: impl FnOnce(T) -> Result<U, Vec<FieldError>>,
) -> Result<U, Box<dyn Error>> {
    let told = |what: String| format!("{}: {what}", file.display());
    let text = fs::read_to_string(file).map_err(|error| told(error.to_string()))?;
    let written = serde_json::from_str(&text).map_err(|error| told(error.to_string()))?;
    make(written).map_err(|problems| {
        let said: Vec<_> = problems.iter().map(|p| told(format!("{}: {}", p.field, p.message))).collect();
        said.join("\n").into()
    })
}
