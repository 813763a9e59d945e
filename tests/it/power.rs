//! Power loss: what a disk could hold after the power went at any moment, and what the program makes of it.
//!
//! The real program runs on a disk with a memory (`tests/power/journal.c`, preloaded). At each point at which the disk
//! was asked to make changes last, and at many between, images are built: everything that was made last, and of what
//! was written later an arbitrary part, torn at sectors. From each image a new start has to have every completion that
//! was acknowledged before that moment.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use simcord::Control;
use tminus::domain::playbook::ItemId;
use tminus::store::{Store, back_up, releases};

use crate::process::{Place, Running, TARGET, drafted, set_up};

/// What a disk writes whole, in bytes; anything larger can be torn.
const SECTOR: usize = 512;

/// How many completions are acknowledged before the program is stopped in order and started again, and how many after.
const TICKS: [usize; 2] = [14, 8];

/// How many images are tried. Their moments are spread over the whole history.
const IMAGES: usize = 160;

/// How many images of a disk that lies are tried: one of them may hold everything by chance.
const LIES: usize = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_a_power_cut_at_any_moment() {
    let history = History::record(Disk::Honest).await;
    let mut lost = Vec::new();
    let moments = history.moments();
    for moment in &moments {
        lost.extend(history.lost_at(*moment, *moment).await);
    }
    println!(
        "{} completions acknowledged, {} changes to the disk, {} times made to last; {} images tried, lost: {}",
        history.acknowledged.len(),
        history.entries.len(),
        history
            .entries
            .iter()
            .filter(|entry| entry.kind.is_sync())
            .count(),
        moments.len(),
        lost.len(),
    );
    assert_eq!(lost, Vec::<String>::new());
}

/// The same on a disk that answers and forgets: the test above can fail. (With `synchronous = NORMAL` it fails as well.)
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_disk_that_lies_the_test_would_see_the_loss() {
    let history = History::record(Disk::Forgetful).await;
    let mut lost = Vec::new();
    for throw in 0..LIES {
        lost.extend(history.lost_at(history.entries.len(), throw).await);
    }
    assert!(
        !lost.is_empty(),
        "nothing was lost although nothing was made last"
    );
}

/// What the disk does when it is asked to make changes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Disk {
    /// It takes its time, so that an answer that does not wait for it is seen to come too early.
    Honest,
    /// It says that it has, and has not.
    Forgetful,
}

/// Everything that the program did to the files of its database, and when it acknowledged what.
struct History {
    entries: Vec<Entry>,
    /// An item with the number of entries that there were when its acknowledgement arrived.
    acknowledged: Vec<(ItemId, usize)>,
}

#[derive(Debug)]
struct Entry {
    kind: Kind,
    name: String,
    offset: usize,
    data: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Made,
    Written,
    Cut,
    Synced,
    FolderSynced,
    Removed,
    Renamed,
}

impl Kind {
    fn is_sync(self) -> bool {
        matches!(self, Self::Synced | Self::FolderSynced)
    }
}

impl History {
    async fn record(disk: Disk) -> Self {
        let place = Place::new().await;
        let tools = tempfile::tempdir().unwrap();
        let journal = tools.path().join("journal");
        let library = compiled(tools.path());
        let start = || {
            let mut command = place.command();
            command
                .env("LD_PRELOAD", &library)
                .env("POWER_FOLDER", place.folder.path())
                .env("POWER_JOURNAL", &journal);
            match disk {
                Disk::Honest => command.env("POWER_DELAY", "5000"),
                Disk::Forgetful => command.env("POWER_FORGET", "1"),
            };
            Running::spawn(&mut command)
        };
        let control = place.simcord.control();
        let riley = control.user_id("riley").unwrap();
        let general = control.channel_id(riley, "general").unwrap();
        let mut bot = start();
        control.wait_connected().await;
        set_up(&control).await;
        let command = format!("/release start playbook:dot-release version:7.2.1 target:{TARGET}");
        control.slash_text(riley, general, &command).await;
        let mut events = control.subscribe();
        while !drafted(&control, "7.2.1") {
            events.recv().await.unwrap();
        }
        let channel = control.channel_id(riley, "rel-7-2-1").unwrap();
        let ready = "/release ready override_reason:\"What is tested here is the disk\"";
        control.slash_text(riley, channel, ready).await;
        let mut items = items().into_iter();
        let mut acknowledged = Vec::new();
        for (round, ticks) in TICKS.into_iter().enumerate() {
            for item in items.by_ref().take(ticks) {
                tick(&control, &item).await;
                acknowledged.push((item, journal_of(&journal).len()));
            }
            assert!(bot.terminate(), "round {round}");
            if round + 1 < TICKS.len() {
                bot = start();
                control.wait_connected().await;
            }
        }
        Self {
            entries: journal_of(&journal),
            acknowledged,
        }
    }

