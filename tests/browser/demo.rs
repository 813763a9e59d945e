//! The program, started as the README says.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A demo that ends with the test.
pub(crate) struct Demo {
    program: Child,
    /// Where the page is.
    pub(crate) address: String,
    client: reqwest::Client,
    /// Whatever else it says must find somebody to say it to.
    _told: BufReader<ChildStdout>,
    _data: TempDir,
}

impl Demo {
    /// Starts it on a port of its own and waits until it says where it is.
    pub(crate) fn start() -> Self {
        let data = TempDir::new().expect("a folder");
        let mut program = Command::new(env!("CARGO_BIN_EXE_tminus"))
            .args(["demo", "--port", "0", "--data"])
            .arg(data.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let told = program.stdout.take().expect("its output is ours");
        let mut told = BufReader::new(told);
        let mut lines = told.by_ref().lines().map_while(Result::ok);
        let address = lines.find_map(|line| {
            let (_, address) = line.split_once("open ")?;
            Some(address.split_whitespace().next()?.to_owned())
        });
        Self {
            program,
            address: address.expect("the demo says where it is"),
            client: reqwest::Client::new(),
            _told: told,
            _data: data,
        }
    }

    /// What somebody else writes in a channel.
    pub(crate) async fn write(&self, user: &str, channel: &str, content: &str) {
        let view = self.get(&format!("/control/view?user={user}")).await;
        let channels = view["guilds"][0]["channels"].as_array().expect("channels");
        let found = channels
            .iter()
            .find(|found| found["name"] == channel)
            .expect("the channel");
        let body = json!({"user": user, "channel": found["id"], "content": content});
        let url = format!("{}/control/message", self.address);
        let answer = self.client.post(url).json(&body).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// Rules that the bot broke while it was watched; there are none.
    pub(crate) async fn faultless(&self) {
        assert_eq!(self.get("/control/errors").await, json!([]));
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.client.get(format!("{}{path}", self.address)).send().await;
        answer.expect("an answer").json().await.expect("JSON")
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
