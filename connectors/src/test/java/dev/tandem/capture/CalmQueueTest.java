package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.debezium.connector.base.ChangeEventQueue;
import io.debezium.connector.base.QueueProvider;
import io.debezium.pipeline.Sizeable;
import io.debezium.util.LoggingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CalmQueueTest {
  private static final int POLLS = 20;

  private record Numbered(int number) implements Sizeable {
    @Override
    public long objectSize() {
      return 10;
    }
  }

  /// Counts how often it is asked for records.
  private record Counted(QueueProvider<Numbered> of, AtomicInteger asked)
      implements QueueProvider<Numbered> {
    @Override
    public String name() {
      return of.name();
    }

    @Override
    public void configure(Map<String, ?> properties) {}

    @Override
    public void enqueue(Numbered record) throws InterruptedException {
      of.enqueue(record);
    }

    @Override
    public Numbered poll() throws InterruptedException {
      return of.poll();
    }

    @Override
    public int size() {
      asked.incrementAndGet();
      return of.size();
    }
  }

  private static ChangeEventQueue<Numbered> queue(QueueProvider<Numbered> provider) {
    return new ChangeEventQueue.Builder<Numbered>()
        .pollInterval(Duration.ofMillis(10))
        .maxBatchSize(100)
        .maxQueueSize(1_000)
        .maxQueueSizeInBytes(1_000_000)
        .loggingContextSupplier(() -> LoggingContext.forConnector("test", "test", "test"))
        .queueProvider(provider)
        .build();
  }

  @Test
  void shouldNotBeAskedAgainAndAgainWhereThereIsNothing() throws Exception {
    var asked = new AtomicInteger();
    var queue = queue(new Counted(new CalmQueue<>(), asked));
    for (int i = 0; i < POLLS; i++) {
      assertThat(queue.poll()).isEmpty();
    }
    assertThat(asked.get()).isLessThan(15 * POLLS);
  }

  @Test
  void shouldGiveEverythingInItsOrder() throws Exception {
    var queue = queue(new CalmQueue<>());
    var reader =
        CompletableFuture.runAsync(
            () -> {
              try {
                for (int i = 0; i < 5_000; i++) {
                  queue.enqueue(new Numbered(i));
                }
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    List<Integer> got = new ArrayList<>();
    while (got.size() < 5_000) {
      queue.poll().forEach(record -> got.add(record.number));
    }
    reader.join();
    assertThat(got).isEqualTo(IntStream.range(0, 5_000).boxed().toList());
  }
}
