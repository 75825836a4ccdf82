package dev.tandem.status;

import dev.tandem.evolution.SchemaChanged;
import dev.tandem.ledger.TopicReplay;
import dev.tandem.wire.SchemaChanges;
import dev.tandem.wire.Topics;
import dev.tandem.wire.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads what capture has noticed of changes of the legacy schema.
public final class SchemaNotices {
  private SchemaNotices() {}

  /// All that the control topic still holds, in the order in which they were noticed; none if there
  /// is no such topic.
  public static List<SchemaChanged> all(Map<String, Object> kafka, String migration) {
    var notices = new ArrayList<SchemaChanged>();
    try (var replay = TopicReplay.whole(kafka, new Topics(migration, "").control())) {
      if (!replay.exists()) {
        return notices;
      }
      replay.toEnd(
          record -> {
            String key =
                record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
            if (SchemaChanged.isKey(key) && record.value() != null) {
              read(record.value(), notices);
            }
          });
    }
    return notices;
  }

  private static void read(byte[] value, List<SchemaChanged> notices) {
    try {
      notices.add(SchemaChanges.decode(value));
    } catch (UndecodableException ofAnotherVersion) {
      // A newer program wrote it: this one knows nothing of it to say.
    }
  }

  /// The last one of each table and domain.
  public static Collection<SchemaChanged> last(Map<String, Object> kafka, String migration) {
    var last = new LinkedHashMap<String, SchemaChanged>();
    all(kafka, migration)
        .forEach(
            notice -> {
              last.remove(notice.key());
              last.put(notice.key(), notice);
            });
    return last.values();
  }
}
