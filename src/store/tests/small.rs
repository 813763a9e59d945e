//! Guilds, drafts, commands, reminders, the timeline, handled interactions.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::reminders::{Outcome, settle, settled};
use super::super::{calendar_days, commands, drafts, guilds, timeline};
use super::*;
use crate::domain::calendar::{DaySaid, DayStanding};
use crate::domain::fixtures::{item, phase, role};
use crate::domain::ids::{ChannelId, GuildRoleId, InteractionId, MessageId, UserId};
use crate::domain::question::{AwayRequest, Question, ShowRequest, SnoozeRequest};
use crate::domain::release::TimelineEvent;
use crate::domain::reminder::{Audience, Occasion, Step};
use crate::domain::room::ShownMessage;
use crate::domain::setup::{GuildSetup, SetupChange};
use crate::domain::shift::{Imported, Period};
use crate::domain::slip::SlipRequest;
use crate::domain::start::StartRequest;

#[tokio::test]
async fn the_set_up_of_a_guild_is_kept_and_changed() {
    let place = Place::new().await;
    let mut transaction = place.write().await;
    assert_eq!(
        guilds::load(&mut transaction, GUILD).await.unwrap(),
        GuildSetup::empty(GUILD)
    );
    for change in [
        SetupChange::Role(role("dev"), GuildRoleId(1)),
        SetupChange::Role(role("dev"), GuildRoleId(u64::MAX)),
        SetupChange::Role(role("qa"), GuildRoleId(3)),
        SetupChange::Category(ChannelId(21)),
        SetupChange::Category(ChannelId(20)),
        SetupChange::Archive(ChannelId(24)),
        SetupChange::Announcements(ChannelId(22)),
        SetupChange::Operations(ChannelId(23)),
        SetupChange::HandOffs(ChannelId(25)),
        SetupChange::PrivateChannels(true),
        SetupChange::Manager(None),
        SetupChange::Manager(Some(UserId(77))),
    ] {
        guilds::save(&mut transaction, GUILD, &change).await.unwrap();
    }
    transaction.commit().await.unwrap();
    let expected = GuildSetup {
        guild: GUILD,
        roles: [(role("dev"), GuildRoleId(u64::MAX)), (role("qa"), GuildRoleId(3))].into(),
        category: Some(ChannelId(20)),
        following: Vec::new(),
        archive: Some(ChannelId(24)),
        archive_following: Vec::new(),
        announcements: Some(ChannelId(22)),
        operations: Some(ChannelId(23)),
        hand_offs: Some(ChannelId(25)),
        private_channels: true,
        manager: Some(UserId(77)),
        days: Arc::default(),
    };
    assert_eq!(
        guilds::load(&mut *place.read().await, GUILD).await.unwrap(),
        expected
    );
    let other = guilds::load(&mut *place.read().await, OTHER_GUILD).await.unwrap();
    assert_eq!(other, GuildSetup::empty(OTHER_GUILD));
    place
        .break_with("UPDATE guild_role SET role = 'Not A Slug' WHERE role = 'qa'")
        .await;
    let report = corrupt(guilds::load(&mut *place.read().await, GUILD).await);
    assert_eq!(report, "guild_role 900 holds a role that cannot be read");
}

#[tokio::test]
async fn the_categories_that_follow_belong_to_the_chosen_one() {
    let place = Place::new().await;
    let mut transaction = place.write().await;
    let chosen = ChannelId(20);
    let choose = SetupChange::Category(chosen);
    guilds::save(&mut transaction, GUILD, &choose).await.unwrap();
    for (of, category) in [(20, 31), (20, u64::MAX), (20, 31), (21, 32)] {
        guilds::follow(&mut transaction, GUILD, ChannelId(of), ChannelId(category))
            .await
            .unwrap();
    }
    guilds::save(&mut transaction, GUILD, &choose).await.unwrap();
    let setup = guilds::load(&mut transaction, GUILD).await.unwrap();
    assert_eq!(setup.following, [ChannelId(31), ChannelId(u64::MAX)]);
    let another = SetupChange::Category(ChannelId(21));
    guilds::save(&mut transaction, GUILD, &another).await.unwrap();
    let setup = guilds::load(&mut transaction, GUILD).await.unwrap();
    assert_eq!(setup.following, []);
    // The archive has followers of its own.
    let archive = SetupChange::Archive(ChannelId(22));
    guilds::save(&mut transaction, GUILD, &archive).await.unwrap();
    for (of, category) in [(22, 41), (22, 41), (21, 42)] {
        guilds::follow(&mut transaction, GUILD, ChannelId(of), ChannelId(category))
            .await
            .unwrap();
    }
    guilds::save(&mut transaction, GUILD, &archive).await.unwrap();
    let setup = guilds::load(&mut transaction, GUILD).await.unwrap();
    assert_eq!(setup.following, [ChannelId(42)]);
    assert_eq!(setup.archive_following, [ChannelId(41)]);
    let another = SetupChange::Archive(ChannelId(23));
    guilds::save(&mut transaction, GUILD, &another).await.unwrap();
    let setup = guilds::load(&mut transaction, GUILD).await.unwrap();
    assert_eq!(setup.archive_following, []);
    transaction.commit().await.unwrap();
    place.break_with("UPDATE guild SET following = '[-1]'").await;
    let report = corrupt(guilds::load(&mut *place.read().await, GUILD).await);
    assert_eq!(report, "guild 900 holds categories that cannot be read");
}

