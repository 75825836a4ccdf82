package dev.tandem.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One event in the life of a divergence: what remains when lag is taken away, both sides at the
/// same position and different. The last event of an id says how it stands.
///
/// @param id the same in all events of one divergence
/// @param key the entity's key, field by field in its order; empty where it is not known whose a
///     record is
/// @param tenant empty where the domain declares none or the tenant is not known
/// @param fields what differs, if a field does; of sensitive fields only digests
/// @param legacy where the expectation stands: the offset is that of the outbox
/// @param target where the target was observed: the offset is the watermark
public record Divergence(
    String id,
    State state,
    Kind kind,
    String domain,
    String entity,
    List<KeyPart> key,
    String tenant,
    List<FieldDifference> fields,
    Position legacy,
    Position target,
    Context context) {
  /// How a digest is written in the place of a sensitive value.
  public static final String DIGEST = "digest:";

  /// The remedy where a repair writes the entity as the legacy side has it.
  public static final String WRITE = "write the current record";

  /// The remedy where no repair helps, since translation does not know yet what a verification saw.
  public static final String BACKFILL =
      "change nothing: give translation what the verification saw, by a backfill of the domain";

  /// The remedy where the legacy side has nothing of the key in this partition, and nobody knows
  /// whether it has in another one.
  public static final String BY_HAND =
      "none by itself: its key does not say its partition, so that a deletion could meet the row of"
          + " another one; repair what else is open under this key, and if nothing is, delete the"
          + " row by hand";

  public Divergence {
    key = List.copyOf(key);
    fields = List.copyOf(fields);
  }

  /// ```
  /// OPENED ─▶ CHANGED ⟲ ─▶ REPAIRING ─▶ CLOSED
  ///    └──────────┴────────────────────────▲
  /// ```
  public enum State {
    OPENED,
    /// It still differs, otherwise than before.
    CHANGED,
    /// A repair is on its way; only the capture of the target closes.
    REPAIRING,
    CLOSED
  }

  public enum Kind {
    /// It should be in the target, and never was.
    MISSING,
    /// In the target, explained by nothing of the legacy side.
    UNEXPECTED,
    /// On both sides, different in a field.
    FIELD_MISMATCH,
    /// Deleted on the legacy side, or not met by a complete sweep, and still in the target.
    GHOST,
    /// The target has passed the position of a change, and nothing of the entity has changed there.
    LOST_WRITE,
    /// A transaction that was not apply's wrote it last.
    FOREIGN_WRITE,
    /// It is in the target what it was before a later change.
    REGRESSED,
    /// The mapping cannot translate the legacy rows.
    UNTRANSLATABLE,
    /// The target refused the record.
    UNAPPLIABLE,
    /// In the target under a key of its own, bearing the legacy identity of another.
    DUPLICATE,
    /// A sweep saw what no captured change had told.
    CAPTURE_LOSS
  }

  /// @param value canonical text
  public record KeyPart(String field, String value) {}

  /// Canonical texts, null where there is no value; a digest is written `digest:<hex>`.
  public record FieldDifference(
      String field, @Nullable String expected, @Nullable String observed) {}

  /// Where one side stands.
  ///
  /// @param present whether the entity is there
  /// @param offset in the outbox, -1 where it is not known
  /// @param epoch of the source, 0 where it is not known
  /// @param xid of the transaction, 0 where it is not known
  /// @param committedAt microseconds since 1970-01-01T00:00Z, 0 where it is not known
  public record Position(boolean present, long offset, int epoch, long xid, long committedAt) {
    /// Not there, and never seen.
    public static final Position ABSENT = new Position(false, -1, 0, 0, 0);
  }

  /// What is needed to judge and to act.
  ///
  /// @param partition of the domain's topics
  /// @param verdictAt the watermark at which both sides were compared
  /// @param mapping the mapping's fingerprint, shortened to 16 hexadecimal digits
  /// @param authority the side that is right: `legacy`
  /// @param remedy what a repair would do
  /// @param detail what else is known, without a value of a row
  /// @param attempts how often it has been repaired so far
  /// @param openedAt microseconds since 1970-01-01T00:00Z
  /// @param at of this event, microseconds since 1970-01-01T00:00Z
  public record Context(
      int partition,
      long verdictAt,
      int generation,
      int contractVersion,
      String mapping,
      String authority,
      String remedy,
      String detail,
      int attempts,
      long openedAt,
      long at) {
    /// How much of a fingerprint is told.
    public static final int MAPPING_DIGITS = 16;
  }
}
