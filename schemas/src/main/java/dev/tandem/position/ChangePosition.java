package dev.tandem.position;

/// Where a change stands in what a source delivers, so that a redelivered change is recognized
/// (DESIGN invariant 1).
///
/// The reader of the log delivers whole transactions in commit order, and after a restart delivers
/// again every transaction that committed after a confirmed position. It does not say a
/// transaction's own commit position before the transaction ends, so a transaction is placed by a
/// lower bound: `after`, the end of the transaction delivered just before it, or the confirmed
/// position if it is the first delivered. Two deliveries of one transaction may carry different
/// bounds; all of them lie at or after the end of its predecessor and before its own commit. So of
/// two *different* transactions the one with the lower bound committed first, and a transaction is
/// recognized by its id: compare ids first, bounds only where the ids differ.
///
/// Within a transaction a change is placed by its log position and, because a multi-insert gives
/// many rows one position and a key update gives two records, by its number among the records of
/// that position.
///
/// @param epoch source epoch: goes up when log positions and transaction ids start again
/// @param after lower bound of the transaction's commit
/// @param xid 64-bit transaction id
/// @param lsn log position of the change
/// @param ordinal number of the record among those of `lsn` in its transaction, from 0
public record ChangePosition(int epoch, Lsn after, long xid, Lsn lsn, int ordinal) {

  /// Whether a change at this position is already contained in what ends with `written`.
  public boolean isContainedIn(ChangePosition written) {
    if (epoch != written.epoch) {
      return epoch < written.epoch;
    }
    if (xid != written.xid) {
      return after.compareTo(written.after) < 0;
    }
    int byLsn = lsn.compareTo(written.lsn);
    return byLsn != 0 ? byLsn < 0 : ordinal <= written.ordinal;
  }
}
