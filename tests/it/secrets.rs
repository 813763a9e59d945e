//! No token, no interaction token and no message text reaches a log, however much is logged.

use std::io::Write;
use std::sync::{Arc, Mutex};

use tminus::config::{LogFormat, LogLevel};
use tminus::demo::player::play;
use tminus::demo::script::Script;
use tminus::runtime::logging;
use tracing_subscriber::fmt::format::FmtSpan;

/// Words that people type and that must stay where they were typed.
const PLANTED: &[&str] = &["PLANTED-TITLE", "PLANTED-REASON", "PLANTED-ITEM"];

/// "PLANTED" as the bytes of a request's body, which is how serenity logs it.
const PLANTED_BYTES: &str = "80, 76, 65, 78, 84, 69, 68";

/// How the bot's token begins, and the token of every interaction of the local Discord.
const TOKENS: &[&str] = &["local-demo-token", "interaction."];

const SCRIPT: &str = "at 2026-12-01 09:00 America/Los_Angeles
@riley in #general: /release start playbook:dot-release version:7.2.1 target:2026-12-10 title:\"PLANTED-TITLE\"
discord answers 500 1 times to PATCH /channels/
@riley in #rel-7-2-1: /item done item:\"PLANTED-ITEM\"
@riley: /item done item:\"Tag the new release\"
advance 1 min
@riley clicks \"All items\"
@riley: /release close override_reason:\"PLANTED-REASON\"
";

#[tokio::test(flavor = "current_thread")]
async fn nothing_secret_is_logged_at_any_level() {
    for format in [LogFormat::Text, LogFormat::Json] {
        let log = Log::default();
        let subscriber = logging::subscriber(LogLevel::Trace, format, log.clone());
        let logged = perform(subscriber, &log).await;
        assert!(
            logged.contains("connected to the gateway"),
            "our own lines are there:\n{logged}"
        );
        assert!(logged.contains("will try again"), "failures are there:\n{logged}");
        assert_eq!(found_in(&logged), Vec::<&str>::new(), "{logged}");
    }
}

/// The same run with every library at its loudest shows the secrets: the test above can fail.
#[tokio::test(flavor = "current_thread")]
async fn without_the_filter_the_secrets_would_be_logged() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::NEW)
        .with_writer(Mutex::new(log.clone()))
        .finish();
    let logged = perform(subscriber, &log).await;
    let found = found_in(&logged);
    assert!(
        found.contains(&"interaction."),
        "serenity logs the tokens of interactions: {found:?}"
    );
    assert!(
        found.contains(&PLANTED_BYTES),
        "serenity logs the bodies of messages: {found:?}"
    );
}

async fn perform(subscriber: impl tracing::Subscriber + Send + Sync, log: &Log) -> String {
    // Everything of this test runs on this thread, so that this subscriber hears all of it.
    let _listening = listen(subscriber);
    let script: Script = SCRIPT.parse().unwrap();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("playbook-templates");
    let playbooks = tminus::cli::playbook::read_folder(&folder).unwrap();
    let data = tempfile::tempdir().unwrap();
    let performance = play(&script, playbooks, data.path()).await.unwrap();
    assert_eq!(performance.failures, Vec::<String>::new());
    String::from_utf8(log.0.lock().unwrap().clone()).unwrap()
}

/// Has this thread heard by a subscriber, until what is returned is dropped. Beside it stands one that hears nothing: with
/// one alone, a line of code that another thread reaches first would be silent for good.
pub(crate) fn listen(
    subscriber: impl tracing::Subscriber + Send + Sync,
) -> (tracing::subscriber::DefaultGuard, tracing::Dispatch) {
    let beside = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::default());
    (tracing::subscriber::set_default(subscriber), beside)
}

fn found_in(logged: &str) -> Vec<&'static str> {
    let words = PLANTED.iter().chain(TOKENS).chain([&PLANTED_BYTES]);
    words.copied().filter(|word| logged.contains(word)).collect()
}

#[derive(Clone, Default)]
pub(crate) struct Log(pub(crate) Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
