//! The page to watch and play the people with: the files of `page/`, built in.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::core::Core;
use crate::world::{Attachment, AttachmentId, ChannelId};

/// Path and content of each file.
const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// Only what is served here may be loaded, nothing inline runs, and no text is ever read as markup.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
                      require-trusted-types-for 'script'; trusted-types 'none'";

/// The page's routes: each file under its name, and `index.html` at the root too.
pub(crate) fn routes() -> Router<Arc<Core>> {
    let mut router = Router::new()
        .route("/attachments/{channel}/{id}/{name}", get(attachment))
        .route("/ephemeral-attachments/{user}/{id}/{name}", get(given))
        .route("/{file}", get(of_host));
    for &(path, content) in FILES {
        router = router.route(path, get(move || file(path, content)));
        if path == "/index.html" {
            router = router.route("/", get(move || file(path, content)));
        }
    }
    router
}

/// A file of a message. Only a picture is shown by a browser; everything else is for saving.
async fn attachment(
    State(core): State<Arc<Core>>,
    Path((channel, id, _)): Path<(ChannelId, AttachmentId, String)>,
) -> Response {
    answer(core.with(|world, _| world.file(channel, id).cloned()))
}

/// A file that somebody has given away with a command.
async fn given(
    State(core): State<Arc<Core>>,
    Path((_, id, _)): Path<(u64, AttachmentId, String)>,
) -> Response {
    answer(core.with(|world, _| world.given_file(id).cloned()))
}

/// A file of the host; one of the page itself has the better claim to its path.
async fn of_host(State(core): State<Arc<Core>>, Path(name): Path<String>) -> Response {
    let files = core.host.as_ref().map_or(&[][..], |host| host.files());
    let wanted = |path: &str| path.strip_prefix('/') == Some(name.as_str());
    match files.iter().find(|(path, _)| wanted(path)) {
        Some(&(path, content)) => file(path, content).await.into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn answer(found: Option<Attachment>) -> Response {
    let Some(file) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = file.content_type.unwrap_or_default();
    let shown = if kind == "image/png" {
        "inline"
    } else {
        "attachment"
    };
    let headers: [(HeaderName, String); 4] = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, shown.to_owned()),
        (header::CONTENT_SECURITY_POLICY, POLICY.to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, file.bytes.to_vec()).into_response()
}

async fn file(path: &'static str, content: &'static [u8]) -> impl IntoResponse {
    let headers: [(HeaderName, &'static str); 5] = [
        (header::CONTENT_TYPE, kind(path)),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, content)
}

/// What a file is, by its name.
fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, end)| end) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some(_) | None => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::FILES;

    /// The page is small enough to be there at once, and to be read by whoever wonders.
    #[test]
    fn the_page_stays_small() {
        let bytes: usize = FILES.iter().map(|(_, content)| content.len()).sum();
        assert!(bytes < 150_000, "the page has {bytes} bytes");
    }
}
