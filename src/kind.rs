//! Kinds of action: the nine consequential ones, the two ordinary ones, and the
//! state `unknown`.
//!
//! These are the words a pin's `on = […]` is written in. What each of them covers
//! is decided by the `action` room; here they are only names, with the one rule
//! that belongs to the names themselves: a broad kind covers its finer ones and
//! never the other way round.

use std::fmt;

/// One kind of effect that a tool call can have.
///
/// A finer kind (`publish.push`) is a kind of its own: [`Kind::covers`] says
/// which of two kinds includes the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Data, records, messages, branches or accounts are removed or hidden.
    Delete,
    /// Earlier content is visibly lost.
    Overwrite,
    /// A message or notice to named people or channels.
    Send,
    /// Visible to an unbounded or shared audience.
    Publish,
    /// To a git remote.
    PublishPush,
    /// Grants, roles, sharing, firewalls, guards.
    Permission,
    /// Passwords, keys and tokens.
    PermissionCredential,
    /// Moves or commits money.
    Pay,
    /// Changes a running or shared system.
    Deploy,
    /// Runs code that the call does not show.
    Execute,
    /// Installs packages, plugins or tools.
    ExecuteInstall,
    /// Local files, secrets or private data flow to the network.
    Disclose,
    /// Any other change.
    Write,
    /// Into version history.
    WriteCommit,
    /// Looks at something.
    Read,
    /// Fetches an address.
    ReadNetwork,
    /// Reads what looks like a secret.
    ReadSecret,
    /// The call could not be understood; it is held by every hold or block pin
    /// whose kind the tool could perform.
    Unknown,
}

impl Kind {
    /// Every kind, broad ones directly before their finer ones.
    pub const ALL: [Self; 18] = [
        Self::Delete,
        Self::Overwrite,
        Self::Send,
        Self::Publish,
        Self::PublishPush,
        Self::Permission,
        Self::PermissionCredential,
        Self::Pay,
        Self::Deploy,
        Self::Execute,
        Self::ExecuteInstall,
        Self::Disclose,
        Self::Write,
        Self::WriteCommit,
        Self::Read,
        Self::ReadNetwork,
        Self::ReadSecret,
        Self::Unknown,
    ];

    /// The nine broad consequential kinds: what "anything" means in a pin.
    pub const CONSEQUENTIAL: [Self; 9] = [
        Self::Delete,
        Self::Overwrite,
        Self::Send,
        Self::Publish,
        Self::Permission,
        Self::Pay,
        Self::Deploy,
        Self::Execute,
        Self::Disclose,
    ];

    /// The word in the configuration, the record and every JSON shape.
    pub fn name(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Overwrite => "overwrite",
            Self::Send => "send",
            Self::Publish => "publish",
            Self::PublishPush => "publish.push",
            Self::Permission => "permission",
            Self::PermissionCredential => "permission.credential",
            Self::Pay => "pay",
            Self::Deploy => "deploy",
            Self::Execute => "execute",
            Self::ExecuteInstall => "execute.install",
            Self::Disclose => "disclose",
            Self::Write => "write",
            Self::WriteCommit => "write.commit",
            Self::Read => "read",
            Self::ReadNetwork => "read.network",
            Self::ReadSecret => "read.secret",
            Self::Unknown => "unknown",
        }
    }

    /// Reads the word in the configuration.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The broad kind this one belongs to; a broad kind belongs to itself.
    pub fn broad(self) -> Self {
        match self {
            Self::PublishPush => Self::Publish,
            Self::PermissionCredential => Self::Permission,
            Self::ExecuteInstall => Self::Execute,
            Self::WriteCommit => Self::Write,
            Self::ReadNetwork | Self::ReadSecret => Self::Read,
            broad => broad,
        }
    }

    /// Whether a pin on `self` speaks about an action of kind `other`.
    pub fn covers(self, other: Self) -> bool {
        self == other || self == other.broad()
    }

    /// Whether this is one of the nine kinds that change something that matters.
    pub fn is_consequential(self) -> bool {
        Self::CONSEQUENTIAL.contains(&self.broad())
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn every_kind_is_read_back_from_its_own_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
        }
    }

    #[test]
    fn a_broad_kind_covers_its_finer_one_and_never_the_other_way_round() {
        assert!(Kind::Publish.covers(Kind::PublishPush));
        assert!(!Kind::PublishPush.covers(Kind::Publish));
        assert!(!Kind::Delete.covers(Kind::Unknown));
    }
}
