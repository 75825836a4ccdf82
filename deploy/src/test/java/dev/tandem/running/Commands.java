package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.program.Tandem;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command line, as an operator of a spec uses it.
record Commands(Path spec) {
  /// What a command line ended with.
  record Ended(int code, String out, String err) {}

  /// `tandem WORD SPEC …`
  Ended run(String... arguments) {
    var words = new ArrayList<>(List.of(arguments));
    words.add(1, spec.toString());
    var out = new StringWriter();
    var err = new StringWriter();
    int code =
        Tandem.commands()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(words.toArray(String[]::new));
    return new Ended(code, out.toString(), err.toString());
  }

  /// The same, which has to succeed.
  ///
  /// @return what it said
  String done(String... arguments) {
    Ended ended = run(arguments);
    assertThat(ended.code())
        .as(String.join(" ", arguments) + "\n" + ended.out + ended.err)
        .isZero();
    return ended.out;
  }
}
