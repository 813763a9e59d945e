//! A release is started, and a form filled in, without a mouse.

use fantoccini::key::Key;

use crate::chromium::{Chromium, Window};
use crate::demo::Demo;
use crate::page::Page;
use crate::people::target;

#[tokio::test(flavor = "multi_thread")]
async fn a_release_is_started_by_keyboard_alone() {
    let demo = Demo::start();
    let browser = Chromium::open(Window::Desk).await;
    let page = Page(browser.client());
    page.look_around(&demo.address, "riley").await;
    // Whoever types anywhere on the page types into the message box.
    page.keys("/release sta").await;
    page.see("#composer", "/release start").await;
    page.picture("keyboard-picker").await;
    page.key(Key::Enter).await;
    page.see("#composer", "playbook").await;
    page.keys("dot").await;
    page.see("#composer", "Dot release").await;
    page.key(Key::Enter).await;
    page.keys("7.2.1").await;
    page.key(Key::Tab).await;
    page.keys(&target()).await;
    page.picture("keyboard-options").await;
    page.key(Key::Enter).await;
    page.see("#channels", "rel-7-2-1").await;
    page.picture("keyboard-started").await;
    demo.faultless().await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_opens_at_its_first_field_and_goes_with_escape() {
    let demo = Demo::start();
    let browser = Chromium::open(Window::Desk).await;
    let page = Page(browser.client());
    page.look_around(&demo.address, "riley").await;
    page.go("general").await;
    page.find("#input").await.click().await.expect("the message box");
    page.keys("/release start playbook:dot-release version:7.2.1 title:Login target:")
        .await;
    page.keys(&target()).await;
    page.key(Key::Enter).await;
    page.see("#channels", "rel-7-2-1").await;
    page.go("rel-7-2-1").await;
    page.press("#log", "Change the words").await;
    page.find("dialog[open]").await;
    let first = "return document.activeElement === document.querySelector('dialog[open] input, dialog[open] textarea')";
    page.until(first, Vec::new(), "the keyboard is in the first field")
        .await;
    page.picture("form").await;
    page.key(Key::Escape).await;
    page.until(
        "return !document.querySelector('dialog[open]')",
        Vec::new(),
        "Escape closes the form",
    )
    .await;
    demo.faultless().await;
    browser.close().await;
}
