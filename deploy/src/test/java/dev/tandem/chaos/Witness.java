package dev.tandem.chaos;

import java.util.List;

/// One thing that must hold, whatever happened.
interface Witness {
  /// What it has not found as it must be, without contents; nothing where the guarantee was kept.
  /// Both stores must be at rest.
  List<String> broken() throws Exception;
}
