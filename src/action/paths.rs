//! What a path tells about a read or a write: secrets, system files, files that
//! another program runs by itself.
//!
//! Paths are judged by their text alone; where a relative path leads is not known here.

use crate::kind::Kind;

/// What writing to this path does besides writing.
pub(super) fn effects_of_writing(path: &str) -> Vec<Kind> {
    let mut kinds = Vec::new();
    let path = tidy(path);
    if is_key_list(&path) {
        kinds.push(Kind::PermissionCredential);
    }
    if is_guard(&path) {
        kinds.push(Kind::Permission);
    }
    if is_run_by_itself(&path) {
        kinds.push(Kind::Execute);
    }
    if is_system(&path) || is_startup(&path) {
        kinds.push(Kind::Overwrite);
    }
    kinds
}

/// Lower case, forward slashes, quotes and a leading `./` dropped.
fn tidy(path: &str) -> String {
    let path = path.trim().replace('\\', "/").to_lowercase();
    path.strip_prefix("./").map_or(path.clone(), str::to_owned)
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether what is added to this file is run by whoever installs or checks out: a package's own hooks.
pub(super) fn runs_from_content(path: &str, added: &str) -> bool {
    let path = tidy(path);
    let hooks: &[&str] = match name_of(&path) {
        "package.json" => {
            &["preinstall", "install", "postinstall", "prepare", "prepublish", "prepublishonly", "prepack", "postpack", "preprepare"]
        }
        "composer.json" => &["pre-install-cmd", "post-install-cmd", "pre-update-cmd", "post-update-cmd", "post-autoload-dump"],
        _ => return false,
    };
    let added = added.to_lowercase();
    hooks.iter().any(|hook| {
        added
            .split('"')
            .skip(1)
            .step_by(2)
            .zip(added.split('"').skip(2).step_by(2))
            .any(|(key, behind)| key == *hook && behind.trim_start().starts_with(':'))
    })
}

/// Whether writing here is writing nowhere.
pub(super) fn is_nowhere(path: &str) -> bool {
    matches!(path, "/dev/null" | "/dev/stdout" | "/dev/stderr" | "/dev/tty" | "/dev/stdin" | "-" | "NUL" | "nul" | "$null")
        || path.starts_with("/dev/fd/")
}

/// The host behind bash's network files.
pub(super) fn network_file(path: &str) -> Option<&str> {
    path.strip_prefix("/dev/tcp/").or_else(|| path.strip_prefix("/dev/udp/")).and_then(|rest| rest.split('/').next())
}

/// Whether this is a raw device.
pub(super) fn is_device(path: &str) -> bool {
    path.starts_with("/dev/") && !is_nowhere(path) && network_file(path).is_none() && !path.starts_with("/dev/shm/")
}

/// `/etc`, `/usr`, `/boot` and the like.
fn is_system(path: &str) -> bool {
    let roots = [
        "/etc/",
        "/usr/",
        "/boot/",
        "/bin/",
        "/sbin/",
        "/lib/",
        "/lib64/",
        "/system/",
        "c:/windows/",
        "/library/launch",
        "/proc/sys/",
        "/sys/",
    ];
    (roots.iter().any(|root| path.starts_with(root)) && !path.starts_with("/usr/local/share/") && !path.starts_with("/usr/src/"))
        || is_device(path)
}

/// Files a login or a shell runs.
fn is_startup(path: &str) -> bool {
    let names = [
        ".bashrc",
        ".bash_profile",
        ".bash_login",
        ".bash_logout",
        ".profile",
        ".zshrc",
        ".zshenv",
        ".zprofile",
        ".zlogin",
        ".kshrc",
        ".cshrc",
        ".tcshrc",
        "config.fish",
        ".xinitrc",
        ".xprofile",
        ".xsession",
        "microsoft.powershell_profile.ps1",
        "profile.ps1",
        ".inputrc",
        ".vimrc",
        ".envrc",
    ];
    names.contains(&name_of(path))
}

/// Files that another program runs without being asked: hooks, jobs, units, agent settings.
fn is_run_by_itself(path: &str) -> bool {
    let parts = [
        "/.git/hooks/",
        "/etc/cron",
        "/var/spool/cron",
        "/etc/systemd/system/",
        "/systemd/user/",
        "/lib/systemd/",
        "/etc/init.d/",
        "/etc/rc",
        "/launchagents/",
        "/launchdaemons/",
        "/.config/autostart/",
        "/.husky/",
        "/etc/profile.d/",
        "/.github/workflows/",
        "/etc/udev/rules.d/",
        "/etc/sudoers.d/",
        "/.claude/",
        "/.cursor/mcp",
        "/.vscode/tasks.json",
        "/start menu/programs/startup/",
        "/etc/ld.so.preload",
        "/.config/systemd/",
    ];
    let rooted = format!("/{}", path.trim_start_matches(['/', '~']).trim_start_matches('/'));
    let names = [
        ".mcp.json",
        ".pre-commit-config.yaml",
        ".gitlab-ci.yml",
        "claude_desktop_config.json",
        "jenkinsfile",
        "crontab",
        "sitecustomize.py",
    ];
    parts.iter().any(|part| rooted.contains(part)) || names.contains(&name_of(path)) || is_startup(path)
}

/// Lists of whom to trust.
fn is_key_list(path: &str) -> bool {
    matches!(
        name_of(path),
        "authorized_keys" | "authorized_keys2" | "known_hosts.equiv" | ".rhosts" | "passwd" | "shadow" | "sudoers" | ".htpasswd"
    ) && !path.starts_with("/tmp/")
}

/// Settings of a guard.
fn is_guard(path: &str) -> bool {
    path.contains("/sudoers")
        || path.ends_with("/hosts.allow")
        || path.ends_with("/hosts.deny")
        || path.contains("/selinux/config")
        || path.contains("linchpin")
}

/// What looks like a secret: `.env`, key files, keychains.
pub(super) fn is_secret(path: &str) -> bool {
    let path = tidy(path);
    let name = name_of(&path);
    let is_env = (name == ".env" || name.starts_with(".env.") || name.ends_with(".env"))
        && !["example", "sample", "template", "dist"].iter().any(|s| name.ends_with(s));
    let exact = [
        "id_rsa",
        "id_dsa",
        "id_ecdsa",
        "id_ed25519",
        "shadow",
        "gshadow",
        ".netrc",
        "_netrc",
        ".pgpass",
        ".npmrc",
        ".pypirc",
        ".git-credentials",
        "credentials",
        "credentials.json",
        "service-account.json",
        "secrets.yml",
        "secrets.yaml",
        "secrets.json",
        "secret",
        "secrets",
        "secret.txt",
        "secrets.txt",
        "passwords.txt",
        "kubeconfig",
        ".htpasswd",
        "login.keychain",
        "master.key",
        "token",
        ".vault-token",
        "wallet.dat",
        "key.pem",
        "logins.json",
        "cookies.sqlite",
        "openclaw.json",
    ];
    let ends = [".pem", ".key", ".p12", ".pfx", ".keystore", ".jks", ".kdbx", ".ppk", ".gpg", ".asc", ".keychain", ".keychain-db", ".ovpn"];
    let places = [
        "/.ssh/",
        "/.aws/",
        "/.gnupg/",
        "/.kube/config",
        "/.docker/config.json",
        "/.config/gcloud/",
        "/etc/ssl/private/",
        "/run/secrets/",
        "/var/run/secrets/",
        "/.azure/",
    ];
    let rooted = format!("/{}", path.trim_start_matches(['/', '~']).trim_start_matches('/'));
    let is_public = name.ends_with(".pub") || name == "known_hosts" || (name == "config" && rooted.contains("/.ssh/"));
    !is_public
        && (is_env
            || exact.contains(&name)
            || ends.iter().any(|end| name.ends_with(end))
            || places.iter().any(|place| rooted.contains(place)))
}

/// Where removed files are kept.
pub(super) fn is_trash(path: &str) -> bool {
    let path = tidy(path);
    path.contains("/trash/") || path.contains("/.trash") || path.ends_with("/trash") || path.contains("$recycle.bin")
}

/// A backup that is put over the live file.
pub(super) fn is_backup_of(source: &str, target: &str) -> bool {
    let ends = [".bak", ".backup", ".orig", ".old", ".save", "~", ".dump"];
    ends.iter().any(|end| source.strip_suffix(end).is_some_and(|stem| stem == target || name_of(stem) == name_of(target)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_told_from_what_only_resembles_them() {
        for secret in [".env", "app/.env.production", "~/.ssh/id_ed25519", "/etc/shadow", "certs/site.key", "~/.aws/credentials"] {
            assert!(is_secret(secret), "{secret}");
        }
        for plain in [".env.example", "~/.ssh/id_ed25519.pub", "keyboard.txt", "src/environment.rs", "README.md"] {
            assert!(!is_secret(plain), "{plain}");
        }
    }

    #[test]
    fn a_file_that_runs_by_itself_is_code() {
        assert!(effects_of_writing(".git/hooks/pre-commit").contains(&Kind::Execute));
        assert!(effects_of_writing("/home/me/.bashrc").contains(&Kind::Overwrite));
        assert!(effects_of_writing("src/hooks/use_thing.ts").is_empty());
        assert!(effects_of_writing("out.txt").is_empty());
    }
}
