package dev.tandem.position;

/// Widens the 32-bit transaction ids of the replication stream to the server's 64-bit ones.
///
/// The rule: an id that has been assigned lies below the server's next id, so its 64-bit value is
/// the greatest one that ends in these 32 bits and is below `next`. `next` is a past reading, so an
/// id may also be a little ahead of it: what would otherwise lie more than half the circle behind
/// is taken as ahead. The reading has to be younger than 2^31 transactions.
public final class XidWidening {
  private static final long CIRCLE = 1L << 32;

  private XidWidening() {}

  /// @param xid what the stream says, 0 to 2^32-1
  /// @param next a reading of the server's next transaction id, 64 bits
  public static long widen(long xid, long next) {
    if (xid < 0 || xid >= CIRCLE) {
      throw new IllegalArgumentException("not a 32-bit transaction id: " + xid);
    }
    long below = (next - 1 - xid & -CIRCLE) + xid;
    return next - below > CIRCLE / 2 ? below + CIRCLE : below;
  }
}
