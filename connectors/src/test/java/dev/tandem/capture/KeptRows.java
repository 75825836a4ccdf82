package dev.tandem.capture;

import dev.tandem.position.Provenance;
import dev.tandem.position.Visibility;
import dev.tandem.row.Row;
import dev.tandem.wire.OutboxRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a reader of the outbox keeps of table `t`: the merge of sweep and stream by visibility.
final class KeptRows {
  private record Kept(Provenance provenance, @Nullable String name) {}

  private final Map<Integer, Kept> rows = new HashMap<>();

  void accept(OutboxRecord record) {
    switch (record) {
      case OutboxRecord.Change change -> {
        Row row = Objects.requireNonNull(change.after() == null ? change.before() : change.after());
        var provenance =
            new Provenance.ByChange(change.position().epoch(), change.position().xid());
        var decision = Visibility.change(kept(row), provenance.epoch(), change.position().xid());
        if (decision == Visibility.Decision.TAKE) {
          rows.put(id(row), new Kept(provenance, change.after() == null ? null : name(row)));
        }
      }
      case OutboxRecord.Swept swept -> {
        Row row = swept.row();
        if (Visibility.swept(kept(row), swept.epoch(), swept.snapshot())
            == Visibility.Decision.TAKE) {
          rows.put(
              id(row),
              new Kept(new Provenance.BySweep(swept.epoch(), swept.snapshot()), name(row)));
        }
      }
      case OutboxRecord.Marker _ -> {}
    }
  }

  Map<Integer, String> names() {
    var names = new HashMap<Integer, String>();
    rows.forEach(
        (id, kept) -> {
          if (kept.name() != null) {
            names.put(id, kept.name());
          }
        });
    return names;
  }

  private @Nullable Provenance kept(Row row) {
    Kept kept = rows.get(id(row));
    return kept == null ? null : kept.provenance();
  }

  private static Integer id(Row row) {
    return (Integer) Objects.requireNonNull(row.value("id"));
  }

  private static String name(Row row) {
    return String.valueOf(row.value("name"));
  }
}
