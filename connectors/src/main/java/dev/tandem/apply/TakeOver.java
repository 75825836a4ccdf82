package dev.tandem.apply;

import dev.tandem.apply.CheckpointTable.Checkpoint;
import dev.tandem.generation.Place;
import dev.tandem.plan.DomainPlan;
import java.sql.SQLException;

/// Makes this instance the only writer of a partition, after it has made sure that the checkpoint
/// belongs to this topic and this mapping.
///
/// Where the generation's tables stand is looked up in the same transaction, and only there: who
/// moves them locks the row that says it and gives every checkpoint a new epoch, so that a writer
/// knows the right tables or writes nothing (C19).
record TakeOver(DomainPlan domain, CheckpointTable checkpoints, ContractTopic topic) {

  /// @param checkpoint as it stands now, in this instance's epoch
  /// @param from offset to read from
  record Taken(Checkpoint checkpoint, long from) {}

  /// @param former epoch that this instance has held, 0 if none
  /// @throws DomainStoppedException if the checkpoint belongs to something else
  Taken take(TargetSession session, int partition, long former) throws SQLException {
    String id = topic.id(domain.partitions());
    var ends = topic.ends(partition);
    return session.transaction(
        s -> {
          Place place = new GenerationRow(checkpoints).place(s);
          var wanted = new Checkpoint(Mark.START, 0, id, domain.fingerprint(), place);
          var standing = checkpoints.read(s, partition);
          standing.ifPresent(found -> check(found, wanted));
          Checkpoint taken = checkpoints.takeOver(s, partition, wanted, former);
          long next = taken.mark().contractOffset() + 1;
          if (next > ends.latest() && next > topic.end(partition)) {
            throw new DomainStoppedException(
                "expected partition "
                    + partition
                    + " of "
                    + topic.topic()
                    + " to reach offset "
                    + next
                    + ", found its end at "
                    + ends.latest()
                    + ": the topic lost records. Start a new generation of this domain");
          }
          return new Taken(taken, Math.max(next, ends.earliest()));
        });
  }

  private void check(Checkpoint found, Checkpoint wanted) {
    if (!found.topicId().equals(wanted.topicId())) {
      throw new DomainStoppedException(
          "the checkpoint of domain "
              + domain.name()
              + " is of topic id "
              + found.topicId()
              + ", found "
              + topic.topic()
              + " with id "
              + wanted.topicId()
              + ": the topic was made again. Start a new generation of this domain");
    }
    if (!found.fingerprint().equals(wanted.fingerprint())) {
      throw new DomainStoppedException(
          "the mapping of domain "
              + domain.name()
              + " is not the one that its target was written with. Go back to it, or start a new"
              + " generation of this domain");
    }
  }
}
