//! Which guilds a session hears of (page "Gateway", Sharding).

use serde_json::{Value, json};

use crate::world::Dispatch;

/// One of so many parts of the guilds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shard {
    number: u64,
    of: u64,
}

impl Shard {
    /// All guilds, for a bot that speaks of no parts.
    const WHOLE: Self = Self { number: 0, of: 1 };

    /// Reads what IDENTIFY asks for; `None` when there is no such part.
    pub(super) fn read(asked: Option<&Value>) -> Option<Self> {
        let Some(asked) = asked.filter(|asked| !asked.is_null()) else {
            return Some(Self::WHOLE);
        };
        let [number, of] = asked.as_array()?.as_slice() else {
            return None;
        };
        let shard = Self {
            number: number.as_u64()?,
            of: of.as_u64()?,
        };
        (shard.number < shard.of).then_some(shard)
    }

    /// Whether it has this guild. What is in no guild belongs to the first one.
    pub(super) fn has(self, guild: Option<u64>) -> bool {
        self == Self::WHOLE || guild.map_or(0, |guild| (guild >> 22) % self.of) == self.number
    }

    /// Whether it hears of an event.
    pub(super) fn hears(self, dispatch: &Dispatch) -> bool {
        self == Self::WHOLE || self.has(guild_of(dispatch))
    }
}

impl From<Shard> for Value {
    fn from(shard: Shard) -> Self {
        json!([shard.number, shard.of])
    }
}

fn guild_of(dispatch: &Dispatch) -> Option<u64> {
    let guild = dispatch.data.get("guild_id").and_then(Value::as_str)?;
    guild.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Shard;

    #[test]
    fn each_guild_has_one_shard_and_what_is_in_none_the_first() {
        let shards = [0, 1, 2].map(|number| Shard::read(Some(&json!([number, 3]))).expect("a shard"));
        let having = |guild: Option<u64>| shards.map(|shard| shard.has(guild));
        assert_eq!(having(None), [true, false, false]);
        assert_eq!(having(Some(3 << 22 | 7)), [true, false, false]);
        assert_eq!(having(Some(4 << 22)), [false, true, false]);
        assert_eq!(having(Some(5 << 22 | 1)), [false, false, true]);
    }

    #[test]
    fn a_shard_that_there_is_not_is_none() {
        for asked in [
            json!([1, 1]),
            json!([0, 0]),
            json!([0]),
            json!("0"),
            json!([-1, 2]),
        ] {
            assert_eq!(Shard::read(Some(&asked)), None, "{asked}");
        }
        assert_eq!(Shard::read(None), Shard::read(Some(&Value::Null)));
    }
}
