//! How things look in answers: one struct per thing, with its schema. Facts come from folded states; texts from boxes.

pub mod calendar;
pub mod dashboard;
pub mod deadline;
pub mod delegate;
pub mod difference;
pub mod event;
pub mod issue;
pub mod looks_alike;
pub mod major_issue;
pub mod office;
pub mod place;
pub mod policy;
pub mod reception;
pub mod review;
pub mod review_member;
pub mod review_table;
pub mod roster;
pub mod tables;
pub mod together;
pub mod token;

/// An absent key instead of null.
pub(crate) fn absent<T>(value: &Option<T>) -> bool {
    value.is_none()
}
