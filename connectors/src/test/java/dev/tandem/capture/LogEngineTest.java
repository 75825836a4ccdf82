package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.postgres.PostgresAccess;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LogEngineTest {
  @Test
  void shouldHaveTheServerGiveUpASilentConnectionWithinTwentySeconds() {
    assertThat(options("")).isEqualTo("-c wal_sender_timeout=20s");
    assertThat(options("?options=-c%20work_mem=8MB"))
        .isEqualTo("-c wal_sender_timeout=20s -c work_mem=8MB");
  }

  @Test
  void shouldLeaveItToWhoeverSaysItInTheUrl() {
    assertThat(options("?options=-c%20wal_sender_timeout=90s"))
        .isEqualTo("-c wal_sender_timeout=90s");
  }

  private static String options(String parameters) {
    var access = new PostgresAccess("jdbc:postgresql://h:5432/shop" + parameters, "u", "p");
    return LogEngine.properties(access, new CaptureNames("shop"), Set.of())
        .getProperty("driver.options");
  }
}
