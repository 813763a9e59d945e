//! What to do about what is seen (S134).

use crate::discord::post::{CONTENT_LIMIT, Post};
use crate::discord::render::{escape, fitting, paragraphs, shortened};
use crate::domain::escalation::{Directory, Hits, Symptom};

/// What the table says about what somebody sees.
#[must_use]
pub fn found(directory: &Directory, asked: &str) -> Post {
    if directory.symptoms.is_empty() {
        return Post::text(
            "🔎 The table of symptoms is empty. A Release Manager begins it with `/troubleshoot add`.",
        );
    }
    match directory.symptom(asked) {
        Hits::One(symptom) => one(symptom),
        Hits::Several(symptoms) if symptoms.is_empty() => Post::text(format!(
            "🔎 Nothing in the table is like “{}”. Try fewer words, or others; `/escalate lookup` tells whom to ask, and \
             a Release Manager adds what you find out with `/troubleshoot add`.",
            asked_for(asked),
        )),
        Hits::Several(symptoms) => several(&symptoms, asked),
    }
}

fn one(symptom: &Symptom) -> Post {
    Post::text(format!(
        "🩺 **{}**\n**Cause:** {}\n**What to do:** {}",
        escape(&symptom.symptom),
        paragraphs(&symptom.cause),
        paragraphs(&symptom.resolution),
    ))
}

fn several(symptoms: &[&Symptom], asked: &str) -> Post {
    let mut lines = vec![format!("🔎 “{}” could be:", asked_for(asked))];
    lines.extend(symptoms.iter().map(|symptom| {
        format!(
            "• **{}** · {} (`{}`)",
            escape(&symptom.symptom),
            escape(&shortened(&symptom.cause, 100)),
            symptom.id
        )
    }));
    lines.push("-# Ask again with one of them: pick it while you type, or give its short name.".to_owned());
    Post::text(fitting(&lines, CONTENT_LIMIT, "lines"))
}

fn asked_for(asked: &str) -> String {
    escape(&shortened(asked.trim(), 100))
}
