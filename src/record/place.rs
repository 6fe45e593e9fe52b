//! The data dir and the database file in it: who may read them, who may write.
//!
//! One linchpin writes a data dir at a time; a lock says so. Everybody else, the
//! commands among them, opens the file read-only and sees what was committed.

use super::RecordError;
use rusqlite::{Connection, OpenFlags};
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Locked by the one linchpin that writes; empty.
const LOCK: &str = "linchpin.lock";

/// `PRAGMA application_id` of our files: "lnch".
const APPLICATION_ID: i32 = 0x6c6e_6368;

/// `PRAGMA user_version`: the schema below.
const SCHEMA_VERSION: i32 = 8;

/// The smallest page SQLite knows.
const HEADER_BYTES: u64 = 512;

/// How long a statement waits for another process's lock.
const BUSY_WAIT: Duration = Duration::from_secs(2);

/// `record` is only ever appended to; `head` is chained to it (`chain`). `hold`
/// keeps every code that was ever given out, in the order of `place`, and `voice` what
/// people said about it; `exact` keeps what a person has to see and the agent would
/// get, until the hold is over. `limited` names each limit that was ever used, and
/// `counted` the items of calls that were delivered (`limits`). `spent_word` names what a
/// person said in a chat and what acts once (`word`), `answer` what hangs on answers that
/// providers keep (`answers`). `carried` says which block of pins (`rendered`) stands behind
/// which turn of a conversation; without a turn, at its head. `written` is what delivered calls wrote
/// into files, by path, digest and effect (`written`). `halt` has the halts that stand,
/// and `refusal` the tries that count towards one (`halt`). Terms (`…_ms`) are on the
/// steady clock (`clock`).
const SCHEMA: &str = "
CREATE TABLE record (
  seq INTEGER PRIMARY KEY, first INTEGER NOT NULL, entry TEXT NOT NULL, at TEXT NOT NULL,
  event TEXT NOT NULL, body TEXT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE INDEX record_by_first ON record (first, seq);
CREATE INDEX record_by_entry ON record (entry, seq);
CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
CREATE TABLE hold (
  place INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, conversation TEXT NOT NULL, digest TEXT NOT NULL, pins TEXT NOT NULL, needs INTEGER NOT NULL,
  opened_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL, outcome TEXT NOT NULL, history TEXT, lapses_ms INTEGER,
  is_told INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX hold_by_call ON hold (conversation, digest);
CREATE INDEX hold_by_expiry ON hold (expires_ms) WHERE outcome = 'held';
CREATE INDEX hold_untold ON hold (place) WHERE outcome = 'held' AND is_told = 0;
CREATE TABLE hold_entry (code TEXT NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (code, entry)) STRICT, WITHOUT ROWID;
CREATE TABLE voice (
  code TEXT NOT NULL, yes INTEGER NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL, via TEXT NOT NULL, verified INTEGER NOT NULL, reason TEXT
) STRICT;
CREATE INDEX voice_by_code ON voice (code);
CREATE TABLE exact (
  code TEXT PRIMARY KEY, agent TEXT, dialect TEXT NOT NULL, model TEXT, call_id TEXT NOT NULL, namespace TEXT, tool TEXT NOT NULL,
  form TEXT NOT NULL, arguments TEXT NOT NULL, actions TEXT NOT NULL, wire TEXT, origin TEXT NOT NULL,
  counted TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE TABLE limited (
  id INTEGER PRIMARY KEY, pin TEXT NOT NULL, agent TEXT NOT NULL, place INTEGER NOT NULL, per_ms INTEGER NOT NULL, UNIQUE (pin, agent, place)
) STRICT;
CREATE TABLE counted (
  id INTEGER PRIMARY KEY AUTOINCREMENT, of_limit INTEGER NOT NULL, at_ms INTEGER NOT NULL, items INTEGER NOT NULL, total INTEGER NOT NULL
) STRICT;
CREATE INDEX counted_by_time ON counted (of_limit, at_ms, id);
CREATE TABLE pin_in_force (id TEXT PRIMARY KEY, version TEXT NOT NULL, approvers INTEGER NOT NULL, by_reply INTEGER NOT NULL) STRICT;
CREATE TABLE spent_word (conversation TEXT NOT NULL, word TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (conversation, word)) STRICT, WITHOUT ROWID;
CREATE TABLE conversation (
  id TEXT PRIMARY KEY, credential TEXT NOT NULL, agent TEXT, dialects TEXT NOT NULL, opened TEXT NOT NULL, seen_ms INTEGER NOT NULL,
  turns INTEGER NOT NULL, compactions INTEGER NOT NULL, strands BLOB NOT NULL, setting TEXT NOT NULL
) STRICT;
CREATE INDEX conversation_by_setting ON conversation (setting, seen_ms);
CREATE TABLE alias (name TEXT PRIMARY KEY, conversation TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE kin (conversation TEXT NOT NULL, other TEXT NOT NULL, PRIMARY KEY (conversation, other)) STRICT, WITHOUT ROWID;
CREATE TABLE mark (hash INTEGER NOT NULL, conversation TEXT NOT NULL, weight INTEGER NOT NULL, PRIMARY KEY (hash, conversation)) STRICT, WITHOUT ROWID;
CREATE INDEX mark_by_conversation ON mark (conversation);
CREATE TABLE spoken (
  place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, conversation TEXT NOT NULL, text TEXT NOT NULL, turn INTEGER NOT NULL, at TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT;
CREATE INDEX spoken_by_conversation ON spoken (conversation);
CREATE TABLE rendered (name TEXT PRIMARY KEY, block TEXT NOT NULL, texts TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE carried (
  place INTEGER PRIMARY KEY, conversation TEXT NOT NULL, rendered TEXT NOT NULL, turn INTEGER, before INTEGER, upto INTEGER
) STRICT;
CREATE INDEX carried_by_conversation ON carried (conversation);
CREATE TABLE answer (
  place INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, conversation TEXT NOT NULL, credential TEXT NOT NULL, seen_ms INTEGER NOT NULL,
  debt TEXT NOT NULL
) STRICT;
CREATE INDEX answer_by_age ON answer (seen_ms);
CREATE INDEX answer_tie ON answer (place) WHERE debt = '';
CREATE TABLE written (
  place INTEGER PRIMARY KEY, conversation TEXT NOT NULL, path TEXT NOT NULL, kept TEXT NOT NULL, UNIQUE (conversation, path)
) STRICT;
CREATE TABLE halt (
  of TEXT NOT NULL, subject TEXT NOT NULL, covers TEXT NOT NULL, cause TEXT NOT NULL, by TEXT NOT NULL, verified INTEGER NOT NULL, why TEXT,
  at TEXT NOT NULL, PRIMARY KEY (of, subject, covers)
) STRICT, WITHOUT ROWID;
CREATE TABLE refusal (
  place INTEGER PRIMARY KEY, conversation TEXT NOT NULL, credential TEXT NOT NULL, call TEXT NOT NULL, request TEXT NOT NULL, at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX refusal_by_conversation ON refusal (conversation, call);
CREATE INDEX refusal_by_credential ON refusal (credential);
CREATE INDEX refusal_by_time ON refusal (at_ms);
CREATE TABLE clock (one INTEGER PRIMARY KEY CHECK (one = 1), steady_ms INTEGER NOT NULL, wall_ms INTEGER NOT NULL) STRICT;
CREATE TABLE probe (one INTEGER PRIMARY KEY CHECK (one = 1), tries INTEGER NOT NULL) STRICT;
";

/// A data dir that is ours to write, for as long as this value lives.
#[derive(Debug)]
pub(super) struct Place {
    file: PathBuf,
    /// Which file that is, so that one that was moved away is noticed.
    identity: Option<(u64, u64)>,
    _lock: File,
}

impl Place {
    /// Creates the data dir if need be, takes its lock and opens the database.
    pub(super) fn open(data_dir: &Path, file: &str) -> Result<(Self, Connection), RecordError> {
        create_private_dir(data_dir)?;
        let lock = lock(data_dir)?;
        let file = data_dir.join(file);
        refuse_stump(&file, &private_file(&file)?)?;
        let connection = open_writable(&file).map_err(|error| not_opened(&file, &error))?;
        Ok((Self { identity: identity(&file), file, _lock: lock }, connection))
    }

    /// The database.
    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// Refuses to go on writing into a file that no longer stands in the data dir:
    /// what is written there would be lost.
    pub(super) fn check_unmoved(&self) -> Result<(), RecordError> {
        let now = identity(&self.file);
        if now == self.identity { Ok(()) } else { Err(RecordError::Moved { file: self.file.clone() }) }
    }
}

/// Opens what a linchpin wrote, or is writing, without changing it.
pub(super) fn open_to_read(file: &Path) -> Result<Connection, RecordError> {
    if !file.exists() {
        return Err(RecordError::Nothing { file: file.to_owned() });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(file, flags).and_then(ready_to_read);
    match opened {
        // A copy on a read-only disk: nobody can be writing to it, and WAL needs no helper files then.
        Err(_) if !beside(file, "-wal").exists() => open_immutable(file).map_err(|error| not_opened(file, &error)),
        opened => opened.map_err(|error| not_opened(file, &error)),
    }
}

fn open_immutable(file: &Path) -> rusqlite::Result<Connection> {
    let path = file.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(format!("file:{path}?immutable=1"), flags).and_then(ready_to_read)
}

fn ready_to_read(connection: Connection) -> rusqlite::Result<Connection> {
    connection.busy_timeout(BUSY_WAIT)?;
    connection.pragma_update(None, "query_only", true)?;
    check_version(&connection)?;
    Ok(connection)
}

fn open_writable(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(BUSY_WAIT)?;
    connection.pragma_update(None, "secure_delete", true)?;
    migrate(&mut connection)?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "full")?;
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let is_new: bool = connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))?;
    if !is_new {
        return check_version(connection);
    }
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    let head = super::chain::Head::of_nothing();
    transaction.execute("INSERT INTO head (one, seq, hash) VALUES (1, ?1, ?2)", (head.seq, &head.hash))?;
    let now_ms = jiff::Timestamp::now().as_millisecond();
    transaction.execute("INSERT INTO clock (one, steady_ms, wall_ms) VALUES (1, ?1, ?1)", [now_ms])?;
    transaction.execute("INSERT INTO probe (one, tries) VALUES (1, 0)", [])?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    transaction.commit()
}

fn check_version(connection: &Connection) -> rusqlite::Result<()> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let (application, version) = (pragma("application_id")?, pragma("user_version")?);
    if application == APPLICATION_ID && version == SCHEMA_VERSION {
        return Ok(());
    }
    let why =
        if application == APPLICATION_ID { format!("schema {version} is of another linchpin") } else { "not a linchpin record".into() };
    Err(rusqlite::Error::ToSqlConversionFailure(why.into()))
}

/// A file that is locked or cannot be reached is not damaged: it wants patience, not a copy.
fn not_opened(file: &Path, error: &rusqlite::Error) -> RecordError {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase, Unknown};
    match error.sqlite_error_code() {
        None | Some(DatabaseCorrupt | NotADatabase | Unknown) => RecordError::Damaged { file: file.to_owned(), why: error.to_string() },
        Some(_) => RecordError::Store(error.to_string()),
    }
}

/// SQLite takes a file that is shorter than its header for a new one and writes
/// over it. An empty one is new; any other was something once.
fn refuse_stump(path: &Path, file: &File) -> Result<(), RecordError> {
    let bytes = file.metadata().map_err(|source| RecordError::io(path, &source))?.len();
    if (1..HEADER_BYTES).contains(&bytes) {
        return Err(RecordError::Damaged { file: path.to_owned(), why: format!("it has only {bytes} bytes") });
    }
    Ok(())
}

/// The file of this name with something after it.
pub(super) fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn lock(data_dir: &Path) -> Result<File, RecordError> {
    let path = data_dir.join(LOCK);
    let file = private_file(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(RecordError::InUse { data_dir: data_dir.to_owned() }),
        Err(fs::TryLockError::Error(source)) => Err(RecordError::io(&path, &source)),
    }
}

/// Whether a linchpin is writing this data dir right now. Only who may write its
/// files can make it look so.
pub(super) fn is_in_use(data_dir: &Path) -> bool {
    let lock = OpenOptions::new().read(true).open(data_dir.join(LOCK));
    lock.is_ok_and(|file| matches!(file.try_lock_shared(), Err(fs::TryLockError::WouldBlock)))
}

/// Creates or opens a file that only its owner may read. SQLite gives its helper
/// files the modes of the database.
pub(super) fn private_file(path: &Path) -> Result<File, RecordError> {
    if path.is_symlink() {
        return Err(RecordError::Unsafe { path: path.to_owned(), why: "it is a symbolic link" });
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(|source| RecordError::io(path, &source))?;
    tighten(path, 0o600)?;
    Ok(file)
}

/// Creates the data dir if it is not there, for its owner only. Whether one that is
/// there can be trusted is `config`'s question (`prepare_data_dir`).
fn create_private_dir(data_dir: &Path) -> Result<(), RecordError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(data_dir).map_err(|source| RecordError::io(data_dir, &source))
}

#[cfg(unix)]
fn tighten(path: &Path, mode_max: u32) -> Result<(), RecordError> {
    use std::os::unix::fs::PermissionsExt;
    let io = |source: std::io::Error| RecordError::io(path, &source);
    let mode = fs::metadata(path).map_err(io)?.permissions().mode() & 0o7777;
    if mode & !mode_max != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(mode & mode_max)).map_err(io)?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn tighten(_path: &Path, _mode_max: u32) -> Result<(), RecordError> {
    Ok(())
}

#[cfg(unix)]
fn identity(file: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(file).ok().map(|found| (found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn identity(file: &Path) -> Option<(u64, u64)> {
    file.exists().then_some((0, 0))
}
