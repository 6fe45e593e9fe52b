//! Configurations to begin with, for `linchpin init`.
//!
//! Each is a file of its own under `presets/`, so that it reads like the file it
//! becomes; the settings at their defaults stand below, commented out.

/// For whom a first configuration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preset {
    /// The starter pins.
    #[default]
    Starter,
    /// An agent that reads and sorts mail.
    Inbox,
    /// An agent that answers where others read along.
    Forum,
    /// An agent that works on code.
    Coding,
    /// An agent that looks after running systems.
    Ops,
}

impl Preset {
    /// Every preset.
    pub const ALL: [Self; 5] = [Self::Starter, Self::Inbox, Self::Forum, Self::Coding, Self::Ops];

    /// The word on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Starter => "starter",
            Self::Inbox => "inbox",
            Self::Forum => "forum",
            Self::Coding => "coding",
            Self::Ops => "ops",
        }
    }

    /// The whole file.
    pub fn text(self) -> String {
        let pins = match self {
            Self::Starter => include_str!("presets/starter.toml"),
            Self::Inbox => include_str!("presets/inbox.toml"),
            Self::Forum => include_str!("presets/forum.toml"),
            Self::Coding => include_str!("presets/coding.toml"),
            Self::Ops => include_str!("presets/ops.toml"),
        };
        format!("{HEAD}{pins}{}", include_str!("presets/settings.toml"))
    }
}

/// What the file begins with.
const HEAD: &str = "\
# linchpin.toml: the rules that outlive a conversation.
#
# `linchpin check` validates this file and prints how each pin will be enforced.
# A pin's text is written into every request; every tool call that comes back is
# judged against it. Kinds of action: delete overwrite send publish permission pay
# deploy execute disclose, and read, write. Responses: warn, hold, block.

";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Asked, parse};
    use crate::policy::starter;
    use std::path::Path;

    fn config(preset: Preset) -> crate::config::Config {
        let asked = Asked { data: Some("/var/lib/linchpin".into()), ..Asked::default() };
        parse(&preset.text(), Path::new("/etc/linchpin.toml"), &asked).unwrap_or_else(|error| panic!("{}", error.render(false)))
    }

    #[test]
    fn every_preset_is_valid_and_asks_for_nothing_that_is_missing() {
        for preset in Preset::ALL {
            let config = config(preset);
            assert!(
                config.unbuilt.is_empty() && config.warnings.is_empty(),
                "{}: {:?} {:?}",
                preset.name(),
                config.unbuilt,
                config.warnings
            );
            assert!(config.pins.iter().all(|pin| !pin.clauses.is_empty()), "{}", preset.name());
        }
    }

    #[test]
    fn the_settings_at_their_defaults_are_valid_too_when_they_are_switched_on() {
        let settings = include_str!("presets/settings.toml");
        let is_setting = |line: &&str| line.starts_with("# [") || line.contains(" = ") && !line.starts_with("#   ");
        let switched_on: Vec<&str> = settings.lines().filter(is_setting).filter_map(|line| line.strip_prefix("# ")).collect();
        assert!(switched_on.len() > 8, "{switched_on:?}");
        let asked = Asked { data: Some("/var/lib/linchpin".into()), ..Asked::default() };
        parse(&switched_on.join("\n"), Path::new("/etc/linchpin.toml"), &asked).unwrap_or_else(|error| panic!("{}", error.render(false)));
    }

    #[test]
    fn the_starter_preset_says_what_applies_without_a_file() {
        assert_eq!(config(Preset::Starter).pins, starter::pins());
    }
}
