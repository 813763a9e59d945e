//! The rules of ARCHITECTURE.md, as far as a machine can check them.

use std::fs;
use std::path::{Path, PathBuf};

/// What each module of ours may import, beside itself.
const LAYERS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("store", &["domain"]),
    ("app", &["domain", "store"]),
    ("discord", &["domain", "store", "app"]),
    ("mail", &["domain", "app", "discord"]),
    ("config", &["domain", "discord", "mail"]),
    (
        "runtime",
        &["domain", "store", "app", "discord", "mail", "config"],
    ),
    (
        "demo",
        &["domain", "store", "app", "discord", "config", "runtime"],
    ),
    (
        "cli",
        &[
            "domain", "store", "app", "discord", "mail", "config", "runtime", "demo",
        ],
    ),
];

/// Crates that one module alone may name.
const HOMES: &[(&str, &[&str])] = &[
    ("sqlx", &["store"]),
    ("serenity", &["discord", "runtime"]),
    ("poise", &["discord"]),
    ("lettre", &["mail"]),
    ("simcord", &["demo"]),
    ("jiff", &["domain"]),
    ("chrono_tz", &["domain"]),
    ("calcard", &["domain"]),
    ("clap", &["cli", "main"]),
    ("cron", &["domain"]),
    ("pulldown_cmark", &["domain"]),
    ("anyhow", &["cli", "demo"]),
];

/// The most lines that a source file may have, tests apart.
const LONGEST: usize = 500;

#[test]
fn imports_go_one_way() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        let module = module_of(&path);
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == module) else {
            continue;
        };
        for (other, _) in LAYERS {
            let names =
                text.contains(&format!("crate::{other}::")) || text.contains(&format!("crate::{other};"));
            if names && *other != module && !allowed.contains(other) {
                wrong.push(format!("{} imports {other}", path.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_foreign_crate_stays_at_home() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        let module = module_of(&path);
        for (name, homes) in HOMES {
            let used = code_lines(&text).any(|line| {
                line.contains(&format!("{name}::")) && !line.contains(&format!("crate::{name}::"))
            });
            if used && !homes.contains(&module.as_str()) {
                wrong.push(format!("{} names {name}", path.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_domain_neither_waits_nor_asks() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src/domain") {
        for banned in ["async ", ".await", "tokio", "std::fs", "std::net", "Utc::now"] {
            if code_lines(&text).any(|line| line.contains(banned)) {
                wrong.push(format!("{} has {banned}", path.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_local_discord_knows_nothing_of_ours() {
    let mut wrong = Vec::new();
    for folder in ["simcord/src", "simcord/page"] {
        for (path, text) in sources(folder) {
            if text.to_lowercase().contains("tminus") || text.to_lowercase().contains("t-minus") {
                wrong.push(path.display().to_string());
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn files_stay_short() {
    let folders = ["src", "simcord/src", "simcord/page"];
    let long: Vec<String> = folders
        .into_iter()
        .flat_map(sources)
        .filter(|(path, _)| !path.to_string_lossy().contains("tests"))
        .filter(|(_, text)| text.lines().count() > LONGEST)
        .map(|(path, text)| format!("{}: {} lines", path.display(), text.lines().count()))
        .collect();
    assert_eq!(long, Vec::<String>::new());
}

#[test]
fn time_is_an_argument_and_sleeping_lives_in_runtime() {
    let home = |path: &Path, name: &str| module_of(path) == name;
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        for (banned, place) in [
            ("Utc::now", "runtime"),
            ("tokio::time::", "runtime"),
            ("tokio::spawn", "runtime"),
            ("env::var", "config"),
        ] {
            if code_lines(&text).any(|line| line.contains(banned)) && !home(&path, place) {
                wrong.push(format!("{} has {banned}", path.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn no_test_sleeps_or_is_left_out() {
    let mut wrong = Vec::new();
    for folder in ["src", "tests", "simcord/src", "simcord/tests"] {
        for (path, text) in sources(folder) {
            if path.ends_with("tests/it/tidy.rs") {
                continue;
            }
            for banned in [
                "#[ignore",
                "#[should_panic",
                "thread::sleep",
                "todo!(",
                "unimplemented!(",
            ] {
                if code_lines(&text).any(|line| line.contains(banned)) {
                    wrong.push(format!("{} has {banned}", path.display()));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_readme_names_every_command_and_no_other() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for (command, _) in tminus::discord::render::help::COMMANDS {
        assert!(
            readme.contains(&format!("`{command}`")),
            "README.md does not name {command}"
        );
    }
    let named: Vec<&str> = readme
        .split('`')
        .filter(|part| part.starts_with('/') && !part.contains('\n'))
        .collect();
    for command in named {
        let known = tminus::discord::render::help::COMMANDS
            .iter()
            .any(|(known, _)| command.starts_with(known));
        assert!(known, "README.md names {command}, which is no command");
    }
}

#[test]
fn ci_runs_the_commands_of_the_readme() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let ci = fs::read_to_string(root().join(".ci/run")).unwrap();
    for command in ["cargo test --workspace", "cargo run --release -- demo"] {
        assert!(readme.contains(command), "README.md has {command}");
        assert!(ci.contains(command), ".ci/run has {command}");
    }
}

fn code_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

/// "discord" for `src/discord/render/board.rs`, "config" for `src/config.rs`.
fn module_of(path: &Path) -> String {
    let within = path.strip_prefix("src").unwrap_or(path);
    let first = within.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// Every source file below a folder, with its path from the root.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| {
                ["rs", "js", "css", "html"]
                    .iter()
                    .any(|known| extension == *known)
            }) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(root()).unwrap().to_owned(), text));
            }
        }
    }
    found.sort();
    found
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
