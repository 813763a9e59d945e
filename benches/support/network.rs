//! What a request over loopback costs, whoever makes it.

use super::place::Place;
use super::report::Figures;
use super::stopwatch::Stopwatch;

/// How many requests are made, one after the other on one connection.
const REQUESTS: usize = 500;

/// Round trips of the smallest request, with the bot's own HTTP library and over TLS as the bot makes them.
pub(crate) async fn round_trips(place: &Place) -> anyhow::Result<Figures> {
    let simcord = place.simcord();
    let certificate = reqwest::Certificate::from_pem(simcord.root_certificate_pem().as_bytes())?;
    let client = reqwest::Client::builder()
        .no_proxy()
        .user_agent(concat!(
            "DiscordBot (https://example.org, ",
            env!("CARGO_PKG_VERSION"),
            ")"
        ))
        .resolve("discord.com", simcord.rest_address())
        .tls_built_in_root_certs(false)
        .add_root_certificate(certificate)
        .build()?;
    let mut figures = Figures::default();
    for number in 0..=REQUESTS {
        let watch = Stopwatch::start();
        let answer = client.get("https://discord.com/api/v10/gateway").send().await?;
        answer.error_for_status()?.bytes().await?;
        // The first one opens the connection.
        if number > 0 {
            figures.add(watch.passed());
        }
    }
    Ok(figures)
}
