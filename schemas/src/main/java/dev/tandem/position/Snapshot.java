package dev.tandem.position;

import java.util.Arrays;

/// Which transactions a database snapshot saw: all below `xmin`, none from `xmax` on, and of those
/// between all that are not listed as running. Ids are 64 bits wide and mean something only within
/// one source epoch.
///
/// Source of the text form: PostgreSQL, type `pg_snapshot` (`xmin:xmax:xip,xip,…`).
///
/// @param running sorted
@SuppressWarnings("ArrayRecordComponent") // sorted and never handed out: compared by content below
public record Snapshot(long xmin, long xmax, long[] running) {
  public Snapshot {
    if (xmin > xmax) {
      throw new IllegalArgumentException("snapshot with xmin " + xmin + " above xmax " + xmax);
    }
    running = running.clone();
    Arrays.sort(running);
  }

  /// Reads the text form.
  ///
  /// @throws IllegalArgumentException if the text has not three parts of numbers
  public static Snapshot parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException(
          "not a snapshot: '" + text + "' (expected xmin:xmax:list)");
    }
    long[] running =
        parts[2].isEmpty()
            ? new long[0]
            : Arrays.stream(parts[2].split(",")).mapToLong(Long::parseLong).toArray();
    return new Snapshot(Long.parseLong(parts[0]), Long.parseLong(parts[1]), running);
  }

  /// The same snapshot as far as it can be trusted when it was taken on a server in recovery: such
  /// a snapshot lists no running transactions, so only what is below its xmin counts as seen (C9).
  public Snapshot takenInRecovery() {
    return new Snapshot(xmin, xmin, new long[0]);
  }

  public boolean sees(long xid) {
    return xid < xmin || xid < xmax && Arrays.binarySearch(running, xid) < 0;
  }

  /// Whether everything that `other` saw is seen here too.
  public boolean includes(Snapshot other) {
    if (other.xmax > xmax && seesAnyIn(other, Math.max(xmax, other.xmin), other.xmax)
        || other.xmin > xmax) {
      return false;
    }
    for (long xid : running) {
      if (other.sees(xid)) {
        return false;
      }
    }
    return true;
  }

  private static boolean seesAnyIn(Snapshot snapshot, long from, long to) {
    for (long xid = from; xid < to; xid++) {
      if (snapshot.sees(xid)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Snapshot that
        && xmin == that.xmin
        && xmax == that.xmax
        && Arrays.equals(running, that.running);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(xmin) * 31 + Long.hashCode(xmax);
  }

  @Override
  public String toString() {
    var text = new StringBuilder().append(xmin).append(':').append(xmax).append(':');
    for (int i = 0; i < running.length; i++) {
      text.append(i == 0 ? "" : ",").append(running[i]);
    }
    return text.toString();
  }
}
