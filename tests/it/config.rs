//! The configuration file: the example is the defaults, and bad files are refused with every problem.

use std::path::{Path, PathBuf};

use tminus::config::{Config, ConfigError};

#[test]
fn the_example_names_every_setting_with_its_default() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("config.example.toml");
    assert_eq!(Config::load(&example).unwrap(), Config::default());
}

#[test]
fn a_broken_file_is_refused_with_all_its_problems() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(
        &path,
        "[databse]\npath = \"x\"\n\n[log]\nlevel = \"loud\"\nformat = 3\n\n[calendar]\nexcluded = [\"yesterday\"]\n",
    )
    .unwrap();
    let error = Config::load(&path)
        .unwrap_err()
        .to_string()
        .replace(&folder.path().display().to_string(), "");
    insta::assert_snapshot!(error);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Config::load(&PathBuf::from("no/such/config.toml")).unwrap_err();
    assert!(matches!(error, ConfigError::Unreadable { .. }));
    assert!(error.to_string().contains("no/such/config.toml"));
}
