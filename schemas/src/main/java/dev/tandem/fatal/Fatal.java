package dev.tandem.fatal;

import org.jspecify.annotations.Nullable;

/// An [Error] (no memory, no stack, a class that cannot be loaded) says nothing of the work at hand
/// and everything of the process: what it left half done in memory is not known, so no part may
/// catch it, note it and go on. Where one is caught, because a library wants it or a thread's owner
/// has to hear of it, it is raised here first; the program's handler of uncaught throwables ends
/// the process, which is then started again clean.
public final class Fatal {
  private static final int DEEPEST = 50;

  private Fatal() {}

  /// Hands the error that a failure is, or was caused by, to this thread's handler of uncaught
  /// throwables; does nothing where there is none.
  public static void raise(@Nullable Throwable failure) {
    Error error = in(failure);
    if (error != null) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, error);
    }
  }

  private static @Nullable Error in(@Nullable Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
      if (cause instanceof Error error) {
        return error;
      }
      cause = cause.getCause();
    }
    return null;
  }

  /// What a failure is at its root, as its class's name: its words may hold a row's values.
  public static String kind(Throwable failure) {
    Throwable root = failure;
    for (int i = 0; i < DEEPEST && root.getCause() != null; i++) {
      root = root.getCause();
    }
    return root.getClass().getName();
  }
}
