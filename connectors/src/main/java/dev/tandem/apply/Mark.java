package dev.tandem.apply;

/// How far one partition has been applied, as its checkpoint row says.
///
/// @param contractOffset offset of the last contract record applied, -1 before the first
/// @param watermark outbox offset up to which whole transactions are applied, -1 before the first
/// @param sequence number of the last contract record applied, -1 before the first
/// @param skippingUntil end offset of the contract topic noted at a gap, [#NONE] where there is
///     none
/// @param pending while a gap is being passed: what the watermark becomes when it has been
/// @param settled whether the target stands exactly at the watermark. It does not after a
///     transaction that ended inside a legacy transaction, or while a gap is being passed: then
///     what was written is newer than the watermark. The offset alone cannot say it, since a repair
///     repeats the offset and is settled
public record Mark(
    long contractOffset,
    long watermark,
    long sequence,
    long skippingUntil,
    long pending,
    boolean settled) {
  public static final long NONE = -1;
  public static final Mark START = new Mark(NONE, NONE, NONE, NONE, NONE, true);

  public boolean isSkipping() {
    return skippingUntil != NONE;
  }
}
