//! What rosters say by themselves, and the message of a swap.

use serenity::all::{ButtonStyle, CreateActionRow};

use crate::app::SwapView;
use crate::discord::custom_id::{CustomId, ShiftId};
use crate::discord::post::{CONTENT_LIMIT, Post};
use crate::discord::render::shift::{gap, in_exchange, span};
use crate::discord::render::{button, escape, fitting, moment};
use crate::domain::ids::GuildRoleId;
use crate::domain::setup::GuildSetup;
use crate::domain::shift::{Gap, Span, SwapState};

/// To the person whose turn comes.
#[must_use]
pub fn turn(title: &str, shift: Span) -> Post {
    Post::text(format!(
        "🗓️ Your turn for **{}** begins {}; the first shift is {}. If you cannot, offer it now with `/shift swap`.",
        escape(title),
        moment(shift.from),
        span(shift)
    ))
}

/// To the Release Manager: nobody will be on.
#[must_use]
pub fn gaps(title: &str, gaps: &[Gap], setup: &GuildSetup) -> Post {
    let manager = setup.release_manager();
    let called = manager.map_or_else(String::new, |role| format!("<@&{role}> "));
    let mut lines = vec![format!("⚠️ {called}nobody covers **{}**:", escape(title))];
    lines.extend(gaps.iter().map(gap));
    lines.push(
        "Somebody of the roster takes it with `/shift take`; `/shift show` tells who is there.".to_owned(),
    );
    Post {
        pings: manager.into_iter().collect::<Vec<GuildRoleId>>(),
        ..Post::text(fitting(&lines, CONTENT_LIMIT, "lines"))
    }
}

/// A swap: what is offered to whom, and what became of it. It can be answered as long as it is open.
#[must_use]
pub fn swap(view: &SwapView) -> Post {
    let swap = &view.kept.swap;
    let what = format!(
        "<@{}> offers a shift of **{}**: {}{}.",
        swap.offered.by,
        escape(&view.title),
        span(swap.gives),
        in_exchange(swap)
    );
    let open = view.kept.state == SwapState::Offered;
    let said = match &view.kept.state {
        SwapState::Offered => format!("🔁 <@{}>, {what}\nDo you take it?", swap.to),
        SwapState::Accepted(stamp) => format!("✅ {what}\n<@{}> took it {}.", stamp.by, moment(stamp.at)),
        SwapState::Declined(stamp) => {
            format!(
                "🚫 {what}\n<@{}> declined {}; it stays <@{}>'s.",
                stamp.by,
                moment(stamp.at),
                swap.offered.by
            )
        }
        SwapState::Withdrawn(stamp) => format!("↩️ {what}\nTaken back {}.", moment(stamp.at)),
        SwapState::Lapsed { at } => format!(
            "⌛ {what}\nIt lapsed {}: a shift had begun, or was not theirs any more.",
            moment(*at)
        ),
    };
    let answer = |accept, label, style| {
        let id = CustomId::Shift(ShiftId::Swap(view.kept.number, accept));
        button(&id, label, style)
    };
    let rows = if open {
        vec![CreateActionRow::Buttons(vec![
            answer(true, "I take it", ButtonStyle::Success),
            answer(false, "No", ButtonStyle::Secondary),
        ])]
    } else {
        Vec::new()
    };
    Post {
        rows,
        people: if open { vec![swap.to] } else { Vec::new() },
        ..Post::text(said)
    }
}
