package dev.tandem.apply;

/// The few types in which arrays of values travel to the server, which turns their elements into
/// the columns' types.
enum Transport {
  INT8("int8"),
  FLOAT8("float8"),
  BOOL("bool"),
  TEXT("text"),
  BYTEA("bytea");

  private final String postgres;

  Transport(String postgres) {
    this.postgres = postgres;
  }

  String postgres() {
    return postgres;
  }

  /// An array of the Java class that the driver sends in this type.
  Object[] array(int size) {
    return switch (this) {
      case INT8 -> new Long[size];
      case FLOAT8 -> new Double[size];
      case BOOL -> new Boolean[size];
      case TEXT -> new String[size];
      case BYTEA -> new byte[size][];
    };
  }
}
