package dev.tandem.postgres;

/// Which database, of which cluster, on which timeline.
///
/// @param systemIdentifier of the cluster: a copy keeps it, a newly made cluster has another
/// @param timeline goes up with each promotion of a standby
public record ServerIdentity(String systemIdentifier, int timeline, String database) {}
