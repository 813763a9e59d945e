//! What somebody may have meant.

/// The candidate that looks most like `given`, when one is near enough to be a slip of the fingers: a third of its
/// characters may differ, or it begins alike.
#[must_use]
pub fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.trim().to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&given, candidate), candidate))
        .filter(|(distance, candidate)| {
            let allowed = (given.chars().count().max(candidate.chars().count()) / 3).max(1);
            *distance <= allowed || strsim::jaro_winkler(&given, candidate) >= 0.9
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
