//! What may be corrected is written down for clients in `docs/API.md`: the very fields of the tables, each in the column
//! that says whether it needs approval.

use domain::correction::Field;
use domain::{activity, deed, issue, meeting, reception, session, study};

const PAGE: &str = include_str!("../../../docs/API.md");

fn column(event_type: &str, index: usize) -> String {
    let row = PAGE.lines().find(|line| line.starts_with(&format!("| `{event_type}` | ")));
    let row = row.unwrap_or_else(|| panic!("docs/API.md has no row of {event_type}"));
    row.split('|').nth(index).unwrap_or_default().to_owned()
}

#[test]
fn every_field_stands_in_the_page_for_clients() {
    let tables = [
        reception::correcting::FIELDS,
        issue::correcting::FIELDS,
        session::correcting::FIELDS,
        activity::correcting::FIELDS,
        deed::correcting::FIELDS,
        study::correcting::FIELDS,
        meeting::correcting::FIELDS,
    ];
    let fields: Vec<&Field> = tables.into_iter().flatten().collect();
    for field in &fields {
        // Texts are told in words there; of most events there is nothing else.
        if field.is_text() {
            continue;
        }
        let pointer = format!("`{}`", field.pointer.replace('*', "<i>"));
        let (own, other) = if field.needs_approval() { (3, 2) } else { (2, 3) };
        assert!(column(field.event_type, own).contains(&pointer), "{field:?}");
        assert!(!column(field.event_type, other).contains(&pointer), "{field:?}");
    }
    let told = PAGE.lines().skip_while(|line| !line.starts_with("| Event | At once |")).skip(2);
    let told = told.take_while(|line| line.starts_with("| `"));
    let told: usize = told.map(|line| line.matches("`/").count()).sum();
    assert_eq!(told, fields.iter().filter(|field| !field.is_text()).count());
}
