package dev.tandem.job;

/// Something that an operator asked for, over the network or at the command line: who, what, why,
/// and what became of it. Written to the control topic before it is done, and again, under the same
/// key, when it is over: one that stays [Outcome#ASKED] was cut off, and may have been done or not.
///
/// @param id names it, in the order of time
/// @param what as in the API: `jobs.start`, `generations.promote`
/// @param subject on what: a domain, a job, a generation
/// @param at microseconds since 1970-01-01T00:00Z
/// @param detail what was done, or why it was not
public record OperatorAction(
    String id, Actor actor, String what, String subject, long at, Outcome outcome, String detail) {
  /// The key in the control topic: `action/<id>`.
  public static final String KEY_PREFIX = "action/";

  /// Who asks, and why.
  ///
  /// @param by the name of a token, or the subject of a JWT; `user@host` at the command line
  /// @param role with which it was allowed; `command line` there
  public record Actor(String by, String role, String why) {}

  /// What became of it.
  public enum Outcome {
    ASKED,
    DONE,
    REFUSED,
    FAILED
  }

  public String key() {
    return KEY_PREFIX + id;
  }

  /// Whether a key of the control topic is one of these.
  public static boolean isKey(String key) {
    return key.startsWith(KEY_PREFIX);
  }

  /// The same action, over.
  public OperatorAction ended(Outcome other, String words) {
    return new OperatorAction(id, actor, what, subject, at, other, words);
  }
}
