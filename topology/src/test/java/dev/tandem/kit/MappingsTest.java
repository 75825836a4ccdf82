package dev.tandem.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.lens.Loss;
import dev.tandem.plan.MappingException;
import dev.tandem.wire.DeadLetter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/// The kit, over the shop of the examples.
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // The lifecycle sets the fields before each use.
class MappingsTest {
  private static final Path SHOP = Path.of("..", "deploy", "examples", "shop", "shop.yaml");

  private static final LegacyRow CUSTOMER =
      LegacyRow.of("public.cust_mst")
          .with("cust_no", 7)
          .with("tnt", "acme")
          .with("fname", "Ada")
          .with("lname", "Lovelace")
          .with("stat_cd", "A")
          .with("bal_cents", 1234)
          .with("terms", 30)
          .with("crt_dt", LocalDateTime.of(2024, 7, 1, 12, 0));

  private static final LegacyRow ADDRESS =
      LegacyRow.of("cust_addr")
          .with("addr_no", 1)
          .with("cust_no", 7)
          .with("typ", "B")
          .with("town", "Berlin");

  private Mappings shop;

  @BeforeAll
  void read() throws Exception {
    shop = Mappings.read(SHOP);
  }

  @Test
  void shouldTranslateRowsIntoTheContractsOfTheirEntities() {
    var translated = shop.domain("customers").translate(CUSTOMER, ADDRESS);
    GenericRecord customer = translated.record("Customer");
    assertThat(customer.get("fullName")).isEqualTo("Ada Lovelace");
    assertThat(customer.get("status")).hasToString("ACTIVE");
    assertThat(customer.get("createdAt")).isEqualTo(1_719_828_000_000_000L);
    assertThat(customer.get("addresses"))
        .hasToString(
            "[{\"addressId\": 1, \"kind\": \"BILLING\", \"street\": null, \"city\": \"Berlin\","
                + " \"postalCode\": null}]");
    assertThat(translated.record("BillingAccount").get("balance"))
        .isEqualTo(new BigDecimal("12.34"));
    assertThat(translated.deadLetters()).isEmpty();
  }

  @Test
  void shouldTakeValuesAsPostgresPrintsThem() {
    var same = shop.domain("customers").translate(CUSTOMER.with("crt_dt", "2024-07-01 12:00:00"));
    assertThat(same.record("Customer").get("createdAt")).isEqualTo(1_719_828_000_000_000L);
  }

  @Test
  void shouldTellWhatWouldBeParkedAndWhyWithoutTheValue() {
    var translated = shop.domain("customers").translate(CUSTOMER.with("stat_cd", "Z"));
    assertThat(translated.records("Customer")).isEmpty();
    assertThat(translated.records("BillingAccount")).hasSize(1);
    DeadLetter letter = translated.deadLetters().getFirst();
    assertThat(letter.stage()).isEqualTo(DeadLetter.Stage.TRANSLATE);
    assertThat(letter.entity()).isEqualTo("Customer");
    assertThat(letter.key()).isNotNull();
    assertThat(letter.reason()).startsWith("status: ").doesNotContain("Z");
  }

  @Test
  void shouldMakeNothingOfAChildWithoutItsRoot() {
    assertThat(shop.domain("customers").translate(ADDRESS).contracts()).isEmpty();
  }

  @Test
  void shouldSayOfNoRecordWhatWasParkedInstead() {
    var translated = shop.domain("customers").translate(CUSTOMER.with("stat_cd", "Z"));
    assertThatThrownBy(() -> translated.record("Customer"))
        .hasMessageContaining("expected one record of Customer, found 0")
        .hasMessageContaining("Customer: status: ");
  }

  @Test
  void shouldLeadBackToTheColumnsAndNameWhatIsLost() {
    var customers = shop.domain("customers");
    var back = customers.put(customers.translate(CUSTOMER).record("BillingAccount"));
    assertThat(back.columns())
        .containsEntry("bal_cents", 1234L)
        .containsEntry("tnt", "acme")
        .containsEntry("lim_cents", null)
        .containsEntry("terms", 30)
        .doesNotContainKey("cust_no");
    assertThat(back.losses()).extracting(Loss::field).containsExactly("customerId");
  }

  /// Version 2 is translated to; version 1, which is published beside it, takes no terms above 99.
  @Test
  void shouldGiveWhatOtherVersionsThatArePublishedHave(@TempDir Path directory) throws Exception {
    copyShop(directory);
    Path contract = directory.resolve("contracts/billing-account");
    String first = Files.readString(contract.resolve("v1.avsc"));
    Files.writeString(contract.resolve("v2.avsc"), first);
    Files.writeString(
        contract.resolve("v1.avsc"),
        first
            .replace("\"name\": \"tenantId\"", "\"name\": \"client\"")
            .replace(
                "{\"name\": \"paymentTermsDays\", \"type\": \"int\"}",
                "{\"name\": \"paymentTermsDays\", \"type\": {\"type\": \"bytes\","
                    + " \"logicalType\": \"decimal\", \"precision\": 2, \"scale\": 0}}"));
    Files.writeString(
        contract.resolve("steps.yaml"),
        """
        compatibility: none
        1-2:
          up: { tenantId: client, paymentTermsDays: { cast: paymentTermsDays, overflow: fail } }
          down: { client: tenantId, paymentTermsDays: { decimal: paymentTermsDays, rounding: fail } }
        """);
    Path spec = directory.resolve("shop.yaml");
    Files.writeString(
        spec,
        Files.readString(spec)
            .replace(
                "contract: contracts/billing-account\n        version: 1",
                "contract: contracts/billing-account\n        version: 2\n        publish: 1"));
    var customers = Mappings.read(spec).domain("customers");
    var translated = customers.translate(CUSTOMER);
    assertThat(translated.deadLetters()).isEmpty();
    assertThat(translated.record("BillingAccount", 1).get("client")).isEqualTo("acme");
    assertThat(translated.record("BillingAccount").get("tenantId")).isEqualTo("acme");
    assertThat(translated.records("Customer", 1)).isEmpty();

    var unfit = customers.translate(CUSTOMER.with("terms", 100));
    assertThat(unfit.records("BillingAccount")).hasSize(1);
    assertThatThrownBy(() -> unfit.record("BillingAccount", 1))
        .hasMessageContaining("expected one record of BillingAccount in version 1, found 0")
        .hasMessageContaining("not published as");
  }

