//! The tour of the demo from its welcome to its end, and anew.

use crate::chromium::{Chromium, Window};
use crate::demo::Demo;
use crate::page::Page;

#[tokio::test(flavor = "multi_thread")]
async fn the_tour_is_watched_paused_tried_and_begun_anew() {
    let demo = Demo::start();
    let browser = Chromium::open(Window::Desk).await;
    let page = Page(browser.client());
    page.visit(&demo.address).await;
    page.see("dialog[open]", "T-minus runs dot releases").await;
    page.picture("tour-welcome").await;

    page.press("dialog[open]", "Watch").await;
    page.see("#tour", "1/").await;
    page.press("#tour", "Pause").await;
    page.see("#tour", "Paused.").await;
    page.picture("tour-paused").await;
    page.press("#tour", "Continue").await;
    page.see("#channels", "rel-7-2-1").await;
    page.picture("tour-watching").await;
    page.see("dialog[open]", "7.2.1 has shipped").await;
    page.picture("tour-watched").await;

    page.press("dialog[open]", "Try it").await;
    let steps = 6;
    for step in 1..=steps {
        page.see("#tour", &format!("{step}/{steps}")).await;
        if step == 2 {
            page.picture("tour-trying").await;
        }
        page.press("#tour", "Show me").await;
    }
    page.see("dialog[open]", "That was the tour").await;
    page.picture("tour-tried").await;
    page.press("dialog[open]", "Go on by yourself").await;
    demo.faultless().await;

    page.press("#clockbar", "Reset").await;
    page.press("dialog[open]", "Reset").await;
    page.see("dialog[open]", "T-minus runs dot releases").await;
    let names = page
        .ask("return document.querySelector('#channels').innerText")
        .await;
    assert!(
        !names.as_str().unwrap_or_default().contains("rel-7-2-1"),
        "{names}"
    );
    browser.close().await;
}
