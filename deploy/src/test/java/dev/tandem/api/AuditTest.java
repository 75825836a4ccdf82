package dev.tandem.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tandem.job.OperatorAction;
import dev.tandem.job.OperatorAction.Actor;
import dev.tandem.job.OperatorAction.Outcome;
import dev.tandem.ledger.LedgerException;
import dev.tandem.operate.Recording;
import dev.tandem.operate.Refusal;
import dev.tandem.spec.HttpSpec.Access;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuditTest {
  private final List<String> happened = new ArrayList<>();

  /// Takes what it is given, up to a number of records.
  private final class Book implements Recording.Book {
    private int room;

    Book(int room) {
      this.room = room;
    }

    @Override
    public OperatorAction begin(Actor actor, String what, String subject) {
      write("ASKED " + what + " on " + subject + " by " + actor.by() + " since " + actor.why());
      return new OperatorAction("a", actor, what, subject, 1, Outcome.ASKED, "");
    }

    @Override
    public void end(OperatorAction action, Outcome outcome, String detail) {
      write(outcome + " " + detail);
    }

    private void write(String words) {
      if (room-- == 0) {
        throw new LedgerException("the audit record was not accepted");
      }
      happened.add(words);
    }
  }

  private Answer asked(int room, Route.Handler handler) throws Exception {
    var route =
        new Route(
            "generations.promote",
            Route.Method.POST,
            "/v1/generations/{n}/promote",
            Access.ADMIN,
            Route.Inputs.body("domain", "reason"),
            handler);
    var body =
        JsonNodeFactory.instance.objectNode().put("domain", "orders").put("reason", "a drill");
    var call = new Call(new Caller("boss", Access.ADMIN), Map.of("n", "2"), Map.of(), body);
    return new Audit(new Book(room)).done(route, call, handler);
  }

  private Answer done(Call call) {
    happened.add("done");
    return Answer.file("text/plain", new byte[0]).noting("generation 2 is live");
  }

  @Test
  void shouldWriteBeforeAndAfterWhatIsDone() throws Exception {
    asked(2, this::done);
    assertThat(happened)
        .containsExactly(
            "ASKED generations.promote on domain orders, generation 2 by boss since a drill",
            "done",
            "DONE generation 2 is live");
  }

  @Test
  void shouldNotDoWhatCannotBeWrittenDown() {
    assertThatThrownBy(() -> asked(0, this::done)).isInstanceOf(LedgerException.class);
    assertThat(happened).isEmpty();
  }

  @Test
  void shouldSayThatSomethingIsDoneAlthoughItsEndCannotBeWritten() throws Exception {
    assertThat(asked(1, this::done).status()).isEqualTo(200);
    assertThat(happened).hasSize(2).last().isEqualTo("done");
  }

  @Test
  void shouldTellWhatWasRefusedFromWhatBroke() {
    assertThatThrownBy(
            () ->
                asked(
                    2,
                    _ -> {
                      throw new Refusal(Refusal.Kind.CONFLICT, "--job: it is taken");
                    }))
        .isInstanceOf(Refusal.class);
    assertThat(happened).last().isEqualTo("REFUSED job: it is taken");
    happened.clear();
    assertThatThrownBy(
            () ->
                asked(
                    2,
                    _ -> {
                      throw new IllegalStateException("a value of a row");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(happened).last().isEqualTo("FAILED this should not happen");
  }
}
