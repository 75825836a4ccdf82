package dev.tandem.setup;

import java.util.regex.Pattern;

/// Which names in Kafka and its registry belong to a migration, domains that have left the spec
/// included. A migration's name holds no dot, so no other migration's names begin with it and one.
public final class OwnNames {
  private static final String DOMAIN = "[a-z][a-z0-9-]*";

  private final Pattern topic;
  private final Pattern group;
  private final Pattern subject;

  public OwnNames(String migration) {
    String own = Pattern.quote(migration + ".");
    String application =
        own + DOMAIN + "\\.(translate(\\.\\d+)?|reconcile((\\.live)?\\.\\d+)?|apply\\.\\d+)";
    String topics =
        own
            + "("
            + DOMAIN
            + "\\.(outbox|observed|contract(\\.\\d+)?|repair)(\\.v\\d+)?"
            + "|"
            + DOMAIN
            + "\\.(outbox|observed(\\.live)?|divergence|reconciliation-lag|repair|dead-letter)\\.\\d+"
            + "|dead-letter|control|offsets|observed-offsets|divergence|reconciliation-lag)";
    this.topic = Pattern.compile(topics + "|" + application + "-.+-(changelog|repartition)");
    this.group = Pattern.compile(application);
    this.subject = Pattern.compile(topics + "-.+");
  }

  boolean isTopic(String name) {
    return topic.matcher(name).matches();
  }

  public boolean isGroup(String name) {
    return group.matcher(name).matches();
  }

  boolean isSubject(String name) {
    return subject.matcher(name).matches();
  }
}
