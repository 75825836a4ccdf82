package dev.tandem.ledger;

import dev.tandem.plan.Reconciliation.Orphans;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.DeadLetters;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.UndecodableException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// What stands in the dead-letter topic: counts of all, and the newest. Not thread-safe.
///
/// A letter is never taken back; whether it still matters is what the ledger says of its entity.
public final class DeadLetterBook {
  private final Predicate<StoredLetter> wanted;
  private final int most;
  private final Consumer<StoredLetter> each;
  private final Map<Group, Long> counts = new TreeMap<>();
  private final ArrayDeque<StoredLetter> newest = new ArrayDeque<>();
  private long unreadable;

  /// Letters that are counted together.
  public record Group(String domain, String entity, DeadLetter.Stage stage)
      implements Comparable<Group> {
    private static final Comparator<Group> ORDER =
        Comparator.comparing(Group::domain)
            .thenComparing(Group::entity)
            .thenComparing(Group::stage);

    @Override
    public int compareTo(Group other) {
      return ORDER.compare(this, other);
    }
  }

  /// What is known of a letter's entity.
  public enum Standing {
    /// It diverges.
    OPEN,
    /// It does not (any more), or nobody can tell, since it waits for a value that the log did not
    /// tell: how many do that, the reports of lag say.
    HEALED,
    /// Whose the letter is is not known.
    UNKNOWN
  }

  /// @param most letters that are kept
  public DeadLetterBook(Predicate<StoredLetter> wanted, int most) {
    this(wanted, most, _ -> {});
  }

  /// @param each takes every letter that is wanted
  public DeadLetterBook(Predicate<StoredLetter> wanted, int most, Consumer<StoredLetter> each) {
    this.wanted = wanted;
    this.most = most;
    this.each = each;
  }

  public void accept(ConsumerRecord<byte[], byte[]> record) {
    accept("", record);
  }

  /// @param of which translation's topic it stands in; see [StoredLetter]
  public void accept(String of, ConsumerRecord<byte[], byte[]> record) {
    StoredLetter stored;
    try {
      var letter = DeadLetters.decode(record.value());
      stored = new StoredLetter(of, record.partition(), record.offset(), letter);
    } catch (UndecodableException none) {
      unreadable++;
      return;
    }
    if (wanted.test(stored)) {
      DeadLetter letter = stored.letter();
      counts.merge(new Group(letter.domain(), letter.entity(), letter.stage()), 1L, Long::sum);
      each.accept(stored);
      newest.add(stored);
      if (newest.size() > most) {
        newest.removeFirst();
      }
    }
  }

  public Map<Group, Long> counts() {
    return Map.copyOf(counts);
  }

  /// The newest last.
  public List<StoredLetter> newest() {
    return List.copyOf(newest);
  }

  /// How many records are no dead letters of this version.
  public long unreadable() {
    return unreadable;
  }

  /// What the ledger says of each entity that has a letter.
  public static final class Standings {
    private final Set<ByteBuffer> open = new HashSet<>();
    private final Set<ByteBuffer> untranslatable = new HashSet<>();
    private final Set<ByteBuffer> others = new HashSet<>();

    /// @param entries that are open
    public Standings(Collection<LedgerEntry> entries) {
      for (LedgerEntry entry : entries) {
        if (entry.contractKey() != null) {
          var name = StoredLetter.name(entry.event().domain(), entry.contractKey());
          open.add(name);
          if (entry.event().kind() == Kind.UNTRANSLATABLE) {
            untranslatable.add(name);
          } else if (!isHelped(entry)) {
            others.add(name);
          }
        }
      }
    }

    /// Another try writes what the translation has of the entity, or deletes where it has nothing.
    /// Where the target refused that, it is what is wanted; else a letter, which may be old, is no
    /// word for more than a repair does by itself.
    private static boolean isHelped(LedgerEntry entry) {
      return entry.event().kind() == Kind.UNAPPLIABLE
          || RepairChoice.obstacle(entry, Orphans.REPORT).isEmpty();
    }

    /// @param entity as [StoredLetter#name] has it
    boolean isOpen(ByteBuffer entity) {
      return open.contains(entity);
    }

    /// Whether it differs since its legacy rows cannot be translated.
    boolean isUntranslatable(ByteBuffer entity) {
      return untranslatable.contains(entity);
    }

    /// Whether it differs in a way that is not for another try to mend, as a repair has it.
    boolean isOther(ByteBuffer entity) {
      return others.contains(entity);
    }

    public Standing of(StoredLetter stored) {
      byte[] key = stored.letter().key();
      if (key == null || NamelessLetters.isNameless(stored.letter())) {
        return Standing.UNKNOWN;
      }
      return open.contains(StoredLetter.name(stored.letter().domain(), key))
          ? Standing.OPEN
          : Standing.HEALED;
    }
  }
}
