//! The playbook files of a performance, which a script can edit.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context as _;
use simcord::Control;

use crate::app::PlaybookSource;
use crate::domain::escalation::Directory;
use crate::domain::playbook::{Item, Phase, Playbook};

/// What somebody does to a playbook file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// An item gets another title.
    Retitle {
        /// Its id.
        item: String,
        /// The new title.
        title: String,
    },
    /// A phase moves.
    Move {
        /// Its id.
        phase: String,
        /// Its new offset, as files have it.
        to: String,
    },
    /// An item is taken out.
    Drop {
        /// Its id.
        item: String,
    },
    /// The file cannot be read any more.
    Break,
    /// What broke it is mended.
    Mend,
}

/// Whom to ask about what: what these lines say, in which `{@riley}` stands for the id of this person; without any, the
/// directory that comes with T-minus.
pub(super) fn directory_of(lines: &str, control: &Control) -> anyhow::Result<Directory> {
    if lines.is_empty() {
        let text = include_str!("../../playbook-templates/escalation/escalation.toml");
        return Directory::read("escalation.toml", text).map_err(anyhow::Error::from);
    }
    let mut text = String::new();
    let mut rest = lines;
    while let Some((before, after)) = rest.split_once("{@") {
        let (name, after) = after
            .split_once('}')
            .context("`{@` without `}` in the directory")?;
        let id = control
            .user_id(name)
            .with_context(|| format!("there is no @{name} for the directory"))?;
        text.push_str(before);
        text.push_str(&id.to_string());
        rest = after;
    }
    text.push_str(rest);
    Directory::read("the directory of the script", &text).map_err(anyhow::Error::from)
}

/// The files as they are. Clones are the same files.
#[derive(Clone, Debug)]
pub(super) struct Files(Arc<Mutex<Contents>>);

#[derive(Debug)]
struct Contents {
    playbooks: Vec<Playbook>,
    /// The name of a file that cannot be read.
    broken: Option<String>,
}

impl Files {
    pub(super) fn new(playbooks: Vec<Playbook>) -> Self {
        Self(Arc::new(Mutex::new(Contents {
            playbooks,
            broken: None,
        })))
    }

    /// The playbooks, whether their files could be read or not.
    pub(super) fn playbooks(&self) -> Vec<Playbook> {
        self.contents().playbooks.clone()
    }

    /// What `/playbook reload` reads.
    pub(super) fn source(&self) -> PlaybookSource {
        let files = self.clone();
        PlaybookSource::new(move || {
            let contents = files.contents();
            match &contents.broken {
                None => Ok(contents.playbooks.clone()),
                Some(name) => Err(vec![format!("{name}.toml:1:1: `title` is missing")]),
            }
        })
    }

    pub(super) fn edit(&self, playbook: &str, edit: &Edit) -> anyhow::Result<()> {
        let mut contents = self.contents();
        match edit {
            Edit::Break => contents.broken = Some(playbook.to_owned()),
            Edit::Mend => contents.broken = None,
            _ => {}
        }
        let found = contents.playbooks.iter_mut().find(|known| known.id == playbook);
        let playbook = found.with_context(|| format!("there is no playbook {playbook:?}"))?;
        match edit {
            Edit::Retitle { item, title } => title.clone_into(&mut item_of(playbook, item)?.title),
            Edit::Move { phase, to } => phase_of(playbook, phase)?.offset = to.parse()?,
            Edit::Drop { item } => {
                item_of(playbook, item)?;
                for phase in &mut playbook.phases {
                    phase.items.retain(|known| known.id.as_str() != item);
                }
            }
            Edit::Break | Edit::Mend => {}
        }
        Ok(())
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn phase_of<'a>(playbook: &'a mut Playbook, id: &str) -> anyhow::Result<&'a mut Phase> {
    let mut phases = playbook.phases.iter_mut();
    let found = phases.find(|phase| phase.id.as_str() == id);
    found.with_context(|| format!("it has no phase {id:?}"))
}

fn item_of<'a>(playbook: &'a mut Playbook, id: &str) -> anyhow::Result<&'a mut Item> {
    let mut items = playbook.phases.iter_mut().flat_map(|phase| &mut phase.items);
    let found = items.find(|item| item.id.as_str() == id);
    found.with_context(|| format!("it has no item {id:?}"))
}
