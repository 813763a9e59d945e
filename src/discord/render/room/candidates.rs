//! Release candidates, and what QA says about them.

use crate::app::ReleaseView;
use crate::discord::post::{CONTENT_LIMIT, Post};
use crate::discord::render::refusal::listing;
use crate::discord::render::room::severity;
use crate::discord::render::{count, escape, fitting, release_name, role_named};
use crate::domain::person::QA;
use crate::domain::release::Release;
use crate::domain::room::{Candidate, Verdict};

/// All candidates, newest first.
#[must_use]
pub fn list(view: &ReleaseView) -> Post {
    let release = &view.release;
    if release.room.candidates.is_empty() {
        return Post::text("No release candidate was cut yet. `/rc cut` records the first one.");
    }
    let mut lines = vec![format!(
        "**Release candidates of {} · {}**",
        release.key,
        release_name(view)
    )];
    for candidate in release.room.candidates.iter().rev() {
        let superseded = if release.room.is_newest(candidate) {
            ""
        } else {
            " · superseded"
        };
        lines.push(format!(
            "**{}** from {} · <@{}> <t:{}:f>{superseded}",
            escape(&candidate.label()),
            escape(&candidate.commit),
            candidate.cut.by,
            candidate.cut.at.timestamp(),
        ));
        lines.push(format!(
            "{} · {}",
            overall(candidate),
            verdicts(release, candidate)
        ));
    }
    Post::text(fitting(&lines, CONTENT_LIMIT, "lines"))
}

fn overall(candidate: &Candidate) -> String {
    match &candidate.overall {
        None => "⬜ no verdict as a whole".to_owned(),
        Some(verdict) => said(verdict),
    }
}

fn said(verdict: &Verdict) -> String {
    let word = if verdict.passed {
        "✅ passed"
    } else {
        "❌ failed"
    };
    let note = verdict
        .note
        .as_ref()
        .map_or_else(String::new, |note| format!(": {}", escape(note)));
    format!("{word}, <@{}>{note}", verdict.stamp.by)
}

/// "2 of 3 fixes verified, 1 failed".
fn verdicts(release: &Release, candidate: &Candidate) -> String {
    let merged: Vec<_> = release
        .room
        .approved()
        .filter(|fix| fix.is_merged(&candidate.version))
        .collect();
    let with = |passed: bool| {
        let verdicts = merged
            .iter()
            .filter_map(|fix| candidate.verdicts.get(&fix.reference));
        verdicts.filter(|verdict| verdict.passed == passed).count()
    };
    let failed = with(false);
    let failures = if failed == 0 {
        String::new()
    } else {
        format!(", {failed} failed")
    };
    format!("{} of {} fixes verified{failures}", with(true), merged.len())
}

/// That a candidate was cut: QA is called, and what became void is named.
#[must_use]
pub fn cut(view: &ReleaseView, version: &str, number: u32, commit: &str) -> Option<Post> {
    let release = &view.release;
    let mut all = release.room.candidates.iter();
    let candidate = all.find(|candidate| candidate.version == version && candidate.number == number)?;
    let label = candidate.label();
    let qa = role_named(view, QA);
    let mut lines = vec![format!(
        "🔬 **{}** is cut from {} by <@{}>: round {number} of QA begins. {}, say of each fix whether it works \
         (`/rc verdict`), then of the whole.",
        escape(&label),
        escape(commit),
        candidate.cut.by,
        qa.text,
    )];
    let fixes: Vec<String> = release
        .room
        .approved()
        .filter(|fix| fix.is_merged(version))
        .map(|fix| format!("• **{}** {}", escape(&fix.reference), escape(&fix.title)))
        .collect();
    if fixes.is_empty() {
        lines.push("No fix is recorded as merged for it.".to_owned());
    }
    lines.extend(fixes);
    let mut void: Vec<String> = Vec::new();
    if number > 1 {
        void.push(format!(
            "the verdicts on {}",
            escape(&format!("{version}-RC{}", number - 1))
        ));
    }
    void.extend(
        release
            .room
            .sign_offs
            .iter()
            .filter(|sign_off| sign_off.void.as_deref() == Some(label.as_str()))
            .map(|sign_off| format!("sign-off {}", sign_off.number)),
    );
    void.extend(
        release
            .room
            .decisions
            .iter()
            .filter(|decision| decision.void.as_deref() == Some(label.as_str()))
            .map(|decision| format!("go/no-go {}", decision.number)),
    );
    if !void.is_empty() {
        lines.push(format!("Void from now on: {}.", listing(&void)));
    }
    Some(Post {
        pings: qa.pings,
        ..Post::text(fitting(
            &lines,
            CONTENT_LIMIT - crate::discord::post::MARK_ROOM,
            "fixes",
        ))
    })
}

/// What QA says of a candidate as a whole: the summary of the test (S21, S104).
#[must_use]
pub fn judged(view: &ReleaseView, label: &str) -> Option<Post> {
    let release = &view.release;
    let candidate = release
        .room
        .candidates
        .iter()
        .find(|candidate| candidate.label() == label)?;
    let verdict = candidate.overall.as_ref()?;
    let lead = role_named(view, crate::domain::person::RELEASE_MANAGER);
    let mut lines = vec![format!(
        "{} **{}** {}. {}",
        if verdict.passed { "✅" } else { "❌" },
        escape(label),
        if verdict.passed { "passed QA" } else { "failed QA" },
        lead.text,
    )];
    if let Some(note) = &verdict.note {
        lines.push(format!("<@{}>: {}", verdict.stamp.by, escape(note)));
    }
    lines.push(format!(
        "{}, round {} of QA.",
        verdicts(release, candidate),
        candidate.number
    ));
    let of_this = |defect: &&crate::domain::room::Defect| defect.candidate.as_deref() == Some(label);
    let found = release.room.defects.iter().filter(of_this).count();
    lines.push(format!("{} found in it.", count(found, "defect")));
    for defect in release.room.defects.iter().filter(|defect| defect.is_open()) {
        lines.push(match &defect.known_issue {
            Some((issue, workaround)) => format!(
                "• Known issue {}: {} {} Workaround: {}",
                defect.number,
                severity(defect.severity),
                escape(issue),
                escape(workaround),
            ),
            None => format!(
                "• Defect {} is open: {} {}",
                defect.number,
                severity(defect.severity),
                escape(&defect.title)
            ),
        });
    }
    lines.push(if verdict.passed {
        "**Proceed.** The go/no-go can be called (`/go call`).".to_owned()
    } else {
        "**Halt.** Mend it and cut a new candidate (`/rc cut`).".to_owned()
    });
    Some(Post {
        pings: lead.pings,
        ..Post::text(fitting(
            &lines,
            CONTENT_LIMIT - crate::discord::post::MARK_ROOM,
            "lines",
        ))
    })
}

/// "7.2.1-RC2 ✅ passed", one for each version, for the board; nothing without a candidate.
pub(in crate::discord::render) fn progress(release: &Release) -> Option<String> {
    let newest: Vec<String> = release
        .versions()
        .filter_map(|version| release.room.newest(version))
        .map(|candidate| {
            let state = match &candidate.overall {
                Some(verdict) if verdict.passed => "✅ passed",
                Some(_) => "❌ failed",
                None => "in QA",
            };
            format!("{} {state}", escape(&candidate.label()))
        })
        .collect();
    (!newest.is_empty()).then(|| format!("🔬 {}", newest.join(", ")))
}