    /// Right before and right after each point at which something was made last, and as many in between, thinned out
    /// evenly. A moment is a number of entries.
    fn moments(&self) -> Vec<usize> {
        let points = self
            .entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| entry.kind.is_sync());
        let mut moments: Vec<usize> = points.flat_map(|(index, _)| [index, index + 1]).collect();
        let mut chance = Chance(7);
        moments.extend(
            (0..moments.len())
                .map(|_| chance.below(self.entries.len() + 1))
                .collect::<Vec<_>>(),
        );
        moments.sort_unstable();
        moments.dedup();
        let all = moments.len();
        let kept = IMAGES.min(all);
        let mut kept: Vec<usize> = (0..kept).map(|number| moments[number * all / kept]).collect();
        kept.push(self.entries.len());
        kept
    }

    /// What is missing when the power goes at this moment; `throw` decides what the disk had kept by then.
    async fn lost_at(&self, moment: usize, throw: usize) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let mut chance = Chance(throw as u64);
        for (name, bytes) in image(&self.entries[..moment], &mut chance) {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        let path = folder.path().join("tminus.sqlite");
        let store = match Store::open(&path).await {
            Ok(store) => store,
            Err(error) => return vec![format!("entry {moment}: {error}")],
        };
        let mut lost = Vec::new();
        // The copy is checked by SQLite's full check.
        if let Err(error) = back_up(&path, &folder.path().join("checked.sqlite"), false).await {
            lost.push(format!("entry {moment}: {error}"));
        }
        let found = releases::in_flight_everywhere(&mut store.read().await.unwrap()).await;
        let done: Vec<ItemId> = match found {
            Ok(releases) => releases
                .into_iter()
                .flat_map(|release| release.completions.into_keys())
                .collect(),
            Err(error) => return vec![format!("entry {moment}: {error}")],
        };
        for (item, at) in &self.acknowledged {
            if *at <= moment && !done.contains(item) {
                lost.push(format!(
                    "entry {moment}: {item}, acknowledged at {at}, is not there"
                ));
            }
        }
        store.close().await;
        lost
    }
}

/// A file on the disk: what is sure, and what was done to it since.
#[derive(Clone, Debug, Default)]
struct File {
    sure: Vec<u8>,
    later: Vec<(Kind, usize, Vec<u8>)>,
}

/// What the disk could hold after these entries. Changes of names are kept in their order and may stop anywhere after
/// the last that was made last, as in the journal of a file system; of writes to a file, any part may be there.
fn image(entries: &[Entry], chance: &mut Chance) -> BTreeMap<String, Vec<u8>> {
    let mut files: Vec<File> = Vec::new();
    // Which file a name means to the program, and the changes of names with the files that they concern.
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    let mut renaming: Vec<(Kind, &str, String, usize)> = Vec::new();
    let mut sure = 0;
    for entry in entries {
        let name = entry.name.as_str();
        match entry.kind {
            Kind::Made => {
                files.push(File::default());
                names.insert(name, files.len() - 1);
                renaming.push((Kind::Made, name, String::new(), files.len() - 1));
            }
            Kind::Written | Kind::Cut => {
                files[names[name]]
                    .later
                    .push((entry.kind, entry.offset, entry.data.clone()));
            }
            Kind::Synced => {
                // The folder of the scheduled backups is made to last as well, and is no file of the database.
                let Some(file) = names.get(name) else { continue };
                let file = &mut files[*file];
                for (kind, offset, data) in std::mem::take(&mut file.later) {
                    apply(&mut file.sure, kind, offset, &data);
                }
            }
            Kind::FolderSynced => sure = renaming.len(),
            Kind::Removed => {
                let file = names.remove(name).unwrap();
                renaming.push((Kind::Removed, name, String::new(), file));
            }
            Kind::Renamed => {
                let file = names.remove(name).unwrap();
                let target = String::from_utf8(entry.data.clone()).unwrap();
                renaming.push((Kind::Renamed, name, target, file));
            }
        }
    }
    let kept = sure + chance.below(renaming.len() - sure + 1);
    let mut present: BTreeMap<String, usize> = BTreeMap::new();
    for (kind, name, target, file) in &renaming[..kept] {
        if *kind == Kind::Made {
            present.insert((*name).to_owned(), *file);
        } else {
            present.remove(*name);
            if *kind == Kind::Renamed {
                present.insert(target.clone(), *file);
            }
        }
    }
    present
        .into_iter()
        .map(|(name, file)| (name, files[file].clone().after(chance)))
        .collect()
}

