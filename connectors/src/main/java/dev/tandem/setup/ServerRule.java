package dev.tandem.setup;

import java.util.Optional;

/// Whether a server has room for one more logical slot with its session.
final class ServerRule {
  private ServerRule() {}

  /// @param cause what was expected and found
  record Refusal(String cause, String fix) {}

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
}
