//! Copies of the whole database: to a file while the bot runs, and from a file into its place while it does not.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::domain::backup;
use crate::store::inspect::{Care, Contents, Unfit, inspect};
use crate::store::{OpenError, Store, lock};

/// What a copy holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The schema version.
    pub schema: i64,
    /// How many releases there are, closed ones too.
    pub releases: u64,
    /// The size of the file in bytes.
    pub bytes: u64,
}

/// What came of a restore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What was put in place.
    pub copied: Copied,
    /// Where the database is now that was there before, if one was.
    pub replaced: Option<PathBuf>,
}

/// Why a copy did not come about; nothing has changed then. Each sentence says what to do.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is a file of that name.
    #[error("{} is there already: name another file, or say --overwrite", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Somebody else is writing this very copy.
    #[error("another backup to {} is under way: wait until it has ended", path.display())]
    UnderWay {
        /// The file.
        path: PathBuf,
    },
    /// The file to copy from is none of ours, or damaged.
    #[error("{} {why}, so nothing was copied", path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        why: Unfit,
    },
    /// The copy cannot be written.
    #[error("{} cannot be written: check that its folder exists, that this user may write there, and that the disk has room", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What was in the way.
        #[source]
        source: WriteError,
    },
    /// A bot has the database open, or its folder cannot be written.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// What was in the way of a copy.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The operating system refused.
    #[error(transparent)]
    File(#[from] io::Error),
    /// SQLite could not write.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// What was written is not what it should be.
    #[error("what was written {0}")]
    Spoilt(Unfit),
}

/// Copies a database, which may be in use, to a file that has its name only when all of it is on disk and was checked.
///
/// # Errors
/// [`BackupError`]; an existing file is as it was.
pub async fn back_up(database: &Path, to: &Path, overwrite: bool) -> Result<Copied, BackupError> {
    if !overwrite && to.exists() {
        return Err(BackupError::Exists { path: to.to_owned() });
    }
    let draft = Draft::write(database, Care::Quick, to).await?;
    draft.put(to)
}

/// Puts a copy in the place of a database that no process uses, and keeps what was there beside it.
///
/// # Errors
/// [`BackupError`]; the database is as it was.
pub async fn restore(from: &Path, database: &Path, now: DateTime<Utc>) -> Result<Restored, BackupError> {
    let lock = lock(database)?;
    let draft = Draft::write(from, Care::Full, database).await?;
    let replaced = set_aside(database, now)
        .await
        .map_err(|source| BackupError::Write {
            path: database.to_owned(),
            source: source.into(),
        })?;
    let copied = draft.put(database)?;
    drop(lock);
    Ok(Restored { copied, replaced })
}

impl Store {
    /// Takes the scheduled backup of this instant into a folder, which is made where missing, and deletes the oldest
    /// there beyond `keep`. Other files in the folder are left alone.
    ///
    /// # Errors
    /// [`BackupError`]; none was deleted then.
    pub async fn back_up_into(
        &self,
        folder: &Path,
        keep: usize,
        now: DateTime<Utc>,
    ) -> Result<Copied, BackupError> {
        let to = folder.join(backup::name(now));
        let failed = |source: io::Error| BackupError::Write {
            path: to.clone(),
            source: source.into(),
        };
        std::fs::create_dir_all(folder).map_err(failed)?;
        let copied = back_up(self.path(), &to, true).await?;
        for old in backup::surplus(backups_in(folder).map_err(failed)?, keep, now) {
            std::fs::remove_file(folder.join(backup::name(old))).map_err(failed)?;
        }
        Ok(copied)
    }
}

/// When the scheduled backups in a folder were taken. A folder that is missing has none.
///
/// # Errors
/// The folder cannot be read.
pub fn backups_in(folder: &Path) -> io::Result<Vec<DateTime<Utc>>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut taken = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        // Half of one that a crash has cut off.
        match name.strip_suffix(".partial") {
            Some(half) if backup::taken(half).is_some() => std::fs::remove_file(folder.join(&*name))?,
            _ => taken.extend(backup::taken(&name)),
        }
    }
    Ok(taken)
}

/// Gives the present database a second name, so that it stays when another takes its place.
async fn set_aside(database: &Path, now: DateTime<Utc>) -> io::Result<Option<PathBuf>> {
    if !database.exists() {
        return Ok(None);
    }
    let kept = beside(database, &format!(".replaced-{}", now.format("%Y%m%dT%H%M%SZ")));
    // Opening and closing moves what a crash has left in the log into the file. A damaged one refuses, and keeps its log.
    let _ = inspect(database, Care::Quick).await;
    let log = beside(database, "-wal");
    if log.exists() {
        std::fs::rename(&log, beside(&kept, "-wal"))?;
    }
    let index = beside(database, "-shm");
    if index.exists() {
        std::fs::remove_file(index)?;
    }
    // With a second name, the first one is never without a file. Some file systems have no second names.
    if std::fs::hard_link(database, &kept).is_err() {
        std::fs::rename(database, &kept)?;
    }
    sync_folder(database)?;
    Ok(Some(kept))
}

/// A copy under a name that nobody looks for.
struct Draft {
    file: File,
    path: PathBuf,
    contents: Contents,
}

impl Draft {
    /// Copies a database to a name beside `to`, checks the copy, and waits until the disk has it.
    async fn write(from: &Path, care: Care, to: &Path) -> Result<Self, BackupError> {
        inspect(from, care).await.map_err(|why| BackupError::Unfit {
            path: from.to_owned(),
            why,
        })?;
        let path = beside(to, ".partial");
        let failed = |source| BackupError::Write {
            path: to.to_owned(),
            source,
        };
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|error| failed(error.into()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(BackupError::UnderWay { path: to.to_owned() }),
            Err(TryLockError::Error(error)) => return Err(failed(error.into())),
        }
        let draft = Self {
            file,
            path,
            contents: Contents {
                schema: 0,
                releases: 0,
            },
        };
        match draft.fill(from).await {
            Ok(contents) => Ok(Self { contents, ..draft }),
            Err(error) => {
                // Half a copy is of no use; the error that made it so is the one to tell.
                let _ = std::fs::remove_file(&draft.path);
                Err(failed(error))
            }
        }
    }

    async fn fill(&self, from: &Path) -> Result<Contents, WriteError> {
        // What an earlier attempt has left; SQLite takes a file only when it is empty.
        self.file.set_len(0)?;
        let name = self.path.to_str();
        let name = name.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidFilename))?;
        let mut connection = SqliteConnectOptions::new().filename(from).connect().await?;
        let copied = sqlx::query("VACUUM INTO $1")
            .bind(name)
            .execute(&mut connection)
            .await;
        connection.close().await?;
        copied?;
        let file = tokio::fs::File::from_std(self.file.try_clone()?);
        file.sync_all().await?;
        inspect(&self.path, Care::Full).await.map_err(WriteError::Spoilt)
    }

    /// Gives it the name that it is for.
    fn put(self, to: &Path) -> Result<Copied, BackupError> {
        let put = || -> io::Result<u64> {
            std::fs::rename(&self.path, to)?;
            sync_folder(to)?;
            Ok(self.file.metadata()?.len())
        };
        let bytes = put().map_err(|error| BackupError::Write {
            path: to.to_owned(),
            source: error.into(),
        })?;
        Ok(Copied {
            schema: self.contents.schema,
            releases: self.contents.releases,
            bytes,
        })
    }
}

/// A name that begins as another does, in the same folder.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Waits until the disk knows the names in the folder of a file.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
