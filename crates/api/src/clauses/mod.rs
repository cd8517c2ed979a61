//! `/v1/clauses`: the notice clause by clause, with what is owed under each and how it was kept.

#[cfg(test)]
mod content;
#[cfg(test)]
mod markdown;
