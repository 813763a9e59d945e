//! No token, no interaction token and no message text reaches a log, however much is logged.

use std::io::Write;
use std::sync::{Arc, Mutex};

use tminus::config::{LogFormat, LogLevel};
use tminus::demo::player::play;
use tminus::demo::script::Script;
use tminus::runtime::logging;

/// Words that people type and that must stay where they were typed.
const PLANTED: &[&str] = &["PLANTED-TITLE", "PLANTED-REASON", "PLANTED-ITEM"];

/// What the addresses of interactions look like; their tokens stand between these words.
const ADDRESSES: &[&str] = &["/callback", "/webhooks/", "/interactions/"];

const SCRIPT: &str = "at 2026-12-01 09:00 America/Los_Angeles
@riley in #general: /release start playbook:dot-release version:7.2.1 target:2026-12-10 title:\"PLANTED-TITLE\"
discord answers 500 1 times to PATCH /messages
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
        .with_writer(Mutex::new(log.clone()))
        .finish();
    let logged = perform(subscriber, &log).await;
    assert!(
        found_in(&logged).contains(&"/callback"),
        "interaction addresses are logged by serenity"
    );
}

async fn perform(subscriber: impl tracing::Subscriber + Send + Sync, log: &Log) -> String {
    // Everything of this test runs on this thread, so that this subscriber hears all of it.
    let _guard = tracing::subscriber::set_default(subscriber);
    let script: Script = SCRIPT.parse().unwrap();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("playbook-templates");
    let playbooks = tminus::cli::playbook::read_folder(&folder).unwrap();
    let data = tempfile::tempdir().unwrap();
    let performance = play(&script, playbooks, data.path()).await.unwrap();
    assert_eq!(performance.failures, Vec::<String>::new());
    String::from_utf8(log.0.lock().unwrap().clone()).unwrap()
}

fn found_in(logged: &str) -> Vec<&'static str> {
    let token = ["local-demo-token"];
    let words = PLANTED.iter().chain(ADDRESSES).chain(&token);
    words.copied().filter(|word| logged.contains(word)).collect()
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
