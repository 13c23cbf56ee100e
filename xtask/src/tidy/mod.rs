//! `cargo xtask tidy`: the project's mechanical rules. CONTRIBUTING.md explains each of them.
//!
//! | rule | file |
//! | --- | --- |
//! | standard terms and American spelling | [`words`] |
//! | a module doc comment in every file, and at most [`files::MAX_LINES`] lines | [`files`] |
//! | no circular imports between the files of a crate | [`imports`] |
//! | the dependencies between crates that ARCHITECTURE.md states | [`architecture`] |

mod architecture;
mod files;
mod imports;
mod module_tree;
mod sources;
mod violation;
mod words;

use std::path::Path;

use anyhow::{Result, bail};

use self::sources::Sources;

/// Reports every violation of the rules below the workspace root.
pub(crate) fn check(root: &Path) -> Result<()> {
    let sources = Sources::read(root)?;
    let mut violations = words::check(&sources);
    violations.extend(files::check(&sources));
    violations.extend(imports::check(&sources)?);
    violations.extend(architecture::check(root, &sources)?);
    if violations.is_empty() {
        return Ok(());
    }
    let count = violations.len();
    let lines: Vec<String> = violations.iter().map(ToString::to_string).collect();
    bail!("{}\n{count} violations of the rules in CONTRIBUTING.md", lines.join("\n"))
}