#[tokio::test]
async fn a_question_is_answered_once_by_whom_it_was_put_to() {
    let place = Place::new().await;
    let start = StartRequest {
        playbook: "patch".to_owned(),
        version: "7.2.1".to_owned(),
        target: "2026-12-10".to_owned(),
        reason: Reason::CustomerBug,
        title: Some("Login `fix`".to_owned()),
        further_versions: Vec::new(),
        conditions: Vec::new(),
        private: false,
        confirmed: false,
        proposal: None,
    };
    let request = Question::Start(start.clone());
    let mut transaction = place.write().await;
    let id = drafts::keep(&mut transaction, GUILD, UserId(1), &request, now())
        .await
        .unwrap();
    for (guild, user) in [(OTHER_GUILD, UserId(1)), (GUILD, UserId(2))] {
        assert_eq!(
            drafts::take(&mut transaction, id, guild, user).await.unwrap(),
            None
        );
    }
    assert_eq!(
        drafts::take(&mut transaction, id + 1, GUILD, UserId(1))
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        drafts::take(&mut transaction, id, GUILD, UserId(1))
            .await
            .unwrap(),
        Some(request.clone())
    );
    assert_eq!(
        drafts::take(&mut transaction, id, GUILD, UserId(1))
            .await
            .unwrap(),
        None
    );
    let id = drafts::keep(&mut transaction, GUILD, UserId(1), &request, now())
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    place.break_with("UPDATE draft SET request = '{}'").await;
    let report = corrupt(drafts::take(&mut *place.write().await, id, GUILD, UserId(1)).await);
    assert_eq!(report, format!("draft {id} holds a question that cannot be read"));
}

/// Each kind of question reads back, and so does a request to start as it was kept before there were others.
#[tokio::test]
async fn every_question_reads_back() {
    let place = Place::new().await;
    let start = StartRequest {
        playbook: "patch".to_owned(),
        version: "7.2.1".to_owned(),
        target: "2026-12-10".to_owned(),
        reason: Reason::CustomerBug,
        title: None,
        further_versions: Vec::new(),
        conditions: Vec::new(),
        private: false,
        confirmed: false,
        proposal: None,
    };
    let mut transaction = place.write().await;
    for question in [
        Question::Start(start.clone()),
        Question::Slip(SlipRequest {
            key: "REL-2026-12-001".to_owned(),
            target: "TBD".to_owned(),
            reason: "Not ready".to_owned(),
            shown: None,
        }),
        Question::Snooze(SnoozeRequest {
            key: "REL-2026-12-001".to_owned(),
            item: "merge".parse().unwrap(),
            until: now(),
            intent: "2 hours".to_owned(),
        }),
        Question::Show(ShowRequest {
            key: "REL-2026-12-001".to_owned(),
            message: ShownMessage::read((GUILD, ChannelId(2), MessageId(3)), "Done", &[], true),
        }),
        Question::Away(AwayRequest {
            user: UserId(1),
            file: "leave.ics".to_owned(),
            reason: None,
            imported: Imported {
                periods: vec![Period {
                    first: now().date_naive(),
                    last: now().date_naive(),
                    titles: vec!["Ski".to_owned()],
                }],
                ..Imported::default()
            },
        }),
    ] {
        let id = drafts::keep(&mut transaction, GUILD, UserId(1), &question, now())
            .await
            .unwrap();
        let taken = drafts::take(&mut transaction, id, GUILD, UserId(1))
            .await
            .unwrap();
        assert_eq!(taken, Some(question));
    }
    let stored = serde_json::to_string(&start).unwrap();
    assert_eq!(Question::read(&stored).unwrap(), Question::Start(start));
}

