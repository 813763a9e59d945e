//! A local Discord, and the bot as a process of its own.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::Context as _;
use simcord::{
    ChannelId, ChannelKind, ChannelSpec, Clock, Control, GuildSpec, MemberSpec, Options, RoleSpec, Simcord,
    UserId,
};
use tminus::discord::custom_id::{CustomId, SetupPage};

/// The token of the bot.
pub(crate) const TOKEN: &str = "token-of-the-measured-bot";

/// Who leads releases and owns every server.
pub(crate) const MANAGER: &str = "riley";

/// Each role of the playbook, as it is titled, and who plays it.
pub(crate) const PEOPLE: [(&str, &str); 4] = [
    ("Release Manager", MANAGER),
    ("Dev", "devon"),
    ("QA", "quinn"),
    ("Marketing", "mona"),
];

/// A local Discord, and a folder with the configuration and the database of a bot for it.
pub(crate) struct Place {
    simcord: Simcord,
    folder: tempfile::TempDir,
}

impl Place {
    /// With so many servers. The folder is on the disk that the program is built on; `/tmp` may be no disk at all.
    pub(crate) async fn open(servers: usize) -> anyhow::Result<Self> {
        let simcord = Simcord::start(Options {
            port: 0,
            application: simcord::Application {
                id: 42,
                name: "T-minus".to_owned(),
                token: TOKEN.to_owned(),
                ..simcord::Application::default()
            },
            guilds: (1..=servers).map(guild).collect(),
            clock: Clock::system(),
            patience: Duration::from_secs(20),
            ..Options::default()
        })
        .await?;
        let folder = folder()?;
        let certificate = folder.path().join("root.pem");
        std::fs::write(&certificate, simcord.root_certificate_pem())?;
        let config = format!(
            "[database]\npath = {:?}\n[playbooks]\nfolder = {:?}\n[discord.local]\nrest = \"{}\"\nroot_certificate = {certificate:?}\n",
            folder.path().join("tminus.sqlite"),
            playbooks()?,
            simcord.rest_address(),
        );
        std::fs::write(folder.path().join("config.toml"), config)?;
        Ok(Self { simcord, folder })
    }

    pub(crate) fn control(&self) -> Control {
        self.simcord.control()
    }

    pub(crate) fn simcord(&self) -> &Simcord {
        &self.simcord
    }

    /// Starts the program, as an operator does.
    pub(crate) fn start(&self) -> anyhow::Result<Bot> {
        let child = program()
            .arg("run")
            .arg("--config")
            .arg(self.folder.path().join("config.toml"))
            .env("DISCORD_TOKEN", TOKEN)
            .stdout(Stdio::null())
            .stderr(File::create(self.folder.path().join("log"))?)
            .spawn()?;
        Ok(Bot(child))
    }

    /// Has the owner choose everything on every server, by the button that people press.
    pub(crate) async fn set_up(&self) -> anyhow::Result<()> {
        let control = self.control();
        let riley = self.person(MANAGER)?;
        for (_, channel) in self.lobbies()? {
            let form = control.slash_text(riley, channel, "/setup").await;
            let form = form.message.context("/setup is answered")?.id;
            let mut journal = control.subscribe();
            let button = CustomId::SetupCreate(SetupPage::Roles).to_string();
            control.click(riley, form, &button).await;
            let chosen = || {
                let form = control.message(riley, form);
                form.is_some_and(|form| control.read(riley, &form).contains("Everything is chosen"))
            };
            while !chosen() {
                journal.recv().await?;
            }
        }
        Ok(())
    }

    pub(crate) fn person(&self, name: &str) -> anyhow::Result<UserId> {
        self.control()
            .user_id(name)
            .with_context(|| format!("nobody is called {name}"))
    }

    /// Each server with its general channel.
    pub(crate) fn lobbies(&self) -> anyhow::Result<Vec<(String, ChannelId)>> {
        let view = self.control().view(self.person(MANAGER)?);
        let guilds = view.context("the owner sees the servers")?.guilds;
        guilds
            .into_iter()
            .map(|guild| {
                let general = guild.channels.iter().find(|channel| channel.name == "general");
                Ok((guild.name, general.context("every server has #general")?.id))
            })
            .collect()
    }
}

/// The program, running; killed when it is let go.
#[derive(Debug)]
pub(crate) struct Bot(Child);

impl Bot {
    pub(crate) fn usage(&self) -> anyhow::Result<super::process::Usage> {
        super::process::Usage::of(self.0.id())
    }

    /// Asks the process to end, as an operator does, and waits until it has.
    pub(crate) fn terminate(mut self) -> anyhow::Result<Duration> {
        let watch = super::stopwatch::Stopwatch::start();
        let asked = Command::new("kill")
            .args(["-TERM", &self.0.id().to_string()])
            .status()?;
        anyhow::ensure!(
            asked.success() && self.0.wait()?.success(),
            "the bot ends in order"
        );
        Ok(watch.passed())
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        // It has nothing to save: what it acknowledged is on disk. One that has ended before is no fault here.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program itself, built as it is released.
pub(crate) fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_tminus"))
}

/// A new folder on the disk that the program is built on.
pub(crate) fn folder() -> anyhow::Result<tempfile::TempDir> {
    Ok(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?)
}

/// A folder with the shipped playbook in which every item can be ticked at any time: what is measured is ticks, and not
/// what an item waits for.
pub(crate) fn playbooks() -> anyhow::Result<std::path::PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("playbooks-{}", std::process::id()));
    let asks = ["evidence = ", "needs = ", "opens_when = ", "only_if = "];
    let text = include_str!("../../playbook-templates/dot-release.toml");
    let kept = text
        .lines()
        .filter(|line| !asks.iter().any(|key| line.starts_with(key)));
    let text: Vec<&str> = kept.collect();
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("dot-release.toml"), text.join("\n"))?;
    Ok(folder)
}

fn guild(number: usize) -> GuildSpec {
    GuildSpec {
        name: format!("Server {number}"),
        roles: PEOPLE
            .map(|(role, _)| RoleSpec {
                name: role.to_owned(),
                mentionable: true,
                ..RoleSpec::default()
            })
            .to_vec(),
        members: PEOPLE
            .map(|(role, name)| MemberSpec {
                username: name.to_owned(),
                display_name: name.to_owned(),
                roles: vec![role.to_owned()],
                owner: name == MANAGER,
            })
            .to_vec(),
        channels: vec![ChannelSpec {
            name: "general".to_owned(),
            kind: ChannelKind::Text,
            ..ChannelSpec::default()
        }],
        bot_permissions: tminus::discord::invite::needed().bits(),
    }
}
