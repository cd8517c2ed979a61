//! A cell of the access table: of which things somebody in a role may do something.

use crate::vocabulary::Role;

/// The roles of the table's columns. The public is the `visitor` of leaves.
pub const COLUMNS: [Role; 10] = [
    Role::Delegate,
    Role::Convener,
    Role::Liaison,
    Role::PartyStudio,
    Role::CongressOffice,
    Role::HandlingUnit,
    Role::Auditor,
    Role::ReportJob,
    Role::Visitor,
    Role::Administrator,
];

/// Of which things a role may do an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// None.
    Nothing,
    /// Their own: what a bound delegate is responsible for or takes part in, or what the account made.
    Own,
    /// What lies in the grid of which they are convener.
    Grid,
    /// What lies in the grids for which they are liaison.
    Station,
    /// What is of the party's line.
    Line,
    /// What is dispatched to their office.
    Dispatched,
    /// Anything of the town.
    Town,
    /// Facts and figures of the whole town, without a personal part.
    Figures,
    /// The issue whose receipt code they hold.
    Receipt,
}

impl Cell {
    /// As the table writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "-",
            Self::Own => "O",
            Self::Grid => "G",
            Self::Station => "St",
            Self::Line => "L",
            Self::Dispatched => "D",
            Self::Town => "T",
            Self::Figures => "Σ",
            Self::Receipt => "R",
        }
    }
}

/// The cells of a row as the table writes them, with a space between two. A row that does not fit does not compile.
pub(crate) const fn cells(text: &str) -> [Cell; COLUMNS.len()] {
    let bytes = text.as_bytes();
    let mut cells = [Cell::Nothing; COLUMNS.len()];
    let (mut at, mut column) = (0, 0);
    while column < COLUMNS.len() {
        let (cell, length) = match bytes[at] {
            b'-' => (Cell::Nothing, 1),
            b'O' => (Cell::Own, 1),
            b'G' => (Cell::Grid, 1),
            b'S' if bytes[at + 1] == b't' => (Cell::Station, 2),
            b'L' => (Cell::Line, 1),
            b'D' => (Cell::Dispatched, 1),
            b'T' => (Cell::Town, 1),
            // Σ in UTF-8.
            0xCE if bytes[at + 1] == 0xA3 => (Cell::Figures, 2),
            b'R' => (Cell::Receipt, 1),
            _ => panic!("no such cell"),
        };
        cells[column] = cell;
        column += 1;
        at += length;
        assert!(at == bytes.len() || bytes[at] == b' ', "cells have a space between them");
        at += 1;
    }
    assert!(at == bytes.len() + 1, "a row has a cell for each column");
    cells
}

/// The column of a role; nothing for the system, which asks nobody.
pub(crate) fn column(role: Role) -> Option<usize> {
    COLUMNS.iter().position(|one| *one == role)
}
