//! What people do about the duty of a roster: whether they may, and whether it makes sense, is for the bot to say.

use chrono::{DateTime, Utc};
use tminus::app::{App, Error, Taken};
use tminus::domain::person::Person;

/// How many kinds of acts there are.
pub(crate) const ACTS: usize = 8;

/// Does the act of this number.
pub(crate) async fn act(app: &App, person: &Person, number: usize, now: DateTime<Utc>) -> Result<(), Error> {
    match number % ACTS {
        0 => app
            .hand_over_now(person, None, Some("All is well"), now)
            .await
            .map(drop),
        1..=3 => app.accept_hand_off(person, None, None, now).await.map(drop),
        4 => {
            let declined = app.decline_hand_off(person, None, None, "I have a cold", now);
            declined.await.map(drop)
        }
        5 => app.end_shift(person, None, None, now).await.map(drop),
        6 => app
            .end_shift(person, None, Some("The last train"), now)
            .await
            .map(drop),
        _ => app
            .take_duty(person, None, Taken::Now { until: None }, now)
            .await
            .map(drop),
    }
}
