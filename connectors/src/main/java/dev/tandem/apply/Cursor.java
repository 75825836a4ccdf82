package dev.tandem.apply;

import dev.tandem.apply.CheckpointTable.Checkpoint;

/// Where this instance believes a partition's checkpoint to stand. One writer at a time uses it.
final class Cursor {
  private final int partition;
  private final Loading loading = new Loading();
  private final UniquePatience patience = new UniquePatience();
  private volatile Checkpoint held;

  Cursor(int partition, Checkpoint held) {
    this.partition = partition;
    this.held = held;
  }

  int partition() {
    return partition;
  }

  Loading loading() {
    return loading;
  }

  UniquePatience patience() {
    return patience;
  }

  Checkpoint held() {
    return held;
  }

  Mark mark() {
    return held.mark();
  }

  void advance(Mark mark) {
    held = held.at(mark);
  }
}
