package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.program.Ended;
import java.nio.file.Path;

/// The command line, as an operator of a spec uses it.
record Commands(Path spec) {
  /// `tandem WORD SPEC …`
  Ended run(String... arguments) {
    return Ended.of(spec, arguments);
  }

  /// The same, which has to succeed.
  ///
  /// @return what it said
  String done(String... arguments) {
    Ended ended = run(arguments);
    assertThat(ended.code())
        .as(String.join(" ", arguments) + "\n" + ended.out() + ended.err())
        .isZero();
    return ended.out();
  }
}
