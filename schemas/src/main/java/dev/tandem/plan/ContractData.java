package dev.tandem.plan;

import org.apache.avro.Conversions;
import org.apache.avro.generic.GenericData;

/// How contract values stand in memory: Avro's generic form, decimals as `BigDecimal`, everything
/// else unconverted.
public final class ContractData {
  public static final GenericData MODEL = model();

  private ContractData() {}

  private static GenericData model() {
    var model = new GenericData();
    model.addLogicalTypeConversion(new Conversions.DecimalConversion());
    model.setFastReaderEnabled(true);
    return model;
  }
}
