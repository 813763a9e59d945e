//! What the disk can do.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use super::report::Figures;
use super::stopwatch::Stopwatch;

/// Appends pages of 4 KiB for this long, each with `fdatasync`.
pub(crate) fn append(folder: &Path, turn: Duration, figures: &mut Figures) -> anyhow::Result<()> {
    let mut file = File::options()
        .create(true)
        .append(true)
        .open(folder.join("appended"))?;
    let page = [0x5A_u8; 4096];
    let whole = Stopwatch::start();
    while whole.passed() < turn {
        let watch = Stopwatch::start();
        file.write_all(&page)?;
        file.sync_data()?;
        figures.add(watch.passed());
    }
    Ok(())
}
