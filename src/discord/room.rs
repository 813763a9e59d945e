//! Where there is room for one more channel: in the chosen category, or in one that follows it. So it is for the channels
//! of releases and for the archive of those that are closed.

use std::collections::BTreeSet;

use crate::discord::render::shortened;
use crate::domain::ids::ChannelId;

/// Channels in one category; Discord refuses the next (`CHANNEL_PARENT_MAX_CHANNELS`).
const CHANNELS: usize = 50;

/// The longest name of a channel or category, in characters (resources/channel).
const NAME: usize = 100;

/// A channel or category of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) id: ChannelId,
    pub(super) name: String,
    pub(super) is_category: bool,
    /// The category that it stands under.
    pub(super) under: Option<ChannelId>,
    /// Where it stands among its like; of two with the same number, the older comes first.
    pub(super) position: u16,
}

/// Where the next channel goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// Under this category.
    Under(ChannelId),
    /// Under one that is to be made: called so, at this position, which is directly below the last of its series.
    Make { name: String, position: u16 },
    /// The chosen category is gone, and somebody has to choose another.
    Gone,
}

/// Finds room for a channel among the `places` of a server: in the `chosen` category, else in the first with room of
/// those that follow it. These are the `known` ones, whatever they are called now, and then whatever is called like the
/// chosen one with a number behind: an attempt whose answer was lost may have made it. Of those that Discord says are
/// `full`, it is believed.
pub(super) fn room(
    places: &[Place],
    chosen: ChannelId,
    known: &[ChannelId],
    full: &BTreeSet<ChannelId>,
) -> Room {
    let series = series(places, chosen, known);
    let Some(first) = series.first() else {
        return Room::Gone;
    };
    let has_room = |category: &&&Place| {
        let channels = places.iter().filter(|place| place.under == Some(category.id));
        channels.count() < CHANNELS && !full.contains(&category.id)
    };
    if let Some(category) = series.iter().find(has_room) {
        return Room::Under(category.id);
    }
    let last = series.last().unwrap_or(first);
    let numbers = series
        .iter()
        .filter_map(|place| number_behind(&first.name, &place.name));
    let number = numbers.chain([series.len()]).max().unwrap_or(1) + 1;
    Room::Make {
        name: numbered(&first.name, number),
        position: last.position,
    }
}

/// Whether a channel under this category is where it belongs: in the chosen category or in one that follows it.
pub(super) fn is_home(
    places: &[Place],
    chosen: ChannelId,
    known: &[ChannelId],
    under: Option<ChannelId>,
) -> bool {
    let series = series(places, chosen, known);
    under.is_some_and(|under| series.iter().any(|category| category.id == under))
}

/// The chosen category and those that follow it, in the order in which they are filled; nothing when it is gone.
fn series<'a>(places: &'a [Place], chosen: ChannelId, known: &[ChannelId]) -> Vec<&'a Place> {
    let categories = || places.iter().filter(|place| place.is_category);
    let find = |id: ChannelId| categories().find(|place| place.id == id);
    let Some(first) = find(chosen) else {
        return Vec::new();
    };
    let mut series = vec![first];
    series.extend(known.iter().filter_map(|id| find(*id)));
    let mut named: Vec<(usize, &Place)> = categories()
        .filter(|place| !series.contains(place))
        .filter_map(|place| Some((number_behind(&first.name, &place.name)?, place)))
        .collect();
    named.sort_by_key(|(number, place)| (*number, place.id));
    series.extend(named.into_iter().map(|(_, place)| place));
    series
}

/// "Releases 2"
fn numbered(name: &str, number: usize) -> String {
    let behind = format!(" {number}");
    format!("{}{behind}", shortened(name, NAME - behind.chars().count()))
}

