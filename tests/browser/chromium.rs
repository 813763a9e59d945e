//! Chromium without a window, by way of its own driver.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use fantoccini::wd::TimeoutConfiguration;
use fantoccini::{Client, ClientBuilder};
use serde_json::{Value, json};

use crate::page::PATIENCE;

/// How large the window is, in the browser's own pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Window {
    /// A notebook's.
    Desk,
    /// A phone's, with a finger instead of a mouse.
    Phone,
}

/// A browser that ends with the test.
pub(crate) struct Chromium {
    driver: Child,
    client: Client,
}

impl Chromium {
    /// Opens a browser with one empty tab.
    pub(crate) async fn open(window: Window) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("chromedriver must be installed (Debian: apt-get install chromium chromium-driver)");
        let told = driver.stdout.take().expect("its output is ours");
        let port = BufReader::new(told)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                Some(
                    line.split_once("successfully on port ")?
                        .1
                        .trim_end_matches('.')
                        .to_owned(),
                )
            })
            .expect("chromedriver says where it listens");
        let capabilities =
            json!({"goog:chromeOptions": options(window), "goog:loggingPrefs": {"browser": "ALL"}});
        let Value::Object(capabilities) = capabilities else {
            unreachable!("an object was written")
        };
        let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("Chromium opens");
        let patient = TimeoutConfiguration::new(Some(PATIENCE), None, None);
        client.update_timeouts(patient).await.expect("Chromium waits");
        Self { driver, client }
    }

    /// What acts in it.
    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }

    /// Closes it.
    pub(crate) async fn close(self) {
        self.client.clone().close().await.expect("Chromium closes");
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // Either may have ended already.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn options(window: Window) -> Value {
    let mut arguments = vec![
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];
    match window {
        Window::Desk => {
            arguments.push("--window-size=1280,900");
            json!({"args": arguments})
        }
        Window::Phone => {
            let metrics = json!({"width": 390, "height": 844, "pixelRatio": 2.0, "touch": true});
            json!({"args": arguments, "mobileEmulation": {"deviceMetrics": metrics}})
        }
    }
}
