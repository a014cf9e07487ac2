package io.berth.leasing;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.identity.Role;
import io.berth.platform.OrganizationId;
import io.berth.testing.OwnMarket;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.UUID;

/** What tenants do to sell the rest of a lease, and to buy it. */
final class ResaleSteps {

  /** What {@link OwnMarket#tenant} comes with, in millionths of a dollar. */
  static final long DEPOSITED = 1_000_000_000_000L;

  private ResaleSteps() {}

  static String price(long micros) {
    return "\"pricePerAcceleratorHour\": {\"amountMicros\": \"%d\", \"currency\": \"USD\"}"
        .formatted(micros);
  }

  static Response offer(OrganizationId seller, String lease, String terms) {
    return OwnMarket.once(seller).body(terms).post("/v1/leases/" + lease + "/resale");
  }

  static String offered(OrganizationId seller, String lease, String terms) {
    Response offer = offer(seller, lease, terms);
    assertThat(offer.statusCode()).as(offer.asString()).isEqualTo(201);
    return offer.path("id");
  }

  static Response buy(OrganizationId buyer, String resale) {
    return buy(buyer, UUID.randomUUID().toString(), resale, "{}");
  }

  static Response buy(OrganizationId buyer, String key, String resale, String body) {
    return as(buyer)
        .header("Idempotency-Key", key)
        .body(body)
        .post("/v1/resales/" + resale + "/buy");
  }

  /** Buys; gives the buyer's lease. */
  static String bought(OrganizationId buyer, String resale) {
    Response bought = buy(buyer, resale);
    assertThat(bought.statusCode()).as(bought.asString()).isEqualTo(201);
    return bought.path("id");
  }

  static RequestSpecification as(OrganizationId who) {
    return OwnMarket.as(who, Role.TENANT);
  }

  static Response read(OrganizationId tenant, String lease) {
    return as(tenant).get("/v1/leases/" + lease);
  }

  static long balance(OrganizationId tenant) {
    return as(tenant).get("/v1/accounts").jsonPath().getLong("items[0].balance.amountMicros");
  }

  static long reserved(OrganizationId tenant) {
    return as(tenant).get("/v1/accounts").jsonPath().getLong("items[0].reserved.amountMicros");
  }
}
