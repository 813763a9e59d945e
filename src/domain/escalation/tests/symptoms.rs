//! What to do about what is seen (S134).

use super::*;

fn hit(directory: &Directory, asked: &str) -> String {
    match directory.symptom(asked) {
        Hits::One(symptom) => symptom.id.to_string(),
        Hits::Several(rows) => {
            let rows: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
            format!("perhaps {}", rows.join(", "))
        }
    }
}

/// S134: by words of each of the three columns, with their slips and their other forms.
#[test]
fn s134_a_row_is_found_by_any_of_its_words() {
    let directory = shipped();
    assert_eq!(directory.symptoms.len(), 12);
    for (asked, row) in [
        ("rollback-too-slow", "rollback-too-slow"),
        ("rollback triggered but exceeds time LIMIT", "rollback-too-slow"),
        ("rolback takes too long", "rollback-too-slow"),
        ("the build is from the wrong branch", "changes-missing"),
        ("tests disputed", "test-results-disputed"),
        ("configuration drift", "test-deployment-fails"),
        ("owner is unavailible", "nobody-to-sign-off"),
        ("missing dependency", "missing-dependencies"),
        ("no windows availible in the calender", "no-window"),
        ("manual recovery", "rollback-too-slow"),
        (
            "post-deployment verification failed",
            "post-deployment-check-fails",
        ),
        ("runbok errors", "runbook-has-errors"),
    ] {
        assert_eq!(hit(&directory, asked), row, "{asked}");
    }
}

#[test]
fn what_could_be_several_rows_names_them_and_what_is_like_none_names_none() {
    let directory = shipped();
    let several = hit(&directory, "deployment");
    assert_eq!(
        several,
        "perhaps test-deployment-fails, runbook-has-errors, missing-dependencies, post-deployment-check-fails"
    );
    for nothing in ["zebra", "", "the of and", "@everyone"] {
        assert_eq!(hit(&directory, nothing), "perhaps ", "{nothing}");
    }
    assert_eq!(directory.suggest_symptoms(" ").len(), 12);
    assert_eq!(
        directory.suggest_symptoms("stagng")[0].id.as_str(),
        "runbook-has-errors"
    );
}

#[test]
fn all_problems_of_symptoms_are_told() {
    let text = "[[symptoms]]\nid = \"a\"\nsymptom = \"It hangs\"\ncause = \"A lock\"\nresolution = \"Wait\"\n\
                [[symptoms]]\nid = \"a\"\nsymptom = \"it HANGS\"\ncause = \"\"\n\
                [[symptoms]]\nid = \"b\"\nsymptom = \"Two\\nlines\"\ncause = \"c\"\nresolution = 7\ncolour = \"red\"\n";
    let problems = Directory::read("d.toml", text).unwrap_err();
    insta::assert_snapshot!(problems.to_string());
}