#[tokio::test]
async fn registered_commands_are_remembered_per_application() {
    let place = Place::new().await;
    let mut transaction = place.write().await;
    assert!(
        !commands::are_registered(&mut transaction, 42, "[]")
            .await
            .unwrap()
    );
    commands::remember(&mut transaction, 42, "[]").await.unwrap();
    assert!(
        commands::are_registered(&mut transaction, 42, "[]")
            .await
            .unwrap()
    );
    assert!(
        !commands::are_registered(&mut transaction, 43, "[]")
            .await
            .unwrap()
    );
    commands::remember(&mut transaction, 42, "[1]").await.unwrap();
    assert!(
        !commands::are_registered(&mut transaction, 42, "[]")
            .await
            .unwrap()
    );
    assert!(
        commands::are_registered(&mut transaction, 42, "[1]")
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn an_occasion_is_settled_once() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    let other = place.started(OTHER_GUILD, "7.2.1").await;
    let occasion = |id: &str, step, audience| Occasion {
        due: now(),
        phase: phase(id),
        step,
        audience,
    };
    let all = [
        // The same step of a phase that has moved is another occasion.
        (
            Occasion {
                due: now() + chrono::TimeDelta::days(1),
                ..occasion("code", Step::CutOff, Audience::Channel)
            },
            Outcome::Posted,
        ),
        (
            occasion("code", Step::HeadsUp, Audience::Manager),
            Outcome::Expired,
        ),
        (
            occasion("code", Step::DayOf, Audience::ReleaseManager),
            Outcome::Collapsed,
        ),
        (occasion("code", Step::CutOff, Audience::Channel), Outcome::Posted),
        (
            occasion("test", Step::Nag, Audience::Role(role("dev"))),
            Outcome::Posted,
        ),
    ];
    let mut transaction = place.write().await;
    for (occasion, outcome) in &all {
        settle(&mut transaction, release.id, occasion, *outcome, now())
            .await
            .unwrap();
    }
    let twice = settle(&mut transaction, release.id, &all[0].0, Outcome::Posted, now()).await;
    assert!(twice.unwrap_err().is_unique_violation());
    transaction.commit().await.unwrap();
    let expected: BTreeSet<_> = all.iter().map(|(occasion, _)| occasion.clone()).collect();
    assert_eq!(
        settled(&mut *place.read().await, release.id).await.unwrap(),
        expected
    );
    assert_eq!(
        settled(&mut *place.read().await, other.id).await.unwrap(),
        BTreeSet::new()
    );
    place
        .break_with("UPDATE reminder SET phase = 'Not A Slug' WHERE phase = 'test'")
        .await;
    let report = corrupt(settled(&mut *place.read().await, release.id).await);
    assert_eq!(report, "reminder 1 holds a phase that cannot be read");
    place
        .break_with("UPDATE reminder SET phase = 'test', audience = 'everybody' WHERE step = 'nag'")
        .await;
    let report = corrupt(settled(&mut *place.read().await, release.id).await);
    assert_eq!(report, "reminder 1 holds an audience that cannot be read");
}

/// Design §2: what happened stays as it was written.
#[tokio::test]
async fn the_timeline_is_read_back_and_never_changed() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    let other = place.started(OTHER_GUILD, "7.2.1").await;
    let events: Vec<TimelineEvent> = [Some(UserId(5)), None, Some(UserId(6))]
        .into_iter()
        .map(|actor| TimelineEvent {
            at: now(),
            actor,
            event: Event::ItemDone {
                item: item("merge"),
                evidence: None,
            },
        })
        .collect();
    let mut transaction = place.write().await;
    for event in &events {
        timeline::append(&mut transaction, release.id, event)
            .await
            .unwrap();
    }
    transaction.commit().await.unwrap();
    assert_eq!(
        timeline::load(&mut *place.read().await, release.id)
            .await
            .unwrap(),
        events
    );
    assert_eq!(
        timeline::load(&mut *place.read().await, other.id).await.unwrap(),
        []
    );
    for sql in [
        "UPDATE timeline_event SET actor = 7",
        "DELETE FROM timeline_event",
    ] {
        let error = sqlx::query(sql)
            .execute(&mut *place.write().await)
            .await
            .unwrap_err();
        assert!(error.to_string().contains("append-only"), "{error}");
    }
    place
        .break_with(
            "INSERT INTO timeline_event (release_id, at, event) VALUES (2, 1, '{\"event\":\"sang\"}')",
        )
        .await;
    let report = corrupt(timeline::load(&mut *place.read().await, other.id).await);
    assert_eq!(report, "timeline_event 4 holds an event that cannot be read");
}

