//! How many connections the system has room for.
//!
//! Every connection of an agent takes open files: its socket, a second look at it, and a
//! connection upstream. Most systems begin a program with room for 1,024 of them, which a
//! busy morning fills; then the operator's port could not be accepted on either, nor the
//! record be read. So the room is asked for at the start, and where the system grants less
//! than the configuration has connections, agents get fewer of them, and the operator's
//! share stays.

/// Open files per connection: its socket, the second look at it, a connection upstream, and
/// one more for what comes in over HTTP/2, where one connection carries many requests.
const FILES_PER_CONNECTION: usize = 4;

/// What everything else may need: the console's connections, the record and its readers,
/// idle connections upstream, notices.
const FILES_RESERVED: usize = 640;

/// So few agents are served on the smallest system.
const CONNECTIONS_MIN: usize = 16;

/// Makes room for so many connections, or for as many as the system grants.
pub(super) fn connections(asked: usize) -> usize {
    let wanted = asked.saturating_mul(FILES_PER_CONNECTION).saturating_add(FILES_RESERVED);
    let Some(granted) = files::make_room(wanted) else { return asked };
    let had = within(asked, granted);
    if had < asked {
        tracing::warn!(
            files = granted,
            connections = had,
            asked,
            "the system lets linchpin open few files (`ulimit -n`): agents get fewer connections, further ones wait"
        );
    }
    had
}

fn within(asked: usize, files: usize) -> usize {
    asked.min((files.saturating_sub(FILES_RESERVED) / FILES_PER_CONNECTION).max(CONNECTIONS_MIN))
}

#[cfg(unix)]
mod files {
    //! The process's own limit, raised as far as the system lets everybody.

    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    /// Some systems say that there is no limit, and refuse more than this.
    const LESS: u64 = 10_240;

    /// How many files may be open after that; `None`: as many as one likes.
    pub(super) fn make_room(wanted: usize) -> Option<usize> {
        let wanted = u64::try_from(wanted).unwrap_or(u64::MAX);
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        if current.is_some_and(|current| current < wanted) {
            let most = maximum.map_or(wanted, |maximum| maximum.min(wanted));
            let raised = [most, most.min(LESS)].into_iter().find(|files| {
                current.is_some_and(|current| current < *files)
                    && setrlimit(Resource::Nofile, Rlimit { current: Some(*files), maximum }).is_ok()
            });
            return raised.or(current).map(|files| usize::try_from(files).unwrap_or(usize::MAX));
        }
        None
    }
}

#[cfg(not(unix))]
mod files {
    //! Elsewhere sockets are no files.

    pub(super) fn make_room(_wanted: usize) -> Option<usize> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operators_share_is_kept_where_files_are_few() {
        assert_eq!(within(4096, 1_048_576), 4096, "room for all");
        assert_eq!(within(4096, 1024), 96);
        assert_eq!(within(10, 1024), 10, "no more than the configuration says");
        assert_eq!(within(4096, 256), CONNECTIONS_MIN, "somebody is served all the same");
    }
}
