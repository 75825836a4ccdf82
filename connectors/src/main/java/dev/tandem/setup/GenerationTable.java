package dev.tandem.setup;

import dev.tandem.generation.Feed;
import dev.tandem.generation.Generation;
import dev.tandem.generation.Generation.Note;
import dev.tandem.generation.Generation.State;
import dev.tandem.generation.Generations;
import dev.tandem.generation.Place;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// `tandem.generation` in the target: the truth about which generations there are. Who changes it
/// holds the rows of the domain, and so does apply for as long as it takes a partition over.
public final class GenerationTable {
  // An older program's table lacks the last five.
  private static final String READ =
      """
      SELECT domain, generation, state, tables_in, placement, changed_by, changed_at::text, why,
             coalesce((to_jsonb(g) ->> 'translated_for')::int, 1),
             to_jsonb(g) ->> 'fingerprint', to_jsonb(g) ->> 'captured',
             coalesce((to_jsonb(g) ->> 'outbox_of')::int, 1), (to_jsonb(g) ->> 'partitions')::int
        FROM tandem.generation g WHERE migration = ?""";
  private static final String WRITE =
      "INSERT INTO tandem.generation (migration, domain, generation, state, tables_in, placement,"
          + " changed_by, why, translated_for, fingerprint, captured, outbox_of, partitions)"
          + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
          + " ON CONFLICT (migration, domain, generation) DO UPDATE SET state = excluded.state,"
          + " tables_in = excluded.tables_in, placement = excluded.placement,"
          + " changed_by = excluded.changed_by, changed_at = now(), why = excluded.why";
  private static final String NOTE_FEED =
      "UPDATE tandem.generation SET fingerprint = ?, captured = ?, partitions = ?"
          + " WHERE migration = ? AND domain = ? AND generation = ?";
  private static final String MAPPINGS =
      "SELECT DISTINCT fingerprint FROM tandem.checkpoint"
          + " WHERE migration = ? AND domain = ? AND generation = ?";
  private static final String WATERMARKS =
      "SELECT partition, outbox_offset FROM tandem.checkpoint"
          + " WHERE migration = ? AND domain = ? AND generation = ?";
  private static final String CONTRACT_OFFSETS =
      "SELECT partition, contract_offset FROM tandem.checkpoint"
          + " WHERE migration = ? AND domain = ? AND generation = ?";
  private static final String HOLD = " FOR UPDATE";

  private GenerationTable() {}

  /// Who changes something, and why.
  public record Actor(String by, String why) {}

  /// Every generation of a migration; none where an older program set it up.
  public static Generations read(Connection target, String migration) throws SQLException {
    return TargetSchema.exists(target, "tandem.generation")
        ? read(target, READ, migration)
        : Generations.NONE;
  }

  /// Those of one domain, and nobody else changes them until the transaction ends.
  public static Generations hold(Connection target, String migration, String domain)
      throws SQLException {
    return read(target, READ + " AND domain = ?" + HOLD, migration, domain);
  }

  private static Generations read(Connection target, String sql, String... parameters)
      throws SQLException {
    var all = new ArrayList<Generation>();
    try (var query = target.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        query.setString(i + 1, parameters[i]);
      }
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          all.add(
              new Generation(
                  rows.getString(1),
                  rows.getInt(2),
                  State.valueOf(rows.getString(3)),
                  new Place(rows.getString(4), rows.getLong(5)),
                  new Feed(
                      rows.getInt(9),
                      rows.getString(10),
                      rows.getString(11),
                      new Feed.Log(rows.getInt(12), rows.getObject(13, Integer.class))),
                  new Note(rows.getString(6), rows.getString(7), rows.getString(8))));
        }
      }
    }
    return new Generations(all);
  }

  public static void write(
      Connection target, String migration, Actor actor, List<Generation> generations)
      throws SQLException {
    try (var statement = target.prepareStatement(WRITE)) {
      for (Generation each : generations) {
        statement.setString(1, migration);
        statement.setString(2, each.domain());
        statement.setInt(3, each.number());
        statement.setString(4, each.state().name());
        statement.setString(5, each.place().schema());
        statement.setLong(6, each.place().since());
        statement.setString(7, actor.by());
        statement.setString(8, actor.why());
        statement.setInt(9, each.feed().translatedFor());
        statement.setString(10, each.feed().mapping());
        statement.setString(11, each.feed().captured());
        statement.setInt(12, each.feed().log().outboxOf());
        statement.setObject(13, each.feed().log().partitions(), Types.INTEGER);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /// Notes what a generation is filled from that was entered without; who changed it last, and why,
  /// stays as it is.
  public static void noteFeed(Connection target, String migration, Generation generation)
      throws SQLException {
    try (var statement = target.prepareStatement(NOTE_FEED)) {
      statement.setString(1, generation.feed().mapping());
      statement.setString(2, generation.feed().captured());
      statement.setObject(3, generation.feed().log().partitions(), Types.INTEGER);
      statement.setString(4, migration);
      statement.setString(5, generation.domain());
      statement.setInt(6, generation.number());
      statement.executeUpdate();
    }
  }

  /// The fingerprints that the checkpoints of a generation are of: one, or none before the first.
  public static Set<String> mappings(Connection target, String migration, Generation generation)
      throws SQLException {
    var mappings = new TreeSet<String>();
    try (var query = target.prepareStatement(MAPPINGS)) {
      query.setString(1, migration);
      query.setString(2, generation.domain());
      query.setInt(3, generation.number());
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          mappings.add(rows.getString(1));
        }
      }
    }
    return mappings;
  }

  /// How far each partition of a generation has been applied.
  public static Map<Integer, Long> watermarks(
      Connection target, String migration, Generation generation) throws SQLException {
    return positions(target, migration, generation, WATERMARKS);
  }

  /// The same, and its apply waits until the transaction ends.
  public static Map<Integer, Long> holdWatermarks(
      Connection target, String migration, Generation generation) throws SQLException {
    return positions(target, migration, generation, WATERMARKS + " ORDER BY partition" + HOLD);
  }

  /// Offset of the last contract record that each partition of a generation has been applied up to,
  /// -1 where none was.
  public static Map<Integer, Long> contractOffsets(
      Connection target, String migration, Generation generation) throws SQLException {
    return positions(target, migration, generation, CONTRACT_OFFSETS);
  }

  private static Map<Integer, Long> positions(
      Connection target, String migration, Generation generation, String sql) throws SQLException {
    var positions = new TreeMap<Integer, Long>();
    try (var query = target.prepareStatement(sql)) {
      query.setString(1, migration);
      query.setString(2, generation.domain());
      query.setInt(3, generation.number());
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          positions.put(rows.getInt(1), rows.getLong(2));
        }
      }
    }
    return positions;
  }
}
