package dev.tandem.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RoomWaitTest {
  private final AtomicLong usable = new AtomicLong(1 << 20);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final RoomWait room = new RoomWait(usable::get, closing);

  private CompletableFuture<Boolean> waiting() throws Exception {
    var waits = CompletableFuture.supplyAsync(() -> room.await("the volume is full"));
    while (room.reason().isEmpty()) {
      Thread.sleep(10);
    }
    return waits;
  }

  @Test
  void shouldSayThatItWaitsUntilThereIsRoom() throws Exception {
    var waits = waiting();
    assertThat(room.reason()).contains("the volume is full");
    usable.set(1L << 30);
    assertThat(waits.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(room.reason()).isEmpty();
  }

  @Test
  void shouldEndWhereItCloses() throws Exception {
    var waits = waiting();
    closing.countDown();
    assertThat(waits.get(20, TimeUnit.SECONDS)).isFalse();
  }
}
