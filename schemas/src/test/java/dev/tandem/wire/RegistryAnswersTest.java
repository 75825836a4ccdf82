package dev.tandem.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tandem.wire.RegistryException.Kind;
import dev.tandem.wire.ScriptedRegistry.Answer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryAnswersTest {
  private static final String UNKNOWN = "{\"error_code\":40403,\"message\":\"no such schema\"}";

  private final AtomicReference<Answer> answer = new AtomicReference<>(new Answer(404, UNKNOWN));
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

  private static Kind asked(Registry registry, int id) {
    return catchThrowableOfType(RegistryException.class, () -> registry.byId(id)).kind();
  }

  private Clock clock() {
    return new Driven(now::get);
  }

  private static final class Driven extends Clock {
    private final InstantSource source;

    Driven(InstantSource source) {
      this.source = source;
    }

    @Override
    public Instant instant() {
      return source.instant();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @Test
  void shouldWaitForAnIdThatAFollowingRegistryDoesNotHaveYet() throws Exception {
    try (var server = new ScriptedRegistry(_ -> answer.get())) {
      var client = server.client(clock());
      assertThat(asked(client, 7)).isEqualTo(Kind.UNAVAILABLE);
      now.set(Instant.EPOCH.plus(Duration.ofSeconds(9)));
      assertThat(asked(client, 7)).isEqualTo(Kind.UNAVAILABLE);
      assertThat(asked(client, 8)).isEqualTo(Kind.UNAVAILABLE);
      now.set(Instant.EPOCH.plus(Duration.ofSeconds(10)));
      assertThat(asked(client, 7)).isEqualTo(Kind.UNKNOWN_ID);
      assertThat(asked(client, 8)).isEqualTo(Kind.UNAVAILABLE);
      answer.set(new Answer(200, "{\"schema\": \"\\\"int\\\"\"}"));
      assertThat(client.byId(7).getType()).isEqualTo(Schema.Type.INT);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "syntax = \\\"proto3\\\";",
        "{\\\"type\\\": \\\"object\\\"}",
        "{\\\"type\\\": \\\"fixed\\\", \\\"name\\\": \\\"F\\\", \\\"size\\\": 2147483647}",
        ""
      })
  void shouldRefuseWhatIsNoSchemaInAvro(String schema) throws Exception {
    try (var server = new ScriptedRegistry(_ -> answer.get())) {
      answer.set(new Answer(200, "{\"schema\": \"" + schema + "\"}"));
      assertThat(asked(server.client(clock()), 7)).isEqualTo(Kind.REFUSED);
    }
  }

  @Test
  void shouldTakeARegistryThatDoesNotLetItReadForAway() throws Exception {
    try (var server = new ScriptedRegistry(_ -> answer.get())) {
      var client = server.client(clock());
      for (int status : new int[] {401, 403, 503}) {
        answer.set(new Answer(status, "{}"));
        assertThat(asked(client, 7)).isEqualTo(Kind.UNAVAILABLE);
      }
      answer.set(new Answer(403, "{}"));
      assertThat(
              catchThrowableOfType(
                      RegistryException.class,
                      () -> client.register("a", Schema.create(Schema.Type.INT)))
                  .kind())
          .isEqualTo(Kind.REFUSED);
    }
  }
}
