package dev.tandem.streams;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/// Which open transactions of a streams application nobody will end by himself: those of threads
/// that are members of its group no more, because their process has died, hangs, or is cut off.
///
/// Kafka Streams calls the client of a member `<application>-<process>-StreamThread-<n>-consumer`,
/// and its transactions `<application>-<process>-<n>`. Where a member is called otherwise (who sets
/// `client.id` does that), nobody can tell whose a transaction is, and none counts as left.
///
/// To end one that somebody still writes harms nothing: it is not committed, and who wrote it finds
/// out that its partitions are another's now.
///
/// @param application id in Kafka
record LeftOpen(String application) {
  private static final String THREAD = "-StreamThread-";
  private static final Pattern PROCESS = Pattern.compile("[0-9a-f-]{36}");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");

  /// @param open ids of open transactions, of whomever
  /// @param members the client's id of each member of the group
  Set<String> among(Collection<String> open, Collection<String> members) {
    var theirs = new HashSet<String>();
    for (String member : members) {
      String transaction = transaction(member);
      if (transaction.isEmpty()) {
        return Set.of();
      }
      theirs.add(transaction);
    }
    var left = new HashSet<String>();
    if (!theirs.isEmpty()) {
      open.stream().filter(this::isOurs).filter(id -> !theirs.contains(id)).forEach(left::add);
    }
    return left;
  }

  /// Whether a transaction is of this application: another one's name may begin with this one's.
  private boolean isOurs(String id) {
    if (!id.startsWith(application + "-")) {
      return false;
    }
    String rest = id.substring(application.length() + 1);
    int end = rest.lastIndexOf('-');
    return end > 0
        && PROCESS.matcher(rest.substring(0, end)).matches()
        && NUMBER.matcher(rest.substring(end + 1)).matches();
  }

  /// What the transactions of a member are called; empty where that is not known.
  private String transaction(String member) {
    int thread = member.indexOf(THREAD);
    int end = member.indexOf('-', thread + THREAD.length());
    if (thread < 0 || end < 0) {
      return "";
    }
    String id = member.substring(0, thread) + "-" + member.substring(thread + THREAD.length(), end);
    return isOurs(id) ? id : "";
  }
}
