package dev.tandem.operate;

/// Something that was asked for and is not done; nothing was changed. The message is the one that
/// the command line prints: what was expected, what was found, and the fix.
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final Kind kind;

  /// Why it is not done.
  public enum Kind {
    /// It makes no sense as it was asked for.
    WRONG,
    /// There is no such thing.
    UNKNOWN,
    /// It makes sense, but not now.
    CONFLICT
  }

  public Refusal(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  public String words() {
    return String.valueOf(getMessage());
  }

  public static Refusal wrong(String message) {
    return new Refusal(Kind.WRONG, message);
  }
}
