//! `tminus`: parse the command line, start, report.

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use tminus::cli;

/// How long tasks of libraries may take to end once everything of ours has ended.
const LAST_PATIENCE: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    let result = cli::runtime().and_then(|runtime| {
        let result = runtime.block_on(cli::run(arguments));
        runtime.shutdown_timeout(LAST_PATIENCE);
        result
    });
    match result {
        Ok(code) => code,
        Err(error) => {
            // Nobody is left to tell when standard error is gone as well.
            let _ = cli::report(&error);
            ExitCode::FAILURE
        }
    }
}
