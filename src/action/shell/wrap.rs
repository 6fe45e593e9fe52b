//! Commands that run other commands: what stands before the real one.

/// How to find the command inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wrapper {
    /// Options whose next argument is their value.
    pub(super) values: &'static [&'static str],
    /// Options without a value; a cluster of known letters is known too.
    pub(super) flags: &'static [&'static str],
    /// How many operands stand before the command.
    pub(super) operands: usize,
    /// `NAME=value` may stand before the command.
    pub(super) assigns: bool,
    /// What follows is one shell line, joined with blanks.
    pub(super) is_line: bool,
    /// What follows runs later.
    pub(super) is_deferred: bool,
}

const PLAIN: Wrapper = Wrapper { values: &[], flags: &[], operands: 0, assigns: false, is_line: false, is_deferred: false };

/// The wrapper of this name (one or two words, as in `docker exec`).
pub(super) fn find(name: &str) -> Option<Wrapper> {
    let wrapper = match name {
        "sudo" => Wrapper {
            values: &[
                "-u", "-g", "-h", "-p", "-C", "-r", "-t", "-T", "-U", "-D", "-R", "--user", "--group", "--prompt", "--chdir", "--host",
            ],
            flags: &[
                "-E",
                "-H",
                "-n",
                "-S",
                "-b",
                "-i",
                "-s",
                "-A",
                "-k",
                "-P",
                "--preserve-env",
                "--non-interactive",
                "--login",
                "--shell",
                "--stdin",
                "-l",
                "-v",
                "-K",
                "--list",
            ],
            assigns: true,
            ..PLAIN
        },
        "doas" => Wrapper { values: &["-u", "-C", "-a"], flags: &["-n", "-s", "-L"], ..PLAIN },
        "gosu" | "su-exec" | "chpst" | "setpriv" => Wrapper { operands: 1, ..PLAIN },
        "env" => Wrapper {
            values: &["-u", "-C", "--unset", "--chdir", "-P"],
            flags: &["-i", "-", "-0", "-v", "--ignore-environment", "--null", "--debug"],
            assigns: true,
            ..PLAIN
        },
        "nice" => Wrapper { values: &["-n", "--adjustment"], flags: &["-1", "-5", "-10", "-15", "-19"], ..PLAIN },
        "ionice" => Wrapper { values: &["-c", "-n", "--class", "--classdata"], flags: &["-t", "-c2", "-c3", "-c1", "-n0", "-n7"], ..PLAIN },
        "timeout" | "gtimeout" => Wrapper {
            values: &["-s", "-k", "--signal", "--kill-after"],
            flags: &["--foreground", "--preserve-status", "-v", "--verbose"],
            operands: 1,
            ..PLAIN
        },
        "setsid" => Wrapper { flags: &["-c", "-f", "-w", "--ctty", "--fork", "--wait"], ..PLAIN },
        "nohup" | "time" | "builtin" | "unbuffer" | "winpty" | "caffeinate" | "dbus-run-session" | "proxychains" | "proxychains4"
        | "torsocks" | "torify" | "rtk" | "aa-exec" | "fakeroot" | "catchsegv" | "ltrace" | "valgrind" | "heaptrack" | "firejail"
        | "tsocks" | "noglob" | "nocorrect" | "rlwrap" | "start" | "chronic" | "errno" | "ifne" | "vipe" => Wrapper {
            values: &["-o", "-f", "--format", "--output", "-t", "-w"],
            flags: &[
                "-p",
                "-v",
                "-w",
                "-c",
                "-f",
                "-q",
                "-a",
                "-i",
                "-s",
                "-d",
                "-m",
                "-u",
                "--fork",
                "--wait",
                "--verbose",
                "--portability",
                "-l",
            ],
            ..PLAIN
        },
        "command" => Wrapper { flags: &["-p", "-v", "-V"], ..PLAIN },
        "exec" => Wrapper { values: &["-a"], flags: &["-c", "-l"], ..PLAIN },
        "stdbuf" => Wrapper {
            values: &["-i", "-o", "-e", "--input", "--output", "--error"],
            flags: &["-oL", "-eL", "-o0", "-e0", "-i0", "-iL"],
            ..PLAIN
        },
        "strace" => Wrapper {
            values: &["-o", "-e", "-s", "-p", "-E", "-u", "-S", "-P", "-O", "-a", "-I"],
            flags: &["-f", "-ff", "-c", "-C", "-t", "-tt", "-T", "-v", "-x", "-y", "-yy", "-q", "-r", "-i", "-k", "-z", "-Z", "-w"],
            ..PLAIN
        },
        "chroot" => Wrapper { values: &["--userspec", "--groups"], operands: 1, ..PLAIN },
        "flock" => {
            Wrapper { values: &["-w", "-E", "--timeout"], flags: &["-n", "-x", "-s", "-e", "-u", "-o", "-F", "-v"], operands: 1, ..PLAIN }
        }
        "nsenter" => Wrapper {
            values: &["-t", "-S", "-G", "--target", "--setuid", "--setgid"],
            flags: &[
                "-m", "-u", "-i", "-n", "-p", "-C", "-U", "-T", "-a", "-r", "-w", "-F", "--mount", "--uts", "--ipc", "--net", "--pid",
                "--all",
            ],
            ..PLAIN
        },
        "runuser" => Wrapper { values: &["-u", "--user", "-g", "-G", "-s"], flags: &["-l", "-", "-m", "-p"], ..PLAIN },
        "pkexec" => Wrapper { values: &["--user"], flags: &["--disable-internal-agent", "--keep-cwd"], ..PLAIN },
        "machinectl shell" | "ip netns exec" | "distrobox enter" | "toolbox run" => Wrapper {
            values: &["--uid", "-E", "-n", "--name", "-c"],
            flags: &["-q"],
            operands: usize::from(name != "toolbox run"),
            ..PLAIN
        },
        "taskset" | "chrt" | "numactl" | "setarch" | "unshare" | "cgexec" | "prlimit" | "schedtool" => Wrapper {
            values: &["-t", "-S", "-G", "-g", "--target", "-N", "-m", "-C"],
            flags: &[
                "-c", "-p", "-f", "-r", "-m", "-u", "-i", "-n", "-a", "-R", "--mount", "--pid", "--net", "--fork", "--user", "-U", "-b",
            ],
            operands: if matches!(name, "taskset" | "chrt" | "setarch") { 1 } else { 0 },
            ..PLAIN
        },
        "busybox" | "toybox" | "git-bash" => PLAIN,
        "xvfb-run" => {
            Wrapper { values: &["-s", "-n", "-e", "-f", "-p", "-w", "--server-args"], flags: &["-a", "--auto-servernum", "-l"], ..PLAIN }
        }
        "watch" => Wrapper {
            values: &["-n", "--interval", "-q", "-s"],
            flags: &[
                "-d",
                "-t",
                "-b",
                "-e",
                "-g",
                "-c",
                "-x",
                "-p",
                "-n1",
                "-n2",
                "-n5",
                "-n10",
                "--no-title",
                "--color",
                "--errexit",
                "--differences",
            ],
            is_line: true,
            ..PLAIN
        },
        "ssh" | "autossh" | "sshpass-ssh" | "mosh" => Wrapper {
            values: &[
                "-b", "-c", "-D", "-E", "-e", "-F", "-I", "-i", "-J", "-L", "-l", "-m", "-O", "-o", "-P", "-p", "-Q", "-R", "-S", "-W",
                "-w", "-B", "-M",
            ],
            flags: &[
                "-4", "-6", "-A", "-a", "-C", "-f", "-G", "-g", "-K", "-k", "-N", "-n", "-q", "-s", "-T", "-t", "-tt", "-V", "-v", "-vv",
                "-vvv", "-X", "-x", "-Y", "-y",
            ],
            operands: 1,
            is_line: true,
            ..PLAIN
        },
        "sshpass" => Wrapper { values: &["-p", "-f", "-d", "-P"], flags: &["-e", "-v"], ..PLAIN },
        "docker exec" | "podman exec" | "nerdctl exec" | "docker container exec" | "lxc exec" | "incus exec" => Wrapper {
            values: &["-u", "--user", "-w", "--workdir", "-e", "--env", "--env-file", "--detach-keys"],
            flags: &["-i", "-t", "-d", "--interactive", "--tty", "--detach", "--privileged", "--"],
            operands: 1,
            ..PLAIN
        },
        "docker compose exec" | "docker-compose exec" | "podman compose exec" => Wrapper {
            values: &["-u", "--user", "-w", "--workdir", "-e", "--env", "--index"],
            flags: &["-i", "-t", "-T", "-d", "--no-TTY", "--privileged", "--detach"],
            operands: 1,
            ..PLAIN
        },
        "poetry run" | "pipenv run" | "bundle exec" | "pnpm exec" | "yarn exec" | "npm exec" | "rye run" | "pdm run" | "hatch run"
        | "direnv exec" | "rbenv exec" | "pyenv exec" | "mise exec" | "mise x" | "dotenv" | "dotenvx run" | "doppler run" | "op run"
        | "chamber exec" | "aws-vault exec" | "asdf exec" | "nvm exec" | "volta run" | "conda run" | "mamba run" | "uv run"
        | "heroku run" | "cross-env" | "env-cmd" | "nx exec" | "lerna exec" | "turbo exec" | "cargo watch" | "nodemon" | "entr"
        | "git stash-run" | "infisical run" | "sops exec-env" | "micromamba run" => Wrapper {
            values: &[
                "-n",
                "--name",
                "-p",
                "--prefix",
                "--python",
                "--with",
                "--package",
                "-e",
                "-f",
                "-x",
                "-w",
                "--env-file",
                "--extra",
                "--group",
                "--directory",
                "--project",
                "-s",
            ],
            flags: &[
                "-q",
                "--quiet",
                "--",
                "-r",
                "-c",
                "--frozen",
                "--locked",
                "--no-sync",
                "--isolated",
                "--no-capture-output",
                "--live-stream",
                "--all-extras",
                "-v",
                "--active",
                "-d",
                "-z",
            ],
            operands: usize::from(matches!(name, "direnv exec" | "aws-vault exec" | "chamber exec")),
            assigns: matches!(name, "cross-env"),
            ..PLAIN
        },
        "systemd-run" => Wrapper {
            values: &[
                "-u",
                "--unit",
                "-p",
                "--property",
                "--on-active",
                "--on-calendar",
                "--uid",
                "--gid",
                "-E",
                "--setenv",
                "--description",
                "--slice",
                "-M",
                "--on-boot",
            ],
            flags: &[
                "--user",
                "--scope",
                "--wait",
                "--pipe",
                "-t",
                "-P",
                "-q",
                "--collect",
                "-G",
                "-r",
                "--pty",
                "--same-dir",
                "--no-block",
            ],
            is_deferred: true,
            ..PLAIN
        },
        "batch" | "daemonize" | "start-stop-daemon" => Wrapper { is_deferred: true, ..PLAIN },
        "git submodule foreach" => Wrapper { flags: &["--recursive", "-q", "--quiet"], is_line: true, ..PLAIN },
        "vagrant ssh" | "multipass exec" | "limactl shell" | "colima ssh" | "wsl" | "minikube ssh" | "gcloud compute ssh"
        | "fly ssh console" | "flyctl ssh console" | "az ssh vm" => Wrapper {
            values: &["-d", "-u", "--command", "--zone", "--project", "-C"],
            flags: &["--", "-e", "--exec"],
            operands: usize::from(matches!(name, "multipass exec" | "limactl shell" | "gcloud compute ssh")),
            is_line: true,
            ..PLAIN
        },
        _ => return None,
    };
    Some(wrapper)
}

