//! Pages about playbooks, for commands and for the buttons below them.

use crate::app::Which;
use crate::discord::custom_id::Book;
use crate::discord::post::Post;
use crate::discord::render::{playbook as render, proposal};
use crate::discord::{Data, Failure};
use crate::domain::person::Person;

/// One page, as things are at this moment.
pub(super) async fn page(data: &Data, person: &Person, book: &Book, page: usize) -> Result<Post, Failure> {
    match book {
        Book::Show(id) => Ok(render::show(&data.app.playbook(id)?, page)),
        Book::Proposal(key) => proposal(data, person, &Which::Key(key.to_string()), page).await,
        Book::Difference(key) => difference(data, person, &Which::Key(key.to_string()), page).await,
    }
}

/// What differs between the playbook that a release keeps and its file.
pub(super) async fn difference(
    data: &Data,
    person: &Person,
    which: &Which,
    page: usize,
) -> Result<Post, Failure> {
    Ok(render::difference(
        &data.app.kept_playbook(person, which).await?,
        page,
    ))
}

/// What a release suggests for its playbook.
pub(super) async fn proposal(
    data: &Data,
    person: &Person,
    which: &Which,
    page: usize,
) -> Result<Post, Failure> {
    let (kept, suggestions) = data.app.suggestions(person, which, (data.now)()).await?;
    Ok(proposal::proposal(&kept, &suggestions, page))
}
