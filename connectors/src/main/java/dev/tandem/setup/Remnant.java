package dev.tandem.setup;

/// One thing of a migration that exists and would be removed.
///
/// @param name as its place knows it
/// @param detail what is lost with it, or what is in the way
public record Remnant(Kind kind, String name, String detail) {
  /// In the order of removal: first what holds the legacy store's log back, last what the others
  /// are found by.
  public enum Kind {
    SLOT("replication slot"),
    PUBLICATION("publication"),
    GENERATION("generation in schema"),
    CHECKPOINTS("checkpoints of"),
    SCHEMA("schema"),
    GROUP("consumer group"),
    TOPIC("topic"),
    SUBJECT("registry subject"),
    DIRECTORY("directory");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  @Override
  public String toString() {
    return kind.words + " " + name;
  }
}