  @Test
  void shouldTellARecordThatContradictsItself(@TempDir Path directory) throws Exception {
    copyShop(directory);
    Path spec = directory.resolve("shop.yaml");
    Files.writeString(
        spec,
        Files.readString(spec).replace("paymentTermsDays: terms", "paymentTermsDays: cust_no"));
    Path contract = directory.resolve("contracts/billing-account/v1.avsc");
    Files.writeString(
        contract,
        Files.readString(contract)
            .replaceFirst(
                "\\{\"name\": \"paymentTermsDays\"",
                "{\"name\": \"twice\", \"type\": \"int\"}, {\"name\": \"paymentTermsDays\""));
    Files.writeString(
        spec,
        Files.readString(spec)
            .replace("paymentTermsDays:", "twice: cust_no\n          paymentTermsDays:"));
    Path target = directory.resolve("target.sql");
    Files.writeString(
        target,
        Files.readString(target)
            .replaceFirst("(CREATE TABLE crm.billing_account \\()", "$1 twice integer,"));
    var customers = Mappings.read(spec).domain("customers");
    GenericRecord account = customers.translate(CUSTOMER).record("BillingAccount");
    account.put("twice", 8);
    assertThatThrownBy(() -> customers.put(account))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("says another value of column cust_no");
  }

  @Test
  void shouldRefuseARowThatItsTableCouldNotHold() {
    var customers = shop.domain("customers");
    assertThatThrownBy(() -> customers.translate(CUSTOMER.with("lname", null)))
        .hasMessageContaining("expected a value of public.cust_mst.lname (character varying(60))")
        .hasMessageContaining("NOT NULL");
    assertThatThrownBy(() -> customers.translate(CUSTOMER.with("tnt", "too long for it")))
        .hasMessageContaining("public.cust_mst.tnt (character varying(8))");
    assertThatThrownBy(() -> customers.translate(CUSTOMER.with("terms", "soon")))
        .hasMessageContaining("public.cust_mst.terms (smallint), found soon");
    assertThatThrownBy(() -> customers.translate(CUSTOMER.with("terms", 40_000)))
        .hasMessageContaining("public.cust_mst.terms (smallint), found 40000");
    assertThatThrownBy(() -> customers.translate(CUSTOMER.with("name", "Ada")))
        .hasMessageContaining("expected a column of public.cust_mst")
        .hasMessageContaining("found 'name'");
    assertThatThrownBy(() -> customers.translate(LegacyRow.of("ord_hdr")))
        .hasMessageContaining("that domain customers reads")
        .hasMessageContaining("found one of public.ord_hdr");
    assertThatThrownBy(() -> shop.domain("customer")).hasMessageContaining("found 'customer'");
  }

  @Test
  void shouldReportEveryProblemOfASpecAsCheckDoes(@TempDir Path directory) throws Exception {
    copyShop(directory);
    Path spec = directory.resolve("shop.yaml");
    Files.writeString(
        spec,
        Files.readString(spec)
            .replace("customerNumber: cust_no", "customerNumber: cust_nr")
            .replace("bal_cents, scale: 2", "balance, scale: 2"));
    assertThatThrownBy(() -> Mappings.read(spec))
        .isInstanceOfSatisfying(
            MappingsException.class,
            e ->
                assertThat(e.problems())
                    .extracting(problem -> problem.path().replaceFirst(".*entities\\.", ""))
                    .contains("Customer.map.customerNumber", "BillingAccount.map.balance"))
        .hasMessageContaining("shop.yaml:");
  }

  @Test
  void shouldNotDependOnTheEnvironment() {
    assertThat(System.getenv()).doesNotContainKey("LEGACY_URL");
    assertThat(shop.warnings()).isEmpty();
  }

  private static void copyShop(Path directory) throws Exception {
    for (var file :
        Map.of(
                "shop.yaml", "",
                "legacy.sql", "",
                "target.sql", "",
                "contracts/customer/v1.avsc", "contracts/customer",
                "contracts/billing-account/v1.avsc", "contracts/billing-account",
                "contracts/order/v1.avsc", "contracts/order",
                "contracts/product/v1.avsc", "contracts/product")
            .entrySet()) {
      Files.createDirectories(directory.resolve(file.getValue()));
      Files.copy(SHOP.resolveSibling(file.getKey()), directory.resolve(file.getKey()));
    }
  }
}
