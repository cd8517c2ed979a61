//! What stands beside the two numbers of a figure, in words: a target, the parts of working days, weights, responses, an
//! interval, or why there are no numbers. With it a dossier on paper has every number of the figures.

use domain::language::Language;
use domain::review::{Measure, Ratio, Satisfied};

/// `26 / 27 (96.3%)`: the numbers as they are, the share to a tenth of a per cent.
pub(super) fn told(n: u64, of: u64) -> String {
    let twice = (u128::from(n) * 2000 + u128::from(of)).checked_div(2 * u128::from(of));
    twice.map_or_else(|| format!("{n} / {of}"), |permille| format!("{n} / {of} ({})", percent(permille)))
}

/// Thousandths, as people write them.
fn percent(permille: u128) -> String {
    format!("{}.{}%", permille / 10, permille % 10)
}

/// What else a figure says; empty where that is nothing.
pub(super) fn remark(measure: &Measure, language: Language) -> String {
    match measure {
        Measure::Unavailable => language.pick("尚无记录可以计算", "not recorded yet").to_owned(),
        Measure::Share(_) => String::new(),
        Measure::Targeted(_, target) => {
            format!("{}{}", language.pick("目标 ", "target "), percent(u128::from(*target)))
        }
        Measure::WorkingDays { n: _, of: _, delegate, unit, suspended } => match language {
            Language::Zh => format!("代表 {delegate} + 承办 {unit} + 中止 {suspended}"),
            Language::En => format!("delegate {delegate} + unit {unit} + suspended {suspended}"),
        },
        Measure::Used { share: _, referenced } => {
            named(language.pick("其中被引用或采纳 ", "referred to or taken up "), *referenced)
        }
        Measure::Satisfied(said) => of_satisfied(said, language),
    }
}

fn named(name: &str, Ratio { n, of }: Ratio) -> String {
    format!("{name}{}", told(n, of))
}

fn of_satisfied(said: &Satisfied, language: Language) -> String {
    let weighted = named(language.pick("加权 ", "weighted "), said.weighted);
    let responses = named(language.pick("收到评价 ", "responses "), said.responses);
    let between = said.wilson_95_permille.map(|(low, high)| {
        let (low, high) = (percent(u128::from(low)), percent(u128::from(high)));
        match language {
            Language::Zh => format!("区间 {low}–{high}（Wilson，95%）"),
            Language::En => format!("interval {low}–{high} (Wilson, 95%)"),
        }
    });
    let few = language.pick("评价过少，不宜比较", "too few responses for a comparison").to_owned();
    let all = [Some(weighted), Some(responses), between, (!said.ranked).then_some(few)];
    all.into_iter().flatten().collect::<Vec<_>>().join(language.pick("；", "; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_told_with_their_numbers_and_rounded_to_a_tenth_of_a_per_cent() {
        assert_eq!(told(26, 27), "26 / 27 (96.3%)");
        assert_eq!(told(1, 3), "1 / 3 (33.3%)");
        assert_eq!(told(2, 3), "2 / 3 (66.7%)");
        assert_eq!(told(1, 2000), "1 / 2000 (0.1%)");
        assert_eq!(told(7, 7), "7 / 7 (100.0%)");
        assert_eq!(told(0, 0), "0 / 0");
    }

    #[test]
    fn what_is_beside_the_two_numbers_is_told_in_words() {
        let ratio = |n, of| Ratio { n, of };
        let days = Measure::WorkingDays { n: 4, of: 27, delegate: 3, unit: 1, suspended: 0 };
        let said = Satisfied {
            content: ratio(9, 10),
            weighted: ratio(8600, 10_000),
            responses: ratio(10, 25),
            wilson_95_permille: Some((596, 982)),
            ranked: true,
        };
        let few = Satisfied { wilson_95_permille: None, ranked: false, ..said };
        for (measure, zh, en) in [
            (Measure::Unavailable, "尚无记录可以计算", "not recorded yet"),
            (Measure::Share(ratio(1, 2)), "", ""),
            (Measure::Targeted(ratio(1, 2), 1000), "目标 100.0%", "target 100.0%"),
            (days, "代表 3 + 承办 1 + 中止 0", "delegate 3 + unit 1 + suspended 0"),
            (
                Measure::Used { share: ratio(1, 1), referenced: ratio(1, 1) },
                "其中被引用或采纳 1 / 1 (100.0%)",
                "referred to or taken up 1 / 1 (100.0%)",
            ),
            (
                Measure::Satisfied(said),
                "加权 8600 / 10000 (86.0%)；收到评价 10 / 25 (40.0%)；区间 59.6%–98.2%（Wilson，95%）",
                "weighted 8600 / 10000 (86.0%); responses 10 / 25 (40.0%); interval 59.6%–98.2% (Wilson, 95%)",
            ),
            (
                Measure::Satisfied(few),
                "加权 8600 / 10000 (86.0%)；收到评价 10 / 25 (40.0%)；评价过少，不宜比较",
                "weighted 8600 / 10000 (86.0%); responses 10 / 25 (40.0%); too few responses for a comparison",
            ),
        ] {
            assert_eq!((remark(&measure, Language::Zh).as_str(), remark(&measure, Language::En).as_str()), (zh, en));
        }
    }
}