impl File {
    /// What is sure, and an arbitrary part of the rest: nothing, all, or sectors of it by the toss of a coin.
    fn after(mut self, chance: &mut Chance) -> Vec<u8> {
        let manner = chance.below(4);
        for (kind, offset, data) in self.later {
            if kind == Kind::Cut {
                if manner == 1 || (manner > 1 && chance.below(2) == 1) {
                    apply(&mut self.sure, kind, offset, &data);
                }
                continue;
            }
            let mut start = 0;
            while start < data.len() {
                let end = data.len().min(start + SECTOR - (offset + start) % SECTOR);
                if manner == 1 || (manner > 1 && chance.below(2) == 1) {
                    apply(&mut self.sure, kind, offset + start, &data[start..end]);
                }
                start = end;
            }
        }
        self.sure
    }
}

fn apply(bytes: &mut Vec<u8>, kind: Kind, offset: usize, data: &[u8]) {
    if kind == Kind::Cut {
        bytes.resize(offset, 0);
        return;
    }
    let end = offset + data.len();
    bytes.resize(bytes.len().max(end), 0);
    bytes[offset..end].copy_from_slice(data);
}

/// Chance that repeats: SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
struct Chance(u64);

impl Chance {
    /// A number below `limit`.
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).unwrap()
    }
}

async fn tick(control: &Control, item: &ItemId) {
    let riley = control.user_id("riley").unwrap();
    let channel = control.channel_id(riley, "rel-7-2-1").unwrap();
    let answer = control
        .slash_text(
            riley,
            channel,
            &format!("/item done item:{item} evidence:https://example.com/"),
        )
        .await;
    assert!(answer.text().contains("Done"), "{}", answer.text());
}

/// The items of the playbook that is being followed, in its order.
fn items() -> Vec<ItemId> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("playbook-templates");
    let playbooks = tminus::cli::playbook::read_folder(&folder).unwrap();
    let playbook = playbooks
        .iter()
        .find(|playbook| playbook.id.as_str() == "dot-release")
        .unwrap();
    let applies = playbook.items().filter(|(_, item)| item.only_if.is_none());
    applies.map(|(_, item)| item.id.clone()).collect()
}

/// The library that is preloaded, compiled anew each time.
fn compiled(folder: &Path) -> PathBuf {
    let library = folder.join("journal.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/power/journal.c");
    let status = Command::new("cc")
        .args(["-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-O1", "-o"])
        .arg(&library)
        .arg(source)
        .args(["-ldl", "-lpthread"])
        .status()
        .unwrap();
    assert!(status.success(), "the C compiler");
    library
}

/// The journal as it is now.
fn journal_of(path: &Path) -> Vec<Entry> {
    let bytes = std::fs::read(path).unwrap();
    let mut rest = bytes.as_slice();
    let mut entries = Vec::new();
    while !rest.is_empty() {
        let kind = match rest[0] {
            b'O' => Kind::Made,
            b'W' => Kind::Written,
            b'T' => Kind::Cut,
            b'S' => Kind::Synced,
            b'D' => Kind::FolderSynced,
            b'U' => Kind::Removed,
            b'R' => Kind::Renamed,
            other => panic!("no kind of entry: {other}"),
        };
        let name_length = usize::from(u16::from_ne_bytes(rest[1..3].try_into().unwrap()));
        let offset = u64::from_ne_bytes(rest[3..11].try_into().unwrap());
        let length = usize::try_from(u32::from_ne_bytes(rest[11..15].try_into().unwrap())).unwrap();
        let (name, data) = rest[15..15 + name_length + length].split_at(name_length);
        entries.push(Entry {
            kind,
            name: String::from_utf8(name.to_vec()).unwrap(),
            offset: usize::try_from(offset).unwrap(),
            data: data.to_vec(),
        });
        rest = &rest[15 + name_length + length..];
    }
    entries
}
