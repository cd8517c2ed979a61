//! What SQLite says went wrong, and what helps.

use crate::engine::remedy::Remedy;
pub use rusqlite::Error as SqlError;
use rusqlite::ErrorCode;

/// What helps against an error of SQL.
pub(crate) fn remedy_of(error: &SqlError) -> Remedy {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Remedy::NewFile,
        // A table or a column is not there, or a row breaks a rule of its table.
        Some(ErrorCode::Unknown | ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch) => Remedy::Rebuild,
        // Busy, locked, full, input and output, rights, memory.
        Some(_) => Remedy::Patience,
        None if is_bad_row(error) => Remedy::Rebuild,
        None => Remedy::Patience,
    }
}

/// Whether a row does not hold what stands in it by its table.
const fn is_bad_row(error: &SqlError) -> bool {
    matches!(
        error,
        SqlError::FromSqlConversionFailure(..)
            | SqlError::IntegralValueOutOfRange(..)
            | SqlError::InvalidColumnType(..)
            | SqlError::InvalidColumnIndex(_)
            | SqlError::Utf8Error(..)
            | SqlError::QueryReturnedNoRows
    )
}

/// Whether somebody else holds the file.
pub(crate) fn is_busy(error: &SqlError) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}
