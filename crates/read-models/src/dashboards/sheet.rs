//! The cells of one kind and one period, which stand in one row as JSON: a question reads few rows, and what changes in them
//! is written once for all.

use super::lines::{Line, Lines, NUMBERS_MAX, add_up};
use super::owner::Dimension;
use crate::engine::sqlite::SqlError;
use std::fmt::Write as _;

/// What the cells of a sheet are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Counters of receptions and issues.
    Counts(Dimension),
    /// Days on which figures of open issues change.
    Days(Dimension),
    /// Major issues.
    Majors,
}

/// Periods are less than this.
pub(super) const PERIODS: i64 = 100_000_000;

impl Kind {
    /// How many numbers its cells have.
    pub(super) const fn width(self) -> usize {
        match self {
            Self::Counts(_) => NUMBERS_MAX,
            Self::Days(_) => 7,
            Self::Majors => 1,
        }
    }

    /// The place of the sheet of a period.
    pub(super) const fn place(self, period: i64) -> i64 {
        let kind = match self {
            Self::Counts(dimension) => dimension.place(),
            Self::Days(dimension) => 4 + dimension.place(),
            Self::Majors => 8,
        };
        kind * PERIODS + period
    }

    /// The first and the last place of days.
    pub(super) const fn places_of_days() -> [i64; 2] {
        [4 * PERIODS, 8 * PERIODS - 1]
    }

    /// What stands at a place.
    pub(super) fn at(place: i64) -> Option<Self> {
        let kinds = Dimension::ALL.map(Self::Counts).into_iter().chain(Dimension::ALL.map(Self::Days));
        kinds.chain([Self::Majors]).find(|kind| kind.place(0) == place / PERIODS * PERIODS)
    }
}

/// A sheet as it is with changes, which are in the order of its cells; none where nothing is counted any more.
pub(super) fn changed<'c, 'n: 'c>(
    place: i64,
    cells: Option<&'c str>,
    changes: impl Iterator<Item = Line<'n>>,
) -> Result<Option<String>, SqlError> {
    let mut written = Writing::at(place);
    let mut lines = cells.map(Lines::of);
    let mut next = || lines.as_mut().map_or(Ok(None), Lines::next);
    let mut line = next()?;
    for change in changes {
        while let Some(known) = line.take_if(|line| line.cell() <= change.cell()) {
            written.push(known);
            line = next()?;
        }
        written.push(change);
    }
    while let Some(known) = line {
        written.push(known);
        line = next()?;
    }
    Ok(written.end())
}

/// A sheet that counts days before another one as that one; whether there are any; none where nothing is counted.
pub(super) fn settled(place: i64, cells: &str, before: i64) -> Result<(bool, Option<String>), SqlError> {
    let (mut any, mut written, mut lines) = (false, Writing::at(place), Lines::of(cells));
    while let Some(line) = lines.next()? {
        any |= line.day < before;
        written.push(Line { day: line.day.max(before), ..line });
    }
    Ok((any, written.end()))
}

/// A sheet while it is written.
struct Writing<'c> {
    text: String,
    width: usize,
    /// A cell to which more may be added.
    held: Option<Line<'c>>,
    /// Grid and key of the cell that was written last.
    last: Option<(&'c str, &'c str)>,
}

impl<'c> Writing<'c> {
    fn at(place: i64) -> Self {
        let width = Kind::at(place).map_or(NUMBERS_MAX, Kind::width);
        Self { text: String::new(), width, held: None, last: None }
    }

    /// The next cell, or more of the one before.
    fn push(&mut self, line: Line<'c>) {
        match &mut self.held {
            Some(held) if held.cell() == line.cell() => add_up(&mut held.numbers, &line.numbers),
            Some(_) | None => {
                let held = self.held.replace(line);
                held.iter().for_each(|held| self.write(held));
            }
        }
    }

    /// A cell that counts nothing is left out.
    fn write(&mut self, line: &Line<'c>) {
        if line.numbers.iter().all(|number| *number == 0) {
            return;
        }
        let same_grid = self.last.is_some_and(|(grid, _)| grid == line.grid);
        let same_key = same_grid && self.last.is_some_and(|(_, name)| name == line.name);
        self.text.push_str(match (self.last.is_some(), same_grid, same_key) {
            (_, _, true) => ",",
            (_, true, false) => "],",
            (true, false, false) => "]},",
            (false, false, false) => "{",
        });
        if !same_grid {
            self.name(line.grid, '{');
        }
        if !same_key {
            self.name(line.name, '[');
        }
        self.text.push('[');
        self.number(line.day);
        for number in line.numbers.iter().take(self.width) {
            self.text.push(',');
            self.number(*number);
        }
        self.text.push(']');
        self.last = Some((line.grid, line.name));
    }

    fn name(&mut self, name: &str, begins: char) {
        self.text.push('"');
        self.text.push_str(name);
        self.text.push_str("\":");
        self.text.push(begins);
    }

