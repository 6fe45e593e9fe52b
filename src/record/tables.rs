//! What stands beside the chain (holds, conversations, counts), in one digest.
//!
//! These tables change in place, so no chain runs through them. When linchpin closes
//! the record, its last signed head vouches for them; whatever was changed in them while
//! no linchpin was running then shows. While one runs, and after a crash, nothing does.

use super::RecordError;
use crate::digest::{Fields, hex};
use rusqlite::Connection;
use rusqlite::types::ValueRef;

/// The digest of every table but the chain itself, row by row in the order they are
/// stored in, which neither `VACUUM` nor an index changes.
pub(super) fn digest(connection: &Connection) -> Result<String, RecordError> {
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'record' AND name NOT LIKE 'sqlite%' ORDER BY name";
    let names: Vec<String> = connection.prepare(names)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut fields = Fields::new("linchpin-tables-v1");
    for name in names {
        fields.text(&name);
        let mut statement = connection.prepare(&format!("SELECT * FROM \"{name}\" NOT INDEXED"))?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                match row.get_ref(column)? {
                    ValueRef::Null => fields.text("n"),
                    ValueRef::Integer(number) => fields.text(&format!("i{number}")),
                    ValueRef::Real(number) => fields.text(&format!("r{number}")),
                    ValueRef::Text(bytes) => fields.bytes(bytes),
                    ValueRef::Blob(bytes) => fields.bytes(bytes),
                };
            }
        }
    }
    Ok(hex(&fields.finish()))
}
