//! Discord's order of permissions.

use super::{morning, world};
use crate::options::Limits;
use crate::world::{Overwrite, OverwriteKind, Permissions};

const VIEW: Permissions = Permissions::VIEW_CHANNEL;
const SEND: Permissions = Permissions::SEND_MESSAGES;
const PIN: Permissions = Permissions::PIN_MESSAGES;

#[test]
fn overwrites_count_in_discords_order() {
    let mut world = world(Limits::default());
    let (general, guild, ben, ada) = (
        world.general(),
        world.one(),
        world.named("ben"),
        world.named("ada"),
    );
    let team = world.guilds[&guild].role_named("Team").expect("a role").id;
    let mut set = |id: u64, kind, allow: Permissions, deny: Permissions| {
        let overwrite = Overwrite {
            id,
            kind,
            allow,
            deny,
        };
        world
            .bot_sets_overwrite(morning(), general, overwrite)
            .expect("an overwrite");
        let channel = &world.channels[&general];
        let held = world.permissions(ben, channel);
        (
            [VIEW, SEND, PIN].map(|bit| held.contains(bit)),
            world.permissions(ada, channel),
        )
    };
    let none = Permissions::NONE;
    // @everyone loses writing; the role gets it back; the member's own word is the last.
    assert_eq!(
        set(guild.0, OverwriteKind::Role, none, SEND).0,
        [true, false, false]
    );
    assert_eq!(
        set(team.0, OverwriteKind::Role, SEND.with(PIN), none).0,
        [true, true, true]
    );
    assert_eq!(
        set(ben.0, OverwriteKind::Member, none, PIN).0,
        [true, true, false]
    );
    // Out of sight is out of everything, and the owner is above all that.
    let (held, owner) = set(ben.0, OverwriteKind::Member, none, VIEW);
    assert_eq!(held, [false, false, false]);
    assert_eq!(owner, Permissions::ALL);
}

#[test]
fn a_bot_sets_only_bits_that_it_holds() {
    let mut world = world(Limits::default());
    let (general, guild) = (world.general(), world.one());
    let held = VIEW.with(Permissions::MANAGE_ROLES).with(SEND);
    world.set_bot_permissions(morning(), guild, held).expect("set");
    let mut set = |deny| {
        let overwrite = Overwrite {
            id: guild.0,
            kind: OverwriteKind::Role,
            allow: Permissions::NONE,
            deny,
        };
        world
            .bot_sets_overwrite(morning(), general, overwrite)
            .map_err(|error| error.code)
    };
    assert_eq!(set(SEND), Ok(()));
    assert_eq!(set(SEND.with(PIN)), Err(50_013));
}