#[tokio::test]
async fn an_interaction_is_handled_once() {
    let place = Place::new().await;
    let mut transaction = place.write().await;
    assert!(
        timeline::handle_once(&mut transaction, InteractionId(u64::MAX), now())
            .await
            .unwrap()
    );
    assert!(
        !timeline::handle_once(&mut transaction, InteractionId(u64::MAX), now())
            .await
            .unwrap()
    );
    assert!(
        timeline::handle_once(&mut transaction, InteractionId(1), now())
            .await
            .unwrap()
    );
    drop(transaction);
    let mut after = place.write().await;
    assert!(
        timeline::handle_once(&mut after, InteractionId(1), now())
            .await
            .unwrap(),
        "what was rolled back was not handled"
    );
}

/// Of what a server said about a day the last counts, everything stays on the record, and no server hears another.
#[tokio::test]
async fn days_of_a_server_are_said_and_never_erased() {
    let place = Place::new().await;
    let mut transaction = place.write().await;
    let says = |day: &str, standing: DayStanding, minute: u32| DaySaid {
        date: day.parse().unwrap(),
        standing,
        stamp: stamp(u64::MAX, &format!("2026-11-21T12:{minute:02}:00Z")),
    };
    let said = [
        says("2026-12-24", DayStanding::Off("Christmas Eve".to_owned()), 1),
        says("2026-12-25", DayStanding::Worked("Big release".to_owned()), 2),
        says("2026-12-28", DayStanding::Off("Bridge".to_owned()), 3),
        says("2026-12-28", DayStanding::ByTheRules, 4),
        says(
            "2026-12-24",
            DayStanding::Worked("Changed our minds".to_owned()),
            5,
        ),
    ];
    for said in &said {
        calendar_days::say(&mut transaction, GUILD, said).await.unwrap();
    }
    let others = says("2026-12-31", DayStanding::Off("Party".to_owned()), 6);
    calendar_days::say(&mut transaction, OTHER_GUILD, &others)
        .await
        .unwrap();
    transaction.commit().await.unwrap();

    let mut reader = place.read().await;
    // They come with the guild, whether or not it is set up.
    let days = guilds::load(&mut reader, GUILD).await.unwrap().days;
    assert_eq!(days.off.len(), 0);
    let worked: Vec<String> = days.worked.keys().map(ToString::to_string).collect();
    assert_eq!(worked, ["2026-12-24", "2026-12-25"]);
    assert_eq!(calendar_days::said(&mut reader, GUILD).await.unwrap(), said);
    let everywhere = calendar_days::everywhere(&mut reader).await.unwrap();
    assert_eq!(everywhere.len(), 2);
    assert_eq!(everywhere[&GUILD], days);
    assert_eq!(everywhere[&OTHER_GUILD].off.len(), 1);
    drop(reader);

    for query in ["UPDATE calendar_day SET said_by = 1", "DELETE FROM calendar_day"] {
        let mut transaction = place.write().await;
        let refused = sqlx::query(query).execute(&mut *transaction).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
    place
        .break_with("INSERT INTO calendar_day VALUES (77, 900, 'soon', 'off', 'x', 1, 1)")
        .await;
    let report = corrupt(guilds::load(&mut *place.read().await, GUILD).await);
    assert_eq!(report, "calendar_day 77 holds a date that cannot be read");
}

/// What nobody will ask for again goes, a little at a time; what is younger stays.
#[tokio::test]
async fn old_interactions_and_questions_are_deleted_in_small_steps() {
    let place = Place::new().await;
    let old = now() - chrono::TimeDelta::days(31);
    let request = Question::Start(StartRequest {
        playbook: "patch".to_owned(),
        version: "7.2.1".to_owned(),
        target: "2026-12-10".to_owned(),
        reason: Reason::Security,
        title: None,
        further_versions: Vec::new(),
        conditions: Vec::new(),
        private: false,
        confirmed: false,
        proposal: None,
    });
    let mut transaction = place.write().await;
    for id in 1..=5 {
        let at = if id <= 3 { old } else { now() };
        assert!(
            timeline::handle_once(&mut transaction, InteractionId(id), at)
                .await
                .unwrap()
        );
        drafts::keep(&mut transaction, GUILD, UserId(1), &request, at)
            .await
            .unwrap();
    }
    let before = now() - chrono::TimeDelta::days(30);
    let mut steps = Vec::new();
    for _ in 0..3 {
        steps.push(purge(&mut transaction, before, 2).await.unwrap());
    }
    assert_eq!(steps, [4, 2, 0]);
    assert!(
        !timeline::handle_once(&mut transaction, InteractionId(4), now())
            .await
            .unwrap()
    );
    let kept = drafts::take(&mut transaction, 4, GUILD, UserId(1)).await.unwrap();
    assert_eq!(kept, Some(request));
}
