//! `simcord serve`: a local Discord to point a bot at.

use clap::{Parser, Subcommand};
use simcord::{ChannelSpec, GuildSpec, MemberSpec, Options, RoleSpec, Simcord};

/// A local Discord for testing and showing bots.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves one guild with three people until it is interrupted.
    Serve {
        /// The port of the page, the control API and the gateway.
        #[arg(long, default_value_t = 7878)]
        port: u16,
        /// The bot token to accept.
        #[arg(long, default_value = "local.bot.token")]
        token: String,
        /// A file to write the root certificate for REST over TLS into.
        #[arg(long)]
        certificate: Option<std::path::PathBuf>,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Arguments { command } = Arguments::parse();
    match command {
        Command::Serve {
            port,
            token,
            certificate,
        } => serve(port, token, certificate).await,
    }
}

async fn serve(port: u16, token: String, certificate: Option<std::path::PathBuf>) -> anyhow::Result<()> {
    let mut options = Options {
        port,
        guilds: vec![guild()],
        ..Options::default()
    };
    options.application.token = token;
    let simcord = Simcord::start(options).await?;
    if let Some(path) = certificate {
        std::fs::write(&path, simcord.root_certificate_pem())?;
    }
    println!("page     http://{}/", simcord.http_address());
    println!("gateway  {}", simcord.gateway_url());
    println!(
        "REST     https://discord.com/ resolved to {}",
        simcord.rest_address()
    );
    tokio::signal::ctrl_c().await?;
    simcord.stop().await;
    Ok(())
}

fn guild() -> GuildSpec {
    let role = |name: &str, color| RoleSpec {
        name: name.to_owned(),
        color,
        permissions: 0,
        mentionable: true,
    };
    let member = |username: &str, display_name: &str, roles: &[&str], owner| MemberSpec {
        username: username.to_owned(),
        display_name: display_name.to_owned(),
        roles: roles.iter().map(|&role| role.to_owned()).collect(),
        owner,
    };
    GuildSpec {
        name: "Playground".to_owned(),
        roles: vec![role("Blue team", 0x34_98_db), role("Green team", 0x2e_cc_71)],
        members: vec![
            member("ada", "Ada", &["Green team"], true),
            member("ben", "Ben", &["Blue team"], false),
            member("cem", "Cem", &[], false),
        ],
        channels: vec![ChannelSpec {
            name: "general".to_owned(),
            ..ChannelSpec::default()
        }],
        bot_permissions: 1 << 3,
    }
}
