//! What a person does with the page, and what is seen on it.

use std::path::Path;
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

/// How long something may be on its way: a busy machine is no broken page, and the story of the tour takes its time.
pub(crate) const PATIENCE: Duration = Duration::from_secs(240);

/// One tab of a browser.
pub(crate) struct Page<'c>(pub(crate) &'c Client);

impl Page<'_> {
    /// Goes to an address and waits for the message box.
    pub(crate) async fn visit(&self, address: &str) {
        self.0.goto(address).await.expect("the page loads");
        self.find("#input").await;
    }

    /// Goes to an address as somebody, and has nobody lead.
    pub(crate) async fn look_around(&self, address: &str, user: &str) {
        let address = format!("{address}/?user={user}");
        self.visit(&address).await;
        self.press("dialog[open]", "Look around").await;
        self.see("#log", "Run your first dot release").await;
        self.visit(&address).await;
    }

    /// Waits for what a CSS selector means.
    pub(crate) async fn find(&self, selector: &str) -> Element {
        let found = self
            .0
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(selector))
            .await;
        found.unwrap_or_else(|error| panic!("{selector} is not there: {error}"))
    }

    /// Waits until this text stands within what a CSS selector means, as a person sees it.
    pub(crate) async fn see(&self, selector: &str, text: &str) {
        self.until(
            "const seen = [...document.querySelectorAll(arguments[0])].filter((el) => el.checkVisibility());
             return seen.some((el) => el.innerText.includes(arguments[1]));",
            vec![json!(selector), json!(text)],
            &format!("{text:?} is not seen in {selector}"),
        )
        .await;
    }

    /// Waits until a script says that something is so.
    pub(crate) async fn until(&self, script: &str, arguments: Vec<Value>, otherwise: &str) {
        // The page is looked at again with each frame that it draws.
        let patient = format!(
            "const done = arguments[arguments.length - 1];
             const so = (...arguments) => {{ {script} }};
             const given = [...arguments].slice(0, -1);
             const look = () => so(...given) ? done(true) : requestAnimationFrame(look);
             look();"
        );
        let looked = tokio::time::timeout(PATIENCE, self.0.execute_async(&patient, arguments)).await;
        if !matches!(looked, Ok(Ok(_))) {
            let seen = self.text("body").await;
            panic!("{otherwise} ({looked:?}); the page says:\n{seen}");
        }
    }

    /// The text that a person reads within what a CSS selector means.
    pub(crate) async fn text(&self, selector: &str) -> String {
        self.find(selector).await.text().await.expect("text")
    }

    /// Presses the last button that says this, within what a CSS selector means. A list that is drawn anew in between has
    /// another button in its place, so it is looked for again then.
    pub(crate) async fn press(&self, within: &str, label: &str) {
        loop {
            let button = self.button(within, label).await;
            match button.click().await {
                Ok(()) => return,
                Err(error) if error.is_stale_element_reference() => {}
                Err(error) => panic!("{label:?} cannot be pressed: {error}"),
            }
        }
    }

    /// The last button that says this.
    async fn button(&self, within: &str, label: &str) -> Element {
        self.see(within, label).await;
        let script = "const all = [...document.querySelectorAll(`${arguments[0]} button`)];
            return all.filter((el) => el.checkVisibility() && el.innerText.includes(arguments[1])).at(-1);";
        let found = self
            .0
            .execute(script, vec![json!(within), json!(label)])
            .await
            .expect("a button");
        let found: fantoccini::elements::ElementRef = serde_json::from_value::<Value>(found)
            .ok()
            .and_then(|found| {
                found
                    .as_object()?
                    .values()
                    .next()?
                    .as_str()
                    .map(|id| id.to_owned().into())
            })
            .unwrap_or_else(|| panic!("no button in {within} says {label:?}"));
        Element::from_element_id(self.0.clone(), found)
    }

    /// Types where the keyboard is.
    pub(crate) async fn keys(&self, text: &str) {
        let active = self.0.active_element().await.expect("the keyboard is somewhere");
        active.send_keys(text).await.expect("keys are taken");
    }

    /// Types one key that writes nothing.
    pub(crate) async fn key(&self, key: Key) {
        self.keys(&char::from(key).to_string()).await;
    }

    /// Goes to a channel of the list.
    pub(crate) async fn go(&self, channel: &str) {
        self.see("#channels", channel).await;
        self.press("#channels", channel).await;
        self.see("#channel-head", channel).await;
    }

    /// What a script gives.
    pub(crate) async fn ask(&self, script: &str) -> Value {
        self.0.execute(script, Vec::new()).await.expect("an answer")
    }

    /// Keeps a picture of what is seen.
    pub(crate) async fn picture(&self, name: &str) {
        // What slides in has come to rest.
        self.until(
            "return document.getAnimations().every((one) =>
                 one.playState === 'finished' || one.effect.getComputedTiming().endTime === Infinity);",
            Vec::new(),
            "the page does not come to rest",
        )
        .await;
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
        std::fs::create_dir_all(&folder).expect("a folder");
        let bytes = self.0.screenshot().await.expect("a picture");
        let file = folder.join(format!("{name}.png"));
        std::fs::write(&file, bytes).expect("a file");
        println!("picture: {}", file.display());
    }
}
