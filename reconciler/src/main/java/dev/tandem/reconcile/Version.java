package dev.tandem.reconcile;

import dev.tandem.image.ByteSink;
import dev.tandem.image.ByteSource;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one side said of an entity at one position.
///
/// @param at expected side: end of the outbox transaction that made it; observed side: the
///     watermark at which the target showed it, [#PENDING] while that is not known
/// @param content by [ContentForm]; null where the entity is not there, or its content is not known
/// @param note why it was refused, empty otherwise
@SuppressWarnings("ArrayRecordComponent") // compared by content below
record Version(long at, Status status, byte @Nullable [] content, Origin origin, String note) {
  /// Newer than every watermark so far: it stands at the next one at which the target is settled.
  static final long PENDING = Long.MAX_VALUE;

  private static final int ABSENT = 0;
  private static final int CONTENT = 1;
  private static final int KNOWN_CONTENT = 2;

  /// Statuses by their number in the state.
  private static final List<Status> CODES =
      List.of(Status.KNOWN, Status.FOREIGN, Status.REFUSED, Status.UNKNOWN);

  /// How it is to be taken.
  enum Status {
    /// The content is what the side has.
    KNOWN,
    /// The same, and no transaction of apply made it.
    FOREIGN,
    /// The mapping cannot translate the legacy rows: what the target should hold is what it held.
    REFUSED,
    /// A value is not known: unknown is not different (DESIGN invariant 13).
    UNKNOWN
  }

  /// The transaction behind it.
  ///
  /// @param xid 0 for a swept row
  /// @param committedAt microseconds since 1970-01-01T00:00Z
  record Origin(int epoch, long xid, long committedAt) {
    static final Origin NONE = new Origin(0, 0, 0);
  }

  static Version known(long at, byte @Nullable [] content, Origin origin) {
    return new Version(at, Status.KNOWN, content, origin, "");
  }

  Version at(long position) {
    return new Version(position, status, content, origin, note);
  }

  boolean isPresent() {
    return content != null;
  }

  boolean hasContent(byte @Nullable [] other) {
    return Arrays.equals(content, other);
  }

  /// @param known what need not be written again
  void encode(ByteSink out, byte @Nullable [] known) {
    out.putVarint(at);
    out.put(CODES.indexOf(status));
    out.putVarint(origin.epoch);
    out.putVarint(origin.xid);
    out.putVarint(origin.committedAt);
    out.putText(note);
    if (content == null) {
      out.put(ABSENT);
    } else if (Arrays.equals(content, known)) {
      out.put(KNOWN_CONTENT);
    } else {
      out.put(CONTENT);
      out.putBlob(content);
    }
  }

  static Version decode(ByteSource in, byte @Nullable [] known) {
    long at = in.takeVarint();
    Status status = CODES.get(in.take());
    var origin = new Origin(in.takeInt(), in.takeVarint(), in.takeVarint());
    String note = in.takeText();
    byte[] content =
        switch (in.take()) {
          case ABSENT -> null;
          case KNOWN_CONTENT -> known;
          default -> in.takeBlob();
        };
    return new Version(at, status, content, origin, note);
  }
}
