package dev.tandem.plan;

/// How much of a domain may become dead letters before it stops: what is more is a fault of the
/// mapping or of the legacy data as a whole, and dead letters would only hide it.
///
/// @param perMinute the most dead letters of the domain in a minute
public record PoisonLimit(int perMinute) {
  /// What holds where the spec says nothing.
  public static final PoisonLimit DEFAULT = new PoisonLimit(10_000);

  public PoisonLimit {
    if (perMinute < 1) {
      throw new IllegalArgumentException("a limit of " + perMinute + " dead letters");
    }
  }

  /// The share of each of so many partitions, at least one.
  public int share(int partitions) {
    return Math.ceilDiv(perMinute, partitions);
  }
}
