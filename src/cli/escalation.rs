//! `tminus escalation`: checks the file of who helps with what. It is read here.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::domain::escalation::Directory;

/// The most bytes that such a file has.
const LARGEST: u64 = 8 << 20;

/// What `tminus escalation` is given.
#[derive(Clone, Debug, clap::Args)]
pub struct EscalationArguments {
    /// What to do.
    #[command(subcommand)]
    pub command: EscalationCommand,
}

/// The subcommands of `tminus escalation`.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum EscalationCommand {
    /// Report every problem of these files.
    Check {
        /// The files.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

/// Carries out `tminus escalation …`. The exit code is a failure when a file is not in order.
///
/// # Errors
/// Only when `out` cannot be written to.
pub fn run(arguments: &EscalationArguments, out: &mut impl Write) -> io::Result<ExitCode> {
    let EscalationCommand::Check { files } = &arguments.command;
    let mut code = ExitCode::SUCCESS;
    for file in files {
        match read_directory(file) {
            Ok(directory) => writeln!(
                out,
                "{}: {} topics, {} contacts, {} symptoms, in order",
                file.display(),
                directory.topics.len(),
                directory.contacts.len(),
                directory.symptoms.len()
            )?,
            Err(problems) => {
                code = ExitCode::FAILURE;
                writeln!(out, "{problems}")?;
            }
        }
    }
    Ok(code)
}

/// The directory of a file.
///
/// # Errors
/// Every problem of it, each as one line.
pub fn read_directory(path: &Path) -> Result<Directory, String> {
    let unreadable =
        |reason: &dyn std::fmt::Display| format!("`{}` cannot be read: {reason}", path.display());
    let size = fs::metadata(path).map_err(|reason| unreadable(&reason))?.len();
    if size > LARGEST {
        return Err(unreadable(&format_args!(
            "it has {size} bytes, more than {LARGEST}"
        )));
    }
    let text = fs::read_to_string(path).map_err(|reason| unreadable(&reason))?;
    Directory::read(&path.display().to_string(), &text).map_err(|problems| problems.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(files: &[&Path]) -> (ExitCode, String) {
        let command = EscalationCommand::Check {
            files: files.iter().map(|file| file.to_path_buf()).collect(),
        };
        let mut out = Vec::new();
        let code = run(&EscalationArguments { command }, &mut out).unwrap();
        (code, String::from_utf8(out).unwrap())
    }

    #[test]
    fn the_shipped_file_is_in_order() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("playbook-templates/escalation");
        let (code, text) = checked(&[&folder.join("escalation.toml")]);
        assert_eq!(code, ExitCode::SUCCESS);
        assert!(
            text.ends_with("10 topics, 12 contacts, 12 symptoms, in order\n"),
            "{text}"
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("directory.toml");
        fs::write(&file, "fallback = \"nobody\"\n[[contacts]]\nid = \"ann\"\n").unwrap();
        let missing = folder.path().join("missing.toml");
        let (code, text) = checked(&[&file, &missing]);
        assert_eq!(code, ExitCode::FAILURE);
        assert!(
            text.contains(
                "directory.toml:1:12: `fallback` of the directory: found the unknown contact `nobody`"
            ),
            "{text}"
        );
        assert!(text.contains("missing.toml` cannot be read: "), "{text}");
    }
}
