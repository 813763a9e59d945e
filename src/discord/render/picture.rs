//! From SVG to PNG, with letters that the program brings along.

use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

/// The picture as PNG; none when it cannot be drawn, which is logged.
#[must_use]
pub fn png(svg: &str) -> Option<Vec<u8>> {
    let mut fonts = fontdb::Database::new();
    for face in [dejavu::sans::regular(), dejavu::sans::bold()] {
        fonts.load_font_source(fontdb::Source::Binary(Arc::new(face)));
    }
    let options = Options {
        font_family: "DejaVu Sans".to_owned(),
        fontdb: Arc::new(fonts),
        ..Options::default()
    };
    let drawn = || -> Result<Vec<u8>, String> {
        let tree = Tree::from_str(svg, &options).map_err(|error| error.to_string())?;
        let size = tree.size().to_int_size();
        let mut pixels = Pixmap::new(size.width(), size.height()).ok_or("it has no size")?;
        resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
        pixels.encode_png().map_err(|error| error.to_string())
    };
    drawn()
        .inspect_err(|error| tracing::error!(error, "a picture could not be drawn"))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{large_playbook, plan_of, release_of};
    use crate::domain::report::{Facts, Report};

    /// The largest release with a hostile name is drawn.
    #[test]
    fn s126_whatever_people_wrote_is_drawn() {
        let mut release = release_of(large_playbook(30, 2, "An item"));
        release.title = Some("<script>&\u{0}\u{202E}\u{FFFE} \"日本\" 🚀".repeat(9));
        let calendar = crate::domain::calendar::Calendar::named(release.playbook.calendar);
        let report = Report::new(&Facts {
            release: &release,
            plan: &plan_of(&release),
            events: &[],
            calendar: &calendar,
            taken_at: release.opened.at,
            people: &std::collections::BTreeMap::new(),
            tell: &|_| String::new(),
        });
        let png = png(&report.picture()).unwrap();
        assert!(png.starts_with(b"\x89PNG"));
    }
}
