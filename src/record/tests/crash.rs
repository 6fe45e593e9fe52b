//! A linchpin that is killed while it writes loses nothing that it acknowledged.
