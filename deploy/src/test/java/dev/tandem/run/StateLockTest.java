package dev.tandem.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateLockTest {
  @TempDir private Path directory;

  private static final Set<Role> ALL = EnumSet.allOf(Role.class);

  @Test
  void shouldRefuseADirectoryThatAnotherHasAndNameIt() throws IOException {
    Path state = directory.resolve("a/b");
    try (var _ = StateLock.of(state, ALL)) {
      assertThatThrownBy(() -> StateLock.of(state, Set.of(Role.RECONCILE)))
          .isInstanceOf(StateLock.HeldException.class)
          .hasMessageContaining(state + " is used for reconcile by another process")
          .hasMessageContaining("process id " + ProcessHandle.current().pid())
          .hasMessageContaining("--state");
    }
    assertTakes(state, ALL);
  }

  @Test
  void shouldGiveBackWhatItTookWhereItCannotHaveAll() throws IOException {
    try (var _ = StateLock.of(directory, Set.of(Role.RECONCILE))) {
      assertThatThrownBy(() -> StateLock.of(directory, ALL))
          .isInstanceOf(StateLock.HeldException.class);
      assertTakes(directory, Set.of(Role.TRANSLATE));
    }
  }

  @Test
  void shouldLetRolesOfSeveralProcessesShareADirectory() throws IOException {
    try (var _ = StateLock.of(directory, Set.of(Role.CAPTURE, Role.TRANSLATE))) {
      assertTakes(directory, Set.of(Role.CAPTURE, Role.APPLY, Role.RECONCILE));
    }
  }

  private static void assertTakes(Path directory, Set<Role> roles) throws IOException {
    try (var taken = StateLock.of(directory, roles)) {
      assertThat(taken).isNotNull();
    }
  }
}
