//! The configuration file: the example is the defaults, and bad files are refused with every problem.

use std::path::{Path, PathBuf};

use secrecy::ExposeSecret as _;
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

/// Everything that is wrong about e-mail is said at once, and a password stands nowhere but in a file of its own.
#[test]
fn what_is_wrong_about_email_is_said_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let problems = |section: &str| {
        std::fs::write(&path, format!("[email]\n{section}")).unwrap();
        let error = Config::load(&path).unwrap_err().to_string();
        error.replace(&folder.path().display().to_string(), "")
    };
    let all = [
        problems("port = 0\nencryption = \"ssl\"\nfrom = \"T-minus <a@example.com>\"\npassword = \"x\"\n"),
        problems(
            "server = \"smtp.example.com\"\nencryption = \"none\"\nfrom = \"a@example.com\"\npassword_file = \"x\"\n\
             copies_to = [\"b@example.com\", \"c\", 3]\n",
        ),
        problems(
            "server = \"smtp example\"\nfrom = \"a@example.com\\r\\nBcc: b@example.com\"\nuser = \"\"\n",
        ),
    ];
    insta::assert_snapshot!(all.join("\n\n"));
}

/// What the example says of e-mail can be used as it stands, once it is no comment any more.
#[test]
fn the_email_of_the_example_can_be_used() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("config.example.toml");
    let text = std::fs::read_to_string(example).unwrap();
    let (_, section) = text.split_once("# [email]\n").unwrap();
    let (section, _) = section.split_once("\n[").unwrap();
    let is_setting = |line: &&str| line.split(" = ").next().is_some_and(|key| !key.contains(' '));
    let settings = section.lines().filter_map(|line| line.strip_prefix("# "));
    let settings: Vec<&str> = settings.filter(is_setting).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, format!("[email]\n{}\n", settings.join("\n"))).unwrap();
    let email = Config::load(&path).unwrap().email.unwrap();
    assert_eq!(settings.len(), 8, "{settings:?}");
    assert_eq!(email.copies_to.len(), 1);
    assert!(email.root_certificate.is_some() && email.password_file.is_some());
}

#[test]
fn email_has_a_port_for_each_encryption_and_a_password_with_a_user() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let load = |more: &str| {
        let from = "from = \"a@example.com\"\n";
        std::fs::write(&path, format!("[email]\n{from}{more}")).unwrap();
        Config::load(&path).unwrap()
    };
    for (more, port) in [
        ("server = \"smtp.example.com\"", 465),
        ("server = \"smtp.example.com\"\nencryption = \"starttls\"", 587),
        ("server = \"127.0.0.1\"\nencryption = \"none\"", 25),
        ("server = \"::1\"\nencryption = \"none\"\nport = 2525", 2525),
    ] {
        let server = load(more).mail_server().unwrap().unwrap();
        assert_eq!((server.port, server.login.is_none()), (port, true), "{more}");
    }
    assert!(Config::default().mail_server().unwrap().is_none());
    let password = folder.path().join("password");
    let user = format!("server = \"smtp.example.com\"\nuser = \"releases\"\npassword_file = {password:?}");
    std::fs::write(&password, "\n").unwrap();
    let error = load(&user).mail_server().unwrap_err();
    assert!(matches!(error, ConfigError::NoPassword), "{error}");
    assert!(error.to_string().contains("EMAIL_PASSWORD"), "{error}");
    std::fs::write(&password, "s3cret\n").unwrap();
    let config = load(&user);
    let server = config.mail_server().unwrap().unwrap();
    let (user, password) = server.login.as_ref().unwrap();
    assert_eq!((user.as_str(), password.expose_secret()), ("releases", "s3cret"));
    assert!(!format!("{server:?} {config:?}").contains("s3cret"));
}

/// The files of the calendar are read with the configuration, and everything that is wrong with them comes with it.
#[test]
fn calendar_files_are_read_with_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let ics = write(
        "company.ics",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261224\r\nSUMMARY:Company day\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    );
    let toml = write("more.toml", "[[working]]\ndate = 2026-11-11\n");
    let config = write(
        "config.toml",
        &format!(
            "[calendar]\nfiles = [{ics:?}, {toml:?}]\nweekend = [\"Friday\", \"saturday\"]\n\n[[calendar.guild]]\nid = \"7\"\n\
             weekend = [\"sunday\"]\nextra = [{{ date = 2026-12-28, reason = \"Bridge\" }}]\n",
        ),
    );
    let calendar = Config::load(&config).unwrap().calendar;
    assert_eq!(calendar.days.off.len(), 1);
    assert_eq!(calendar.days.worked.len(), 1);
    assert_eq!(calendar.weekend.to_string(), "Friday and Saturday");
    let guild = &calendar.guilds[&tminus::domain::ids::GuildId(7)];
    assert_eq!(guild.weekend.unwrap().to_string(), "Sunday");
    assert_eq!(guild.days.off.len(), 1);

    let broken = write("broken.toml", "[[days]]\ndate = \"soon\"\n");
    let missing = folder.path().join("missing.ics");
    let config = write(
        "config.toml",
        &format!(
            "[calendar]\nfiles = [{broken:?}, {missing:?}, 3]\nweekend = [\"mon\"]\n[[calendar.guild]]\nid = 7\n\
             [[calendar.guild]]\nid = \"8\"\nweekend = [\"monday\", \"tuesday\", \"friday\", \"sunday\"]\n\
             [[calendar.guild]]\nid = \"8\"\nexcluded = [1999-01-01]\n",
        ),
    );
    let error = Config::load(&config).unwrap_err().to_string();
    insta::assert_snapshot!(error.replace(&format!("{}/", folder.path().display()), ""));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Config::load(&PathBuf::from("no/such/config.toml")).unwrap_err();
    assert!(matches!(error, ConfigError::Unreadable { .. }));
    assert!(error.to_string().contains("no/such/config.toml"));
}

/// S53: how people are called is a setting, and what it cannot be is named.
#[test]
fn how_people_are_called_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let load = |text: &str| {
        std::fs::write(&path, format!("[escalation]\n{text}")).unwrap();
        Config::load(&path)
    };
    let paging = load("answer_within = 5\nwakes = \"never\"\n")
        .unwrap()
        .escalation
        .paging;
    assert_eq!(paging.answer_within.num_minutes(), 5);
    assert_eq!(paging.wakes, None);
    let error = load("answer_within = 0\nwakes = \"always\"\n")
        .unwrap_err()
        .to_string();
    assert!(error.contains("a number of minutes from 1 to 240"), "{error}");
    assert!(
        error.contains("`critical`, `high`, `medium`, `low` or `never`"),
        "{error}"
    );
}
