package dev.tandem.wire;

import org.jspecify.annotations.Nullable;

/// What could not be captured, translated or applied, with all that is needed to find it and to try
/// again.
///
/// @param domain whose it is
/// @param entity empty where it is not known
/// @param topic of the record that could not be processed; for a capture, where it should have gone
/// @param offset its offset, or -1 where it has none
/// @param reason what was expected and what was found, without values of the row
/// @param cause class and message of the error behind it, empty if there is none
/// @param key the record's key, null if it has none
/// @param payload the record's value, null if it has none
/// @param at microseconds since 1970-01-01T00:00Z
@SuppressWarnings("ArrayRecordComponent") // never compared
public record DeadLetter(
    Stage stage,
    String domain,
    String entity,
    String topic,
    int partition,
    long offset,
    String reason,
    String cause,
    byte @Nullable [] key,
    byte @Nullable [] payload,
    long at) {
  /// Where the reasons begin that say that a record could not be published as another version than
  /// the one that is translated: it is in the contract topic all the same.
  public static final String NOT_PUBLISHED = "not published as version ";

  /// What the last of many in a minute ends with.
  private static final String LEFT_OUT = "; more of these in this minute are left out";

  /// A reason that says that more like it are left out.
  public static String lastOfMinute(String reason) {
    return reason + LEFT_OUT;
  }

  /// Whether more like it may have been left out.
  public boolean isLastOfMinute() {
    return reason.contains(LEFT_OUT);
  }

  /// Whether the record could not be published as another version.
  public boolean isOfVersion() {
    return reason.startsWith(NOT_PUBLISHED);
  }

  /// Whether it could not be published as this one.
  public boolean isOfVersion(int version) {
    return reason.startsWith(NOT_PUBLISHED + version + ":");
  }

  /// The same without the record's value, which stays where the letter says that it is.
  public DeadLetter withoutPayload() {
    String without =
        reason + "; the record is left out, since with it the letter would be too large";
    return new DeadLetter(
        stage, domain, entity, topic, partition, offset, without, cause, key, null, at);
  }

  /// Who gave up.
  public enum Stage {
    CAPTURE,
    TRANSLATE,
    APPLY
  }
}
