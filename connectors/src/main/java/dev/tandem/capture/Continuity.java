package dev.tandem.capture;

import dev.tandem.position.Lsn;
import dev.tandem.postgres.ReplicationSlot;
import dev.tandem.postgres.ServerIdentity;
import dev.tandem.table.TableId;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Whether the log can be read on from where Kafka's content ends, without a gap (DESIGN invariant
/// 1). The rule, in this order:
///
/// 0. where Kafka holds records but not how far they were read, nothing is proven: changes may be
///    missing behind them, and nobody could tell redelivered ones from new ones;
/// 1. a server with another system identifier, one whose history left the known timeline before
///    what Kafka holds of it, a slot that is gone or given up by the server, and a slot that has
///    moved past what is proven to be in Kafka have lost changes; so has a server whose log ends
///    before what Kafka holds of it, since its disk was put back from a copy ([LogTrail] tells it,
///    as it is read, of a log that has grown since);
/// 2. a slot of another plugin or database, a publication that is missing or lacks a table need
///    set-up;
/// 3. a slot that another session reads belongs to that session: this one stands by;
/// 4. otherwise the log goes on at the slot's confirmed position.
public sealed interface Continuity {
  /// The log goes on here.
  record Proven(Lsn from) implements Continuity {}

  /// Another session holds the slot.
  record HeldByAnother() implements Continuity {}

  /// Nothing is lost, but set-up has something to do first.
  record NotSetUp(String reason) implements Continuity {}

  /// Changes were lost.
  ///
  /// @param after the last position that is proven to be in Kafka, null if that is not known
  /// @param before where the log can be read again, null if that is not known
  /// @param healing the command that begins again
  record Lost(@Nullable Lsn after, @Nullable Lsn before, String reason, String healing)
      implements Continuity {
    @Override
    public String toString() {
      return (after == null ? "changes may be lost" : "changes committed after " + after)
          + (before == null ? "" : " and up to " + before)
          + (after == null ? ": " : " are lost: ")
          + reason
          + "; run "
          + healing
          + ", which sweeps every table again";
    }
  }

  /// What the server says.
  ///
  /// @param slot null if there is none
  /// @param published null if there is no publication
  /// @param end where its log ends, so far as it is on disk
  /// @param left where its history left the timeline that is known; null if it stands on that one,
  ///     or never did
  record Facts(
      ServerIdentity server,
      @Nullable ReplicationSlot slot,
      @Nullable Set<TableId> published,
      Lsn end,
      @Nullable Lsn left) {
    Facts leaving(@Nullable Lsn at) {
      return new Facts(server, slot, published, end, at);
    }
  }

  /// What Kafka holds.
  ///
  /// @param server that it was read from
  /// @param proven every transaction that ended up to here
  /// @param inside whether it holds a part of a transaction that ended behind `proven`
  record Known(ServerIdentity server, Lsn proven, boolean inside) {}

  /// Rule 0.
  ///
  /// @param epoch the newest that Kafka's records speak of
  static Lost forgotten(CaptureNames names, int epoch) {
    return new Lost(
        null,
        null,
        "the topics of "
            + names
            + " hold records (epoch "
            + epoch
            + "), and "
            + names.offsets()
            + " does not say how far the log was read: it was deleted",
        names.side().newEpoch());
  }

  static Continuity judge(
      Facts facts, CaptureNames names, Set<TableId> wanted, @Nullable Known known) {
    ReplicationSlot slot = facts.slot();
    if (known != null) {
      Lost lost = lost(facts, names, known);
      if (lost != null) {
        return lost;
      }
    }
    String missing = missing(facts, names, wanted);
    if (missing != null || slot == null) {
      return new NotSetUp(missing == null ? "" : missing);
    }
    return slot.active() ? new HeldByAnother() : new Proven(slot.confirmed());
  }

  private static @Nullable Lost lost(Facts facts, CaptureNames names, Known known) {
    ReplicationSlot slot = facts.slot();
    Lsn proven = known.proven;
    String healing = names.side().newEpoch();
    String system = facts.server().systemIdentifier();
    if (!system.equals(known.server.systemIdentifier())) {
      return new Lost(
          proven,
          null,
          "expected the server with system identifier "
              + known.server.systemIdentifier()
              + ", found "
              + system,
          healing);
    }
    Lost lost = lostByPromotion(facts, known, healing);
    if (lost != null) {
      return lost;
    }
    if (proven.isAfter(facts.end)) {
      return new Lost(
          proven,
          null,
          "its log ends at "
              + facts.end
              + ", before what Kafka holds: the store was restored from a copy",
          healing);
    }
    if (slot == null) {
      return new Lost(proven, null, "the replication slot was dropped", healing);
    }
    if (slot.walStatus().equals("lost") || !slot.invalidation().isEmpty()) {
      return new Lost(
          proven, null, "the server gave the replication slot up: " + slot.invalidation(), healing);
    }
    if (slot.confirmed().isAfter(proven)) {
      return new Lost(
          proven,
          slot.confirmed(),
          "the replication slot has moved past what is in Kafka",
          healing);
    }
    return null;
  }

  /// A standby was promoted: what the former primary committed behind the position at which the
  /// histories part was never its own.
  private static @Nullable Lost lostByPromotion(Facts facts, Known known, String healing) {
    int now = facts.server().timeline();
    int before = known.server.timeline();
    Lsn left = facts.left;
    if (now == before) {
      return null;
    }
    if (left == null) {
      return new Lost(
          known.proven,
          null,
          "the server stands on timeline " + now + ", whose history never was on " + before,
          healing);
    }
    if (known.proven.isAfter(left)) {
      return new Lost(
          left,
          known.proven,
          "a standby without them was promoted (timeline " + now + "), and Kafka has them",
          healing);
    }
    return known.inside
        ? new Lost(
            known.proven,
            null,
            "a standby was promoted (timeline "
                + now
                + ") while a transaction was being written, which it may not have",
            healing)
        : null;
  }

  private static @Nullable String missing(Facts facts, CaptureNames names, Set<TableId> wanted) {
    ReplicationSlot slot = facts.slot();
    if (slot == null) {
      return "there is no replication slot " + names.slot() + ": run tandem setup SPEC";
    }
    if (slot.walStatus().equals("lost") || !slot.invalidation().isEmpty()) {
      return "the server gave the replication slot "
          + names.slot()
          + " up: drop it, run tandem setup SPEC";
    }
    if (!slot.plugin().equals("pgoutput") || !slot.database().equals(facts.server().database())) {
      return "replication slot "
          + names.slot()
          + ": expected plugin pgoutput in database "
          + facts.server().database()
          + ", found "
          + slot.plugin()
          + " in "
          + slot.database();
    }
    Set<TableId> published = facts.published();
    if (published == null) {
      return "there is no publication " + names.publication() + ": run tandem setup SPEC";
    }
    var unpublished = new TreeSet<>(wanted);
    unpublished.removeAll(published);
    return unpublished.isEmpty()
        ? null
        : "publication "
            + names.publication()
            + " lacks "
            + unpublished
            + ": run tandem setup SPEC";
  }
}
