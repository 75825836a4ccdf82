package dev.tandem.setup;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Whether a legacy server can be captured from.
final class ServerRule {
  /// The first minor version of each major one in which a change of a publication, or DDL, beside
  /// an open transaction no longer makes its later changes vanish from the stream (fault 47), and
  /// in which that mend does not exhaust the memory.
  private static final TreeMap<Integer, Integer> MENDED =
      new TreeMap<>(Map.of(13, 22, 14, 19, 15, 14, 16, 10, 17, 6));

  private ServerRule() {}

  /// @param cause what was expected and found
  record Refusal(String cause, String fix) {}

  /// For one more logical slot.
  static Optional<Refusal> room(ServerFacts server) {
    if (!server.walLevel().equals("logical")) {
      return Optional.of(
          new Refusal(
              "expected wal_level = logical, found " + server.walLevel(),
              "ALTER SYSTEM SET wal_level = 'logical'; then restart the server"));
    }
    if (server.slots() >= server.maxSlots()) {
      return Optional.of(
          new Refusal(
              "all "
                  + server.maxSlots()
                  + " replication slots of the server (max_replication_slots) are in use",
              "drop one that nobody needs (SELECT slot_name, active FROM pg_replication_slots;), or"
                  + " ALTER SYSTEM SET max_replication_slots = "
                  + (server.maxSlots() + 5)
                  + "; then restart the server"));
    }
    return Optional.empty();
  }

  /// For one more session that streams.
  static Optional<Refusal> sender(ServerFacts server) {
    if (server.senders() < server.maxSenders()) {
      return Optional.empty();
    }
    return Optional.of(
        new Refusal(
            "all " + server.maxSenders() + " sessions (max_wal_senders) are in use",
            "ALTER SYSTEM SET max_wal_senders = "
                + (server.maxSenders() + 5)
                + "; then restart the server"));
  }

  /// Of the minor version.
  static Optional<Refusal> minor(ServerFacts server) {
    int minor = server.version() % 10_000;
    Integer mended = MENDED.get(server.major());
    boolean old = server.major() < MENDED.firstKey() || mended != null && minor < mended;
    if (!old) {
      return Optional.empty();
    }
    String wanted = mended == null ? "17.6 or later" : server.major() + "." + mended + " or later";
    return Optional.of(
        new Refusal(
            "found "
                + server.major()
                + "."
                + minor
                + ": a change of a publication or of a table beside an open transaction can make"
                + " changes vanish from its stream",
            "update PostgreSQL to " + wanted));
  }
}
