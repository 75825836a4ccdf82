package dev.tandem.position;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ChangePositionTest {
  private static ChangePosition at(long after, long xid, long lsn, int ordinal) {
    return new ChangePosition(1, new Lsn(after), xid, new Lsn(lsn), ordinal);
  }

  @Test
  void shouldRecognizeAChangeThatIsDeliveredAgain() {
    assertThat(at(100, 7, 90, 0).isContainedIn(at(100, 7, 90, 0))).isTrue();
  }

  @Test
  void shouldTellTheRowsOfAMultiInsertApart() {
    assertThat(at(100, 7, 90, 1).isContainedIn(at(100, 7, 90, 0))).isFalse();
    assertThat(at(100, 7, 90, 0).isContainedIn(at(100, 7, 90, 1))).isTrue();
  }

  /// A change of a long transaction lies before what was written of a short one, but its
  /// transaction commits after it.
  @Test
  void shouldNotDropALongTransactionThatCommitsAfterAShortOne() {
    assertThat(at(200, 5, 50, 0).isContainedIn(at(100, 7, 190, 0))).isFalse();
  }

  @Test
  void shouldRecognizeATransactionThatIsDeliveredAgainWithALowerBound() {
    var written = at(100, 7, 150, 1);
    assertThat(at(40, 7, 150, 1).isContainedIn(written)).isTrue();
    assertThat(at(40, 7, 150, 2).isContainedIn(written)).isFalse();
    assertThat(at(40, 7, 160, 0).isContainedIn(written)).isFalse();
  }

  @Test
  void shouldRecognizeATransactionThatIsDeliveredAgainWithAHigherBound() {
    assertThat(at(120, 7, 150, 1).isContainedIn(at(100, 7, 150, 1))).isTrue();
  }

  @Test
  void shouldNotCompareAcrossEpochs() {
    var old = new ChangePosition(1, new Lsn(900), 900, new Lsn(900), 0);
    var young = new ChangePosition(2, new Lsn(1), 1, new Lsn(1), 0);
    assertThat(young.isContainedIn(old)).isFalse();
    assertThat(old.isContainedIn(young)).isTrue();
  }

  /// @param end of its commit record
  private record Transaction(long xid, List<Long> changes, long end) {}

  /// Transactions interleave in the log and are delivered whole, in commit order; delivery stops
  /// anywhere and starts again before it. What is written has to be each change once.
  @Test
  void shouldWriteEachChangeOnceHoweverOftenDeliveryStartsAgain() {
    for (int seed = 0; seed < 2000; seed++) {
      var random = new SplittableRandom(seed);
      var writer = new Writer(log(random), random);
      while (!writer.deliver()) {
        // delivery was cut and starts again
      }
      assertThat(writer.written).as("seed %s", seed).isEqualTo(expected(writer.transactions));
    }
  }

  /// Writes what the position of the last record written does not contain.
  private static final class Writer {
    final List<Transaction> transactions;
    final List<String> written = new ArrayList<>();
    private final SplittableRandom random;
    private ChangePosition last = at(0, 0, 0, 0);

    /// The transaction that `last` is of: none before it is delivered for the first time any more.
    private int reached;

    Writer(List<Transaction> transactions, SplittableRandom random) {
      this.transactions = transactions;
      this.random = random;
    }

    /// Delivers from a random confirmed commit on; whether it came to the end.
    ///
    /// 1. the reader starts again from a confirmed position, between two commits 2. the first
    ///    transaction has it as its bound, each other one the end of the one before 3. the reader
    ///    is killed between any two records
    boolean deliver() {
      int start = random.nextInt(reached + 1);
      long before = start == 0 ? 0 : transactions.get(start - 1).end();
      long after = random.nextLong(before, transactions.get(start).end());
      for (int i = start; i < transactions.size(); i++) {
        Transaction transaction = transactions.get(i);
        for (int n = 0; n < transaction.changes().size(); n++) {
          var position = at(after, transaction.xid(), transaction.changes().get(n), n);
          if (!position.isContainedIn(last)) {
            written.add(transaction.xid() + "/" + n);
            last = position;
            reached = Math.max(reached, i);
          }
          if (random.nextInt(12) == 0) {
            return false;
          }
        }
        after = transaction.end();
      }
      return true;
    }
  }

  private static List<String> expected(List<Transaction> transactions) {
    var all = new ArrayList<String>();
    for (Transaction transaction : transactions) {
      for (int i = 0; i < transaction.changes().size(); i++) {
        all.add(transaction.xid() + "/" + i);
      }
    }
    return all;
  }

  /// Transactions in commit order whose changes lie among those of the others; some changes share a
  /// position, as a multi-insert's do.
  private static List<Transaction> log(SplittableRandom random) {
    var open = new ArrayList<Transaction>();
    var done = new ArrayList<Transaction>();
    long lsn = 10;
    for (long xid = 1; done.size() < 8; lsn += 10) {
      if (open.size() < 3 && xid <= 8 && random.nextBoolean()) {
        open.add(new Transaction(xid++, new ArrayList<>(), 0));
      } else if (!open.isEmpty()) {
        Transaction transaction = open.get(random.nextInt(open.size()));
        if (transaction.changes().isEmpty() || random.nextInt(3) > 0) {
          transaction.changes().add(lsn);
          if (random.nextBoolean()) {
            transaction.changes().add(lsn);
          }
        } else {
          open.remove(transaction);
          done.add(new Transaction(transaction.xid(), transaction.changes(), lsn));
        }
      }
    }
    return done;
  }
}