/// The number that makes `other` a follower of `name`; the second is the first of them.
fn number_behind(name: &str, other: &str) -> Option<usize> {
    let (_, number) = other.rsplit_once(' ')?;
    let number: usize = number.parse().ok().filter(|number| *number >= 2)?;
    (numbered(name, number) == other).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHOSEN: ChannelId = ChannelId(10);

    fn category(id: u64, name: &str, position: u16) -> Place {
        Place {
            id: ChannelId(id),
            name: name.to_owned(),
            is_category: true,
            under: None,
            position,
        }
    }

    /// A server with these categories, each with so many channels.
    fn server(categories: &[(u64, &str, usize)]) -> Vec<Place> {
        let mut places = Vec::new();
        for (position, (id, name, channels)) in (3..).zip(categories) {
            places.push(category(*id, name, position));
            places.extend((0..*channels).map(|number| Place {
                id: ChannelId(id * 1_000 + number as u64),
                name: format!("rel-{number}"),
                is_category: false,
                under: Some(ChannelId(*id)),
                position: 0,
            }));
        }
        places
    }

    fn look(categories: &[(u64, &str, usize)], known: &[u64]) -> Room {
        let known: Vec<ChannelId> = known.iter().map(|id| ChannelId(*id)).collect();
        room(&server(categories), CHOSEN, &known, &BTreeSet::new())
    }

    fn under(id: u64) -> Room {
        Room::Under(ChannelId(id))
    }

    fn make(name: &str, position: u16) -> Room {
        let name = name.to_owned();
        Room::Make { name, position }
    }

    #[test]
    fn the_chosen_category_takes_fifty_and_the_next_ones_the_rest() {
        assert_eq!(look(&[(10, "Releases", 49)], &[]), under(10));
        assert_eq!(look(&[(10, "Releases", 50)], &[]), make("Releases 2", 3));
        assert_eq!(
            look(&[(10, "Releases", 50), (11, "Releases 2", 0)], &[11]),
            under(11)
        );
        let both = [(10, "Releases", 50), (11, "Releases 2", 50), (12, "Other", 0)];
        assert_eq!(look(&both, &[11]), make("Releases 3", 4));
        // Somebody has made room.
        assert_eq!(
            look(&[(10, "Releases", 12), (11, "Releases 2", 50)], &[11]),
            under(10)
        );
    }

    /// It was made, and nobody knows: the answer was lost, or the process died.
    #[test]
    fn one_that_was_made_before_is_adopted_by_its_name() {
        assert_eq!(
            look(&[(10, "Releases", 50), (11, "Releases 2", 0)], &[]),
            under(11)
        );
        let late = [
            (10, "Releases", 50),
            (13, "Releases 10", 0),
            (12, "Releases 9", 50),
        ];
        assert_eq!(look(&late, &[]), under(13));
        for name in [
            "Releases 1",
            "Releases 02",
            "Releases -2",
            "Releases",
            "releases 2",
            "Old releases 2",
        ] {
            let full = [(10, "Releases", 50), (11, name, 0)];
            assert_eq!(look(&full, &[]), make("Releases 2", 3), "{name}");
        }
    }

    #[test]
    fn a_known_one_may_be_renamed_or_deleted() {
        let renamed = [(10, "Releases", 50), (11, "Old releases", 3)];
        assert_eq!(look(&renamed, &[11]), under(11));
        let renamed = [(10, "Releases", 50), (11, "Old releases", 50)];
        assert_eq!(look(&renamed, &[11]), make("Releases 3", 4));
        let chosen_renamed = [(10, "Dot releases", 50), (11, "Releases 2", 3)];
        assert_eq!(look(&chosen_renamed, &[11]), under(11));
        assert_eq!(look(&[(10, "Releases", 50)], &[11]), make("Releases 2", 3));
        let deleted = [(10, "Releases", 50), (12, "Releases 3", 50)];
        assert_eq!(look(&deleted, &[11, 12]), make("Releases 4", 4));
        assert_eq!(look(&[(11, "Releases 2", 0)], &[11]), Room::Gone);
    }

    #[test]
    fn what_stands_in_the_series_is_at_home() {
        let places = server(&[
            (10, "Archive", 50),
            (11, "Old", 3),
            (12, "Archive 2", 1),
            (13, "Other", 1),
        ]);
        let home = |under: Option<u64>| is_home(&places, CHOSEN, &[ChannelId(11)], under.map(ChannelId));
        for under in [10, 11, 12] {
            assert!(home(Some(under)), "{under}");
        }
        for under in [Some(13), Some(99), None] {
            assert!(!home(under), "{under:?}");
        }
        assert!(!is_home(
            &places,
            ChannelId(99),
            &[ChannelId(11)],
            Some(ChannelId(11))
        ));
    }

    #[test]
    fn what_discord_calls_full_is_full() {
        let places = server(&[(10, "Releases", 2), (11, "Releases 2", 2)]);
        let found = |full: &[u64]| {
            let full = full.iter().map(|id| ChannelId(*id)).collect();
            room(&places, CHOSEN, &[ChannelId(11)], &full)
        };
        assert_eq!(found(&[]), under(10));
        assert_eq!(found(&[10]), under(11));
        assert_eq!(found(&[10, 11]), make("Releases 3", 4));
    }

    #[test]
    fn a_long_name_leaves_room_for_the_number() {
        let long = "ä".repeat(NAME);
        let Room::Make { name, .. } = look(&[(10, &long, 50)], &[]) else {
            panic!("it is full");
        };
        assert_eq!(name.chars().count(), NAME);
        assert_eq!(look(&[(10, &long, 50), (11, &name, 4)], &[]), under(11));
    }
}
