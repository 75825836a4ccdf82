package dev.tandem.sweep;

import dev.tandem.position.Lsn;
import dev.tandem.position.Snapshot;
import java.util.List;

/// A page ready for the outbox.
///
/// @param part index of the part it belongs to
/// @param rest what of that part comes after it
/// @param unplaced of its rows, those that no partition gets
/// @param last whether nothing does
/// @param mark may be written once everything up to this log position stands in the outbox
record EncodedPage(
    int part,
    KeyRange rest,
    long rows,
    long unplaced,
    boolean last,
    Snapshot snapshot,
    Lsn mark,
    List<OutboxEntry> entries) {}