/// Where the inner command begins, and which option was not known.
pub(super) struct Inside<'a> {
    pub(super) skipped: usize,
    pub(super) strange: Option<&'a str>,
    pub(super) assignments: Vec<(&'a str, &'a str)>,
}

impl Wrapper {
    /// Steps over options, assignments and operands (`texts` begins after the wrapper's name).
    pub(super) fn inside<'a>(&self, texts: &[&'a str]) -> Inside<'a> {
        let mut inside = Inside { skipped: 0, strange: None, assignments: Vec::new() };
        let mut operands_left = self.operands;
        while let Some(&text) = texts.get(inside.skipped) {
            if text == "--" {
                inside.skipped += 1;
                if operands_left == 0 {
                    break;
                }
                continue;
            }
            if text.starts_with('-') && text.len() > 1 || text == "-" && self.flags.contains(&"-") {
                inside.skipped += 1;
                if self.values.contains(&text) {
                    inside.skipped += 1;
                } else if !self.is_known(text) {
                    inside.strange = inside.strange.or(Some(text));
                }
                continue;
            }
            match text.split_once('=') {
                Some((name, value)) if self.assigns && is_name(name) => {
                    inside.assignments.push((name, value));
                    inside.skipped += 1;
                }
                _ if operands_left > 0 => {
                    operands_left -= 1;
                    inside.skipped += 1;
                }
                _ => break,
            }
        }
        inside.skipped = inside.skipped.min(texts.len());
        inside
    }

    fn is_known(&self, option: &str) -> bool {
        let name = option.split_once('=').map_or(option, |(name, _)| name);
        let is_cluster = || option.chars().skip(1).all(|letter| self.flags.contains(&format!("-{letter}").as_str()));
        let has_glued_value = || self.values.iter().any(|value| value.len() == 2 && option.starts_with(value) && option.len() > 2);
        self.flags.contains(&name) || self.values.contains(&name) || (!option.starts_with("--") && (is_cluster() || has_glued_value()))
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
