//! Which of the two languages a client prefers.

use domain::language::Language;

/// The better of the two for an `Accept-Language` header (RFC 9110 §12.5.4), matched by primary subtag. Only the
/// first 16 ranges are looked at; what cannot be read counts for nothing; a tie goes to the one named first.
pub fn preferred(accept_language: Option<&str>) -> Language {
    let mut best = (Language::Zh, 0);
    for range in accept_language.unwrap_or_default().split(',').take(16) {
        let (tag, weight) = weighted(range);
        let primary = tag.split('-').next().unwrap_or_default();
        let language = if primary.eq_ignore_ascii_case("en") {
            Language::En
        } else if primary.eq_ignore_ascii_case("zh") || primary == "*" {
            Language::Zh
        } else {
            continue;
        };
        if weight > best.1 {
            best = (language, weight);
        }
    }
    best.0
}

/// Splits one element of an `Accept…` list into what it names and its weight in thousandths (RFC 9110 §12.4.2).
/// Without `q` the weight is 1000; a `q` that cannot be read is 0.
pub(crate) fn weighted(element: &str) -> (&str, u16) {
    let mut parts = element.split(';');
    let name = parts.next().unwrap_or_default().trim();
    let mut weight = 1000;
    for part in parts {
        let Some((key, value)) = part.split_once('=') else {
            continue;
        };
        if key.trim().eq_ignore_ascii_case("q") {
            weight = thousandths(value.trim());
        }
    }
    (name, weight)
}

fn thousandths(q: &str) -> u16 {
    let (whole, fraction) = q.split_once('.').unwrap_or((q, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return 0;
    }
    match whole {
        "1" => 1000,
        "0" => format!("{fraction:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_unless_english_is_preferred() {
        for (header, expected) in [
            (None, Language::Zh),
            (Some(""), Language::Zh),
            (Some("fr"), Language::Zh),
            (Some("en"), Language::En),
            (Some("en-GB,en;q=0.9"), Language::En),
            (Some("zh-CN,zh;q=0.9,en;q=0.8"), Language::Zh),
            (Some("zh;q=0.5, en;q=0.6"), Language::En),
            (Some("fr, *;q=0.1"), Language::Zh),
            (Some("en;q=0"), Language::Zh),
            (Some("en;q=7"), Language::Zh),
        ] {
            assert_eq!(preferred(header), expected, "{header:?}");
        }
    }
}
