//! On a phone everything is in reach, and nothing sticks out.

use serde_json::json;

use crate::chromium::{Chromium, Window};
use crate::demo::Demo;
use crate::page::Page;

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_shows_channels_board_and_message_box() {
    let demo = Demo::start();
    let browser = Chromium::open(Window::Phone).await;
    let page = Page(browser.client());
    page.visit(&demo.address).await;
    page.see("dialog[open]", "Watch").await;
    page.picture("phone-welcome").await;
    page.press("dialog[open]", "Look around").await;
    page.until(
        "return !document.querySelector('dialog[open]')",
        Vec::new(),
        "the welcome is over",
    )
    .await;
    page.see("#log", "Run your first dot release").await;
    page.picture("phone-start").await;
    let fits = "return document.documentElement.scrollWidth <= innerWidth";
    assert_eq!(page.ask(fits).await, json!(true), "nothing sticks out");
    page.find("#open-channels")
        .await
        .click()
        .await
        .expect("the list opens");
    page.see("#channels", "general").await;
    page.picture("phone-channels").await;
    page.press("#channels", "general").await;
    page.see("#channel-head", "general").await;
    assert_eq!(page.ask(fits).await, json!(true), "nothing sticks out");
    let box_in_reach = "const box = document.querySelector('#input').getBoundingClientRect(); return box.bottom <= innerHeight && box.height > 0";
    assert_eq!(
        page.ask(box_in_reach).await,
        json!(true),
        "the message box is in reach"
    );
    browser.close().await;
}
