//! Two people in two tabs: each sees what is theirs, at once.

use fantoccini::key::Key;

use crate::chromium::{Chromium, Window};
use crate::demo::Demo;
use crate::page::Page;

#[tokio::test(flavor = "multi_thread")]
async fn two_people_work_on_one_release_in_two_tabs() {
    let demo = Demo::start();
    let browser = Chromium::open(Window::Desk).await;
    let page = Page(browser.client());
    let riley = browser.client().window().await.expect("a tab");
    page.look_around(&demo.address, "riley").await;
    let quinn = browser
        .client()
        .new_window(true)
        .await
        .expect("another tab")
        .handle;
    browser
        .client()
        .switch_to_window(quinn.clone())
        .await
        .expect("Quinn's tab");
    page.visit(&format!("{}/?user=quinn", demo.address)).await;
    page.see("#me", "Quinn").await;

    // Riley starts a release, and what only she is told stays hers.
    browser
        .client()
        .switch_to_window(riley.clone())
        .await
        .expect("Riley's tab");
    page.see("#me", "Riley").await;
    page.go("general").await;
    page.find("#input").await.click().await.expect("the message box");
    page.keys("/release start playbook:dot-release version:7.2.1 title:Login target:")
        .await;
    page.keys(&target()).await;
    page.key(Key::Enter).await;
    page.see("#log", "Only you can see this").await;
    page.see("#channels", "rel-7-2-1").await;
    page.picture("two-tabs-riley").await;

    // Quinn's tab had nobody at it; it is not behind.
    browser
        .client()
        .switch_to_window(quinn)
        .await
        .expect("Quinn's tab");
    page.see("#channels", "rel-7-2-1").await;
    page.go("general").await;
    let told = page.text("#log").await;
    assert!(!told.contains("Only you can see this"), "{told}");
    page.go("rel-7-2-1").await;
    page.see("#log", "7.2.1").await;

    // Quinn reacts by keyboard, and Riley agrees with a press.
    let smile = page.find("#log .smile").await;
    smile
        .send_keys(&char::from(Key::Enter).to_string())
        .await
        .expect("a key");
    page.see(".popup", "Thumbs up").await;
    page.key(Key::Enter).await;
    page.see("#log .reactions button[aria-pressed=true]", "1").await;
    page.picture("two-tabs-quinn").await;
    assert!(browser.client().title().await.expect("a title").contains("Quinn"));
    browser
        .client()
        .switch_to_window(riley)
        .await
        .expect("Riley's tab");
    page.go("rel-7-2-1").await;
    page.see("#log .reactions button[aria-pressed=false]", "1").await;
    page.press("#log .reactions", "👍").await;
    page.see("#log .reactions button[aria-pressed=true]", "2").await;
    demo.faultless().await;
    browser.close().await;
}

/// A day that is far enough away for every phase, whatever today is.
pub(crate) fn target() -> String {
    "2031-03-13".to_owned()
}
