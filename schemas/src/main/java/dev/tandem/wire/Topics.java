package dev.tandem.wire;

/// The names of a domain's topics, and of its migration's. Every topic name comes from here.
public record Topics(String migration, String domain) {
  public String outbox() {
    return migration + "." + domain + ".outbox";
  }

  public String contract() {
    return migration + "." + domain + ".contract";
  }

  public String observed() {
    return migration + "." + domain + ".observed";
  }

  public String repair() {
    return migration + "." + domain + ".repair";
  }

  /// What could not be translated or applied.
  public String deadLetter() {
    return migration + ".dead-letter";
  }

  /// Every event of every divergence.
  public String divergence() {
    return migration + ".divergence";
  }

  /// How far both sides have been compared, and how long that takes.
  public String reconciliationLag() {
    return migration + ".reconciliation-lag";
  }

  /// Operator intent and what the system found, compacted.
  public String control() {
    return migration + ".control";
  }

  /// Where each capture stands, compacted; see `dev.tandem.capture`.
  public static String offsets(String migration) {
    return migration + ".offsets";
  }

  /// Where each capture of the target stands, compacted.
  public static String observedOffsets(String migration) {
    return migration + ".observed-offsets";
  }

  /// Application id of the translating streams application.
  public String translateApplication() {
    return migration + "." + domain + ".translate";
  }

  /// Application id of the reconciling streams application.
  public String reconcileApplication() {
    return migration + "." + domain + ".reconcile";
  }

  /// Consumer group of the apply of one generation.
  public String applyGroup(int generation) {
    return migration + "." + domain + ".apply." + generation;
  }
}
