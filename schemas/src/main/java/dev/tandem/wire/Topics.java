package dev.tandem.wire;

/// The names of a domain's topics, and of its migration's. Every topic name comes from here.
///
/// A generation whose tables stand beside those of the spec reads the same outbox, and has results
/// of its own. So has a translation of its own that a generation began: what comes of it goes by
/// that generation's number, wherever the tables stand that are fed from it.
///
/// @param beside the number of the generation whose tables stand beside those of the spec, [#SPEC]
///     for what stands where the spec says
/// @param translatedFor the number of the generation that the translation began with,
///     [#FIRST_TRANSLATION] for the one that a domain begins with
/// @param outboxOf the number of the generation that the outbox began with, [#FIRST_OUTBOX] for the
///     one that a domain begins with; another one has another number of partitions
public record Topics(String migration, String domain, int beside, int translatedFor, int outboxOf) {
  /// Stands where the spec says.
  public static final int SPEC = 0;

  /// The translation that a domain begins with; its topics have no number.
  public static final int FIRST_TRANSLATION = 1;

  /// The outbox that a domain begins with; its topics have no number.
  public static final int FIRST_OUTBOX = 1;

  public Topics {
    if (beside < SPEC) {
      throw new IllegalArgumentException("a generation with number " + beside);
    }
    if (translatedFor < FIRST_TRANSLATION) {
      throw new IllegalArgumentException("a translation for generation " + translatedFor);
    }
    if (outboxOf < FIRST_OUTBOX) {
      throw new IllegalArgumentException("an outbox of generation " + outboxOf);
    }
  }

  /// Over the outbox that a domain begins with.
  public Topics(String migration, String domain, int beside, int translatedFor) {
    this(migration, domain, beside, translatedFor, FIRST_OUTBOX);
  }

  /// Of a generation that is fed from the first translation.
  public Topics(String migration, String domain, int beside) {
    this(migration, domain, beside, FIRST_TRANSLATION);
  }

  /// What stands where the spec says.
  public Topics(String migration, String domain) {
    this(migration, domain, SPEC);
  }

  /// Whether the tables stand beside those of the spec.
  public boolean isBeside() {
    return beside != SPEC;
  }

  /// `customers`, or `customers.2` beside it: what tells results of one domain apart.
  public String name() {
    return domain + suffix();
  }

  private String suffix() {
    return isBeside() ? "." + beside : "";
  }

  /// Whether it is the translation that the domain began with.
  public boolean isFirstTranslation() {
    return translatedFor == FIRST_TRANSLATION;
  }

  /// Whether it is the outbox that the domain began with.
  public boolean isFirstOutbox() {
    return outboxOf == FIRST_OUTBOX;
  }

  /// The same over another outbox.
  public Topics over(int outbox) {
    return new Topics(migration, domain, beside, translatedFor, outbox);
  }

  private String ofTranslation() {
    return isFirstTranslation() ? "" : "." + translatedFor;
  }

  /// The schema in the target that holds a generation's tables while they stand beside the spec's.
  public String schema(int generation) {
    return "tandem_" + migration + "_" + domain + "_" + generation;
  }

  public String outbox() {
    return migration + "." + domain + ".outbox" + (isFirstOutbox() ? "" : "." + outboxOf);
  }

  /// `customers`, or `customers.outbox.2`: what tells the outboxes of one domain apart.
  public String outboxName() {
    return isFirstOutbox() ? domain : domain + ".outbox." + outboxOf;
  }

  public String contract() {
    return migration + "." + domain + ".contract" + ofTranslation();
  }

  /// Where another version of the contract than the translated one is published.
  public String contract(int version) {
    return contract() + ".v" + version;
  }

  /// What is observed is partitioned as the outbox is: what stands where the spec says is observed
  /// in a topic for each outbox.
  public String observed() {
    return migration + "." + domain + ".observed" + (isBeside() ? suffix() : ofOutbox());
  }

  /// `customers`, `customers.2` beside it, or `customers.live.2` over another outbox: what tells
  /// apart what is observed of one domain.
  public String observedName() {
    return isBeside() ? name() : domain + ofOutbox();
  }

  private String ofOutbox() {
    return isFirstOutbox() ? "" : ".live." + outboxOf;
  }

  public String repair() {
    return migration + "." + domain + ".repair" + ofTranslation();
  }

  /// What could not be captured, translated or applied; of another translation than the first what
  /// could not be translated or applied.
  public String deadLetter() {
    return isFirstTranslation()
        ? migration + ".dead-letter"
        : migration + "." + domain + ".dead-letter" + ofTranslation();
  }

  /// Every event of every divergence: one ledger of the migration, and one of each generation
  /// beside.
  public String divergence() {
    return isBeside()
        ? migration + "." + domain + ".divergence" + suffix()
        : migration + ".divergence";
  }

  /// How far both sides have been compared, and how long that takes.
  public String reconciliationLag() {
    return isBeside()
        ? migration + "." + domain + ".reconciliation-lag" + suffix()
        : migration + ".reconciliation-lag";
  }

  /// Operator intent and what the system found, compacted.
  public String control() {
    return migration + ".control";
  }

  /// Key of the record that says, where a capture stands, how far it has read its store's log.
  public static final String PROVEN = "source";

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
    return migration + "." + domain + ".translate" + ofTranslation();
  }

  /// Application id of the reconciling streams application. State of one mapping means nothing to
  /// another: what stands where the spec says is compared by an application for each translation.
  public String reconcileApplication() {
    String own = isBeside() ? suffix() : isFirstTranslation() ? "" : ".live" + ofTranslation();
    return migration + "." + domain + ".reconcile" + own;
  }

  /// Consumer group of the apply of one generation.
  public String applyGroup(int generation) {
    return migration + "." + domain + ".apply." + generation;
  }
}
