//! Lists the files of `page/`, so that all of them are built in and none is forgotten.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=page");
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("page");
    let mut names = Vec::new();
    for file in fs::read_dir(&page)? {
        names.push(file?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    let mut table = String::from("&[\n");
    for name in names {
        let path = page.join(&name);
        writeln!(
            table,
            "    ({:?}, include_bytes!({path:?}) as &[u8]),",
            format!("/{name}")
        )
        .map_err(io::Error::other)?;
    }
    table.push(']');
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo gave no OUT_DIR"))?;
    fs::write(Path::new(&out).join("page.rs"), table)
}
