//! What a word means to a rule: the marks that the word tables give.
//!
//! A word table (`words/`) says for one language which words carry which mark.
//! Everything after the table speaks about marks only, so a language is added by
//! adding a table and nothing else.

/// The meaning of a word or phrase, as far as a rule is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    // -- what makes a rule
    /// never, do not, must not, no
    Not,
    /// forbidden, not allowed, leave alone: forbids what stands with it
    Forbid,
    /// off limits, stay out of: forbids looking too
    Closed,
    /// plan only, read-only, dry run, hold off: nothing is to be done for now
    Frozen,
    /// hold off, wait with: what it names is held for now
    Postpone,
    /// ask, confirm with me, my approval, run it past me
    Ask,
    /// let me know, tell me: asks only together with "before"
    Tell,
    /// without asking, in one word or phrase (未经允许, 確認なしに): a gate under a negation, else a waiver
    Unasked,
    /// on your own, by yourself: like [`Mark::Unasked`]
    Alone,
    /// 勝手に, 擅自, eigenmächtig: forbids acting unasked, also without a negation
    Unbidden,
    /// at most, no more than, max
    AtMost,
    /// must, has to, needs to
    Must,

    // -- what loosens
    /// you may, feel free, is fine
    May,
    /// no need to, do not have to, stop (before asking)
    NoNeed,

    // -- what joins
    /// without
    Without,
    /// before, prior to
    Before,
    /// unless
    Unless,
    /// until, yet, for now
    Until,
    /// if, when, while, after
    If,
    /// only, nothing but
    Only,
    /// except, apart from
    Except,
    /// outside, not on
    Outside,
    /// everywhere else, otherwise: what the rule before it did not name
    Elsewhere,
    /// and, or, nor
    And,
    /// but, however
    But,
    /// fail to, forget to, hesitate to: turns a negation round
    Neglect,
    /// when in doubt, if unsure
    Doubt,
    /// why, how, what: begins a question
    Question,

    // -- what it is about
    /// An effect's verb, or the noun made of it.
    Verb(Verb),
    /// What the verb is done to.
    Object(Object),
    /// anything, everything, any action
    Anything,
    /// destructive, irreversible, external
    Umbrella(Umbrella),
    /// A production or other environment.
    Place,
    /// A branch by its usual name.
    BranchName,
    /// A table of a database, by its name.
    Table,

    // -- numbers
    /// more than, above, over
    MoreThan,
    /// from … up, or more
    OrMore,
    /// per, each, every
    Per,
    /// A time, in seconds.
    Time(u64),
    /// A number word.
    Number(u64),
    /// A currency.
    Currency,
    /// MB, lines, minutes of length: a measure that is no count of items
    Measure,

    // -- what no call can show
    /// lie, mention, invent, assume: what is said or thought, not done
    Saying,
    /// emoji, tone, em dash: how something is worded
    Style,
    /// A word with no meaning for a rule.
    Small,

    // -- what no table knows
    /// An unknown word.
    Unknown,
    /// A path, glob, address, host, channel or option.
    Literal,
    /// A break in the sentence.
    Break,
}

/// Classes of verbs. What they do to an object is decided in `effect`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Remove,
    Cancel,
    /// close a ticket, an account, an issue
    Close,
    /// leave a mailing list, unfollow
    Unsubscribe,
    /// turn on or off
    Switch,
    Change,
    Touch,
    Overwrite,
    Truncate,
    Create,
    Move,
    Send,
    Invite,
    Share,
    Publish,
    Comment,
    Push,
    ForcePush,
    Commit,
    Merge,
    Grant,
    Rotate,
    Pay,
    Deploy,
    GoLive,
    Restart,
    Migrate,
    Run,
    Build,
    Install,
    Upload,
    Leave,
    Read,
    Open,
    Fetch,
    Archive,
    Act,
    Use,
}

/// Classes of things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Object {
    File,
    /// Files of one sort (tests, backups, settings): like [`Object::File`], and narrower than all files.
    Particular,
    Data,
    Secret,
    Credential,
    Access,
    Member,
    Money,
    Invoice,
    Order,
    Event,
    Message,
    Post,
    Ticket,
    Branch,
    System,
    /// A whole store of files: a disk, a partition.
    Disk,
    /// A thing in the world that a call can move: heating, doors, lamps.
    Device,
    Process,
    Release,
    Package,
    Program,
    Sudo,
    Internet,
    Tool,
}

/// Words that stand for several kinds at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Umbrella {
    /// destructive
    Destructive,
    /// irreversible, risky, important
    Grave,
    /// external, outward, public-facing
    External,
    /// that changes, modifies or writes
    Changing,
}
