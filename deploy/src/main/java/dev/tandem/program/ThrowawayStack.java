package dev.tandem.program;

import dev.tandem.stack.DetachedStack;
import dev.tandem.stack.StackDirectory;
import dev.tandem.stack.StackPorts;
import java.nio.file.Path;

/// A stack for one command: made anew, and stopped and deleted when it is closed. It is stopped too
/// when the program is interrupted.
final class ThrowawayStack implements AutoCloseable {
  private final StackDirectory home;
  private final DetachedStack stack;
  private final Thread cleanUp;
  private boolean kept;

  /// @param directory what an earlier one left there is deleted
  ThrowawayStack(Path directory) {
    home = new StackDirectory(directory.resolve("stack"));
    stack = new DetachedStack(home);
    stack.down();
    stack.wipe();
    cleanUp = new Thread(stack::down, "stop the stack");
    Runtime.getRuntime().addShutdownHook(cleanUp);
  }

  StackDirectory.Running up() {
    return stack.up(new StackPorts(0, 0, 0, 0, 0));
  }

  /// Where it lives; what is put there is deleted with it.
  Path home() {
    return home.path();
  }

  /// Leaves it running, with its data, when it is closed.
  void keep() {
    kept = true;
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(cleanUp);
    if (!kept) {
      stack.down();
      stack.wipe();
    }
  }
}
