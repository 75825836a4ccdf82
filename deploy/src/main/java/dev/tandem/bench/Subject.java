package dev.tandem.bench;

/// What a measurement is of.
///
/// @param load the work, by which measurements are compared: `300,000 updates, 1 per transaction`
/// @param what was done of it, or who did it
public record Subject(String load, String what, By by) {
  /// Who did the work.
  public enum By {
    /// Tandem, the whole work of the load: what peers are compared with.
    TANDEM,
    /// One step of Tandem alone.
    STEP,
    /// PostgreSQL's own logical replication.
    NATIVE,
    /// Debezium alone.
    DEBEZIUM,
    /// Debezium with its JDBC sink, on Kafka Connect.
    CONNECT
  }

  static Subject whole(String load, String what) {
    return new Subject(load, what, By.TANDEM);
  }

  static Subject step(String load, String what) {
    return new Subject(load, what, By.STEP);
  }

  public boolean isPeer() {
    return by != By.TANDEM && by != By.STEP;
  }

  @Override
  public String toString() {
    return load + ": " + what;
  }
}
