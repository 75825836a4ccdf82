package dev.tandem.chaos;

import dev.tandem.audit.OutboxAudit;
import dev.tandem.audit.OutboxAudit.Found;
import dev.tandem.plan.DomainPlan;
import dev.tandem.run.Migration;
import java.util.ArrayList;
import java.util.List;

/// What was captured of both stores stands there once, in commit order, with the end of each
/// transaction marked.
record SoundTopics(Migration migration) implements Witness {
  @Override
  public List<String> broken() {
    var audit = new OutboxAudit(migration.kafka().objects(), migration.kafka().registryClient());
    var broken = new ArrayList<String>();
    for (DomainPlan domain : migration.plan().domains()) {
      for (String topic : List.of(domain.topics().outbox(), domain.topics().observed())) {
        broken.addAll(broken(topic, audit.read(topic)));
      }
    }
    return broken;
  }

  static List<String> broken(String topic, Found found) {
    boolean sound = found.isSound() && found.open() == 0 && found.changes() > 0;
    return sound
        ? List.of()
        : List.of(
            "%s: %d changes, %d twice, %d back, %d transactions unmarked, %d open"
                .formatted(
                    topic,
                    found.changes(),
                    found.twice(),
                    found.back(),
                    found.unmarked(),
                    found.open()));
  }
}
