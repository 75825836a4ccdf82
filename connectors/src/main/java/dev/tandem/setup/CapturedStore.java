package dev.tandem.setup;

import dev.tandem.capture.CaptureNames;
import dev.tandem.capture.Side;
import dev.tandem.table.TableId;
import java.util.Set;
import java.util.TreeSet;

/// What of a store is captured, and under which names.
///
/// @param tables of the spec
/// @param own Tandem's own tables, which set-up makes before they are published
record CapturedStore(CaptureNames names, Set<TableId> tables, Set<TableId> own) {
  CapturedStore {
    tables = new TreeSet<>(tables);
    own = new TreeSet<>(own);
  }

  /// The same with more tables of Tandem's own.
  CapturedStore with(Set<TableId> more) {
    var all = new TreeSet<>(own);
    all.addAll(more);
    return new CapturedStore(names, tables, all);
  }

  /// Of slot and publication.
  String name() {
    return names.slot();
  }

  Side side() {
    return names.side();
  }

  /// Everything that is in the publication.
  Set<TableId> published() {
    var published = new TreeSet<>(tables);
    published.addAll(own);
    return published;
  }

  Step.Place place() {
    return switch (side()) {
      case LEGACY -> Step.Place.LEGACY;
      case TARGET -> Step.Place.TARGET;
    };
  }

  Finding.Area area() {
    return switch (side()) {
      case LEGACY -> Finding.Area.LEGACY;
      case TARGET -> Finding.Area.TARGET;
    };
  }
}
