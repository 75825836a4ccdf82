package dev.tandem.setup;

import java.util.List;

/// One named part of set-up.
///
/// @param name what is made: `replication slot tandem_shop`
/// @param statements SQL or command lines that make it, exactly as they are run; empty where there
///     is nothing to do
/// @param note what was found; of a refused step the cause; empty where nothing was found at all
/// @param fix what to do about a refused step, to be pasted where it can be
public record Step(
    Place place, String name, State state, List<String> statements, String note, String fix) {
  private static final String GONE = "it existed before and is gone";

  public enum Place {
    LEGACY,
    TARGET,
    KAFKA,
    REGISTRY
  }

  public enum State {
    /// There already, and as it should be.
    EXISTS,
    TO_DO,
    DONE,
    /// Cannot be done, or must not be.
    REFUSED
  }

  public Step {
    statements = List.copyOf(statements);
  }

  public static Step exists(Place place, String name, String note) {
    return new Step(place, name, State.EXISTS, List.of(), note, "");
  }

  public static Step toDo(Place place, String name, List<String> statements) {
    return new Step(place, name, State.TO_DO, statements, "", "");
  }

  public static Step refused(Place place, String name, String cause, String fix) {
    return new Step(place, name, State.REFUSED, List.of(), cause, fix);
  }

  /// Something that was there before: set-up does not make it again in silence.
  ///
  /// @param lost what is lost with it
  static Step gone(Place place, String name, String lost, String fix) {
    return refused(place, name, GONE + lost, fix);
  }

  public boolean isGone() {
    return is(State.REFUSED) && note.startsWith(GONE);
  }

  Step because(String found) {
    return new Step(place, name, state, statements, found, fix);
  }

  public Step done() {
    return state == State.TO_DO ? new Step(place, name, State.DONE, statements, note, fix) : this;
  }

  /// The store that it is in, for messages; nothing for Kafka and the registry, whose things name
  /// themselves.
  String where() {
    return switch (place) {
      case LEGACY -> "legacy store: ";
      case TARGET -> "target store: ";
      case KAFKA, REGISTRY -> "";
    };
  }

  boolean is(State wanted) {
    return state == wanted;
  }
}
