//! What people write never becomes anything but text.

use serde_json::json;

use crate::chromium::{Chromium, Window};
use crate::demo::Demo;
use crate::page::Page;

const HOSTILE: [&str; 7] = [
    "<script>window.reached = 1</script>",
    "<img src=x onerror='window.reached = 2'>",
    "[click](javascript:window.reached=3) and <javascript:window.reached=4>",
    "```html\n</code></pre><svg onload=window.reached=5>\n```",
    "**<b onmouseover=window.reached=6>bold</b>** ||<iframe srcdoc='<script>parent.reached=7</script>'>||",
    "> <a href='data:text/html,<script>opener.reached=8</script>'>quoted</a>",
    "<t:99999999999999999999:R> <@1> <#\"><i>> <:x:1> \u{202e}txt.exe",
];

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_is_shown_as_it_was_written() {
    let demo = Demo::start();
    let browser = Chromium::open(Window::Desk).await;
    let page = Page(browser.client());
    page.look_around(&demo.address, "quinn").await;
    page.go("general").await;
    for text in HOSTILE {
        demo.write("devon", "general", text).await;
    }
    demo.write("devon", "general", "That was all.").await;
    page.see("#log", "That was all.").await;
    page.see("#log", "<script>window.reached = 1</script>").await;
    page.see("#log", "<img src=x onerror='window.reached = 2'>").await;
    page.see("#log", "</code></pre><svg onload=window.reached=5>")
        .await;
    let foreign = "document.querySelectorAll('#log script, #log img[onerror], #log svg[onload], #log iframe, #log b[onmouseover], #log a[href^=\"javascript\"], #log a[href^=\"data\"]').length";
    assert_eq!(page.ask(&format!("return {foreign}")).await, json!(0));
    assert_eq!(page.ask("return window.reached ?? null").await, json!(null));
    // What somebody's own script would try first, the policy refuses.
    let inline = "const el = document.createElement('script'); el.textContent = 'window.reached = 9'; document.body.append(el); return window.reached ?? null";
    assert_eq!(
        browser
            .client()
            .execute(inline, Vec::new())
            .await
            .unwrap_or_default(),
        json!(null)
    );
    page.picture("hostile-text").await;
    browser.close().await;
}
