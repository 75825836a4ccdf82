package dev.tandem.streams;

import dev.tandem.clients.KafkaClients;
import dev.tandem.clients.UnresolvedException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends what members of a streams application have [LeftOpen], whenever its group has changed: who
/// reads what they wrote would else wait until the transaction's time is over. What does not
/// succeed is left to that. Thread-safe.
///
/// It needs no more than the application's own producers do: to write under a transactional id is
/// to be allowed to end what is open there.
///
/// @param application id in Kafka
/// @param looking whether somebody is at it
record TransactionEnding(String application, Map<String, String> client, AtomicBoolean looking) {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionEnding.class);
  private static final int SECONDS = 10;

  TransactionEnding(String application, Map<String, String> client) {
    this(application, client, new AtomicBoolean());
  }

  /// The group has changed. Returns at once.
  void look() {
    if (looking.compareAndSet(false, true)) {
      Thread.ofVirtual().name("transactions of " + application).start(this::end);
    }
  }

  private void end() {
    looking.set(false);
    try (var admin = KafkaClients.admin(Map.copyOf(client))) {
      Set<String> open = open(admin);
      if (open.isEmpty()) {
        return;
      }
      Set<String> left = new LeftOpen(application).among(open, members(admin));
      if (!left.isEmpty()) {
        answer(admin.fenceProducers(left).all());
        LOG.info("ended what members of {} that are gone had left open: {}", application, left);
      }
    } catch (ExecutionException | TimeoutException | UnresolvedException unable) {
      LOG.debug("transactions of {} end in their own time", application, unable);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private Set<String> open(Admin admin)
      throws ExecutionException, TimeoutException, InterruptedException {
    var ongoing =
        new ListTransactionsOptions()
            .filterStates(List.of(TransactionState.ONGOING))
            .filterOnTransactionalIdPattern(Pattern.quote(application) + "-.*");
    return answer(admin.listTransactions(ongoing).all()).stream()
        .map(TransactionListing::transactionalId)
        .collect(Collectors.toSet());
  }

  private Set<String> members(Admin admin)
      throws ExecutionException, TimeoutException, InterruptedException {
    return answer(admin.describeConsumerGroups(List.of(application)).all()).values().stream()
        .flatMap(group -> group.members().stream())
        .map(MemberDescription::clientId)
        .collect(Collectors.toSet());
  }

  private static <T> T answer(Future<T> future)
      throws ExecutionException, TimeoutException, InterruptedException {
    return future.get(SECONDS, TimeUnit.SECONDS);
  }
}