    fn number(&mut self, number: i64) {
        match u8::try_from(number) {
            // Nearly all are.
            Ok(digit @ 0..=9) => self.text.push(char::from(b'0' + digit)),
            Ok(_) | Err(_) => {
                // Writing into a text does not fail.
                let _written = write!(self.text, "{number}");
            }
        }
    }

    fn end(mut self) -> Option<String> {
        let held = self.held.take();
        held.iter().for_each(|held| self.write(held));
        self.last?;
        self.text.push_str("]}}");
        Some(self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboards::lines::{Numbers, escaped, unescaped};

    /// Of days.
    const PLACE: i64 = 420_261_119;
    const GRID: &str = "01980000-0000-7000-8000-000000000001";
    const OTHER: &str = "01980000-0000-7000-8000-000000000002";

    fn line(grid: &'static str, name: &'static str, day: i64, first: i64, total: i64) -> Line<'static> {
        let mut numbers = Numbers::default();
        (numbers[0], numbers[6]) = (first, total);
        Line { grid, name, day, numbers }
    }

    fn sheet() -> String {
        let changes = [
            line(GRID, "a\\u0022\\u007d\\u8857", 0, 0, 5),
            line(GRID, "gone", 0, 2, 1),
            line(GRID, "gone", 0, -2, -1),
            line(GRID, "housing", 20_261_102, 7, 1),
            line(GRID, "housing", 20_261_119, -12, 1),
            line(OTHER, "housing", 20_261_119, 3, 1),
        ];
        changed(PLACE, None, changes.into_iter()).unwrap().unwrap()
    }

    fn lines(mut lines: Lines<'_>) -> Vec<Line<'_>> {
        std::iter::from_fn(|| lines.next().unwrap()).collect()
    }

    #[test]
    fn a_sheet_is_read_as_it_was_written() {
        let text = sheet();
        assert_eq!(
            text,
            format!(
                "{{\"{GRID}\":{{\"a\\u0022\\u007d\\u8857\":[[0,0,0,0,0,0,0,5]],\
                 \"housing\":[[20261102,7,0,0,0,0,0,1],[20261119,-12,0,0,0,0,0,1]]}},\
                 \"{OTHER}\":{{\"housing\":[[20261119,3,0,0,0,0,0,1]]}}}}"
            )
        );
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
        let all = lines(Lines::of(&text));
        assert_eq!((all.len(), &all[3]), (4, &line(OTHER, "housing", 20_261_119, 3, 1)));
        assert_eq!(lines(Lines::of_grid(&text, GRID)), all[..3]);
        assert_eq!(lines(Lines::of_grid(&text, OTHER)), all[3..]);
        assert_eq!(lines(Lines::of_grid(&text, "nobody")), []);
        let key = "a\"}街";
        assert_eq!((escaped(key), unescaped(all[0].name).unwrap()), (all[0].name.to_owned(), key.into()));
    }

    #[test]
    fn changes_are_added_where_they_belong() {
        let text = sheet();
        let changes = [line(GRID, "b", 0, 1, 1), line(GRID, "housing", 20_261_102, -7, -1), line(OTHER, "z", 0, 4, 1)];
        let after = changed(PLACE, Some(&text), changes.into_iter()).unwrap().unwrap();
        let names: Vec<_> = lines(Lines::of(&after)).iter().map(|line| (line.name, line.day)).collect();
        assert_eq!(names[1..], [("b", 0), ("housing", 20_261_119), ("housing", 20_261_119), ("z", 0)]);
        let away = lines(Lines::of(&text)).into_iter().map(|line| Line { numbers: line.numbers.map(|n| -n), ..line });
        assert_eq!(changed(PLACE, Some(&text), away).unwrap(), None);
    }

    #[test]
    fn what_is_no_sheet_is_not_read_as_one() {
        let text = sheet();
        let read = |text: &str| changed(PLACE, Some(text), std::iter::empty());
        assert_eq!(read(&text).unwrap().as_ref(), Some(&text));
        for length in 0..text.len() {
            if let Some(cut) = text.get(..length) {
                assert!(read(cut).is_err(), "{cut}");
            }
        }
        assert!(read(&text.replace("-12", "x")).is_err());
    }

    #[test]
    fn days_that_are_settled_are_counted_as_one() {
        let (any, text) = settled(PLACE, &sheet(), 20_261_119).unwrap();
        let text = text.unwrap();
        assert!(any && text.contains("\"housing\":[[20261119,-5,0,0,0,0,0,2]]"), "{text}");
        assert_eq!(settled(PLACE, &text, 20_261_119).unwrap(), (false, Some(text.clone())));
    }

    #[test]
    fn every_kind_has_places_of_its_own() {
        for (at, kind) in Dimension::ALL.map(Kind::Counts).into_iter().chain(Dimension::ALL.map(Kind::Days)).enumerate()
        {
            assert_eq!(kind.place(0), i64::try_from(at).unwrap() * PERIODS);
            assert_eq!(Kind::at(kind.place(99_991_231)), Some(kind));
        }
        assert_eq!(Kind::at(Kind::Majors.place(0)), Some(Kind::Majors));
        assert_eq!(Kind::at(9 * PERIODS), None);
    }
}
