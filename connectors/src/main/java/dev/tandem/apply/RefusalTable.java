package dev.tandem.apply;

import dev.tandem.generation.Place;
import dev.tandem.wire.DeadLetter;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/// The records that the target refused, one row for each key, written in the transaction that went
/// past them: so they come back through the target's log in order with the watermark, and a verdict
/// knows why the target differs. A later refusal of the key replaces an earlier one.
record RefusalTable(String migration, String domain, int generation) {
  /// A longer key would not fit into the table's index, and must not stop the domain for that.
  private static final int LONGEST_KEY = 1500;

  private static final String UPSERT =
      """
      INSERT INTO tandem.refusal (migration, domain, generation, partition, key, entity,
                                  contract_offset, outbox_offset, reason, tables_in)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (migration, domain, generation, partition, key) DO UPDATE
         SET entity = excluded.entity, contract_offset = excluded.contract_offset,
             outbox_offset = excluded.outbox_offset, reason = excluded.reason,
             tables_in = excluded.tables_in,
             refused_at = clock_timestamp()""";

  /// @param outboxOffset end of the outbox transaction that the record comes from, -1 if the record
  ///     does not say it
  record Refused(DeadLetter letter, long outboxOffset) {
    private byte[] key() {
      byte[] key = letter.key();
      return key == null ? new byte[0] : key;
    }

    private boolean isKept() {
      return key().length > 0 && key().length <= LONGEST_KEY;
    }
  }

  /// @param place of the tables that refused them
  void upsert(TargetSession session, List<Refused> refused, Place place) throws SQLException {
    var kept = refused.stream().filter(Refused::isKept).toList();
    if (kept.isEmpty()) {
      return;
    }
    PreparedStatement statement = session.prepare(UPSERT);
    for (Refused each : kept) {
      DeadLetter letter = each.letter();
      statement.setString(1, migration);
      statement.setString(2, domain);
      statement.setInt(3, generation);
      statement.setInt(4, letter.partition());
      statement.setBytes(5, each.key());
      statement.setString(6, letter.entity());
      statement.setLong(7, letter.offset());
      statement.setLong(8, each.outboxOffset());
      statement.setString(9, letter.reason().replace("\0", ""));
      statement.setString(10, place.schema());
      statement.addBatch();
    }
    statement.executeBatch();
  }
}
