package dev.tandem.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.clients.KafkaClients;
import dev.tandem.metrics.Health;
import dev.tandem.metrics.Health.Condition;
import dev.tandem.metrics.Health.State;
import dev.tandem.setup.SetupException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeeperTest {
  /// What the starter meets; null once it starts.
  private final AtomicReference<@Nullable Exception> met = new AtomicReference<>();

  private final AtomicInteger attempts = new AtomicInteger();
  private final Keeper<AutoCloseable> keeper =
      new Keeper<>("apply of shop", this::begin, _ -> Condition.READY);

  private AutoCloseable begin() throws Exception {
    attempts.incrementAndGet();
    Exception failure = met.get();
    if (failure != null) {
      throw failure;
    }
    return () -> {};
  }

  @AfterEach
  void stop() throws Exception {
    keeper.close();
  }

  private void startMeeting(@Nullable Exception failure) {
    met.set(failure);
    keeper.start();
  }

  private void await(State state) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> keeper.condition().state() == state);
  }

  private void awaitSecondAttempt() {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> attempts.get() >= 2);
  }

  private static Exception unresolved() {
    try (var admin = KafkaClients.admin(Map.of("bootstrap.servers", "kafka.invalid:9092"))) {
      throw new AssertionError(admin);
    } catch (RuntimeException e) {
      return e;
    }
  }

  @Test
  void shouldWaitWhileKafkaHasNoNameAndStartOnceItHasOne() {
    startMeeting(new SetupException("Kafka at kafka.invalid:9092: no name", unresolved()));
    awaitSecondAttempt();
    assertThat(keeper.condition())
        .isEqualTo(Condition.waiting("Kafka at kafka.invalid:9092: no name"));
    met.set(null);
    await(State.READY);
  }

  @Test
  void shouldTryAPasswordAgainThatIsRefusedWhileItIsChanged() {
    startMeeting(new SQLException("FATAL: password authentication failed", "28P01"));
    awaitSecondAttempt();
    assertThat(keeper.condition().reason()).contains("password is refused");
    met.set(null);
    await(State.READY);
  }

  @Test
  void shouldStopWhereSomebodyHasToMendSomethingFirst() {
    startMeeting(new SetupException("a privilege is missing", new SQLException("no", "42501")));
    await(State.STOPPED);
    assertThat(keeper.condition()).isEqualTo(Condition.stopped("a privilege is missing"));
    assertThat(attempts).hasValue(1);
  }

  @Test
  void shouldHaveFailedWhereNobodyForesawWhatItMetAndSayNoMoreThanItsKind() {
    startMeeting(new IllegalArgumentException("negative"));
    await(State.FAILED);
    assertThat(keeper.condition())
        .isEqualTo(
            Condition.failed(
                "an error of the program (java.lang.IllegalArgumentException); see the log"));
  }

  @Test
  void shouldWaitBeforeItsFirstAttempt() {
    assertThat(keeper.condition()).isEqualTo(new Condition(Health.State.WAITING, ""));
  }
}
