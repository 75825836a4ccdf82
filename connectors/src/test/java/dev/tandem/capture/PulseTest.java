package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.position.Lsn;
import dev.tandem.postgres.ReplicationState.Reader;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PulseTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Reader WAITING = new Reader(7, true);
  private static final Reader AT_WORK = new Reader(7, false);
  private static final Lsn NOWHERE = new Lsn(1);
  private final Pulse pulse = new Pulse(START);

  @Test
  void shouldEndASessionWhoseStoreWasNotReachedForTwentySeconds() {
    assertThat(pulse.failed(at(5))).isEmpty();
    assertThat(pulse.failed(at(24))).isEmpty();
    assertThat(pulse.failed(at(25))).hasValue("the store was not reached for 20 s");
  }

  @Test
  void shouldNotMindHeartbeatsThatFailWhileTheEngineDelivers() {
    assertThat(pulse.failed(at(5))).isEmpty();
    pulse.begin(at(6));
    assertThat(pulse.failed(at(40))).isEmpty();
    pulse.end(at(41));
    assertThat(pulse.failed(at(60))).isEmpty();
    assertThat(pulse.failed(at(61))).isPresent();
  }

  @Test
  void shouldCountAnewOnceTheStoreWasReached() {
    assertThat(pulse.failed(at(5))).isEmpty();
    assertThat(pulse.reached(NOWHERE, WAITING, at(20))).isEmpty();
    assertThat(pulse.failed(at(30))).isEmpty();
    assertThat(pulse.failed(at(49))).isEmpty();
    assertThat(pulse.failed(at(50))).isPresent();
  }

  @Test
  void shouldEndASessionThatTheServerHasGivenUp() {
    assertThat(pulse.reached(NOWHERE, WAITING, at(5))).isEmpty();
    assertThat(pulse.reached(NOWHERE, null, at(10))).isEmpty();
    assertThat(pulse.reached(NOWHERE, null, at(15))).isPresent();
  }

  @Test
  void shouldEndASessionWhoseSlotAnotherReads() {
    assertThat(pulse.reached(NOWHERE, WAITING, at(5))).isEmpty();
    assertThat(pulse.reached(NOWHERE, new Reader(8, false), at(10))).isEmpty();
    assertThat(pulse.reached(NOWHERE, new Reader(8, false), at(15))).isPresent();
  }

  /// It reads the catalog first, of ten thousand tables perhaps.
  @Test
  void shouldWaitForAnEngineThatHasNotBegunToRead() {
    for (int i = 1; i < 100; i++) {
      assertThat(pulse.reached(NOWHERE, null, at(5 * i))).isEmpty();
    }
  }

  @Test
  void shouldEndASessionThatDoesNotDeliverWhatTheServerHasSent() {
    pulse.marked(new Lsn(100), at(5));
    pulse.marked(new Lsn(200), at(10));
    assertThat(pulse.reached(NOWHERE, WAITING, at(64))).isEmpty();
    assertThat(pulse.reached(NOWHERE, WAITING, at(65)).orElseThrow())
        .contains("a message at 0/64 was not delivered within 60 s");
  }

  @Test
  void shouldNotMindAMessageThatWasDelivered() {
    pulse.marked(new Lsn(100), at(5));
    assertThat(pulse.reached(new Lsn(100), WAITING, at(10))).isEmpty();
    assertThat(pulse.reached(new Lsn(100), WAITING, at(600))).isEmpty();
  }

  /// One transaction of many millions of changes: nothing of it is delivered for hours.
  @Test
  void shouldWaitForAServerThatIsAtWork() {
    pulse.marked(new Lsn(100), at(5));
    for (int i = 2; i < 2_000; i++) {
      assertThat(pulse.reached(NOWHERE, AT_WORK, at(5 * i))).isEmpty();
    }
  }

  /// Then it is delivered, of which the end is far away.
  @Test
  void shouldWaitWhileTheEngineDelivers() {
    pulse.marked(new Lsn(100), at(5));
    for (int i = 2; i < 100; i++) {
      pulse.begin(at(5 * i - 1));
      pulse.end(at(5 * i));
      assertThat(pulse.reached(NOWHERE, WAITING, at(5 * i))).isEmpty();
    }
  }

  private static Instant at(int seconds) {
    return START.plusSeconds(seconds);
  }
}
