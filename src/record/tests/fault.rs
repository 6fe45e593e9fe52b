//! A store that refuses: nothing earlier is lost, nothing is said to be written.
