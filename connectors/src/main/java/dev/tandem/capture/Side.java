package dev.tandem.capture;

import dev.tandem.plan.MigrationPlan;
import dev.tandem.wire.Topics;
import java.util.List;

/// Which store is captured. Both are captured by the same means; what differs is said here.
public enum Side {
  /// The legacy store, into the outbox topics.
  LEGACY("legacy", "") {
    @Override
    List<Part> parts(MigrationPlan plan) {
      return LegacyPart.of(plan);
    }

    @Override
    String topic(Topics topics) {
      return topics.outbox();
    }

    @Override
    public String name(Topics topics) {
      return topics.outboxName();
    }
  },
  /// The target store, into the observed topics: its tables, and Tandem's own rows in it.
  TARGET("target", " --side target") {
    @Override
    List<Part> parts(MigrationPlan plan) {
      return TargetParts.of(plan);
    }

    @Override
    String topic(Topics topics) {
      return topics.observed();
    }

    @Override
    public String name(Topics topics) {
      return topics.observedName();
    }
  };

  private final String word;
  private final String option;

  Side(String word, String option) {
    this.word = word;
    this.option = option;
  }

  /// Every part that a table of this store plays in a domain.
  abstract List<Part> parts(MigrationPlan plan);

  /// The topic of a domain that is written.
  abstract String topic(Topics topics);

  /// What tells that topic from others that are written of the same domain.
  public abstract String name(Topics topics);

  /// The command that gives up what was lost of this store's log and begins again.
  public String newEpoch() {
    return "tandem setup SPEC --new-epoch" + option;
  }

  @Override
  public String toString() {
    return word;
  }
}
